// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_walker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/json/json_extent.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

struct Walked {
  std::vector<std::string> records;
  std::string fault;
  size_t fault_at = 0;
  bool found = false;
  std::string why;
};

JsonPath path_of(std::string_view text) {
  return text.empty() ? JsonPath::lists_or_values() : *parse_json_path(text);
}

/// Walks over all of `text`, `piece` more bytes at a time, as if it were cut where the walker
/// stands.
Walked walk(std::string_view text, std::string_view path, size_t piece,
            JsonValues values = JsonValues::kMany) {
  Walked walked;
  JsonWalker walker(std::make_shared<JsonPath>(path_of(path)), values);
  std::string rest;
  size_t taken = 0;  // of the text
  for (bool complete = false; !complete;) {
    const size_t more = std::min(piece, text.size() - taken);
    rest += text.substr(taken, more);
    taken += more;
    complete = taken == text.size();
    const size_t size = rest.size();
    rest.append(64, '"');
    const std::string_view now(rest.data(), size);
    size_t at = 0;
    JsonWalker::Stop stop = walker.next(now, at, complete);
    for (; stop == JsonWalker::Stop::kRecord; stop = walker.next(now, at, complete)) {
      const size_t end = JsonExtent(at).find_end(now, complete);
      if (end == std::string_view::npos) break;
      walked.records.emplace_back(now.substr(at, end - at));
      at = end;
      walker.behind_record();
    }
    rest = rest.substr(at, size - at);
    if (stop == JsonWalker::Stop::kFault && walked.fault.empty()) {
      walked.fault = walker.fault();
      walked.fault_at = taken - rest.size() + walker.fault_offset();
      break;
    }
  }
  walked.found = walker.has_found();
  if (!walked.found && walker.has_values()) walked.why = walker.why_not_found();
  return walked;
}

/// The same in one piece and in small ones.
Walked walk(std::string_view text, std::string_view path = "",
            JsonValues values = JsonValues::kMany) {
  Walked whole = walk(text, path, text.size() + 1, values);
  for (size_t piece = 1; piece < 20; ++piece) {
    const Walked other = walk(text, path, piece, values);
    EXPECT_EQ(other.records, whole.records) << text << " in pieces of " << piece;
    EXPECT_EQ(other.fault, whole.fault) << text << " in pieces of " << piece;
    EXPECT_EQ(other.fault_at, whole.fault_at) << text << " in pieces of " << piece;
    EXPECT_EQ(other.found, whole.found);
  }
  return whole;
}

TEST(JsonWalker, WithoutAPathListsHaveTheRecordsAndOtherValuesAreThem) {
  EXPECT_THAT(walk(" [ {\"a\":1} ,\n{\"a\":\"]\"}\n] ").records,
              ElementsAre("{\"a\":1}", "{\"a\":\"]\"}"));
  EXPECT_THAT(walk("{\"a\":1}{\"a\":2}\n{\"a\":[3]}").records,
              ElementsAre("{\"a\":1}", "{\"a\":2}", "{\"a\":[3]}"));
  EXPECT_THAT(walk("1 \"x\" [2,[3]] null").records, ElementsAre("1", "\"x\"", "2", "[3]", "null"));
  EXPECT_TRUE(walk("").records.empty());
  EXPECT_TRUE(walk("[]").found);
}

TEST(JsonWalker, APathLeadsToRecordsWhereverTheyAre) {
  const std::string_view text =
      R"({"n":[1,{"items":[0]}],"data":{"x":{"items":[7]},"\u0069tems":[{"a":1},[2],3],"y":"items"},"items":[9]})";
  EXPECT_THAT(walk(text, "$.data.items[*]").records, ElementsAre("{\"a\":1}", "[2]", "3"));
  EXPECT_THAT(walk(text, "$.data.items").records, ElementsAre("[{\"a\":1},[2],3]"));
  EXPECT_THAT(walk(text, "$.data.items[1]").records, ElementsAre("[2]"));
  EXPECT_THAT(walk(text, "$.items[0]").records, ElementsAre("9"));
  EXPECT_THAT(walk(text, "$").records, ElementsAre(std::string(text)));
  EXPECT_THAT(walk("[{\"p\":[1,2]},{\"q\":0},{\"p\":[]},{\"p\":[3]}]", "$[*].p[*]").records,
              ElementsAre("1", "2", "3"));
}

