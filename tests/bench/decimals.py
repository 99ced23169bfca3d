#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""What exact decimals cost: jobs of data.py that read a float64, beside the same jobs with a decimal in its place.

usage: ./dev bench decimals [JOB...] [--runs N] [--scale F] [--procs N] [--type TYPE] [--count] [--cache DIR]

Both forms of a job read the same file; their results are compared first, to 1e-9. Then they take turns, N times (default 5),
and what counts is the median of the time of the whole process. The ratio is decimal over float64, so less is better; the
goal is 1.15 at most. --type is what stands in place of float64, decimal(15,2) unless given.

--count runs each form once under valgrind and tells how many instructions it took, in millions: figures that a busy
machine does not change. It is 50 times as slow, so give it a --scale of 0.01 or so.
"""

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import data  # noqa: E402
from jobs import JOBS, Job  # noqa: E402
from measured import Failed, run  # noqa: E402

NAMES = ["j1_temperatures", "j2_filter", "j3_groups", "j4_customers"]
GOAL = 1.15


class Form:
    """One of the two: the pipeline of a job with `kind` in place of float64."""

    def __init__(self, job: Job, kind: str, arguments, source: pathlib.Path):
        folder = arguments.cache / "out"
        stem = f"{job.name}-{kind.partition('(')[0]}"
        self.target = folder / f"{stem}.{job.output}"
        pipeline = folder / f"{stem}.yaml"
        text = (HERE / "pipelines" / f"{job.name}.yaml").read_text()
        pipeline.write_text(text.replace("float64", kind))
        given = {"input": source, "output": self.target}
        parameters = [part for name, value in given.items() for part in ("-p", f"{name}={value}")]
        self.command = [arguments.binary, "run", pipeline, *parameters, "--procs", str(arguments.procs), "--quiet"]

    def seconds(self) -> float:
        return run(self.command).seconds

    def instructions(self) -> float:
        """In millions."""
        counted = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *self.command]
        log = subprocess.run(counted, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True).stderr
        found = re.search(r"Collected : (\d+)", log)
        if not found:
            raise Failed(f"valgrind counts nothing: {log.strip().splitlines()[-1:]}")
        return int(found[1]) / 1e6


def figures(form: Form, other: Form, arguments):
    """Of both forms, in turns: all that was measured."""
    if arguments.count:
        return [form.instructions()], [other.instructions()]
    turns = [(form.seconds(), other.seconds()) for _ in range(arguments.runs)]
    return [list(column) for column in zip(*turns)]


def compare(job: Job, arguments) -> bool:
    """Prints a line; tells whether the goal was met."""
    rows = max(1, round(job.rows * arguments.scale))
    source = data.make_data(job, rows, arguments.generator, arguments.cache)
    floats, decimals = (Form(job, kind, arguments, source) for kind in ("float64", arguments.type))
    for form in (floats, decimals):
        form.seconds()
    if differs := data.difference(floats.target, decimals.target):
        print(f"decimals: {job.name}: the results differ: {differs}", file=sys.stderr)
        return False
    ours, theirs = figures(decimals, floats, arguments)
    median, base = statistics.median(ours), statistics.median(theirs)
    ratio = median / base
    spread = f"{min(ours):.2f} to {max(ours):.2f}, {min(theirs):.2f} to {max(theirs):.2f}"
    print(f"{job.name:<18} {base:10.2f} {median:10.2f} {ratio:7.2f}   {spread}", flush=True)
    return ratio <= GOAL


def parse_arguments():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("jobs", nargs="*", help="the beginnings of names, such as j1; default: all")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="part of the usual number of rows")
    parser.add_argument("--procs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--type", default="decimal(15,2)")
    parser.add_argument("--count", action="store_true", help="instructions in place of time")
    parser.add_argument("--cache", type=pathlib.Path, default=data.default_cache())
    parser.add_argument("--binary", type=pathlib.Path, default=data.ROOT / "build/bench/leat")
    parser.add_argument("--generator", type=pathlib.Path, default=data.ROOT / "build/bench/leat-generate")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    wanted = arguments.jobs or NAMES
    jobs = [job for job in JOBS if job.name in NAMES and any(job.name == w or job.name.split("_")[0] == w for w in wanted)]
    if not jobs:
        print("\n".join(NAMES))
        return 2
    (arguments.cache / "out").mkdir(parents=True, exist_ok=True)
    print(f"{'job':<18} {'float64':>10} {'decimal':>10} {'ratio':>7}   spread of decimal, of float64")
    met = [compare(job, arguments) for job in jobs]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
