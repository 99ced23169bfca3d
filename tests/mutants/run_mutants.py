#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Proves that the promises are guarded: turns on each committed mutant in turn and demands that its named test fails.

usage: run_mutants.py --binary-dir DIR [--filter TEXT] [--jobs N]

mutants.txt names for each LEAT_MUTANT("...") of the sources the promise it breaks and the test that must catch it. The
test must pass without the mutant. A crash or a timeout is no catch, unless the line says that it is. The release
build, if there is one, must not contain any mutant.
"""

import argparse
import concurrent.futures
import dataclasses
import functools
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/behaviour"))
import run_cases  # noqa: E402

LAYERS = ("engine", "operators", "pipelines", "cli")
PROMISES = range(1, 8)
PLUGIN_PROMISE = 7  # needs no guard while there is no loader of plugins
TIMEOUT_S = 150
TIMEOUT_CAUGHT_S = 20  # for lines which say that a timeout is the catch


@dataclasses.dataclass
class Mutant:
    name: str
    promise: int
    command: str
    also_caught_by: frozenset  # of "crash", "timeout"


def read_list(path: pathlib.Path):
    mutants, problems = [], []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("|")]
        extra = frozenset(fields[3].split()) if len(fields) == 4 else frozenset()
        if len(fields) not in (3, 4) or not fields[1].isdigit() or int(fields[1]) not in PROMISES:
            problems.append(f"{path.name}:{number}: write: name | promise 1-7 | command [| crash timeout]")
        elif not extra <= {"crash", "timeout"}:
            problems.append(f"{path.name}:{number}: only crash and timeout may count as a catch")
        else:
            mutants.append(Mutant(fields[0], int(fields[1]), fields[2], extra))
    return mutants, problems


def names_in_sources(root: pathlib.Path):
    names = []
    for layer in LAYERS:
        for path in (root / layer).rglob("*"):
            if path.suffix in (".h", ".cpp") and path.name != "mutant.h":
                names += re.findall(r'\bLEAT_MUTANT\(\s*"([^"]*)"', path.read_text(errors="replace"))
    return names


def compare_lists(mutants, in_sources, plugins: bool = True):
    listed = [mutant.name for mutant in mutants]
    problems = [f"{name}: in the sources, but not in mutants.txt" for name in sorted(set(in_sources) - set(listed))]
    problems += [f"{name}: in mutants.txt, but not in the sources" for name in sorted(set(listed) - set(in_sources))]
    problems += [f"{name}: listed twice" for name in sorted(set(listed)) if listed.count(name) > 1]
    bare = sorted(set(PROMISES) - {mutant.promise for mutant in mutants} - (set() if plugins else {PLUGIN_PROMISE}))
    problems += [f"promise {promise} is guarded by no mutant" for promise in bare]
    return problems


def run_gtest(binary_dir: pathlib.Path, command: str, mutant: str, timeout_s: int) -> str:
    """passed, failed, crash, timeout, or what is wrong with the command."""
    words = shlex.split(command)
    program = binary_dir / words[0]
    if not program.exists():
        return f"there is no {program}"
    environment = {**os.environ, "LEAT_MUTANT": mutant, "LEAT_BINARY": str(binary_dir / "leat")}
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.json")
        try:
            ran = subprocess.run(
                [str(program), *words[1:], f"--gtest_output=json:{report}"],
                env=environment, timeout=timeout_s, stdin=subprocess.DEVNULL, capture_output=True,
            )
        except subprocess.TimeoutExpired:
            return "timeout"
        if not report.exists():
            return "crash"
        result = json.loads(report.read_text())
    if result["tests"] - result.get("disabled", 0) == 0:
        return "the filter selects no test"
    if result["failures"] > 0:
        return "failed"
    return "passed" if ran.returncode == 0 else "crash"


def run_behaviour(tools: pathlib.Path, name: str, mutant: str) -> str:
    example = name.removeprefix("examples/")
    if name in run_cases.find_cases(run_cases.CASES):
        outcomes = [run_cases.run_case(name, tools, mutant=mutant)]
    elif example in run_cases.find_examples(run_cases.EXAMPLES):
        outcomes = [run_cases.run_example(example, procs, tools, mutant=mutant) for procs in run_cases.EXAMPLE_PROCS]
    else:
        return f"there is no behaviour case {name}"
    if any(outcome.timed_out for outcome in outcomes):
        return "timeout"
    if any(outcome.crashed for outcome in outcomes):
        return "crash"
    return "failed" if any(outcome.problems for outcome in outcomes) else "passed"


class Runner:
    def __init__(self, binary_dir: pathlib.Path, tools: pathlib.Path):
        self.binary_dir = binary_dir
        self.tools = tools
        self.without_mutant = functools.cache(lambda command: self.verdict(command, "", TIMEOUT_S))

    def verdict(self, command: str, mutant: str, timeout_s: int) -> str:
        if command.startswith("behaviour "):
            return run_behaviour(self.tools, command.split()[1], mutant)
        return run_gtest(self.binary_dir, command, mutant, timeout_s)

    def problem_of(self, mutant: Mutant) -> str:
        """The empty string if the mutant is caught."""
        before = self.without_mutant(mutant.command)
        if before != "passed":
            return f"without the mutant: {before}"
        timeout_s = TIMEOUT_CAUGHT_S if "timeout" in mutant.also_caught_by else TIMEOUT_S
        verdict = self.verdict(mutant.command, mutant.name, timeout_s)
        if verdict == "failed" or verdict in mutant.also_caught_by:
            return ""
        if verdict == "passed":
            return "SURVIVED: the test does not see the breach"
        return f"{verdict}, which is no catch: the test must notice the breach and say so"


def names_in_programs(mutants, test_program: pathlib.Path, programs):
    """The test build holds the names (or this check could not fail), the others do not."""
    problems = []
    for program in [test_program, *programs]:
        if not program.exists():
            problems.append(f"there is no {program}")
            continue
        content = program.read_bytes()
        held = [mutant.name for mutant in mutants if mutant.name.encode() + b"\0" in content]
        if program == test_program and not held and mutants:
            problems.append(f"{program} holds no mutant: is it the test build?")
        elif program != test_program and held:
            problems.append(f"{program} must not contain mutants, but holds {held[0]}")
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary-dir", type=pathlib.Path, required=True)
    parser.add_argument("--filter", default="")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    mutants, problems = read_list(ROOT / "tests/mutants/mutants.txt")
    if not arguments.filter:
        plugins = any((ROOT / "operators/plugin").glob("*.cpp"))
        problems += compare_lists(mutants, names_in_sources(ROOT), plugins)
        others = [path for path in [ROOT / "build/release/leat"] if path.exists()]
        problems += names_in_programs(mutants, arguments.binary_dir / "leat", others)
        if not others:
            print("note: no release build, so none was searched for mutants")
    chosen = [mutant for mutant in mutants if arguments.filter in mutant.name]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="leat-tools-") as temporary:
        tools = run_cases.make_tools(arguments.binary_dir / "leat", pathlib.Path(temporary))
        runner = Runner(arguments.binary_dir.resolve(), tools)
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for mutant, problem in zip(chosen, pool.map(runner.problem_of, chosen)):
                if problem:
                    failed += 1
                    print(f"FAILED {mutant.name} (promise {mutant.promise}, {mutant.command}): {problem}")
    for problem in problems:
        print(f"FAILED {problem}")
    passed = len(chosen) - failed + (not problems and not arguments.filter)  # the lists agree: that is a test as well
    print(f"{passed} passed, {failed + len(problems)} failed")
    return 1 if failed or problems else 0


if __name__ == "__main__":
    sys.exit(main())
