// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The operator: options, types and what becomes of lines that do not fit. Formats are tested in
// tests/operators/csv/log_formats_test.cpp.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_log;

namespace {

using test::Opt;
using ::testing::ElementsAre;

class ReadLogTest : public ::testing::Test {
 protected:
  test::Run run(std::vector<std::pair<std::string, Opt>> options,
                OnError on_error = OnError::kFail) {
    const test::Binding binding =
        test::bind_ok(operator_read_log, Opt::map(std::move(options)), nullptr);
    if (!binding.bound) return {};
    fixture_ = std::make_unique<test::OperatorFixture>(size_t{1} << 30, on_error);
    return test::run_source(*fixture_, *binding.bound);
  }
  std::vector<std::string> mistakes_of(std::vector<std::pair<std::string, Opt>> options) {
    options.emplace_back("path", folder_.write("m.log", "x\n"));
    return test::bind(operator_read_log, Opt::map(std::move(options)), nullptr).mistakes;
  }

  test::TempDir folder_;
  std::unique_ptr<test::OperatorFixture> fixture_;
};

TEST_F(ReadLogTest, TypedColumnsAndLinesThatDoNotFit) {
  const std::string path =
      folder_.write("a.log",
                    "h - - [01/Jan/1970:01:00:00 +0100] \"GET / HTTP/1.1\" 200 -\nbroken\n\n"
                    "h - - [32/Jan/1970:01:00:00 +0100] \"GET / HTTP/1.1\" 200 5\n"
                    "h - - [01/Jan/1970:00:00:01 +0000] \"-\" 408 0\n");
  const auto result = run({{"path", path}, {"format", "common"}}, OnError::kSkip);
  EXPECT_THAT(result.rows, ElementsAre("h|NULL|NULL|0|GET / HTTP/1.1|GET|/|HTTP/1.1|200|NULL",
                                       "h|NULL|NULL|1000000|NULL|NULL|NULL|NULL|408|0"));
  ASSERT_EQ(fixture_->faults.absorbed().size(), 2u);
  EXPECT_EQ(test::text_of(fixture_->faults.absorbed()[0]),
            "the line is not of the format 'common' @ a.log:2:1");
  EXPECT_TRUE(test::text_of(fixture_->faults.absorbed()[1]).ends_with("@ a.log:4:8"))
      << test::text_of(fixture_->faults.absorbed()[1]);
}

TEST_F(ReadLogTest, Logfmt) {
  const std::string path = folder_.write("a.log", "level=info ms=1.5\nms=x\nmsg=\"a b\" ms=2\n");
  const Opt columns = Opt::map({{"ms", "float64"}, {"msg", "utf8"}});
  const auto result =
      run({{"path", path}, {"format", "logfmt"}, {"columns", columns}}, OnError::kSkip);
  EXPECT_THAT(result.rows, ElementsAre("1.5|NULL", "2|a b"));
  EXPECT_EQ(test::text_of(fixture_->faults.absorbed().at(0)),
            "'x' in column 'ms' is not a float64 @ a.log:2:4");
}

TEST_F(ReadLogTest, HeadersOfCloudfrontAreNoRows) {
  std::string line = "1970-01-01\t00:00:01\tLAX1\t392";
  for (int i = 0; i < 29; ++i) line += "\t-";
  const std::string path =
      folder_.write("a.log", "#Version: 1.0\n#Fields: date time\n" + line + "\n");
  const auto result = run({{"path", path}, {"format", "cloudfront"}});
  ASSERT_EQ(result.rows.size(), 1u);
  EXPECT_TRUE(result.rows[0].starts_with("1000000|LAX1|392|NULL|")) << result.rows[0];
}

TEST_F(ReadLogTest, ColumnsAreOfLogfmtOnly) {
  EXPECT_THAT(mistakes_of({{"format", "logfmt"}}),
              ElementsAre("lines of 'logfmt' have any keys, so 'columns' must name those to read "
                          "[logfmt]"));
  EXPECT_EQ(mistakes_of({{"format", "combined"}, {"columns", Opt::map({{"a", "utf8"}})}}).size(),
            1u);
}

}  // namespace
}  // namespace leat
