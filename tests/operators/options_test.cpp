// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/options.h"

#include <array>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {
namespace {

using test::Opt;
using test::OptionDocument;

constexpr std::array<std::string_view, 3> kModes{"replace", "error", "append"};
const std::array<OptionDef, 9> kOptions{{
    {.name = "path", .type = OptionType::kText, .doc = "Where.", .required = true},
    {.name = "delimiter", .type = OptionType::kCharacter, .doc = "d", .default_text = ","},
    {.name = "rows",
     .type = OptionType::kInteger,
     .doc = "d",
     .default_text = "10",
     .minimum = 1,
     .maximum = 100},
    {.name = "share",
     .type = OptionType::kNumber,
     .doc = "d",
     .default_text = "0.5",
     .minimum = 0,
     .maximum = 1},
    {.name = "header", .type = OptionType::kBoolean, .doc = "d", .default_text = "true"},
    {.name = "if_exists",
     .type = OptionType::kChoice,
     .doc = "d",
     .default_text = "replace",
     .choices = kModes},
    {.name = "keys", .type = OptionType::kTextList, .doc = "d"},
    {.name = "by", .type = OptionType::kExpressions, .doc = "d", .default_text = "id"},
    {.name = "columns", .type = OptionType::kNamed, .doc = "d"},
}};

struct Reading {
  std::optional<OptionValues> values;
  std::vector<std::string> mistakes;  // message [place] hint
};

Reading read(const Opt& option, std::span<const OptionDef> definitions = kOptions,
             std::string_view main = "path") {
  OptionDocument document;
  Diagnostics diagnostics;
  const SourceText key = document.scalar("read_thing");
  const OptionNode node = document.node(option);
  Reading reading{read_options(definitions, main, node, key, diagnostics), {}};
  for (const Diagnostic& error : diagnostics.errors()) {
    reading.mistakes.push_back(
        fmt::format("{} [{}] {}", error.message, document.at(error.where), error.hint));
  }
  EXPECT_EQ(reading.values.has_value(), reading.mistakes.empty());
  return reading;
}

TEST(Options, AScalarIsTheMainOptionAndTheRestHasDefaults) {
  const Reading reading = read("data.csv");
  ASSERT_TRUE(reading.values);
  const OptionValues& values = *reading.values;
  EXPECT_EQ(values.text("path"), "data.csv");
  EXPECT_TRUE(values.has("path"));
  EXPECT_FALSE(values.has("rows"));
  EXPECT_EQ(values.character("delimiter"), ',');
  EXPECT_EQ(values.integer("rows"), 10);
  EXPECT_EQ(values.number("share"), 0.5);
  EXPECT_TRUE(values.flag("header"));
  EXPECT_EQ(values.text("if_exists"), "replace");
  EXPECT_TRUE(values.list("keys").empty());
  ASSERT_EQ(values.list("by").size(), 1u);
  EXPECT_EQ(values.list("by")[0].text(), "id");
  EXPECT_EQ(values.list("by")[0].span(), values.stage())
      << "a default stands where the stage stands";
  EXPECT_TRUE(values.named("columns").empty());
}

TEST(Options, WrittenValues) {
  const Reading reading = read(Opt::map({{"path", "a"},
                                         {"delimiter", "\\t"},
                                         {"rows", "+7"},
                                         {"share", "1e-2"},
                                         {"header", "false"},
                                         {"if_exists", "append"},
                                         {"keys", Opt::list({"x", "y"})},
                                         {"by", "one"},
                                         {"columns", Opt::map({{"b", "1"}, {"a", "2"}})}}));
  ASSERT_TRUE(reading.values);
  const OptionValues& values = *reading.values;
  EXPECT_EQ(values.character("delimiter"), '\t');
  EXPECT_EQ(values.integer("rows"), 7);
  EXPECT_EQ(values.number("share"), 0.01);
  EXPECT_FALSE(values.flag("header"));
  EXPECT_EQ(values.text("if_exists"), "append");
  ASSERT_EQ(values.list("keys").size(), 2u);
  EXPECT_EQ(values.list("keys")[1].text(), "y");
  EXPECT_EQ(values.list("by")[0].text(), "one") << "a single scalar is a list of one";
  const auto named = values.named("columns");
  ASSERT_EQ(named.size(), 2u);
  EXPECT_EQ(named[0].first.text(), "b") << "in the order written";
  EXPECT_EQ(named[0].second.text(), "1");
}

TEST(Options, EveryMistakeIsReported) {
  const Reading reading = read(Opt::map({{"delimiter", "ab"},
                                         {"rows", "0"},
                                         {"share", "nan"},
                                         {"header", "yes"},
                                         {"if_exists", "apend"},
                                         {"keys", Opt::map({{"a", "b"}})},
                                         {"colums", Opt::map({})},
                                         {"by", Opt::list({Opt::list({"x"})})}}));
  const std::vector<std::string> wanted{
      "option 'delimiter' has the value 'ab', which is not a single character [ab] write one "
      "character, or \\t for a tab",
      "option 'rows' has the value '0', which is not a whole number from 1 to 100 [0] ",
      "option 'share' has the value 'nan', which is not a number [nan] ",
      "option 'header' has the value 'yes', which is neither 'true' nor 'false' [yes] write 'true'",
      "option 'if_exists' has the value 'apend', which is none of its choices [apend] did you mean "
      "'append'?",
      "option 'keys' must be a list, not a mapping [a\nb] ",
      "'read_thing' has no option 'colums' [colums] did you mean 'columns'?",
      "the items of option 'by' must be single values, not a list [x] ",
      "'read_thing' needs the option 'path' [read_thing] Where."};
  EXPECT_EQ(reading.mistakes, wanted);
}

TEST(Options, NumbersMustBeWholeAndInRange) {
  for (const char* text :
       {"", "x", "1.5", "1e2", "0x10", "99999999999999999999", "+-5", "--5", "101"}) {
    EXPECT_EQ(read(Opt::map({{"path", "p"}, {"rows", text}})).mistakes.size(), 1u) << text;
  }
  for (const char* text : {"", "x", "inf", "1.5", "-0.1", "1e999"}) {
    EXPECT_EQ(read(Opt::map({{"path", "p"}, {"share", text}})).mistakes.size(), 1u) << text;
  }
}

TEST(Options, AnOptionWithoutAValue) {
  const Reading reading =
      read(Opt::map({{"path", Opt()}, {"columns", Opt::map({{"total", Opt()}})}}));
  ASSERT_EQ(reading.mistakes.size(), 2u);
  EXPECT_NE(reading.mistakes[0].find("option 'path' has no value"), std::string::npos);
  EXPECT_NE(reading.mistakes[1].find("'total' has no value"), std::string::npos);
}

TEST(Options, WrittenTwice) {
  EXPECT_EQ(read(Opt::map({{"path", "a"}, {"path", "b"}})).mistakes.size(), 1u);
  EXPECT_EQ(read(Opt::map({{"path", "a"}, {"columns", Opt::map({{"x", "1"}, {"x", "2"}})}}))
                .mistakes.size(),
            1u);
}

TEST(Options, NothingAtAllStillNeedsWhatIsRequired) {
  const Reading reading = read(Opt());
  ASSERT_EQ(reading.mistakes.size(), 1u);
  EXPECT_NE(reading.mistakes[0].find("needs the option 'path'"), std::string::npos);
}

TEST(Options, TheOnlyOptionTakesTheMappingItself) {
  const std::array<OptionDef, 1> only{
      {{.name = "columns", .type = OptionType::kNamed, .doc = "d", .required = true}}};
  const Reading reading = read(Opt::map({{"total", "a * b"}, {"columns", "c"}}), only, "columns");
  ASSERT_TRUE(reading.values);
  const auto named = reading.values->named("columns");
  ASSERT_EQ(named.size(), 2u);
  EXPECT_EQ(named[0].first.text(), "total");
  EXPECT_EQ(named[1].first.text(), "columns");
}

TEST(Options, ListsUnderNames) {
  const std::array<OptionDef, 2> options{
      {{.name = "columns", .type = OptionType::kNamedLists, .doc = "d"},
       {.name = "values", .type = OptionType::kNamed, .doc = "d"}}};
  const Opt names = Opt::map({{"a", "1"}, {"b", Opt::list({"x", "y"})}});
  const Reading reading = read(Opt::map({{"columns", names}}), options, "");
  ASSERT_TRUE(reading.values);
  EXPECT_EQ(reading.values->find("columns")->entries[1].value.items[1].scalar.text(), "y");
  EXPECT_EQ(read(Opt::map({{"values", names}}), options, "").mistakes.size(), 1u);
  EXPECT_EQ(read(Opt::map({{"columns", Opt::list({"a"})}}), options, "").mistakes.size(), 1u);
  const Opt nested = Opt::map({{"a", Opt::list({Opt::list({"x"})})}, {"b", Opt()}});
  EXPECT_EQ(read(Opt::map({{"columns", nested}}), options, "").mistakes.size(), 2u);
}

TEST(Options, TreesHaveAnyShape) {
  const std::array<OptionDef, 1> options{
      {{.name = "rows", .type = OptionType::kTree, .doc = "d", .required = true}}};
  const Opt row = Opt::map({{"a", "1"}, {"rows", Opt::list({"x"})}});
  const Reading whole = read(row, options, "rows");
  ASSERT_TRUE(whole.values);
  EXPECT_EQ(whole.values->find("rows")->entries[1].value.items[0].scalar.text(), "x");
  EXPECT_TRUE(read(Opt::list({row}), options, "rows").values);
  EXPECT_TRUE(read("x", options, "rows").values);
  EXPECT_EQ(read(Opt::map({{"rows", Opt()}}), options, "").mistakes.size(), 1u);
}

TEST(Options, WithoutAMainOptionAScalarIsAMistake) {
  const Reading reading = read("x", kOptions, "");
  ASSERT_EQ(reading.mistakes.size(), 2u);
  EXPECT_NE(
      reading.mistakes[0].find("'read_thing' takes its options as a mapping, not a single value"),
      std::string::npos);
}

}  // namespace
}  // namespace leat
