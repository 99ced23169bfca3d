#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Jobs on data files: leat beside DuckDB, Polars, ClickHouse, awk, Miller and jq, from one alternating run.

usage: ./dev bench data [JOB...] [--runs N] [--scale F] [--procs N] [--json | --markdown] [--cache DIR] [--list]

Each job is done once by every tool to warm the page cache and to compare the results; then the tools take turns, N times
(default 5; one that is 8 times as slow as leat only once). What counts is the median of the time of the whole process,
and its peak resident memory. A tool that is not installed, or that cannot do the job, is left out and said so. Data and
outputs are kept in --cache (default $TMPDIR/leat-bench) and made anew only when the kind, number of rows or generator
changes. peers/jobs.py has the jobs.

Where peers are looked for:
  DuckDB  `duckdb` on PATH, the module `duckdb` of $LEAT_BENCH_PYTHON (which `./dev bench` makes), or the node package
          @duckdb/node-api below $LEAT_BENCH_NODE_MODULES (npm i @duckdb/node-api)
  Polars, chDB, Hyper
          the modules `polars`, `chdb` (ClickHouse in the process) and `tableauhyperapi` of $LEAT_BENCH_PYTHON
  mawk, Miller (mlr), jq
          on PATH; each only for the jobs that it is made for
--json prints one object for each job and peer: {name, unit, ours, peer, peer_value, ratio, goal}; `ratio` is the peer's
figure over ours, so more is better for us, and `goal` is what it should be at least.
"""

import argparse
import csv
import hashlib
import itertools
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))
from jobs import JOBS, TABLES, Job  # noqa: E402
from measured import Failed, Ran, run  # noqa: E402

ROOT = HERE.parents[1]
csv.field_size_limit(1 << 30)
SLOW = 8  # times as slow as leat: one turn is enough


class Unsuited(Exception):
    """Not a job for this tool."""


# ---------------------------------------------------------------------------------------------------------------- tools


class Leat:
    def __init__(self, binary: pathlib.Path, procs: int):
        self.name, self.binary, self.procs = "leat", binary, procs
        self.missing = "" if os.access(binary, os.X_OK) else f"there is no program '{binary}'"

    def run(self, job: Job, sources: dict, target) -> Ran:
        pipeline = HERE / "pipelines" / f"{job.name}.yaml"
        given = {**sources, "output": target}
        parameters = [part for name, value in given.items() for part in ("-p", f"{name}={value}")]
        return run([self.binary, "run", pipeline, *parameters, "--procs", str(self.procs), "--quiet"])


class DuckDb:
    def __init__(self, procs: int, scratch: pathlib.Path):
        self.name, self.missing, self.procs, self.scratch = "DuckDB", "", procs, scratch
        modules = os.environ.get("LEAT_BENCH_NODE_MODULES", "")
        python = os.environ.get("LEAT_BENCH_PYTHON", "python3")
        if shutil.which("duckdb"):
            self.command, self.environment = ["duckdb", "-c"], {}
        elif subprocess.run([python, "-c", "import duckdb"], capture_output=True).returncode == 0:
            self.command, self.environment = [python, "-c", "import duckdb, sys; duckdb.execute(sys.argv[1])"], {}
        elif modules and shutil.which("node") and pathlib.Path(modules, "@duckdb/node-api").is_dir():
            self.command, self.environment = ["node", str(HERE / "peers/duckdb.js")], {"NODE_PATH": modules}
        else:
            self.missing = f"no program 'duckdb' on PATH, no module of '{python}', no package in $LEAT_BENCH_NODE_MODULES"

    def run(self, job: Job, sources: dict, target) -> Ran:
        settings = f"SET threads={self.procs}; SET temp_directory='{self.scratch}'; "
        query = job.duckdb.format(**sources)
        copy = f"COPY ({query}) TO '{target}' ({job.copy_options});"
        return run([*self.command, settings + copy], self.environment)


class Polars:
    def __init__(self, procs: int):
        self.name, self.procs = "Polars", procs
        self.python = os.environ.get("LEAT_BENCH_PYTHON", "python3")
        found = subprocess.run([self.python, "-c", "import polars"], capture_output=True)
        self.missing = "" if found.returncode == 0 else f"'{self.python}' has no module 'polars'"

    def run(self, job: Job, sources: dict, target) -> Ran:
        script = HERE / "peers/polars_jobs.py"
        return run([self.python, script, job.name, target, *sources.values()], {"POLARS_MAX_THREADS": str(self.procs)})


class Hyper:
    def __init__(self, procs: int):
        self.name, self.procs = "Hyper", procs
        self.command = [os.environ.get("LEAT_BENCH_PYTHON", "python3"), HERE / "peers/sql_peer.py", "hyper"]
        found = subprocess.run([*self.command, "--version"], capture_output=True)
        self.missing = "" if found.returncode == 0 else f"'{self.command[0]}' has no module 'tableauhyperapi'"

    def run(self, job: Job, sources: dict, target) -> Ran:
        if not job.hyper:
            raise Unsuited
        names = {"input": job.kind, "customers": "customers"}
        tables = {names[name]: {"path": str(path), "columns": TABLES[names[name]]} for name, path in sources.items()}
        task = {
            "query": job.hyper, "output": str(target), "tables": tables, "threads": self.procs, "memory": 0, "scratch": "",
        }  # fmt: skip
        return run(self.command, text=json.dumps(task))


class ClickHouse:
    keeps_order = False  # of rows that are not sorted, when several threads read

    def __init__(self, procs: int):
        self.name, self.procs = "chDB", procs
        self.python = os.environ.get("LEAT_BENCH_PYTHON", "python3")
        found = subprocess.run([self.python, "-c", "import chdb"], capture_output=True)
        self.missing = "" if found.returncode == 0 else f"'{self.python}' has no module 'chdb'"

    def run(self, job: Job, sources: dict, target) -> Ran:
        kind = "JSONEachRow" if job.output == "jsonl" else "CSVWithNames"
        settings = (
            f" SETTINGS max_threads = {self.procs}, max_insert_threads = {self.procs}, engine_file_truncate_on_insert = 1, "
            f"output_format_json_quote_64bit_integers = 0, prefer_column_name_to_alias = 1{job.format_settings}"
        )
        query = f"INSERT INTO FUNCTION file('{target}', '{kind}') {job.clickhouse.format(**sources)}{settings}"
        return run([self.python, HERE / "peers/clickhouse.py", query])


class Shell:
    """A program that is told what to do on a command line: the field of Job called `field`."""

    def __init__(self, name: str, field: str, program: str):
        self.name, self.field = name, field
        self.missing = "" if shutil.which(program) else f"no program '{program}' on PATH"

    def run(self, job: Job, sources: dict, target) -> Ran:
        command = getattr(job, self.field)
        if not command:
            raise Unsuited
        return run(["bash", "-o", "pipefail", "-c", command.format(output=target, **sources)])


# ----------------------------------------------------------------------------------------------------------------- data


def generated(kind: str, rows: int, generator: pathlib.Path, cache: pathlib.Path) -> pathlib.Path:
    version = hashlib.sha256(generator.read_bytes()).hexdigest()[:12]
    path = cache / f"{kind}-{rows}-{version}"
    if not path.exists():
        for old in cache.glob(f"{kind}-{rows}-*"):
            old.unlink()
        say(f"making {rows:,} rows of {kind}")
        part = path.with_suffix(".part")
        with open(part, "wb") as out:
            subprocess.run([generator, kind, str(rows)], stdout=out, check=True)
        part.rename(path)
    return path


def make_data(job: Job, rows: int, generator: pathlib.Path, cache: pathlib.Path) -> pathlib.Path:
    path = generated(job.kind, rows, generator, cache)
    if not job.compressed:
        return path
    packed = path.with_name(path.name + job.compressed)
    if not packed.exists():
        say(f"compressing {path.name}")
        part = path.with_suffix(".part")
        with open(part, "wb") as out:
            subprocess.run(["gzip", "-c", path], stdout=out, check=True)
        part.rename(packed)
    return packed


def same_value(left, right) -> bool:
    """Sums of floats depend on their order in every tool but leat: the last digits may differ."""
    if left == right:
        return True
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_value(left[key], right[key]) for key in left)
    try:
        return math.isclose(float(left), float(right), rel_tol=1e-9)
    except (TypeError, ValueError):
        return False


def csv_records(lines):
    """Fields are separated by commas, or by semicolons if the header says so."""
    header = next(lines, "")
    return csv.reader(itertools.chain([header], lines), delimiter=";" if ";" in header else ",")


def records_of(path: pathlib.Path, lines):
    return map(json.loads, lines) if ".jsonl" in path.name else csv_records(lines)


def in_order_of(records, wanted):
    """`wanted` in the order of `records`; the first value of a record says which one it is."""

    def first(record):
        return str(next(iter(record.values() if isinstance(record, dict) else record), ""))

    packed = {first(record): json.dumps(record) for record in wanted}  # a quarter of the records' memory
    for record in records:
        found = packed.pop(first(record), None)
        yield record, found and json.loads(found)
    for rest in packed.values():
        yield None, json.loads(rest)


def difference(ours: pathlib.Path, theirs: pathlib.Path, keeps_order: bool = True) -> str:
    """What is the first thing in which two results differ, or the empty string."""
    with open(ours, newline="") as left, open(theirs, newline="") as right:
        mine, others = records_of(ours, left), records_of(theirs, right)
        records = itertools.zip_longest(mine, others) if keeps_order else in_order_of(mine, others)
        for number, (mine, other) in enumerate(records, 1):
            if mine == other:
                continue
            if isinstance(mine, list) and isinstance(other, list) and len(mine) == len(other):
                if all(map(same_value, mine, other)):
                    continue
            elif same_value(mine, other):
                continue
            return f"record {number}: {mine} and {other}"
    return ""


# ------------------------------------------------------------------------------------------------------------- the runs


def say(text: str):
    print(f"data: {text}", file=sys.stderr, flush=True)


def measure(job: Job, tools, sources: dict, out: pathlib.Path, runs: int):
    """{tool: [Ran]}, of those that did the job with the same result as the first."""
    results, able, first = {}, [], {}
    for tool in tools:
        target = out / f"{job.name}-{tool.name.lower()}.{job.output}"
        target.unlink(missing_ok=True)
        try:
            first[tool.name] = tool.run(job, sources, target).seconds
        except Unsuited:
            continue
        except Failed as failure:
            say(f"{job.name}: {tool.name}: SKIPPED, {failure}")
            continue
        results[tool.name] = target
        in_order = job.is_sorted or getattr(tool, "keeps_order", True)
        if able and (differs := difference(results[able[0].name], target, in_order)):
            say(f"{job.name}: {tool.name}: SKIPPED, its result differs from that of {able[0].name}: {differs}")
            continue
        able.append(tool)
    measured = {tool.name: [] for tool in able}
    for turn in range(runs):
        for tool in able:
            if turn == 0 or first[tool.name] < SLOW * first[able[0].name]:
                measured[tool.name].append(tool.run(job, sources, results[tool.name]))
    for target in results.values():
        target.unlink()
    return measured


def rows_of(job: Job, measured):
    """For each figure and peer: name, unit, ours, peer, peer_value, ratio, goal."""
    if "leat" not in measured:
        return
    for unit, figure in [("s", lambda ran: ran.seconds), ("MiB", lambda ran: ran.rss_mib)]:
        median = {name: statistics.median(map(figure, runs)) for name, runs in measured.items()}
        for peer in median:
            if peer != "leat":
                yield {
                    "name": f"{job.name}.{'time' if unit == 's' else 'memory'}", "unit": unit,
                    "ours": round(median["leat"], 3), "peer": peer, "peer_value": round(median[peer], 3),
                    "ratio": round(median[peer] / median["leat"], 3), "goal": job.goal,
                }


def print_table(job: Job, megabytes: float, measured):
    print(f"\n{job.name}: {job.title} ({megabytes:,.0f} MB)")
    print(f"  {'tool':<8} {'least s':>8} {'median':>8} {'most':>8} {'MB/s':>8} {'peak MiB':>9}   leat is")
    ours = statistics.median(ran.seconds for ran in measured["leat"]) if "leat" in measured else None
    for name, runs in measured.items():
        seconds = [ran.seconds for ran in runs]
        median = statistics.median(seconds)
        ratio = "" if name == "leat" or ours is None else f"{median / ours:.2f} times as fast"
        print(
            f"  {name:<8} {min(seconds):8.2f} {median:8.2f} {max(seconds):8.2f} {megabytes / median:8.0f} "
            f"{statistics.median(ran.rss_mib for ran in runs):9.0f}   {ratio}".rstrip()
        )
    sys.stdout.flush()


MARKDOWN_HEAD = """| job | MB | leat s | MB/s | peers: s (peak MiB) | fastest peer takes | leat's peak MiB |
|---|---|---|---|---|---|---|"""


def seconds_text(seconds: float) -> str:
    return f"{seconds:.2f}" if seconds >= 0.1 else f"{seconds:.4f}"


def print_markdown(job: Job, megabytes: float, measured):
    """A line for docs/guide/performance.md."""
    median = {name: statistics.median(ran.seconds for ran in runs) for name, runs in measured.items()}
    memory = {name: statistics.median(ran.rss_mib for ran in runs) for name, runs in measured.items()}
    peers = sorted((name for name in median if name != "leat"), key=median.get)
    times = ", ".join(f"{name} {seconds_text(median[name])} ({memory[name]:,.0f})" for name in peers)
    print(
        f"| {job.name.replace('_', ' ')}: {job.title} | {megabytes:,.0f} | {seconds_text(median['leat'])} "
        f"| {megabytes / median['leat']:,.0f} | {times} | {median[peers[0]] / median['leat']:.2f} times as long "
        f"| {memory['leat']:,.0f} |",
        flush=True,
    )


def default_cache() -> pathlib.Path:
    return pathlib.Path(os.environ.get("TMPDIR", "/tmp"), "leat-bench")


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("jobs", nargs="*", help="the beginnings of names, such as j1; default: all")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="part of the usual number of rows")
    parser.add_argument("--procs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", action="store_true", help="print the table of docs/guide/performance.md")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--cache", type=pathlib.Path, default=default_cache())
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/bench/leat")
    parser.add_argument("--generator", type=pathlib.Path, default=ROOT / "build/bench/leat-generate")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    wanted = arguments.jobs
    jobs = [job for job in JOBS if not wanted or any(job.name.split("_")[0] == w or job.name == w for w in wanted)]
    if arguments.list or not jobs:
        print("\n".join(f"{job.name:<18} {job.title}" for job in JOBS))
        return 0 if arguments.list else 2
    out = arguments.cache / "out"
    out.mkdir(parents=True, exist_ok=True)
    tools = [
        Leat(arguments.binary, arguments.procs), DuckDb(arguments.procs, out), Polars(arguments.procs),
        ClickHouse(arguments.procs), Hyper(arguments.procs), Shell("mawk", "mawk", "mawk"), Shell("Miller", "miller", "mlr"),
        Shell("jq", "jq", "jq"),
    ]
    for tool in tools:
        if tool.missing:
            say(f"{tool.name}: SKIPPED, {tool.missing}")
    tools = [tool for tool in tools if not tool.missing]
    if arguments.markdown:
        print(MARKDOWN_HEAD)
    for job in jobs:
        rows = max(1, round(job.rows * arguments.scale))
        source = make_data(job, rows, arguments.generator, arguments.cache)
        sources = {"input": source}
        if job.customers:
            customers = max(1, min(job.customers, rows // 10))  # the generator's: a tenth of the orders, at most a million
            sources["customers"] = generated("customers", customers, arguments.generator, arguments.cache)
        measured = measure(job, tools, sources, out, arguments.runs)
        if arguments.json:
            for row in rows_of(job, measured):
                print(json.dumps(row), flush=True)
        else:
            show = print_markdown if arguments.markdown else print_table
            show(job, source.stat().st_size / 1e6, measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
