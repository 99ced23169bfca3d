// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_decoder.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::io {
namespace {

using test::CollectingOutput;
using test::make_schema;
using test::OperatorFixture;
using Rows = std::vector<std::string>;

Split make_split(OperatorFixture& fixture, const std::string& text, char filler = '"') {
  Split split;
  split.index = 3;
  split.first_line = 100;
  split.input = std::make_shared<Input>(Input{"in.jsonl", 0});
  split.chunk = *fixture.memory.allocate(text.size() + 64);
  std::memset(split.chunk->mutable_data(), filler, text.size() + 64);
  std::memcpy(split.chunk->mutable_data(), text.data(), text.size());
  split.end = static_cast<uint32_t>(text.size());
  return split;
}

/// What a split of `text` decodes to.
struct Decoded {
  Rows rows;
  std::vector<Ordinal> ids;
  std::vector<Batch> batches;
  std::vector<std::string> faults;  ///< `line:column: message`
  std::optional<Error> error;
  Ledger ledger;
};

std::string describe(const Error& error) {
  return fmt::format("{}:{}: {}", error.data->line, error.data->column, error.message);
}

struct Setting {
  SchemaRef schema;
  SchemaRef known = {};
  UnknownFields unknown = UnknownFields::kError;
  OnError on_error = OnError::kSkip;
};

/// The same whatever lies behind the split in its chunk.
Decoded decode(OperatorFixture& fixture, const Setting& setting, const std::string& text,
               char filler = '"') {
  Decoded decoded;
  test::TestFaults faults(setting.on_error, decoded.ledger, fixture.memory);
  CollectingOutput output(decoded.ledger);
  const auto decoder = make_json_decoder(
      {setting.schema, setting.known ? setting.known : setting.schema, setting.unknown},
      LaneContext{fixture.memory, faults, decoded.ledger});
  const Status status = decoder->decode(make_split(fixture, text, filler), output);
  if (!status) decoded.error = status.error();
  decoded.rows = output.rows;
  decoded.ids = output.ids;
  decoded.batches = output.batches;
  for (const Error& error : faults.absorbed()) decoded.faults.push_back(describe(error));
  return decoded;
}

/// Rows of a single column of `type`, with the lines `{"a": <value>}`.
Decoded decode_values(const std::string& type, const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += "{\"a\":" + value + "}\n";
  OperatorFixture fixture;
  Decoded decoded = decode(fixture, {make_schema({{"a", *parse_type(type)}})}, text);
  decoded.batches.clear();  // they must not outlive the budget
  return decoded;
}

TEST(JsonDecoder, FieldsBecomeColumns) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema(
      {{"id", kInt64Type}, {"name", kUtf8Type}, {"price", kFloat64Type}, {"ok", kBoolType}});
  const Decoded decoded = decode(fixture, {schema},
                                 "{\"id\":1,\"name\":\"a\",\"price\":1.5,\"ok\":true}\n"
                                 "  { \"ok\" : false , \"price\" : -2 , \"name\" : \"a name of "
                                 "more than twelve bytes\" , \"id\" : 2 }  \r\n"
                                 "{\"name\":null}\n"
                                 "{}\n"
                                 "{\"price\":0.25,\"id\":5}");
  EXPECT_EQ(decoded.rows, (Rows{"1|a|1.5|true", "2|a name of more than twelve bytes|-2|false",
                                "NULL|NULL|NULL|NULL", "NULL|NULL|NULL|NULL", "5|NULL|0.25|NULL"}));
  EXPECT_EQ(decoded.faults, Rows{});
  EXPECT_EQ(decoded.ledger[Counter::kRead], 5u);
}

TEST(JsonDecoder, ReadsInt64) {
  const Decoded decoded =
      decode_values("int64", {"0", "-0", "-1", "12345678", "123456789", "999999999999999999",
                              "-999999999999999999", "1000000000000000000", "9223372036854775807",
                              "-9223372036854775808", "null"});
  EXPECT_EQ(decoded.rows, (Rows{"0", "0", "-1", "12345678", "123456789", "999999999999999999",
                                "-999999999999999999", "1000000000000000000", "9223372036854775807",
                                "-9223372036854775808", "NULL"}));
  EXPECT_EQ(decode_values("int64", {"9223372036854775808", "-9223372036854775809", "1.0", "1e3",
                                    "\"1\"", "true", "[]", "{}", "100000000000000000000"})
                .faults,
            (Rows{"100:6: field \"a\": 9223372036854775808 is no int64: it is out of range",
                  "101:6: field \"a\": -9223372036854775809 is no int64: it is out of range",
                  "102:6: field \"a\": 1.0 is no int64: it is not a whole number",
                  "103:6: field \"a\": 1e3 is no int64: it is not a whole number",
                  "104:6: field \"a\": \"1\" is no int64", "105:6: field \"a\": true is no int64",
                  "106:6: field \"a\": [] is no int64", "107:6: field \"a\": {} is no int64",
                  "108:6: field \"a\": 100000000000000000000 is no int64: it is out of range"}));
}

