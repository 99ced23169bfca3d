// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The whole way from bytes to rows, against the simple parser: any text, any dialect, any chunk.
#include "operators/csv/csv_decoder.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/csv/csv_splitter.h"
#include "tests/operators/csv/csv_reference.h"
#include "tests/operators/input/source_run.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Decoded {
  std::vector<std::string> rows;
  std::vector<TextPlace> places;  ///< Of each row, from its origin.
  std::vector<std::string> raws;
  std::vector<std::string> faults;
  std::optional<Error> error;
};

/// A format of text columns.
CsvFormat text_format(const CsvDialect& dialect, size_t columns, Ragged ragged = {}) {
  CsvFormat format;
  format.shape = {dialect, columns, ragged};
  std::vector<Field> fields;
  for (size_t i = 0; i < columns; ++i) {
    fields.push_back({fmt::format("c{}", i), kUtf8Type});
    format.columns.push_back({fields.back(), i});
  }
  format.schema = std::make_shared<const Schema>(std::move(fields));
  return format;
}

class CsvDecoderTest : public ::testing::Test {
 protected:
  Decoded decode(const std::string& text, const CsvFormat& format, size_t chunk = 4096,
                 OnError on_error = OnError::kSkip) {
    test::OperatorFixture fixture(size_t{1} << 30, on_error);
    const auto inputs = test::inputs_of({folder_.write("x.csv", text)});
    RecordSplitter splitter(
        inputs,
        std::make_unique<CsvFinder>(format.shape.dialect, CsvPreamble{0, false, {}, {}},
                                    format.shape.columns),
        fixture.memory, {chunk, kMaxRecordDefault});
    const test::Splits splits = test::run_splitter(splitter);
    EXPECT_FALSE(splits.error);
    CsvDecoder decoder(std::make_shared<const CsvFormat>(format), fixture.lane());
    test::CollectingOutput output(fixture.ledger);
    Decoded decoded;
    for (const Split& split : splits.splits) {
      if (const Status status = decoder.decode(split, output); !status) {
        decoded.error = status.error();
        break;
      }
    }
    decoded.rows = output.rows;
    for (const Batch& batch : output.batches) {
      for (size_t i = 0; i < batch.rows(); ++i) {
        decoded.places.push_back(batch.places().origin->locate(batch.ordinal(i).row()));
        decoded.raws.push_back(batch.places().origin->raw(batch.ordinal(i).row()));
      }
    }
    for (const Error& error : fixture.faults.absorbed())
      decoded.faults.push_back(test::text_of(error));
    EXPECT_TRUE(decoded.error ||
                fixture.ledger[Counter::kRead] == decoded.rows.size() + decoded.faults.size());
    return decoded;
  }

  test::TempDir folder_;
};

/// What the simple parser makes of `text`: rows as text, their lines, and the kinds of faults.
struct Expected {
  std::vector<std::string> rows;
  std::vector<uint64_t> lines;
  std::vector<std::string> faults;
};

Expected expect(const std::string& text, const CsvFormat& format) {
  Expected expected;
  const size_t columns = format.shape.columns;
  for (const auto& record : test::ReferenceParser(text, format.shape.dialect).parse()) {
    if (record.empty_line && columns > 1) continue;
    const size_t fields = record.fields.size();
    const bool counts = fields == columns || (fields < columns ? format.shape.ragged.pads
                                                               : format.shape.ragged.truncates);
    if (record.junk || record.unclosed || !counts) {
      expected.faults.push_back(record.junk       ? "text after a closing quote"
                                : record.unclosed ? "never closed"
                                                  : fmt::format("found {}", fields));
      continue;
    }
    std::string row;
    for (size_t i = 0; i < columns; ++i) {
      const bool null = i >= fields || (record.fields[i].value.empty() && !record.fields[i].quoted);
      row += (i == 0 ? "" : "|") + (null ? "NULL" : record.fields[i].value);
    }
    expected.rows.push_back(std::move(row));
    expected.lines.push_back(record.line);
  }
  return expected;
}

