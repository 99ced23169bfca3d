// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_parse;

namespace {

using test::Opt;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const SchemaRef kLines = test::make_schema({{"line", kUtf8Type}});

std::vector<std::string> parse(const Opt& options, const std::vector<test::Row>& rows,
                               const SchemaRef& schema = kLines) {
  test::OperatorFixture fixture;
  const test::Binding binding = test::bind_ok(operator_parse, options, schema);
  const test::Run result =
      test::run(fixture, binding, {test::make_batch(fixture.memory, schema, rows)});
  EXPECT_FALSE(result.error) << result.error_message();
  return result.rows;
}

TEST(Parse, NamedGroupsBecomeColumns) {
  EXPECT_THAT(
      parse("(?<key>\\w+)=(?P<value>.*)",
            {{"a=1"}, {"a longer key=and a value that is longer than twelve bytes"}, {"k="}}),
      ElementsAre("a|1", "key|and a value that is longer than twelve bytes", "k|"));
}

TEST(Parse, KnownPatternsAndTypes) {
  EXPECT_THAT(parse("%{IP:client} %{WORD:method} %{NOTSPACE:path} %{NUMBER:bytes:int}",
                    {{"10.0.0.1 GET /a%20b?x=1 512 more"}, {"::1 PUT / -7"}}),
              ElementsAre("10.0.0.1|GET|/a%20b?x=1|512", "::1|PUT|/|-7"));
  EXPECT_THAT(parse(Opt::map({{"pattern", "%{ORDER:id} %{INT:n:float}"},
                              {"patterns", Opt::map({{"ORDER", "[A-Z]{2}\\d+"}})},
                              {"types", Opt::map({{"n", "int64"}})}}),
                    {{"AB12 7"}}),
              ElementsAre("AB12|7"));
}

TEST(Parse, ClassesHoldLettersOfAllScripts) {
  EXPECT_THAT(parse("^(?<a>\\w+)(?<b>\\s)(?<c>[[:alpha:]]+)(?<d>\\S*)$",
                    {{"abc d"}, {"\xC3\xA9t\xC3\xA9\xE3\x80\x80\xD0\x94!"}, {"a\vb"}}),
              ElementsAre("abc| |d|", "\xC3\xA9t\xC3\xA9|\xE3\x80\x80|\xD0\x94|!", "a|\v|b|"));
  EXPECT_THAT(parse("^(?<a>\\w+) (?<b>\\S+)$", {{"abc d"}, {"\xC3\xA9 \xC3\xA9"}}),
              ElementsAre("abc|d", "\xC3\xA9|\xC3\xA9"))
      << "of a plain kind";
}

TEST(Parse, TextOfGroupsIsNotCopied) {
  test::OperatorFixture fixture;
  const Batch batch = test::make_batch(fixture.memory, kLines,
                                       {{"first half of the line / second half of the line"}});
  const test::Binding binding = test::bind_ok(operator_parse, "(?<a>.*) / (?<b>.*)", kLines);
  test::CollectingOutput output(fixture.ledger);
  const auto lane =
      std::get<std::unique_ptr<Map>>(binding.bound->species)->lane(fixture.lane(), {});
  ASSERT_TRUE(lane->process(batch, output));
  const std::string_view line = batch.column(0).view_at(0);
  EXPECT_EQ(output.batches[0].column(1).view_at(0).data(), line.data() + 25);
}

TEST(Parse, TypesOfGroups) {
  const Opt options =
      Opt::map({{"pattern", "^(?<i>\\S+) (?<f>\\S+) (?<b>\\S+) (?<d>\\S+) (?<t>\\S+) (?<m>\\S+)$"},
                {"types", Opt::map({{"i", "int64"},
                                    {"f", "float64"},
                                    {"b", "bool"},
                                    {"d", "date"},
                                    {"t", "timestamp"},
                                    {"m", "decimal(10,2)"}})}});
  EXPECT_THAT(parse(options, {{"7 2.5 true 1970-01-02 1970-01-01T00:00:01 1.25"}}),
              ElementsAre("7|2.5|true|1|1000000|125"));
}

TEST(Parse, GroupsOutsideTheMatchAndNullTextsAreNull) {
  EXPECT_THAT(
      parse(Opt::map({{"pattern", "a(?<x>b)?(?<y>\\d+)?"}, {"types", Opt::map({{"y", "int64"}})}}),
            {{"ab"}, {"a12"}, {nullptr}}),
      ElementsAre("b|NULL", "NULL|12", "NULL|NULL"));
}

TEST(Parse, KeepsTheInputsColumns) {
  const SchemaRef schema = test::make_schema({{"id", kInt64Type}, {"text", kUtf8Type}});
  const Opt options = Opt::map({{"pattern", "(?<n>\\d+)"}, {"keep", "true"}});
  EXPECT_THAT(parse(options, {{1, "a 12"}}, schema), ElementsAre("1|a 12|12"));
  const test::Binding binding = test::bind_ok(operator_parse, options, schema);
  EXPECT_EQ(binding.bound->column_inputs, (std::vector<std::vector<InputColumn>>{{0}, {1}, {1}}));
  EXPECT_EQ(binding.bound->always_read, std::vector<InputColumn>{1});
}

TEST(Parse, ATextThatDoesNotMatchIsAFault) {
  test::OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const Opt options =
      Opt::map({{"pattern", "^(?<n>\\w+)$"}, {"types", Opt::map({{"n", "int64"}})}});
  const test::Binding binding = test::bind_ok(operator_parse, options, kLines);
  const Batch batch = test::make_batch(fixture.memory, kLines, {{"1"}, {"a b"}, {"x"}, {"4"}});
  const test::Run result =
      test::run(fixture, binding, {batch, test::select_rows(fixture.memory, batch, {1, 3})});
  EXPECT_THAT(result.rows, ElementsAre("1", "4", "4"));
  ASSERT_EQ(fixture.faults.absorbed().size(), 3u);
  EXPECT_EQ(fixture.faults.absorbed()[0].message, "column 'line' does not match the pattern");
  EXPECT_EQ(fixture.faults.absorbed()[1].message, "'x' in group 'n' is not a value of type int64");
}

TEST(Parse, UnderFailTheRowsBeforeComeFirst) {
  test::OperatorFixture fixture;
  const test::Binding binding = test::bind_ok(operator_parse, "^(?<n>\\d+)$", kLines);
  const test::Run result = test::run(
      fixture, binding, {test::make_batch(fixture.memory, kLines, {{"1"}, {"x"}, {"3"}})});
  EXPECT_THAT(result.rows, ElementsAre("1"));
  EXPECT_EQ(result.error_message(), "column 'line' does not match the pattern");
}

TEST(Parse, FindsItsColumn) {
  const SchemaRef only = test::make_schema({{"id", kInt64Type}, {"message", kUtf8Type}});
  EXPECT_THAT(parse("(?<x>\\w+)", {{1, "abc"}}, only), ElementsAre("abc"));
  const SchemaRef several = test::make_schema({{"host", kUtf8Type}, {"line", kUtf8Type}});
  EXPECT_THAT(parse("(?<x>\\w+)", {{"h", "abc"}}, several), ElementsAre("abc"));
  EXPECT_THAT(
      parse(Opt::map({{"pattern", "(?<x>\\w+)"}, {"column", "host"}}), {{"h", "abc"}}, several),
      ElementsAre("h"));
}

TEST(Parse, MistakesAreFoundWhileBinding) {
  const auto mistakes = [](const Opt& options, const SchemaRef& schema = kLines) {
    return test::bind(operator_parse, options, schema).mistakes;
  };
  EXPECT_THAT(mistakes("(?<x>"),
              ElementsAre(HasSubstr("the pattern is not a regular expression: missing )")));
  EXPECT_THAT(mistakes("(a)"),
              ElementsAre("the pattern has no named group, so it makes no column [(a)]"));
  EXPECT_THAT(mistakes(Opt::map({{"pattern", "(?<x>a)"}, {"column", "lne"}})),
              ElementsAre("there is no column 'lne' [lne]"));
  EXPECT_THAT(mistakes(Opt::map({{"pattern", "(?<x>a)"}, {"types", Opt::map({{"y", "int64"}})}})),
              ElementsAre("the pattern has no group 'y' [y]"));
  EXPECT_THAT(mistakes(Opt::map({{"pattern", "(?<x>a)"}, {"types", Opt::map({{"x", "json"}})}})),
              ElementsAre("a group cannot be read as json [json]"));
  EXPECT_THAT(mistakes(Opt::map({{"pattern", "(?<line>a)"}, {"keep", "true"}})),
              ElementsAre("the input already has a column 'line' [(?<line>a)]"));
  const SchemaRef several = test::make_schema({{"a", kUtf8Type}, {"b", kUtf8Type}});
  EXPECT_THAT(mistakes("(?<x>a)", several),
              ElementsAre("which column is to be parsed is not clear [parse]"));
  EXPECT_THAT(mistakes(Opt::map({{"pattern", "(?<x>a)"}, {"column", "n"}}),
                       test::make_schema({{"n", kInt64Type}})),
              ElementsAre("column 'n' is of type int64, only utf8 can be parsed [n]"));
}

TEST(Parse, EscapedParenthesesAreNoGroups) {
  EXPECT_THAT(parse("\\(?<(?<x>\\w+)>", {{"<a>"}}), ElementsAre("a"));
}

TEST(Parse, AnAccessLog) {
  const Opt options = Opt::map(
      {{"pattern",
        R"(^(?<host>\S+) \S+ \S+ \[(?<time>[^\]]+)\] "(?<method>\S+) (?<path>\S+) [^"]*" (?<status>\d+) )"},
       {"types", Opt::map({{"status", "int64"}})}});
  EXPECT_THAT(
      parse(
          options,
          {{R"(10.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "GET /a/b?q=1 HTTP/1.1" 404 512 "-" "curl/7.88.1")"}}),
      ElementsAre("10.0.0.1|01/Jan/2024:00:00:01 +0000|GET|/a/b?q=1|404"));
}

}  // namespace
}  // namespace leat
