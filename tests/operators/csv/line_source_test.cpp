// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/line_source.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/codes/data.h"
#include "operators/input_choice.h"
#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using test::Opt;
using ::testing::ElementsAre;

/// A number, and the rest behind a blank if there is one.
class NumberAndRest final : public LineShape {
 public:
  size_t fields() const override { return 2; }
  std::optional<LineFault> take(std::string_view line, std::string_view* fields) const override {
    if (line[0] == '!') return LineFault{code::kBadRecord, 1, "no"};
    const size_t blank = line.find(' ');
    fields[0] = line.substr(0, blank);
    fields[1] = blank == std::string_view::npos ? std::string_view() : line.substr(blank + 1);
    return std::nullopt;
  }
};

LineFormat format_of(std::vector<CsvColumn> columns, uint64_t skip = 0) {
  LineFormat format;
  format.shape = std::make_shared<NumberAndRest>();
  format.reading.dialect = {.delimiter = 0, .quote = 0};
  format.reading.preamble.skip_lines = skip;
  format.columns = std::move(columns);
  return format;
}

std::optional<BoundOperator> bind(const OptionValues& options, const BindContext& context) {
  return LineSourceBinder(options, context)
      .bind(format_of({{{"n", kInt64Type}, 0}, {{"rest", kUtf8Type}, 1}}, 1));
}

constexpr OptionDef kOptions[] = {
    {.name = "path", .type = OptionType::kTextList, .doc = "Path."},
    kEncodingOption,
    kFileColumnOption,
    {.name = "row_column", .doc = kRowColumnDoc},
    kInvalidUtf8Option,
    kMaxRecordOption,
    kChunkOption,
    kMaxExpansionOption,
    kExcludeOption,
    kNewerThanOption,
    kIfMissingOption,
    kFolderColumnsOption,
};
constexpr OperatorDef kDefinition{.name = "read_test",
                                  .kind = OperatorKind::kSource,
                                  .summary = "",
                                  .doc = "",
                                  .example = "",
                                  .main_option = "path",
                                  .options = kOptions,
                                  .bind = bind};

class LineSourceTest : public ::testing::Test {
 protected:
  test::Run run(std::vector<std::pair<std::string, Opt>> options,
                OnError on_error = OnError::kFail) {
    const test::Binding binding = test::bind_ok(kDefinition, Opt::map(std::move(options)), nullptr);
    fixture_ = std::make_unique<test::OperatorFixture>(size_t{1} << 30, on_error);
    return test::run_source(*fixture_, *binding.bound);
  }

  test::TempDir folder_;
  std::unique_ptr<test::OperatorFixture> fixture_;
};

TEST_F(LineSourceTest, RowsWhateverTheChunk) {
  std::string text = "header\n";
  std::vector<std::string> expected;
  for (int i = 0; i < 20'000; ++i) {
    text += std::to_string(i) + (i % 3 == 0 ? "" : " a b") + (i % 5 == 0 ? "\r\n\n" : "\n");
    expected.push_back(std::to_string(i) + (i % 3 == 0 ? "|NULL|" : "|a b|") +
                       std::to_string(i + 1));
  }
  const std::string path = folder_.write("a.txt", text);
  EXPECT_EQ(run({{"path", path}, {"row_column", "nr"}}).rows, expected);
  EXPECT_EQ(run({{"path", path}, {"row_column", "nr"}, {"chunk", "1KiB"}}).rows, expected);
}

TEST_F(LineSourceTest, FaultsHaveTheirPlaces) {
  const std::string path = folder_.write("a.txt", "h\n1 x\n\n! \nx y\n4 \xFF\n5 z\n");
  const auto skipped = run({{"path", path}}, OnError::kSkip);
  EXPECT_THAT(skipped.rows, ElementsAre("1|x", "5|z"));
  std::vector<std::string> faults;
  for (const Error& error : fixture_->faults.absorbed()) faults.push_back(test::text_of(error));
  EXPECT_THAT(faults, ElementsAre("no @ a.txt:4:2", "'x' in column 'n' is not an int64 @ a.txt:5:1",
                                  "the byte 0xFF is not valid UTF-8 @ a.txt:6:3"));
  const auto failed = run({{"path", path}});
  EXPECT_THAT(failed.rows, ElementsAre("1|x"));
  EXPECT_EQ(test::text_of(*failed.error), "no @ a.txt:4:2");
}

TEST_F(LineSourceTest, FieldsAreShownToSniffers) {
  const Inputs inputs = test::inputs_of(
      {folder_.write("a.txt", "h 1\n1 2026-01-31\n!\n"), folder_.write("b.txt", "h\n2.5\n9 x")});
  std::vector<TypeSniffer> sniffers;
  sample_lines(inputs, format_of({}, 1), 2, sniffers);
  ASSERT_EQ(sniffers.size(), 2u);
  EXPECT_EQ(to_string(sniffers[0].type()), "float64");
  EXPECT_EQ(to_string(sniffers[1].type()), "date") << "the third row is not looked at";
}

}  // namespace
}  // namespace leat::io
