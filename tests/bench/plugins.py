#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""What a plugin costs in a run: the job j2 of the suite `data` with nothing, and with one more stage, from one alternating
run.

usage: ./dev bench plugins [--runs N] [--rows N] [--procs N] [--binary PATH] [--cache DIR] [--json]

  none      the job as it is
  built_in  derive of one column, by a built-in stage
  pass      a plugin that passes batches on, all columns kept
  rows_pass the same through the row-wise face: a call for each row that does nothing
  add       a plugin that adds a column, batch by batch
  rows_add  the same, row by row

Each is run once to warm the page cache; then all take turns, N times. What counts is the median of the processor time
(user and system) of the whole process, which other work on the machine disturbs less than wall time; that is shown too.
Goals: pass at most 5 % over none; the share of rows_pass at most 3 times that of pass, and of rows_add that of add.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = r"""
#include <leat/plugin.h>

namespace {

using leat::api::Type;

struct Pass {
  void bind(leat::api::Bind& bind) { bind.keep_all(); }
  void process(const leat::api::Batch&, leat::api::Output&) const {}
  void row(const leat::api::Row&, leat::api::RowOutput&) const {}
};

struct Add {
  void bind(leat::api::Bind& bind) {
    price_ = *bind.find("price");
    qty_ = *bind.find("qty");
    bind.keep_all();
    added_ = bind.add("added", Type::kFloat64);
  }
  void process(const leat::api::Batch& in, leat::api::Output& out) const {
    auto& column = out.column(added_);
    double* const values = column.fill<double>();
    const auto& price = in.column(price_);
    const auto& qty = in.column(qty_);
    for (size_t row = 0; row < in.rows(); ++row) {
      values[row] = price.float64(row) * static_cast<double>(qty.int64(row));
      if (price.is_null(row) || qty.is_null(row)) column.set_null(row);
    }
  }
  void row(const leat::api::Row& in, leat::api::RowOutput& out) const {
    if (in.is_null(price_) || in.is_null(qty_)) return;
    out.set(added_, in.float64(price_) * static_cast<double>(in.int64(qty_)));
  }
  size_t price_ = 0;
  size_t qty_ = 0;
  size_t added_ = 0;
};

}  // namespace

LEAT_PLUGIN("bench", "1", leat::api::map<Pass>({.name = "pass", .summary = "Passes."}),
            leat::api::rows<Pass>({.name = "rows_pass", .summary = "Passes."}),
            leat::api::map<Add>({.name = "add", .summary = "Adds."}),
            leat::api::rows<Add>({.name = "rows_add", .summary = "Adds."}))
"""
# To each the same columns are written, so `added` is taken out again.
STAGES = {
    "none": "",
    "built_in": "  - derive:\n      added: price * qty\n",
    "pass": "  - bench.pass:\n",
    "rows_pass": "  - bench.rows_pass:\n",
    "add": "  - bench.add:\n",
    "rows_add": "  - bench.rows_add:\n",
}
COLUMNS = "order_id, ts, customer_id, country, product, category, qty, price, status, note, amount"


def pipeline(stage):
    text = (ROOT / "tests/bench/pipelines/j2_filter.yaml").read_text()
    end = f"{stage}  - select: [{COLUMNS}]\n" if "add" in stage else stage
    return text.replace("  - write_csv:", f"{end}  - write_csv:")


def run(command):
    """(wall, processor time) in seconds."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True)
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--procs", type=int, default=0)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/bench/leat")
    parser.add_argument("--generator", type=pathlib.Path, default=ROOT / "build/bench/leat-generate")
    parser.add_argument("--cache", type=pathlib.Path,
                        default=pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / "leat-bench")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    arguments.cache.mkdir(parents=True, exist_ok=True)
    data = arguments.cache / f"plugins_orders_{arguments.rows}.csv"
    if not data.exists():
        subprocess.run([arguments.generator, "orders", str(arguments.rows), "--seed", "42"], check=True,
                       stdout=data.open("w"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "include").mkdir()
        (folder / "include/leat").symlink_to(ROOT / "operators/plugin")
        (folder / "bench.cpp").write_text(SOURCE)
        subprocess.run(["c++", "-std=c++20", "-O2", "-fPIC", "-shared", f"-I{folder}/include", folder / "bench.cpp", "-o",
                        folder / "bench.so"], check=True)
        commands, times = {}, {name: [] for name in STAGES}
        for name, stage in STAGES.items():
            (folder / f"{name}.yaml").write_text(pipeline(stage))
            commands[name] = [arguments.binary, "run", "-q", folder / f"{name}.yaml", "--plugin", folder / "bench.so",
                              "-p", f"input={data}", "-p", f"output={folder}/{name}.csv"]
            if arguments.procs:
                commands[name] += ["--procs", str(arguments.procs)]
            run(commands[name])
            if (folder / f"{name}.csv").read_bytes() != (folder / "none.csv").read_bytes():
                print(f"{name} does not write what the job writes", file=sys.stderr)
                return 1
        for _ in range(arguments.runs):
            for name in STAGES:
                times[name].append(run(commands[name]))
    medians = {name: [statistics.median(one[i] for one in all_runs) for i in (0, 1)] for name, all_runs in times.items()}
    base = medians["none"][1]
    if arguments.json:
        print(json.dumps({name: {"wall_s": wall, "cpu_s": cpu, "over": cpu / base - 1}
                          for name, (wall, cpu) in medians.items()}))
        return 0
    print(f"{arguments.rows} rows, medians of {arguments.runs} alternating runs")
    print(f"{'':<10} {'wall s':>8} {'cpu s':>8} {'over none':>10}")
    for name, (wall, cpu) in medians.items():
        print(f"{name:<10} {wall:>8.3f} {cpu:>8.3f} {100 * (cpu / base - 1):>9.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
