// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/tree/xml_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

class XmlRecordsTest : public ::testing::Test {
 protected:
  /// The records of `content` as JSON of texts, and the error behind them.
  std::vector<std::string> read(std::string_view content, std::string_view path,
                                TreeOpening opening = {}) {
    const std::string name = folder_.write("a.xml", content);
    const auto format = make_xml_format(*parse_xml_path(path));
    auto reader = format->open(std::make_shared<Input>(Input{.name = name}), opening);
    std::vector<std::string> out;
    while (reader) {
      auto record = (*reader)->next();
      if (!record) {
        const auto place = record.error().data.value_or(TextPlace{});
        out.push_back("! " + record.error().message + " @ " + std::to_string(place.line) + ':' +
                      std::to_string(place.column));
        break;
      }
      if (!*record) break;
      std::string json;
      append_record(**record, {}, json);
      out.push_back(std::to_string((*record)->line) + ' ' + json);
    }
    return out;
  }

  test::TempDir folder_;
};

TEST_F(XmlRecordsTest, ElementsAndAttributes) {
  EXPECT_THAT(read("<?xml version=\"1.0\"?>\n<f:feed xmlns:f=\"u\">\n<entry id=\"1\"><f:t> a&lt;b "
                   "</f:t><x/></entry>\n<other/><entry><p c=\"EUR\">5</p><p c=\"USD\">6</p>\n"
                   "</entry></f:feed>\n",
                   "/feed/entry"),
              ElementsAre(R"(3 {"id":1,"t":"a<b","x":null})",
                          R"(4 {"p":[{"c":"EUR","value":5},{"c":"USD","value":6}]})"));
}

TEST_F(XmlRecordsTest, Paths) {
  constexpr std::string_view kText = "<r><a><i>1</i></a><b><i>2</i><c><i><i>3</i></i></c></b></r>";
  EXPECT_THAT(read(kText, "/r/*/i"), ElementsAre(R"(1 {"value":1})", R"(1 {"value":2})"));
  EXPECT_THAT(read(kText, "//i"),
              ElementsAre(R"(1 {"value":1})", R"(1 {"value":2})", R"(1 {"i":3})"));
  EXPECT_THAT(read(kText, "/*/*"), ElementsAre(R"(1 {"i":1})", R"(1 {"i":2,"c":{"i":{"i":3}}})"));
  EXPECT_THAT(read("<feed></feed>", "/feed/entry"), ElementsAre());
  const std::string nothing =
      "! 'records: /feed/entry' leads to nothing in '" + folder_.file("a.xml") + "': ";
  EXPECT_THAT(read("<rss><item/></rss>", "/feed/entry"),
              ElementsAre(nothing + "the document begins with 'rss' @ 0:0"));
  EXPECT_THAT(read("<feed><item/><title/></feed>", "/feed/entry"),
              ElementsAre(nothing + "on the way there are 'item', 'title' @ 0:0"));
  EXPECT_THAT(read("<feed><item/></feed>", "//entry"),
              ElementsAre(::testing::EndsWith("the document begins with 'feed' @ 0:0")));
  for (const char* path : {"", "/", "feed", "/a//b", "/a[1]", "//a/b", "/a/@b"})
    EXPECT_FALSE(parse_xml_path(path)) << path;
}

TEST_F(XmlRecordsTest, MixedTextAndSpace) {
  EXPECT_THAT(read("<r><i>a<b>c</b>d</i><i><b xml:space=\"preserve\"> c </b></i></r>", "/r/i"),
              ElementsAre(R"(1 {"b":"c","value":"ad"})", R"(1 {"b":" c "})"));
  EXPECT_THAT(read("<r><i><b><![CDATA[<x>]]>&#65;</b></i></r>", "/r/i"),
              ElementsAre(R"(1 {"b":"<x>A"})"));
}

TEST_F(XmlRecordsTest, EntitiesAreRefused) {
  EXPECT_THAT(read("<!DOCTYPE r [\n<!ENTITY a \"b\">]><r><i>&a;</i></r>", "/r/i"),
              ElementsAre("! the document declares the entity 'a', and entities are not expanded "
                          "@ 2:12"));
  EXPECT_THAT(
      read("<!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><r><i>&a;</i></r>", "/r/i")[0],
      ::testing::StartsWith("! the document declares the entity 'a'"));
  EXPECT_THAT(read("<!DOCTYPE r SYSTEM \"r.dtd\"><r><i>&a;</i></r>", "/r/i")[0],
              ::testing::StartsWith("! the entity 'a' is declared outside of the file"));
  EXPECT_THAT(read("<!DOCTYPE r SYSTEM \"r.dtd\"><r><i>1</i></r>", "/r/i"),
              ElementsAre(R"(1 {"value":1})"));
}

TEST_F(XmlRecordsTest, WhatIsNoXml) {
  EXPECT_THAT(read("<r><i>1</i>\n<i>2</j></r>", "/r/i"),
              ElementsAre(R"(1 {"value":1})", "! the file is not valid XML: mismatched tag @ 2:7"));
  EXPECT_THAT(read("<r><i>1</i>", "/r/i"),
              ElementsAre(R"(1 {"value":1})", "! the file ends before the document does @ 1:12"));
  EXPECT_THAT(read("", "/r/i"), ElementsAre("! the file ends before the document does @ 1:1"));
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "<i>";
  EXPECT_THAT(read(deep, "/i/i")[0], ::testing::StartsWith("! elements are nested more than 256"));
}

TEST_F(XmlRecordsTest, Encodings) {
  EXPECT_THAT(read("<?xml version='1.0' encoding='windows-1252'?><r><i>\x80</i></r>", "/r/i"),
              ElementsAre("1 {\"value\":\"€\"}"));
  EXPECT_THAT(read("<?xml version='1.0' encoding='ISO-8859-1'?><r><i>\xE9</i></r>", "/r/i"),
              ElementsAre("1 {\"value\":\"é\"}"));
  const auto latin1 = TextEncoding::find("latin1");
  EXPECT_THAT(read("<r><i>\xE9</i></r>", "/r/i", {.encoding = &*latin1}),
              ElementsAre("1 {\"value\":\"é\"}"));
  EXPECT_THAT(read("<r><i>\xE9</i></r>", "/r/i")[0],
              ::testing::StartsWith("! the file is not valid XML: not well-formed"));
}

TEST_F(XmlRecordsTest, ARecordHasALimit) {
  test::OperatorFixture fixture(size_t{4} << 20);
  const std::string text = "<r><i>" + std::string(size_t{3} << 20, 'x') + "</i></r>";
  EXPECT_THAT(
      read(text, "/r/i", {.max_record = size_t{2} << 20})[0],
      ::testing::StartsWith("! the record that begins in line 1 is longer than max_record"));
  EXPECT_EQ(read(text, "/r/i", {.memory = &fixture.memory})[0].size(), (size_t{3} << 20) + 14);
  const std::string large = "<r><i>" + std::string(size_t{9} << 20, 'x') + "</i></r>";
  EXPECT_TRUE(read(large, "/r/i", {.memory = &fixture.memory})[0].starts_with("! "));
  EXPECT_EQ(fixture.memory.used(), 0u);
}

}  // namespace
}  // namespace leat::io
