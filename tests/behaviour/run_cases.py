#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Runs the behaviour cases: folders tests/behaviour/<area>/<case>/, each copied to a directory and run there.

usage: run_cases.py --binary PATH [--filter TEXT] [--jobs N] [--accept] [--list]

What a case may hold (anything else is input):
  pipeline.yaml  what the default command runs
  cmd            command lines, run in order by bash, the last one's exit code counts; default: `leat run pipeline.yaml`
  setup          a bash script that runs before; what it makes is input as well
  stdin          what the commands read; default: nothing
  stdout         all that the commands print there; no file: nothing
  stderr         all that the commands print there; no file: not compared
  exit           the exit code; no file: 0
  expected/      files that must be there afterwards, byte for byte
  absent         names (or patterns) that must not exist afterwards, one per line
  ignore         names (or patterns) of files that may be left behind; any other new file fails the case

`stdout` and `stderr` may hold placeholders for what no two runs have in common: <time> matches a duration, <rate> a
number per second, <size> an amount of memory. `--accept` records what happened, with placeholders in the summary of the
run; `git diff` is the review.

Examples, pipelines/examples/NAME.yaml (or FOLDER/NAME.yaml) with a folder expected/NAME, are run with --procs 1, 2, 4 and 8, as
from the root of a tree that has nothing but pipelines/examples; each must print expected/NAME/stdout and make every
other file of that folder.
"""

import argparse
import concurrent.futures
import dataclasses
import difflib
import fnmatch
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests/behaviour"
EXAMPLES = ROOT / "pipelines/examples"
EXAMPLE_PROCS = (1, 2, 4, 8)
TIMEOUT_S = 120
DIFF_LINES_MAX = 60
SPECIAL = {"cmd", "setup", "stdin", "stdout", "stderr", "exit", "expected", "absent", "ignore"}

NUMBER = r"\d+(?:\.\d+)?"
PLACEHOLDERS = {
    "<time>": rf"(?:{NUMBER} ?h )?(?:{NUMBER} ?(?:min|m) )?{NUMBER} ?(?:ns|us|µs|ms|s)\b",
    "<rate>": rf"{NUMBER} ?[kMG]?i?B?(?: rows| records| bytes)?/s",
    "<size>": rf"{NUMBER} ?(?:bytes|B|KiB|MiB|GiB)\b",
}
# Where `--accept` writes placeholders: in the summary of a run and nowhere else, so that messages are kept as they are.
SUMMARY = re.compile(r"(?<=done in )(?P<time>[^,\n]+)|(?<=peak memory )(?P<size>[^,\n]+)")


@dataclasses.dataclass
class Outcome:
    name: str
    problems: list = dataclasses.field(default_factory=list)
    crashed: bool = False
    timed_out: bool = False


@dataclasses.dataclass
class Ran:
    code: int
    stdout: bytes
    stderr: bytes
    timed_out: bool


def to_placeholders(text: str) -> str:
    return SUMMARY.sub(lambda found: f"<{found.lastgroup}>", text)


def matches(expected: str, actual: str) -> bool:
    """Are the lines equal, once placeholders of `expected` are filled in?"""
    if not any(placeholder in expected for placeholder in PLACEHOLDERS):
        return expected == actual
    pattern = re.escape(expected)
    for placeholder, value in PLACEHOLDERS.items():
        pattern = pattern.replace(re.escape(placeholder), value)
    return re.fullmatch(pattern, actual) is not None


def difference(name: str, expected: bytes, actual: bytes, placeholders: bool = False) -> str:
    """A unified diff, or the empty string if they agree."""
    if expected == actual:
        return ""
    try:
        left, right = expected.decode().splitlines(), actual.decode().splitlines()
    except UnicodeDecodeError:
        return f"{name}: {len(expected)} bytes expected, {len(actual)} found, and they differ"
    if placeholders and expected.endswith(b"\n") == actual.endswith(b"\n"):
        if len(left) == len(right) and all(map(matches, left, right)):
            return ""
        right = [next((line for line in left if matches(line, found)), found) for found in right]
    diff = list(difflib.unified_diff(left, right, f"expected {name}", f"actual {name}", lineterm=""))
    if not diff:
        return f"{name}: only the line ends differ"
    return "\n".join(diff[:DIFF_LINES_MAX] + (["..."] if len(diff) > DIFF_LINES_MAX else []))


def environment(tools: pathlib.Path, home: pathlib.Path, mutant: str):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEAT_")}
    kept.pop("GOMAXPROCS", None)
    if mutant:
        kept["LEAT_MUTANT"] = mutant
    fixed = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "NO_COLOR": "1", "HOME": str(home), "TERM": "dumb"}
    return {**kept, **fixed, "PATH": f"{tools}:{os.environ['PATH']}"}


def run_script(script: str, folder: pathlib.Path, tools: pathlib.Path, stdin=None, mutant: str = "") -> Ran:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with open(stdin or os.devnull, "rb") as source:
            process = subprocess.Popen(
                ["bash", "-c", script], cwd=folder, stdin=source, stdout=out, stderr=err,
                env=environment(tools, folder, mutant), start_new_session=True,
            )
        timed_out = False
        try:
            process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            timed_out = True
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        out.seek(0)
        err.seek(0)
        return Ran(process.returncode, out.read(), err.read(), timed_out)


def files_of(folder: pathlib.Path):
    found = {path for path in folder.rglob("*") if not path.is_dir() and not path.is_fifo()}
    return {path.relative_to(folder).as_posix() for path in found}


def patterns(path: pathlib.Path):
    return path.read_text().split() if path.exists() else []


def died(code: int) -> bool:
    """Did the program end by a signal that no user sent? bash reports those of its children as 128 + number."""
    number = -code if code < 0 else code - 128
    return number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP)


def judge(case: pathlib.Path, folder: pathlib.Path, ran: Ran, new_files: set, outcome: Outcome):
    expected_code = int((case / "exit").read_text()) if (case / "exit").exists() else 0
    outcome.timed_out = ran.timed_out
    outcome.crashed = died(ran.code) and ran.code != expected_code
    if ran.timed_out:
        outcome.problems.append(f"stopped after {TIMEOUT_S} s")
    elif ran.code != expected_code:
        outcome.problems.append(f"exit code {ran.code}, expected {expected_code}")
        if not (case / "stderr").exists():
            outcome.problems.append("stderr:\n" + ran.stderr.decode(errors="replace")[-2000:])
    for name, actual in [("stdout", ran.stdout), ("stderr", ran.stderr)]:
        if name == "stdout" or (case / name).exists():
            recorded = (case / name).read_bytes() if (case / name).exists() else b""
            outcome.problems.append(difference(name, recorded, actual, placeholders=True))
    expected_files = files_of(case / "expected") if (case / "expected").exists() else set()
    for name in sorted(expected_files):
        if (folder / name).is_file():
            recorded = (case / "expected" / name).read_bytes()
            outcome.problems.append(difference(name, recorded, (folder / name).read_bytes()))
        else:
            outcome.problems.append(f"{name}: expected, but it is not there")
    for pattern in patterns(case / "absent"):
        outcome.problems += [f"{path.relative_to(folder)}: must not exist" for path in folder.glob(pattern)]
    allowed = patterns(case / "ignore")
    for name in sorted(new_files - expected_files):
        if not any(fnmatch.fnmatch(name, pattern) for pattern in allowed):
            outcome.problems.append(f"{name}: left behind, but neither in expected/ nor in ignore")
    outcome.problems = [problem for problem in outcome.problems if problem]


def accept(case: pathlib.Path, folder: pathlib.Path, ran: Ran, new_files: set):
    def record(name: str, content: bytes, wanted: bool):
        (case / name).write_bytes(content) if wanted else (case / name).unlink(missing_ok=True)

    def text(content: bytes):
        return to_placeholders(content.decode(errors="replace")).encode()

    record("exit", f"{ran.code}\n".encode(), ran.code != 0)
    record("stdout", ran.stdout, bool(ran.stdout))
    record("stderr", text(ran.stderr), ran.code != 0 or (case / "stderr").exists())
    allowed = patterns(case / "ignore")
    shutil.rmtree(case / "expected", ignore_errors=True)
    for name in new_files:
        if not any(fnmatch.fnmatch(name, pattern) for pattern in allowed):
            (case / "expected" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, case / "expected" / name)


def run_case(name: str, tools: pathlib.Path, cases=CASES, accepting: bool = False, mutant: str = "") -> Outcome:
    case, outcome = cases / name, Outcome(name)
    with tempfile.TemporaryDirectory(prefix="leat-case-") as temporary:
        folder = pathlib.Path(temporary)
        for path in case.iterdir():
            if path.name not in SPECIAL:
                target = folder / path.name
                shutil.copytree(path, target) if path.is_dir() else shutil.copy(path, target)
        if (case / "setup").exists():
            prepared = run_script("set -eu\n" + (case / "setup").read_text(), folder, tools)
            if prepared.code != 0:
                outcome.problems.append("setup failed:\n" + prepared.stderr.decode(errors="replace"))
                return outcome
        before = {file: (folder / file).stat().st_mtime_ns for file in files_of(folder)}
        script = (case / "cmd").read_text() if (case / "cmd").exists() else "leat run pipeline.yaml"
        stdin = case / "stdin" if (case / "stdin").exists() else None
        ran = run_script(script, folder, tools, stdin, mutant)
        new_files = {
            file for file in files_of(folder)
            if file not in before or (folder / file).lstat().st_mtime_ns != before[file]
        }
        if accepting and ran.timed_out:
            outcome.problems.append(f"stopped after {TIMEOUT_S} s: not recorded")
        elif accepting:
            accept(case, folder, ran, new_files)
        else:
            judge(case, folder, ran, new_files, outcome)
    return outcome


def run_example(name: str, procs: int, tools: pathlib.Path, examples=EXAMPLES, mutant: str = "") -> Outcome:
    outcome, expected = Outcome(f"examples/{name} --procs {procs}"), examples / "expected" / name
    with tempfile.TemporaryDirectory(prefix="leat-example-") as temporary:
        folder = pathlib.Path(temporary)
        shutil.copytree(
            examples, folder / "pipelines/examples",
            ignore=lambda path, names: ["expected"] if path == str(examples) else [],
        )
        ran = run_script(f"leat run pipelines/examples/{name}.yaml --procs {procs}", folder, tools, mutant=mutant)
        outcome.crashed, outcome.timed_out = died(ran.code), ran.timed_out
        if ran.code != 0:
            outcome.problems.append(f"exit code {ran.code}\n" + ran.stderr.decode(errors="replace")[-2000:])
        for file in sorted(files_of(expected)):
            made = ran.stdout if file == "stdout" else None
            if made is None and (folder / file).is_file():
                made = (folder / file).read_bytes()
            if made is None:
                outcome.problems.append(f"{file}: expected, but it is not there")
            elif problem := difference(file, (expected / file).read_bytes(), made):
                outcome.problems.append(problem)
    return outcome


def find_cases(cases: pathlib.Path):
    folders = {path.parent for name in ("cmd", "pipeline.yaml") for path in cases.glob(f"*/*/{name}")}
    return sorted(folder.relative_to(cases).as_posix() for folder in folders)


def find_examples(examples: pathlib.Path):
    names = [path.relative_to(examples).with_suffix("").as_posix() for path in examples.glob("**/*.yaml")]
    return sorted(name for name in names if (examples / "expected" / name).is_dir())


def make_tools(binary: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """A directory to put first in PATH: `leat` is the binary under test."""
    (folder / "leat").symlink_to(binary.resolve())
    generate = binary.resolve().parent / "leat-generate"
    if generate.exists():
        (folder / "leat-generate").symlink_to(generate)
    return folder


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--filter", default="", help="only cases whose name contains this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--cases", type=pathlib.Path, default=CASES)
    parser.add_argument("--examples", type=pathlib.Path, default=EXAMPLES)
    arguments = parser.parse_args()
    cases = [name for name in find_cases(arguments.cases) if arguments.filter in name]
    examples = [name for name in find_examples(arguments.examples) if arguments.filter in f"examples/{name}"]
    if arguments.list:
        print("\n".join(cases + [f"examples/{name}" for name in examples]))
        return 0
    if not os.access(arguments.binary, os.X_OK):
        print(f"there is no program '{arguments.binary}'\n0 passed, 1 failed")
        return 1
    with tempfile.TemporaryDirectory(prefix="leat-tools-") as temporary:
        tools = make_tools(arguments.binary, pathlib.Path(temporary))
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            running = [pool.submit(run_case, name, tools, arguments.cases, arguments.accept) for name in cases]
            if not arguments.accept:
                running += [
                    pool.submit(run_example, name, procs, tools, arguments.examples)
                    for name in examples for procs in EXAMPLE_PROCS
                ]
            outcomes = [future.result() for future in running]
    for outcome in outcomes:
        if outcome.problems:
            print(f"FAILED {outcome.name}")
            print("\n".join("  " + line for problem in outcome.problems for line in problem.splitlines()))
    failed = sum(bool(outcome.problems) for outcome in outcomes)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
