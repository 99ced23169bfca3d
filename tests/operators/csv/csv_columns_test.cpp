// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_columns.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/text/value_format.h"
#include "operators/text/view_store.h"
#include "tests/support/operator_fixture.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

class CsvColumnsTest : public ::testing::Test {
 protected:
  /// Reads `fields`, one a row, as a column of `type`; faults() holds the rows that are wrong.
  std::vector<std::string> read(const Type& type, const std::vector<std::string>& fields,
                                std::vector<std::string> nulls = {""}, CsvDialect dialect = {},
                                const FieldFormat& format = {}) {
    std::string text;
    for (const std::string& field : fields) text += field + "\n";
    BufferRef chunk = *fixture_.memory.allocate(text.size());
    std::copy(text.begin(), text.end(), chunk->mutable_as<char>());
    std::vector<uint32_t> ends{~uint32_t{0}};
    for (const std::string& field : fields)
      ends.push_back(static_cast<uint32_t>(ends.back() + 1 + field.size()));
    const NullWords words(std::move(nulls));
    const auto reader = make_csv_column_reader(type, format, dialect, words, fixture_.memory);
    std::vector<CsvCellFault> faults;
    column_ =
        *reader->read({chunk->as<char>(), ends.data() + 1, 1, fields.size()}, 0, chunk, faults);
    faults_.clear();
    for (const CsvCellFault& fault : faults) {
      EXPECT_EQ(std::string_view(chunk->as<char>() + fault.begin, fault.end - fault.begin),
                fields[fault.row]);
      faults_.push_back(fault.row);
    }
    std::vector<std::string> values;
    for (size_t row = 0; row < fields.size(); ++row)
      values.push_back(test::value_text(*column_, row));
    return values;
  }

  test::OperatorFixture fixture_;
  ColumnRef column_;
  std::vector<uint32_t> faults_;
};

TEST_F(CsvColumnsTest, Int64) {
  EXPECT_THAT(read(kInt64Type, {"1", "-22", "", "\"3\"", "x", "\"\"", "\"y\"", "12345678901"}),
              ElementsAre("1", "-22", "NULL", "3", "NULL", "NULL", "NULL", "12345678901"));
  EXPECT_THAT(faults_, ElementsAre(4, 6));
}

TEST_F(CsvColumnsTest, OtherTypes) {
  EXPECT_THAT(read(kFloat64Type, {"1.5", "none", "\"2.5\"", "1e400", "NaN"}),
              ElementsAre("1.5", "NULL", "2.5", "NULL", "nan"));
  EXPECT_THAT(faults_, ElementsAre(1, 3));
  EXPECT_THAT(
      read(kBoolType, {"true", "0", "", "maybe", "T", "1", "no", "f", "yes"}),
      ElementsAre("true", "false", "NULL", "NULL", "true", "true", "false", "false", "true"));
  EXPECT_THAT(read(kDateType, {"1970-01-02", "\"1970-01-03\""}), ElementsAre("1", "2"));
  EXPECT_THAT(read(kTimestampType, {"1970-01-01T00:00:01", "1970-01-01 00:00:00.000002"}),
              ElementsAre("1000000", "2"));
  EXPECT_THAT(read(Type::decimal(10, 2), {"1.5", "1.255", "1e9"}),
              ElementsAre("150", "NULL", "NULL"));
  EXPECT_THAT(faults_, ElementsAre(1, 2))
      << "digits that the type cannot hold are not rounded away";
}

TEST_F(CsvColumnsTest, OnlyInstantsNameTheirZone) {
  const std::vector<std::string> times{"1970-01-01T00:00:01", "1970-01-01T00:00:01Z",
                                       "1970-01-01 02:00:01+02", "1970-01-01T00:00", "1970-01-02"};
  EXPECT_THAT(read(kTimestampType, times),
              ElementsAre("1000000", "NULL", "NULL", "0", "86400000000"));
  EXPECT_THAT(faults_, ElementsAre(1, 2));
  EXPECT_THAT(read(kTimestampTzType, times),
              ElementsAre("NULL", "1000000", "1000000", "NULL", "NULL"));
  EXPECT_THAT(faults_, ElementsAre(0, 3, 4));
}

TEST_F(CsvColumnsTest, ClocksThatHangSomewhere) {
  const FieldFormat berlin{.zone = expr::TimeZone::find("Europe/Berlin")};
  // The last two: skipped by the clock, and shown twice.
  EXPECT_THAT(read(kTimestampTzType,
                   {"1970-01-01T01:00:01", "1970-01-01T00:00:01Z", "1970-01-01 02:00:01+02",
                    "\"1970-01-02\"", "yesterday", "1980-04-06T02:30:00", "1980-09-28T02:30:00"},
                   {""}, {}, berlin),
              ElementsAre("1000000", "1000000", "1000000", "82800000000", "NULL", "323832600000000",
                          "338952600000000"));
  EXPECT_THAT(faults_, ElementsAre(4));
}

