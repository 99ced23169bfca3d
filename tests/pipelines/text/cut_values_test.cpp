// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/text/cut_values.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;
size_t mistakes_in(const std::string& text) {
  const Document document("job.yaml", text);
  return explain_cut_values(document, 0).size();
}

TEST(CutValues, FindsNothingInWhatYamlReadsAsMeant) {
  EXPECT_EQ(mistakes_in("{ a: f(x), b: 'c, d', c: \"e]\" }"), 0U);
  EXPECT_EQ(mistakes_in("{ a: [x, y], b: { c: d, e: [f] } }"), 0U);
  EXPECT_EQ(mistakes_in("[a, it's, that's, {b: c}]"), 0U);
  EXPECT_EQ(mistakes_in("{ at: 12:30, url: http://x/y }"), 0U);
  EXPECT_EQ(mistakes_in("{ a: 1, # f(x, y)\n  b: 2 }"), 0U);
  EXPECT_EQ(mistakes_in("{ a, b: , c: x }"), 0U);
  EXPECT_EQ(mistakes_in("{\"a\": \"b\", \"c\": [1, 2]}"), 0U);
  EXPECT_EQ(mistakes_in("[]"), 0U);
  EXPECT_EQ(mistakes_in("{}"), 0U);
}

TEST(CutValues, SaysNothingWhereTheMeaningIsUnclear) {
  EXPECT_EQ(mistakes_in("{ a: f(x, b: 2 }"), 0U);
  EXPECT_EQ(mistakes_in("{ a: f(x,\n y) }"), 0U);
  EXPECT_EQ(mistakes_in("{ a: x"), 0U);
  EXPECT_EQ(mistakes_in("[ a }"), 0U);
  EXPECT_EQ(mistakes_in("{ a: 'x"), 0U);
  EXPECT_EQ(mistakes_in(std::string(1000, '[')), 0U);
}

TEST(CutValues, EachLineIsAMistakeOfItsOwn) {
  EXPECT_EQ(mistakes_in("{ a: f(x, y), b: g(x, y) }"), 1U);
  EXPECT_EQ(mistakes_in("{ a: f(x, y),\n b: g(x, y) }"), 2U);
  EXPECT_EQ(mistakes_in("[ [f(x, y)],\n {a: g(x, y)} ]"), 2U);
}

TEST(CutValues, ReportsTheCollectionItIsIn) {
  const Document document("job.yaml", "a: {b: [f(x, y)]}\n");
  OptionNode inner{
      .kind = OptionNode::Kind::kMap, .scalar = {}, .items = {}, .entries = {}, .span = {3, 17}};
  OptionNode root{
      .kind = OptionNode::Kind::kMap, .scalar = {}, .items = {}, .entries = {}, .span = {0, 17}};
  root.entries.push_back({SourceText("a", {0, 1}, {}), inner});
  root.entries.push_back({SourceText("alias", {0, 1}, {}), inner});
  Diagnostics diagnostics;
  EXPECT_EQ(report_cut_values(document, root, diagnostics), (std::vector<Span>{{3, 17}}));
  EXPECT_EQ(diagnostics.count(), 1U);
}

TEST(CutValues, CommaInBraces) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - derive: { c: coalesce(a, b) }
  - write_csv: out.csv
)"),
            R"text(job.yaml:3:28: error: the comma ends the value here, as it stands inside { }
  - derive: { c: coalesce(a, b) }
                           ^
  hint: quote the value:
    - derive: { c: "coalesce(a, b)" }
1 error
)text");
}

TEST(CutValues, CommaInBrackets) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - sort: [coalesce(name, id), amount desc]
  - write_csv: out.csv
)"),
            R"text(job.yaml:3:25: error: the comma ends the value here, as it stands inside [ ]
  - sort: [coalesce(name, id), amount desc]
                        ^
  hint: quote the value:
    - sort: ["coalesce(name, id)", amount desc]
1 error
)text");
}

