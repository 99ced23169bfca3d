# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Sets: intersect, except, union, and compare."""

from case import Case


def sets(random, tables):
    return random.choice([partners, partners, whole_rows, union, union_of_types, compare])(random, tables)


def partners(random, tables):
    """Rows that have a partner, or none; NULL finds NULL."""
    keys = random.sample([
        ("k = rk", "l.k", "r.rk"), ("t = rt", "l.t", "r.rt"), ("a = ra", "l.a", "r.ra"), ("f = rf", "l.f", "r.rf"),
        ("c = rc", "l.c", "r.rc"), ("b = rb", "l.b", "r.rb"), ("k % 4 = rk % 4", "l.k % 4", "r.rk % 4"),
        ("lower(s) = rs", "lower(l.s)", "r.rs"), ("k = rb", "l.k", "r.rb"),
    ], random.choice([1, 2, 3]))  # fmt: skip
    if tables.pairs() > 20_000_000:
        return None
    operator = random.choice(["intersect", "except"])
    same = " and ".join(f"{left} is not distinct from {right}" for _, left, right in keys)
    found = f"{'' if operator == 'intersect' else 'not '}exists (select from r where {same})"
    options = {"with": "r", "on": [key for key, _, _ in keys]}
    return Case([{operator: options}], f"select * from l where {found} order by n")


def whole_rows(random, tables):
    if tables.pairs() > 20_000_000:
        return None
    operator = random.choice(["intersect", "except"])
    names = random.sample(["k", "t", "f", "c", "d", "b"], random.choice([1, 2]))
    same = " and ".join(f"l.{name} is not distinct from u.{name}" for name in names)
    found = f"{'' if operator == 'intersect' else 'not '}exists (select from u where {same})"
    # The other side has its columns in another order.
    stages = [{"select": ["n", *names]}, {operator: {"with": "u", "on": names}}, {"select": names}]
    return Case(stages, f"select {', '.join(names)} from l where {found} order by n")


def union(random, tables):
    inputs = random.choice([["l", "u"], ["u", "l"], ["l", "r"]])
    shown = ["n", "k", "t", "a", "b", "c", "d", "e", "s", "f"]
    if inputs[1] == "r":
        first = ", ".join([*shown, *(f"null as r{name}" for name in shown)])
        second = ", ".join([*(f"null as {name}" for name in shown), *(f"r{name}" for name in shown)])
        names = [*shown, *(f"r{name}" for name in shown)]
    else:
        first = second = ", ".join(shown)
        names = shown
    origin = random.random() < 0.5
    options = {"origin": "origin"} if origin else {}
    columns_of = dict(zip(inputs, (first, second)))
    parts = [
        f"select {columns}{f', {quote(table)} as origin' if origin else ''}, {place} as place, "
        f"{'rn' if table == 'r' else 'n'} as nth from {table}" for place, (table, columns) in enumerate(columns_of.items())
    ]
    columns = ", ".join(names + (["origin"] if origin else []))
    sql = f"select {columns} from ({' union all '.join(parts)}) as x order by place, nth"
    return Case([{"union": options, "from": inputs}], sql)


def quote(text: str) -> str:
    return f"'{text}'"


def union_of_types(random, tables):
    """By position, of types that have to be widened."""
    pairs = [("a", "rb"), ("b", "ra"), ("c", "ra"), ("a", "rc"), ("d", "re"), ("e", "rd"), ("b", "rc"), ("s", "rt")]
    left, right = random.choice(pairs)
    number = random.randrange(1_000_000)
    stages = [
        {"select": ["n", left], "name": f"left{number}"},
        {"select": ["rn", right], "from": "r", "name": f"right{number}"},
        {"union": {"match": "position"}, "from": [f"left{number}", f"right{number}"]},
    ]
    rows = f"select 0 as place, n, {left} from l union all select 1, rn, {right} from r"
    return Case(stages, f"select n, {left} from ({rows}) as x order by place, n")


def compare(random, tables):
    """Two snapshots by key; rows whose key is NULL, or stands twice, are left out of both first."""
    key = random.choice(["k", "s", "a"])
    number = random.randrange(1_000_000)
    ignored = random.sample(["t", "c", "d", "b"], random.choice([0, 1, 3]))
    same = random.random() < 0.3
    options = {"with": f"before{number}", "on": key, "ignore": [*ignored, "n"], "same": same}

    def kept(table, name):
        return [{"filter": f"{key} is not null", "from": table}, {"distinct": key, "name": name}]

    stages = [*kept("u", f"before{number}"), *kept("l", f"after{number}"), {"compare": options}]
    stages.append({"select": [key, "change", "differs"]})
    both = [name for name in ("k", "t", "a", "b", "c", "d", "e", "s", "f") if name not in ignored and name != key]
    differing = ", ".join(f"case when a.{name} is distinct from b.{name} then '{name}' end" for name in both)
    sides = (f"(select distinct on ({key}) * from {table} where {key} is not null order by {key}, n) as {name}"
             for table, name in (("l", "a"), ("u", "b")))
    differs = f"case when a.n is null or b.n is null then array[]::text[] else array_remove(array[{differing}], null) end"
    inside = f"select coalesce(a.{key}, b.{key}) as key, a.n as after, b.n as before, {differs} as differs " \
             f"from {' full join '.join(sides)} on a.{key} = b.{key}"
    change = "case when before is null then 'added' when after is null then 'removed' " \
             "when cardinality(differs) = 0 then 'same' else 'changed' end"
    rows = f"select key as {key}, {change} as change, to_json(differs) as differs, after, before from ({inside}) as x"
    only = "" if same else " where change <> 'same'"
    return Case(stages, f"select {key}, change, differs from ({rows}) as y{only} order by after is null, after, before")
