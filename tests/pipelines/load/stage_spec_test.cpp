// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/stage_spec.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pipelines/text/yaml_tree.h"
#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;

Spec spec_of(const std::string& text) {
  const Document document("job.yaml", text);
  Diagnostics diagnostics;
  const auto root = parse_tree(document, diagnostics);
  EXPECT_TRUE(root);
  Spec spec = read_spec(document, {*root, {}, {}}, testing::fake_operators(), diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.errors().front().message;
  return spec;
}

TEST(StageSpec, NamesOfDerivedColumnsMayBeKeysOfTheEngine) {
  const Spec spec = spec_of("stages:\n  - derive: { name: upper(x), from: y, doc: z }\n");
  EXPECT_EQ(spec.stages.at(0).options.entries.size(), 3U);
  EXPECT_FALSE(spec.stages.at(0).name);
}

TEST(StageSpec, CutCollectionsAreLeftAlone) {
  const std::string text =
      "stages:\n  - { filter: f(a, b), from: x }\n  - filter: {where: g(a, b)}\n    nmae: x\n";
  const Document document("job.yaml", text);
  Diagnostics diagnostics;
  const auto root = parse_tree(document, diagnostics);
  const auto cut = [&](char c, size_t from) { return static_cast<uint32_t>(text.find(c, from)); };
  const std::vector<Span> cuts{{cut('{', 0), cut('}', 0)}, {cut('{', 40), cut('}', 40)}};
  const Spec spec =
      read_spec(document, {*root, {}, {}, cuts}, testing::fake_operators(), diagnostics);
  ASSERT_EQ(spec.stages.size(), 2U);
  EXPECT_TRUE(spec.stages[0].broken);
  EXPECT_TRUE(spec.stages[1].broken);
  ASSERT_EQ(diagnostics.count(), 1U);
  EXPECT_EQ(diagnostics.errors()[0].message, "the stage has no key 'nmae'");
}

TEST(StageSpec, OperatorsOfPackagesThatAreMissingNameThem) {
  const Document document("job.yaml", "stages:\n  - read_parquet: x.parquet\n");
  Diagnostics diagnostics;
  const auto root = parse_tree(document, diagnostics);
  ASSERT_TRUE(root);
  read_spec(document, {*root, {}, {}}, testing::fake_operators(), diagnostics);
  ASSERT_EQ(diagnostics.count(), 1U);
  EXPECT_EQ(diagnostics.errors()[0].message, "there is no operator 'read_parquet'");
  EXPECT_EQ(diagnostics.errors()[0].hint,
            "it comes with the package leat-parquet, which is not installed beside this leat");
}

TEST(StageSpec, TheNameOfAnOperatorAloneIsAStageIfItNeedsNoOptions) {
  const OperatorDef distinct{.name = "distinct", .kind = OperatorKind::kTransform};
  const Document document("job.yaml", "stages:\n  - distinct\n");
  Diagnostics diagnostics;
  const auto root = parse_tree(document, diagnostics);
  ASSERT_TRUE(root);
  const OperatorDef* const operators[] = {&distinct};
  const Spec spec = read_spec(document, {*root, {}, {}}, operators, diagnostics);
  EXPECT_TRUE(diagnostics.ok());
  ASSERT_EQ(spec.stages.size(), 1U);
  EXPECT_EQ(spec.stages[0].definition, &distinct);
  EXPECT_EQ(spec.stages[0].operator_key.text(), "distinct");
  EXPECT_EQ(spec.stages[0].options.kind, OptionNode::Kind::kNull);
  EXPECT_FALSE(spec.stages[0].broken);
}

TEST(StageSpec, StagesThatAreNoMappings) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv:in.csv
  - filter
  -
  - [read_csv]
  - name: x
)"),
            R"(job.yaml:2:13: error: a space must follow the ':'
  - read_csv:in.csv
            ^
  hint: write:
    - read_csv: in.csv
job.yaml:3:5: error: a stage must be a mapping: an operator, a ':' and its options
  - filter
    ^~~~~~
  hint: write:
    - filter: ...
job.yaml:4:3: error: this stage is empty
  -
  ^
  hint: remove the '-'
job.yaml:5:5: error: a stage must be a mapping, not a list
  - [read_csv]
    ^
  hint: write one '-' before its operator
job.yaml:6:5: error: this stage has no operator
  - name: x
    ^
  hint: begin it with one, as in '- filter: amount > 0'
5 errors
)");
}

TEST(StageSpec, SecondOperatorAndUnknownKeys) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
    filter: name
    lnaes: 2
    write_cvs: 1
    foo: 1
    if: x
    retry: 3
)"),
            R"(job.yaml:2:5: error: nothing reads the rows of 'read_csv'
  - read_csv: in.csv
    ^~~~~~~~
  hint: add a stage that does, such as a 'write_csv', or remove this one
job.yaml:3:5: error: the stage has a second operator, 'filter', beside 'read_csv'
    filter: name
    ^~~~~~
  hint: begin a stage of its own: '- filter: ...'