TEST(JsonDecoder, ReadsFloat64AsTheNearest) {
  const std::vector<std::string> texts = {"0",
                                          "0.0",
                                          "1",
                                          "-1.5",
                                          "328.23",
                                          "0.1",
                                          "123456789012345",
                                          "1234567890123456",
                                          "0.1234567890123456789",
                                          "1e22",
                                          "1e23",
                                          "1.7976931348623157e308",
                                          "4.9e-324",
                                          "0e-400",
                                          "9007199254740993",
                                          "0.000000000000001",
                                          "12345678.87654321",
                                          "-123.456e-7",
                                          "100000000000000000000000"};
  OperatorFixture fixture;
  std::string text;
  for (const std::string& value : texts) text += "{\"a\":" + value + "}\n";
  const Decoded decoded = decode(fixture, {make_schema({{"a", kFloat64Type}})}, text);
  ASSERT_EQ(decoded.batches.size(), 1u);
  ASSERT_EQ(decoded.batches[0].rows(), texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(decoded.batches[0].column(0).values<double>()[i],
              std::strtod(texts[i].c_str(), nullptr))
        << texts[i];
  }
  EXPECT_EQ(decode_values("float64", {"1e400", "-1e309", "NaN", "Infinity", "\"1\""}).faults,
            (Rows{"100:6: field \"a\": 1e400 is no float64: it is too large",
                  "101:6: field \"a\": -1e309 is no float64: it is too large",
                  "102:6: the line is not valid JSON: here should be a value",
                  "103:6: the line is not valid JSON: here should be a value",
                  "104:6: field \"a\": \"1\" is no float64"}));
}

TEST(JsonDecoder, ReadsRandomNumbersAsTheNearest) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  OperatorFixture fixture;
  std::string text;
  std::vector<double> expected;
  for (int i = 0; i < 4000; ++i) {
    std::string number = random() % 3 == 0 ? "-" : "";
    number += std::to_string(random() >> (random() % 64));
    if (random() % 2 == 0) number += "." + std::to_string(random() >> (random() % 64));
    if (random() % 4 == 0) number += "e" + std::to_string(static_cast<int>(random() % 500) - 250);
    expected.push_back(std::strtod(number.c_str(), nullptr));
    text += "{\"a\":" + number + "}\n";
  }
  const Decoded decoded = decode(fixture, {make_schema({{"a", kFloat64Type}})}, text);
  ASSERT_EQ(decoded.batches.size(), 1u);
  ASSERT_EQ(decoded.batches[0].rows(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i)
    ASSERT_EQ(decoded.batches[0].column(0).values<double>()[i], expected[i]);
}

TEST(JsonDecoder, ReadsText) {
  EXPECT_EQ(decode_values("utf8", {"\"\"", "\"abc\"", "\"twelve bytes\"", "\"thirteen byte\"",
                                   "\"a\\nb\"", "\"\\u00e9\\ud83d\\ude00\"", "\"\u6771\u4eac\"",
                                   "\"an escaped text \\\"of\\\" some length\"", "null"})
                .rows,
            (Rows{"", "abc", "twelve bytes", "thirteen byte", "a\nb", "\u00e9\U0001F600",
                  "\u6771\u4eac", "an escaped text \"of\" some length", "NULL"}));
  EXPECT_EQ(decode_values("utf8", {"1", "true", "{\"b\":\"}\"}", "\"a\\q\"", "\"\\ud800\""}).faults,
            (Rows{"100:6: field \"a\": 1 is no utf8", "101:6: field \"a\": true is no utf8",
                  "102:6: field \"a\": {\"b\":\"}\"} is no utf8",
                  "103:8: the line is not valid JSON: JSON has no such escape",
                  "104:7: the line is not valid JSON: half of a surrogate pair stands alone"}));
}

