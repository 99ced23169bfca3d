select id, ts, key, cat, amount, note from big order by ts, id
