# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Windows: ranks, neighbours, frames of rows, groups and ranges with exclusions, aggregates over them."""

from case import Case

_KEYS = ["a", "a desc", "d", "c desc nulls last", "b nulls first", "s", "f", "k", "t desc", "e", "n", "n desc"]
_FRAMES = [
    "rows between 2 preceding and current row", "rows between unbounded preceding and current row",
    "rows between 3 preceding and 1 preceding", "rows between 1 following and 4 following",
    "rows between current row and unbounded following", "rows between 2 preceding and 2 following",
    "rows between unbounded preceding and unbounded following", "rows 5 preceding", "rows between 4 preceding and 9 preceding",
]  # fmt: skip
_PEERS = [
    "groups between 1 preceding and 1 following", "groups between unbounded preceding and 1 preceding",
    "groups between current row and 2 following", "range between unbounded preceding and current row",
    "range between current row and unbounded following", "groups 2 preceding",
]  # fmt: skip
_EXCLUDED = ["", "", " exclude current row", " exclude group", " exclude ties", " exclude no others"]
# Of an order by one key: offsets in its unit.
_OFFSETS = {
    "a": "range between 3 preceding and 5 following", "d": "range between interval '6 days' preceding and current row",
    "e": "range between interval '1 day' preceding and interval '12 hours' following", "n": "range 4 preceding",
    "b": "range between 2.5 preceding and 2.5 following", "c": "range between 0.5 preceding and 1.5 following",
}  # fmt: skip
_AGGREGATES = [
    "count(*)", "count(a)", "sum(a)", "sum(b)", "min(a)", "max(b)", "min(s)", "max(d)", "avg(a)", "avg(b)", "bool_and(f)",
    "bool_or(f)", "min(e)", "max(c)", "sum(c)", "stddev(a)", "variance(c)", "count(t)", "max(t)",
    "bit_and(a)", "bit_or(a)", "bit_xor(a)", "corr(a, b)", "covar_pop(b, a)", "covar_samp(a, a)", "regr_slope(a, b)",
    "regr_count(b, a)", "regr_avgx(a, b)",
]  # fmt: skip
_INEXACT = ("avg", "stddev", "variance", "corr", "covar", "regr")


def over(parts, order, ties: bool, frame: str) -> str:
    """A window of PostgreSQL; with `ties`, rows that are equal stand in the order of the input."""
    keys = list(order) + (["n"] if ties else [])
    inside = [f"partition by {', '.join(parts)}"] if parts else []
    inside += [f"order by {', '.join(keys)}"] if keys else []
    return f"over ({' '.join(inside + ([frame] if frame else []))})"


def ranked(random, parts, order):
    """(leat's expression, PostgreSQL's, is it inexact)"""
    name = random.choice(["row_number()", "rank()", "dense_rank()", "percent_rank()", "cume_dist()", "ntile(1)", "ntile(7)"])
    by_row = name.startswith(("row_number", "ntile"))
    return name, f"{name} {over(parts, order, by_row, '')}", name in ("percent_rank()", "cume_dist()")


def neighbour(random, parts, order):
    value, default = random.choice([("a", "-1"), ("s", "'none'"), ("d", "date '2020-01-01'"), ("b", "0.5"), ("t", "t")])
    offset = random.choice(["", ", 1", ", 2", ", 0", f", 3, {default}", f", 1, {default}"])
    name = f"{random.choice(['lag', 'lead'])}({value}{offset})"
    return name, f"{name} {over(parts, order, True, '')}", False


def framed_value(random, parts, order):
    """Of frames of rows, in which the order of the input counts among equals."""
    value = random.choice(["a", "s", "d", "b"])
    call = random.choice([f"first_value({value})", f"last_value({value})", f"nth_value({value}, 2)"])
    frame = random.choice(_FRAMES) + random.choice(_EXCLUDED[:3])
    return f"{call} over ({frame})", f"{call} {over(parts, order, True, frame)}", False


def without_nulls(random, parts, order):
    """`ignore nulls`, which PostgreSQL lacks: the values of the frame as an array without NULLs."""
    value, place = random.choice(["a", "s", "d"]), random.choice([1, 2])
    frame = random.choice(_FRAMES[:6])
    call, index = random.choice([
        (f"first_value({value})", "1"), (f"last_value({value})", "-1"), (f"nth_value({value}, {place})", str(place)),
        (f"lag({value}, {place})", f"-{place}"), (f"lead({value}, {place})", str(place)),
    ])  # fmt: skip
    sides = {
        "lag": "rows between unbounded preceding and 1 preceding", "lead": "rows between 1 following and unbounded following",
    }  # fmt: skip
    theirs = sides.get(call.split("(")[0])
    values = f"array_remove(array_agg({value}) {over(parts, order, True, theirs or frame)}, null)"
    found = f"({values})[{index}]" if not index.startswith("-") else f"({values})[cardinality({values}) - {index[1:]} + 1]"
    return f"{call} ignore nulls" + ("" if theirs else f" over ({frame})"), found, False


def aggregated(random, parts, order):
    # The order of rows shows in texts, so they are only for windows in which it is total.
    in_order = random.random() < 0.15
    call = random.choice(["string_agg(s, '+')", "string_agg(t, '')"]) if in_order else random.choice(_AGGREGATES)
    if random.random() < 0.25:
        call += " filter (where f)"
    inexact = call.startswith(_INEXACT)
    kind = random.random()
    if in_order:
        kind = 0.5
    if kind < 0.25 or (not order and kind >= 0.6):
        return call, f"{call} {over(parts, order, False, '')}", inexact
    single = order[0].split()[0] if len(order) == 1 else ""
    if kind < 0.6:
        frame, ties = random.choice(_FRAMES), True
    elif single in _OFFSETS and kind < 0.8:
        frame, ties = _OFFSETS[single], False
    else:
        frame, ties = random.choice(_PEERS), False
    frame += random.choice(_EXCLUDED[:3] if ties else _EXCLUDED)
    return f"{call} over ({frame})", f"{call} {over(parts, order, ties, frame)}", inexact


def own_window(random, parts, order):
    """`over` with a partition or an order takes nothing from the stage."""
    parts = random.choice([["t"], ["f", "k"], []])
    order = random.sample(_KEYS, random.choice([1, 2])) if not parts or random.random() < 0.6 else []
    ours, theirs, inexact = random.choice([ranked, neighbour])(random, parts, order)
    inside = ([f"partition by {', '.join(parts)}"] if parts else []) + ([f"order by {', '.join(order)}"] if order else [])
    return f"{ours} over ({' '.join(inside)})", theirs, inexact


def window(random, tables):
    rows = len(tables.rows["l"])
    parts = random.choice([[], ["k"], ["t"], ["k", "f"], ["k % 2"]])
    order = [] if random.random() < 0.25 else random.sample(_KEYS, random.choice([1, 1, 2]))
    options = {"columns": {}}
    if parts:
        options["partition_by"] = parts
    if order:
        options["order_by"] = order
    columns, inexact = [], set()
    for number in range(random.choice([1, 2, 4])):
        makers = [ranked, neighbour, framed_value, aggregated, aggregated, own_window] + ([without_nulls] if rows <= 900 else [])
        ours, theirs, close = random.choice(makers)(random, parts, order)
        options["columns"][f"w{number}"] = ours
        columns.append(f"{theirs} as w{number}")
        inexact |= {f"w{number}"} if close else set()
    return Case([{"window": options}], f"select l.*, {', '.join(columns)} from l order by n", inexact)
