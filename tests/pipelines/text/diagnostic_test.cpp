// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/text/diagnostic.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "engine/codes/file.h"
#include "engine/codes/machine.h"

namespace leat::pipelines {
namespace {

/// Renders one mistake at the first occurrence of `what` in `text`.
std::string rendered(const std::string& text, const std::string& what,
                     const std::string& hint = {}) {
  const Document document("job.yaml", text);
  Diagnostics diagnostics;
  const auto begin = static_cast<uint32_t>(text.find(what));
  diagnostics.error(code::kUnknownColumn, {begin, begin + static_cast<uint32_t>(what.size())},
                    "wrong", hint);
  return render(document, diagnostics);
}

TEST(Render, NothingForNoMistakes) {
  EXPECT_EQ(render(Document("job.yaml", "a"), Diagnostics()), "");
}

TEST(Render, CaretUnderTheFirstByte) {
  EXPECT_EQ(rendered("a\n  - b: xyz > 1\n", "xyz"),
            "job.yaml:2:8: error: wrong [E0301]\n  - b: xyz > 1\n       ^~~\n1 error\n");
  EXPECT_EQ(rendered("x", "x"), "job.yaml:1:1: error: wrong [E0301]\nx\n^\n1 error\n");
}

TEST(Render, TabsStayTabs) {
  EXPECT_EQ(rendered("a:\tb\tcd", "cd"),
            "job.yaml:1:6: error: wrong [E0301]\na:\tb\tcd\n  \t \t^~\n1 error\n");
}

TEST(Render, WideAndCombiningCharacters) {
  EXPECT_EQ(rendered("日本: é x", "x"),
            "job.yaml:1:12: error: wrong [E0301]\n日本: é x\n        ^\n1 error\n");
  EXPECT_EQ(rendered("a 日本 b", "日本"),
            "job.yaml:1:3: error: wrong [E0301]\na 日本 b\n  ^~~~\n1 error\n");
  EXPECT_EQ(rendered("e\u0301 x", "x"),
            "job.yaml:1:5: error: wrong [E0301]\ne\u0301 x\n  ^\n1 error\n");
}

TEST(Render, RangesOverSeveralLinesEndWithTheFirst) {
  EXPECT_EQ(rendered("a: b  \n  c\n", "b  \n  c"),
            "job.yaml:1:4: error: wrong [E0301]\na: b  \n   ^\n1 error\n");
  EXPECT_EQ(rendered("a: bcd\r\n  c\r\n", "bcd\r\n  c"),
            "job.yaml:1:4: error: wrong [E0301]\na: bcd\n   ^~~\n1 error\n");
}

TEST(Render, EmptyRangesAndTheEndOfTheText) {
  const Document document("job.yaml", "ab\n");
  Diagnostics diagnostics;
  diagnostics.error(code::kUnknownColumn, {1, 1}, "here");
  diagnostics.error(code::kUnknownColumn, {2, 2}, "at the break");
  diagnostics.error(code::kUnknownColumn, {3, 9}, "past it");
  diagnostics.error(code::kUnknownColumn, {2, 1}, "reversed");
  EXPECT_EQ(
      render(document, diagnostics),
      "job.yaml:1:2: error: here [E0301]\nab\n ^\njob.yaml:1:3: error: reversed [E0301]\nab\n  ^\n"
      "job.yaml:1:3: error: at the break [E0301]\nab\n  ^\njob.yaml:2:1: error: past it [E0301]\n4 "
      "errors\n");
}

TEST(Render, HintsOfSeveralLines) {
  EXPECT_EQ(
      rendered("x", "x", "write:\n- a:\n    b"),
      "job.yaml:1:1: error: wrong [E0301]\nx\n^\n  hint: write:\n    - a:\n        b\n1 error\n");
}

TEST(Render, LongLinesShowThePartAroundTheCaret) {
  const std::string text = "start" + std::string(300, '.') + "xyz" + std::string(300, '.') + "end";
  const std::string out = rendered(text, "xyz");
  const size_t line = out.find('\n') + 1;
  const size_t carets = out.find('\n', line) + 1;
  EXPECT_LT(carets - line, 200U);
  EXPECT_EQ(out.find("xyz") - line, out.find("^~~") - carets);
  EXPECT_NE(out.find("^~~"), std::string::npos);
  EXPECT_EQ(out.find("start"), std::string::npos);
  EXPECT_EQ(out.find("end"), std::string::npos);
  EXPECT_NE(rendered("xyz" + std::string(300, '.'), "xyz").find("\n^~~\n"), std::string::npos);
}

TEST(Render, EnormousMessagesAreCutOff) {
  const Document document("job.yaml", "x\n");
  Diagnostics diagnostics;
  diagnostics.error(code::kUnknownColumn, {0, 1}, std::string(100000, 'm'));
  EXPECT_LT(render(document, diagnostics).size(), 1000U);
  EXPECT_LT(
      render(nullptr, Error(code::kNotOfType, ErrorCode::kData, std::string(100000, 'm'))).size(),
      1000U);
}

TEST(Render, ControlCharactersDoNotReachTheTerminal) {
  const std::string out = rendered(
      "a: \x1B[31m\x07"
      "b",
      "b");
  EXPECT_EQ(out, "job.yaml:1:10: error: wrong [E0301]\na: ?[31m?b\n         ^\n1 error\n");
}

TEST(Render, AllMistakesInTheOrderOfTheirPlacesEachOnce) {
  const Document document("job.yaml", "ab\ncd\n");
  Diagnostics diagnostics;
  diagnostics.error(code::kUnknownColumn, {3, 4}, "third");
  diagnostics.error(code::kUnknownColumn, {0, 2}, "second");
  diagnostics.error(code::kUnknownColumn, {0, 1}, "first");
  diagnostics.error(code::kUnknownColumn, {3, 4}, "third");
  diagnostics.error(code::kUnknownColumn, {3, 4}, "fourth");
  EXPECT_EQ(
      render(document, diagnostics),
      "job.yaml:1:1: error: first [E0301]\nab\n^\njob.yaml:1:1: error: second [E0301]\nab\n^~\n"
      "job.yaml:2:1: error: third [E0301]\ncd\n^\njob.yaml:2:1: error: fourth [E0301]\ncd\n^\n4 "
      "errors\n");
  EXPECT_EQ(to_json(document, diagnostics).size(), 4U);
}

TEST(Render, AsJson) {
  const Document document("job.yaml", "ab\ncde\n");
  Diagnostics diagnostics;
  diagnostics.error(code::kUnknownColumn, {4, 6}, "wrong", "write x");
  diagnostics.error(code::kUnknownColumn, {0, 4}, "long");
  EXPECT_EQ(to_json(document, diagnostics), nlohmann::json::parse(R"([
    {"code": "E0301", "file": "job.yaml", "line": 1, "column": 1, "end_line": 2, "end_column": 2, "message": "long"},
    {"code": "E0301", "file": "job.yaml", "line": 2, "column": 2, "end_line": 2, "end_column": 4, "message": "wrong",
     "hint": "write x"}])"));
}

Error data_error() {
  Error error(code::kNotOfType, ErrorCode::kData, "'abc' is not an int64",
              "declare the column as text");
  error.data = TextPlace{"orders.csv", 10233, 17};
  error.pipeline = Span{4, 9};
  error.stage = "priced";
  return error;
}

TEST(RenderError, BothPlaces) {
  const Document document("job.yaml", "x:\n price * qty\n");
  EXPECT_EQ(render(&document, data_error()),
            "orders.csv:10233:17: error: 'abc' is not an int64 [E0401]\njob.yaml:2:2: in stage "
            "'priced'\n "
            "price * qty\n ^~~~~\n"
            "  hint: declare the column as text\n");
  Error nameless = data_error();
  nameless.stage.clear();
  EXPECT_EQ(render(&document, nameless).find("job.yaml:2:2: from here\n"), 58U);
}

TEST(RenderError, WithoutADocument) {
  EXPECT_EQ(
      render(nullptr, data_error()),
      "orders.csv:10233:17: error: 'abc' is not an int64 [E0401]\n  in stage 'priced'\n  hint: "
      "declare the column as text\n");
}

TEST(RenderError, OnlyInThePipeline) {
  const Document document("job.yaml", "x:\n price * qty\n");
  Error error = data_error();
  error.data.reset();
  error.hint.clear();
  EXPECT_EQ(render(&document, error),
            "job.yaml:2:2: error: 'abc' is not an int64 (in stage 'priced') [E0401]\n price * "
            "qty\n ^~~~~\n");
}

TEST(RenderError, NowhereAndUnknownLines) {
  EXPECT_EQ(render(nullptr, Error(code::kCannotWrite, ErrorCode::kIo, "the disk is full")),
            "error: the disk is full [E0612]\n");
  Error error(code::kNotOfType, ErrorCode::kData, "cut off");
  error.data = TextPlace{"a.gz", 0, 0};
  EXPECT_EQ(render(nullptr, error), "a.gz: error: cut off [E0401]\n");
  error.data = TextPlace{"a.gz", 7, 0};
  EXPECT_EQ(render(nullptr, error), "a.gz:7: error: cut off [E0401]\n");
}

TEST(RenderError, Causes) {
  Error error = data_error();
  Error inner(code::kCannotRead, ErrorCode::kIo, "short read");
  inner.data = TextPlace{"orders.csv", 1, 0};
  inner.cause =
      std::make_shared<const Error>(code::kCannotRead, ErrorCode::kIo, "Input/output error");
  error.cause = std::make_shared<const Error>(inner);
  error.hint.clear();
  EXPECT_EQ(
      render(nullptr, error),
      "orders.csv:10233:17: error: 'abc' is not an int64 [E0401]\n  in stage 'priced'\n  because: "
      "orders.csv:1: short read\n"
      "  because: Input/output error\n");
}

TEST(RenderError, AsJson) {
  const Document document("job.yaml", "x:\n price * qty\n");
  Error error = data_error();
  error.cause = std::make_shared<const Error>(code::kInternal, ErrorCode::kInternal, "x");
  EXPECT_EQ(to_json(&document, error),
            nlohmann::json::parse(
                R"({"code": "E0401", "class": "data", "message": "'abc' is not an int64",
    "hint": "declare the column as text", "stage": "priced",
    "data": {"file": "orders.csv", "line": 10233, "column": 17},
    "pipeline": {"file": "job.yaml", "line": 2, "column": 2},
    "cause": {"code": "E0712", "class": "internal", "message": "x"}})"));
}

}  // namespace
}  // namespace leat::pipelines
