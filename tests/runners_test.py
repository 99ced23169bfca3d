#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Proves of run_cases.py, run_mutants.py and run_suites.py that they notice what they are for."""

import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
TESTS = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS), str(TESTS / "behaviour"), str(TESTS / "mutants")]
import run_cases  # noqa: E402
import run_mutants  # noqa: E402
import run_suites  # noqa: E402

# Stands in for leat: says hello, writes out.txt, breaks a promise when a mutant is on.
PROGRAM = """#!/bin/bash
echo "hello ${LEAT_MUTANT:-world}"
echo "a: done in 1.25 s, peak memory 2.1 MiB" >&2
echo data > out.txt
[[ $1 == crash ]] && kill -SEGV $$
[[ $1 == hang ]] && sleep 60
[[ $2 == [0-9] ]] && exit $2
exit 0
"""

RIGHT = {
    "cmd": "leat run 0\n",
    "stdout": "hello world\n",
    "stderr": "a: done in <time>, peak memory <size>\n",
    "expected/out.txt": "data\n",
}


def write(root: pathlib.Path, files: dict):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        write(self.root, {"tools/leat": PROGRAM})
        (self.root / "tools/leat").chmod(0o755)

    def case(self, changes, **options):
        files = {name: text for name, text in {**RIGHT, **changes}.items() if text is not None}
        write(self.root / "cases/area/case", files)
        return run_cases.run_case("area/case", self.root / "tools", self.root / "cases", **options)


class Cases(Folder):
    def test_right_case_passes(self):
        self.assertEqual(self.case({}).problems, [])

    def test_each_difference_is_noticed(self):
        wrong = [
            {"stdout": "hello\n"},
            {"stdout": None},
            {"stdout": "hello world"},
            {"stderr": "a: done in <time>, peak memory <time>\n"},
            {"stderr": "a: done in <time>, peak memory <size>\nmore\n"},
            {"exit": "1\n"},
            {"cmd": "leat run 2\n"},
            {"expected/out.txt": "other\n"},
            {"expected/more.txt": ""},
            {"expected/out.txt": None},
            {"absent": "out.*\n"},
            {"setup": "false\n"},
        ]
        for changes in wrong:
            with self.subTest(changes=changes):
                self.setUp()
                self.assertNotEqual(self.case(changes).problems, [])

    def test_ignored_files_may_be_left_behind(self):
        self.assertEqual(self.case({"expected/out.txt": None, "ignore": "*.txt\n"}).problems, [])

    def test_the_last_exit_code_counts(self):
        changes = {"cmd": "leat run 3\nleat run 4\n", "exit": "4\n", "stdout": "hello world\n" * 2, "stderr": None}
        self.assertEqual(self.case(changes).problems, [])

    def test_crash_and_timeout_are_told_apart(self):
        self.assertTrue(self.case({"cmd": "leat crash\n"}).crashed)
        limit, run_cases.TIMEOUT_S = run_cases.TIMEOUT_S, 0.3
        self.addCleanup(setattr, run_cases, "TIMEOUT_S", limit)
        self.assertTrue(self.case({"cmd": "leat hang\n"}).timed_out)

    def test_accepted_case_passes(self):
        self.case({"stdout": "old\n", "expected/old.txt": "old\n", "exit": "9\n"}, accepting=True)
        case = self.root / "cases/area/case"
        self.assertEqual((case / "stderr").read_text(), "a: done in <time>, peak memory <size>\n")
        self.assertEqual(run_cases.files_of(case / "expected"), {"out.txt"})
        self.assertEqual(run_cases.run_case("area/case", self.root / "tools", self.root / "cases").problems, [])

    def test_example_must_make_its_files(self):
        write(self.root, {"examples/a.yaml": "", "examples/expected/a/out.txt": "data\n"})
        self.assertEqual(run_cases.find_examples(self.root / "examples"), ["a"])
        run = lambda: run_cases.run_example("a", 2, self.root / "tools", self.root / "examples").problems  # noqa: E731
        self.assertEqual(run(), [])
        write(self.root, {"examples/expected/a/out.txt": "other\n"})
        self.assertNotEqual(run(), [])


GTEST = """#!/bin/bash
report=${@: -1}
[[ $LEAT_MUTANT == crashes ]] && exit 134
[[ $LEAT_MUTANT == hangs ]] && exec sleep 60
failures=0
[[ $LEAT_MUTANT == caught ]] && failures=1
echo "{\\"tests\\": ${TESTS:-1}, \\"failures\\": $failures}" > "${report#*json:}"
exit $failures
"""


