# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Questions over CSV tables, answered by leat and by peers that speak SQL, from one alternating run.

A suite (tpch.py, groups.py, spill.py) has Questions and calls run_suite(). Each question is first answered once by every
tool, and the answers are compared with leat's: the same number of rows in the same order, where rows that are equal in
what a question orders by may stand in any order among themselves; exact values exactly, quotients and means to 1e-9. Who
answers differently is left out and said so. Then the tools take turns. What counts is the median time of whole processes.

Results are kept in CACHE/results, by suite, scale, limit of memory and commit; a run that was cut goes on where it was.
Peers are the wheels of peers/wheels.txt in $LEAT_BENCH_PYTHON, which `./dev bench` makes; each that is missing is skipped.
"""

import argparse
import csv
import dataclasses
import decimal
import hashlib
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys

from measured import Failed, run

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PEERS = {"hyper": "Hyper", "duckdb": "DuckDB", "polars": "Polars", "datafusion": "DataFusion", "chdb": "chDB"}
csv.field_size_limit(1 << 30)


@dataclasses.dataclass(frozen=True)
class Question:
    """`order`: the columns that the answer is ordered by, None: the answer is a set, or with `keeps_order` too long for
    memory and in a total order. `inexact`: those that hold quotients, means or other floats."""

    name: str
    title: str
    pipeline: pathlib.Path
    sql: str
    order: tuple | None = ()
    inexact: tuple = ()
    keeps_order: bool = False
    dialects: dict = dataclasses.field(default_factory=dict)  # {peer: its own SQL, or None: no question for it}
    parameters: dict = dataclasses.field(default_factory=dict)  # of the pipeline, besides data and output
    tables: tuple = ()  # left out: all of the suite


def dialects(folder: pathlib.Path, name: str) -> dict:
    """{peer: SQL} of the files NAME.PEER.sql: for peers that need a query written differently."""
    return {path.name.split(".")[1]: path.read_text() for path in folder.glob(f"{name}.*.sql")}


# ------------------------------------------------------------------------------------------------------ equal answers


def last_digit(cell: str) -> float:
    """What the last digit counts of a quotient of decimals, of which some peers keep six digits behind the point; else 0."""
    behind = cell.partition(".")[2]
    return 10.0 ** -len(behind) if len(behind) >= 6 and behind.isdigit() else 0.0


def is_equal(mine: str, other: str, inexact: bool) -> bool:
    if mine == other:
        return True
    if inexact and mine.lower() in ("", "nan"):
        return other.lower() in ("", "nan")  # a deviation of one value: NULL to some, NaN to others
    try:
        if inexact:  # 1e-12: what is left of a difference that is nothing
            return math.isclose(float(mine), float(other), rel_tol=1e-9, abs_tol=max(1e-12, last_digit(other)))
        return decimal.Decimal(mine) == decimal.Decimal(other)
    except (ValueError, decimal.InvalidOperation):
        return False


def sort_key(cell: str):
    """Numbers by value and before texts, so that 1.50 and 1.5 stand alike."""
    try:
        return (0, float(cell), "")
    except ValueError:
        return (1, 0.0, cell)


def order_of_ties(rows, order, inexact):
    """The rows, those that are equal in the columns `order` sorted by all exact columns, then by the others."""
    width = len(rows[0]) if rows else 0
    rest = [i for i in range(width) if i not in order and i not in inexact] + list(inexact)
    ordered, begin = [], 0
    for end in range(1, len(rows) + 1):
        same = end < len(rows) and all(is_equal(rows[begin][i], rows[end][i], i in inexact) for i in order)
        if not same:
            ordered += sorted(rows[begin:end], key=lambda row: [sort_key(row[i]) for i in rest])
            begin = end
    return ordered


def set_difference(question: Question, ours: pathlib.Path, theirs: pathlib.Path) -> str:
    """As difference(), for answers without an order, which may be too long for memory: without inexact columns what is kept
    of an answer is a sum of hashes; with them the other columns have to name a row."""
    kept, counts, sums = {}, [0, 0], [0, 0]
    for side, path in enumerate((ours, theirs)):
        with open(path, newline="") as file:
            rows = csv.reader(file)
            header = [name.lower() for name in next(rows)]
            inexact = [i for i, name in enumerate(header) if name in question.inexact]
            exact = [i for i in range(len(header)) if i not in inexact]
            for row in rows:
                key = "\0".join(repr(sort_key(row[i])) for i in exact)
                counts[side] += 1
                digest = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")
                sums[side] += digest * (counts[side] if question.keeps_order else 1)
                values = [row[i] for i in inexact]
                if inexact and side == 0:
                    kept[key] = values
                elif inexact and not all(map(is_equal, kept.pop(key, ["?"] * len(values)), values, [True] * len(values))):
                    return f"the row {row}"
    return "" if counts[0] == counts[1] and sums[0] == sums[1] else f"{counts[0]} and {counts[1]} rows, or their values"


def answer(path: pathlib.Path):
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    return [name.lower() for name in rows[0]], [row or [""] for row in rows[1:]]  # a NULL alone is an empty line


def difference(question: Question, ours: pathlib.Path, theirs: pathlib.Path) -> str:
    """The first thing in which two answers differ, or the empty string."""
    if question.order is None:
        return set_difference(question, ours, theirs)
    header, mine = answer(ours)
    other_header, others = answer(theirs)
    if header != other_header:
        return f"columns {', '.join(header)} and {', '.join(other_header)}"
    if len(mine) != len(others):
        return f"{len(mine)} and {len(others)} rows"
    order, inexact = ([header.index(name) for name in names] for names in (question.order, question.inexact))
    pairs = zip(order_of_ties(mine, order, inexact), order_of_ties(others, order, inexact))
    for number, (left, right) in enumerate(pairs, 1):
        if not all(is_equal(a, b, i in inexact) for i, (a, b) in enumerate(zip(left, right))):
            return f"row {number}: {left} and {right}"
    return ""


# -------------------------------------------------------------------------------------------------------------- tools


class Leat:
    name = "leat"

    def __init__(self, arguments):
        self.arguments = arguments
        self.missing = "" if os.access(arguments.binary, os.X_OK) else f"there is no program '{arguments.binary}'"

    def answers(self, question: Question) -> bool:
        return True

    def run(self, question: Question, tables, folder, output):
        given = {"data": folder, "output": output, **question.parameters}
        command = [self.arguments.binary, "run", question.pipeline, "--procs", str(self.arguments.procs), "--quiet"]
        if self.arguments.memory:
            command += ["--memory", str(self.arguments.memory)]
        return run(command + [part for name, value in given.items() for part in ("-p", f"{name}={value}")])


class SqlPeer:
    def __init__(self, kind: str, arguments, scratch: pathlib.Path):
        self.kind, self.name, self.arguments, self.scratch = kind, PEERS[kind], arguments, scratch
        self.command = [os.environ.get("LEAT_BENCH_PYTHON", "python3"), str(HERE / "sql_peer.py"), kind]
        found = subprocess.run([*self.command, "--version"], capture_output=True, text=True)
        self.missing = "" if found.returncode == 0 else f"'{self.command[0]}' does not have it"
        self.version = found.stdout.strip()

    def answers(self, question: Question) -> bool:
        return question.dialects.get(self.kind, question.sql) is not None

    def run(self, question: Question, tables, folder, output):
        wanted = question.tables or tables
        task = {
            "query": question.dialects.get(self.kind, question.sql), "output": str(output),
            "tables": {name: {"path": f"{folder}/{name}.csv", "columns": tables[name]} for name in wanted},
            "threads": self.arguments.procs, "memory": self.arguments.memory, "scratch": str(self.scratch),
        }  # fmt: skip
        environment = {"POLARS_MAX_THREADS": str(self.arguments.procs)}
        return run(self.command, environment, json.dumps(task))


# ------------------------------------------------------------------------------------------------------------ the runs


def runs_of(seconds: float, wanted: int) -> int:
    """Long runs are repeated less often."""
    return wanted if seconds < 30 else min(wanted, 3) if seconds < 120 else 1


class Kept:
    """Results in a file, written after every run. `runs[question][tool]` is a list of [seconds, MiB]."""

    def __init__(self, path: pathlib.Path):
        self.path, self.runs = path, {}
        if path.exists():
            self.runs = json.loads(path.read_text())

    def of(self, question: str) -> dict:
        return self.runs.setdefault(question, {})

    def save(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.runs, indent=1))
        part.rename(self.path)


def commit() -> str:
    """Of the tree; one with changes is another one for each state of its changes."""
    def git(*words):
        return subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True).stdout.strip()

    changes = git("diff", "HEAD")
    return git("rev-parse", "--short=12", "HEAD") + (f"-{hash_of(changes)}" if changes else "")


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


class Contest:
    def __init__(self, suite: str, tables: dict, arguments, folder: pathlib.Path):
        self.suite, self.tables, self.arguments, self.folder = suite, tables, arguments, folder
        self.out = arguments.cache / "out"
        self.out.mkdir(parents=True, exist_ok=True)
        tools = [Leat(arguments), *(SqlPeer(kind, arguments, self.out) for kind in PEERS)]
        for tool in tools:
            if tool.missing:
                self.say(f"{tool.name}: SKIPPED, {tool.missing}")
        self.tools = [tool for tool in tools if not tool.missing]
        memory = f"-{arguments.memory}" if arguments.memory else ""
        self.kept = Kept(arguments.cache / "results" / f"{suite}-{folder.name}{memory}-{commit()}.json")

    def say(self, text: str):
        print(f"{self.suite}: {text}", file=sys.stderr, flush=True)

    def compare(self, question: Question):
        """{tool: seconds} of those whose answer is leat's, and how many differed."""
        first, failures, target = {}, 0, {}
        for tool in self.tools:
            if not tool.answers(question):
                continue
            output = self.out / f"{self.suite}-{question.name}-{tool.name.lower()}.csv"
            output.unlink(missing_ok=True)
            try:
                seconds = tool.run(question, self.tables, self.folder, output).seconds
                differs = difference(question, target["leat"], output) if "leat" in target else ""
            except Failed as failure:
                seconds, differs = 0, f"it fails: {failure}"
            if differs:
                self.say(f"{question.name}: {tool.name}: SKIPPED, {differs}")
                failures += 1
                continue
            first[tool.name], target[tool.name] = seconds, output
        if failures == 0 or "leat" not in target:
            for output in target.values():
                output.unlink()
        return first, failures

    def measure(self, question: Question):
        runs = self.kept.of(question.name)
        first, _ = self.compare(question)
        for turn in range(self.arguments.runs):
            for tool in self.tools:
                if tool.name not in first or turn >= runs_of(first[tool.name], self.arguments.runs):
                    continue
                done = runs.setdefault(tool.name, [])
                if len(done) > turn:
                    continue
                output = self.out / f"{self.suite}-{question.name}-{tool.name.lower()}.csv"
                ran = tool.run(question, self.tables, self.folder, output)
                done.append([round(ran.seconds, 4), round(ran.rss_mib, 1)])
                output.unlink(missing_ok=True)
                self.kept.save()
        return runs

    def is_done(self, question: Question) -> bool:
        runs = self.kept.of(question.name)
        return "leat" in runs and all(
            tool.name in runs and len(runs[tool.name]) >= runs_of(runs[tool.name][0][0], self.arguments.runs)
            for tool in self.tools if tool.answers(question)
        )  # fmt: skip


