#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Proves of every rule of check_style.py that it accepts a right tree and can fail."""

import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check_style  # noqa: E402

LICENCE = "// " + check_style.LICENCE + "\n"
HEAD = "// Problem.\n// Invariants:\n// 1. one.\n// Locking: none.\n// Rejected: two.\n"

RIGHT = {
    "CMakeLists.txt": "# " + check_style.LICENCE + "\n",
    "engine/go.h": LICENCE + "#pragma once\n",
    "engine/runtime/p.cpp": LICENCE + HEAD + '#include "engine/runtime/p.h"\n',
    "engine/runtime/p.h": LICENCE + '#pragma once\n#include "engine/go.h"\n',
    "operators/transforms/filter.cpp": LICENCE
    + '#include "engine/go.h"\nextern const OperatorDef operator_filter = {.name = "filter"};\n',
    "operators/plugin/plugin.h": LICENCE + '#pragma once\n#include "operators/plugin/plugin_abi.h"\n',
    "pipelines/text/yaml_tree.cpp": LICENCE + HEAD + "#include <yaml-cpp/yaml.h>\n",
    "cli/main.cpp": LICENCE + '#include "pipelines/run/run.h"\nint main() {}\n',
    "tests/engine/runtime/p_test.cpp": LICENCE + '#include "engine/runtime/p.h"\n#include <gtest/gtest.h>\n',
    "tests/operators/transforms/filter_test.cpp": LICENCE + 'TEST(A, B) { GTEST_SKIP() << "no such kernel"; }\n',
    "tests/pipelines/text/yaml_tree_test.cpp": LICENCE,
}


def lines(count, text="  work();\n"):
    return text * count


# rule -> trees (file -> text over RIGHT; None removes it) each of which breaks this rule and no other
WRONG = {
    "layering": [
        {"engine/go.h": LICENCE + '#pragma once\n#include "operators/a.h"\n'},
        {"operators/a.h": LICENCE + '#pragma once\n#include "engine/runtime/p.h"\n'},
        {"tests/operators/a.h": LICENCE + '#pragma once\n#include "pipelines/run/run.h"\n'},
        {"pipelines/a.h": LICENCE + '#pragma once\n#include "tests/support/a.h"\n'},
        {"pipelines/a.h": LICENCE + '#pragma once\n#include "spec.h"\n'},
        {"pipelines/a.h": LICENCE + '#pragma once\n#include "../engine/go.h"\n'},
        {"pipelines/a.h": LICENCE + "#pragma once\n#include <engine/go.h>\n"},
    ],
    "confined_libraries": [
        {"cli/a.h": LICENCE + "#pragma once\n#include <yaml-cpp/yaml.h>\n"},
        {"engine/a.h": LICENCE + "#pragma once\n#include <boost/context/fiber.hpp>\n"},
        {"pipelines/a.h": LICENCE + "#pragma once\n#include <CLI/CLI.hpp>\n"},
        {"engine/a.h": LICENCE + "#pragma once\n#include <gtest/gtest.h>\n"},
    ],
    "plugin_headers": [
        {"operators/plugin/plugin.h": LICENCE + '#pragma once\n#include "operators/batch.h"\n'},
        {"operators/connectors/a/a.h": LICENCE + '#pragma once\n#include "operators/data/type.h"\n'},
    ],
    "function_size": [
        {"engine/a.h": LICENCE + "#pragma once\nvoid f() {\n" + lines(69) + "}\n"},
        {"engine/a.h": LICENCE + "#pragma once\nstruct A {\n  A() : x_{1}, y_(2) {\n" + lines(69) + "  }\n};\n"},
        {"engine/a.h": LICENCE + "#pragma once\nconst D d = {.f = [](int a) -> int {\n" + lines(69) + "}};\n"},
        {"tests/a.h": LICENCE + "#pragma once\nTEST(A, B) {\n" + lines(69) + "}\n"},
    ],
    "file_size": [{"engine/a.h": LICENCE + "#pragma once\n" + "int x;\n" * 799}],
    "columns": [
        {"engine/a.h": LICENCE + "#pragma once\n// " + "x" * 118 + "\n"},
        {"dev": "# " + check_style.LICENCE + "\n# " + "x" * 119 + "\n"},
    ],
    "licence": [
        {"engine/go.h": "#pragma once\n"},
        {"dev": "#!/bin/bash\n"},
        {"tests/a.py": "#!/usr/bin/env python3\n"},
    ],
    "pragma_once": [{"engine/go.h": LICENCE}],
    "file_name": [{"engine/Go.h": LICENCE + "#pragma once\n"}],
    "head_comment": [
        {"engine/runtime/p.cpp": LICENCE + "// Too short.\n"},
        {"engine/runtime/p.cpp": LICENCE + HEAD.replace("1. ", "")},
        {"pipelines/text/yaml_tree.cpp": LICENCE + HEAD.replace("Rejected", "Also")},
    ],
    "one_operator_per_file": [
        {"operators/transforms/filter.cpp": LICENCE + 'extern const OperatorDef operator_other{.name = "filter"};\n'},
        {"operators/transforms/filter.cpp": LICENCE + 'extern const OperatorDef operator_filter{.name = "other"};\n'},
        {
            "operators/transforms/filter.cpp": LICENCE
            + 'extern const OperatorDef operator_filter{.name = "filter"};\nextern const OperatorDef operator_b{};\n'
        },
        {"operators/transforms/filter.h": LICENCE + "#pragma once\n"},
    ],
    "forbidden_tokens": [
        {"engine/a.h": LICENCE + "#pragma once\n" + code + "\n"}
        for code in [
            "thread_local int x;",
            "void f() { throw 1; }",
            "void f() { try { } catch (...) { } }",
            "void f() { std::cout << 1; }",
            "using namespace std;",
            "std::regex pattern;",
            "auto text = std::format(1);",
            "void f() { assert(true); }",
            "void f(A& a) { a << std::endl; }",
        ]
    ]
    + [{"tests/a.h": LICENCE + "#pragma once\nvoid f() { std::this_thread::sleep_for(1ms); }\n"}],
    "no_marks": [
        {"engine/a.h": LICENCE + "#pragma once\n// TO" + "DO: more\n"},
        {"engine/a.h": LICENCE + "#pragma once\n// FIX" + "ME\n"},
        {"engine/a.h": LICENCE + "#pragma once\nint x;  // NOLINT\n"},
    ],
    "skips_have_reasons": [{"tests/a.h": LICENCE + "#pragma once\nTEST(A, B) { GTEST_SKIP(); }\n"}],
    "mirrored_test": [
        {"engine/a.cpp": LICENCE},
        {"operators/connectors/a/b.cpp": LICENCE},
        {"tests/pipelines/text/yaml_tree_test.cpp": None},
        {"tests/cli/main_test.cpp": LICENCE},
    ],
    "operators_folders": [
        {"operators/data/a.h": LICENCE + '#pragma once\n#include "operators/context.h"\n'},
        {"operators/operator.h": LICENCE + '#pragma once\n#include "operators/csv/a.h"\n'},
    ],
    "no_alien_words": [{"docs/a.md": "see " + word + "a\n"} for word in check_style.ALIEN_WORDS],
    "top_level": [{"scripts/a.md": "text\n"}, {"NOTES.md": "text\n"}],
}


