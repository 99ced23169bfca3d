#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""The ten group-by and five join questions of the h2o.ai db-benchmark: leat beside Hyper, DuckDB, Polars and others.

usage: ./dev bench groups [g01 ... j05] [--check] [--runs N] [--scale F] [--procs N] [--memory BYTES] [--peers A,B] [--cache DIR]

Tables are made after the benchmark's published rules, with 10^7 rows times --scale, 100 groups, no NULLs, in no order: values
are drawn evenly; of a key of joins nine tenths of the values are on both sides, a tenth on one alone, and each value of a
side stands there at least once. From CSV to CSV. Answers are compared as sets. --check compares and measures nothing.
How answers are compared and what counts is said in peers/contest.py.
"""

import pathlib
import random
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))
import contest  # noqa: E402

ROWS, GROUPS, SEED = 10_000_000, 100, 108
BLOCK = 100_000  # rows that are made at once
_X = {"id1": "int64", "id2": "int64", "id3": "int64", "id4": "utf8", "id5": "utf8", "id6": "utf8", "v1": "float64"}
TABLES = {
    "groups": {
        "id1": "utf8", "id2": "utf8", "id3": "utf8", "id4": "int64", "id5": "int64", "id6": "int64", "v1": "int64", "v2": "int64",
        "v3": "float64",
    },
    "x": _X,
    "small": {"id1": "int64", "id4": "utf8", "v2": "float64"},
    "medium": {"id1": "int64", "id2": "int64", "id4": "utf8", "id5": "utf8", "v2": "float64"},
    "big": {**{name: kind for name, kind in _X.items() if name != "v1"}, "v2": "float64"},
}  # fmt: skip
# Name, title, inexact columns, table beside x.
_QUESTIONS = [
    ("g01", "sum, 100 texts", "", ""), ("g02", "sum, pairs of texts", "", ""), ("g03", "sum, mean, many texts", "v3", ""),
    ("g04", "means, 100 numbers", "v1 v2 v3", ""), ("g05", "sums, many numbers", "v3", ""),
    ("g06", "median, deviation", "median_v3 sd_v3", ""), ("g07", "range, many texts", "", ""), ("g08", "two largest", "", ""),
    ("g09", "correlation", "r2", ""), ("g10", "six keys", "v3", ""), ("j01", "join small", "", "small"),
    ("j02", "join medium", "", "medium"), ("j03", "left join medium", "", "medium"), ("j04", "join medium by text", "", "medium"),
    ("j05", "join big", "", "big"),
]  # fmt: skip


def questions():
    for name, title, inexact, other in _QUESTIONS:
        yield contest.Question(
            name, title, HERE / f"groups/pipelines/{name}.yaml", (HERE / f"groups/sql/{name}.sql").read_text(), None,
            tuple(inexact.split()), contest.dialects(HERE / "groups/sql", name), tables=("x", other) if other else ("groups",),
        )  # fmt: skip


def write(path: pathlib.Path, header: str, rows: int, block):
    """`block(n)` makes n rows as lines."""
    with open(path, "w") as file:
        file.write(header + "\n")
        for begin in range(0, rows, BLOCK):
            file.write("\n".join(block(min(BLOCK, rows - begin))) + "\n")


def amount(random) -> str:
    """Up to 100, six digits behind the point."""
    return f"{random() * 100:.6f}".rstrip("0").rstrip(".")


def make_groups(path: pathlib.Path, rows: int):
    draw = random.Random(SEED)
    many = max(1, rows // GROUPS)

    def block(count):
        ids = [draw.choices(range(1, end + 1), k=count) for end in (GROUPS, GROUPS, many, GROUPS, GROUPS, many, 5, 15)]
        for a, b, c, d, e, f, v, w in zip(*ids):
            yield f"id{a:03},id{b:03},id{c:010},{d},{e},{f},{v},{w},{amount(draw.random)}"

    write(path, "id1,id2,id3,id4,id5,id6,v1,v2,v3", rows, block)


def split_keys(draw, count: int):
    """(left, right): `count` different keys each, nine tenths of them on both sides."""
    keys = draw.sample(range(1, count + count // 10 + 1), count + count // 10)
    both = count - count // 10
    return keys[:count], keys[:both] + keys[count:]


def all_of(draw, keys: list, rows: int) -> list:
    """`rows` keys in no order, each at least once if they are no more."""
    chosen = keys[:rows] + draw.choices(keys, k=max(0, rows - len(keys)))
    draw.shuffle(chosen)
    return chosen


def make_joins(folder: pathlib.Path, rows: int):
    draw = random.Random(SEED)
    counts = [max(1, rows // 1_000_000), max(1, rows // 1000), rows]
    keys = [split_keys(draw, count) for count in counts]
    for table, size, side in [("x", rows, 0), ("small", counts[0], 1), ("medium", counts[1], 1), ("big", rows, 1)]:
        used = {"small": [0], "medium": [0, 1]}.get(table, [0, 1, 2])
        ids = [all_of(draw, keys[i][side], size) for i in used]
        names = [f"id{i + 1}" for i in used] + [f"id{i + 4}" for i in used] + ["v1" if table == "x" else "v2"]
        lines = zip(*ids)

        def block(count):
            for _ in range(count):
                row = next(lines)
                yield ",".join([*map(str, row), *(f"id{key}" for key in row), amount(draw.random)])

        write(folder / f"{table}.csv", ",".join(names), size, block)


def make_data(scale: float, cache: pathlib.Path) -> pathlib.Path:
    folder = cache / f"groups-{scale:g}"
    if folder.exists():
        return folder
    rows = max(1000, round(ROWS * scale))
    print(f"groups: making tables of {rows:,} rows", file=sys.stderr)
    part = cache / f"groups-{scale:g}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    make_groups(part / "groups.csv", rows)
    make_joins(part, rows)
    part.rename(folder)
    return folder


def main() -> int:
    arguments = contest.parser(__doc__.split("\n\n")[1], 1.0).parse_args()
    return contest.run_suite("groups", list(questions()), TABLES, arguments, make_data(arguments.scale, arguments.cache))


if __name__ == "__main__":
    sys.exit(main())