def medians(runs: dict, figure: int) -> dict:
    return {name: statistics.median(ran[figure] for ran in done) for name, done in runs.items() if done}


def print_row(question: Question, runs: dict, tools):
    """A line of a table in Markdown: medians, the spread of leat's, and leat's time over the fastest peer's."""
    seconds, memory = medians(runs, 0), medians(runs, 1)
    peers = {name: value for name, value in seconds.items() if name != "leat"}
    times = [ran[0] for ran in runs.get("leat", [])]
    spread = f"{min(times):.2f} to {max(times):.2f}" if times else "-"
    cells = " | ".join(f"{seconds[name]:.2f} ({memory[name]:,.0f})" if name in seconds else "-" for name in tools)
    ratio = seconds["leat"] / min(peers.values()) if "leat" in seconds and peers else None
    print(f"| {question.name} | {question.title} | {cells} | {spread} | {f'{ratio:.2f}' if ratio else '-'} |", flush=True)
    return ratio


def parser(usage: str, scale: float) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(usage=usage)
    made.add_argument("questions", nargs="*", help="names; default: all")
    made.add_argument("--check", action="store_true", help="compare the answers, measure nothing")
    made.add_argument("--runs", type=int, default=5)
    made.add_argument("--scale", type=float, default=scale)
    made.add_argument("--procs", type=int, default=len(os.sched_getaffinity(0)))
    made.add_argument("--memory", type=int, default=0, help="bytes for leat, and for the peers that take a limit; 0: none")
    made.add_argument("--peers", help="names of peers, with commas; default: all")
    made.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(os.environ.get("TMPDIR", "/tmp"), "leat-bench"))
    made.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/bench/leat")
    return made


