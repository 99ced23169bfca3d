select distinct key, cat from big
