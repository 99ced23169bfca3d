// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: tests are data beside a pipeline, and a mistake in them must not pass as a test that
// holds.
//
// A file of tests has the key `tests`, and `pipeline`, the path of the pipeline as seen from its
// own folder; without it, `NAME.test.yaml` tests `NAME.yaml`.
//
// Invariants:
//  1. Every key of a test is known, or is reported.
//  2. A test expects something: rows, a number of rows, or a failure.
//
// Rejected: tests in a language of their own (rows are what `rows` takes, stages what `from`
// takes).
#include "pipelines/testing/test_cases.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/command.h"
#include "operators/text/value_parser.h"
#include "pipelines/text/diagnostic.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::pipelines {
namespace {

constexpr std::string_view kEndings[] = {".test.yaml", ".test.yml"};

class TestReader {
 public:
  TestReader(const Document& document, Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics) {}

  void read(const OptionNode& root, TestFile& file) {
    const bool apart = is_test_file(document_.file());
    if (root.kind != OptionNode::Kind::kMap) {
      if (apart)
        mistake(code::kTestForm, root.span, "a file of tests is a mapping of keys",
                "begin with 'tests:'");
      return;  // of a pipeline, loading it reports that
    }
    bool found = false;
    for (const auto& [key, value] : root.entries) {
      if (key.text() == "tests") {
        found = true;
        tests(key, value, file);
      } else if (!apart || key.text().starts_with("x-")) {
        continue;
      } else if (key.text() == "pipeline") {
        if (const auto path = scalar(key, value)) {
          file.pipeline = std::filesystem::path(document_.file()).parent_path() / path->text();
        }
      } else {
        unknown(key, "a file of tests", {"pipeline", "tests"});
      }
    }
    if (apart && !found)
      mistake(code::kTestForm, {}, "there is no 'tests' in this file",
              "write 'tests:' and a list of tests");
  }

 private:
  void mistake(Code number, Span where, std::string message, std::string hint = {}) {
    diagnostics_.error(number, where, std::move(message), std::move(hint));
  }

  void unknown(const SourceText& key, std::string_view of, const std::vector<std::string>& known) {
    std::string hint = did_you_mean(key.text(), known);
    if (hint.empty()) hint = fmt::format("its keys are '{}'", fmt::join(known, "', '"));
    mistake(code::kTestForm, key.span(), fmt::format("{} has no key '{}'", of, key.text()),
            std::move(hint));
  }

  std::optional<SourceText> scalar(const SourceText& key, const OptionNode& value) {
    if (value.kind == OptionNode::Kind::kScalar) return value.scalar;
    const bool none = value.kind == OptionNode::Kind::kNull;
    mistake(code::kTestForm, none ? key.span() : value.span,
            fmt::format("'{}' {}", key.text(), none ? "has no value" : "must be a single value"));
    return std::nullopt;
  }

  bool is_map(const SourceText& key, const OptionNode& value, std::string_view of) {
    if (value.kind == OptionNode::Kind::kMap) return true;
    mistake(code::kTestForm, value.kind == OptionNode::Kind::kNull ? key.span() : value.span,
            fmt::format("'{}' must be a mapping of {}", key.text(), of));
    return false;
  }

  void tests(const SourceText& key, const OptionNode& list, TestFile& file) {
    if (list.kind != OptionNode::Kind::kList) {
      return mistake(code::kTestForm, list.kind == OptionNode::Kind::kNull ? key.span() : list.span,
                     "'tests' must be a list",
                     "write each test as an item: '- name: what it shows'");
    }
    for (const OptionNode& item : list.items) test(item, file);
  }

  void test(const OptionNode& node, TestFile& file) {
    if (node.kind != OptionNode::Kind::kMap) {
      return mistake(code::kTestForm, node.span, "a test must be a mapping",
                     "write '- name: what it shows', then 'given' and 'expect'");
    }
    TestCase test;
    test.name = SourceText("", {node.span.begin, node.span.begin + 1}, {});
    const size_t before = diagnostics_.count();
    for (const auto& [key, value] : node.entries) test_key(key, value, test);
    if (diagnostics_.count() == before) check(test, file);
    file.cases.push_back(std::move(test));
  }

  void check(const TestCase& test, const TestFile& file) {
    if (test.name.text().empty())
      mistake(code::kTestForm, test.name.span(), "this test has no name",
              "write 'name: what it shows'");
    if (test.expected.empty() && !test.fails) {
      mistake(code::kTestForm, test.name.span(),
              fmt::format("the test '{}' expects nothing", test.name.text()),
              "write 'expect' with rows of a stage, or 'fails: true'");
    }
    if (!test.expected.empty() && test.fails) {
      mistake(code::kTestForm, test.fails->span(), "a run that fails gives no rows",
              "leave out 'expect', or 'fails'");
    }
    for (const TestCase& other : file.cases) {
      if (test.name.text().empty() || other.name.text() != test.name.text()) continue;
      mistake(code::kTestForm, test.name.span(),
              fmt::format("two tests are called '{}'", test.name.text()),
              fmt::format("the other one stands on line {}",
                          document_.place(other.name.span().begin).line));
    }
  }

