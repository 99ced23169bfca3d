// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/input/line_splitter.h"
#include "tests/operators/input/source_run.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_lines;

namespace {

using test::Opt;
using ::testing::ElementsAre;

class ReadLinesTest : public ::testing::Test {
 protected:
  test::Run run(const Opt& options, OnError on_error = OnError::kFail) {
    const test::Binding binding = test::bind_ok(operator_read_lines, options, nullptr);
    fixture_ = std::make_unique<test::OperatorFixture>(size_t{1} << 30, on_error);
    return test::run_source(*fixture_, *binding.bound);
  }

  test::TempDir folder_;
  std::unique_ptr<test::OperatorFixture> fixture_;
};

TEST_F(ReadLinesTest, EveryLineIsARow) {
  EXPECT_THAT(run(folder_.write("a.log", "one\r\n\ntwo, \"2\"\n\nlast")).rows,
              ElementsAre("one", "", "two, \"2\"", "", "last"));
  EXPECT_THAT(run(folder_.write("a.log", "")).rows, ElementsAre());
  EXPECT_THAT(run(folder_.write("a.log", "\n")).rows, ElementsAre(""));
}

TEST_F(ReadLinesTest, RecordsOfSeveralLinesWhateverTheChunk) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 20; ++round) {
    std::vector<std::string> expected;
    std::string text;
    for (size_t i = random() % 200; i > 0; --i) {
      std::string record =
          fmt::format("2025-01-{:02}{}", 1 + i % 28, std::string(random() % 30, 'a'));
      for (size_t lines = random() % 4; lines > 0; --lines)
        record += "\n" + std::string(random() % 3, ' ') + std::string(random() % 20, '2');
      text += record + "\n";
      expected.push_back(record);
    }
    const std::string path = folder_.write("a.log", text);
    for (const char* const chunk : {"1KiB", "2MiB"}) {
      const auto result = run(Opt::map({{"path", path},
                                        {"chunk", chunk},
                                        {"starts_with", "%{TIMESTAMP:x}|\\d{4}-"},
                                        {"patterns", Opt::map({{"TIMESTAMP", "\\d{4}-\\d\\d"}})}}));
      ASSERT_EQ(result.rows, expected);
    }
  }
}

TEST_F(ReadLinesTest, ALineWithoutABeginningBeforeItIsARecord) {
  const std::string path = folder_.write("a.log", "x\n y\n2 a\r\n b\r\n\xFF\n3\n");
  const auto skipped = run(
      Opt::map({{"path", path}, {"starts_with", "\\d"}, {"line_column", "nth"}}), OnError::kSkip);
  EXPECT_THAT(skipped.rows, ElementsAre("x\n y|1", "3|3"));
}

TEST_F(ReadLinesTest, AStartThatIsNoPattern) {
  const std::string path = folder_.write("a.log", "x\n");
  EXPECT_THAT(
      test::bind(operator_read_lines, Opt::map({{"path", path}, {"starts_with", "("}}), nullptr)
          .mistakes,
      ElementsAre("the pattern is not a regular expression: missing ): ( [(]"));
}

TEST_F(ReadLinesTest, NamesItsColumn) {
  const std::string path = folder_.write("a.log", "x\n");
  EXPECT_EQ(test::bind_ok(operator_read_lines, path, nullptr).output(),
            Schema({{"line", kUtf8Type}}));
  EXPECT_EQ(
      test::bind_ok(operator_read_lines, Opt::map({{"path", path}, {"column", "text"}}), nullptr)
          .output(),
      Schema({{"text", kUtf8Type}}));
  EXPECT_THAT(
      test::bind(operator_read_lines, Opt::map({{"path", path}, {"column", ""}}), nullptr).mistakes,
      ElementsAre("the column needs a name []"));
}

TEST_F(ReadLinesTest, ManyLinesFillManyBatches) {
  std::string text;
  std::vector<std::string> expected;
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int i = 0; i < 30'000; ++i) {
    expected.push_back(std::string(random() % 40, 'a') + std::to_string(i));
    text += expected.back() + (i % 5 == 0 ? "\r\n" : "\n");
  }
  const auto result = run(folder_.write("a.log", text));
  EXPECT_EQ(result.rows, expected);
  for (size_t i = 0; i < result.ids.size(); ++i) ASSERT_EQ(result.ids[i], Ordinal(0, i));
}

TEST_F(ReadLinesTest, LinesThatAreNotUtf8AreFaults) {
  const std::string path = folder_.write("a.log",
                                         "ok\nb\xE9"
                                         "d\n\xC3\xA9\n\xFF\n");
  const auto skipped = run(path, OnError::kSkip);
  EXPECT_THAT(skipped.rows, ElementsAre("ok", "\xC3\xA9"));
  EXPECT_EQ(fixture_->faults.absorbed().size(), 2u);
  const auto failed = run(path);
  EXPECT_THAT(failed.rows, ElementsAre("ok"));
  EXPECT_EQ(test::text_of(*failed.error), "the byte 0xE9 is not valid UTF-8 @ a.log:2:2");
}

TEST_F(ReadLinesTest, NobodyReadingTheLineStillCountsIt) {
  test::OptionDocument document;
  Diagnostics diagnostics;
  const SourceText key = document.scalar("read_lines");
  const auto options =
      read_options(operator_read_lines.options, "path",
                   document.node(Opt(folder_.write("a.log", "a\nb\n"))), key, diagnostics);
  const expr::Environment environment;
  const BindContext context{
      {}, std::vector<std::string>{}, environment, OnError::kFail, diagnostics};
  const auto bound = operator_read_lines.bind(*options, context);
  test::OperatorFixture fixture;
  EXPECT_EQ(test::run_source(fixture, *bound).rows.size(), 2u);
}

}  // namespace
}  // namespace leat
