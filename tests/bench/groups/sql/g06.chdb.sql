select id4, id5, quantileExactInclusive(0.5)(v3) as median_v3, stddevSamp(v3) as sd_v3 from groups group by id4, id5
