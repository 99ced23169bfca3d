// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/column_options.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::io {
namespace {

using test::Opt;
using ::testing::ElementsAre;

constexpr OptionDef kOptions[] = {
    {.name = "columns", .type = OptionType::kTree, .doc = "Columns."},
    {.name = "round", .doc = "Round."},
    kTrimOption,
    kDecimalSeparatorOption,
    kThousandsSeparatorOption,
};

class ColumnOptionsTest : public ::testing::Test {
 protected:
  std::vector<DeclaredColumn> read(const std::vector<std::pair<std::string, Opt>>& written,
                                   PlainColumn plain = PlainColumn::kType) {
    test::OptionDocument document;
    const SourceText key = document.scalar("read");
    Diagnostics diagnostics;
    const auto values =
        read_options(kOptions, "columns", document.node(Opt::map(written)), key, diagnostics);
    base_ = read_field_format(*values, diagnostics);
    auto columns = read_declared_columns(values->find("columns"), plain, base_, diagnostics);
    mistakes_.clear();
    for (const Diagnostic& error : diagnostics.errors())
      mistakes_.push_back(error.message + (error.hint.empty() ? "" : " / " + error.hint));
    return columns;
  }
  /// What is said of one column.
  std::vector<std::string> mistakes_of(const Opt& column) {
    EXPECT_TRUE(read({{"columns", Opt::map({{"x", column}})}}).empty());
    return mistakes_;
  }

  FieldFormat base_;
  std::vector<std::string> mistakes_;
};

TEST_F(ColumnOptionsTest, TypesAndMappings) {
  const auto columns = read(
      {{"decimal_separator", ","},
       {"trim", "true"},
       {"columns",
        Opt::map(
            {{"a", "int64"},
             {"b", Opt::map({{"type", "date"}, {"format", "%d.%m.%Y"}})},
             {"c", Opt::map({{"type", "bool"},
                             {"words", Opt::map({{"Ja", "true"}, {"nein", "false"}})}})},
             {"d",
              Opt::map({{"type", "float64"}, {"strip", "€%"}, {"thousands_separator", "'"}})}})}});
  EXPECT_THAT(mistakes_, ElementsAre());
  ASSERT_EQ(columns.size(), 4u);
  EXPECT_EQ(columns[0].format.decimal_separator, ",");
  EXPECT_TRUE(columns[0].format.trim);
  EXPECT_EQ(columns[1].format.time->text, "%d.%m.%Y");
  EXPECT_THAT(columns[2].format.words, ElementsAre(std::pair<std::string, bool>("ja", true),
                                                   std::pair<std::string, bool>("nein", false)));
  EXPECT_THAT(columns[3].format.strip, ElementsAre("€", "%"));
  EXPECT_EQ(columns[3].format.thousands_separator, "'");
}

TEST_F(ColumnOptionsTest, ColumnsThatStandSomewhere) {
  const auto columns = read(
      {{"columns", Opt::map({{"a", "1-8"}, {"b", Opt::map({{"at", "9-10"}, {"type", "int64"}})}})}},
      PlainColumn::kPlace);
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(columns[0].at.text(), "1-8");
  EXPECT_EQ(columns[0].type, kUtf8Type);
  EXPECT_EQ(columns[1].at.text(), "9-10");
  read({{"columns", Opt::map({{"a", Opt::map({{"type", "int64"}})}})}}, PlainColumn::kPlace);
  EXPECT_THAT(mistakes_, ElementsAre("where does 'a' stand? / write where it stands, as '1-8', or "
                                     "{ at: 1-8, type: int64 }"));
}

TEST_F(ColumnOptionsTest, WhatDoesNotFitTheType) {
  const std::string hint = " / remove it, or give the column another type";
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "int64"}, {"format", "%d"}})),
              ElementsAre("'format' is for dates and timestamps, not for int64" + hint));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "utf8"}, {"words", Opt::map({{"a", "true"}})}})),
              ElementsAre("'words' is for bool, not for utf8" + hint));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "date"}, {"strip", "€"}})),
              ElementsAre("'strip' is for numbers, not for date" + hint));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "int64"}, {"decimal_separator", ","}})),
              ElementsAre("'decimal_separator' is for float64 and decimal, not for int64" + hint));
  EXPECT_THAT(mistakes_of("list<utf8>"),
              ElementsAre("a field of text cannot be read as list<utf8> / read it as utf8 and cast "
                          "it in a later stage"));
}

