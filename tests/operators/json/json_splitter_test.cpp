// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

class JsonSplitterTest : public ::testing::Test {
 protected:
  test::Splits split(const std::vector<std::string>& texts, std::string_view path = "$[*]",
                     SplitterOptions options = {}, JsonValues values = JsonValues::kMany) {
    std::vector<std::string> paths;
    for (const std::string& text : texts)
      paths.push_back(folder_.write(fmt::format("f{}.json", paths.size()), text));
    return test::run_splitter(*make_json_splitter(
        test::inputs_of(paths), {std::make_shared<JsonPath>(*parse_json_path(path)), values},
        fixture_.memory, options));
  }
  std::string error_of(const std::vector<std::string>& texts, std::string_view path = "$[*]",
                       size_t chunk = kChunkBytes) {
    const test::Splits result = split(texts, path, {.chunk_bytes = chunk});
    return result.error ? test::text_of(*result.error) : "";
  }

  test::TempDir folder_;
  test::OperatorFixture fixture_;
};

TEST_F(JsonSplitterTest, CutsBetweenWordsAndKnowsWhereItIs) {
  const auto result =
      split({"[11,12,13,14,\n15,16,17,18]"}, "$[*]", {.chunk_bytes = 16, .count_rows = true});
  ASSERT_FALSE(result.error);
  EXPECT_THAT(result.texts(), ElementsAre("[11,12,13,14,\n", "15,16,17,18]"));
  EXPECT_EQ(result.splits[1].first_line, 2u);
  EXPECT_EQ(result.splits[1].first_row, 4u);
  EXPECT_EQ(json_start(result.splits[1]).column, 1u);
}

TEST_F(JsonSplitterTest, SplitsMayBeginInTheMiddleOfALine) {
  const auto result = split({"[11,12,\"13\",14,15,16,17,18]"}, "$[*]", {.chunk_bytes = 16});
  ASSERT_EQ(result.splits.size(), 2u);
  EXPECT_EQ(json_start(result.splits[1]).column, result.splits[1].offset + 1);
}

TEST_F(JsonSplitterTest, RecordsLongerThanAChunkStayWhole) {
  const std::string record = "{\"a\":\"" + std::string(100, '}') + "\"}";
  const auto result = split({"[" + record + "," + record + "]"}, "$[*]", {.chunk_bytes = 16});
  ASSERT_FALSE(result.error);
  std::string all;
  for (const std::string& text : result.texts()) {
    all += text;
    EXPECT_EQ(text.find("{\"a\"") == std::string::npos, text.find("\"}") == std::string::npos);
  }
  EXPECT_EQ(all, "[" + record + "," + record + "]");
}

TEST_F(JsonSplitterTest, EveryFileBeginsAnew) {
  const auto result = split({"[1]", "", "[2]"});
  ASSERT_FALSE(result.error);
  EXPECT_THAT(result.texts(), ElementsAre("[1]", "[2]"));
}

TEST_F(JsonSplitterTest, WhatIsWrongHasAPlaceAtAnySizeOfChunks) {
  const std::string spaces(40, ' ');
  for (const size_t chunk : {size_t{16}, size_t{24}, kChunkBytes}) {
    EXPECT_EQ(error_of({"[1,\n" + spaces + "2 3]"}, "$[*]", chunk),
              "the file is not valid JSON: here should be a ',' or ']' @ f0.json:2:43");
    EXPECT_EQ(error_of({"[1,2" + spaces}, "$[*]", chunk),
              "the file is not valid JSON: the file ends inside of a list @ f0.json:1:45");
    EXPECT_EQ(error_of({"[1]" + spaces + "]"}, "$[*]", chunk),
              "the file is not valid JSON: here should be a value @ f0.json:1:44");
    EXPECT_EQ(error_of({"[1,\n" + spaces + "{\"a\":1"}, "$[*]", chunk),
              "the file ends inside of the value that begins here @ f0.json:2:41");
    EXPECT_EQ(error_of({"[1]", "{\"a\":" + spaces + "1}"}, "$[*]", chunk),
              fmt::format("'records: $[*]' leads to nothing in '{}': '$' is no list",
                          folder_.file("f1.json")));
  }
}

TEST_F(JsonSplitterTest, TheSplitsBeforeAFaultComeFirst) {
  const auto result = split({"[1,2}"});
  EXPECT_THAT(result.texts(), ElementsAre("[1,2}"));
  EXPECT_TRUE(result.error);
  const auto small = split({"[10,20,30,40,50,60}"}, "$[*]", {.chunk_bytes = 16});
  EXPECT_EQ(small.splits.size(), 2u);
  EXPECT_TRUE(small.error);
}

TEST_F(JsonSplitterTest, ARecordThatDoesNotEndIsSaidToBeBrokenRatherThanLong) {
  const SplitterOptions options{.chunk_bytes = 16, .max_record = 64};
  const std::string more = "[" + std::string(200, ' ');
  const auto broken = split({"[{\"a\":[1}," + more}, "$[*]", options);
  ASSERT_TRUE(broken.error);
  EXPECT_EQ(test::text_of(*broken.error),
            "the value is not valid JSON: here should be a ',' or ']' @ f0.json:1:9");
  const auto only_long = split({"[\n{\"a\":" + more + "]}]"}, "$[*]", options);
  ASSERT_TRUE(only_long.error);
  EXPECT_EQ(test::text_of(*only_long.error),
            "the value that begins here is longer than max_record, 64 bytes @ f0.json:2:1");
}

TEST_F(JsonSplitterTest, ADocumentHasOneValue) {
  const auto none = split({" "}, "$[*]", {}, JsonValues::kOne);
  ASSERT_TRUE(none.error);
  EXPECT_EQ(test::text_of(*none.error),
            "the file is not valid JSON: here should be a value @ f0.json:1:2");
  EXPECT_FALSE(split({" [1]\n"}, "$[*]", {.chunk_bytes = 16}, JsonValues::kOne).error);
  EXPECT_TRUE(split({"[1][2]"}, "$[*]", {}, JsonValues::kOne).error);
}

}  // namespace
}  // namespace leat::io