TEST(JsonDecoder, ReadsOtherScalars) {
  EXPECT_EQ(decode_values("bool", {"true", "false", "null"}).rows, (Rows{"true", "false", "NULL"}));
  EXPECT_EQ(decode_values("bool", {"0", "tru"}).faults,
            (Rows{"100:6: field \"a\": 0 is no bool",
                  "101:6: the line is not valid JSON: here should be a value"}));
  EXPECT_EQ(
      decode_values("decimal(6,2)", {"1", "1.50", "-0.05", "\"12.3\"", "9999.99", "1e2", "1.500"})
          .rows,
      (Rows{"100", "150", "-5", "1230", "999999", "10000", "150"}));
  EXPECT_EQ(decode_values("decimal(6,2)", {"1.505", "10000", "\"x\"", "true"}).faults,
            (Rows{"100:6: field \"a\": 1.505 is no decimal(6,2): digits would be lost",
                  "101:6: field \"a\": 10000 is no decimal(6,2): it is out of range",
                  "102:6: field \"a\": \"x\" is no decimal(6,2)",
                  "103:6: field \"a\": true is no decimal(6,2)"}));
  EXPECT_EQ(decode_values("date", {"\"1970-01-02\"", "\"1970\\u002d01-03\""}).rows,
            (Rows{"1", "2"}));
  EXPECT_EQ(
      decode_values("date", {"\"1970-02-30\"", "5"}).faults,
      (Rows{"100:6: field \"a\": \"1970-02-30\" is no date", "101:6: field \"a\": 5 is no date"}));
  EXPECT_EQ(
      decode_values("timestamptz", {"\"1970-01-01T00:00:01.5Z\"", "\"1970-01-01 01:00:00+01\""})
          .rows,
      (Rows{"1500000", "0"}));
  EXPECT_EQ(decode_values("interval", {"\"1 mon -2 days 00:00:01\""}).rows,
            (Rows{"1m-2d1000000us"}));
  EXPECT_EQ(decode_values("binary", {"\"\\\\x4142\"", "\"\\\\x\""}).rows, (Rows{"AB", ""}));
  EXPECT_EQ(decode_values("binary", {"\"AB\"", "\"\\\\x4\"", "\"\\\\xZZ\""}).faults.size(), 3u);
}

TEST(JsonDecoder, JsonColumnsKeepTheText) {
  EXPECT_EQ(
      decode_values("json", {"null", "1.0e5", "{ \"b\" : [1, 2] }", "\"\\u0041\"", "[]"}).rows,
      (Rows{"NULL", "1.0e5", "{ \"b\" : [1, 2] }", "\"\\u0041\"", "[]"}));
  EXPECT_EQ(decode_values("json", {"{\"b\":[1,2}"}).faults,
            (Rows{"100:15: the line is not valid JSON: here should be a ',' or ']'"}));
}

TEST(JsonDecoder, ReadsListsAndStructs) {
  EXPECT_EQ(decode_values("list<int64>", {"[]", "[1]", "[ 1 , null , 3 ]", "null"}).rows,
            (Rows{"[]", "[1]", "[1,NULL,3]", "NULL"}));
  EXPECT_EQ(decode_values("list<list<utf8>>", {"[[\"a\"],[],null]"}).rows, (Rows{"[[a],[],NULL]"}));
  EXPECT_EQ(decode_values("struct<x int64, y utf8>", {"{\"x\":1,\"y\":\"b\"}", "{\"y\":\"c\"}",
                                                      "{}", "null", "{\"y\":\"d\",\"x\":2}"})
                .rows,
            (Rows{"{1,b}", "{NULL,c}", "{NULL,NULL}", "NULL", "{2,d}"}));
  EXPECT_EQ(decode_values("list<struct<x int64, y list<int64>>>",
                          {"[{\"x\":1,\"y\":[1,2]},{\"y\":[]},null,{}]"})
                .rows,
            (Rows{"[{1,[1,2]},{NULL,[]},NULL,{NULL,NULL}]"}));
  EXPECT_EQ(
      decode_values("list<int64>", {"[1,\"b\"]", "1", "[1,]"}).faults,
      (Rows{"100:9: field \"a\": \"b\" is no int64", "101:6: field \"a\": 1 is no list<int64>",
            "102:9: the line is not valid JSON: here should be a value"}));
  EXPECT_EQ(
      decode_values("struct<x int64>", {"{\"x\":\"s\"}", "{\"z\":1}", "{\"x\":1,\"x\":2}", "[]"})
          .faults,
      (Rows{"100:11: field \"x\": \"s\" is no int64",
            "101:7: the field \"z\" is not among the columns",
            "102:13: the field \"x\" stands twice in one object",
            "103:6: field \"a\": [] is no struct<x int64>"}));
}