TEST_F(CsvDecoderTest, AnyTextAnyDialectAnyChunkEqualsTheSimpleParser) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  std::vector<CsvDialect> dialects(8);
  dialects[1].quote = 0;
  dialects[2].escape = '\\';
  dialects[3].comment = '#';
  dialects[4].delimiter = ';';
  dialects[5].long_delimiter = "||";
  dialects[6].long_delimiter = "==|";
  dialects[7] = {.comment = '#', .long_delimiter = ";;;"};
  for (int round = 0; round < 240; ++round) {
    const CsvDialect& dialect = dialects[static_cast<size_t>(round) % dialects.size()];
    const CsvFormat format =
        text_format(dialect, 1 + random() % 4, Ragged{random() % 3 == 0, random() % 3 == 0});
    const std::string text = test::random_csv_soup(random, dialect, 1 + random() % 400);
    const Expected expected = expect(text, format);
    for (const size_t chunk : {16, 31, 64, 100, 1000, 4096}) {
      const Decoded decoded = decode(text, format, chunk);
      if (!expected.faults.empty() && expected.faults.back() == "never closed") {
        // No row that could be set aside: those before it came out, or a part of them.
        ASSERT_TRUE(decoded.error) << text;
        ASSERT_THAT(decoded.error->message, HasSubstr("never closed")) << text;
        ASSERT_LE(decoded.rows.size(), expected.rows.size()) << text;
        continue;
      }
      ASSERT_FALSE(decoded.error);
      ASSERT_EQ(decoded.rows, expected.rows) << "chunk " << chunk << "\n" << text;
      ASSERT_EQ(decoded.faults.size(), expected.faults.size()) << text;
      for (size_t i = 0; i < expected.faults.size(); ++i)
        ASSERT_THAT(decoded.faults[i], HasSubstr(expected.faults[i])) << text;
      for (size_t i = 0; i < expected.lines.size(); ++i)
        ASSERT_EQ(decoded.places[i].line, expected.lines[i]) << text;
    }
  }
}

TEST_F(CsvDecoderTest, WellFormedTextComesBackWhateverTheChunk) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 60; ++round) {
    const size_t columns = 1 + random() % 5;
    const CsvFormat format = text_format({}, columns);
    const char* const newline = round % 2 ? "\n" : "\r\n";
    std::string text;
    std::vector<std::string> rows;
    for (size_t i = random() % 200; i > 0; --i) {
      std::string row;
      std::string value;
      std::string record;
      for (size_t f = 0; f < columns; ++f) {
        const std::string field = test::random_csv_field(random, {}, value);
        record += (f == 0 ? "" : ",") + field;
        row += (f == 0 ? "" : "|") + (field.empty() ? "NULL" : value);
      }
      text += record + (i == 1 && round % 3 == 0 ? "" : newline);
      if (record.empty() && (columns > 1 || (i == 1 && round % 3 == 0))) continue;
      rows.push_back(row);
    }
    for (const size_t chunk : {16, 100, 4096}) {
      const Decoded decoded = decode(text, format, chunk, OnError::kFail);
      ASSERT_FALSE(decoded.error) << decoded.error->message << "\n" << text;
      ASSERT_EQ(decoded.rows, rows) << text;
    }
  }
}

