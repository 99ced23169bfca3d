# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Joins: of every kind, by keys and conditions, as of a time, and rows that break what a join demands."""

from case import Case
from tables import TYPES, server_type

MANY = 300_000  # pairs in an answer; more only take time
SERVER_TYPES = {name: server_type(kind) for name, kind in TYPES.items()}
LEFT, RIGHT = list(TYPES), ["r" + name for name in TYPES]

# (keys as leat writes them, the condition, plain keys of the right side, the column of a table that makes pairs)
_KEYS = [
    (["k = rk"], "l.k = r.rk", ["rk"], 1),
    (["t = rt"], "l.t = r.rt", ["rt"], 2),
    (["k = rk", "t = rt"], "l.k = r.rk and l.t = r.rt", ["rk", "rt"], 1),
    (["t = rt", "k % 3 = rk"], "l.t = r.rt and l.k % 3 = r.rk", ["rt", "rk"], 2),
    (["k % 5 = rk % 5", "s = rs"], "l.k % 5 = r.rk % 5 and l.s = r.rs", ["rs"], 8),
    (["b = rb"], "l.b = r.rb", ["rb"], 4),
    (["c = rc", "d = rd"], "l.c = r.rc and l.d = r.rd", ["rc", "rd"], 5),
    (["k = rb"], "l.k = r.rb", ["rb"], 1),
    (["c = rk"], "l.c = r.rk", ["rk"], 1),
    (["lower(t) = rt", "f = rf"], "lower(l.t) = r.rt and l.f = r.rf", ["rt", "rf"], 2),
]
_CONDITIONS = [
    "a < ra", "a between ra and ra + 10", "b >= rb", "s <> rs", "a < ra and s <= rs", "f or rf", "a = ra",
    "d <= rd and d > rd - 7", "a between ra and rk", "e >= re", "a + ra > 10",
]  # fmt: skip
_LOOSE = ["a between ra and ra + 10", "e >= re", "a < ra", "b >= rb and b < rb + 20", "s = rs", "d <= rd and k > rk", "c < rc"]


def null_safe(condition: str) -> str:
    return condition.replace(" = ", " is not distinct from ")


def query(how, condition, plain, keys, filled) -> str:
    """The rows of l and r that match, in leat's order."""
    if how in ("semi", "anti"):
        found = f"exists (select from r where {condition})"
        return f"select l.* from l where {'not ' if how == 'anti' else ''}{found} order by n"
    left = []
    for name in LEFT:
        partner = next((right for right, key in filled if key == name), None)
        left.append(f"coalesce(l.{name}, r.{partner}) as {name}" if partner and how in ("right", "full") else f"l.{name}")
    right = [f"r.{name}" for name in RIGHT if name not in plain]
    if how == "full":  # PostgreSQL's own needs a condition that can be merged or hashed
        shown = ", ".join(left + right)
        rest = f"(select {', '.join(f'null::{kind} as {name}' for name, kind in SERVER_TYPES.items())}) as l cross join r"
        matched = f"select {shown}, l.n as left_n, r.rn as right_n from l left join r on {condition}"
        alone = f"select {shown}, l.n, r.rn from {rest} where not exists (select from l where {condition})"
        outer = ", ".join(name.split(" as ")[-1].split(".")[-1] for name in left + right)
        return f"select {outer} from ({matched} union all {alone}) as x order by left_n is null, left_n, right_n"
    kind = "cross join r" if how == "cross" else f"{how} join r on {condition}"
    return f"select {', '.join(left + right)} from l {kind} order by l.n is null, l.n, r.rn"


def join(random, tables):
    choice = random.random()
    if choice < 0.18:
        return asof(random, tables)
    if choice < 0.28:
        return demanding(random, tables)
    if choice < 0.40:
        return conditional(random, tables)
    how = random.choice(["inner", "inner", "left", "right", "full", "semi", "anti"])
    keys, condition, plain, column = random.choice(_KEYS)
    if how not in ("semi", "anti") and tables.matches(column) > MANY:
        return None
    options = {"with": "r", "on": keys, "how": how}
    if random.random() < 0.2:
        options["null_keys"] = "match"
        condition = null_safe(condition)
    if random.random() < 0.4:
        where = random.choice(_CONDITIONS)
        options["where"] = where
        condition = f"{condition} and ({where})"
    filled = [(right.strip(), left.strip()) for left, right in (key.split("=") for key in keys) if left.strip() in LEFT]
    kept = [name for name in plain if how in ("right", "full") and name not in dict(filled)]
    plain = [name for name in plain if name not in kept]
    if how in ("inner", "left") and random.random() < 0.2:
        return nearest_partner(random, options, condition, plain)
    return Case([{"join": options}], query(how, condition, plain, keys, filled))