job.yaml:4:5: error: the stage has no key 'lnaes'
    lnaes: 2
    ^~~~~
  hint: did you mean 'lanes'?
job.yaml:5:5: error: the stage has no key 'write_cvs'
    write_cvs: 1
    ^~~~~~~~~
  hint: did you mean 'write_csv'?
job.yaml:6:5: error: the stage has no key 'foo'
    foo: 1
    ^~~
  hint: beside its operator, a stage has the keys 'name', 'from', 'lanes', 'capacity', 'on_error', 'doc'
job.yaml:7:5: error: the key 'if' is reserved for later versions
    if: x
    ^~
  hint: a 'filter' stage drops rows
job.yaml:8:5: error: the key 'retry' is reserved for later versions
    retry: 3
    ^~~~~
7 errors
)");
}

TEST(StageSpec, UnknownOperator) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_cvs: in.csv
    nmae: x
  - frobnicate: x
  - write_csv: out.csv
)"),
            R"(job.yaml:2:5: error: there is no operator 'read_cvs'
  - read_cvs: in.csv
    ^~~~~~~~
  hint: did you mean 'read_csv'?
job.yaml:3:5: error: the stage has no key 'nmae'
    nmae: x
    ^~~~
  hint: did you mean 'name'?
job.yaml:4:5: error: there is no operator 'frobnicate'
  - frobnicate: x
    ^~~~~~~~~~
  hint: 'leat operators' lists what there is
3 errors
)");
}

TEST(StageSpec, OptionOneLevelTooFarOut) {
  EXPECT_EQ(
      errors_of(R"(stages:
  - read_csv: in.csv
  - aggregate:
    by: [name]
  - write_csv: out.csv
)"),
      R"(job.yaml:4:5: error: 'by' is an option of 'aggregate' and is indented one level too little
    by: [name]
    ^~
  hint: indent what belongs under 'aggregate':
    - aggregate:
        by: [name]
1 error
)");
}

TEST(StageSpec, OptionsBesideAnOperatorWithAValue) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
    columns: { a: int64 }
  - filter: a > 1
  - write_csv: out.csv
)"),
            R"(job.yaml:3:5: error: 'columns' is an option of 'read_csv'
    columns: { a: int64 }
    ^~~~~~~
  hint: write the option below it:
    - read_csv:
        path: in.csv
        columns: { a: int64 }
1 error
)");
}

TEST(StageSpec, OptionsOneLevelTooFarOut) {
  EXPECT_EQ(
      errors_of(R"(stages:
  - read_csv: in.csv
  - aggregate:
    by: [name]
    columns:
      a: sum(amount)
      b: sum(amount)
      c: sum(amount)
      d: sum(amount)
      e: sum(amount)
      f: sum(amuont)
  - write_csv: out.csv
)"),
      R"(job.yaml:4:5: error: 'by' and 'columns' are options of 'aggregate' and are indented one level too little
    by: [name]
    ^~
  hint: indent what belongs under 'aggregate':
    - aggregate:
        by: [name]
        columns:
          a: sum(amount)
          b: sum(amount)
          c: sum(amount)
          d: sum(amount)
          e: sum(amount)
          ...
job.yaml:11:14: error: unknown column 'amuont'
      f: sum(amuont)
             ^~~~~~
  hint: did you mean 'amount'?
2 errors
)");
}

TEST(StageSpec, StageKeyOneLevelTooDeep) {
  EXPECT_EQ(
      errors_of(R"(stages:
  - read_csv:
      path: in.csv
      name: orders
      on_error: rejct
  - write_csv: out.csv
    from: orders
)"),
      R"(job.yaml:4:7: error: 'name' belongs to the stage, not to 'read_csv', and stands one level too deep
      name: orders
      ^~~~
  hint: indent it like 'read_csv':
    - read_csv: ...
      name: orders
job.yaml:5:7: error: 'on_error' belongs to the stage, not to 'read_csv', and stands one level too deep
      on_error: rejct
      ^~~~~~~~
  hint: indent it like 'read_csv':
    - read_csv: ...
      on_error: rejct
job.yaml:5:17: error: 'rejct' is not a valid on_error value
      on_error: rejct
                ^~~~~
  hint: did you mean 'reject'?
3 errors
)");
}

TEST(StageSpec, StageKeyOneLevelTooDeepInBraces) {
  EXPECT_EQ(
      errors_of(R"(stages:
  - read_csv: { path: in.csv, name: orders }
  - write_csv: out.csv
    from: ordres
)"),
      R"(job.yaml:2:31: error: 'name' belongs to the stage, not to 'read_csv', and stands one level too deep
  - read_csv: { path: in.csv, name: orders }
                              ^~~~
  hint: indent it like 'read_csv':
    - read_csv: ...
      name: orders
job.yaml:4:11: error: there is no stage called 'ordres'
    from: ordres
          ^~~~~~
  hint: did you mean 'orders'?
2 errors
)");
}

}  // namespace
}  // namespace leat::pipelines
