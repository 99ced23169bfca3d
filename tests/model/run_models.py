#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Checks every protocol of protocols.py in all reachable states, under sequential consistency and with store buffers; a
broken variant must be found wrong with store buffers.

usage: run_models.py [--filter TEXT] [--verbose]
"""

import argparse
import sys
import time

sys.dont_write_bytecode = True
from protocols import PROTOCOLS  # noqa: E402


def variants(name_filter):
    """Yields (name, model, is it right)."""
    for protocol, broken in PROTOCOLS.items():
        if name_filter not in protocol.__name__:
            continue
        yield protocol.__name__, protocol(), True
        for arguments in broken:
            text = ", ".join(f"{key}={value}" for key, value in arguments.items())
            yield f"{protocol.__name__}({text})", protocol(**arguments), False


def problem_of(model, is_right):
    """(what is wrong with the verdict, or the empty string; states visited)."""
    wrong, states = model.check(has_buffers=True)
    if not is_right:
        return ("" if wrong else "this breach was not found"), states
    if not wrong:
        wrong, more = model.check(has_buffers=False)
        states += more
    return wrong, states


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--filter", default="")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    passed = failed = 0
    for name, model, is_right in variants(arguments.filter):
        started = time.monotonic()
        problem, states = problem_of(model, is_right)
        passed, failed = passed + (not problem), failed + bool(problem)
        if problem or arguments.verbose:
            print(f"{name}: {problem or 'ok'} ({states} states, {time.monotonic() - started:.2f} s)")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
