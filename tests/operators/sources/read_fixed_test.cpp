// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_fixed;

namespace {

using test::Opt;
using ::testing::ElementsAre;

class ReadFixedTest : public ::testing::Test {
 protected:
  test::Run run(std::vector<std::pair<std::string, Opt>> options,
                OnError on_error = OnError::kFail) {
    const test::Binding binding =
        test::bind_ok(operator_read_fixed, Opt::map(std::move(options)), nullptr);
    if (!binding.bound) return {};
    schema_.clear();
    for (const Field& field : binding.bound->output->fields())
      schema_.push_back(field.name + " " + to_string(field.type));
    fixture_ = std::make_unique<test::OperatorFixture>(size_t{1} << 30, on_error);
    return test::run_source(*fixture_, *binding.bound);
  }
  std::vector<std::string> mistakes_of(Opt columns) {
    return test::bind(operator_read_fixed,
                      Opt::map({{"path", folder_.write("m.txt", "x\n")}, {"columns", columns}}),
                      nullptr)
        .mistakes;
  }

  test::TempDir folder_;
  std::unique_ptr<test::OperatorFixture> fixture_;
  std::vector<std::string> schema_;
};

TEST_F(ReadFixedTest, FieldsStandAtPositions) {
  const std::string path = folder_.write("a.txt",
                                         "00000001Ann     20260131\n"
                                         "00000002        20260201\r\n"
                                         "\n"
                                         "00000003 Bob C. 20260301");
  const Opt columns =
      Opt::map({{"id", "1-8"},
                {"name", "9-16"},
                {"day", Opt::map({{"at", "17-24"}, {"type", "date"}, {"format", "%Y%m%d"}})}});
  EXPECT_THAT(run({{"path", path}, {"columns", columns}}).rows,
              ElementsAre("00000001|Ann|20484", "00000002|NULL|20485", "00000003|Bob C.|20513"));
  EXPECT_THAT(schema_, ElementsAre("id utf8", "name utf8", "day date"));
}

TEST_F(ReadFixedTest, PositionsCountCharacters) {
  const std::string path = folder_.write("a.txt", "Müller 1\nJosé   2\nAnn    3\n");
  EXPECT_THAT(
      run({{"path", path}, {"columns", Opt::map({{"name", "1-6"}, {"n", "8"}, {"rest", "7-7"}})}})
          .rows,
      ElementsAre("Müller|1|NULL", "José|2|NULL", "Ann|3|NULL"));
  EXPECT_THAT(schema_, ElementsAre("name utf8", "n int64", "rest utf8"));
}

TEST_F(ReadFixedTest, ShortLinesByPolicy) {
  const std::string path = folder_.write("a.txt", "abc12\nde\nfgh3\n");
  const Opt columns = Opt::map({{"a", "1-3"}, {"n", "4-5"}});
  const auto skipped = run({{"path", path}, {"columns", columns}}, OnError::kSkip);
  EXPECT_THAT(skipped.rows, ElementsAre("abc|12"));
  ASSERT_EQ(fixture_->faults.absorbed().size(), 2u);
  EXPECT_EQ(test::text_of(fixture_->faults.absorbed()[0]),
            "the line has 2 characters, the columns need 5 @ a.txt:2:3");
  EXPECT_THAT(run({{"path", path}, {"columns", columns}, {"ragged", "pad"}}).rows,
              ElementsAre("abc|12", "de|NULL", "fgh|3"));
}

TEST_F(ReadFixedTest, OpenRangesNullsSkippedLinesAndNumbers) {
  const std::string path = folder_.write("a.txt", "ruler\n1.5   -   the rest, all of it\n");
  EXPECT_THAT(run({{"path", path},
                   {"columns", Opt::map({{"x", "1-6"}, {"none", "7-10"}, {"note", "11-"}})},
                   {"nulls", "-"},
                   {"skip", "1"},
                   {"decimal_separator", ","}})
                  .rows,
              ElementsAre("1.5|NULL|the rest, all of it"));
  EXPECT_THAT(schema_, ElementsAre("x utf8", "none utf8", "note utf8"))
      << "1.5 is no number beside a decimal comma";
}

TEST_F(ReadFixedTest, RangesThatAreNone) {
  EXPECT_THAT(
      mistakes_of(Opt::map({{"a", "1-8"}, {"b", "5-12"}, {"c", "20-"}, {"d", "30"}})),
      ElementsAre("'b' at 5-12 overlaps 'a' at 1-8 [5-12]", "'d' at 30 overlaps 'c' at 20- [30]"));
  EXPECT_THAT(
      mistakes_of(Opt::map({{"a", "8-1"}, {"b", "0-3"}, {"c", "x"}, {"d", "-4"}})),
      ElementsAre("the range 8-1 runs backwards [8-1]", "there is no position 0 [0-3]",
                  "'x' is no range of positions [x]", "'-4' is no range of positions [-4]"));
  EXPECT_THAT(mistakes_of(Opt::map({{"a", "1-99999999999999999999"}})),
              ElementsAre("'1-99999999999999999999' is no range of positions "
                          "[1-99999999999999999999]"));
  EXPECT_EQ(mistakes_of(Opt::map({{"a", Opt::map({{"type", "date"}})}})).size(), 1u);
}

}  // namespace
}  // namespace leat
