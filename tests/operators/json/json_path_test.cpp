// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_path.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

TEST(JsonPath, StepsIntoObjectsAndLists) {
  const auto path = parse_json_path("$.data['odd name'][\"a\\\"b\"].x-1[*][12]");
  ASSERT_TRUE(path);
  ASSERT_EQ(path->steps.size(), 6u);
  EXPECT_EQ(path->steps[0].name, "data");
  EXPECT_EQ(path->steps[1].name, "odd name");
  EXPECT_EQ(path->steps[2].name, "a\"b");
  EXPECT_EQ(path->steps[3].name, "x-1");
  EXPECT_EQ(path->steps[4].kind, JsonStep::Kind::kElements);
  EXPECT_EQ(path->steps[5].kind, JsonStep::Kind::kElement);
  EXPECT_EQ(path->steps[5].index, 12u);
}

TEST(JsonPath, TheTextOfAPathReadsBack) {
  for (const std::string text :
       {"$", "$[*]", "$.a.b[*].c[0]", "$[\"odd name\"].x", "$[\"\"][\"q\\\"uote\"]"}) {
    const auto path = parse_json_path(text);
    ASSERT_TRUE(path) << text;
    EXPECT_EQ(path->text(path->steps.size()), text);
  }
  EXPECT_EQ(parse_json_path("$.a.b[*]")->text(1), "$.a");
}

TEST(JsonPath, MistakesSayWhatIsWrong) {
  const auto mistake = [](std::string_view text) { return parse_json_path(text).error().message; };
  EXPECT_EQ(mistake("data"),
            "'data' is no path to records: it does not begin with '$', the whole value");
  EXPECT_EQ(mistake(""), "'' is no path to records: it does not begin with '$', the whole value");
  EXPECT_EQ(mistake("$..a"), "'$..a' is no path to records: '..' is not supported");
  EXPECT_EQ(mistake("$.a."), "'$.a.' is no path to records: a name is missing behind '.'");
  EXPECT_EQ(mistake("$a"), "'$a' is no path to records: 'a' is no step");
  EXPECT_EQ(mistake("$[*"), "'$[*' is no path to records: a '[' is not closed");
  EXPECT_EQ(mistake("$[-1]"),
            "'$[-1]' is no path to records: '[' takes a '*', a number from 0, or a name in quotes");
  EXPECT_EQ(mistake("$['a"), "'$['a' is no path to records: a name in quotes does not end");
  std::string long_path = "$";
  for (int i = 0; i < 65; ++i) long_path += "[*]";
  EXPECT_NE(mistake(long_path).find("more than 64 steps"), std::string::npos);
}

}  // namespace
}  // namespace leat::io
