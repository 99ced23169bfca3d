// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a window's records become; csv_decoder_test compares all of it with the simple parser.
#include "operators/csv/csv_rows.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

class CsvRowsTest : public ::testing::Test {
 protected:
  /// The rows of `text` as text, `-` for an absent field.
  std::vector<std::string> arrange(const std::string& text, const CsvShape& shape) {
    split_ = Split();
    split_.input = std::make_shared<Input>(Input{"x.csv", 0});
    split_.chunk = *fixture_.memory.allocate(text.size());
    std::copy(text.begin(), text.end(), split_.chunk->mutable_as<char>());
    split_.end = static_cast<uint32_t>(text.size());
    CsvIndex index(shape.dialect, fixture_.memory);
    index.begin(split_);
    CsvWindow window;
    EXPECT_TRUE(*index.next(window));
    CsvRowTable table(shape, fixture_.memory);
    PlaceCursor places(split_);
    std::vector<CsvRowFault> found;
    const CsvRows rows = *table.arrange(split_, window, places, found);
    ignored_ = table.ignored();
    stride_ = rows.stride;
    faults_.clear();
    for (const CsvRowFault& fault : found)
      faults_.push_back(fmt::format("{}: {}", fault.row, test::text_of(fault.error)));
    std::vector<std::string> shown;
    for (size_t row = 0; row < rows.rows; ++row) {
      std::string record;
      for (size_t f = 0; f < shape.columns; ++f) {
        const uint32_t* const end = rows.ends + row * rows.stride + rows.field(f);
        const uint32_t begin = end[-1] + 1;
        record += (f == 0 ? "" : "|") +
                  (*end + 1 == begin ? "-" : std::string(rows.text + begin, *end - begin));
      }
      shown.push_back(record);
    }
    return shown;
  }

  test::OperatorFixture fixture_;
  Split split_;
  std::vector<std::string> faults_;
  size_t ignored_ = 0;
  size_t stride_ = 0;
};

TEST_F(CsvRowsTest, RegularRecordsAreTakenAsTheyAre) {
  EXPECT_THAT(arrange("a,b\n,\n\"x\",y", {{}, 2}), ElementsAre("a|b", "|", "\"x\"|y"));
  EXPECT_EQ(stride_, 2u) << "nothing was rewritten";
  EXPECT_EQ(ignored_, 0u);
}

TEST_F(CsvRowsTest, CarriageReturnsAreNotPartOfFields) {
  EXPECT_THAT(arrange("a,b\r\nc,\"d\"\r\ne,f\n", {{}, 2}), ElementsAre("a|b", "c|\"d\"", "e|f"));
  EXPECT_THAT(faults_, ElementsAre());
}

TEST_F(CsvRowsTest, RecordsThatLineUpByChanceAreStillChecked) {
  EXPECT_THAT(arrange("a\nb\nc,d\n", {{}, 2}), ElementsAre("-|-", "-|-", "c|d"));
  EXPECT_THAT(faults_, ElementsAre("0: expected 2 fields, found 1 @ x.csv:1:2",
                                   "1: expected 2 fields, found 1 @ x.csv:2:2"));
  EXPECT_THAT(arrange("a,b,c\nd\n", {{}, 2}), ElementsAre("-|-", "-|-"));
}

TEST_F(CsvRowsTest, EmptyLinesAndCommentsAreNoRows) {
  CsvShape shape{{}, 2};
  shape.dialect.comment = '#';
  EXPECT_THAT(arrange("\n#x,y,z\na,b\n\r\n", shape), ElementsAre("a|b"));
  EXPECT_EQ(ignored_, 3u);
  EXPECT_THAT(arrange("\na\n", {{}, 1}), ElementsAre("", "a"));
  EXPECT_EQ(ignored_, 0u);
}

TEST_F(CsvRowsTest, ShortRecordsCanBePadded) {
  EXPECT_THAT(arrange("a\nb,c,d\ne,f\n", {{}, 3, {.pads = true}}),
              ElementsAre("a|-|-", "b|c|d", "e|f|-"));
  EXPECT_THAT(faults_, ElementsAre());
}

TEST_F(CsvRowsTest, LongRecordsCanBeTruncated) {
  EXPECT_THAT(arrange("a\nb,c,d\ne,f\n", {{}, 2, {.truncates = true}}),
              ElementsAre("-|-", "b|c", "e|f"));
  EXPECT_THAT(faults_, ElementsAre("0: expected 2 fields, found 1 @ x.csv:1:2"));
  EXPECT_THAT(arrange("a\nb,c,d\ne,f\n", {{}, 2, {.pads = true, .truncates = true}}),
              ElementsAre("a|-", "b|c", "e|f"));
  EXPECT_THAT(faults_, ElementsAre());
}

TEST_F(CsvRowsTest, DelimitersOfSeveralBytes) {
  CsvShape shape{{.long_delimiter = "||"}, 3, {.pads = true}};
  EXPECT_THAT(arrange("a||b|c||d\r\n||\"x||y\"\ne|||f||\n", shape),
              ElementsAre("a|b|c|d", "|\"x||y\"|-", "e||f|"));
  EXPECT_THAT(faults_, ElementsAre());
  arrange("a||b||c||d\n", shape);
  EXPECT_THAT(faults_, ElementsAre("0: expected 3 fields, found 4 @ x.csv:1:10"));
}

TEST_F(CsvRowsTest, OneFieldIsNotFields) {
  arrange("a,b\n", {{}, 1});
  EXPECT_THAT(faults_, ElementsAre("0: expected 1 field, found 2 @ x.csv:1:3"));
}

}  // namespace
}  // namespace leat::io
