// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_document_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/json/json_splitter.h"
#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using test::make_schema;
using test::OperatorFixture;
using ::testing::ElementsAre;
using Rows = std::vector<std::string>;

struct Decoded {
  Rows rows;
  Rows faults;  ///< With places.
  std::string error;
  Rows origins;  ///< `line:column raw` of every row that came out.

  bool operator==(const Decoded&) const = default;
};

/// What the file `text` becomes when it is read `chunk` bytes at a time.
Decoded decode(const std::string& text, const SchemaRef& schema, size_t chunk,
               OnError on_error = OnError::kSkip, JsonRecords records = JsonRecords::kValues,
               std::string_view path = "") {
  const test::TempDir folder;
  OperatorFixture fixture(size_t{1} << 30, on_error);
  const JsonPath steps = path.empty() ? JsonPath::lists_or_values() : *parse_json_path(path);
  const auto splitter = make_json_splitter(test::inputs_of({folder.write("x.json", text)}),
                                           {std::make_shared<JsonPath>(steps)}, fixture.memory,
                                           {.chunk_bytes = chunk});
  test::Splits splits = test::run_splitter(*splitter);
  JsonFormat format{.schema = schema, .known = schema, .records = records};
  const auto decoder = make_json_document_decoder(format, fixture.lane());
  test::CollectingOutput output(fixture.ledger);
  Status status;
  for (const Split& split : splits.splits) {
    status = decoder->decode(split, output);
    if (!status) break;
  }
  if (status && splits.error) status = std::unexpected(*splits.error);
  Decoded decoded;
  decoded.rows = output.rows;
  if (!status) decoded.error = test::text_of(status.error());
  for (const Error& fault : fixture.faults.absorbed())
    decoded.faults.push_back(test::text_of(fault));
  for (const Batch& batch : output.batches) {
    for (size_t row = 0; row < batch.length(); ++row) {
      const RowOrigin& origin = *batch.places().origin;
      const uint64_t number = batch.places()[row].row();
      const TextPlace place = origin.locate(number);
      decoded.origins.push_back(
          fmt::format("{}:{} {}", place.line, place.column, origin.raw(number)));
    }
  }
  return decoded;
}

/// The same at any size of chunks.
Decoded decode_all(const std::string& text, const SchemaRef& schema,
                   OnError on_error = OnError::kSkip, JsonRecords records = JsonRecords::kValues,
                   std::string_view path = "") {
  const Decoded whole = decode(text, schema, kChunkBytes, on_error, records, path);
  for (size_t chunk = 16; chunk < 90; chunk += 7) {
    const Decoded other = decode(text, schema, chunk, on_error, records, path);
    EXPECT_EQ(other.rows, whole.rows) << "chunks of " << chunk;
    EXPECT_EQ(other.faults, whole.faults) << "chunks of " << chunk;
    EXPECT_EQ(other.error, whole.error) << "chunks of " << chunk;
    EXPECT_EQ(other.origins, whole.origins) << "chunks of " << chunk;
  }
  return whole;
}

const SchemaRef kSchema = make_schema({{"a", kInt64Type}, {"b", kUtf8Type}});
const SchemaRef kValue = make_schema({{"value", kInt64Type}});

TEST(JsonDocumentDecoder, RecordsOnManyLinesWithTheirPlaces) {
  const Decoded decoded = decode_all(
      "[ {\"a\": 1, \"b\": \"x]\"},\n  {\n  \"b\"\n:\t\"\\n\", \"a\": null }\n, {} ]\n", kSchema);
  EXPECT_EQ(decoded.rows, (Rows{"1|x]", "NULL|\n", "NULL|NULL"}));
  EXPECT_EQ(decoded.error, "");
  EXPECT_EQ(decoded.origins, (Rows{"1:3 {\"a\": 1, \"b\": \"x]\"}",
                                   "2:3 {\n  \"b\"\n:\t\"\\n\", \"a\": null }", "5:3 {}"}));
}

