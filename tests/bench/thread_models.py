#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""What each thread model costs: creation, switch, memory, use of processors, and what a blocking call and a hog do to
the other goroutines. Two processors; medians of alternating runs. `./dev bench thread_models`

usage: thread_models.py [--runs N] [--json] [--program FILE]

The table is the one of docs/internals/thread-models.md. On a machine with other work the figures mean nothing: the
load is printed with them.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = ("mpg", "kernel", "user")
CASES = [  # name, what it is, unit
    ("create", "start and end a goroutine", "ns"),
    ("switch", "value there and back, unbuffered", "ns"),
    ("memory", "a goroutine that waits", "KiB"),
    ("cores", "processors used by 8 that compute and give way", ""),
    ("quiet", "longest 1 ms sleep, nothing else going on", "ms"),
    ("blocked", "the same beside two blocking() calls of 300 ms", "ms"),
    ("hog", "the same beside two goroutines that compute for 300 ms", "ms"),
]


def measure(program: pathlib.Path, model: str, case: str) -> float:
    ran = subprocess.run([str(program), model, case], capture_output=True, text=True, timeout=120)
    if ran.returncode != 0:
        sys.exit(f"thread_models: {model} {case}: exit code {ran.returncode}\n{ran.stderr}")
    return float(ran.stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/bench/thread_models_bench")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    rows = []
    for case, what, unit in CASES:
        figures = {model: [] for model in MODELS}
        for _ in range(arguments.runs):
            for model in MODELS:
                figures[model].append(measure(arguments.program, model, case))
        for model in MODELS:
            values = figures[model]
            rows.append({"name": case, "what": what, "unit": unit, "model": model, "median": statistics.median(values),
                         "least": min(values), "most": max(values)})
    if arguments.json:
        print(json.dumps({"load": load, "rows": rows}, indent=1))
        return
    print(f"{arguments.runs} runs of each, median (least .. most); load at the beginning {load:.2f}\n")
    print("| what | unit | " + " | ".join(f"`{model}`" for model in MODELS) + " |")
    print("|---|---|" + "---|" * len(MODELS))
    for case, what, unit in CASES:
        cells = [
            f"{row['median']:,.3g} ({row['least']:,.3g} .. {row['most']:,.3g})" for row in rows if row["name"] == case
        ]
        print(f"| {what} | {unit} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