TEST(JsonDecoder, ListsGrowBeyondTheBatch) {
  OperatorFixture fixture;
  std::string text;
  for (int row = 0; row < 3; ++row) {
    text += "{\"a\":[";
    for (int i = 0; i < 20'000; ++i)
      text += (i > 0 ? "," : "") + std::string(i % 7 == 3 ? "null" : std::to_string(i));
    text += "]}\n";
  }
  const Decoded decoded = decode(fixture, {make_schema({{"a", Type::list(kInt64Type)}})}, text);
  ASSERT_EQ(decoded.batches.size(), 1u);
  const Column& elements = decoded.batches[0].column(0).child(0);
  ASSERT_EQ(elements.length(), 60'000u);
  for (size_t i = 0; i < elements.length(); ++i) {
    ASSERT_EQ(elements.is_valid(i), i % 20'000 % 7 != 3);
    if (elements.is_valid(i)) {
      ASSERT_EQ(elements.values<int64_t>()[i], static_cast<int64_t>(i % 20'000));
    }
  }
}

// A bad row leaves nothing behind, however far it came.
TEST(JsonDecoder, BadRowsAreTakenBack) {
  OperatorFixture fixture;
  const SchemaRef schema =
      make_schema({{"a", kInt64Type},
                   {"l", Type::list(Type::structure({{"x", kBoolType}, {"t", kUtf8Type}}))},
                   {"b", kBoolType}});
  const std::string good =
      "{\"a\":1,\"l\":[{\"x\":true,\"t\":\"one\"},{\"t\":\"two\"}],\"b\":false}\n";
  const std::string bad[] = {
      "{\"a\":7,\"l\":[{\"x\":true,\"t\":\"bad\"},{\"x\":true,\"t\":5}],\"b\":true}\n",
      "{\"a\":null,\"l\":null,\"b\":true,\"b\":true}\n",
      "{\"l\":[{\"x\":true},{\"x\":null}\n",
      "{\"b\":true,\"l\":[null,{\"t\":null,\"x\":true},{}],\"a\":\"x\"}\n",
      "{\"b\":null,\"a\":3,\"l\":[]} x\n",
  };
  std::string text;
  for (const std::string& line : bad) text += good + line;
  const Decoded decoded = decode(fixture, {schema}, text + good);
  EXPECT_EQ(decoded.rows, Rows(6, "1|[{true,one},{NULL,two}]|false"));
  EXPECT_EQ(decoded.faults.size(), 5u);
  EXPECT_EQ(decoded.ledger[Counter::kRead],
            decoded.ledger[Counter::kOut] + decoded.ledger[Counter::kSkipped]);
}

TEST(JsonDecoder, BlankLinesAreSkippedAndRowsKeepTheirLine) {
  OperatorFixture fixture;
  const Decoded decoded = decode(fixture, {make_schema({{"a", kInt64Type}})},
                                 "\n{\"a\":1}\n  \t\n\r\n{\"a\":2}\nbad\n{\"a\":3}\n\n");
  EXPECT_EQ(decoded.rows, (Rows{"1", "2", "3"}));
  EXPECT_EQ(decoded.ids, (std::vector<Ordinal>{Ordinal(3, 1), Ordinal(3, 4), Ordinal(3, 6)}));
  EXPECT_EQ(decoded.ledger[Counter::kRead], 4u);
  EXPECT_EQ(decoded.faults, (Rows{"105:1: a line should hold one object"}));
  const Batch& batch = decoded.batches[0];
  EXPECT_EQ(batch.places().origin->locate(batch.ordinal(1).row()).line, 104u);
  EXPECT_EQ(batch.places().origin->raw(batch.ordinal(1).row()), "{\"a\":2}");
}

TEST(JsonDecoder, EmptySplit) {
  OperatorFixture fixture;
  EXPECT_EQ(decode(fixture, {make_schema({{"a", kInt64Type}})}, "").rows, Rows{});
  EXPECT_EQ(decode(fixture, {make_schema({{"a", kInt64Type}})}, "\n\n").rows, Rows{});
}

TEST(JsonDecoder, LinesThatAreNoObject) {
  OperatorFixture fixture;
  EXPECT_EQ(decode(fixture, {make_schema({{"a", kInt64Type}})},
                   "[{\"a\":1}]\n1\n{\"a\":1}{\"a\":2}\n{\"a\":1\n}\n{\"a\":1},\n")
                .faults,
            (Rows{"100:1: a line should hold one object", "101:1: a line should hold one object",
                  "102:8: the line is not valid JSON: behind the object there is more text",
                  "103:7: the line is not valid JSON: here should be a ',' or '}'",
                  "104:1: a line should hold one object",
                  "105:8: the line is not valid JSON: behind the object there is more text"}));
}

// What follows the last line in its chunk makes no difference.
TEST(JsonDecoder, LastLineWithoutLineBreak) {
  for (const char filler : {'"', '1', '}', ']', '\\', ' ', '\n', '\0', 'e', '.', ':'}) {
    OperatorFixture fixture;
    const SchemaRef schema = make_schema({{"a", kInt64Type}, {"key", kUtf8Type}});
    EXPECT_EQ(decode(fixture, {schema}, "{\"a\":12}", filler).rows, (Rows{"12|NULL"}));
    for (const std::string text :
         {"{\"a\":12", "{\"a\":", "{\"a\"", "{\"a", "{\"", "{", "{\"key\":\"x", "{\"key\":\"x\\",
          "{\"key\":\"x\\u00", "{\"ke"}) {
      EXPECT_EQ(decode(fixture, {schema}, text, filler).faults.size(), 1u)
          << text << " before " << filler;
    }
  }
}

TEST(JsonDecoder, UnknownFields) {
  OperatorFixture fixture;
  const std::string text =
      "{\"a\":1,\"x\":{\"a\":[1,{}]},\"b\":2}\n{\"x\":[,],\"a\":1}\n{\"x\":0,\"x\":0}\n";
  const SchemaRef schema = make_schema({{"a", kInt64Type}, {"b", kInt64Type}});
  const Decoded strict = decode(fixture, {schema}, text);
  EXPECT_EQ(strict.rows, Rows{});
  EXPECT_EQ(strict.faults[0], "100:8: the field \"x\" is not among the columns");
  const Decoded lenient = decode(fixture, {schema, {}, UnknownFields::kIgnore}, text);
  EXPECT_EQ(lenient.rows, (Rows{"1|2", "NULL|NULL"}));
  EXPECT_EQ(lenient.faults, (Rows{"101:7: the line is not valid JSON: here should be a value"}));
}

TEST(JsonDecoder, FieldsThatNobodyReadsAreChecked) {
  OperatorFixture fixture;
  const SchemaRef known = make_schema({{"a", kInt64Type}, {"b", kInt64Type}, {"c", kUtf8Type}});
  const Decoded decoded = decode(fixture, {make_schema({{"b", kInt64Type}}), known},
                                 "{\"a\":1,\"b\":2,\"c\":\"x\"}\n{\"a\":\"no "
                                 "int64\",\"b\":3}\n{\"a\":01,\"b\":4}\n{\"c\":\"\\x\",\"b\":5}\n{"
                                 "\"b\":6,\"d\":1}\n{\"a\":1,\"a\":2,\"b\":7}\n");
  EXPECT_EQ(decoded.rows, (Rows{"2", "3", "7"}));
  EXPECT_EQ(decoded.faults.size(), 3u);
  EXPECT_EQ(decode(fixture, {make_schema({}), known}, "{\"a\":1}\n{\"a\":}\n{\"b\":1}\n")
                .ledger[Counter::kOut],
            2u);
}

TEST(JsonDecoder, NamesThatAreWrittenEscaped) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a\"b", kInt64Type},
                                        {"\\n", kInt64Type},
                                        {"\n", kInt64Type},
                                        {"\u00e9", kInt64Type},
                                        {"a name of more than sixteen bytes", kInt64Type},
                                        {"", kInt64Type}});
  const Decoded decoded = decode(fixture, {schema},
                                 "{\"a\\\"b\":1,\"\\\\n\":2,\"\\n\":3,\"\\u00e9\":4,\"a name of "
                                 "more than sixteen bytes\":5,\"\":6}\n"
                                 "{\"a\\u0022b\":1,\"\\u005cn\":2,\"\\u000a\":3,\"\u00e9\":4,\"a "
                                 "n\\u0061me of more than sixteen bytes\":5,\"\":6}\n"
                                 "{\"a\"b\":1}\n{\"\\n\":7}\n");
  EXPECT_EQ(decoded.rows, (Rows{"1|2|3|4|5|6", "1|2|3|4|5|6", "NULL|NULL|7|NULL|NULL|NULL"}));
  EXPECT_EQ(decoded.faults.size(), 1u);
}

TEST(JsonDecoder, NamesThatBeginAlike) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a_long_name_that_goes_on_1", kInt64Type},
                                        {"a_long_name_that_goes_on_2", kInt64Type},
                                        {"a_long_name_tha", kInt64Type},
                                        {"a_long_name_th", kInt64Type}});
  EXPECT_EQ(decode(fixture, {schema},
                   "{\"a_long_name_that_goes_on_2\":2,\"a_long_name_th\":4,\"a_long_name_tha\":3,"
                   "\"a_long_name_that_goes_on_1\":1}\n")
                .rows,
            (Rows{"1|2|3|4"}));
}

