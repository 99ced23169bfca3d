select id, big.key as key, amount, name, grp from big join small on big.key = small.key