def problems_of(changes):
    tree = {**RIGHT, **changes}
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in tree.items():
            if text is not None:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
        return check_style.check(root)


class Rules(unittest.TestCase):
    def test_accepts_a_right_tree(self):
        self.assertEqual(problems_of({})[1], [])

    def test_every_rule_has_a_wrong_tree(self):
        self.assertEqual(sorted(problems_of({})[0]), sorted(WRONG))

    def test_every_wrong_tree_breaks_its_rule_alone(self):
        for rule, trees in WRONG.items():
            for changes in trees:
                with self.subTest(rule=rule, changes=changes):
                    self.assertEqual({problem.rule for problem in problems_of(changes)[1]}, {rule})


class FunctionSizes(unittest.TestCase):
    def sizes(self, code):
        found = check_style.function_sizes(check_style.blank(code))
        return [last - first + 1 for first, last in found]

    def test_counts_from_the_first_line_of_the_head(self):
        self.assertEqual(self.sizes("int f(int a,\n      int b) {\n  return a;\n}\n"), [4])

    def test_containers_and_values_are_not_functions(self):
        self.assertEqual(self.sizes("namespace a {\nstruct B {\n  int x = {1};\n};\nint t[] = {1, 2};\n}\n"), [])

    def test_braces_in_literals_and_comments_do_not_count(self):
        code = "void f() {\n  g('{', \"{\", R\"x({)x\");  // {\n  /* { */\n}\nvoid h() {}\n"
        self.assertEqual(self.sizes(code), [4, 1])

    def test_digit_separators_are_not_characters(self):
        self.assertEqual(self.sizes("void f() { g(1'000); }\nvoid h() {\n  k('a');\n}\n"), [1, 3])

    def test_constructors_with_braced_members(self):
        self.assertEqual(self.sizes("struct A {\n  A() noexcept : a_{1}, b_{2} {\n    f();\n  }\n};\n"), [3])

    def test_default_arguments_trailing_types_and_operators(self):
        self.assertEqual(self.sizes("void f(O o = {}) {\n}\nauto g() -> std::vector<int> {\n}\n"), [2, 2])
        self.assertEqual(self.sizes("struct A {\n  bool operator==(A b) const {\n    return b;\n  }\n};\n"), [3])

    def test_lambdas_belong_to_their_function(self):
        self.assertEqual(self.sizes("void f() {\n  go([&] {\n    x();\n  });\n}\n"), [5])

    def test_several_functions_after_macros_and_conditions(self):
        self.assertEqual(self.sizes("#if A {\n#endif\nTEST(A, B) {\n  if (x) {\n  }\n}\nint y;\nvoid g() {}\n"), [4, 1])


if __name__ == "__main__":
    program = unittest.main(exit=False, verbosity=0)
    failed = len(program.result.failures) + len(program.result.errors)
    print(f"{max(0, program.result.testsRun - failed)} passed, {failed} failed")
    sys.exit(failed > 0)