TEST(CutValues, CommaInQuotes) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - derive: { s: name || ', ' || name }
  - write_csv: out.csv
)"),
            R"(job.yaml:3:27: error: the comma ends the value here, as it stands inside { }
  - derive: { s: name || ', ' || name }
                          ^
  hint: quote the value:
    - derive: { s: "name || ', ' || name" }
1 error
)");
}

TEST(CutValues, BracketsInBraces) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - derive: { x: tags[1], y: 2 }
  - write_csv: out.csv
)"),
            R"(job.yaml:3:22: error: the '[' ends the value here, as it stands inside { }
  - derive: { x: tags[1], y: 2 }
                     ^
  hint: quote the value:
    - derive: { x: "tags[1]", y: 2 }
1 error
)");
}

TEST(CutValues, ParameterInBraces) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: { path: ${env:DIR}/in.csv }
  - write_csv: out.csv
)"),
            R"(job.yaml:2:24: error: the '{' ends the value here, as it stands inside { }
  - read_csv: { path: ${env:DIR}/in.csv }
                       ^
  hint: quote the value:
    - read_csv: { path: "${env:DIR}/in.csv" }
1 error
)");
}

TEST(CutValues, TypeInBraces) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv:
      path: in.csv
      columns: { price: decimal(10, 2), name: text }
  - write_csv: out.csv
)"),
            R"text(job.yaml:4:35: error: the comma ends the value here, as it stands inside { }
      columns: { price: decimal(10, 2), name: text }
                                  ^
  hint: quote the value:
    columns: { price: "decimal(10, 2)", name: text }
1 error
)text");
}

TEST(CutValues, GoesOnAfterAQuote) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - derive: { s: 'a' || name }
  - write_csv: out.csv
)"),
            R"(job.yaml:3:22: error: YAML ends the value at its closing quote, but it goes on
  - derive: { s: 'a' || name }
                     ^
  hint: quote the value:
    - derive: { s: "'a' || name" }
1 error
)");
}

TEST(CutValues, ColonInBraces) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - derive: { s: case when x then 'a: b' end }
  - write_csv: out.csv
)"),
            R"(job.yaml:3:37: error: ': ' begins a second value here, as it stands inside { }
  - derive: { s: case when x then 'a: b' end }
                                    ^
  hint: quote the value:
    - derive: { s: "case when x then 'a: b' end" }
1 error
)");
}

TEST(CutValues, CommentInBraces) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - derive: { s: name = 'a #1' }
  - write_csv: out.csv
)"),
            R"(job.yaml:3:28: error: ' #' begins a comment here
  - derive: { s: name = 'a #1' }
                           ^
  hint: quote the value:
    - derive: { s: "name = 'a #1'" }
1 error
)");
}

TEST(CutValues, SeveralLines) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - derive: {
      a: f(x, y),
      b: g(x, y)
    }
  - write_csv: out.csv
)"),
            R"text(job.yaml:4:13: error: the comma ends the value here, as it stands inside { }
      a: f(x, y),
            ^
  hint: quote the value:
    a: "f(x, y)",
job.yaml:5:13: error: the comma ends the value here, as it stands inside { }
      b: g(x, y)
            ^
  hint: quote the value:
    b: "g(x, y)"
2 errors
)text");
}

TEST(CutValues, InAWholeStageInBraces) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - { filter: coalesce(a, b) > 1, name: x }
  - write_csv: out.csv
)"),
            R"(job.yaml:3:25: error: the comma ends the value here, as it stands inside { }
  - { filter: coalesce(a, b) > 1, name: x }
                        ^
  hint: quote the value:
    - { filter: "coalesce(a, b) > 1", name: x }
1 error
)");
}

TEST(CutValues, InParameters) {
  EXPECT_EQ(errors_of(R"(params: { d: { type: text, default: f(a, b) } }
stages:
  - read_csv: in.csv
  - write_csv: out.csv
)"),
            R"text(job.yaml:1:40: error: the comma ends the value here, as it stands inside { }
params: { d: { type: text, default: f(a, b) } }
                                       ^
  hint: quote the value:
    params: { d: { type: text, default: "f(a, b)" } }
1 error
)text");
}

}  // namespace
}  // namespace leat::pipelines
