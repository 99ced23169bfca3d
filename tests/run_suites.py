#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Runs test suites, each under its time budget, prints one row per suite and `N passed, M failed` at the end.

usage: run_suites.py --binary-dir DIR [--suites A,B] [--containers] [--append FILE] [FILTER]

FILTER names suites (all those whose name contains it); when no suite is called so, it selects tests by name inside
the suites. The output of a suite is shown only when it fails; all of it is in DIR/test-logs.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
TAIL_LINES = 60
FAILURE_CHARS = 400
CLOSING = re.compile(r"^(\d+) passed, (\d+) failed$")


@dataclasses.dataclass
class Suite:
    name: str
    command: list
    budget_s: int
    filter_option: str = ""  # how the suite takes the name of a test; empty: it has no such choice
    gtest: bool = False
    one_test: bool = False  # the exit code is all that it says
    shards: int = 1  # processes which share the tests of a gtest program

    def program(self):
        return self.command[0 if self.gtest else 1]


@dataclasses.dataclass
class Outcome:
    name: str
    passed: int
    failed: int
    seconds: float
    note: str = ""
    failures: list = dataclasses.field(default_factory=list)  # a line for each test that failed, as far as it is known


def python(path, *arguments):
    return ["python3", str(ROOT / path), *arguments]


def all_suites(binary_dir: pathlib.Path, containers: bool):
    leat = str(binary_dir / "leat")
    suites = [
        Suite("style", python("tests/style/check_style.py"), 60),
        Suite("style_rules", python("tests/style/check_style_test.py"), 60),
        Suite("runners", python("tests/runners_test.py"), 60),
        Suite("models", python("tests/model/run_models.py"), 60, "--filter={}"),
    ]
    for area, budget_s in [("engine", 300), ("operators", 1100), ("pipelines", 300), ("cli", 120)]:
        # Tests of operators use one processor for the most part, and are the most by far.
        shards = min(4, os.cpu_count() or 1) if area == "operators" else 1
        program = [str(binary_dir / f"{area}_tests")]
        suites.append(Suite(area, program, budget_s, "--gtest_filter=*{}*", gtest=True, shards=shards))
    for program in sorted(binary_dir.glob("*_stress")):
        suites.append(Suite(program.name, [str(program)], 120, "--gtest_filter=*{}*", gtest=True))
    suites += [
        Suite("expr_postgres", python("tests/expr_postgres/compare.py", "--binary-dir", str(binary_dir)), 240),
        Suite("relations", python("tests/relations_postgres/compare.py", "--binary-dir", str(binary_dir)), 240),
        Suite("expected", python("tests/data/expected.py", "--check"), 60, one_test=True),
        Suite("tasks", python("tests/data/tasks.py", "--check"), 60, one_test=True),
        Suite("docs", python("tests/docs/docs_fresh.py", "--binary", leat), 60, one_test=True),
        Suite("cookbook", python("tests/docs/cookbook.py", "--binary", leat), 120),
        Suite("errors", python("tests/errors/error_pages.py", "--binary", leat), 120),
        Suite("manifests", python("tests/containers/manifests_test.py"), 60),
        Suite("process_one", python("tests/containers/process_one_test.py", "--binary", leat), 120),
        Suite("behaviour", python("tests/behaviour/run_cases.py", "--binary", leat), 240, "--filter={}"),
        Suite("outputs", python("tests/outputs/interrupted.py", "--binary", leat), 120),
        Suite("plugins", python("tests/plugin/plugins_test.py", "--binary-dir", str(binary_dir)), 600, "--filter={}"),
        Suite("arrow", python("tests/arrow/interop.py", "--bridge", str(binary_dir / "test_plugins/arrow_bridge.so")), 60),
        Suite("postgres", python("tests/connectors/postgres/postgres_test.py", "--binary-dir", str(binary_dir)), 300,
              "--filter={}"),
        Suite("parquet", python("tests/connectors/parquet/parquet_test.py", "--binary-dir", str(binary_dir)), 240, "--filter={}"),
        Suite("mutants", python("tests/mutants/run_mutants.py", "--binary-dir", str(binary_dir)), 600, "--filter={}"),
    ]
    if containers:
        suites.append(Suite("containers", ["bash", str(ROOT / "tests/containers/run.sh")], 1200))
        suites.append(Suite("packages", ["bash", str(ROOT / "tests/packages/run.sh")], 900))
    return suites