TEST_F(CsvColumnsTest, NullWords) {
  EXPECT_THAT(read(kInt64Type, {"-999", "NA", "", "1"}, {"-999", "NA"}),
              ElementsAre("NULL", "NULL", "NULL", "1"));
  EXPECT_THAT(faults_, ElementsAre(2)) << "the empty field is no NULL word now";
  EXPECT_THAT(read(kUtf8Type, {"NA", "\"NA\"", "", "\"\"", "NAN"}, {"NA"}),
              ElementsAre("NULL", "NA", "", "", "NAN"));
  const std::string longest(100, 'n');
  EXPECT_THAT(read(kUtf8Type, {longest, longest + "n"}, {longest}),
              ElementsAre("NULL", longest + "n"));
}

TEST_F(CsvColumnsTest, TextStaysInTheChunkUnlessItHasEscapes) {
  const std::string exact = "twelve bytes";
  const std::string longer = "thirteen byte";
  EXPECT_THAT(read(kUtf8Type, {"", "\"\"", "a", exact, longer, "\"" + longer + "\"",
                               "\"a \"\"quoted\"\" word\"", "\"\"\"\""}),
              ElementsAre("NULL", "", "a", exact, longer, longer, "a \"quoted\" word", "\""));
  ASSERT_EQ(column_->parts().data.size(), 2u);
  EXPECT_EQ(column_->values<Utf8View>()[5].ref.buffer, 0u);
  EXPECT_EQ(column_->values<Utf8View>()[6].ref.buffer, 1u);
}

TEST_F(CsvColumnsTest, ManyEscapesFillSeveralBuffers) {
  std::vector<std::string> fields;
  std::vector<std::string> expected;
  for (int i = 0; i < 2000; ++i) {
    fields.push_back(fmt::format("\"number \"\"{}\"\" of many\"", i));
    expected.push_back(fmt::format("number \"{}\" of many", i));
  }
  fields.push_back("\"\"\"" + std::string(50'000, 'x') + "\"");
  expected.push_back("\"" + std::string(50'000, 'x'));
  EXPECT_EQ(read(kUtf8Type, fields), expected);
}

TEST_F(CsvColumnsTest, QuotesAreTextInADialectWithoutThem) {
  CsvDialect dialect;
  dialect.quote = 0;
  EXPECT_THAT(read(kUtf8Type, {"\"a\"", ""}, {""}, dialect), ElementsAre("\"a\"", "NULL"));
}

TEST_F(CsvColumnsTest, StoredViewsAreThoseOfTheColumn) {
  std::string text = "abcdefghijklmnopqrstuvwxyz";
  text.append(64, '!');
  for (uint32_t length = 0; length <= 26; ++length) {
    Utf8View view;
    store_view(text.data(), length, 3, 77, &view);
    const Utf8View expected = Utf8View::of(std::string_view(text).substr(0, length), 3, 77);
    EXPECT_EQ(std::memcmp(&view, &expected, sizeof(Utf8View)), 0) << length;
  }
}

TEST_F(CsvColumnsTest, FormatsOfTheirOwn) {
  FieldFormat comma{
      .trim = true, .decimal_separator = ",", .thousands_separator = ".", .strip = {"€", "%"}};
  EXPECT_THAT(
      read(Type::decimal(10, 2),
           {"1.234,5", " 7 ", "", " ", "\"1.000.000,25 €\"", "1.5", "1,555", "-€ 3", "\" 4\""},
           {""}, {}, comma),
      ElementsAre("123450", "700", "NULL", "NULL", "100000025", "NULL", "NULL", "-300", "400"));
  EXPECT_THAT(faults_, ElementsAre(5, 6));
  EXPECT_THAT(read(kFloat64Type, {"12,5 %", "NaN", "1e3", "1.2", ",5"}, {""}, {}, comma),
              ElementsAre("12.5", "nan", "1000", "NULL", "0.5"));
  EXPECT_THAT(faults_, ElementsAre(3));
  EXPECT_THAT(read(kUtf8Type, {" a b ", "\" c \"", "\t", "NA "}, {"NA"}, {}, comma),
              ElementsAre("a b", " c ", "", "NULL"));
  const FieldFormat words{.words = {{"ja", true}, {"nein", false}}};
  EXPECT_THAT(read(kBoolType, {"ja", "Nein", "true", "", "\"JA\""}, {""}, {}, words),
              ElementsAre("true", "false", "NULL", "NULL", "true"));
  EXPECT_THAT(faults_, ElementsAre(2));
}

TEST_F(CsvColumnsTest, TimesInAFormOfTheirOwn) {
  std::string wrong;
  const FieldFormat day{.time = TimeForm{"%d.%m.%Y", *expr::TimeFormat::parse("%d.%m.%Y", wrong)}};
  EXPECT_THAT(
      read(kDateType, {"02.01.1970", "31.12.1969", "1970-01-02", "\"01.01.1970\""}, {""}, {}, day),
      ElementsAre("1", "-1", "NULL", "0"));
  EXPECT_THAT(faults_, ElementsAre(2));
  EXPECT_THAT(read(kTimestampType, {"01.01.1970", "32.01.1970"}, {""}, {}, day),
              ElementsAre("0", "NULL"));
  const FieldFormat time{.time = TimeForm{"%Y%m%d%H", *expr::TimeFormat::parse("%Y%m%d%H", wrong)}};
  EXPECT_THAT(read(kDateType, {"1970010200", "1970010201"}, {""}, {}, time),
              ElementsAre("1", "NULL"));
}

}  // namespace
}  // namespace leat::io
