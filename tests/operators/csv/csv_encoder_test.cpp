// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_encoder.h"

#include <cmath>
#include <limits>
#include <optional>

#include <gtest/gtest.h>

#include "tests/operators/text/random_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;

std::string encode(OperatorFixture& fixture, const Batch& batch, const CsvStyle& style = {}) {
  std::vector<RowFault> faults;
  const auto bytes = CsvEncoder(style, fixture.memory).encode(batch, faults);
  EXPECT_TRUE(bytes);
  EXPECT_TRUE(faults.empty());
  return {(*bytes)->as<char>(), (*bytes)->size()};
}

std::string encode_texts(const std::vector<test::Cell>& cells, const CsvStyle& style = {}) {
  OperatorFixture fixture;
  std::vector<test::Row> rows;
  for (const test::Cell& cell : cells) rows.push_back({cell, "|"});
  return encode(
      fixture,
      make_batch(fixture.memory, make_schema({{"a", kUtf8Type}, {"end", kUtf8Type}}), rows), style);
}

TEST(CsvEncoder, QuotesOnlyWhatNeedsThem) {
  EXPECT_EQ(encode_texts({"plain", "a b", " lead", "tail ", "a;b", "it's", "#x", "a\tb"}),
            "plain,|\na b,|\n lead,|\ntail ,|\na;b,|\nit's,|\n#x,|\na\tb,|\n");
  EXPECT_EQ(encode_texts({"a,b"}), "\"a,b\",|\n");
  EXPECT_EQ(encode_texts({"a\"b"}), "\"a\"\"b\",|\n");
  EXPECT_EQ(encode_texts({"\""}), "\"\"\"\",|\n");
  EXPECT_EQ(encode_texts({"a\nb"}), "\"a\nb\",|\n");
  EXPECT_EQ(encode_texts({"a\rb"}), "\"a\rb\",|\n");
}

TEST(CsvEncoder, FindsSpecialsAtEveryPosition) {
  for (size_t length = 1; length < 50; ++length) {
    for (size_t at = 0; at < length; ++at) {
      std::string text(length, 'x');
      text[at] = ',';
      ASSERT_EQ(encode_texts({text}), "\"" + text + "\",|\n");
    }
    ASSERT_EQ(encode_texts({std::string(length, 'x')}), std::string(length, 'x') + ",|\n");
  }
}

TEST(CsvEncoder, NullAndEmptyStayApart) {
  EXPECT_EQ(encode_texts({null_cell, ""}), ",|\n\"\",|\n");
  CsvStyle style;
  style.null_text = "NULL";
  EXPECT_EQ(encode_texts({null_cell, "NULL", "", "NULLS"}, style),
            "NULL,|\n\"NULL\",|\n\"\",|\nNULLS,|\n");
}

TEST(CsvEncoder, NumbersThatReadLikeNullAreQuoted) {
  OperatorFixture fixture;
  CsvStyle style;
  style.null_text = "-1";
  const Batch batch =
      make_batch(fixture.memory, make_schema({{"a", kInt64Type}}), {{-1}, {null_cell}, {-10}});
  EXPECT_EQ(encode(fixture, batch, style), "\"-1\"\n-1\n-10\n");
}

TEST(CsvEncoder, DelimitersInsideNumbersAndTimesAreQuoted) {
  OperatorFixture fixture;
  CsvStyle style;
  style.delimiter = ':';
  const Batch batch =
      make_batch(fixture.memory, make_schema({{"a", kTimestampType}, {"b", kInt64Type}}), {{0, 7}});
  EXPECT_EQ(encode(fixture, batch, style), "\"1970-01-01T00:00:00\":7\n");
  style.delimiter = '.';
  const Batch floats =
      make_batch(fixture.memory, make_schema({{"a", kFloat64Type}}), {{1.5}, {2.0}});
  EXPECT_EQ(encode(fixture, floats, style), "\"1.5\"\n2\n");
}

TEST(CsvEncoder, AllQuotes) {
  OperatorFixture fixture;
  CsvStyle style;
  style.quotes = CsvQuotes::kAll;
  const Batch batch = make_batch(fixture.memory, make_schema({{"a", kInt64Type}, {"b", kUtf8Type}}),
                                 {{1, "x"}, {null_cell, null_cell}});
  EXPECT_EQ(encode(fixture, batch, style), "\"1\",\"x\"\n,\n");
}

TEST(CsvEncoder, OnlySelectedRows) {
  OperatorFixture fixture;
  const Batch batch =
      make_batch(fixture.memory, make_schema({{"a", kInt64Type}}), {{1}, {2}, {3}, {4}});
  EXPECT_EQ(encode(fixture, test::select_rows(fixture.memory, batch, {1, 3})), "2\n4\n");
  EXPECT_EQ(encode(fixture, test::select_rows(fixture.memory, batch, {})), "");
}

