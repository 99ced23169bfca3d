#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""The runtime's operations beside those of Go, Boost.Fiber, oneTBB and threads, from one alternating run.

usage: ./dev bench runtime [CASE...] [--runs N] [--scale F] [--json] [--list]

Each figure is a process of its own: runtime_bench CASE PROCS, then the Go program of the same shape, in turns, N times
(at least 7, if the figures are to be compared with the goals). Shown are medians, the ratio ours / Go's, and how far
the middle half of our runs is spread; then the medians of the others, each of which has some of the cases. Go is built
when it is installed, else there are no figures of it.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
GO_PROGRAM = ROOT / "tests/bench/runtime/go/main.go"
TIMEOUT_S = 300


@dataclasses.dataclass
class Row:
    name: str
    case: str
    procs: int
    goal: float  # our figure as a share of Go's, or with `is_absolute` our figure itself
    n: int
    unit: str = "ns"
    is_absolute: bool = False
    is_fixed: bool = False  # `--scale` leaves n alone


ROWS = [
    Row("yield.p1", "yield", 1, 0.4, 3_000_000),
    Row("pingpong.p1", "pingpong", 1, 0.45, 1_000_000),
    Row("pingpong.p2", "pingpong", 2, 0.45, 1_000_000),
    Row("channel_1_1.p1", "spsc", 1, 0.5, 10_000_000),
    Row("channel_1_1.p2", "spsc", 2, 0.7, 5_000_000),
    Row("channel_1_1_work.p1", "spsc_work", 1, 1.0, 1_000_000),
    Row("channel_1_1_work.p2", "spsc_work", 2, 1.0, 1_000_000),
    Row("channel_4_4.p2", "mpmc", 2, 0.8, 4_000_000),
    Row("spawn_join.p1", "spawnjoin", 1, 0.5, 1_000_000),
    Row("spawn_million.p1", "spawn", 1, 0.5, 1_000_000),
    Row("spawn_million.p2", "spawn", 2, 0.5, 1_000_000),
    Row("skynet.p1", "skynet", 1, 0.6, 1_000_000),
    Row("skynet.p2", "skynet", 2, 0.6, 1_000_000),
    Row("ring.p1", "ring", 1, 0.5, 2_000_000),
    Row("pipeline.p1", "pipeline", 1, 0.5, 1_000_000),
    Row("pipeline.p2", "pipeline", 2, 0.5, 1_000_000),
    Row("select_blocking.p1", "select_blocking", 1, 0.5, 1_000_000),
    Row("select_blocking.p2", "select_blocking", 2, 0.5, 1_000_000),
    Row("select_ready.p1", "select_ready", 1, 0.5, 2_000_000),
    Row("sleep.wall", "sleep_wall", 2, 0.6, 100, "ms", is_fixed=True),
    Row("sleep.late_p99", "sleep_late", 2, 0.3, 100, "ms", is_fixed=True),
    Row("ticker_beside_hogs.late_p99", "ticker", 2, 0.1, 3000, "ms", is_fixed=True),
    Row("parked.memory", "parked", 2, 5.0, 1_000_000, "GB", True),
    Row("idle.cpu", "idle", 2, 0.1, 3000, "%", True, is_fixed=True),
]
# Programs beside runtime_bench; each has some of the cases.
PEERS = {"Boost.Fiber": "boost_fiber_peer", "oneTBB": "onetbb_peer", "std::thread": "std_thread_peer"}
HAS_NO_SUCH_THING = 3
GAIN = ("channel_1_1_work.gain", "channel_1_1_work.p1", "channel_1_1_work.p2", 1.7)


def say(text: str):
    print(f"runtime: {text}", file=sys.stderr, flush=True)


def build_go(folder: pathlib.Path):
    """The Go program, or None."""
    go = shutil.which("go") or shutil.which("/usr/local/go/bin/go")
    if go is None:
        say("Go: SKIPPED, it is not installed")
        return None
    program = folder / "runtime_go"
    built = subprocess.run([go, "build", "-o", str(program), str(GO_PROGRAM)], capture_output=True, text=True)
    if built.returncode != 0:
        say(f"Go: SKIPPED, {built.stderr.strip().splitlines()[-1]}")
        return None
    return program