TEST(JsonWalker, SaysWhyAPathLeadsToNothing) {
  EXPECT_EQ(walk("{\"data\":{\"x\":1}}", "$.data.items[*]").why, "'$.data' has no field 'items'");
  EXPECT_EQ(walk("{\"data\":{\"items\":1}}", "$.data.items[*]").why, "'$.data.items' is no list");
  EXPECT_EQ(walk("{\"data\":[]}", "$.data.items[*]").why, "'$.data' is no object");
  EXPECT_EQ(walk("[]", "$.data").why, "'$' is no object");
  EXPECT_EQ(walk("[1,2]", "$[2]").why, "the list '$' has no element 2");
  EXPECT_EQ(walk("{\"items\":[]}", "$.items[*]").why, "");
  EXPECT_EQ(walk("{\"items\":[]}", "$.items[*].x").why, "");
}

struct Broken {
  std::string text;
  std::string fault;
  size_t at;
};

TEST(JsonWalker, WhatIsNoJsonBetweenRecordsIsAFault) {
  const std::vector<Broken> cases = {
      {"[1,]", "here should be a value", 3},       {"[,1]", "here should be a value", 1},
      {"[1 2]", "here should be a ',' or ']'", 3}, {"[1}", "here should be a ',' or ']'", 2},
      {"[1", "the file ends inside of a list", 2}, {"[1]]", "here should be a value", 3},
      {"]", "here should be a value", 0},          {"{} , {}", "here should be a value", 3},
  };
  for (const Broken& broken : cases) {
    const Walked walked = walk(broken.text);
    EXPECT_EQ(walked.fault, broken.fault) << broken.text;
    EXPECT_EQ(walked.fault_at, broken.at) << broken.text;
  }
}

TEST(JsonWalker, WhatThePathPassesIsChecked) {
  const std::vector<Broken> cases = {
      {R"({"a":[1,2,],"x":1})", "here should be a value", 10},
      {R"({"a":{"b" 1},"x":1})", "here should be a ':'", 10},
      {R"({"a":{b:1},"x":1})", "here should be a field name in quotes", 6},
      {R"({"a":1,})", "here should be a field name in quotes", 7},
      {R"({"a":tru,"x":1})", "here should be a value", 5},
      {R"({"a":"\u12","x":1 ,"long enough":1})", "\\u needs four hexadecimal digits", 6},
      {R"({"a":01,"x":1})", "a number cannot begin with 0", 5},
      {R"({"a":1)", "the file ends inside of an object", 6},
  };
  for (const Broken& broken : cases) {
    const Walked walked = walk(broken.text, "$.x");
    EXPECT_EQ(walked.fault, broken.fault) << broken.text;
    EXPECT_EQ(walked.fault_at, broken.at) << broken.text;
  }
  const std::string deep = "{\"a\":" + std::string(2000, '[');
  EXPECT_EQ(walk(deep, "$.x", deep.size()).fault, "the value is nested too deep");
}

TEST(JsonWalker, ADocumentIsOneValue) {
  EXPECT_EQ(walk("1 2", "", JsonValues::kOne).fault, "behind the value there is more text");
  EXPECT_EQ(walk("[1] x", "", JsonValues::kOne).fault, "behind the value there is more text");
  EXPECT_EQ(walk(" ", "", JsonValues::kOne).fault, "here should be a value");
  EXPECT_EQ(walk(" [1]\n", "", JsonValues::kOne).fault, "");
}

TEST(JsonWalker, ValuesOneAfterAnotherNeedSpaceIfTheyHaveNoEnd) {
  EXPECT_EQ(walk("[1]2").fault, "here should be white space, or the end");
  EXPECT_EQ(walk("[1]\"x\"{}").fault, "");
}

}  // namespace
}  // namespace leat::io
