select key, count(*) as "rows", sum(amount) as total, max(ts) as latest from big group by key
