// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_encoder.h"

#include <cmath>
#include <sstream>

#include <gtest/gtest.h>

#include "operators/json/json_decoder.h"
#include "tests/operators/text/random_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;

std::string encode(OperatorFixture& fixture, const Batch& batch) {
  std::vector<RowFault> faults;
  const auto bytes = JsonEncoder(*batch.schema(), fixture.memory).encode(batch, faults);
  EXPECT_TRUE(bytes);
  EXPECT_TRUE(faults.empty());
  return {(*bytes)->as<char>(), (*bytes)->size()};
}

TEST(JsonEncoder, OneObjectALine) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"id", kInt64Type},
                                        {"name", kUtf8Type},
                                        {"ok", kBoolType},
                                        {"price", kFloat64Type},
                                        {"on", kDateType},
                                        {"at", kTimestampType},
                                        {"sum", Type::decimal(10, 2)},
                                        {"raw", kBinaryType},
                                        {"j", kJsonType}});
  const Batch batch =
      make_batch(fixture.memory, schema,
                 {{1, "x", true, 12.5, 0, 1'500'000, 1250, "\x01\xff", "{\"a\": [1,\n2]}"},
                  {null_cell, null_cell, null_cell, null_cell, null_cell, null_cell, null_cell,
                   null_cell, null_cell}});
  EXPECT_EQ(encode(fixture, batch),
            "{\"id\":1,\"name\":\"x\",\"ok\":true,\"price\":12.5,\"on\":\"1970-01-01\",\"at\":"
            "\"1970-01-01T00:00:01.5\",\"sum\":12.50,"
            "\"raw\":\"\\\\x01ff\",\"j\":{\"a\": [1, 2]}}\n"
            "{\"id\":null,\"name\":null,\"ok\":null,\"price\":null,\"on\":null,\"at\":null,\"sum\":"
            "null,\"raw\":null,\"j\":null}\n");
}

TEST(JsonEncoder, EscapesWhatMustBe) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a\"\n", kUtf8Type}});
  const Batch batch = make_batch(fixture.memory, schema,
                                 {{"\"\\/\b\f\n\r\t\x01\x1f\x7f\u00e9"}, {std::string("a\0b", 3)}});
  EXPECT_EQ(encode(fixture, batch),
            "{\"a\\\"\\n\":\"\\\"\\\\/"
            "\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\u00e9\"}\n{\"a\\\"\\n\":\"a\\u0000b\"}\n");
}

TEST(JsonEncoder, FindsSpecialsAtEveryPosition) {
  OperatorFixture fixture;
  for (size_t length = 1; length < 50; ++length) {
    for (size_t at = 0; at < length; ++at) {
      std::string text(length, 'x');
      text[at] = '"';
      const Batch batch = make_batch(fixture.memory, make_schema({{"a", kUtf8Type}}), {{text}});
      ASSERT_EQ(encode(fixture, batch), "{\"a\":" + json_quote(text) + "}\n");
    }
  }
}

TEST(JsonEncoder, NonFiniteFloatsAreFaultsOfTheirRow) {
  OperatorFixture fixture;
  const Batch batch = make_batch(fixture.memory, make_schema({{"a", kFloat64Type}}),
                                 {{1.0}, {std::nan("")}, {3.0}, {HUGE_VAL}});
  std::vector<RowFault> faults;
  const auto bytes = JsonEncoder(*batch.schema(), fixture.memory).encode(batch, faults);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(std::string((*bytes)->as<char>(), (*bytes)->size()), "{\"a\":1}\n{\"a\":3}\n");
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].row, 1u);
  EXPECT_EQ(faults[1].row, 3u);
  EXPECT_EQ(faults[0].error.code, ErrorCode::kData);
  EXPECT_NE(faults[0].error.message.find("column 'a'"), std::string::npos);
}

TEST(JsonEncoder, RandomRowsReadBackInAnotherParser) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 300; ++round) {
    OperatorFixture fixture;
    RandomRows rows(random, fixture.memory);
    const SchemaRef schema = rows.schema();
    const auto [batch, models] = rows.batch(schema, rows.below(60));
    std::istringstream lines(encode(fixture, batch));
    std::string line;
    for (const Model& model : models) {
      ASSERT_TRUE(std::getline(lines, line));
      const Model read = Model::parse(line);
      ASSERT_EQ(read.size(), schema->size());
      for (size_t i = 0; i < schema->size(); ++i)
        ASSERT_EQ(read.at((*schema)[i].name), model[i]) << line;
    }
    ASSERT_FALSE(std::getline(lines, line));
  }
}

// Encoded, decoded and encoded again: the same bytes.
TEST(JsonEncoder, RandomRowsSurviveARoundTrip) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 300; ++round) {
    OperatorFixture fixture;
    RandomRows rows(random, fixture.memory);
    const SchemaRef schema = rows.schema();
    const auto [batch, models] = rows.batch(schema, 1 + rows.below(200));
    std::vector<RowFault> faults;
    Split split;
    split.input = std::make_shared<Input>(Input{"round.jsonl", 0});
    split.chunk = *JsonEncoder(*schema, fixture.memory).encode(batch, faults);
    split.end = static_cast<uint32_t>(split.chunk->size());
    test::CollectingOutput output(fixture.ledger);
    const Status status = make_json_decoder({schema, schema, UnknownFields::kError}, fixture.lane())
                              ->decode(split, output);
    ASSERT_TRUE(status) << status.error().message;
    ASSERT_EQ(output.batches.size(), 1u);
    ASSERT_EQ(encode(fixture, output.batches[0]), split.bytes());
  }
}

}  // namespace
}  // namespace leat::io