TEST(JsonDecoder, InvalidUtf8IsAFaultOfItsLine) {
  OperatorFixture fixture;
  const Decoded decoded =
      decode(fixture, {make_schema({{"a", kUtf8Type}})},
             "{\"a\":\"x\"}\n{\"a\":\"\xff\"}\n{\"a\":\"\u00e9\"}\n{\"a\":\"\xc3\"}\n");
  EXPECT_EQ(decoded.rows, (Rows{"x", "\u00e9"}));
  EXPECT_EQ(decoded.faults,
            (Rows{"101:7: the line is not valid UTF-8", "103:7: the line is not valid UTF-8"}));
}

TEST(JsonDecoder, RowsBeforeTheErrorAreEmittedFirst) {
  OperatorFixture fixture;
  const Decoded decoded =
      decode(fixture, {make_schema({{"a", kInt64Type}}), {}, UnknownFields::kError, OnError::kFail},
             "{\"a\":1}\n{\"a\":2}\n{\"a\":x}\n{\"a\":3}\n");
  EXPECT_EQ(decoded.rows, (Rows{"1", "2"}));
  ASSERT_TRUE(decoded.error);
  EXPECT_EQ(describe(*decoded.error), "102:6: the line is not valid JSON: here should be a value");
  EXPECT_EQ(decoded.error->data->file, "in.jsonl");
}

