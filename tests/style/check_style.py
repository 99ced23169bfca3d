#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""The rules of docs/STYLE.md that a program can check. Each rule is one test; check_style_test.py proves it can fail.

usage: check_style.py [--root DIR] [--report]
"""

import argparse
import dataclasses
import os
import pathlib
import re
import sys

LICENCE = "Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0"
TOP_LEVEL = set(
    "CMakeLists.txt CMakePresets.json README.md LICENSE CHANGELOG.md CONTRIBUTING.md SECURITY.md dev .ci .clang-format "
    ".clang-tidy .gitignore engine operators pipelines cli tests docs docker .git build out".split()
)
LAYERS = ["engine", "operators", "pipelines", "cli"]  # each may include itself and those before it
# Folders and headers of operators/, lowest first.
OPERATORS_ROWS = [
    "data", "context", "text", "operator", "input output", "json", "csv expr", "xlsx tree html",
    "state", "targets",
    "sources transforms sinks plugin",
]
TESTS_ELSEWHERE = {"soak": "engine"}  # folders of tests which test one layer
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 800
FILE_LINES_SOFT = 400
COLUMNS_MAX = 120
COLUMNS_MAX_PYTHON = 130  # SQL and awk inside strings are not for breaking
HEAD_COMMENT_LINES_MIN = 5
TEXT_BYTES_MAX = 2_000_000  # larger files are data

# Source files without a mirrored test, and why.
NO_TEST = {
    "cli/main.cpp": "calls one function; every behaviour case runs it",
    "engine/mutant.cpp": "tests/mutants uses every mutant",
    "pipelines/run/final_head.cpp": "a part of every run: run_test.cpp and graphs_test.cpp",
    "pipelines/run/queue_reader.cpp": "a part of every run: run_test.cpp and graphs_test.cpp",
    "pipelines/run/readers.cpp": "a part of every run: run_test.cpp and graphs_test.cpp",
    "pipelines/run/sequential_head.cpp": "a part of every run: run_test.cpp and graphs_test.cpp",
    "pipelines/run/source_head.cpp": "a part of every run: run_test.cpp and graphs_test.cpp",
    "pipelines/run/union_head.cpp": "a part of every run: run_test.cpp and graphs_test.cpp",
}

# (name, pattern over code without comments and strings, allowed places, what to do instead)
FORBIDDEN = [
    ("thread_local", r"\bthread_local\b", r"engine/runtime/tls\.cpp", "keep it in G, M or P, or in runtime/tls.cpp"),
    ("throw", r"\bthrow\b", r"engine/panic\.cpp|operators/plugin/plugin_call\.h|tests/.*",
     "return an Error; a bug of ours is a LEAT_CHECK"),
    (
        "catch_all",
        r"\bcatch\s*\(\s*\.\.\.\s*\)",
        r"engine/runtime/goroutine_entry\.cpp|operators/plugin/.*",
        "catch the type that the library documents; the goroutine entry and the plugin shim catch the rest",
    ),
    ("std_streams", r"\bstd::(cout|cerr|clog|cin)\b", r"tests/bench/.*", "write through cli/output.h"),
    ("using_namespace", r"\busing\s+namespace\b", None, "name what you use"),
    ("std_regex", r"\bstd::(basic_)?w?regex\b|#\s*include\s*<regex>", None, "use RE2: linear time"),
    ("std_format", r"\bstd::(format|print|println)\b|#\s*include\s*<(format|print)>", None, "use fmt"),
    ("assert", r"\bassert\s*\(|#\s*include\s*<(cassert|assert\.h)>", r".*\.c", "use LEAT_CHECK or LEAT_DCHECK"),
    ("endl", r"\bstd::endl\b", None, "write '\\n'"),
]
SLEEP = r"\bthis_thread::sleep_(for|until)\b|\b(u|nano)?sleep\s*\("

# Words that mean something to nobody who has only this tree.
ALIEN_WORDS = ["/wo" + "rk/", "../sha" + "red", "suba" + "gent", "/tmp/le" + "at/"]
TEXT_SUFFIXES = set(".h .cpp .c .py .sh .md .txt .json .yaml .yml .html .css .js .supp".split()) | {""}


@dataclasses.dataclass
class Problem:
    rule: str
    path: str
    line: int
    message: str


class File:
    def __init__(self, root: pathlib.Path, path: pathlib.Path):
        self.path = path.relative_to(root).as_posix()
        self.suffix = path.suffix
        self.layer = self.path.split("/")[0]
        self.text = path.read_text(encoding="utf-8", errors="replace")
        self.lines = self.text.splitlines()
        self.is_cpp = self.suffix in (".h", ".cpp", ".c")
        self.code = blank(self.text) if self.is_cpp else self.text
        self.code_lines = self.code.splitlines()

    def includes(self):
        """Yields (line, name, quoted)."""
        for number, line in enumerate(self.lines, 1):
            match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
            if match:
                yield number, match[2], match[1] == '"'


TOKEN = re.compile(
    r'//(?:\\\n|[^\n])*|/\*.*?\*/|(?:u8|[uUL])?R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"'
    r'|(?<![0-9a-zA-Z_])(?:u8|[uUL])?\'(?:\\.|[^\'\\\n])*\'|"(?:\\.|[^"\\\n])*"',
    re.DOTALL,
)


def blank(text: str) -> str:
    """The code with comments and the insides of literals replaced by spaces; line numbers and columns stay."""

    def spaces(match):
        token = match[0]
        keep = token[0] not in "/"
        body = re.sub(r"[^\n]", " ", token)
        return '"' + body[1:-1] + '"' if keep and len(body) > 1 else body

    return TOKEN.sub(spaces, text)


# ------------------------------------------------------------------------------------------------------ function sizes

CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum)\b|\bextern\s*\"")
ATTRIBUTE = re.compile(r"\b(alignas|__attribute__|LEAT_\w+)\s*\((?:[^()]|\([^()]*\))*\)")
LAMBDA = re.compile(r"\]\s*(<[^<>]*>\s*)?(\((?:[^()]|\([^()]*\))*\))?\s*(mutable|noexcept|constexpr|->[^{}();]*|\s)*$")


def kind_of_brace(head: str, outer: str, depth: int) -> str:
    """What a `{` after `head` opens inside a brace of kind `outer`: container, function, or other."""
    if outer == "function":
        return "other"
    if LAMBDA.search(head) and "[" in head and "operator[]" not in head:
        return "function"
    if outer == "other" or depth > 0:
        return "other"
    plain = head.replace("::", "  ")
    if CONTAINER.search(plain) and "(" not in ATTRIBUTE.sub("", plain):
        return "container"
    if not re.search(r"\)", plain):
        return "other"
    initialisers = re.search(r"\)\s*(?:noexcept(?:\([^)]*\))?\s*)?:[^:]", plain)
    if initialisers and re.search(r"[\w>]$", plain):
        return "other"  # a braced member initialiser: `: count_{0}`
    if re.search(r"(?<![=!<>])=\s*[\w:<>, ]*$", plain) and "operator" not in plain:
        return "other"  # a braced value
    return "function"


def function_sizes(code: str):
    """Yields (first line, last line) of every function, lambdas outside functions included."""
    code = re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", lambda m: re.sub(r"[^\n]", " ", m[0]), code, flags=re.MULTILINE)
    stack = []  # (kind, start of the function, head to restore, paren depth to restore)
    head_start = 0
    depth = 0
    for match in re.finditer(r"[{}();]", code):
        at, char = match.start(), match[0]
        if char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif char == ";":
            if depth == 0:
                head_start = at + 1
        elif char == "{":
            outer = stack[-1][0] if stack else "container"
            head = code[head_start:at]
            kind = kind_of_brace(head.rstrip() if head[-1:].isspace() else head, outer, depth)
            start = head_start + len(head) - len(head.lstrip())
            stack.append((kind, start, head_start if kind == "other" and outer == "container" else None, depth))
            head_start, depth = at + 1, 0
        elif stack:
            kind, start, resume, depth = stack.pop()
            if kind == "function":
                yield code.count("\n", 0, start) + 1, code.count("\n", 0, at) + 1
            head_start = at + 1 if resume is None else resume


# --------------------------------------------------------------------------------------------------------------- rules


def rule_layering(files):
    for file in files:
        if not file.is_cpp:
            continue
        parts = file.path.split("/")
        in_tests = parts[0] == "tests"
        area = parts[1] if in_tests and len(parts) > 2 else parts[0]
        area = TESTS_ELSEWHERE.get(area, area) if in_tests else area
        allowed = LAYERS[: LAYERS.index(area) + 1] if area in LAYERS else LAYERS
        for line, name, quoted in file.includes():
            if not quoted:
                if name.split("/")[0] in LAYERS:
                    yield file.path, line, f'"{name}" is ours: include it with quotes'
                continue
            top = name.split("/")[0]
            if "/" not in name or name.startswith("."):
                yield file.path, line, f"'{name}': write the path from the root of the tree"
            elif top == "tests" and not in_tests:
                yield file.path, line, f"'{name}': only tests include tests"
            elif top in LAYERS and top not in allowed:
                yield file.path, line, f"{area} must not know of {top}: arrows point down, {' <- '.join(LAYERS)}"
            elif name.startswith("engine/runtime/") and area != "engine":
                yield file.path, line, "engine/runtime is private to engine: use its public headers"


def operators_rank(path: str):
    """How high a file of operators/ stands; those of one row may know each other. None: not ordered."""
    parts = path.split("/")
    name = parts[1].split(".")[0]
    return next((rank for rank, row in enumerate(OPERATORS_ROWS) if name in row.split()), None)


def rule_operators_folders(files):
    for file in files:
        if not file.is_cpp or file.layer != "operators":
            continue
        rank = operators_rank(file.path)
        for line, name, quoted in file.includes():
            target = operators_rank(name) if quoted and name.startswith("operators/") else None
            if rank is not None and target is not None and target > rank:
                yield file.path, line, f"'{name}' stands above it: {' < '.join(OPERATORS_ROWS)}"


def rule_confined_libraries(files):
    places = [
        (r"yaml-cpp/", r"pipelines/text/yaml_(tree|text)\.cpp|operators/tree/yaml_records\.cpp",
         "only pipelines/text/yaml_* and yaml_records.cpp know the YAML library"),
        (r"expat\.h", r"operators/tree/xml_records\.cpp|tests/fuzz/.*", "only xml_records.cpp knows the XML library"),
        (r"minizip/", r"operators/xlsx/zip_file\.cpp", "only zip_file.cpp knows the library of zip archives"),
        (r"boost/", r"engine/runtime/context\.cpp|tests/bench/.*", "only engine/runtime/context.cpp knows Boost"),
        (r"CLI/", r"(tests/)?cli/.*", "only cli knows the command line library"),
        (r"(gtest|gmock|benchmark)/", r"tests/.*", "only tests include it"),
        (r"hwy/.*test|hwy/nanobenchmark", r"$^", "it needs libhwy.so, which costs each start 3 ms"),
    ]
    for file in files:
        for line, name, _ in file.includes() if file.is_cpp else []:
            for library, place, why in places:
                if re.match(library, name) and not re.fullmatch(place, file.path):
                    yield file.path, line, f"'{name}': {why}"


def rule_plugin_headers(files):
    for file in files:
        if not re.fullmatch(r"operators/plugin/plugin(_abi|_call|_rows)?\.h", file.path):
            continue
        for line, name, quoted in file.includes():
            if quoted and not name.endswith("plugin_abi.h"):
                yield file.path, line, f"'{name}': a plugin is built from these headers alone"
    for file in files:
        connector = re.match(r"operators/connectors/\w+/", file.path)
        for line, name, quoted in file.includes() if connector and file.is_cpp else []:
            is_shared = re.fullmatch(r"operators/connectors/\w+\.h", name)  # by connectors alone
            if quoted and not name.startswith(connector[0]) and not is_shared:
                yield file.path, line, f"'{name}': of leat a connector knows <leat/plugin_abi.h> alone"


def rule_function_size(files):
    for file in files:
        for first, last in function_sizes(file.code) if file.is_cpp else []:
            if last - first + 1 > FUNCTION_LINES_MAX:
                yield file.path, first, f"a function of {last - first + 1} lines, {FUNCTION_LINES_MAX} at most"


def rule_file_size(files):
    for file in files:
        if (file.is_cpp or file.suffix in (".py", ".sh")) and len(file.lines) > FILE_LINES_MAX:
            yield file.path, 1, f"{len(file.lines)} lines, {FILE_LINES_MAX} at most: cut it by mechanism"


def rule_columns(files):
    for file in files:
        if file.is_cpp or file.suffix in (".py", ".sh") or file.path in ("dev", "CMakeLists.txt", ".ci/run"):
            most = COLUMNS_MAX_PYTHON if file.suffix == ".py" else COLUMNS_MAX
            for number, line in enumerate(file.lines, 1):
                if len(line) > most:
                    yield file.path, number, f"{len(line)} columns, {most} at most"


def rule_licence(files):
    for file in files:
        if re.match(r"tests/behaviour/[^/]+/[^/]+/", file.path):
            continue  # what a user would have
        named = pathlib.PurePath(file.path).name in ("CMakeLists.txt", "dev", "run", "Dockerfile")
        if (file.is_cpp or file.suffix in (".py", ".sh") or named) and LICENCE not in "\n".join(file.lines[:2]):
            yield file.path, 1, f"begin with: {'//' if file.is_cpp else '#'} {LICENCE}"


def rule_pragma_once(files):
    for file in files:
        if file.suffix == ".h" and "#pragma once" not in file.text:
            if not re.search(r"plugin_abi(_v\d+)?\.h$", file.path):  # C
                yield file.path, 1, "a header needs #pragma once"


def rule_file_name(files):
    for file in files:
        name = pathlib.PurePath(file.path).name
        if file.is_cpp and not re.fullmatch(r"[a-z][a-z0-9_]*\.(h|cpp|c)", name):
            yield file.path, 1, "file names are snake_case"


def rule_head_comment(files):
    for file in files:
        if not re.fullmatch(r"engine/runtime/[^/]+\.cpp|pipelines/(load|run|text|verify)/[^/]+\.cpp", file.path):
            continue
        head = []
        for line in file.lines[1:]:
            if line.startswith("//"):
                head.append(line)
            elif line.strip() or head:
                break
        text = " ".join(head)
        if len(head) < HEAD_COMMENT_LINES_MIN:
            yield file.path, 2, "say at the top what the problem is, the invariants, the locking, what was rejected"
        elif not re.search(r"\b1[.)]|\(1\)|\bI1\b", text):
            yield file.path, 2, "number the invariants in the head comment"
        elif not re.search(r"[Rr]eject|[Aa]lternative|[Nn]ot chosen", text):
            yield file.path, 2, "name the rejected alternatives in the head comment"


def rule_one_operator_per_file(files):
    for file in files:
        match = re.fullmatch(r"operators/(sources|transforms|sinks)/([a-z0-9_]+)\.(cpp|h)", file.path)
        if not match:
            continue
        stem = match[2]
        defined = re.findall(r"\bOperatorDef\s+operator_(\w+)\s*[={(]", file.code)
        if match[3] == "h":
            yield file.path, 1, "an operator has no header: nothing else may call it"
        elif defined != [stem]:
            yield file.path, 1, f"must define operator_{stem} and no other operator, has: {defined or 'none'}"
        elif f'"{stem}"' not in file.text:
            yield file.path, 1, f"the registered name must be the file's name, '{stem}'"


def rule_forbidden_tokens(files):
    for file in files:
        if not file.is_cpp:
            continue
        tokens = list(FORBIDDEN)
        if file.layer == "tests":
            tokens.append(("sleep", SLEEP, None, "wait for the event itself, or use the virtual clock"))
        for number, line in enumerate(file.code_lines, 1):
            for name, pattern, allowed, instead in tokens:
                if allowed and re.fullmatch(allowed, file.path):
                    continue
                found = re.search(pattern, line)
                if found:
                    yield file.path, number, f"{found[0].strip()} ({name}): {instead}"


def rule_no_marks(files):
    marks = re.compile(r"\b(TODO|FIX" + r"ME|XXX|HACK)\b")
    for file in files:
        if not (file.is_cpp or file.suffix in (".py", ".sh")) or file.path.startswith("tests/style/"):
            continue
        for number, line in enumerate(file.lines, 1):
            if marks.search(line):
                yield file.path, number, "do it, or write down in docs/ what is missing"
            if re.search(r"\bNOLINT(NEXTLINE|BEGIN)?\b(?!\([^)]*\): \S)", line):
                yield file.path, number, "say which check and why: NOLINT(check): reason"


def rule_skips_have_reasons(files):
    for file in files:
        for match in re.finditer(r"\bGTEST_SKIP\s*\(\s*\)\s*(.)", file.code, re.DOTALL) if file.is_cpp else []:
            if match[1] != "<":
                yield file.path, file.code.count("\n", 0, match.start()) + 1, 'GTEST_SKIP() << "why"'


def rule_mirrored_test(files):
    paths = {file.path for file in files}
    for file in files:
        if file.suffix != ".cpp" or file.layer not in LAYERS or file.path.startswith("pipelines/examples/plugins/"):
            continue  # the suite `plugins` builds and runs the examples
        connector = re.match(r"operators/connectors/(\w+)/", file.path)
        if connector:  # a library of its own, tested from outside as a whole
            test = f"tests/connectors/{connector[1]}/{connector[1]}_test.py"
        else:
            test = "tests/" + file.path.removesuffix(".cpp") + "_test.cpp"
        if test in paths:
            if file.path in NO_TEST:
                yield file.path, 1, "has a test now: take it off the list of exemptions"
        elif file.path not in NO_TEST:
            yield file.path, 1, f"has no test: {test}"


def rule_no_alien_words(files):
    for file in files:
        for number, line in enumerate(file.lines, 1):
            for word in ALIEN_WORDS:
                if word in line:
                    yield file.path, number, f"'{word}' means nothing to the reader of this tree"


def rule_top_level(root: pathlib.Path):
    for path in sorted(root.iterdir()):
        if path.name not in TOP_LEVEL:
            yield path.name, 1, "the top level holds a fixed set of entries"


RULES = [value for name, value in list(globals().items()) if name.startswith("rule_") and name != "rule_top_level"]


def read_tree(root: pathlib.Path):
    files = []
    for folder, folders, names in os.walk(root):
        hidden = {"__pycache__"} | ({".git", "build", "out"} if pathlib.Path(folder) == root else set())
        folders[:] = sorted(set(folders) - hidden)
        # In a worktree .git is a file.
        for path in (pathlib.Path(folder, name) for name in sorted(set(names) - hidden)):
            if path.suffix in TEXT_SUFFIXES and path.is_file() and path.stat().st_size < TEXT_BYTES_MAX:
                files.append(File(root, path))
    return files


def check(root: pathlib.Path):
    """Returns the names of all rules and every problem found."""
    files = read_tree(root)
    problems = []
    for rule in RULES:
        problems += [Problem(rule.__name__[5:], *found) for found in rule(files)]
    problems += [Problem("top_level", *found) for found in rule_top_level(root)]
    return [rule.__name__[5:] for rule in RULES] + ["top_level"], problems


def report(root: pathlib.Path):
    files = [file for file in read_tree(root) if file.is_cpp]
    long = [file for file in files if len(file.lines) > FILE_LINES_SOFT]
    sizes = sorted(last - first + 1 for file in files for first, last in function_sizes(file.code))
    print(f"{len(files)} C++ files, {len(long)} over {FILE_LINES_SOFT} lines, {len(sizes)} functions", end="")
    print(f", the longest {sizes[-1]} lines, the median {sizes[len(sizes) // 2]}" if sizes else "")
    for file in sorted(long, key=lambda file: -len(file.lines)):
        print(f"  {len(file.lines):4} {file.path}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--report", action="store_true", help="print sizes as well")
    arguments = parser.parse_args()
    rules, problems = check(arguments.root.resolve())
    for problem in problems:
        print(f"{problem.path}:{problem.line}: {problem.rule}: {problem.message}")
    if arguments.report:
        report(arguments.root.resolve())
    broken = {problem.rule for problem in problems}
    print(f"{len(rules) - len(broken)} passed, {len(broken)} failed")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