class Mutants(Folder):
    def verdict(self, name, also=()):
        write(self.root, {"a_tests": GTEST})
        (self.root / "a_tests").chmod(0o755)
        runner = run_mutants.Runner(self.root, self.root / "tools")
        return runner.problem_of(run_mutants.Mutant(name, 1, "a_tests --gtest_filter=A.B", frozenset(also)))

    def test_only_a_failing_test_is_a_catch(self):
        self.assertEqual(self.verdict("caught"), "")
        self.assertIn("SURVIVED", self.verdict("unseen"))
        self.assertIn("crash", self.verdict("crashes"))
        self.assertEqual(self.verdict("crashes", ["crash"]), "")

    def test_timeout_counts_where_the_line_says_so(self):
        for name in ("TIMEOUT_S", "TIMEOUT_CAUGHT_S"):
            self.addCleanup(setattr, run_mutants, name, getattr(run_mutants, name))
            setattr(run_mutants, name, 0.3)
        self.assertIn("timeout", self.verdict("hangs"))
        self.assertEqual(self.verdict("hangs", ["timeout"]), "")

    def test_missing_programs_and_cases_are_problems(self):
        runner = run_mutants.Runner(self.root, self.root / "tools")
        for command in ("nothing_tests --gtest_filter=A", "behaviour no/such"):
            self.assertIn("there is no", runner.problem_of(run_mutants.Mutant("x", 1, command, frozenset())))

    def test_lists_must_agree(self):
        write(self.root, {"list": "a | 1 | x_tests\nb | 2 | x_tests | crash\nbad line\nc | 9 | x\nd | 1 | x | maybe\n"})
        mutants, problems = run_mutants.read_list(self.root / "list")
        self.assertEqual([mutant.name for mutant in mutants], ["a", "b"])
        self.assertEqual(len(problems), 3)
        write(self.root, {"engine/a.cpp": 'if (LEAT_MUTANT("a")) {}\nif (LEAT_MUTANT(\n    "z")) {}\n'})
        found = "\n".join(run_mutants.compare_lists(mutants, run_mutants.names_in_sources(self.root)))
        for expected in ("z: in the sources", "b: in mutants.txt", "promise 3 "):
            self.assertIn(expected, found)
        self.assertNotIn("promise 2 ", found)

    def test_programs_with_mutants_are_found(self):
        write(self.root, {"test": "name_a\0", "release": "name_b\0", "bad": "..name_a\0"})
        mutants = [run_mutants.Mutant("name_a", 1, "", frozenset())]
        names = lambda *programs: run_mutants.names_in_programs(mutants, *programs)  # noqa: E731
        self.assertEqual(names(self.root / "test", [self.root / "release"]), [])
        self.assertNotEqual(names(self.root / "test", [self.root / "bad"]), [])
        self.assertNotEqual(names(self.root / "release", []), [])
        self.assertNotEqual(names(self.root / "test", [self.root / "none"]), [])


class Suites(Folder):
    def run_script(self, text, budget_s=10):
        write(self.root, {"suite.sh": text})
        suite = run_suites.Suite("a", ["bash", str(self.root / "suite.sh")], budget_s)
        outcome = run_suites.run(suite, self.root, "")
        return outcome.passed, outcome.failed

    def test_counts_of_scripts(self):
        run_suites.print = lambda *arguments, **options: None
        self.addCleanup(delattr, run_suites, "print")
        self.assertEqual(self.run_script("echo 3 passed, 0 failed"), (3, 0))
        self.assertEqual(self.run_script("echo 3 passed, 2 failed; exit 1"), (3, 2))
        self.assertEqual(self.run_script("echo 3 passed, 0 failed; exit 1"), (3, 1))
        self.assertEqual(self.run_script("echo all is well"), (0, 1))
        self.assertEqual(self.run_script("echo 3 passed, 0 failed; sleep 60", 0.3), (0, 1))

    def test_shards_are_summed(self):
        report = """{"tests": '$((GTEST_SHARD_INDEX + GTEST_TOTAL_SHARDS))', "failures": '$GTEST_SHARD_INDEX'}"""
        write(self.root, {"tests.sh": f"#!/bin/bash\necho '{report}' > \"${{1#--gtest_output=json:}}\"\n"})
        (self.root / "tests.sh").chmod(0o755)
        run_suites.print = lambda *arguments, **options: None
        self.addCleanup(delattr, run_suites, "print")
        suite = run_suites.Suite("a", [str(self.root / "tests.sh")], 10, gtest=True, shards=3)
        outcome = run_suites.run(suite, self.root, "")
        self.assertEqual((outcome.passed, outcome.failed), (3 + 3 + 3, 1 + 2))

    def test_counts_of_gtest(self):
        report = self.root / "report"
        self.assertEqual(run_suites.counts_of_gtest(report, 139)[:2], (0, 1))
        write(self.root, {"report": '{"tests": 5, "failures": 2, "disabled": 1, "testsuites": []}'})
        self.assertEqual(run_suites.counts_of_gtest(report, 1)[:2], (2, 2))
        write(self.root, {"report": '{"tests": 5, "failures": 0}'})
        self.assertEqual(run_suites.counts_of_gtest(report, 0)[:2], (5, 0))
        self.assertEqual(run_suites.counts_of_gtest(report, 1)[:2], (5, 1))

    def test_failures_are_named(self):
        report = self.root / "report"
        self.assertEqual(run_suites.failures_of_gtest(report), [])
        one = '{"name": "b", "failures": [{"failure": "it is 2"}]}'
        write(self.root, {"report": '{"testsuites": [{"name": "A", "testsuite": [%s, {"name": "c"}]}]}' % one})
        self.assertEqual(run_suites.failures_of_gtest(report), ["A.b: it is 2"])
        self.assertEqual(run_suites.failures_of_script("FAILED a\nit is 2\nb\nFAILED c: no"), ["a: it is 2", "c: no"])
        outcomes = [
            run_suites.Outcome("good", 1, 0, 0),
            run_suites.Outcome("bad", 1, 1, 0, "", ["a: it\nis 2"]),
            run_suites.Outcome("gone", 0, 1, 0, "died with 139"),
        ]
        self.assertEqual(list(run_suites.failure_lines(outcomes)), ["bad: a: it is 2", "gone: died with 139"])


if __name__ == "__main__":
    program = unittest.main(exit=False, verbosity=0)
    failed = len(program.result.failures) + len(program.result.errors)
    print(f"{max(0, program.result.testsRun - failed)} passed, {failed} failed")
    sys.exit(failed > 0)
