#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Sort, group, distinct, join and window over more than fits in memory: leat beside DuckDB, DataFusion and others.

usage: ./dev bench spill [sort ...] [--check] [--runs N] [--scale F] [--procs N] [--memory BYTES] [--peers A,B] [--cache DIR]

10^8 rows of six columns, about 9 GB, times --scale, and 10^7 rows to join them with; --memory is 512 MiB unless given. Peers
that take a limit get the same one; what a process took is in the table. --check compares and measures nothing. How answers
are compared and what counts is said in peers/contest.py.
"""

import pathlib
import random
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))
import contest  # noqa: E402

ROWS, SEED = 100_000_000, 512
BLOCK = 100_000  # rows that are made at once
TABLES = {
    "big": {"id": "int64", "ts": "int64", "key": "int64", "cat": "utf8", "amount": "decimal(12,2)", "note": "utf8"},
    "small": {"key": "int64", "name": "utf8", "grp": "int64"},
}
_QUESTIONS = [
    ("sort", "by time", ("big",)), ("group", "by nearly as many keys", ("big",)), ("distinct", "pairs", ("big",)),
    ("join", "with a tenth of the rows", ("big", "small")), ("window", "number, running sum", ("big",)),
]  # fmt: skip


def questions():
    for name, title, tables in _QUESTIONS:
        yield contest.Question(
            name, title, HERE / f"spill/pipelines/{name}.yaml", (HERE / f"spill/sql/{name}.sql").read_text(), None,
            keeps_order=name == "sort", tables=tables,
        )  # fmt: skip


def make_data(scale: float, cache: pathlib.Path) -> pathlib.Path:
    folder = cache / f"spill-{scale:g}"
    if folder.exists():
        return folder
    rows = max(1000, round(ROWS * scale))
    print(f"spill: making {rows:,} rows", file=sys.stderr)
    part = cache / f"spill-{scale:g}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    draw = random.Random(SEED)
    with open(part / "big.csv", "w") as file:
        file.write("id,ts,key,cat,amount,note\n")
        for begin in range(0, rows, BLOCK):
            count = min(BLOCK, rows - begin)
            times = draw.choices(range(1_700_000_000, 1_760_000_000), k=count)
            keys, cats = draw.choices(range(rows), k=count), draw.choices(range(100), k=count)
            file.writelines(
                f"{begin + i},{times[i]},{keys[i]},cat{cats[i]:02},{draw.getrandbits(24) / 100:.2f},"
                f"{draw.getrandbits(128):032x}\n"
                for i in range(count)
            )
    with open(part / "small.csv", "w") as file:
        file.write("key,name,grp\n")
        step = 10  # every tenth key, in no order
        order = list(range(0, rows, step))
        draw.shuffle(order)
        file.writelines(f"{key},name {key * 7919 % rows},{key % 1000}\n" for key in order)
    part.rename(folder)
    return folder


def main() -> int:
    parser = contest.parser(__doc__.split("\n\n")[1], 1.0)
    parser.set_defaults(memory=512 << 20)
    arguments = parser.parse_args()
    return contest.run_suite("spill", list(questions()), TABLES, arguments, make_data(arguments.scale, arguments.cache))


if __name__ == "__main__":
    sys.exit(main())
