#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""leat as process 1, as in a container: it takes away the remains of orphaned processes, and SIGTERM stops it in order.

usage: process_one_test.py --binary PATH

Needs root, for a PID namespace; says so elsewhere.
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE_S = 30
PIPELINE = """stages:
  - read_csv: { path: rows.fifo, columns: { id: int64 } }
  - write_csv: out.csv
"""
# The first process starts another one whose own parent ends, then becomes leat.
START = "(cat hold.fifo >/dev/null &); exec {leat} run -q pipeline.yaml"


def children(pid):
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


class Container:
    """leat as process 1 of a PID namespace, waiting for rows; `pid` is its number outside."""

    def __init__(self, folder, leat):
        self.folder = pathlib.Path(folder)
        (self.folder / "pipeline.yaml").write_text(PIPELINE)
        for name in ("rows.fifo", "hold.fifo"):
            os.mkfifo(self.folder / name)
        self.process = subprocess.Popen(
            ["unshare", "--pid", "--fork", "--kill-child", "sh", "-c", START.format(leat=leat)], cwd=folder,
            stderr=subprocess.DEVNULL)
        self.rows = open(self.folder / "rows.fifo", "w")  # waits until leat reads
        self.hold = open(self.folder / "hold.fifo", "w")
        (self.pid,) = children(self.process.pid)


def reaps(folder, leat):
    container = Container(folder, leat)
    if len(children(container.pid)) != 1:
        return "the orphan did not come to process 1"
    container.hold.close()
    if not wait_until(lambda: not children(container.pid)):
        return "the orphan's remains were not taken away"
    container.rows.write("id\n1\n")
    container.rows.close()
    status = container.process.wait(PATIENCE_S)
    return "" if status == 0 and (container.folder / "out.csv").read_text() == "id\n1\n" else f"it ended with {status}"


def stops(folder, leat):
    container = Container(folder, leat)
    os.kill(container.pid, signal.SIGTERM)
    status = container.process.wait(PATIENCE_S)
    left = sorted(path.name for path in container.folder.iterdir())
    if status != 143:
        return f"it ended with {status}"
    return "" if left == ["hold.fifo", "pipeline.yaml", "rows.fifo"] else f"it left {left}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    leat = os.path.abspath(parser.parse_args().binary)
    if subprocess.run(["unshare", "--pid", "--fork", "true"], capture_output=True).returncode != 0:
        print("note: SKIPPED, a PID namespace needs root")
        print("0 passed, 0 failed")
        return 0
    failed = 0
    tests = (reaps, stops)
    for test in tests:
        with tempfile.TemporaryDirectory(prefix="leat-test-") as folder:
            if problem := test(folder, leat):
                print(f"FAILED {test.__name__}: {problem}")
                failed += 1
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