TEST(JsonDecoder, BatchesAreBounded) {
  OperatorFixture fixture;
  std::string text;
  for (size_t i = 0; i < 2 * kBatchRowsMax + 5; ++i) text += "{\"a\":" + std::to_string(i) + "}\n";
  const Decoded decoded = decode(fixture, {make_schema({{"a", kInt64Type}})}, text);
  ASSERT_EQ(decoded.batches.size(), 3u);
  EXPECT_EQ(decoded.batches[0].rows(), kBatchRowsMax);
  EXPECT_EQ(decoded.batches[2].rows(), 5u);
  for (size_t i = 0; i < decoded.rows.size(); ++i) {
    ASSERT_EQ(decoded.rows[i], std::to_string(i));
    ASSERT_EQ(decoded.ids[i], Ordinal(3, i));
  }
}

TEST(JsonDecoder, MemoryRunsOutAsAnError) {
  OperatorFixture fixture(size_t{1} << 20);
  std::string text = "{\"a\":[";
  for (int i = 0; i < 200'000; ++i) text += "1,";
  text += "1]}\n";
  const Decoded decoded = decode(fixture, {make_schema({{"a", Type::list(kInt64Type)}})}, text);
  ASSERT_TRUE(decoded.error);
  EXPECT_EQ(decoded.error->code, ErrorCode::kMemory);
}

TEST(JsonDecoder, LongValuesAreCutInMessages) {
  const Decoded decoded = decode_values("int64", {"\"" + std::string(39, 'x') + "\u00e9\""});
  EXPECT_EQ(decoded.faults,
            (Rows{"100:6: field \"a\": \"" + std::string(39, 'x') + "... is no int64"}));
}

}  // namespace
}  // namespace leat::io