def counts_of_gtest(report: pathlib.Path, exit_code: int):
    """(passed, failed, note); a program that died before its report counts as one failure."""
    try:
        result = json.loads(report.read_text())
    except (OSError, ValueError):
        return 0, 1, f"died with {exit_code}"
    skipped = sum(
        test.get("result") == "SKIPPED" for group in result.get("testsuites", []) for test in group.get("testsuite", [])
    )
    failed = result["failures"] + result.get("errors", 0)
    run = result["tests"] - result.get("disabled", 0)
    if exit_code != 0 and failed == 0:
        return run - skipped, 1, f"all tests passed, then exit code {exit_code}"
    return run - skipped - failed, failed, f"{skipped} skipped" if skipped else ""


def counts_of_script(output: str, exit_code: int):
    closing = [match for match in map(CLOSING.match, output.splitlines()) if match]
    if not closing:
        return 0, 1, f"no closing line, exit code {exit_code}"
    passed, failed = int(closing[-1][1]), int(closing[-1][2])
    if exit_code != 0 and failed == 0:
        return passed, 1, f"exit code {exit_code}"
    notes = [line for line in output.splitlines() if line.startswith("note: ")]
    return passed, failed, "; ".join(note[6:] for note in notes)


def failures_of_gtest(report: pathlib.Path):
    """A line for each test that failed; empty when the program died before its report."""
    try:
        result = json.loads(report.read_text())
    except (OSError, ValueError):
        return []
    return [
        f"{group['name']}.{test['name']}: {test['failures'][0].get('failure', '')}"
        for group in result.get("testsuites", [])
        for test in group.get("testsuite", [])
        if test.get("failures")
    ]


def failures_of_script(output: str):
    """The lines `FAILED name: reason` of a suite's output; where the reason is missing, the line below is taken for it."""
    lines = output.splitlines()
    return [
        line[7:] if ": " in line else f"{line[7:]}: {below}"
        for line, below in zip(lines, lines[1:] + [""])
        if line.startswith("FAILED ")
    ]


@dataclasses.dataclass
class Shard:
    """One process of a suite; all but some gtest suites have only one."""

    log: pathlib.Path
    report: pathlib.Path
    process: subprocess.Popen
    exit_code: int | None = None  # stays None when its time ran out


def start(suite: Suite, binary_dir: pathlib.Path, name_filter: str, index: int) -> Shard:
    logs = binary_dir / "test-logs"
    logs.mkdir(parents=True, exist_ok=True)
    name = suite.name if suite.shards == 1 else f"{suite.name}.{index}"
    log, report = logs / f"{name}.log", logs / f"{name}.json"
    report.unlink(missing_ok=True)
    command = list(suite.command)
    if suite.gtest:
        command += [f"--gtest_output=json:{report}", "--gtest_brief=1"]
    if name_filter:
        command.append(suite.filter_option.format(name_filter))
    environment = {**os.environ, "LEAT_BINARY": str(binary_dir / "leat"), "PYTHONDONTWRITEBYTECODE": "1"}
    if suite.shards > 1:
        environment |= {"GTEST_TOTAL_SHARDS": str(suite.shards), "GTEST_SHARD_INDEX": str(index)}
    with log.open("w") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment,
            start_new_session=True,
        )
    return Shard(log, report, process)


def await_all(shards, budget_s: float):
    """Waits until all have ended, or ends them when their time has run out."""
    deadline = time.monotonic() + budget_s
    for shard in shards:
        try:
            shard.exit_code = shard.process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        finally:
            if shard.process.poll() is None:
                os.killpg(shard.process.pid, signal.SIGKILL)
                shard.process.wait()


