// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/text/yaml_tree.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pipelines/text/diagnostic.h"
#include "tests/pipelines/fake_operators.h"
#include "tests/support/without_codes.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;
/// The tree in one line: scalars as they are, quoted ones in quotes, nulls as `-` or `null`.
std::string shape(const OptionNode& node) {
  std::string out;
  switch (node.kind) {
    case OptionNode::Kind::kNull:
      return node.scalar.text().empty() ? "-" : "<" + node.scalar.text() + ">";
    case OptionNode::Kind::kScalar:
      return node.scalar.quoted() ? "'" + node.scalar.text() + "'" : node.scalar.text();
    case OptionNode::Kind::kList:
      for (const OptionNode& item : node.items) out += (out.empty() ? "" : ", ") + shape(item);
      return "[" + out + "]";
    case OptionNode::Kind::kMap:
      for (const auto& [name, value] : node.entries)
        out += (out.empty() ? "" : ", ") + name.text() + ": " + shape(value);
      return "{" + out + "}";
  }
  return out;
}

struct Parsed {
  std::string shape;
  std::string errors;
};

Parsed parse(std::string text) {
  const Document document("job.yaml", std::move(text));
  Diagnostics diagnostics;
  const auto root = parse_tree(document, diagnostics);
  return {root ? shape(*root) : "", test::without_codes(render(document, diagnostics))};
}

std::string shape_of(std::string text) {
  const Parsed parsed = parse(std::move(text));
  EXPECT_EQ(parsed.errors, "");
  return parsed.shape;
}

TEST(ParseTree, AllKindsOfNodes) {
  EXPECT_EQ(shape_of("a: 1\nb: [x, 'y', \"z\"]\nc: { d: e }\nf:\n  - g\n  -\n  - h: i\n    j: "
                     "k\nl:\nm: null\nn: ~\no: 'null'\n"),
            "{a: 1, b: [x, 'y', 'z'], c: {d: e}, f: [g, -, {h: i, j: k}], l: -, m: <null>, n: <~>, "
            "o: 'null'}");
}

TEST(ParseTree, LineEndsTabsAndByteOrderMark) {
  EXPECT_EQ(shape_of("\xEF\xBB\xBF"
                     "a: 1\r\nb:\t2\r\nc: |\r\n  x\r\n  y\r\n"),
            "{a: 1, b: 2, c: x\ny\n}");
}

TEST(ParseTree, AliasesAreCopies) {
  EXPECT_EQ(shape_of("a: &x {b: c}\nd: *x\ne: [*x, &y f, *y]\n"),
            "{a: {b: c}, d: {b: c}, e: [{b: c}, f, f]}");
}

TEST(ParseTree, AliasesKeepThePlacesOfTheOriginal) {
  const Document document("job.yaml", "a: &x bc\nd: *x\n");
  Diagnostics diagnostics;
  const auto root = parse_tree(document, diagnostics);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->entries.at(1).value.scalar.span(), (Span{6, 8}));
}

TEST(ParseTree, MergeKeys) {
  EXPECT_EQ(shape_of("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3, z: 4}\n"),
            "{a: {x: 1, y: 2}, b: {y: 3, z: 4, x: 1}}");
  EXPECT_EQ(shape_of("a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b]}\n"),
            "{a: {x: 1}, b: {x: 2, y: 2}, c: {x: 1, y: 2}}");
  EXPECT_EQ(shape_of("a: {'<<': x}\n"), "{a: {<<: x}}");
}

TEST(ParseTree, SpansOfNodes) {
  const Document document("job.yaml", "a: {b: c, }  # x\nd:\n  - e\n  - 'f'\ng: [ h  # ]\n ]\n");
  Diagnostics diagnostics;
  const auto root = parse_tree(document, diagnostics);
  ASSERT_TRUE(root);
  const auto text = [&](const OptionNode& node) {
    return document.text().substr(node.span.begin, node.span.end - node.span.begin);
  };
  EXPECT_EQ(text(root->entries.at(0).value), "{b: c, }");
  EXPECT_EQ(text(root->entries.at(1).value), "- e\n  - 'f'");
  EXPECT_EQ(text(root->entries.at(2).value), "[ h  # ]\n ]");
  EXPECT_EQ(text(*root), document.text().substr(0, document.text().size() - 1));
}

TEST(ParseTree, MissingValuesPointToTheirKeyOrDash) {
  const Document document("job.yaml", "a:\nb:\n  -\n  - c\n");
  Diagnostics diagnostics;
  const auto root = parse_tree(document, diagnostics);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->entries.at(0).value.span, (Span{0, 1}));
  EXPECT_EQ(root->entries.at(1).value.items.at(0).span, (Span{8, 9}));
}

