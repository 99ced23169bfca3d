#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Plugins as their authors and users meet them: built against an installed leat and nothing else, loaded, run, broken.

usage: plugins_test.py --binary-dir DIR [--filter TEXT]

Each method test_* of the classes below is one test. What a machine lacks (SQLite's headers, clang with its standard
library) is skipped, and said.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/plugin"
EXAMPLES = ROOT / "pipelines/examples/plugins"
TIMEOUT_S = 240
FROZEN = HERE / "plugin_abi_v1.h"


class Skipped(Exception):
    pass


class Failed(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failed(message)


def command(*arguments, cwd=None, ok=True, env=None):
    done = subprocess.run(
        [str(argument) for argument in arguments], cwd=cwd, capture_output=True, text=True, timeout=TIMEOUT_S,
        env={**os.environ, **(env or {})},
    )
    if ok and done.returncode != 0:
        raise Failed(f"{' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
    return done


class World:
    """An installed leat, the example plugins built against it, and a folder for each test."""

    def __init__(self, binary_dir, scratch):
        self.binary_dir = binary_dir
        self.scratch = scratch
        self.prefix = scratch / "installed"
        self.leat = self.prefix / "bin/leat"
        self.built = {}
        command("cmake", "--install", binary_dir, "--prefix", self.prefix)

    def folder(self, name):
        path = self.scratch / name
        path.mkdir(parents=True)
        return path

    def examples(self):
        """The folder with the example plugins."""
        if "examples" not in self.built:
            source = self.scratch / "examples_source"
            shutil.copytree(EXAMPLES, source)
            build = self.scratch / "examples"
            command("cmake", "-S", source, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}")
            command("cmake", "--build", build)
            self.built["examples"] = build
        return self.built["examples"]

    def compile(self, folder, name, *macros, header="<leat/plugin_abi.h>"):
        """tests/plugin/broken_plugin.c as folder/name.so."""
        out = folder / f"{name}.so"
        command(
            "cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-fPIC", "-shared", f"-I{self.prefix}/include",
            f"-DHEADER={header}", *[f"-D{macro}" for macro in macros], HERE / "broken_plugin.c", "-o", out,
        )
        return out

    def compile_cpp(self, folder, name, compiler="c++", *flags):
        """tests/plugin/NAME_plugin.cpp as folder/name.so."""
        out = folder / f"{name}.so"
        command(
            compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-O1", "-fPIC", "-shared",
            f"-I{self.prefix}/include", *flags, HERE / f"{name}_plugin.cpp", "-o", out,
        )
        return out

    def run(self, *arguments, cwd, ok=False, env=None):
        return command(self.leat, *arguments, cwd=cwd, ok=ok, env=env)


def pipeline(stage, plugins="", source="a: int64, b: utf8"):
    listed = f"plugins: {plugins}\n" if plugins else ""
    return (
        f"{listed}stages:\n  - read_csv:\n      path: in.csv\n      columns: {{ {source} }}\n"
        f"{stage}  - write_csv: out.csv\n"
    )


def write(folder, text, rows=3):
    (folder / "job.yaml").write_text(text)
    (folder / "in.csv").write_text("a,b\n" + "".join(f"{i},text of row {i}\n" for i in range(rows)))


def expect(done, code, *parts):
    shown = f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
    check(done.returncode == code, f"exit code {code} expected, got {shown}")
    for part in parts:
        check(part in done.stderr, f"{part!r} expected in {shown}")


def expect_untouched(folder):
    check((folder / "out.csv").read_text() == "old\n", "the old output was touched")
    check(not [p for p in folder.iterdir() if ".leat" in p.name], "staged files were left behind")


class Refusals:
    """Files that are no plugin, or none that can be used: one line, which names the file and says what to do."""

    def refused(self, world, name, file, *parts):
        folder = file.parent
        write(folder, pipeline("", plugins=f"./{file.name}"))
        (folder / "out.csv").write_text("old\n")
        done = world.run("run", "job.yaml", cwd=folder)
        expect(done, 2, "job.yaml:1:10", f"./{file.name}", "hint: ", *parts)
        line = [line for line in done.stderr.splitlines() if "error" in line or "plugin" in line][0]
        check(f"./{file.name}" in line, f"the file is not named in the first line: {line}")
        expect_untouched(folder)
        # The same on the command line.
        done = world.run("operators", "--plugin", f"./{file.name}", cwd=folder)
        expect(done, 2, f"./{file.name}", "hint: ", *parts)
        check(len(done.stderr.splitlines()) <= 3, f"more than a line: {done.stderr}")

    def test_interface_too_new(self, world, folder):
        file = world.compile(folder, "new", "SYMBOL=leat_plugin_v2")
        self.refused(world, "new", file, "version 2 of the plugin interface", "use a newer leat")

    def test_interface_too_old(self, world, folder):
        file = world.compile(folder, "old", "SYMBOL=leat_plugin_v0")
        self.refused(world, "old", file, "version 0 of the plugin interface", "build the plugin again")

    def test_minor_version_too_new(self, world, folder):
        file = world.compile(folder, "minor", "NEEDS_MINOR=9")
        self.refused(world, "minor", file, "needs version 1.9 of the plugin interface", "use a newer leat")

    def test_symbol_missing(self, world, folder):
        file = world.compile(folder, "none", "SYMBOL=something_else")
        self.refused(world, "none", file, "does not export 'leat_plugin_v1'")

    def test_not_a_shared_object(self, world, folder):
        (folder / "text.so").write_text("int main(void) { return 0; }\n")
        self.refused(world, "text", folder / "text.so", "not a shared object")

    def test_cut_off(self, world, folder):
        file = world.compile(folder, "whole")
        content = file.read_bytes()
        (folder / "cut.so").write_bytes(content[:len(content) * 2 // 3])
        self.refused(world, "cut", folder / "cut.so", "its end is missing", "copy the file again")

    def test_a_folder(self, world, folder):
        (folder / "folder.so").mkdir()
        self.refused(world, "folder", folder / "folder.so", "it is a folder")

    def test_no_such_file(self, world, folder):
        self.refused(world, "gone", folder / "gone.so", "No such file")

    def test_another_architecture(self, world, folder):
        file = world.compile(folder, "arm")
        content = bytearray(file.read_bytes())
        here = int.from_bytes(content[18:20], "little")
        content[18:20] = (183 if here != 183 else 62).to_bytes(2, "little")
        file.write_bytes(content)
        self.refused(world, "arm", file, "it was built for arm64" if here != 183 else "it was built for x86-64")

    def test_library_missing(self, world, folder):
        (folder / "gone.c").write_text("int gone(void) { return 1; }\n")
        command("cc", "-shared", "-fPIC", "gone.c", "-o", "libgone.so", cwd=folder)
        command("cc", "-shared", "-fPIC", "-x", "c", "/dev/null", "-Wl,--no-as-needed", "-L.", "-lgone", "-o", "need.so",
                cwd=folder)
        (folder / "libgone.so").unlink()
        self.refused(world, "need", folder / "need.so", "libgone.so", "install the library")

    def test_two_plugins_claim_one_name(self, world, folder):
        first, second = world.compile(folder, "first"), world.compile(folder, "second", 'NAME="pass"')
        write(folder, pipeline("", plugins=f"[./{first.name}, ./{second.name}]"))
        done = world.run("run", "job.yaml", cwd=folder)
        expect(done, 2, "job.yaml:1:", "'test.pass' is also in ./first.so", "./second.so", "load one of the two")

    def test_the_same_plugin_twice_is_fine(self, world, folder):
        first = world.compile(folder, "first")
        write(folder, pipeline("  - test.pass:\n", plugins=f"[./{first.name}, first]"))
        world.run("check", "job.yaml", "--plugin", first, cwd=folder, ok=True, env={"LEAT_PLUGIN_PATH": str(folder)})

    def test_options_that_do_not_parse(self, world, folder):
        file = world.compile(folder, "default", 'OPTION_DEFAULT="many"')
        self.refused(world, "default", file, "operator 'test.pass'", "the default of an option is wrong", "'many'")
        file = world.compile(folder, "type", "OPTION_TYPE=99")
        self.refused(world, "type", file, "option 'level' has the unknown type 99")

    def test_names_that_are_no_names(self, world, folder):
        file = world.compile(folder, "name", 'NAME="Not A Name"')
        self.refused(world, "name", file, "'Not A Name' is no word of small letters")

    def test_descriptor_too_short(self, world, folder):
        file = world.compile(folder, "short", "SIZE=8")
        self.refused(world, "short", file, "8 bytes long")

    def test_search_path(self, world, folder):
        world.compile(folder, "found")
        write(folder, pipeline("  - test.pass:\n", plugins="found"))
        world.run("check", "job.yaml", cwd=folder, ok=True, env={"LEAT_PLUGIN_PATH": f"/nowhere:{folder}"})
        expect(world.run("check", "job.yaml", cwd=folder, env={"LEAT_PLUGIN_PATH": "/nowhere"}), 2,
               "there is no plugin 'found' in /nowhere", "./found.so")


class Mistakes:
    """What users write wrong: found by `check`, with places and hints as for built-in operators."""

    def checked(self, world, folder, stage, *parts):
        file = world.compile(folder, "test")
        write(folder, pipeline(stage, plugins=f"./{file.name}"))
        expect(world.run("check", "job.yaml", "--plugin", file, cwd=folder), 2, *parts)

    def test_unknown_operator_of_a_plugin(self, world, folder):
        self.checked(world, folder, "  - test.pas:\n", "job.yaml:6:5", "no operator 'test.pas'",
                     "did you mean 'test.pass'?")

    def test_plugin_not_named(self, world, folder):
        write(folder, pipeline("  - acme.other:\n"))
        expect(world.run("check", "job.yaml", cwd=folder), 2, "no operator 'acme.other'", "--plugin")

    def test_unknown_option(self, world, folder):
        self.checked(world, folder, "  - test.pass: { levle: 3 }\n", "job.yaml:6:18", "'test.pass' has no option 'levle'",
                     "did you mean 'level'?")

    def test_option_of_another_type(self, world, folder):
        self.checked(world, folder, "  - test.pass: { level: high }\n", "job.yaml:6:25", "not a whole number")

    def test_mistake_that_the_plugin_reports(self, world, folder):
        write(folder, pipeline("  - example.mask: { column: nothing }\n", plugins=str(world.examples() / "mask.so")))
        expect(world.run("run", "job.yaml", cwd=folder), 2, "job.yaml:6:29", "no such column to mask")

    def test_parameters_have_no_value_yet(self, world, folder):
        write(folder, pipeline("", plugins='"${where}/x.so"'))
        expect(world.run("check", "job.yaml", cwd=folder), 2, "job.yaml:1:10", "parameters have no value yet")

    def test_plugins_of_the_wrong_shape(self, world, folder):
        write(folder, pipeline("", plugins="{ a: b }"))
        expect(world.run("check", "job.yaml", cwd=folder), 2, "'plugins' must be a file, or a list of files")


class Breakages:
    """Plugins that fail while rows flow: the run fails with their name and place, and outputs are untouched."""

    def broken(self, world, folder, process, *parts):
        file = world.compile(folder, "test", f"PROCESS={process}")
        self.fails(world, folder, f"./{file.name}", "test.pass", *parts)

    def fails(self, world, folder, file, operator, *parts):
        write(folder, pipeline(f"  - {operator}:\n    name: mine\n", plugins=file))
        (folder / "out.csv").write_text("old\n")
        done = world.run("run", "job.yaml", cwd=folder)
        expect(done, 1, "job.yaml:6:5", "mine", f"'{operator}' of the plugin {file}", "no output was changed", *parts)
        expect_untouched(folder)

    def test_error_with_explanation(self, world, folder):
        self.broken(world, folder, "explained_error", "the service does not answer", "hint: start the service")

    def test_error_without_explanation(self, world, folder):
        self.broken(world, folder, "silent_error", "process returned the error 77 and did not explain it")

    def test_fewer_columns_than_declared(self, world, folder):
        self.broken(world, folder, "fewer_columns", "it gave 1 columns, but 2 were declared")

    def test_another_type_than_declared(self, world, folder):
        self.broken(world, folder, "other_type", "column 1 is 'a' float64, but 'a' int64 was declared")

    def test_rows_that_are_lost(self, world, folder):
        self.broken(world, folder, "lost_row", "it lost 3 rows without LEAT_DROPS_ROWS")

    def test_service_that_is_not_there(self, world, folder):
        self.broken(world, folder, "wrong_service", "used the service 'write' where there is none")

    def test_exception_in_the_face(self, world, folder):
        file = world.compile_cpp(folder, "throwing")
        self.fails(world, folder, f"./{file.name}", "throwing.face", "no such luck")

    def test_exceptions_past_the_interface(self, world, folder):
        file = world.compile_cpp(folder, "throwing")
        self.fails(world, folder, f"./{file.name}", "throwing.error", "process threw: raw error")
        self.fails(world, folder, f"./{file.name}", "throwing.number", "process threw: an exception of unknown type")

    def slips(self, world, folder, operator, code, *parts):
        """A slip in the C++ face is one line with a place, never garbage and never a crash."""
        write(folder, pipeline(f"  - slip.{operator}:\n", plugins="./slipping.so"))
        (folder / "out.csv").write_text("old\n")
        place = f"job.yaml:6:5: error: 'slip.{operator}' of the plugin ./slipping.so"
        expect(world.run("run", "job.yaml", cwd=folder), code, place, *parts)
        expect_untouched(folder)

    def test_slips_in_the_face(self, world, folder):
        world.compile_cpp(folder, "slipping")
        column = "column 'n' was declared as int64, and"
        self.slips(world, folder, "sets_text", 1, f"{column} a text was set")
        self.slips(world, folder, "sets_float", 1, f"{column} a float64 was set")
        self.slips(world, folder, "sets_bool", 1, f"{column} a bool was set")
        self.slips(world, folder, "sets_kept", 1, "column 'a' of the output is kept from the input")
        self.slips(world, folder, "sets_beyond", 1, "column 8 of the output was set, and 3 were declared")
        self.slips(world, folder, "reads_text", 1, "column 'a' of the input is int64, and was read as utf8")
        self.slips(world, folder, "reads_beyond", 1, "column 78 of the input was read, and there are 2")
        self.slips(world, folder, "keeps_beyond", 2, "column 100 of the input is not there; it has 2")
        self.slips(world, folder, "asks_option", 2, "it has no option 'colum'")
        self.slips(world, folder, "says_ok", 1, "all is lost")
        self.slips(world, folder, "emits_twice", 1, "emit() was called twice")
        self.slips(world, folder, "sets_no_row", 1, "a value was set before next() began a row")
        self.slips(world, folder, "mixes_ids", 1, "some rows were given with an id and some without")
        self.slips(world, folder, "keeps_rows", 2, "it kept a column of the input, which only a map can")

    def test_text_of_a_plugin_is_one_line(self, world, folder):
        world.compile_cpp(folder, "slipping")
        stage = "  - slip.rejects_bytes:\n    on_error: reject\n"
        write(folder, pipeline(stage, plugins="./slipping.so") + "  - from: slip.rejects_bytes.rejects\n"
              "    write_jsonl: bad.jsonl\n", rows=1)
        expect(world.run("run", "job.yaml", cwd=folder), 3)
        rejected = json.loads((folder / "bad.jsonl").read_bytes().decode("utf-8"))
        check(rejected["reason"] == "two\\nlines \\xff", rejected)
        write(folder, pipeline("  - slip.rejects_bytes:\n", plugins="./slipping.so"), rows=1)
        expect(world.run("run", "job.yaml", cwd=folder), 1, "in.csv:2:1: error: two\\nlines \\xff [E0807]\n")

    def test_exception_in_a_function_has_a_place(self, world, folder):
        world.compile_cpp(folder, "slipping")
        write(folder, pipeline("  - derive:\n      x: slip.throws(b)\n", plugins="./slipping.so"))
        expect(world.run("run", "job.yaml", cwd=folder), 1, "job.yaml:7:10: error: 'slip.throws' of the plugin "
               "./slipping.so: no such luck (in stage 'derive')")

    def test_times_out_of_range(self, world, folder):
        world.compile_cpp(folder, "slipping")
        self.slips(world, folder, "far_date", 1, "it gave a date outside of the years 1 to 294246")
        stage = "  - derive:\n      far: slip.far(timestamp '2026-01-31T10:00:00')\n"
        write(folder, pipeline(stage, plugins="./slipping.so"), rows=1)
        expect(world.run("run", "job.yaml", cwd=folder), 1, "it gave a timestamp outside of the years 1 to 294246")

    def test_signatures_with_other_names_of_types(self, world, folder):
        world.compile_cpp(folder, "slipping")
        stage = "  - derive:\n      later: slip.later(timestamp '2026-01-31T10:00:00')\n      same: slip.same(b)\n"
        write(folder, pipeline(stage, plugins="./slipping.so"), rows=1)
        world.run("run", "-q", "job.yaml", cwd=folder, ok=True)
        got = (folder / "out.csv").read_text().splitlines()[1]
        check(got == "0,text of row 0,2026-01-31T10:00:01,text of row 0", got)

    def test_signature_that_does_not_fit(self, world, folder):
        world.compile_cpp(folder, "slipping", "c++", "-DWRONG_SIGNATURE")
        expect(world.run("functions", "--plugin", "./slipping.so", cwd=folder), 2,
               "the signature 'length(n int64) -> int64' does not fit its C++ function, which is (utf8) -> int64")

    def test_exit_is_a_failure(self, world, folder):
        world.compile_cpp(folder, "slipping")
        write(folder, pipeline("  - slip.exits:\n    name: mine\n", plugins="./slipping.so"))
        (folder / "out.csv").write_text("old\n")
        expect(world.run("run", "job.yaml", cwd=folder), 1, "leat: exit() was called in the middle of the work",
               "'slip.exits' of the plugin ./slipping.so has not returned (stage 'mine')")
        expect_untouched(folder)
        done = world.run("run", "--log", "json", "job.yaml", cwd=folder)
        check(json.loads(done.stderr)["event"] == "exit_called", done.stderr)

    def test_crash_names_the_operator(self, world, folder):
        world.compile_cpp(folder, "slipping")
        write(folder, pipeline("  - slip.crashes:\n    name: mine\n", plugins="./slipping.so"))
        (folder / "out.csv").write_text("old\n")
        expect(world.run("run", "job.yaml", cwd=folder), -signal.SIGSEGV, "fatal error: segmentation fault",
               "  in 'slip.crashes' of the plugin ./slipping.so (stage 'mine')\n")
        check((folder / "out.csv").read_text() == "old\n", "the old output was touched")
        done = world.run("plugin", "verify", "slipping.so", cwd=folder)
        expect(done, -signal.SIGSEGV, "  in 'slip.crashes' of the plugin ./slipping.so (stage 'verify')\n")
        check("ok       slip.crashes: the example in its documentation\n" in done.stdout, done.stdout)

    def started(self, world, folder, process):
        file = world.compile(folder, "test", f"PROCESS={process}")
        write(folder, pipeline("  - test.pass:\n    name: mine\n", plugins=f"./{file.name}"))
        (folder / "out.csv").write_text("old\n")
        running = subprocess.Popen([world.leat, "run", "job.yaml"], cwd=folder, stderr=subprocess.PIPE, text=True,
                                   stdin=subprocess.DEVNULL)
        check(running.stderr.readline() == "test.pass: spinning\n", "the plugin did not start")
        running.send_signal(signal.SIGTERM)
        _, text = running.communicate(timeout=TIMEOUT_S)
        return running.returncode, text

    def test_never_returns_and_is_cancelled(self, world, folder):
        code, text = self.started(world, folder, "never_returns")
        check(code == 143, f"exit code 143 expected, got {code}: {text}")
        check("'test.pass' of the plugin ./test.so has not returned (stage 'mine')" in text, text)
        expect_untouched(folder)

    def test_never_returns_and_the_others_go_on(self, world, folder):
        file = world.compile(folder, "test", "PROCESS=never_returns")
        other = "  - read_csv: other.csv\n  - write_csv: '-'\n"
        write(folder, pipeline("  - test.pass:\n    name: mine\n", plugins=f"./{file.name}") + other)
        rows = "a\n" + "".join(f"{i}\n" for i in range(100_000))
        (folder / "other.csv").write_text(rows)
        (folder / "out.csv").write_text("old\n")
        for procs in [1, 2]:
            running = subprocess.Popen([world.leat, "run", "--procs", str(procs), "job.yaml"], cwd=folder,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            check(running.stderr.readline() == "test.pass: spinning\n", "the plugin did not start")
            got = running.stdout.read(len(rows))  # does not return before the other chain has written all
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=TIMEOUT_S)
            check(got == rows, f"--procs {procs}: the other chain wrote {len(got)} of {len(rows)} characters")
            check(running.returncode == 143, f"--procs {procs}: exit code {running.returncode}")
            expect_untouched(folder)

    def test_what_it_logs_is_json_when_logs_are(self, world, folder):
        file = world.compile(folder, "test", "PROCESS=logs")
        write(folder, pipeline("  - test.pass:\n", plugins=f"./{file.name}"))
        expect(world.run("run", "-q", "job.yaml", cwd=folder, ok=True), 0, "test.pass: hello\n")
        done = world.run("run", "-q", "--log", "json", "job.yaml", cwd=folder, ok=True)
        line = json.loads(done.stderr)
        check((line["event"], line["from"], line["message"]) == ("plugin_log", "test.pass", "hello"), done.stderr)

    def test_waits_and_is_cancelled(self, world, folder):
        code, text = self.started(world, folder, "waits_to_be_cancelled")
        check(code == 143, f"exit code 143 expected, got {code}: {text}")
        check("the run was interrupted" in text and "has not returned" not in text, text)
        expect_untouched(folder)

    def test_memory_that_is_kept_does_not_end_the_process(self, world, folder):
        file = world.compile(folder, "test", "PROCESS=keeps_arrays")
        write(folder, pipeline("  - test.pass:\n", plugins=f"./{file.name}"))
        expect(world.run("run", "-q", "job.yaml", cwd=folder), 0, "a plugin kept memory of the run")
        check((folder / "out.csv").read_text() == (folder / "in.csv").read_text(), "rows were changed")

    def test_rejected_rows_have_places(self, world, folder):
        file = world.compile(folder, "test", "PROCESS=rejects_all")
        write(folder, pipeline("  - test.pass:\n", plugins=f"./{file.name}"))
        (folder / "out.csv").write_text("old\n")
        done = world.run("run", "job.yaml", cwd=folder)
        expect(done, 1, "job.yaml:6:5", "in.csv:2", "it is a bad row")
        expect_untouched(folder)
        stage = "  - test.pass:\n    name: mine\n    on_error: reject\n"
        text = pipeline(stage, plugins=f"./{file.name}") + "  - write_csv: bad.csv\n    from: mine.rejects\n"
        (folder / "job.yaml").write_text(text)
        expect(world.run("run", "job.yaml", cwd=folder), 3)
        bad = (folder / "bad.csv").read_text().splitlines()
        check(bad[1:] == [f'in.csv,{i + 2},1,mine,it is a bad row,"{i},text of row {i}"' for i in range(3)], str(bad))


class Examples:
    """pipelines/examples/plugins, built against the installed headers only."""

    def ran(self, world, folder, text, plugin, *arguments):
        (folder / "job.yaml").write_text(text)
        outputs = set()
        for procs in (1, 2, 4):
            world.run("run", "-q", "job.yaml", "--procs", procs, "--plugin", world.examples() / plugin, *arguments,
                      cwd=folder, ok=True)
            outputs.add((folder / "out.csv").read_text())
        check(len(outputs) == 1, "the output depends on the number of processors")
        return outputs.pop().splitlines()

    def test_map_in_c(self, world, folder):
        write(folder, "", rows=10000)
        lines = self.ran(world, folder, pipeline("  - example.mask: { column: b, keep: 3 }\n"), "mask.so")
        check(lines[1] == "0,**********w 0" and len(lines) == 10001, lines[1])
        check(lines[-1] == "9999,*************999", lines[-1])

    def test_rows_in_cpp(self, world, folder):
        (folder / "in.csv").write_text("qty,price\n2,1.5\n10,2\n,3\n-1,4\n")
        text = pipeline("  - shop.discount: 10\n    on_error: skip\n", source="qty: int64, price: float64")
        lines = self.ran(world, folder, text, "shop.so")
        check(lines == ["qty,price,total", "2,1.5,3", "10,2,18", ",3,"], str(lines))

    def test_bad_row_of_a_row_operator(self, world, folder):
        (folder / "in.csv").write_text("qty,price\n2,1.5\n-1,4\n")
        (folder / "job.yaml").write_text(pipeline("  - shop.discount: 10\n", source="qty: int64, price: float64"))
        done = world.run("run", "job.yaml", "--plugin", world.examples() / "shop.so", cwd=folder)
        expect(done, 1, "in.csv:3", "job.yaml:5:5", "the quantity is negative")

    def test_function(self, world, folder):
        write(folder, "", rows=9000)
        stage = "  - filter: a % 3 = 0\n  - derive:\n      c: shop.slug('No ' || b || '!')\n      d: shop.slug(null)\n"
        lines = self.ran(world, folder, pipeline(stage), "shop.so")
        check(lines[2] == "3,text of row 3,no-text-of-row-3," and len(lines) == 3001, lines[2])
        (folder / "job.yaml").write_text(pipeline("  - derive:\n      c: shop.slig(b)\n      d: shop.slug(a)\n"))
        expect(world.run("check", "job.yaml", "--plugin", world.examples() / "shop.so", cwd=folder), 2,
               "unknown function 'shop.slig'", "did you mean 'shop.slug'?", "must be utf8, not int64")

    def test_aggregate(self, world, folder):
        rows = "".join(f"{'xyz'[i % 3]},{(i * 7919) % 10007}\n" for i in range(30000))
        (folder / "in.csv").write_text("g,v\n" + rows)
        text = pipeline("  - stats.median: { of: v, by: g }\n", source="g: utf8, v: float64")
        lines = self.ran(world, folder, text, "median.so")
        expected = ["g,median"]
        for at, name in enumerate("xyz"):
            values = sorted((i * 7919) % 10007 for i in range(at, 30000, 3))
            expected.append(f"{name},{(values[4999] + values[5000]) / 2:g}")
        check(lines == expected, f"{lines} instead of {expected}")

    def test_source_of_sqlite(self, world, folder):
        plugin = world.examples() / "sqlite.so"
        if not plugin.exists():
            raise Skipped("libsqlite3-dev is not installed")
        import sqlite3

        with contextlib.closing(sqlite3.connect(folder / "shop.db")) as database:
            database.execute("create table sold (id integer, name text, price real)")
            database.executemany("insert into sold values (?, ?, ?)",
                                 ((i, None if i % 10 == 0 else f"item {i}", i / 4) for i in range(20000)))
            database.commit()
        source = "stages:\n  - sqlite.read:\n      file: shop.db\n      query: {}\n{}  - write_csv: out.csv\n"
        text = source.format("select * from sold order by id", "")
        lines = self.ran(world, folder, text, "sqlite.so")
        check(lines[:3] == ["id,name,price", "0,,0", "1,item 1,0.25"] and len(lines) == 20001, str(lines[:3]))
        lines = self.ran(world, folder, source.format("select * from sold order by id", "  - select: [price]\n"),
                         "sqlite.so")
        check(lines[:2] == ["price", "0"], str(lines[:2]))
        (folder / "job.yaml").write_text(source.format("select missing from sold", ""))
        expect(world.run("check", "job.yaml", "--plugin", plugin, cwd=folder), 2, "job.yaml:4:14",
               "no such column: missing")

    def test_listings_and_pages(self, world, folder):
        plugins = ["--plugin", world.examples() / "mask.so", "--plugin", world.examples() / "shop.so"]
        listed = world.run("operators", *plugins, cwd=folder, ok=True).stdout
        check(re.search(r"^  example\.mask +Masks a text column", listed, re.M) is not None, listed)
        page = world.run("operators", "shop.discount", *plugins, cwd=folder, ok=True).stdout
        check("percent: whole number from 1 to 99, required" in page, page)
        page = world.run("functions", "shop.slug", *plugins, cwd=folder, ok=True).stdout
        check("shop.slug(text utf8) -> utf8" in page and "blue-mug-2" in page, page)
        plan = pipeline("  - example.mask: b\n")
        write(folder, plan)
        shown = world.run("explain", "job.yaml", *plugins, cwd=folder, ok=True).stdout
        check(re.search(r"map +example\.mask -> a int64, b utf8", shown) is not None, shown)


class Projects:
    """`leat new operator`: each kind builds, passes its tests and runs at once; `leat plugin verify` finds what is wrong."""

    def made(self, world, folder, kind):
        world.run("new", "operator", "acme.thing", "--kind", kind, cwd=folder, ok=True)
        project = folder / "thing"
        build = project / "build"
        flags = ["-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror", "-DCMAKE_BUILD_TYPE=Debug"]
        command("cmake", "-G", "Ninja", "-S", project, "-B", build, f"-DCMAKE_PREFIX_PATH={world.prefix}", *flags)
        command("cmake", "--build", build)
        tested = command("ctest", "--test-dir", build, "--output-on-failure")
        check("100% tests passed, 0 tests failed out of 3" in tested.stdout, tested.stdout)
        page = "functions" if kind == "function" else "operators"
        world.run(page, "acme.thing", "--plugin", "build/thing.so", cwd=project, ok=True)
        command("cmake", "--install", build, "--prefix", folder / "usr")
        check((folder / "usr/lib/leat/plugins/thing.so").exists(), "the plugin was not installed")

    def test_rows(self, world, folder):
        self.made(world, folder, "rows")

    def test_map(self, world, folder):
        self.made(world, folder, "map")

    def test_aggregate(self, world, folder):
        self.made(world, folder, "aggregate")

    def test_source(self, world, folder):
        self.made(world, folder, "source")

    def test_sink(self, world, folder):
        self.made(world, folder, "sink")

    def test_function(self, world, folder):
        self.made(world, folder, "function")

    def test_wrong_names_and_folders(self, world, folder):
        expect(world.run("new", "operator", "Acme.Thing", cwd=folder), 2, "cannot be the name of an operator")
        (folder / "thing").mkdir()
        (folder / "thing/file").write_text("mine")
        expect(world.run("new", "operator", "acme.thing", cwd=folder), 2, "'thing' is there already", "--into")

    def test_verify_examples(self, world, folder):
        for name in ("mask", "shop", "median"):
            done = world.run("plugin", "verify", world.examples() / f"{name}.so", cwd=folder)
            check(done.returncode == 0 and " 0 failed" in done.stdout, f"{name}: {done.stdout}{done.stderr}")

    def verified(self, world, folder, process, *parts):
        done = world.run("plugin", "verify", world.compile(folder, process, f"PROCESS={process}"), cwd=folder)
        shown = f"{process}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        check(done.returncode == 1, shown)
        for part in parts:
            check(part in done.stdout, f"{part!r} expected in {shown}")

    def test_verify_finds_what_is_wrong(self, world, folder):
        self.verified(world, folder, "silent_error", "process returned the error 77")
        self.verified(world, folder, "fewer_columns", "columns, but 12 were declared")
        self.verified(world, folder, "lost_row", "without LEAT_DROPS_ROWS")
        self.verified(world, folder, "counts_calls", "row 1 is")
        self.verified(world, folder, "keeps_arrays", "bytes of arrays or charges leaked")
        stuck = world.compile(folder, "stuck", "PROCESS=never_returns")
        done = world.run("plugin", "verify", "--timeout", "1", stuck, cwd=folder)
        check(done.returncode == 1 and f"FAILED   'test.pass' of the plugin {stuck} has not returned" in done.stdout
              and "it took longer than 1 seconds (--timeout)" in done.stdout, done.stdout + done.stderr)
        done = world.run("plugin", "verify", "--json", world.compile(folder, "pass"), cwd=folder)
        check(done.returncode == 0 and '"ok":true' in done.stdout, done.stdout + done.stderr)


class Compatibility:
    """The frozen header, and other compilers."""

    def fields(self):
        """{structure: [field]} of the frozen header."""
        text = re.sub(r"/\*.*?\*/", "", FROZEN.read_text(), flags=re.S)
        found = {}
        for name, body in re.findall(r"^struct (\w+) \{(.*?)^\};", text, re.S | re.M):
            fields = re.findall(r"\(\*(\w+)\)\s*\(", body)
            plain = re.sub(r"\([^;]*", "", re.sub(r"\w[\w\s*]*\(\*\w+\)\s*\([^;]*;", "", body))
            fields += re.findall(r"(\w+)\s*;", plain)
            found[name] = fields
        return found

    def layout(self, world, folder, name, header):
        lines = []
        for structure, fields in self.fields().items():
            lines += [f'printf("{structure}.{f} %zu\\n", offsetof(struct {structure}, {f}));' for f in fields]
            lines.append(f'printf("{structure} %zu\\n", sizeof(struct {structure}));')
        values = [word for word in re.findall(r"\b(LEAT_[A-Z_]+) = \d+", FROZEN.read_text())]
        lines += [f'printf("{value} %d\\n", (int){value});' for value in values]
        source = folder / f"{name}.c"
        source.write_text(f"#include {header}\n#include <stdio.h>\nint main(void) {{\n" + "\n".join(lines) + "\n}\n")
        command("cc", f"-I{world.prefix}/include", source, "-o", folder / name)
        return dict(line.split() for line in command(folder / name).stdout.splitlines())

    def test_layouts_agree(self, world, folder):
        frozen = self.layout(world, folder, "frozen", f'"{FROZEN}"')
        check(len(frozen) > 150, f"only {len(frozen)} things were compared")
        current = self.layout(world, folder, "current", "<leat/plugin_abi.h>")
        for name, value in frozen.items():
            same = current[name] == value
            grown = "." not in name and name[0].islower() and int(current[name]) >= int(value)
            check(same or grown, f"{name} is {current[name]}, and was {value} when version 1 was released")

    def test_plugin_built_against_the_frozen_header(self, world, folder):
        file = world.compile(folder, "frozen", header=f'"{FROZEN}"')
        write(folder, pipeline("  - test.pass:\n", plugins=f"./{file.name}"), rows=5000)
        world.run("run", "-q", "job.yaml", cwd=folder, ok=True)
        check((folder / "out.csv").read_text() == (folder / "in.csv").read_text(), "rows were changed")

    def test_clang_and_its_standard_library(self, world, folder):
        if shutil.which("clang++-19") is None or not pathlib.Path("/usr/lib/llvm-19/include/c++/v1").exists():
            raise Skipped("clang-19 or libc++-19-dev is not installed (./dev packages lint)")
        file = world.compile_cpp(folder, "throwing", "clang++-19", "-stdlib=libc++")
        needed = command("readelf", "-d", file).stdout
        check("libc++.so" in needed and "libstdc++" not in needed, needed)
        write(folder, pipeline("  - throwing.upper: b\n", plugins=f"./{file.name}"))
        world.run("run", "-q", "job.yaml", cwd=folder, ok=True)
        check((folder / "out.csv").read_text().splitlines()[1] == "0,text of row 0,TEXT OF ROW 0", "wrong output")
        breakages = Breakages()
        breakages.fails(world, folder, f"./{file.name}", "throwing.face", "no such luck")
        breakages.fails(world, folder, f"./{file.name}", "throwing.number", "process threw")
        breakages.fails(world, folder, f"./{file.name}", "throwing.error", "process threw")


GROUPS = [Refusals, Mistakes, Breakages, Examples, Projects, Compatibility]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary-dir", type=pathlib.Path, required=True)
    parser.add_argument("--filter", default="")
    arguments = parser.parse_args()
    passed, failed, skipped = 0, 0, []
    with tempfile.TemporaryDirectory(prefix="leat-plugins-") as scratch:
        world = World(arguments.binary_dir.resolve(), pathlib.Path(scratch))
        for group in GROUPS:
            for name in [name for name in vars(group) if name.startswith("test_")]:
                full = f"{group.__name__}.{name[5:]}"
                if arguments.filter not in full:
                    continue
                try:
                    getattr(group(), name)(world, world.folder(full))
                    passed += 1
                except Skipped as reason:
                    skipped.append(f"{full}: {reason}")
                except (Failed, OSError, subprocess.SubprocessError, LookupError) as problem:
                    failed += 1
                    where = "" if isinstance(problem, Failed) else traceback.format_exc()
                    print(f"FAILED {full}: {problem}\n{where}", flush=True)
    for line in skipped:
        print(f"note: SKIPPED {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
