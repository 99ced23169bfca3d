#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Does every code of a message have a page, and does its page tell the truth?

usage: error_pages.py --binary PATH [--accept] [FILTER]

The codes are declared in engine/codes/*.h. For each of them:
1. Some source names it, and docs/errors/E0301.md explains it; the program prints that page.
2. codes.txt has it: a number that is out in the world is never given to anything else, nor changed.
3. The part `Wrong` of its page gives a message with this code and no other, and exactly what its ```console block shows;
   the part `Right` ends without a mistake. In both, the ```yaml block is pipeline.yaml, a block below a line such as
   `orders.csv`: is that file, and the lines of the ```console block that begin with `$ ` are the commands; without them
   it is `leat run pipeline.yaml`.
4. Pages without these parts are in NO_EXAMPLE with the reason, and no others are.
5. docs/errors/README.md lists all pages.

--accept writes the messages into the pages, the index, and new codes into codes.txt.
"""

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs/errors"
COMMITTED = ROOT / "tests/errors/codes.txt"
TIMEOUT_S = 60
DECLARED = re.compile(r'X\((\d+), (k\w+), "((?:[^"\\]|\\.)*)"\)')
CODE = re.compile(r"\[(E\d{4})\]|\"code\": ?\"(E\d{4})\"")
SECTIONS = {
    1: "The text of a pipeline",
    2: "Names, and what stages read",
    3: "Expressions and types",
    4: "Data: rows and values",
    5: "Options of operators",
    6: "Files and outputs",
    7: "Memory, spilling and the limits of the machine",
    8: "Plugins and libraries",
    9: "The command line, and tests of pipelines",
}
INTRODUCTION = """\
# Codes of messages

Every error and every warning ends with a code, as in `error: unknown column 'amuont' [E0301]`. The code stays the same
when the words of a message change, so a test of a pipeline can expect it (`fails: E0412`), and a program can look for it
in the output of `--json` (`errors[].code`). `leat explain E0301` prints the page of a code; a pipeline in a file of that
name is `./E0301`.
"""
# Codes whose examples would be no small ones, and why.
NO_EXAMPLE = {
    "E0812": "needs a server that goes away while it commits",
    "E0227": "needs a connector, and those are packages of their own",
    "E0231": "needs a connector, and a server that refuses it",
    "E0603": "needs a file that the user may not read, and the superuser may read all",
    "E0613": "needs a disk that is full",
    "E0616": "needs another program that writes the same file at the same time",
    "E0617": "needs a run that died at a certain moment",
    "E0701": "the numbers in its message differ from run to run",
    "E0703": "needs a container with a limit",
    "E0704": "needs a machine without memory",
    "E0705": "needs billions of rows",
    "E0706": "depends on the folders of the machine",
    "E0707": "needs more data than memory",
    "E0708": "needs a disk that changes what was written",
    "E0709": "depends on the kernel",
    "E0710": "needs a signal at the right moment",
    "E0711": "is a bug when it happens",
    "E0712": "is a bug when it happens",
    "E0803": "depends on who owns the files",
    "E0804": "needs a plugin that is wrong",
    "E0805": "needs a plugin that is wrong",
    "E0806": "needs a plugin that is wrong",
    "E0807": "needs a plugin",
    "E0808": "needs a plugin",
    "E0809": "needs a plugin that is wrong",
    "E0811": "needs a machine without the library",
    "E0914": "depends on the machine",
}


@dataclasses.dataclass
class Code:
    number: int
    name: str
    title: str

    def text(self):
        return f"E{self.number:04}"

    def page(self):
        return PAGES / f"{self.text()}.md"


@dataclasses.dataclass
class Part:
    files: dict = dataclasses.field(default_factory=dict)
    commands: list = dataclasses.field(default_factory=list)
    printed: str = ""
    console: tuple = (0, 0)  # the lines of its contents in the page


def declared_codes():
    codes = []
    for header in sorted((ROOT / "engine/codes").glob("*.h")):
        text = re.sub(r"\s*\\\n\s*", " ", header.read_text())
        text = re.sub(r'"\s+"', "", text)
        codes += [Code(int(number), name, title) for number, name, title in DECLARED.findall(text)]
    return sorted(codes, key=lambda code: code.number)


def read_parts(text: str) -> dict:
    """The parts `Wrong` and `Right` of a page."""
    parts, part = {}, None
    lines, number = text.split("\n"), 0
    while number < len(lines):
        line = lines[number]
        if line.startswith("## "):
            part = parts.setdefault(line[3:], Part())
        if part is None or not line.startswith("```"):
            number += 1
            continue
        begin = number + 1
        end = next(i for i in range(begin, len(lines)) if lines[i] == "```")
        named = re.search(r"`([\w./=-]+)`:$", "".join(lines[max(0, number - 2) : number]))
        if line == "```console":
            part.console = (begin, end)
            part.commands = [one[2:] for one in lines[begin:end] if one.startswith("$ ")]
            part.printed = "".join(one + "\n" for one in lines[begin:end] if not one.startswith("$ "))
        else:
            part.files[named[1] if named else "pipeline.yaml"] = "".join(one + "\n" for one in lines[begin:end])
        number = end + 1
    return parts


def run_part(part: Part, tools: pathlib.Path):
    """(exit code, what was printed as messages)"""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in part.files.items():
            file = pathlib.Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        environment = {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": folder, "LC_ALL": "C.UTF-8"}
        ran = subprocess.run(
            ["bash", "-c", "\n".join(part.commands or ["leat run pipeline.yaml"])],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        # With --json, messages are in the document.
        printed = ran.stdout + ran.stderr if "--json" in "".join(part.commands) else ran.stderr
        return ran.returncode, printed.decode(errors="replace")


def accept_printed(code: Code, part: Part, printed: str):
    lines = code.page().read_text().split("\n")
    begin, end = part.console
    kept = [line for line in lines[begin:end] if line.startswith("$ ")]
    lines[begin:end] = kept + printed.rstrip("\n").split("\n")
    code.page().write_text("\n".join(lines))


def check_examples(code: Code, parts: dict, tools: pathlib.Path, accepting: bool) -> list:
    wrong, right = parts["Wrong"], parts["Right"]
    problems = []
    _, printed = run_part(wrong, tools)
    found = {one or other for one, other in CODE.findall(printed)}
    if found != {code.text()}:
        problems.append(f"the wrong example gives {sorted(found) or 'no code'}:\n{printed}")
    elif accepting and printed != wrong.printed:
        accept_printed(code, wrong, printed)
    elif printed != wrong.printed:
        problems.append(f"the wrong example prints\n{printed}in place of\n{wrong.printed}")
    exit_code, printed = run_part(right, tools)
    if exit_code != 0:
        problems.append(f"the right example ends with {exit_code}:\n{printed}")
    elif CODE.search(printed):
        problems.append(f"the right example gives a code:\n{printed}")
    return problems


def check_code(code: Code, tools: pathlib.Path, sources: str, accepting: bool) -> list:
    problems = []
    if f"code::{code.name}" not in sources:
        problems.append(f"{code.name} is used nowhere")
    if not code.page().exists():
        return problems + [f"{code.page().relative_to(ROOT)} is missing"]
    page = code.page().read_text()
    if not page.startswith(f"# {code.text()}: {code.title}\n"):
        problems.append(f"the page does not begin with '# {code.text()}: {code.title}'")
    parts = read_parts(page)
    if set(parts) == {"Wrong", "Right"}:
        if code.text() in NO_EXAMPLE:
            problems.append("it has an example, and is among those without")
        problems += check_examples(code, parts, tools, accepting)
    elif code.text() not in NO_EXAMPLE or parts:
        problems.append("the page has not the parts Wrong and Right")
    shown = subprocess.run([tools / "leat", "explain", code.text()], capture_output=True, text=True, check=False)
    if not accepting and shown.stdout != page:
        problems.append("`leat explain` shows another page: build the program again")
    return problems


def index(codes: list) -> str:
    text = INTRODUCTION
    for section, title in SECTIONS.items():
        text += f"\n## {title}\n\n| | |\n|---|---|\n"
        of_section = [code for code in codes if code.number // 100 == section]
        text += "".join(f"| [{code.text()}]({code.text()}.md) | {code.title} |\n" for code in of_section)
    return text


def check_lists(codes: list, accepting: bool) -> list:
    problems = []
    known = {code.text(): code.name for code in codes}
    committed = dict(line.split() for line in COMMITTED.read_text().splitlines() if line) if COMMITTED.exists() else {}
    for number, name in committed.items():
        if known.get(number) != name:
            problems.append(f"{number} was {name}, and is {known.get(number, 'gone')}: codes are never changed")
    new = {number: name for number, name in known.items() if number not in committed}
    if new and not accepting:
        problems.append(f"codes.txt lacks {', '.join(new)}: run with --accept")
    if accepting:
        everything = sorted({**known, **committed}.items())
        COMMITTED.write_text("".join(f"{number} {name}\n" for number, name in everything))
        (PAGES / "README.md").write_text(index(codes))
    elif (PAGES / "README.md").read_text() != index(codes):
        problems.append("docs/errors/README.md is not up to date: run with --accept")
    for page in sorted(PAGES.glob("E*.md")):
        if page.stem not in known:
            problems.append(f"{page.name} is of no code")
    return problems


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2].removeprefix("usage: "))
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("filter", nargs="?", default="")
    arguments = parser.parse_args()
    codes = declared_codes()
    sources = "".join(
        file.read_text()
        for folder in ("engine", "operators", "pipelines", "cli")
        for file in sorted((ROOT / folder).rglob("*"))
        if file.suffix in (".cpp", ".h")
    )
    failed = 0
    wanted = [code for code in codes if arguments.filter in code.text()]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        tools = pathlib.Path(folder)
        (tools / "leat").symlink_to(arguments.binary.resolve())
        running = [pool.submit(check_code, code, tools, sources, arguments.accept) for code in wanted]
        results = [(code.text(), one.result()) for code, one in zip(wanted, running)]
    for name, problems in results + [("the lists", check_lists(codes, arguments.accept))]:
        failed += bool(problems)
        for problem in problems:
            print(f"{name}: {problem}")
    print(f"{len(wanted) + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