def counts(suite: Suite, shard: Shard):
    """(passed, failed, note) of one process."""
    if shard.exit_code is None:
        return 0, 1, f"stopped after its budget of {suite.budget_s} s"
    if suite.one_test:
        return int(shard.exit_code == 0), int(shard.exit_code != 0), ""
    if suite.gtest:
        return counts_of_gtest(shard.report, shard.exit_code)
    return counts_of_script(shard.log.read_text(errors="replace"), shard.exit_code)


def run(suite: Suite, binary_dir: pathlib.Path, name_filter: str) -> Outcome:
    started = time.monotonic()
    shards = [start(suite, binary_dir, name_filter, index) for index in range(suite.shards)]
    await_all(shards, suite.budget_s)
    outcome = Outcome(suite.name, 0, 0, time.monotonic() - started)
    notes = []
    for shard in shards:
        passed, failed, note = counts(suite, shard)
        outcome.passed += passed
        outcome.failed += failed
        notes += [note] if note else []
        if failed:
            text = shard.log.read_text(errors="replace")
            found = failures_of_gtest(shard.report) if suite.gtest else failures_of_script(text)
            outcome.failures += found or [note or "see its log"]
            print(f"--- {suite.name}: the end of {shard.log}")
            print("\n".join(line[:FAILURE_CHARS] for line in text.splitlines()[-TAIL_LINES:]))
            print("---", flush=True)
    outcome.note = "; ".join(notes)
    return outcome


def failure_lines(outcomes):
    """One line for each failure, or for each suite which failed without saying where."""
    for outcome in outcomes:
        if outcome.failed:
            for failure in outcome.failures or [outcome.note or "see its log"]:
                yield " ".join(f"{outcome.name}: {failure}".split())[:FAILURE_CHARS]


def select(suites, wanted, name_filter):
    """The suites to run, and the filter that goes to them."""
    if wanted:
        suites = [suite for suite in suites if suite.name in wanted]
    named = [suite for suite in suites if name_filter in suite.name]
    if named:
        return named, ""
    return [suite for suite in suites if suite.filter_option], name_filter


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary-dir", type=pathlib.Path, required=True)
    parser.add_argument("--suites", default="", help="only these, by their exact names")
    parser.add_argument("--containers", action="store_true")
    parser.add_argument("--append", type=pathlib.Path, help="add the sums and the failures to this file, for several runs")
    parser.add_argument("filter", nargs="?", default="")
    arguments = parser.parse_args()
    binary_dir = arguments.binary_dir.resolve()
    wanted = [name for name in arguments.suites.split(",") if name]
    suites, name_filter = select(all_suites(binary_dir, arguments.containers), wanted, arguments.filter)
    outcomes = []
    print(f"{'suite':<16} {'passed':>7} {'failed':>7} {'seconds':>8}")
    for suite in suites:
        if not os.path.exists(suite.program()):
            outcome = Outcome(suite.name, 0, 1, 0, f"there is no {suite.program()}")
        else:
            outcome = run(suite, binary_dir, name_filter)
        outcomes.append(outcome)
        row = f"{outcome.name:<16} {outcome.passed:>7} {outcome.failed:>7} {outcome.seconds:>8.1f}  {outcome.note}"
        print(row.rstrip(), flush=True)
    passed, failed = sum(o.passed for o in outcomes), sum(o.failed for o in outcomes)
    if passed + failed == 0:
        print(f"no suite and no test is called '{arguments.filter}'", file=sys.stderr)
        failed = 1
    if arguments.append:
        with arguments.append.open("a") as sums:
            sums.write(f"{passed} {failed}\n")
            for line in failure_lines(outcomes):
                sums.write(f"FAILED {binary_dir.name}/{line}\n")
    for line in failure_lines(outcomes):
        print(f"FAILED {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