def run_once(program: pathlib.Path, row: Row, n: int) -> float | None:
    """None if the program does not have the case."""
    command = [str(program), row.case, str(row.procs), str(n)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
    if ran.returncode == HAS_NO_SUCH_THING and program.name in PEERS.values():
        return None
    if ran.returncode != 0:
        raise SystemExit(f"runtime: {' '.join(command)} failed: {ran.stderr.strip()}")
    return float(ran.stdout)


def measure(row: Row, programs, runs: int, scale: float):
    """{program's name: [figure]}."""
    n = row.n if row.is_fixed else max(1, round(row.n * scale))
    if row.case == "skynet":
        n = 10 ** len(str(n - 1)) if n > 1 else 1  # a full tree
    figures = {name: [] for name in programs}
    for _ in range(runs):
        for name, program in programs.items():
            if name in figures and (figure := run_once(program, row, n)) is not None:
                figures[name].append(figure)
            else:
                figures.pop(name, None)
    return figures


def spread(figures) -> float:
    """The middle half of the figures, as a share of the median."""
    if len(figures) < 2:
        return 0.0
    quarters = statistics.quantiles(figures, n=4)
    return (quarters[2] - quarters[0]) / quarters[1] if quarters[1] else 0.0


@dataclasses.dataclass
class Line:
    name: str
    unit: str
    ours: float
    peer_value: float | None
    ratio: float | None
    goal: float
    is_met: bool
    spread: float = 0.0
    others: dict[str, float] = dataclasses.field(default_factory=dict)  # of PEERS: their medians


def line_of(row: Row, figures) -> Line:
    ours = statistics.median(figures["leat"])
    peer = statistics.median(figures["go"]) if "go" in figures else None
    ratio = ours / peer if peer else None
    judged = ours if row.is_absolute else ratio
    return Line(row.name, row.unit, ours, peer, ratio, row.goal, judged is not None and judged <= row.goal,
                spread(figures["leat"]),
                {name: statistics.median(figures[name]) for name in PEERS if figures.get(name)})  # fmt: skip


def gain_line(lines):
    """How much faster two processors are than one, if both were measured."""
    name, one, two, goal = GAIN
    if one not in lines or two not in lines:
        return None
    one, two = lines[one], lines[two]
    gain = one.ours / two.ours
    peer = one.peer_value / two.peer_value if one.peer_value and two.peer_value else None
    return Line(name, "x", gain, peer, gain / peer if peer else None, goal, gain >= goal)


def print_line(line: Line):
    peer = f"{line.peer_value:10.3f}" if line.peer_value is not None else f"{'-':>10}"
    ratio = f"{line.ratio:7.2f}" if line.ratio is not None else f"{'-':>7}"
    verdict = "" if line.is_met else "   missed"
    others = "".join(f" {line.others[name]:11.1f}" if name in line.others else f" {'-':>11}" for name in PEERS)
    figures = f"{line.ours:10.3f} {peer} {ratio} {line.goal:6.2f} {line.spread:7.0%}"
    print(f"{line.name:<28} {line.unit:>4} {figures}{others}{verdict}", flush=True)


def print_json(line: Line):
    peers = {"go": line.peer_value} if line.peer_value is not None else {None: None}
    for peer, value in (peers | line.others).items():
        ratio = line.ratio if peer == "go" else value and line.ours / value
        row = {
            "name": line.name, "unit": line.unit, "ours": round(line.ours, 4), "peer": peer, "peer_value": value,
            "ratio": ratio and round(ratio, 4), "goal": line.goal if peer in ("go", None) else None,
        }  # fmt: skip
        print(json.dumps(row), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", help="the beginnings of names, such as pingpong; default: all")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--scale", type=float, default=1.0, help="part of the usual number of operations")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each figure")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/bench/runtime_bench")
    arguments = parser.parse_args()
    rows = [row for row in ROWS if not arguments.cases or any(row.name.startswith(c) for c in arguments.cases)]
    if arguments.list or not rows:
        print("\n".join(row.name for row in ROWS))
        return 0 if arguments.list else 2
    folder = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / "leat-bench"
    folder.mkdir(parents=True, exist_ok=True)
    programs = {"leat": arguments.binary}
    if (go := build_go(folder)) is not None:
        programs["go"] = go
    for name, program in PEERS.items():
        if (path := arguments.binary.parent / program).exists():
            programs[name] = path
    if not arguments.json:
        others = "".join(f" {name:>11}" for name in PEERS)
        print(f"{'':<28} {'unit':>4} {'ours':>10} {'Go':>10} {'ours/Go':>7} {'goal':>6} {'spread':>7}{others}")
    show = print_json if arguments.json else print_line
    lines = {}
    for row in rows:
        lines[row.name] = line_of(row, measure(row, programs, arguments.runs, arguments.scale))
        show(lines[row.name])
        if row.name == GAIN[2] and (gain := gain_line(lines)) is not None:
            show(gain)
    return 0


if __name__ == "__main__":
    sys.exit(main())