TEST(ParseTree, UnreadableBytes) {
  EXPECT_EQ(parse("a: \xFF\n").errors,
            "job.yaml:1:4: error: the byte 0xff is not valid UTF-8\na: \xFF\n   ^\n  hint: save "
            "the file as UTF-8\n1 error\n");
  EXPECT_EQ(parse("a: b\x1B[0m\n").errors,
            "job.yaml:1:5: error: the control character 0x1b cannot stand in a pipeline\na: "
            "b?[0m\n    ^\n"
            "  hint: write \"\\x1b\" in double quotes\n1 error\n");
  EXPECT_EQ(parse(std::string("a: b\0c\n", 7)).errors,
            "job.yaml:1:5: error: the control character 0x00 cannot stand in a pipeline"
            "\na: b?c\n    ^\n"
            "  hint: write \"\\x00\" in double quotes\n1 error\n");
  EXPECT_EQ(parse("a: b\rc: d\n").errors,
            "job.yaml:1:5: error: a carriage return without a line feed after it\na: b?c: "
            "d\n    ^\n"
            "  hint: save the file with line ends of one kind, LF or CRLF\n1 error\n");
}

TEST(ParseTree, WhatTheLibraryMisreadsIsNotAccepted) {
  // It turns \N into the byte 0x85, which is not UTF-8.
  EXPECT_EQ(parse("a: \"x\\Ny\"\n").errors,
            "job.yaml:1:4: error: the places inside this text cannot be told\na: "
            "\"x\\Ny\"\n   ^\n"
            "  hint: write it on one line, or as a block that begins with '|'\n1 error\n");
}

TEST(ParseTree, AliasesThatMultiplyAreBounded) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    text += fmt::format(
        "a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i,
        i - 1);
  }
  const Parsed parsed = parse(text);
  EXPECT_NE(
      parsed.errors.find(
          "error: a pipeline has 100000 values at most, those that aliases repeat included\n"),
      std::string::npos);
  EXPECT_NE(parsed.errors.find("\n1 error\n"), std::string::npos);
  EXPECT_EQ(parsed.shape, "");
}

TEST(ParseTree, AliasesThatNestAreBounded) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 2000; ++i) text += fmt::format("a{0}: &a{0} [*a{1}]\n", i, i - 1);
  EXPECT_NE(parse(text).errors.find("error: a pipeline is nested 64 levels at most\n"),
            std::string::npos);
}

TEST(ParseTree, AnAliasIsCountedBeforeItIsCopied) {
  // Copied first, these are 600 million nodes.
  std::string text = "x: &a [";
  for (int i = 0; i < 30'000; ++i) text += "1,";
  text += "]\ny: [";
  for (int i = 0; i < 20'000; ++i) text += "*a,";
  EXPECT_TRUE(parse(text + "]\n")
                  .errors.starts_with("job.yaml:2:8: error: a pipeline has 100000 values at most, "
                                      "those that aliases repeat "
                                      "included\n"));
}

TEST(ParseTree, NothingBehindTheLastValueIsRead) {
  std::string text = "stages:\n";
  for (int i = 0; i < 100'000; ++i) text += "- x\n";
  // What would be a syntax error, and what would be a second mistake, if it were read.
  const Parsed parsed = parse(text + "- !tag x\n- [ }\n");
  EXPECT_EQ(parsed.shape, "");
  EXPECT_TRUE(parsed.errors.ends_with("\n1 error\n"));
  EXPECT_TRUE(parsed.errors.contains("a pipeline has 100000 values at most"));
}

TEST(ParseTree, FlowCollectionsAreBoundedBeforeTheLibraryKeepsTheirTokens) {
  const std::string opened(200'000, '[');
  EXPECT_FALSE(parse(opened).errors.contains("brackets"));
  EXPECT_TRUE(parse(opened + "[")
                  .errors.starts_with("job.yaml:1:200001: error: a pipeline has 200000 brackets, "
                                      "braces and commas between them at "
                                      "most\n"));
  std::string items;
  for (int i = 0; i < 250'000; ++i) items += "a,";
  EXPECT_TRUE(parse("x: [" + items + "]").errors.contains("brackets, braces and commas"));
  EXPECT_EQ(parse("x: \"(" + items + ")\"").errors, "");  // in no collection
}

TEST(ParseTree, DeepNestingIsBounded) {
  EXPECT_EQ(parse(std::string(60, '[') + std::string(60, ']')).errors, "");
  EXPECT_NE(parse(std::string(100, '[') + std::string(100, ']')).errors, "");
  EXPECT_EQ(parse(std::string(100000, '[')).errors.find("job.yaml:1:"), 0U);
}

TEST(Parse, DuplicateKeys) {
  EXPECT_EQ(errors_of(R"(name: a
stages:
  - read_csv: { path: in.csv, path: b.csv }
    name: x
    name: y
  - write_csv: out.csv
name: b
)"),
            R"(job.yaml:3:31: error: 'path' is written twice
  - read_csv: { path: in.csv, path: b.csv }
                              ^~~~
  hint: the first stands on line 3; remove one of them
job.yaml:5:5: error: 'name' is written twice
    name: y
    ^~~~
  hint: the first stands on line 4; remove one of them
job.yaml:7:1: error: 'name' is written twice
name: b
^~~~
  hint: the first stands on line 1; remove one of them
3 errors
)");
}

TEST(Parse, SecondDocument) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - write_csv: out.csv
---
stages: []
)"),
            R"(job.yaml:4:1: error: a second YAML document begins here
---
^~~
  hint: a file holds one pipeline; remove the '---' or split the file
1 error
)");
}

TEST(Parse, Tags) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: !file in.csv
  - filter: !active
  - write_csv: !!str out.csv
)"),
            R"(job.yaml:2:15: error: a YAML tag has no meaning in a pipeline
  - read_csv: !file in.csv
              ^~~~~
  hint: if the '!' belongs to the value, quote the value
job.yaml:3:13: error: a YAML tag has no meaning in a pipeline
  - filter: !active
            ^~~~~~~
  hint: if the '!' belongs to the value, quote the value
job.yaml:4:16: error: a YAML tag has no meaning in a pipeline
  - write_csv: !!str out.csv
               ^~~~~
  hint: if the '!' belongs to the value, quote the value
3 errors
)");
}