TEST_F(ColumnOptionsTest, ContradictionsOfOneColumn) {
  EXPECT_THAT(mistakes_of(Opt::map(
                  {{"type", "bool"}, {"words", Opt::map({{"Ja", "true"}, {"ja", "false"}})}})),
              ElementsAre("the word 'ja' is both true and false / words are the same in any case"));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "bool"}, {"words", Opt::map({{"ja", "1"}})}})),
              ElementsAre("'ja' must be true or false"));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "float64"}, {"thousands_separator", "."}})),
              ElementsAre("'decimal_separator' and 'thousands_separator' are both '.' / write "
                          "'decimal_separator: \",\"' as well"));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "float64"}, {"decimal_separator", ",,"}})),
              ElementsAre("'decimal_separator' must be one character"));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "float64"}, {"strip", "€1"}})),
              ElementsAre("'1' is a part of numbers and cannot be stripped"));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "date"}, {"format", "%d.%Q"}})),
              ElementsAre("'%Q' is no part of a format of timestamps / %% writes a percent sign; "
                          "the letters are in the documentation"));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "date"}, {"format", "dd.mm.yyyy"}})),
              ElementsAre("the format 'dd.mm.yyyy' has no part of a date / 'dd.mm.yyyy' is written "
                          "'%d.%m.%Y' here"));
}

TEST_F(ColumnOptionsTest, ZonesOfClocks) {
  const auto columns =
      read({{"columns",
             Opt::map({{"a", Opt::map({{"type", "timestamptz"}, {"timezone", "Europe/Berlin"}})},
                       {"b", Opt::map({{"type", "timestamptz"},
                                       {"format", "%d.%m.%Y %H:%M"},
                                       {"timezone", "America/New_York"}})}})}});
  EXPECT_THAT(mistakes_, ElementsAre());
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_TRUE(columns[0].format.zone);
  EXPECT_TRUE(columns[1].format.zone && columns[1].format.time);
  EXPECT_EQ(time_of("01.07.2026 12:00", columns[1].format, kTimestampTzType),
            int64_t{1'782'921'600'000'000});

  EXPECT_THAT(mistakes_of(Opt::map({{"type", "timestamp"}, {"timezone", "UTC"}})),
              ElementsAre("'timezone' is for timestamptz: a timestamp is what a clock shows, "
                          "wherever it hangs / its type is timestamptz"));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "date"}, {"timezone", "UTC"}})),
              ElementsAre("'timezone' is for timestamptz, not for date / remove it, or give the "
                          "column another type"));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "timestamptz"}, {"timezone", "Europe/Atlantis"}})),
              ElementsAre("there is no time zone 'Europe/Atlantis' / use a name of the IANA "
                          "database, such as 'Europe/Berlin' or 'UTC'"));
  EXPECT_THAT(mistakes_of(Opt::map(
                  {{"type", "timestamptz"}, {"format", "%Y-%m-%d %H %z"}, {"timezone", "UTC"}})),
              ElementsAre("the format has a '%z' or '%s', so 'timezone' has no effect / remove one "
                          "of the two"));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "timestamptz"}, {"format", "%Y-%m-%d %H"}})),
              ElementsAre("the format of a timestamptz has a '%z' or '%s' / say where such a clock "
                          "hangs, as in 'timezone: Europe/Berlin'"));
}

TEST_F(ColumnOptionsTest, KeysThatAreNone) {
  EXPECT_THAT(mistakes_of(Opt::map({{"type", "date"}, {"fromat", "%d"}})),
              ElementsAre("'fromat' does not belong to a column / did you mean 'format'?"));
  EXPECT_THAT(mistakes_of(Opt::map({{"format", "%d"}})),
              ElementsAre("'x' needs a type / write a type such as 'int64', or { type: date, "
                          "format: '%d.%m.%Y' }"));
  EXPECT_THAT(mistakes_of(Opt::map({{"type", Opt::list({"date"})}})),
              ElementsAre("'type' must be a single value"));
  EXPECT_THAT(mistakes_of(Opt::list({"a"})),
              ElementsAre("'x' has no value / write a type such as 'int64', or { type: date, "
                          "format: '%d.%m.%Y' }"));
}

TEST_F(ColumnOptionsTest, SeparatorsOfTheFile) {
  read({{"thousands_separator", "."}});
  EXPECT_THAT(mistakes_, ElementsAre("'decimal_separator' and 'thousands_separator' are both '.' / "
                                     "write 'decimal_separator: \",\"' as well"));
  read({{"decimal_separator", "5"}, {"thousands_separator", ""}});
  EXPECT_THAT(mistakes_,
              ElementsAre("'decimal_separator' cannot be '5', which is a part of numbers",
                          "'thousands_separator' must be one character"));
  const auto columns =
      read({{"decimal_separator", ","},
            {"thousands_separator", "."},
            {"columns", Opt::map({{"x", Opt::map({{"type", "float64"},
                                                  {"decimal_separator", "."},
                                                  {"thousands_separator", ""}})}})}});
  EXPECT_THAT(mistakes_, ElementsAre()) << "a column that says otherwise of itself is believed";
  EXPECT_FALSE(columns.at(0).format.changes_numbers());
}

}  // namespace
}  // namespace leat::io