def run_suite(suite: str, questions, tables: dict, arguments, folder: pathlib.Path) -> int:
    wanted = [question for question in questions if not arguments.questions or question.name in arguments.questions]
    if not wanted:
        print("\n".join(f"{question.name:<6} {question.title}" for question in questions))
        return 2
    contest = Contest(suite, tables, arguments, folder)
    if arguments.peers is not None:
        chosen = [name.lower() for name in arguments.peers.split(",")]
        contest.tools = [tool for tool in contest.tools if tool.name == "leat" or tool.name.lower() in chosen]
    if arguments.check:
        passed, failed = 0, 0
        for question in wanted:
            first, failures = contest.compare(question)
            failed += failures > 0 or "leat" not in first
            passed += failures == 0 and len(first) > 1
            print(f"{question.name}: {', '.join(first) or 'nobody'}", flush=True)
        print(f"{passed} passed, {failed} failed")
        return 1 if failed else 0
    names = [tool.name for tool in contest.tools]
    print(f"seconds (peak MiB), medians, at {contest.kept.path.stem}; " + ", ".join(
        f"{tool.name} {tool.version}" for tool in contest.tools if tool.name != "leat"
    ))  # fmt: skip
    print(f"\n| | question | {' | '.join(names)} | leat, spread | leat / fastest |\n|{'---|' * (len(names) + 4)}")
    ratios = []
    for question in wanted:
        runs = contest.kept.of(question.name) if contest.is_done(question) else contest.measure(question)
        ratios.append(print_row(question, runs, names))
    known = [ratio for ratio in ratios if ratio]
    if known:
        print(f"\ngeometric mean {statistics.geometric_mean(known):.3f}, worst {max(known):.2f}, {len(known)} of {len(wanted)}")
    return 0
