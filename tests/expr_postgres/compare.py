#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Do expressions mean what they mean in PostgreSQL?

usage: compare.py --binary-dir DIR [--seed N] [--count N] [--show N]

Generates expressions over a table of typed columns with NULLs and edge values (generate.py), has each evaluated by leat
(leat-evaluate) and by a PostgreSQL server that it starts in a folder of its own, and compares type, values and errors
row by row. A difference is a failure unless a rule of differences.py knows it; docs/guide/postgresql-differences.md says
why each rule is one. Where PostgreSQL's server is not installed the suite is skipped.

Prints the seed; --seed repeats a run. Each expression counts as one test.
"""

import argparse
import collections
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import differences
import generate
import server

COUNT = 3200
SEED = 2026  # the suite is the same in every run; `for seed in ...` finds more


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def unescaped(text: str) -> str:
    out, i = [], 0
    while i < len(text):
        if text[i] == "\\" and i + 1 < len(text):
            i += 1
            out.append({"t": "\t", "n": "\n"}.get(text[i], text[i]))
        else:
            out.append(text[i])
        i += 1
    return "".join(out)


class Cell(collections.namedtuple("Cell", "kind text")):
    """One row of one answer: kind is `value`, `null` or `error`."""


def leat_answers(binary_dir: pathlib.Path, expressions: list) -> list:
    """For each expression (type, cells)."""
    lines = ["\t".join(generate.COLUMNS), "\t".join(generate.COLUMNS.values())]
    for row in generate.ROWS:
        lines.append("\t".join("\\N" if value is None else escaped(value) for value in row))
    with tempfile.TemporaryDirectory(prefix="leat-expr-") as folder:
        table, texts = pathlib.Path(folder, "table.tsv"), pathlib.Path(folder, "expressions")
        table.write_text("\n".join(lines) + "\n")
        texts.write_text("\n".join(map(escaped, expressions)) + "\n")
        ran = subprocess.run([binary_dir / "leat-evaluate", table, texts], capture_output=True, text=True, check=True)
    answers = []
    for line in ran.stdout.splitlines():
        kind, *cells = line.split("\t")
        if kind == "mistake":
            answers.append((kind, [Cell("error", unescaped(cells[0]))] * len(generate.ROWS)))
            continue
        answers.append((kind, [leat_cell(cell) for cell in cells]))
    if len(answers) != len(expressions):
        raise RuntimeError(f"leat-evaluate answered {len(answers)} of {len(expressions)} expressions")
    return answers


def leat_cell(cell: str) -> Cell:
    if cell == "\\N":
        return Cell("null", "")
    if cell.startswith("\\E"):
        return Cell("error", unescaped(cell[2:]))
    return Cell("value", unescaped(cell))


def postgres_answers(database: server.Server, expressions: list) -> list:
    answers = []
    for kind, cells in database.evaluate(expressions):
        answers.append((kind, [Cell(which, text or "") for which, text in cells]))
    return answers


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary-dir", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--show", type=int, default=20, help="how many differences to print")
    arguments = parser.parse_args()
    reason = server.postgres.unavailable()
    if reason:
        print(f"note: skipped: {reason}\n0 passed, 0 failed")
        return 0
    print(f"seed {arguments.seed}")
    expressions = generate.expressions(random.Random(arguments.seed), arguments.count)
    ours = leat_answers(arguments.binary_dir, expressions)
    with server.Server(generate.COLUMNS, generate.ROWS) as database:
        theirs = postgres_answers(database, expressions)
    known, failed, values = collections.Counter(), 0, 0
    for expression, our, their in zip(expressions, ours, theirs):
        values += sum(a.kind == "value" and b.kind == "value" for a, b in zip(our[1], their[1]))
        wrong = []
        everywhere = all(cell.kind == "error" for cell in their[1])
        for row, (a, b) in enumerate(zip(our[1], their[1])):
            if differences.same(a, b, our[0], their[0]):
                continue
            rule = differences.rule_for(expression, a, b, our[0], their[0], everywhere)
            if rule:
                known[rule] += 1
            else:
                wrong.append((row, a, b))
        if not wrong:
            continue
        failed += 1
        if failed <= arguments.show:
            row, a, b = wrong[0]
            print(f"{expression}\n  row {row}: {generate.named_row(row)}\n  leat       {our[0]}: {a}\n"
                  f"  PostgreSQL {their[0]}: {b}")
    listed = ", ".join(f"{rule} {count}" for rule, count in sorted(known.items()))
    print(f"{values} pairs of values; known differences: {listed or 'none'}")
    print(f"{len(expressions) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
