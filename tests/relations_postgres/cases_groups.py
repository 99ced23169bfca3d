# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Groups: aggregate, distinct, top with partitions."""

from case import Case

# (leat's, PostgreSQL's where it differs, is it inexact)
_AGGREGATES = [
    ("count(*)", "", False), ("count(a)", "", False), ("sum(a)", "", False), ("sum(b)", "", False), ("min(a)", "", False),
    ("max(b)", "", False), ("min(s)", "", False), ("max(d)", "", False), ("avg(a)", "", True), ("avg(b)", "", True),
    ("sum(c)", "", False), ("min(c)", "", False), ("max(e)", "", False), ("bool_and(f)", "", False), ("bool_or(f)", "", False),
    ("every(f)", "", False), ("bit_and(a)", "", False), ("bit_or(a)", "", False), ("bit_xor(a)", "", False),
    ("stddev(a)", "", True), ("variance(c)", "", True), ("stddev_pop(b)", "", True), ("var_pop(a)", "", True),
    ("count(distinct a)", "", False), ("count(distinct s)", "", False), ("count(distinct d)", "", False),
    ("count(distinct b)", "", False), ("sum(distinct a)", "", False), ("min(f::text)", "", False),
    ("count(distinct a, t)", "count(distinct (a, t)) filter (where a is not null and t is not null)", False),
    ("median(a)", "percentile_cont(0.5) within group (order by a)", True),
    ("quantile_cont(c, 0.9)", "percentile_cont(0.9) within group (order by c)", True),
    ("quantile_disc(s, 0.25)", "percentile_disc(0.25) within group (order by s)", False),
    ("quantile_disc(b, 0.5)", "percentile_disc(0.5) within group (order by b)", False),
    ("first(a)", "(array_agg(a order by n))[1]", False), ("last(s)", "(array_agg(s order by n desc))[1]", False),
    ("first(s order by a desc)", "(array_agg(s order by a desc, n))[1]", False),
    ("last(d order by b)", "(array_agg(d order by b desc, n desc))[1]", False),
    ("arg_max(s, a)", "(array_agg(s order by a desc, n) filter (where a is not null))[1]", False),
    ("arg_min(b, d)", "(array_agg(b order by d, n) filter (where d is not null))[1]", False),
    ("max_by(n, c)", "(array_agg(n order by c desc, n) filter (where c is not null))[1]", False),
    ("string_agg(s, '|')", "string_agg(s, '|' order by n)", False),
    ("string_agg(s, ', ' order by a desc)", "string_agg(s, ', ' order by a desc, n)", False),
    ("string_agg(distinct t, ',' order by t)", "", False),
    ("array_agg(a)", "to_json(array_agg(a order by n))", False),
    ("array_agg(a order by d desc)", "to_json(array_agg(a order by d desc, n))", False),
    ("corr(a, n)", "corr(a, n)", True), ("covar_samp(a, c)", "", True), ("covar_pop(c, a)", "", True),
    ("regr_slope(a, n)", "", True), ("regr_intercept(a, n)", "", True), ("regr_count(a, c)", "", False),
    ("regr_sxx(a, c)", "", True), ("regr_avgx(a, c)", "", True),
    ("sum(all a)", "", False), ("count_if(f)", "count(*) filter (where f)", False),
    ("any_value(s order by a)", "(array_agg(s order by a, n) filter (where s is not null))[1]", False),
    ("max(a, 3)", "to_json((array_agg(a order by a desc, n) filter (where a is not null))[1:3])", False),
    ("arg_min(s, d, 2)", "to_json((array_agg(s order by d, n) filter (where d is not null))[1:2])", False),
    ("quantile_disc(n, [0.25, 0.5])", "to_json(percentile_disc(array[0.25, 0.5]) within group (order by n))", False),
]  # fmt: skip
_FILTERED = {name for name, other, _ in _AGGREGATES if not other}
_KEYS = [
    ("k", "k"), ("t", "t"), ("f", "f"), ("d", "d"), ("b", "b"), ("c", "c"), ("s", "s"), ("e", "e"),
    ("k % 3 as third", "k % 3 as third"),
    ("coalesce(t, 'none') as word", "coalesce(t, 'none') as word"),
    ("extract(month from d) as month", "extract(month from d) as month"),
    ("upper(t) as big", "upper(t) as big"), ("a", "a"), ("n", "n"),
]  # fmt: skip


def bare(keys) -> list:
    return [key.split(" as ")[0] for key in keys]


def name_of(key: str) -> str:
    return key.split(" as ")[-1]


