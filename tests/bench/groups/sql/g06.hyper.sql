select id4, id5, percentile_cont(0.5) within group (order by v3) as median_v3, stddev_samp(v3) as sd_v3
from groups
group by id4, id5