TEST(Parse, AliasInsideItself) {
  EXPECT_EQ(errors_of(R"(stages:
  - filter: &a [*a]
)"),
            R"(job.yaml:2:5: error: 'filter' has nothing to read, as it stands first
  - filter: &a [*a]
    ^~~~~~
  hint: begin with a source such as 'read_csv'
job.yaml:2:5: error: nothing reads the rows of 'filter'
  - filter: &a [*a]
    ^~~~~~
  hint: add a stage that does, such as a 'write_csv', or remove this one
job.yaml:2:16: error: option 'where' must be a single value, not a list
  - filter: &a [*a]
               ^~~~
  hint: remove the brackets
job.yaml:2:17: error: this alias stands inside the value it names
  - filter: &a [*a]
                ^~~
  hint: an alias can only repeat a value that is complete
4 errors
)");
}

TEST(Parse, MergeOfAScalar) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: { <<: x, path: in.csv }
  - write_csv: out.csv
)"),
            R"(job.yaml:2:17: error: '<<' needs a mapping, or a list of mappings, to take over
  - read_csv: { <<: x, path: in.csv }
                ^~
  hint: write '<<: *name'
1 error
)");
}

TEST(Parse, KeysThatAreNotText) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
    [a]: b
  - write_csv: out.csv
    : x
)"),
            R"(job.yaml:3:5: error: a key must be a single word or text
    [a]: b
    ^~~
job.yaml:5:5: error: the key before the ':' is missing
    : x
    ^
2 errors
)");
}

TEST(Parse, EmptyFile) {
  EXPECT_EQ(errors_of(R"(# nothing
)"),
            R"(job.yaml:1:1: error: the file holds no pipeline
# nothing
^
  hint: begin with 'stages:' and a list of stages
1 error
)");
}

TEST(Parse, NothingButNull) {
  EXPECT_EQ(errors_of(R"(~
)"),
            R"(job.yaml:1:1: error: a pipeline is a mapping of keys
~
^
  hint: begin with 'stages:' and a list of stages
1 error
)");
}

TEST(Parse, ScalarsKnowWhetherYamlMayHaveEndedThemEarly) {
  const Document document("job.yaml", "a: x\nb: [y, 'z']\nc: { d: w }\n");
  Diagnostics diagnostics;
  const auto root = parse_tree(document, diagnostics);
  ASSERT_TRUE(root);
  EXPECT_FALSE(root->entries[0].value.scalar.in_flow());
  EXPECT_TRUE(root->entries[1].value.items[0].scalar.in_flow());
  EXPECT_FALSE(root->entries[1].value.items[1].scalar.in_flow());
  EXPECT_TRUE(root->entries[2].value.entries[0].value.scalar.in_flow());
}

}  // namespace
}  // namespace leat::pipelines
