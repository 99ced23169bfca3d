# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Time and peak memory of one process."""

import dataclasses
import os
import subprocess
import tempfile
import time

GNU_TIME = "/usr/bin/time"


@dataclasses.dataclass
class Ran:
    seconds: float
    rss_mib: float


class Failed(Exception):
    pass


def run(command, environment=None, text="") -> Ran:
    """`text` is its standard input. GNU time tells memory; without it, what this script takes itself (about 20 MiB) is the
    least that can be told."""
    with tempfile.TemporaryDirectory(prefix="leat-bench-") as folder:
        rss_file, log_file, text_file = (os.path.join(folder, name) for name in ("rss", "log", "in"))
        with open(text_file, "w") as file:
            file.write(text)
        measured = [GNU_TIME, "-q", "-f", "%M", "-o", rss_file, *command] if os.access(GNU_TIME, os.X_OK) else command
        with open(text_file) as source, open(os.devnull, "w") as null, open(log_file, "wb") as log:
            begin = time.perf_counter()
            process = subprocess.Popen(
                measured, stdin=source, stdout=null, stderr=log, env={**os.environ, **(environment or {})}
            )
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - begin
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            with open(log_file, errors="replace") as log:
                lines = log.read().strip().splitlines() or ["no message"]
            raise Failed(f"exit code {process.returncode}: {lines[0]}")
        if measured is command:
            return Ran(seconds, usage.ru_maxrss / 1024)
        with open(rss_file) as file:
            return Ran(seconds, int(file.read()) / 1024)
