select id2, id4, power(corr(v1::double precision, v2::double precision), 2) as r2 from groups group by id2, id4
