#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""What one core does, and what a second one adds.

usage: ./dev bench cores [--runs N] [--scale F] [--json] [--cache DIR]

  decode  megabytes a second from a file in the page cache to typed columns, all of them, on one core (pinned): whole
          process, start included. Of JSON lines beside simdjson, which parses the same file into its DOM (reading the file
          not included).
  gain    how many times faster the jobs of `./dev bench data` are on two cores than on one, both pinned, in turns.

Shown are medians. --json prints one object for each: {name, unit, ours, peer, peer_value, ratio, goal}.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import data  # noqa: E402

BIN = data.ROOT / "build/bench"
# name of the pipeline, data, rows, goal in MB/s or as a share of simdjson's
DECODE = [
    ("decode_temperatures", "temperatures", 50_000_000, 600),
    ("decode_orders", "orders", 10_000_000, 500),
    ("decode_orders_json", "orders_jsonl", 3_000_000, None),
]
SHARE_OF_SIMDJSON = 0.7
GAIN = ["j1", "j2", "j3", "j4", "j7", "j9"]
GAIN_GOAL = 1.7


def leat_seconds(name, source, target, cores) -> float:
    begin = time.perf_counter()
    subprocess.run(
        ["taskset", "-c", ",".join(map(str, cores)), BIN / "leat", "run", HERE / "pipelines" / f"{name}.yaml",
         "-p", f"input={source}", "-p", f"output={target}", "--procs", str(len(cores)), "--quiet"], check=True,
    )  # fmt: skip
    return time.perf_counter() - begin


def simdjson_seconds(source, core) -> float:
    ran = subprocess.run(["taskset", "-c", str(core), BIN / "simdjson_bench", source], check=True, capture_output=True)
    return float(ran.stdout)


def decode_rows(arguments, cores, out):
    for name, kind, rows, goal in DECODE:
        source = made(arguments, kind, rows)
        megabytes = source.stat().st_size / 1e6
        ours, theirs = [], []
        leat_seconds(name, source, out, cores[:1])  # warms the page cache
        for _ in range(arguments.runs):
            ours.append(megabytes / leat_seconds(name, source, out, cores[:1]))
            if goal is None:
                theirs.append(megabytes / simdjson_seconds(source, cores[0]))
        rate = statistics.median(ours)
        peer = statistics.median(theirs) if theirs else None
        yield row(name, "MB/s", rate, "simdjson" if peer else None, peer, peer and rate / peer, goal or SHARE_OF_SIMDJSON)


def gain_rows(arguments, cores, out):
    if len(cores) < 2:
        data.say("gain: SKIPPED, there is one core only")
        return
    for job in data.JOBS:
        if job.name.split("_")[0] not in GAIN:
            continue
        source = made(arguments, job.kind, job.rows)
        one, two = [], []
        for _ in range(arguments.runs + 1):
            one.append(leat_seconds(job.name, source, out, cores[:1]))
            two.append(leat_seconds(job.name, source, out, cores[:2]))
        one, two = statistics.median(one[1:]), statistics.median(two[1:])  # the first ones warmed the page cache
        yield row(f"{job.name}.gain", "x", one / two, None, None, None, GAIN_GOAL)


def made(arguments, kind, rows):
    job = next(job for job in data.JOBS if job.kind == kind and not job.compressed)
    return data.make_data(job, max(1, round(rows * arguments.scale)), BIN / "leat-generate", arguments.cache)


def row(name, unit, ours, peer, peer_value, ratio, goal):
    return {
        "name": name, "unit": unit, "ours": round(ours, 3), "peer": peer, "peer_value": peer_value and round(peer_value, 3),
        "ratio": ratio and round(ratio, 3), "goal": goal,
    }  # fmt: skip


def show(found):
    judged = found["ratio"] if found["ratio"] is not None else found["ours"]
    peer = f"{found['peer']} {found['peer_value']:.0f}, {found['ratio']:.2f} of it" if found["peer"] else ""
    missed = "" if judged >= found["goal"] else "   missed"
    print(f"{found['name']:<26} {found['ours']:9.2f} {found['unit']:<5} goal {found['goal']:<5} {peer}{missed}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="part of the usual number of rows")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each figure")
    parser.add_argument("--cache", type=pathlib.Path, default=data.default_cache())
    arguments = parser.parse_args()
    out = arguments.cache / "out" / "cores.csv"
    out.parent.mkdir(parents=True, exist_ok=True)
    cores = sorted(os.sched_getaffinity(0))
    for rows in (decode_rows, gain_rows):
        for found in rows(arguments, cores, out):
            if arguments.json:
                print(json.dumps(found), flush=True)
            else:
                show(found)
    out.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