def grouping_of(random, keys):
    """(the option, PostgreSQL's clause) of grouping sets, in ascending order of `grouping(...)`."""
    kind, texts = random.choice(["rollup", "cube", "sets"]), bare(key[1] for key in keys)
    if kind != "sets":
        return kind, f"{kind}({', '.join(f'({text})' for text in texts)})"
    # PostgreSQL's grouping() knows only keys that a set has.
    masks = [0, *sorted(random.sample(range(1, 2 ** len(keys)), random.randint(0, 2 ** len(keys) - 1)))]
    chosen = [[i for i in range(len(keys)) if not mask >> (len(keys) - 1 - i) & 1] for mask in masks]
    sets = ", ".join(f"({', '.join(texts[i] for i in one)})" for one in chosen)
    return [[name_of(keys[i][0]) for i in one] for one in chosen], f"grouping sets ({sets})"


def aggregate(random, tables):
    keys = random.sample(_KEYS, random.choice([0, 1, 1, 1, 2, 2, 3]))
    chosen = random.sample(_AGGREGATES, random.choice([1, 3, 6]))
    options, columns, inexact = {"columns": {}}, [key[1] for key in keys], set()
    if keys:
        options["by"] = [key[0] for key in keys]
    for number, (ours, theirs, close) in enumerate(chosen):
        theirs = theirs or ours
        if ours in _FILTERED and random.random() < 0.25:
            condition = random.choice(["f", "a > 0", "t <> 'a'", "b is null"])
            ours, theirs = (f"{text} filter (where {condition})" for text in (ours, theirs))
        options["columns"][f"x{number}"] = ours
        columns.append(f"{theirs} as x{number}")
        inexact |= {f"x{number}"} if close else set()
    groups = f" group by {', '.join(bare(key[1] for key in keys))} order by min(n)" if keys else ""
    if keys and random.random() < 0.4:
        options["grouping"], clause = grouping_of(random, keys)
        number = f"grouping({', '.join(bare(key[1] for key in keys))})"
        options["columns"]["absent"] = f"grouping({', '.join(name_of(key[0]) for key in keys)})"
        columns.append(f"{number} as absent")
        groups = f" group by {clause} order by min(n), {number}"
    return Case([{"aggregate": options}], f"select {', '.join(columns)} from l{groups}", inexact)


_ORDERS = ["a", "a desc", "s", "d desc nulls last", "b nulls first", "f desc", "c", "e desc", "t", "n desc"]


def distinct(random, tables):
    keys = bare(key[0] for key in random.sample(_KEYS, random.choice([1, 1, 2, 3])))
    order = random.sample(_ORDERS, random.choice([0, 0, 1, 2]))
    if random.random() < 0.2:
        return whole_rows(random)
    options = {"by": keys, "keep": random.choice(["first", "last"])}
    if order:
        options["order_by"] = order
    counted = random.random() < 0.5
    if counted:
        options["count"] = "copies"
    part = f"partition by {', '.join(keys)}"
    place = f"row_number() over ({part} order by {', '.join([*order, 'n'])})"
    inside = f"select l.*, {place} as place, count(*) over ({part}) as copies from l"
    wanted = "1" if options["keep"] == "first" else "copies"
    shown = "n, k, t, a, b, c, d, e, s, f" + (", copies" if counted else "")
    return Case([{"distinct": options}], f"select {shown} from ({inside}) as x where place = {wanted} order by n")


def whole_rows(random):
    names = random.sample(["k", "t", "f", "c", "d", "a"], random.choice([1, 2, 3]))
    columns = ", ".join(names)
    stages = [{"select": names}, random.choice([{"distinct": {}}, {"distinct": {"count": "copies"}}])]
    counted = ", count(*) as copies" if stages[1]["distinct"] else ""
    return Case(stages, f"select {columns}{counted} from l group by {columns} order by min(n)")


def top(random, tables):
    order = random.sample(_ORDERS, random.choice([1, 2]))
    rows = random.choice([0, 1, 2, 3, 10, 1000])
    ties = random.random() < 0.4
    keys = bare(key[0] for key in random.sample(_KEYS, random.choice([0, 1, 1, 2])))
    options = {"by": order, "rows": rows, "ties": ties}
    if keys:
        options["partition_by"] = keys
    part = f"partition by {', '.join(keys)}" if keys else ""
    kind = f"rank() over ({part} order by {', '.join(order)})" if ties else \
        f"row_number() over ({part} order by {', '.join([*order, 'n'])})"
    inside = f"select l.*, {kind} as place, min(n) over ({part}) as begins from l"
    shown = "n, k, t, a, b, c, d, e, s, f"
    ordered = ", ".join(["begins", *order, "n"])
    return Case([{"top": options}], f"select {shown} from ({inside}) as x where place <= {rows} order by {ordered}")