TEST_F(CsvDecoderTest, BatchesHoldAtMostTheirMaximumAndAllRows) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += fmt::format("{}\n", i);
  const Decoded decoded = decode(text, text_format({}, 1), size_t{64} << 10);
  ASSERT_EQ(decoded.rows.size(), 20'000u);
  for (int i = 0; i < 20'000; ++i)
    ASSERT_EQ(decoded.rows[static_cast<size_t>(i)], fmt::format("{}", i));
}

TEST_F(CsvDecoderTest, FaultsSayWhere) {
  const CsvFormat format = text_format({}, 3);
  const Decoded decoded =
      decode("a,b,c\na,b\n\"x\ny\",b,\"c\"d\na,b,c,d\n\na,b\xE9,c\na,b,c\nq,\"r", format);
  EXPECT_THAT(decoded.faults, ElementsAre("expected 3 fields, found 2 @ x.csv:2:4",
                                          "there is text after a closing quote @ x.csv:4:9",
                                          "expected 3 fields, found 4 @ x.csv:5:7",
                                          "the byte 0xE9 is not valid UTF-8 @ x.csv:7:4"));
  ASSERT_TRUE(decoded.error) << "of a quote that stays open";
  EXPECT_EQ(test::text_of(*decoded.error), "the quote that opens here is never closed @ x.csv:9:3");
  EXPECT_THAT(decoded.rows, ElementsAre("a|b|c", "a|b|c"));
  EXPECT_EQ(decoded.places[1].line, 8u) << "a faulty record still counts as a row of its split";
}

TEST_F(CsvDecoderTest, OriginsGiveTheRecordAsItStands) {
  const Decoded decoded = decode("a,\"x\ny\"\r\n\nbad\nc,d\n", text_format({}, 2));
  EXPECT_THAT(decoded.raws, ElementsAre("a,\"x\ny\"", "c,d"));
  EXPECT_EQ(decoded.places[0], (TextPlace{folder_.file("x.csv"), 1, 1}));
  EXPECT_EQ(decoded.places[1], (TextPlace{folder_.file("x.csv"), 5, 1}));
}

TEST_F(CsvDecoderTest, UnderFailTheRowsBeforeTheFaultComeFirst) {
  const Decoded decoded = decode("a,b\nc,d\ne\nf,g\n", text_format({}, 2), 4096, OnError::kFail);
  EXPECT_THAT(decoded.rows, ElementsAre("a|b", "c|d"));
  ASSERT_TRUE(decoded.error);
  EXPECT_EQ(test::text_of(*decoded.error), "expected 2 fields, found 1 @ x.csv:3:2");
}

TEST_F(CsvDecoderTest, AValueThatDoesNotFitItsTypeIsAFaultOfItsFirstColumn) {
  CsvFormat format = text_format({}, 3);
  format.columns[0].field.type = kInt64Type;
  format.columns[2].field.type = kDateType;
  format.columns[2].field.guessed = true;
  format.schema = std::make_shared<const Schema>(std::vector<Field>{
      format.columns[0].field, format.columns[1].field, format.columns[2].field});
  const Decoded decoded =
      decode("1,a,1970-01-02\nx,b,y\n2,c,\"1970-01-03\"\n\"\",,\n3,d,31.1.70\n", format);
  EXPECT_THAT(decoded.faults, ElementsAre("'x' in column 'c0' is not an int64 @ x.csv:2:1",
                                          "'31.1.70' in column 'c2' is not a date @ x.csv:5:5"));
  EXPECT_THAT(decoded.rows, ElementsAre("1|a|1", "2|c|2", "NULL|NULL|NULL"));
}

TEST_F(CsvDecoderTest, ColumnsNobodyReadsAreOnlyCountedAndChecked) {
  CsvFormat format = text_format({}, 3);
  format.columns = {format.columns[1]};
  format.schema = std::make_shared<const Schema>(std::vector<Field>{{"c1", kUtf8Type}});
  EXPECT_THAT(decode("a,b,c\n\"x\"y,b,c\n1,2,3\n", format).rows, ElementsAre("b", "2"));
  format.columns.clear();
  format.schema = std::make_shared<const Schema>();
  const Decoded counted = decode("a,b,c\n1,2\n1,2,3\n", format);
  EXPECT_EQ(counted.rows.size(), 2u);
  EXPECT_EQ(counted.faults.size(), 1u);
}

TEST_F(CsvDecoderTest, CheckedColumnsAreNotInTheOutput) {
  CsvFormat format = text_format({}, 2);
  format.columns[1].field.type = kInt64Type;
  format.columns[1].wanted = false;
  format.schema = std::make_shared<const Schema>(std::vector<Field>{{"c0", kUtf8Type}});
  const Decoded decoded = decode("a,1\nb,x\n", format);
  EXPECT_THAT(decoded.rows, ElementsAre("a"));
  EXPECT_THAT(decoded.faults, ElementsAre("'x' in column 'c1' is not an int64 @ x.csv:2:3"));
}

TEST_F(CsvDecoderTest, ManyFaultsTakeTimeInProportion) {
  // A quarter of a million faulty rows in one split: looking for each place from the beginning
  // would take minutes.
  std::string text;
  for (int i = 0; i < 250'000; ++i) text += "x,y,z\n";
  const Decoded decoded = decode(text, text_format({}, 2), size_t{2} << 20);
  ASSERT_EQ(decoded.faults.size(), 250'000u);
  EXPECT_EQ(decoded.faults.back(), "expected 2 fields, found 3 @ x.csv:250000:5");
}

TEST_F(CsvDecoderTest, TwoLanesFindTheSameRowsAsOne) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += fmt::format("{},\"a\n{}\"\n", i, i);
  const CsvFormat format = text_format({}, 2);
  const Decoded whole = decode(text, format, size_t{64} << 10);
  const Decoded cut = decode(text, format, 100);
  EXPECT_EQ(whole.rows, cut.rows);
  EXPECT_EQ(whole.places, cut.places);
}

}  // namespace
}  // namespace leat::io
