select x.id1 as id1, x.id2 as id2, x.id3 as id3, x.id4 as id4, x.id5 as id5, x.id6 as id6, x.v1 as v1, r.id1 as
  big_id1, r.id2 as big_id2, r.id4 as big_id4, r.id5 as big_id5, r.id6 as big_id6, r.v2 as v2
from x join big as r on x.id3 = r.id3
