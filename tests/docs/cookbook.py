#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Does every recipe of docs/guide/cookbook.md and README.md do what the page shows?

usage: cookbook.py --binary PATH [--accept] [FILTER]

A page is the only source. A fenced block below a line such as `orders.csv`: is that file. Those before the first recipe
(a heading of level three) are there for all recipes, others for theirs. The ```yaml block of a recipe is recipe.yaml, and
its ```console block is what a shell in that folder prints: lines that begin with `$ ` are commands, run in order, the
others what they print to standard output. Every recipe has both. --accept writes what was printed into the page.
"""

import argparse
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [ROOT / "docs/guide/cookbook.md", ROOT / "README.md"]
TIMEOUT_S = 60


@dataclasses.dataclass
class Recipe:
    title: str
    files: dict = dataclasses.field(default_factory=dict)
    pipeline: str = ""
    console: list = dataclasses.field(default_factory=list)
    lines: tuple = (0, 0)  # of the contents of the console block, in the page


def read_page(text: str):
    """The files for all recipes, and the recipes."""
    shared, recipes = {}, []
    lines, number = text.split("\n"), 0
    while number < len(lines):
        line = lines[number]
        if line.startswith("### "):
            recipes.append(Recipe(line[4:].strip()))
        if not line.startswith("```"):
            number += 1
            continue
        kind, begin = line[3:].strip(), number + 1
        end = next(i for i in range(begin, len(lines)) if lines[i] == "```")
        contents = "\n".join(lines[begin:end]) + "\n"
        before = "".join(lines[max(0, number - 2) : number])  # the name, and perhaps an empty line
        named = re.search(r"`([\w./-]+)`:$", before)
        if named and named[1] != "recipe.yaml":
            (recipes[-1].files if recipes else shared)[named[1]] = contents
        elif kind == "yaml" and recipes and not recipes[-1].pipeline:
            recipes[-1].pipeline = contents
        elif kind == "console" and recipes:
            recipes[-1].console, recipes[-1].lines = lines[begin:end], (begin, end)
        number = end + 1
    return shared, recipes


def printed(recipe: Recipe, shared: dict, binary: pathlib.Path):
    """The console block as it really is."""
    result = []
    with tempfile.TemporaryDirectory() as folder:
        for name, contents in {**shared, **recipe.files, "recipe.yaml": recipe.pipeline}.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(contents)
        environment = {**os.environ, "PATH": f"{binary.parent}:{os.environ['PATH']}", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        for command in (line for line in recipe.console if line.startswith("$ ")):
            ran = subprocess.run(
                ["bash", "-c", command[2:]], cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S
            )
            result += [command, *ran.stdout.splitlines()]
            if ran.returncode not in (0, 3):
                result += [f"exit code {ran.returncode}", *ran.stderr.splitlines()]
    return [line.rstrip() for line in result]


def check(page: pathlib.Path, arguments):
    """What is wrong on the page, and how many recipes are right."""
    text = page.read_text()
    shared, recipes = read_page(text)
    lines, failed, passed = text.split("\n"), [], 0
    # From the end, so that what is written moves no block that is still to come.
    for recipe in reversed([one for one in recipes if arguments.filter.lower() in one.title.lower()]):
        if not recipe.pipeline or not recipe.console:
            failed.append(f"{recipe.title}: has no pipeline, or nothing that is run")
            continue
        real = printed(recipe, shared, arguments.binary.resolve())
        if real == recipe.console:
            passed += 1
            continue
        wanted = "\n  ".join(recipe.console)
        failed.append(f"{recipe.title}: prints\n  " + "\n  ".join(real) + "\nand the page has\n  " + wanted)
        lines[recipe.lines[0] : recipe.lines[1]] = real
    if arguments.accept:
        page.write_text("\n".join(lines))
    return failed[::-1], passed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("filter", nargs="?", default="")
    arguments = parser.parse_args()
    failed, passed = [], 0
    for page in PAGES:
        problems, right = check(page, arguments)
        failed += problems
        passed += right
    for problem in failed:
        print(f"FAILED {problem}")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