TEST(JsonDocumentDecoder, BadRecordsAreLeftOutAndTheNextOnesAreFound) {
  const Decoded decoded = decode_all(
      "[{\"a\":1},\n {\"a\": tru},{\"a\":\"x\"}, [1],\n{\"a\":2 \"b\"}, {\"c\":1}, nul,{\"a\":3}]",
      kSchema);
  EXPECT_EQ(decoded.rows, (Rows{"1|NULL", "3|NULL"}));
  EXPECT_EQ(decoded.faults,
            (Rows{"the value is not valid JSON: here should be a value @ x.json:2:8",
                  "field \"a\": \"x\" is no int64 @ x.json:2:18",
                  "the record is no object, and there is no column 'value' for it @ x.json:2:24",
                  "the value is not valid JSON: here should be a ',' or '}' @ x.json:3:8",
                  "the field \"c\" is not among the columns @ x.json:3:15",
                  "the value is not valid JSON: here should be a value @ x.json:3:23"}));
  EXPECT_EQ(decoded.error, "");
}

TEST(JsonDocumentDecoder, TheFirstBadRecordEndsTheRunIfSo) {
  const Decoded decoded =
      decode_all("[{\"a\":1},{\"a\":1.5},{\"a\":2},{\"a\":", kSchema, OnError::kFail);
  EXPECT_EQ(decoded.rows, Rows{"1|NULL"});
  EXPECT_EQ(decoded.error, "field \"a\": 1.5 is no int64: it is not a whole number @ x.json:1:15");
}

TEST(JsonDocumentDecoder, ValuesThatAreNoObjectsFillAColumn) {
  EXPECT_EQ(decode_all("[12,13 , 140000000000,\n-1] 15 16", kValue).rows,
            (Rows{"12", "13", "140000000000", "-1", "15", "16"}));
  const Decoded decoded = decode_all("1\n2x 3 [4,null,{\"value\":5}] 6,", kValue);
  EXPECT_EQ(decoded.rows, (Rows{"1", "3", "4", "NULL", "5", "6"}));
  EXPECT_EQ(decoded.faults,
            Rows{"the value is not valid JSON: behind the value there is more text @ x.json:2:2"});
  EXPECT_EQ(decoded.error, "the file is not valid JSON: here should be a value @ x.json:2:28");
}

// What lies behind a number in its chunk is no part of it.
TEST(JsonDocumentDecoder, ANumberAtTheEndOfTheFile) {
  for (int digits = 1; digits < 20; ++digits) {
    const std::string number(static_cast<size_t>(digits), '1');
    EXPECT_EQ(decode_all("[999,9999999,9] " + number, kValue).rows.back(),
              digits < 20 ? number : "");
  }
}

TEST(JsonDocumentDecoder, WholeRecordsAreValues) {
  EXPECT_EQ(decode_all("[{\"a\": 1},2,\"x\"]", make_schema({{"value", kJsonType}}), OnError::kFail,
                       JsonRecords::kAsValue)
                .rows,
            (Rows{"{\"a\": 1}", "2", "\"x\""}));
}

TEST(JsonDocumentDecoder, PathsAreFollowedInEverySplit) {
  std::string text = "{\"skip\":[{\"items\":[7]}],\"pages\":[";
  Rows expected;
  for (int page = 0; page < 6; ++page) {
    text += fmt::format("{}{{\"n\":{},\"items\":[", page == 0 ? "" : ",\n", page);
    for (int i = 0; i < page; ++i) {
      text += fmt::format("{}{{\"a\":{}}}", i == 0 ? "" : ",", page * 10 + i);
      expected.push_back(fmt::format("{}|NULL", page * 10 + i));
    }
    text += "]}";
  }
  text += "],\"end\":true}";
  const Decoded decoded =
      decode_all(text, kSchema, OnError::kFail, JsonRecords::kValues, "$.pages[*].items[*]");
  EXPECT_EQ(decoded.rows, expected);
  EXPECT_EQ(decoded.error, "");
}

TEST(JsonDocumentDecoder, TextThatIsNotUtf8) {
  const Decoded decoded = decode_all("[{\"b\":\"\xFF\"},{\"b\":\"ok\"}]", kSchema);
  EXPECT_EQ(decoded.rows, Rows{"NULL|ok"});
  EXPECT_EQ(decoded.faults, Rows{"the value is not valid UTF-8 @ x.json:1:8"});
  EXPECT_EQ(decode_all("{\"x\":\"\xFF\",\"r\":[{\"a\":1}]}", kSchema, OnError::kSkip,
                       JsonRecords::kValues, "$.r[*]")
                .error,
            "the file is not valid UTF-8 @ x.json:1:7");
}

}  // namespace
}  // namespace leat::io
