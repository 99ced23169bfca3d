// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What becomes of tables of fields; the whole way from text is tested in csv_decoder_test.cpp and
// line_source_test.cpp.
#include "operators/csv/row_decoder.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/codes/data.h"
#include "operators/input/line_splitter.h"
#include "tests/operators/input/source_run.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

/// Two columns of the text "1|x\n2|y\nz|z\n4|w\n", an integer and a text.
class RowDecoderTest : public ::testing::Test {
 protected:
  RowDecoderTest() {
    auto format = std::make_shared<CsvFormat>();
    format->columns = {{{"n", kInt64Type}, 0}, {{"t", kUtf8Type}, 1}};
    format->schema = test::make_schema({{"n", kInt64Type}, {"t", kUtf8Type}});
    format_ = std::move(format);
    split_.index = 5;
    split_.input = std::make_shared<Input>(Input{"a.txt"});
    split_.chunk = *fixture_.memory.allocate(kText.size());
    std::copy(kText.begin(), kText.end(), split_.chunk->mutable_as<char>());
    split_.end = static_cast<uint32_t>(kText.size());
  }

  /// Emits all rows, `faulty` of them as records without fields.
  test::Run run(std::vector<uint32_t> faulty, const CsvLayout* layout = nullptr) {
    const uint32_t ends[] = {~uint32_t{0}, 1, 3, 5, 7, 9, 11, 13, 15};
    RowDecoder decoder(format_, fixture_.lane());
    test::CollectingOutput output(fixture_.ledger);
    decoder.begin(split_, make_line_origin(split_, EmptyLines::kAreRows), layout, output);
    for (const uint32_t row : faulty)
      decoder.records().push_back({row, Error(code::kNotOfType, ErrorCode::kData, "bad")});
    const Status status = decoder.emit({split_.chunk->as<char>(), ends + 1, 2, 4});
    return test::finish_run(output, status);
  }

  static constexpr std::string_view kText = "1|x\n2|y\nz|z\n4|w\n";
  test::OperatorFixture fixture_{size_t{1} << 20, OnError::kSkip};
  std::shared_ptr<const CsvFormat> format_;
  Split split_;
};

TEST_F(RowDecoderTest, FaultyFieldsAndRecordsAreLeftOut) {
  const test::Run result = run({3});
  EXPECT_THAT(result.rows, ElementsAre("1|x", "2|y"));
  EXPECT_THAT(result.ids, ElementsAre(Ordinal(5, 0), Ordinal(5, 1)));
  ASSERT_EQ(fixture_.faults.absorbed().size(), 2u);
  EXPECT_EQ(test::text_of(fixture_.faults.absorbed()[0]),
            "'z' in column 'n' is not an int64 @ a.txt:3:1");
  EXPECT_EQ(fixture_.faults.absorbed()[1].message, "bad");
}

TEST_F(RowDecoderTest, ColumnsThatAnInputDoesNotHaveAreNull) {
  const CsvLayout layout{2, {CsvLayout::kAbsent, 0}};
  EXPECT_THAT(run({}, &layout).rows, ElementsAre("NULL|1", "NULL|2", "NULL|z", "NULL|4"));
}

}  // namespace
}  // namespace leat::io
