// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_sniffer.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

/// `name type, ...` of what the lines show.
std::string sniff(const std::vector<std::string>& lines) {
  JsonShape records;
  for (const std::string& line : lines) EXPECT_TRUE(sniff_line(line, records)) << line;
  std::string text;
  for (const Field& field : records.fields())
    text += (text.empty() ? "" : ", ") + field.name + " " + to_string(field.type);
  return text;
}

TEST(JsonSniffer, Scalars) {
  EXPECT_EQ(sniff({R"({"b":true,"i":1,"f":1.5,"s":"x"})"}), "b bool, i int64, f float64, s utf8");
  EXPECT_EQ(sniff({R"({"a":1})", R"({"a":1.5})"}), "a float64");
  EXPECT_EQ(sniff({R"({"a":1})", R"({"a":null})", R"({})"}), "a int64");
}

TEST(JsonSniffer, MixedAndUnknownKindsAreJson) {
  EXPECT_EQ(sniff({R"({"a":1,"b":null,"c":"x"})", R"({"a":"1","c":{}})"}),
            "a json, b json, c json");
  EXPECT_EQ(sniff({R"({"a":true})", R"({"a":1})"}), "a json");
}

TEST(JsonSniffer, IntegersBeyondInt64KeepTheirDigits) {
  EXPECT_EQ(sniff({R"({"a":18446744073709551615})"}), "a json");
  EXPECT_EQ(sniff({R"({"a":1})", R"({"a":9223372036854775808})"}), "a json");
}

TEST(JsonSniffer, NumbersWhoseDigitsWouldChangeAreJson) {
  EXPECT_EQ(sniff({R"({"a":9007199254740993})", R"({"a":1.5})"}), "a json");
  EXPECT_EQ(sniff({R"({"a":9007199254740993})", R"({"a":1})"}), "a int64");
  EXPECT_EQ(sniff({R"({"a":9007199254740992})", R"({"a":1.5})"}), "a float64");
  EXPECT_EQ(sniff({R"({"a":75426800250041.57})"}), "a json");
  EXPECT_EQ(sniff({R"({"a":1e400})"}), "a json");
  EXPECT_EQ(sniff({R"({"a":123456789012345678901234567890,"b":1})"}), "a json, b int64")
      << "the other fields of the line are seen";
}

TEST(JsonSniffer, RecordsHaveAnyNumberOfFields) {
  std::string record = "{\"k0\":0";
  for (int i = 1; i < 1000; ++i) record += ",\"k" + std::to_string(i) + "\":1";
  JsonShape records;
  ASSERT_TRUE(sniff_line(record + "}", records));
  EXPECT_EQ(records.fields().size(), 1000u);
  EXPECT_EQ(records.fields()[200].type, kInt64Type);
}

TEST(JsonSniffer, NamesAreUnescaped) {
  EXPECT_EQ(sniff({R"( { "a\u0062" : [ 1 , { "x" : null } ] , "c" : { } } )"}),
            "ab list<json>, c json");
}

TEST(JsonSniffer, ListsAndStructs) {
  EXPECT_EQ(sniff({R"({"a":[1,2],"b":["x"],"c":[]})", R"({"a":[1.5]})"}),
            "a list<float64>, b list<utf8>, c list<json>");
  EXPECT_EQ(sniff({R"({"a":{"x":1,"y":{"z":"s"}}})", R"({"a":{"w":true}})"}),
            "a struct<x int64, y struct<z utf8>, w bool>");
  EXPECT_EQ(sniff({R"({"a":[{"x":1},{"y":2}]})"}), "a list<struct<x int64, y int64>>");
  EXPECT_EQ(sniff({R"({"a":{}})"}), "a json");
}

TEST(JsonSniffer, ObjectsWithManyKeysAreMaps) {
  std::string object = "{\"a\":{";
  for (size_t i = 0; i <= kStructFieldsMax; ++i)
    object += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":1";
  EXPECT_EQ(sniff({object + "}}"}), "a json");
}

TEST(JsonSniffer, LinesThatAreNoObjectShowNothing) {
  JsonShape records;
  EXPECT_FALSE(sniff_line("[1]", records));
  EXPECT_FALSE(sniff_line("{\"a\":", records));
  EXPECT_FALSE(sniff_line("{\"a\":1} x", records));
  EXPECT_FALSE(sniff_line("{\"a\":1,\"b\":01}", records));
  EXPECT_FALSE(sniff_line("", records));
  EXPECT_TRUE(records.fields().empty());
}

TEST(JsonSniffer, SamplesTheBeginning) {
  const test::TempDir dir;
  const Input input{dir.write("in.jsonl", "\xEF\xBB\xBF{\"a\":1}\n\n{\"b\":2}\n{\"c\":3}\n"), 0};
  JsonShape two;
  EXPECT_EQ(*sample_jsonl(input, {}, 2, two), 2u);
  EXPECT_EQ(two.fields().size(), 2u);
  JsonShape all;
  EXPECT_EQ(*sample_jsonl(input, {}, 100, all), 3u);
  EXPECT_EQ(all.fields().size(), 3u);
}

TEST(JsonSniffer, SamplesLinesLongerThanOneRead) {
  const test::TempDir dir;
  const std::string line = "{\"a\":\"" + std::string(400'000, 'x') + "\",\"b\":1}\n";
  const Input input{dir.write("in.jsonl", line + line + line + "{\"c\":1}"), 0};
  JsonShape records;
  EXPECT_EQ(*sample_jsonl(input, {}, 100, records), 4u);
  EXPECT_EQ(records.fields().size(), 3u);
}

TEST(JsonSniffer, MissingFileIsAnError) {
  JsonShape records;
  EXPECT_FALSE(sample_jsonl(Input{"/nowhere/in.jsonl", 0}, {}, 1, records));
}

}  // namespace
}  // namespace leat::io