TEST(CsvEncoder, NonFiniteFloatsAreWords) {
  OperatorFixture fixture;
  const double inf = std::numeric_limits<double>::infinity();
  const Batch batch = make_batch(fixture.memory, make_schema({{"a", kFloat64Type}}),
                                 {{std::nan("")}, {inf}, {-inf}});
  EXPECT_EQ(encode(fixture, batch), "NaN\nInfinity\n-Infinity\n");
}

TEST(CsvEncoder, Header) {
  EXPECT_EQ(
      csv_header(
          Schema({{"a", kInt64Type}, {"b,c", kUtf8Type}, {"d\"e", kUtf8Type}, {"", kUtf8Type}}),
          {}),
      "a,\"b,c\",\"d\"\"e\",\"\"\n");
  CsvStyle style;
  style.delimiter = ';';
  EXPECT_EQ(csv_header(Schema({{"a", kInt64Type}, {"b,c", kUtf8Type}}), style), "a;b,c\n");
}

TEST(CsvEncoder, RowsThatJsonCannotHoldAreFaults) {
  OperatorFixture fixture;
  JsonColumn column(Type::list(kFloat64Type), fixture.memory);
  ASSERT_TRUE(column.start(BufferRef(), 3));
  for (const double value : {1.0, std::nan(""), 2.0}) {
    column.children()[0].put(value);
    column.put_list();
  }
  const Batch batch(make_schema({{"a", column.type()}}), {column.finish()}, 3, RowPlaces());
  std::vector<RowFault> faults;
  const auto bytes = CsvEncoder({}, fixture.memory).encode(batch, faults);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(std::string((*bytes)->as<char>(), (*bytes)->size()), "[1]\n[2]\n");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].row, 1u);
}

TEST(CsvEncoder, MemoryRunsOutAsAnError) {
  OperatorFixture fixture(size_t{1} << 20);
  const Batch batch =
      make_batch(fixture.memory, make_schema({{"a", kUtf8Type}}), {{std::string(300'000, '"')}});
  std::vector<RowFault> faults;
  const auto bytes = CsvEncoder({}, fixture.memory).encode(batch, faults);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code, ErrorCode::kMemory);
}

/// The fields of RFC 4180 text; nullopt for an empty field without quotes.
std::vector<std::vector<std::optional<std::string>>> read_csv(const std::string& text) {
  std::vector<std::vector<std::optional<std::string>>> rows(1);
  for (size_t at = 0; at < text.size();) {
    std::optional<std::string> field;
    if (text[at] == '"') {
      field.emplace();
      for (++at; text[at] != '"' || text.at(at + 1) == '"'; ++at) {
        if (text[at] == '"') ++at;
        *field += text[at];
      }
      ++at;
    } else {
      const size_t end = text.find_first_of(",\n", at);
      if (end > at) field = text.substr(at, end - at);
      at = end;
    }
    rows.back().push_back(std::move(field));
    EXPECT_TRUE(text.at(at) == ',' || text.at(at) == '\n') << "at byte " << at;
    if (text[at++] == '\n') rows.emplace_back();
  }
  EXPECT_TRUE(rows.back().empty()) << "the last line does not end";
  rows.pop_back();
  return rows;
}

std::string scalar_text(const Model& model) {
  return model.is_string() ? model.get<std::string>() : model.dump();
}

TEST(CsvEncoder, RandomRowsReadBack) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 300; ++round) {
    OperatorFixture fixture;
    RandomRows rows(random, fixture.memory);
    const SchemaRef schema = rows.schema();
    const auto [batch, models] = rows.batch(schema, rows.below(60));
    const auto read = read_csv(csv_header(*schema, {}) + encode(fixture, batch));
    ASSERT_EQ(read.size(), models.size() + 1);
    for (size_t i = 0; i < schema->size(); ++i) EXPECT_EQ(read[0][i], (*schema)[i].name);
    for (size_t row = 0; row < models.size(); ++row) {
      ASSERT_EQ(read[row + 1].size(), schema->size());
      for (size_t i = 0; i < schema->size(); ++i) {
        const Type& type = (*schema)[i].type;
        const std::optional<std::string>& field = read[row + 1][i];
        const Model& model = models[row][i];
        ASSERT_EQ(field.has_value(), !model.is_null()) << to_string(type);
        if (!field) continue;
        if (type.is(TypeId::kFloat64)) {
          ASSERT_EQ(std::stod(*field), model.get<double>());
        } else if (type.is(TypeId::kDecimal)) {
          ASSERT_EQ(std::stod(*field), model.get<double>());
        } else if (type.is(TypeId::kList) || type.is(TypeId::kStruct) || type.is(TypeId::kJson)) {
          ASSERT_EQ(Model::parse(*field), model);
        } else {
          ASSERT_EQ(*field, scalar_text(model)) << to_string(type);
        }
      }
    }
  }
}

}  // namespace
}  // namespace leat::io
