// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/tree/yaml_records.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

class YamlRecordsTest : public ::testing::Test {
 protected:
  /// The records of `content` as JSON of texts with their lines, and the error instead of them.
  std::vector<std::string> read(std::string_view content, const std::string& path = "",
                                TreeOpening opening = {}) {
    const std::string name = folder_.write("a.yaml", content);
    const auto format =
        make_yaml_format(path.empty() ? JsonPath::lists_or_values() : *parse_json_path(path));
    auto reader = format->open(std::make_shared<Input>(Input{.name = name}), opening);
    std::vector<std::string> out;
    while (reader) {
      auto record = (*reader)->next();
      if (!record) {
        const auto place = record.error().data.value_or(TextPlace{});
        out.push_back(
            fmt::format("! {} @ {}:{}", record.error().message, place.line, place.column));
        break;
      }
      if (!*record) break;
      std::string json;
      append_record(**record, {}, json);
      out.push_back(fmt::format("{}:{} {}", (*record)->line, (*record)->column, json));
    }
    return out;
  }

  test::TempDir folder_;
};

TEST_F(YamlRecordsTest, ListsOfMappings) {
  EXPECT_THAT(
      read("# countries\n- code: DE\n  rate: 19\n  tags: [a, 'b']\n- { code: NO, rate: ~ }\n"),
      ElementsAre(R"(2:3 {"code":"DE","rate":19,"tags":["a","b"]})",
                  R"(5:3 {"code":"NO","rate":null})"));
  EXPECT_THAT(read("a: 1\n---\n- a: 2\n---\n"), ElementsAre(R"(1:1 {"a":1})", R"(3:3 {"a":2})"))
      << "documents one after another";
  EXPECT_THAT(read(""), ElementsAre());
  EXPECT_THAT(read("[]"), ElementsAre());
}

TEST_F(YamlRecordsTest, PathsToRecords) {
  const std::string text = "data:\n  items:\n    - a: 1\n    - a: 2\n  none:\n";
  EXPECT_THAT(read(text, "$.data.items[*]"), ElementsAre(R"(3:7 {"a":1})", R"(4:7 {"a":2})"));
  EXPECT_THAT(read(text, "$.data.items[1]"), ElementsAre(R"(4:7 {"a":2})"));
  EXPECT_THAT(read(text, "$.data.rows[*]"),
              ElementsAre("! '$.data.rows[*]' leads to nothing in this file @ 1:1"));
  EXPECT_THAT(read("- 1\n- 2\n"), ElementsAre("! a record is a mapping of names to values @ 1:3"));
}

TEST_F(YamlRecordsTest, AliasesAndMergeKeys) {
  EXPECT_THAT(read("- &a { x: 1, y: [2] }\n- { <<: *a, x: 3 }\n- { z: *a }\n"),
              ElementsAre(R"(1:3 {"x":1,"y":[2]})", R"(2:3 {"x":3,"y":[2]})",
                          R"(3:3 {"z":{"x":1,"y":[2]}})"));
  EXPECT_THAT(read("- { <<: 1 }\n"),
              ElementsAre("! '<<' needs a mapping, or a list of mappings, to take over @ 1:9"));
  EXPECT_THAT(read("- &a [*a]\n"),
              ElementsAre("! this alias stands inside the value it names @ 1:7"));
}

TEST_F(YamlRecordsTest, CopiesAreCounted) {
  std::string text = "a: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]\n";
  for (int i = 1; i < 6; ++i) {
    text += fmt::format("b{0}: &a{0} [", i);
    for (int j = 0; j < 10; ++j) text += fmt::format("{}*a{}", j == 0 ? "" : ", ", i - 1);
    text += "]\n";
  }
  const auto shown = read(text);
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_THAT(shown[0], ::testing::StartsWith("! the file has more than 1000000 values, those that "
                                              "aliases repeat included @ "));
}

TEST_F(YamlRecordsTest, WhatIsNotAccepted) {
  EXPECT_THAT(read("- a: 1\n  a: 2\n"), ElementsAre("! 'a' is written twice @ 2:3"));
  EXPECT_THAT(read("- a: !!int 1\n"), ElementsAre("! a YAML tag has no meaning in a table @ 1:6"));
  EXPECT_THAT(read("- a: 1\n- b: 'x\n"),
              ElementsAre("! the quote that opens here is never closed @ "
                          "2:6"));
  EXPECT_THAT(read("- a: b: c\n").front(), ::testing::StartsWith("! the YAML cannot be read: "));
  EXPECT_THAT(read("- a: x\xFFy\n"), ElementsAre("! the file is not valid UTF-8 @ 1:7"));
  EXPECT_THAT(read("- [" + std::string(100, '[') + std::string(100, ']') + "]\n").front(),
              ::testing::StartsWith("! values are nested more than 64 deep @ 1:"));
  EXPECT_THAT(read(std::string(100'000, '[')).front(), ::testing::StartsWith("! "));
  EXPECT_THAT(read("- a: " + std::string(300'000, 'x'), "", {.max_record = 100'000}),
              ElementsAre("! the file is longer than 97.7 KiB, and YAML is read as a whole @ 1:1"));
}

}  // namespace
}  // namespace leat::io
