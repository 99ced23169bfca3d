// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/source_options.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_csv;
extern const OperatorDef operator_read_jsonl;
extern const OperatorDef operator_read_lines;

namespace {

using test::Opt;
using ::testing::ElementsAre;

class SourceOptionsTest : public ::testing::Test {
 protected:
  using Options = std::vector<std::pair<std::string, Opt>>;

  test::Run run(const OperatorDef& definition, Options options, OnError on_error = OnError::kFail) {
    const test::Binding binding = test::bind_ok(definition, Opt::map(std::move(options)), nullptr);
    if (!binding.bound) return {};
    fixture_ = std::make_unique<test::OperatorFixture>(size_t{1} << 30, on_error);
    return test::run_source(*fixture_, *binding.bound);
  }

  test::TempDir folder_;
  std::unique_ptr<test::OperatorFixture> fixture_;
};

TEST_F(SourceOptionsTest, CsvRowsSayWhereTheyComeFrom) {
  const std::string a =
      folder_.write("a-rather-long-name.csv", "id,t\n1,\"x\ny\"\n\n2,y\nbad\n3,z\n");
  const std::string b = folder_.write("b.csv", "id,t\n4,u\n");
  const auto result = run(
      operator_read_csv,
      {{"path", Opt::list({a, b})}, {"file_column", "from"}, {"row_column", "nr"}}, OnError::kSkip);
  EXPECT_THAT(result.rows, ElementsAre("1|x\ny|" + a + "|1", "2|y|" + a + "|2", "3|z|" + a + "|4",
                                       "4|u|" + b + "|1"));
}

TEST_F(SourceOptionsTest, RowNumbersGoOnOverSplits) {
  std::string text = "id\n";
  for (int i = 1; i <= 400'000; ++i) text += std::to_string(i) + "\n";
  const auto result = run(operator_read_csv, {{"path", folder_.write("a.csv", text)},
                                              {"columns", Opt::map({{"id", "int64"}})},
                                              {"row_column", "nr"}});
  ASSERT_EQ(result.rows.size(), 400'000u);
  for (size_t i = 0; i < result.rows.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    ASSERT_EQ(result.rows[i], number + "|" + number);
  }
}

TEST_F(SourceOptionsTest, JsonLinesSayWhereTheyComeFrom) {
  const std::string path = folder_.write("a.jsonl", "{\"a\":1}\n\n{\"a\":2}\nno\n{\"a\":3}\n");
  const auto result =
      run(operator_read_jsonl, {{"path", path}, {"file_column", "from"}, {"line_column", "line"}},
          OnError::kSkip);
  EXPECT_THAT(result.rows, ElementsAre("1|" + path + "|1", "2|" + path + "|3", "3|" + path + "|5"));
}

TEST_F(SourceOptionsTest, LinesSayWhereTheyComeFrom) {
  const std::string path = folder_.write("a.log", "one\n\xFF\ntwo");
  const auto result =
      run(operator_read_lines, {{"path", path}, {"line_column", "nr"}}, OnError::kSkip);
  EXPECT_THAT(result.rows, ElementsAre("one|1", "two|3"));
}

TEST_F(SourceOptionsTest, InvalidUtf8IsReplacedOnRequest) {
  const std::string csv = folder_.write("a.csv", "n\xE9,t\n1,\"a\xFF\xFE,b\"\n2,\xC3\xA9\n");
  EXPECT_THAT(run(operator_read_csv, {{"path", csv}, {"invalid_utf8", "replace"}}).rows,
              ElementsAre("1|a\uFFFD\uFFFD,b", "2|\u00E9"));
  const std::string lines = folder_.write("a.log", "x\x80\ny\n");
  EXPECT_THAT(run(operator_read_lines, {{"path", lines}, {"invalid_utf8", "replace"}}).rows,
              ElementsAre("x\uFFFD", "y"));
  const std::string json = folder_.write("a.jsonl", "{\"a\":\"x\"}\n{\"a\":\"\xED\xA0\x80\"}\n");
  EXPECT_THAT(run(operator_read_jsonl, {{"path", json}, {"invalid_utf8", "replace"}}).rows,
              ElementsAre("x", "\uFFFD\uFFFD\uFFFD"));
}

TEST_F(SourceOptionsTest, AHeaderThatIsNotUtf8IsAMistakeUnlessReplaced) {
  const std::string csv = folder_.write("a.csv", "n\xE9\n1\n");
  EXPECT_EQ(test::bind(operator_read_csv, csv, nullptr).mistakes.size(), 1u);
  const auto bound = test::bind_ok(operator_read_csv,
                                   Opt::map({{"path", csv}, {"invalid_utf8", "replace"}}), nullptr);
  EXPECT_EQ(bound.output(), Schema({{"n\uFFFD", kInt64Type}}));
}

TEST_F(SourceOptionsTest, MistakesAreReportedWhileBinding) {
  const std::string path = folder_.write("a.csv", "id,t\n1,x\n");
  const auto mistakes = [&](Options options) {
    options.push_back({"path", path});
    return test::bind(operator_read_csv, Opt::map(std::move(options)), nullptr).mistakes;
  };
  EXPECT_THAT(mistakes({{"file_column", "t"}}), ElementsAre("the input has a column 't' [t]"));
  EXPECT_THAT(mistakes({{"row_column", ""}}), ElementsAre("the column needs a name []"));
  EXPECT_THAT(mistakes({{"file_column", "x"}, {"row_column", "x"}}),
              ElementsAre("'file_column' and 'row_column' name the same column [x]"));
}

TEST_F(SourceOptionsTest, OnlyWantedColumnsAreMade) {
  const std::string path = folder_.write("a.csv", "id,t\n1,x\n");
  Diagnostics diagnostics;
  test::OptionDocument document;
  const OptionNode node =
      document.node(Opt::map({{"path", path}, {"file_column", "from"}, {"row_column", "nr"}}));
  const auto values = read_options(operator_read_csv.options, "path", node,
                                   document.scalar("read_csv"), diagnostics);
  const expr::Environment environment;
  const BindContext context{
      {}, std::vector<std::string>{"nr"}, environment, OnError::kFail, diagnostics};
  const auto bound = operator_read_csv.bind(*values, context);
  ASSERT_TRUE(bound);
  EXPECT_EQ(*bound->output, Schema({{"nr", kInt64Type}}));
  fixture_ = std::make_unique<test::OperatorFixture>();
  EXPECT_THAT(test::run_source(*fixture_, *bound).rows, ElementsAre("1"));
}

}  // namespace
}  // namespace leat
