#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Do relational operators give the rows that PostgreSQL gives, in the order that leat promises?

usage: compare.py --binary-dir DIR [--seed N] [--count N] [--only KIND] [--show N] [--case NUMBER]

Generates tables (tables.py) and, over each, cases of every kind (cases_*.py): a stage of leat, and a query whose `order by`
says in which order the rows have to come. All cases of one pair of tables are stages of one pipeline, and one script for
the server. In every second round every n-th request for memory that could be state on disk is refused (LEAT_REFUSE_EVERY,
which the test build knows), so that small data spill. Exact values are compared exactly, means and their like to 1e-9.

Prints the seed; --seed repeats a run, --case N shows the pipeline and the query of one case. Where PostgreSQL's server is
not installed the suite is skipped.
"""

import argparse
import collections
import decimal
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
import cases_groups
import cases_join
import cases_sets
import cases_window
import postgres
import tables

COUNT = 240
SEED = 2026  # the suite is the same in every run; `./dev soak relations` finds more
PER_ROUND = 15
KINDS = {
    "join": cases_join.join, "window": cases_window.window, "aggregate": cases_groups.aggregate,
    "distinct": cases_groups.distinct, "top": cases_groups.top, "sets": cases_sets.sets,
}  # fmt: skip
STAMP = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?)Z?")
WORDS = {"true": "t", "false": "f"}


def is_equal(ours: str, theirs: str, inexact: bool) -> bool:
    if theirs in (ours, WORDS.get(ours), STAMP.sub(r"\1 \2", ours)):
        return True
    try:
        if inexact:
            a, b = float(ours), float(theirs)
            return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) or (math.isnan(a) and math.isnan(b))
        return decimal.Decimal(ours) == decimal.Decimal(theirs)
    except (ValueError, decimal.InvalidOperation):
        return False


def difference(case, ours: list, theirs: list) -> str:
    """The first thing in which two answers differ, or the empty string."""
    if ours[:1] != theirs[:1]:
        return f"columns {ours[:1]} and {theirs[:1]}"
    inexact = [name in case.inexact for name in ours[0]]
    for number, (mine, other) in enumerate(zip(ours[1:], theirs[1:]), 1):
        if len(mine) != len(other) or not all(map(is_equal, mine, other, inexact)):
            return f"row {number}:\n    leat       {mine}\n    PostgreSQL {other}"
    return f"{len(ours) - 1} and {len(theirs) - 1} rows" if len(ours) != len(theirs) else ""


def inputs_of(stage: dict) -> list:
    first = stage.get("from", [])
    options = next(iter(stage.values()))
    second = options.get("with") if isinstance(options, dict) else None
    return (first if isinstance(first, list) else [first]) + ([second] if second else [])


class Round:
    """Tables and the cases over them."""

    def __init__(self, number: int, seed: int, kinds: list, largest: int):
        self.random = random.Random(f"{seed}/{number}")
        self.tables = tables.Tables(self.random, largest)
        self.chunk = self.random.choice(["1KiB", "8KiB", "2MiB"])  # small ones deal the rows of small tables to all lanes
        self.refuse = self.random.choice([5, 7, 25, 60]) if number % 2 else 0
        made = ((kind, KINDS[kind](self.random, self.tables)) for kind in kinds)
        self.cases = [(kind, case) for kind, case in made if case is not None]

    def pipeline(self, folder, chosen) -> dict:
        """The stages of the chosen cases, whose answers go to folder/out-N.csv."""
        stages = []
        for number in chosen:
            case = self.cases[number][1]
            for i, stage in enumerate(case.stages):
                last = {"name": f"case{number}"} if i + 1 == len(case.stages) else {}
                if "on_error" in stage:
                    last = {"name": f"demanding{number}"}
                stages.append({**stage, **last, **({"from": stage.get("from", "l")} if i == 0 else {})})
            sink = {"path": str(folder / f"out-{number}.csv"), "nulls": tables.NULL}
            stages.append({"write_csv": sink, "from": f"case{number}"})
            if case.rejects:
                stages.append({"write_jsonl": str(folder / f"rejects-{number}"), "from": f"demanding{number}.rejects"})
        used = {name for stage in stages for name in inputs_of(stage)}
        sources = [tables.read_stage(table, folder / f"{table}.csv", self.chunk) for table in "lru" if table in used]
        return {"stages": sources + stages}

    def run(self, binary, folder, chosen):
        """Nothing, or what leat says when it fails."""
        file = folder / "pipeline.yaml"
        file.write_text(json.dumps(self.pipeline(folder, chosen), indent=1))
        procs = str(self.random.choice([1, 2, 4]))
        # A stage that cannot go on without what it was refused says so: then the run is done with all it asks for.
        for refuse in (self.refuse, 0):
            ran = subprocess.run(
                [binary, "run", file, "--quiet", "--procs", procs], capture_output=True, text=True, timeout=600,
                env={**os.environ, "LEAT_REFUSE_EVERY": str(refuse)},
            )
            if not (refuse and ran.returncode == 1 and "of the memory limit" in ran.stderr):
                break
        return "" if ran.returncode in (0, 3) else ran.stderr.strip() or f"exit code {ran.returncode}"

    def ours(self, binary, folder):
        """For each case its rows, or the message of its failure. A run that fails is done again case by case."""
        for table in "lru":
            rows = self.tables.rows["l" if table == "l" else "r"]
            (folder / f"{table}.csv").write_text(tables.csv_text(table, rows))
        everything = range(len(self.cases))
        together = self.run(binary, folder, everything)
        answers = []
        for number in everything:
            failure = self.run(binary, folder, [number]) if together else ""
            path = folder / f"out-{number}.csv"
            answers.append(failure or tables.parsed(path.read_text()))
        return answers, together

    def script(self) -> str:
        parts = [tables.sql_of(self.tables)]
        for _, case in self.cases:
            parts.append(f"\\echo ==case==\ncopy ({case.sql}) to stdout (format csv, header, null '{tables.NULL}');\n")
        return "".join(parts)


def check(done: Round, first: int, binary, database, arguments, counts) -> int:
    failed = 0
    with tempfile.TemporaryDirectory(prefix="leat-relations-") as name:
        ours, together = done.ours(binary, pathlib.Path(name))
    theirs = database.sql(done.script()).split("==case==\n")[1:]
    if together and not any(isinstance(answer, str) for answer in ours):
        print(f"FAILED round of {first}: its cases fail together, but not alone: {together}\n  {sizes(done)}")
        failed += 1
    for number, ((kind, case), mine, other) in enumerate(zip(done.cases, ours, theirs), first):
        wrong = mine if isinstance(mine, str) else difference(case, mine, tables.parsed(other))
        counts[kind] += 1
        counts["rows"] += 0 if isinstance(mine, str) else len(mine) - 1
        if wrong:
            failed += 1
            print(f"FAILED {kind} {number}: {wrong}\n  {json.dumps(case.stages)}\n  {case.sql}\n  {sizes(done)}")
        elif number == arguments.case:
            print(json.dumps(case.stages, indent=1), case.sql, sizes(done), mine, sep="\n")
    return failed


def sizes(done: Round) -> str:
    rows = ", ".join(f"{name} {len(rows)}" for name, rows in done.tables.rows.items())
    return f"rows: {rows}; refused: {f'one of {done.refuse}' if done.refuse else 'none'}"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary-dir", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--case", type=int, help="show this case; cases are numbered from 0")
    parser.add_argument("--rows", type=int, default=10000, help="rows of a table at most")
    arguments = parser.parse_args()
    reason = postgres.unavailable()
    if reason:
        print(f"note: skipped: {reason}\n0 passed, 0 failed")
        return 0
    print(f"seed {arguments.seed}")
    counts, failed, number = collections.Counter(), 0, 0
    with postgres.Server() as database:
        while (total := sum(counts[kind] for kind in KINDS)) < arguments.count:
            kinds = [arguments.only or list(KINDS)[i % len(KINDS)] for i in range(PER_ROUND)]
            done = Round(number, arguments.seed, kinds, arguments.rows)
            failed += check(done, total, arguments.binary_dir / "leat", database, arguments, counts)
            number += 1
    print(", ".join(f"{kind} {count}" for kind, count in counts.items()))
    print(f"{total - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