def nearest_partner(random, options, condition, plain):
    """matches: first or last."""
    options["matches"] = random.choice(["first", "last"])
    right = ", ".join(f"r.{name}" for name in RIGHT if name not in plain)
    order = "rn desc" if options["matches"] == "last" else "rn"
    kind = "cross join" if options["how"] == "inner" else "left join"
    on = " on true" if kind == "left join" else ""
    found = f"lateral (select * from r where {condition} order by {order} limit 1) as r"
    return Case([{"join": options}], f"select l.*, {right} from l {kind} {found}{on} order by l.n")


def conditional(random, tables):
    """Without keys."""
    if tables.pairs() > MANY:
        return None
    how = random.choice(["inner", "left", "right", "full", "semi", "anti", "cross"])
    options = {"with": "r", "how": how}
    condition = "true"
    if how != "cross":
        options["where"] = condition = random.choice(_LOOSE)
    return Case([{"join": options}], query(how, condition, [], [], []))


def asof(random, tables):
    """The last at or before, the first at or behind, the nearest; with and without keys, tolerance and equality."""
    if tables.pairs() > 4_000_000:
        return None
    time, other, distance, tolerance = random.choice([
        ("e", "re", "abs(extract(epoch from l.e - r.re))", ("interval '36 hours'", "129600")),
        ("a", "ra", "abs(l.a - r.ra)", ("5", "5")),
        ("d", "rd", "abs(l.d - r.rd)", ("interval '3 days'", "3")),
        ("b", "rb", "abs(l.b - r.rb)", ("2.5", "2.5")),
    ])  # fmt: skip
    keys, match, plain, _ = random.choice([([], "true", [], 0), *_KEYS[:3]])
    how = random.choice(["inner", "left"])
    direction = random.choice(["backward", "forward", "nearest"])
    exact = random.random() < 0.7
    options = {"with": "r", "asof": f"{time} = {other}", "how": how, "direction": direction, "exact": exact}
    if keys:
        options["on"] = keys
    if random.random() < 0.5:
        options["tolerance"] = tolerance[0]
        match += f" and {distance} <= {tolerance[1]}"
    equal = "=" if exact else ""
    backward = f"(select r.*, {distance} as far, 0 as side from r where {match} and r.{other} <{equal} l.{time} " \
               f"order by {other} desc, rn desc limit 1)"
    forward = f"(select r.*, {distance} as far, 1 as side from r where {match} and r.{other} >{equal} l.{time} " \
              f"order by {other}, rn limit 1)"
    found = {"backward": backward, "forward": forward, "nearest": f"(select * from ({backward} union all {forward}) as x "
             "order by far, side limit 1)"}[direction]
    right = ", ".join(f"x.{name}" for name in RIGHT if name not in plain)
    sql = f"select l.*, {right} from l left join lateral {found} as x on true"
    return Case([{"join": options}], f"{sql}{' where x.rn is not null' if how == 'inner' else ''} order by l.n")


def demanding(random, tables):
    """What is left when rows that break a cardinality, or lack a partner, are rejected."""
    keys, condition, _, column = random.choice(_KEYS[:4])
    if tables.matches(column) > MANY or tables.pairs() > 4_000_000:
        return None
    how = random.choice(["inner", "left"])
    options = {"with": "r", "on": keys, "how": how}
    partners = f"(select count(*) from r where {condition})"
    earlier = f"exists (select from r where {condition} and exists (select from l as x where x.n < l.n and " \
              f"{condition.replace('l.', 'x.')}))"
    kind = random.choice(["missing", "many_to_one", "one_to_many", "one_to_one"])
    if kind == "missing":
        how = options["how"] = "inner"
        options["missing"] = "error"
        broken = f"{partners} = 0"
    else:
        options["cardinality"] = kind
        broken = {"many_to_one": f"{partners} > 1", "one_to_many": earlier, "one_to_one": f"{partners} > 1 or {earlier}"}[kind]
    good = f"(select * from l where not ({broken})) as l"
    sql = f"select l.n, r.rn from {good} {how} join r on {condition} order by l.n, r.rn"
    return Case([{"join": options, "on_error": "reject"}, {"select": ["n", "rn"]}], sql, rejects=True)
