#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Runs that cannot finish writing: a full disk, and a process that is killed. Whatever was under the names of the outputs
before must still be there, nothing new may be, and the next run must clean up.

usage: interrupted.py --binary PATH

The full disk is a small tmpfs, which only root can mount; elsewhere that part is skipped, and the suite says so. What
happens at each single system call is tested in tests/operators/output/output_transaction_test.cpp.
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

OUTPUTS = ("out.csv", "out.jsonl", "out.csv.gz", "out.jsonl.zst")
SINKS = {"csv": "write_csv", "jsonl": "write_jsonl"}
TIMEOUT_S = 60


def pipeline(source):
    text = f"stages:\n  - read_csv:\n      path: {source}\n      columns: {{ id: int64, text: utf8 }}\n    name: rows\n"
    for name in OUTPUTS:
        text += f"  - {SINKS[name.split('.')[1]]}: out/{name}\n    from: rows\n"
    return text


def rows(count):
    """Text that hardly packs, so that the packed outputs are large as well."""
    state = 1
    lines = ["id,text"]
    for i in range(count):
        state = state * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
        lines.append(f"{i},{state:016x}{state * 31 & (1 << 64) - 1:016x}")
    return "\n".join(lines) + "\n"


class Folder:
    """A folder with a pipeline, its input, and old outputs."""

    def __init__(self, path, binary):
        self.path = pathlib.Path(path)
        self.binary = binary
        self.out = self.path / "out"
        self.out.mkdir(exist_ok=True)

    def write(self, source, text=None):
        (self.path / "pipeline.yaml").write_text(pipeline(source))
        if text is not None:
            (self.path / source).write_text(text)

    def keep_old(self):
        for name in OUTPUTS:
            (self.out / name).write_text(f"old {name}")

    def run(self):
        return subprocess.run(
            [self.binary, "run", "-q", "pipeline.yaml"], cwd=self.path, capture_output=True, text=True,
            timeout=TIMEOUT_S,
        )

    def start(self):
        return subprocess.Popen(
            [self.binary, "run", "-q", "pipeline.yaml"], cwd=self.path, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )

    def names(self):
        return sorted(os.listdir(self.out))

    def old_are_there(self):
        return all((self.out / name).read_text() == f"old {name}" for name in OUTPUTS)


class Suite:
    def __init__(self, binary):
        self.binary = binary
        self.passed = self.failed = 0

    def check(self, what, holds, detail=""):
        if holds:
            self.passed += 1
        else:
            print(f"FAILED {what}: {detail}")
            self.failed += 1

    def full_disk(self, root):
        folder = Folder(root, self.binary)
        folder.write("in.csv", rows(100_000))
        if os.geteuid() != 0 or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "none", folder.out], capture_output=True
        ).returncode:
            print("note: SKIPPED the full disk, mounting a tmpfs needs root")
            return
        try:
            folder.keep_old()
            ran = folder.run()
            self.check("a full disk fails the run", ran.returncode == 1, ran.returncode)
            named = any(f"cannot write 'out/{name}': No space left on device" in ran.stderr for name in OUTPUTS)
            self.check("the message names the output", named, ran.stderr)
            self.check("old outputs stay", folder.old_are_there())
            self.check("nothing is left behind", folder.names() == sorted(OUTPUTS), folder.names())
            # With more room the same run succeeds.
            subprocess.run(["mount", "-o", "remount,size=64m", folder.out], check=True)
            ran = folder.run()
            self.check("with room it succeeds", ran.returncode == 0, f"status {ran.returncode}: {ran.stderr}")
            self.check("and all outputs are new", "".join(folder.names()) == "".join(sorted(OUTPUTS)) and not any(
                (folder.out / name).read_bytes().startswith(b"old") for name in OUTPUTS))
        finally:
            subprocess.run(["umount", folder.out], check=True)

    def killed(self, root):
        folder = Folder(root, self.binary)
        folder.keep_old()
        folder.write("in.fifo")
        os.mkfifo(folder.path / "in.fifo")
        process = folder.start()
        # The pipe holds far less than this: when it is written, the run is in the middle of its work.
        with open(folder.path / "in.fifo", "w") as fifo:
            fifo.write(rows(300_000))
            fifo.flush()
            process.send_signal(signal.SIGKILL)
            process.wait(TIMEOUT_S)
        self.check("the run was killed", process.returncode == -signal.SIGKILL, process.returncode)
        self.check("old outputs stay after a kill", folder.old_are_there())
        left = [name for name in folder.names() if name not in OUTPUTS]
        self.check("staged files were under way, all hidden", left and all(name.startswith(".") for name in left), left)
        folder.write("in.csv", rows(10))
        ran = folder.run()
        self.check("the next run succeeds", ran.returncode == 0, ran.stderr)
        self.check("and removes what was left", folder.names() == sorted(OUTPUTS), folder.names())
        self.check("its outputs are whole", (folder.out / "out.csv").read_text() == rows(10))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    suite = Suite(os.path.abspath(parser.parse_args().binary))
    for test in (suite.full_disk, suite.killed):
        with tempfile.TemporaryDirectory() as root:
            test(root)
    print(f"{suite.passed} passed, {suite.failed} failed")
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
