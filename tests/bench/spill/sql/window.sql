select id, ts, cat, amount, row_number() over (partition by cat order by ts, id) as nth,
  sum(amount) over (partition by cat order by ts, id rows between unbounded preceding and current row) as running
from big