  void test_key(const SourceText& key, const OptionNode& value, TestCase& test) {
    const std::string& name = key.text();
    if (name == "name") {
      if (const auto text = scalar(key, value)) test.name = *text;
    } else if (name == "params") {
      params(key, value, test);
    } else if (name == "now") {
      now(key, value, test);
    } else if (name == "given") {
      given(key, value, test);
    } else if (name == "expect") {
      expect(key, value, test);
    } else if (name == "fails") {
      fails(key, value, test);
    } else if (name == "unordered") {
      if (const auto text = scalar(key, value)) {
        test.unordered = text->text() == "true";
        if (!test.unordered && text->text() != "false")
          mistake(code::kTestForm, text->span(), "'unordered' must be 'true' or 'false'");
      }
    } else {
      unknown(key, "a test", {"name", "params", "now", "given", "expect", "fails", "unordered"});
    }
  }

  void params(const SourceText& key, const OptionNode& value, TestCase& test) {
    if (!is_map(key, value, "parameters to values")) return;
    for (const auto& [name, param] : value.entries) {
      if (const auto text = scalar(name, param))
        test.params.emplace_back(name.text(), text->text());
    }
  }

  void now(const SourceText& key, const OptionNode& value, TestCase& test) {
    const auto text = scalar(key, value);
    if (!text) return;
    int64_t micros = 0;
    if (io::parse_timestamp(text->text(), micros)) {
      test.now = micros;
    } else {
      mistake(code::kTestForm, text->span(), fmt::format("'{}' is not a timestamp", text->text()),
              "write a timestamp like 2026-01-31T10:00:00Z");
    }
  }

  void given(const SourceText& key, const OptionNode& value, TestCase& test) {
    if (!is_map(key, value, "stages to rows or files")) return;
    for (const auto& [stage, rows] : value.entries) {
      const bool fits =
          rows.kind == OptionNode::Kind::kList || rows.kind == OptionNode::Kind::kScalar;
      if (fits) {
        test.given.push_back({stage, rows});
      } else {
        mistake(
            code::kTestForm, rows.kind == OptionNode::Kind::kNull ? stage.span() : rows.span,
            fmt::format("'{}' must be given a list of rows, or the path of a file", stage.text()),
            "write [{ name: value }], or [] for no rows");
      }
    }
  }

  void expect(const SourceText& key, const OptionNode& value, TestCase& test) {
    if (!is_map(key, value, "stages to rows")) return;
    for (const auto& [target, rows] : value.entries) {
      ExpectedRows expected{target, rows};
      expected.in_flow = document_.text()[value.span.begin] == '{';
      if (rows.kind == OptionNode::Kind::kMap) {
        if (!count(rows, expected)) continue;
      } else if (rows.kind != OptionNode::Kind::kList) {
        mistake(code::kTestForm, rows.kind == OptionNode::Kind::kNull ? target.span() : rows.span,
                fmt::format("'{}' must be expected to give a list of rows, or {{ rows: n }}",
                            target.text()),
                "write [{ name: value }], or [] for no rows");
        continue;
      }
      test.expected.push_back(std::move(expected));
    }
  }

  /// `{ rows: n }`
  bool count(const OptionNode& map, ExpectedRows& expected) {
    const bool one = map.entries.size() == 1 && map.entries.front().name.text() == "rows" &&
                     map.entries.front().value.kind == OptionNode::Kind::kScalar;
    if (one) {
      const SourceText& text = map.entries.front().value.scalar;
      uint64_t number = 0;
      const char* const end = text.text().data() + text.text().size();
      const auto [stop, error] = std::from_chars(text.text().data(), end, number);
      if (error == std::errc() && stop == end) {
        expected.count = number;
        expected.count_span = text.span();
        return true;
      }
    }
    mistake(code::kTestForm, map.span, "a mapping can only say how many rows there are",
            "write { rows: 3 }, or a list of rows: [{ name: value }]");
    return false;
  }

  void fails(const SourceText& key, const OptionNode& value, TestCase& test) {
    const auto text = scalar(key, value);
    if (!text) return;
    static const std::vector<std::string> known{"true",   "data",      "io",      "memory",
                                                "plugin", "cancelled", "internal"};
    const bool is_class = std::find(known.begin(), known.end(), text->text()) != known.end();
    if (is_class || parse_code(text->text())) {
      test.fails = text;
      return;
    }
    std::string hint = did_you_mean(text->text(), known);
    if (hint.empty())
      hint = fmt::format("write a code such as E0412, or one of '{}'", fmt::join(known, "', '"));
    mistake(code::kTestForm, text->span(), fmt::format("'{}' is no code of an error", text->text()),
            std::move(hint));
  }

  const Document& document_;
  Diagnostics& diagnostics_;
};

}  // namespace

bool is_test_file(std::string_view path) {
  for (const std::string_view ending : kEndings) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

std::string test_file_beside(const std::string& pipeline) {
  const std::filesystem::path path(pipeline);
  return path.parent_path() / (path.stem().string() + ".test" + path.extension().string());
}

TestFile read_tests(std::shared_ptr<Document> document, Diagnostics& diagnostics) {
  TestFile file{document, document->file(), {}};
  for (const std::string_view ending : kEndings) {
    if (!file.pipeline.ends_with(ending)) continue;
    const size_t name = file.pipeline.size() - ending.size();
    file.pipeline = file.pipeline.substr(0, name) + std::string(ending.substr(5));
    break;
  }
  Diagnostics of_form;
  const std::optional<OptionNode> root = parse_tree(*document, of_form);
  // What is wrong with the form of a pipeline is reported when it is loaded.
  if (is_test_file(document->file())) {
    for (const Diagnostic& one : of_form.errors())
      diagnostics.error(one.number, one.where, one.message, one.hint);
  }
  if (root) TestReader(*document, diagnostics).read(*root, file);
  return file;
}

}  // namespace leat::pipelines
