#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Is what the documentation shows what the program says?

usage: docs_fresh.py --binary PATH [--accept]

1. docs/guide/operators.md is made from `leat operators --json`, docs/guide/functions.md from `leat functions --json`.
   --accept writes them.
2. Every pipeline in docs/guide (a block that begins with `stages:`, `name:` or `params:`) is one that `leat
   check` accepts, but for files that are not there.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/guide"
KINDS = {"source": "Sources", "transform": "Transforms", "sink": "Sinks"}
INTRODUCTION = """\
# Operators

What each operator does, and every option it takes; `leat operators NAME` prints the same for the version that you have.
The option in **bold** is the main one: a value or a list written directly after the operator fills it.

A stage may also have the keys `name`, `from`, `on_error`, `lanes`, `capacity` and `doc`: see `pipelines.md`.
"""


FUNCTIONS_INTRODUCTION = """\
# Functions

Every function of expressions, by section; `leat functions NAME` prints the same for the version that you have.
Operators, `case`, `cast` and the types are in `expressions.md`. Unless its page says otherwise, a function is NULL when
an argument is. An error makes the row a bad row of its stage (`on_error`), or a mistake of the pipeline when all
arguments are constants.

Examples of aggregates are over five rows: `x` is 1, 2, 2, NULL, 5; `name` is 'a', 'b', 'b', NULL, 'c'; `ok` is true,
true, false, NULL, true. Every aggregate takes a filter: `sum(x) filter (where ok)`.

Examples of window functions show their values in these five rows, one after the other. In the columns of `window` most
aggregates are window functions as well: `sum(x) over (order by x rows 1 preceding)`.
"""


def paragraphs(text: str) -> str:
    """Each paragraph anew in lines of at most 118 columns."""
    return "\n\n".join(
        textwrap.fill(" ".join(part.split()), 118, break_long_words=False, break_on_hyphens=False)
        for part in text.strip().split("\n\n")
    )


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def option_row(option: dict, main_option: str | None) -> str:
    name = f"`{option['name']}`"
    if option["name"] == main_option:
        name = f"**{name}**"
    default = option.get("default", "")
    shown = "required" if option["required"] else f"`{cell(default)}`" if default else ""
    return f"| {name} | {cell(option['value'])} | {shown} | {cell(option['doc'])} |\n"


def operator_section(operator: dict) -> str:
    text = f"\n### {operator['name']}\n\n{operator['summary']}\n\n{paragraphs(operator['doc'])}\n"
    text += f"\n```yaml\n{operator['example'].strip()}\n```\n\n| option | value | default | meaning |\n|---|---|---|---|\n"
    return text + "".join(option_row(option, operator.get("main_option")) for option in operator["options"])


def operators_page(operators: list) -> str:
    text = INTRODUCTION
    for kind, title in KINDS.items():
        text += f"\n## {title}\n\n| | |\n|---|---|\n"
        of_kind = [operator for operator in operators if operator["kind"] == kind]
        text += "".join(f"| `{operator['name']}` | {cell(operator['summary'])} |\n" for operator in of_kind)
        text += "".join(map(operator_section, of_kind))
    return text


def functions_page(functions: list) -> str:
    text = FUNCTIONS_INTRODUCTION
    for section in sorted({function["section"] for function in functions}):
        text += f"\n## {section[0].upper()}{section[1:]}\n"
        name = ""
        for function in [function for function in functions if function["section"] == section]:
            if function["name"] != name:
                name = function["name"]
                text += f"\n### {name}\n"
            text += f"\n`{function['signature']}`\n\n{paragraphs(function['doc'])}\n"
            if function["errors"]:
                text += f"\n{paragraphs('Error: ' + function['errors'])}\n"
            text += f"\nExample: `{function['example']}` is `{function['result']}`\n"
    return text


def blocks(path: pathlib.Path, language: str):
    """(line, text) of the fenced blocks of a page. A fence in a list is indented, and so is its text."""
    found, opened, begin = [], None, 0
    lines = path.read_text().splitlines(keepends=True)
    for number, line in enumerate(lines):
        if not line.lstrip().startswith("```"):
            continue
        if opened is None:
            opened, begin = line.strip()[3:], number + 1
        else:
            if opened == language:
                found.append((begin + 1, textwrap.dedent("".join(lines[begin:number]))))
            opened = None
    return found


def check_blocks(leat: pathlib.Path) -> list:
    problems = []
    for page in sorted((ROOT / "docs/guide").glob("*.md")):
        if page.name == "cookbook.md":  # its pipelines are run: cookbook.py
            continue
        for line, text in blocks(page, "yaml"):
            if not re.match(r"(#.*\n)*(stages|name|params):", text):
                continue
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(text)
                file.flush()
                ran = subprocess.run(
                    [leat, "check", "--json", file.name, "-p", "day=2026-01-31"] if "$day" in text else
                    [leat, "check", "--json", file.name],
                    cwd=ROOT, capture_output=True, text=True,
                )
            missing = ("there is no file", "there is no folder", "the environment variable")
            errors = [error["message"] for error in json.loads(ran.stdout).get("errors", [])]
            problems += [f"{page.relative_to(ROOT)}:{line}: {e}" for e in errors if not e.startswith(missing)]
    return problems


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--accept", action="store_true")
    arguments = parser.parse_args()
    pages = {}
    for name, page_of in {"operators": operators_page, "functions": functions_page}.items():
        listed = subprocess.run([arguments.binary, name, "--json"], capture_output=True, check=True, text=True)
        pages[GUIDE / f"{name}.md"] = page_of(json.loads(listed.stdout)["result"])
    if arguments.accept:
        for path, page in pages.items():
            path.write_text(page)
    problems = check_blocks(arguments.binary)
    for path, page in pages.items():
        if not path.exists() or path.read_text() != page:
            problems.append(f"{path.relative_to(ROOT)} is not up to date: tests/docs/docs_fresh.py --binary ... --accept")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
