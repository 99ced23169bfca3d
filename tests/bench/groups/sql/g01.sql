select id1, sum(v1) as v1 from groups group by id1
