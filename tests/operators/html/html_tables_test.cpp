// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/html/html_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/html/html_library.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

class HtmlTablesTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(load_html_library()); }

  /// The rows of the table as JSON, with their lines, and the error behind them.
  std::vector<std::string> read(std::string_view content, HtmlTableChoice choice = {},
                                TreeOpening opening = {}) {
    const std::string name = folder_.write("a.html", content);
    const auto format = make_html_format(std::move(choice));
    auto reader = format->open(std::make_shared<Input>(Input{.name = name}), opening);
    std::vector<std::string> out;
    while (reader) {
      auto record = (*reader)->next();
      if (!record) out.push_back("! " + record.error().message + ": " + record.error().hint);
      if (!record || !*record) break;
      std::string json;
      append_record(**record, {}, json);
      out.push_back(json);
    }
    return out;
  }

  test::TempDir folder_;
};

TEST_F(HtmlTablesTest, HeadersAndCells) {
  EXPECT_THAT(read("<table><tr><th>a<th>b<tr><td> x&amp;\n <b>y</b><br>z<td>&nbsp;<tr><td><td>"
                   "<tr><td>1<td>2</table>"),
              ElementsAre(R"({"a":"x& y z","b":null})", R"({"a":1,"b":2})"));
  EXPECT_THAT(read("<table><tr><td>a<td>a<tr><td>1<td>2</table>"),
              ElementsAre(R"({"a":1,"a_2":2})"));
  EXPECT_THAT(read("<table><tr><td>1<td>2</table>", {.header = false}),
              ElementsAre(R"({"column1":1,"column2":2})"));
  EXPECT_THAT(read("<table><tr><th>a<tr><td>1<td>2</table>"),
              ElementsAre(R"({"a":1,"column2":2})"));
}

TEST_F(HtmlTablesTest, Spans) {
  EXPECT_THAT(
      read("<table><thead><tr><th rowspan=2>c<th colspan=2>2024<tr><th>q1<th>q2</thead>"
           "<tr><td rowspan=2>x<td>1<td>2<tr><td colspan=2>3</table>"),
      ElementsAre(R"({"c":"x","2024 q1":1,"2024 q2":2})", R"({"c":"x","2024 q1":3,"2024 q2":3})"));
}

TEST_F(HtmlTablesTest, WhichTable) {
  constexpr std::string_view kPage =
      "<html><body><table id=one><tr><th>a<tr><td>1<table><tr><th>i<tr><td>9</table></td></table>"
      "<table><caption> The  second </caption><tr><th>b<tr><td>2</table>";
  EXPECT_THAT(read(kPage), ElementsAre(R"({"a":1})"));
  EXPECT_THAT(read(kPage, {.number = 2}), ElementsAre(R"({"i":9})"));
  EXPECT_THAT(read(kPage, {.number = 3}), ElementsAre(R"({"b":2})"));
  EXPECT_THAT(read(kPage, {.number = 0, .name = "one"}), ElementsAre(R"({"a":1})"));
  EXPECT_THAT(read(kPage, {.number = 0, .name = "The second"}), ElementsAre(R"({"b":2})"));
  EXPECT_THAT(read(kPage, {.number = 4}),
              ElementsAre("! the page has no table 4: it has 3, among them 'one', 'The second'"));
  EXPECT_THAT(read("<p>"), ElementsAre("! the page has no table 1: it has none at all"));
}

TEST_F(HtmlTablesTest, WhatIsNotShown) {
  EXPECT_THAT(read("<table><tr><th>a<tr><td><script>var x = '<td>';</script><!-- y -->1"
                   "<style>b{}</style></table>"),
              ElementsAre(R"({"a":1})"));
}

TEST_F(HtmlTablesTest, Encodings) {
  EXPECT_THAT(read("<meta charset=\"utf-8\"><table><tr><th>é<tr><td>€</table>"),
              ElementsAre("{\"é\":\"€\"}"));
  const auto latin1 = TextEncoding::find("latin1");
  EXPECT_THAT(read("<table><tr><th>\xE9<tr><td>1</table>", {}, {.encoding = &*latin1}),
              ElementsAre("{\"é\":1}"));
}

TEST_F(HtmlTablesTest, TablesHaveLimits) {
  std::string wide = "<table><tr>";
  for (int i = 0; i < 11; ++i) wide += "<td colspan=1000>x";
  EXPECT_THAT(read(wide), ElementsAre("! the table has more than 10000 columns: "));
  test::OperatorFixture fixture(size_t{4} << 20);
  EXPECT_TRUE(read("<table><tr><td>" + std::string(size_t{9} << 20, 'x') + "</table>", {},
                   {.memory = &fixture.memory})[0]
                  .starts_with("! "));
  EXPECT_EQ(fixture.memory.used(), 0u);
}

}  // namespace
}  // namespace leat::io
