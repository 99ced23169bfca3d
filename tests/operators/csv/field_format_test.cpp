// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/field_format.h"

#include <string>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

std::string plain(std::string_view text, const FieldFormat& format) {
  std::string scratch;
  return std::string(plain_number(text, format, scratch).value_or("no"));
}

const FieldFormat kGerman{.decimal_separator = ",", .thousands_separator = "."};

TEST(FieldFormat, Blanks) {
  EXPECT_EQ(trim_blanks(" \t a b\t "), "a b");
  EXPECT_EQ(trim_blanks(" \t"), "");
  EXPECT_EQ(trim_blanks(""), "");
}

TEST(FieldFormat, DecimalCommaAndPointsBetweenThousands) {
  EXPECT_EQ(plain("1.234.567,89", kGerman), "1234567.89");
  EXPECT_EQ(plain("-12,5", kGerman), "-12.5");
  EXPECT_EQ(plain("1234567", kGerman), "1234567");
  EXPECT_EQ(plain("1,5e-3", kGerman), "1.5e-3");
  EXPECT_EQ(plain("NaN", kGerman), "NaN");
  EXPECT_EQ(plain("", kGerman), "");
}

TEST(FieldFormat, GroupsHaveThreeDigits) {
  for (const char* const text : {"1.5", "1.23", "12345.678", ".123", "1.234.5", "1..234", "1.2345",
                                 "1234.567", "1.234.", "1,234.567", "1,5,5", "1.234e1x"})
    EXPECT_EQ(plain(text, kGerman), "no") << text;
}

TEST(FieldFormat, SeparatorsOfSeveralBytes) {
  const FieldFormat french{.decimal_separator = ",", .thousands_separator = "\u202f"};
  EXPECT_EQ(plain("1\u202f234,5", french), "1234.5");
  EXPECT_EQ(plain("1 234,5", french), "no");
}

TEST(FieldFormat, StripsAroundANumberOnly) {
  const FieldFormat money{.strip = {"€", "$", "%"}};
  EXPECT_EQ(plain("€ 12.50", money), "12.50");
  EXPECT_EQ(plain("12.5\u00a0%", money), "12.5");
  EXPECT_EQ(plain("-$5", money), "-5");
  EXPECT_EQ(plain("$-5", money), "-5");
  EXPECT_EQ(plain("1€2", money), "no");
  EXPECT_EQ(plain("€", money), "");
}

TEST(FieldFormat, WordsInAnyCase) {
  const FieldFormat format{.words = {{"ja", true}, {"über", false}}};
  EXPECT_EQ(truth_of("JA", format), true);
  EXPECT_EQ(truth_of("ÜBER", format), false);
  EXPECT_EQ(truth_of("true", format), std::nullopt);
}

TEST(FieldFormat, DatesHaveNoTimeOfDay) {
  std::string wrong;
  const FieldFormat format{.time = TimeForm{"%Y %H", *expr::TimeFormat::parse("%Y %H", wrong)}};
  EXPECT_EQ(time_of("1970 00", format, kDateType), 0);
  EXPECT_EQ(time_of("1970 01", format, kDateType), std::nullopt);
  EXPECT_EQ(time_of("1970 01", format, kTimestampType), int64_t{3600} * 1'000'000);
  EXPECT_EQ(why_no_value("1970 01", kDateType, format),
            ": it has a time of day; its format is '%Y %H'");
  EXPECT_EQ(why_no_value("x", kDateType, format), ": its format is '%Y %H'");
}

TEST(FieldFormat, PlainWhereItSaysNothingOfTheType) {
  EXPECT_TRUE(kGerman.is_plain(kUtf8Type));
  EXPECT_TRUE(kGerman.is_plain(kDateType));
  EXPECT_FALSE(kGerman.is_plain(kInt64Type));
  EXPECT_TRUE(FieldFormat{.finer_times = FinerTimes::kRound}.is_plain(kTimestampType));
  EXPECT_FALSE(FieldFormat{.trim = true}.is_plain(kUtf8Type));
}

TEST(FieldFormat, Reasons) {
  EXPECT_EQ(why_no_value("1.5", kFloat64Type, kGerman),
            ": its decimal separator is ',', '.' is between groups of three digits");
  EXPECT_EQ(why_no_value("1,234", Type::decimal(4, 1), kGerman), ": digits would be lost");
  EXPECT_EQ(why_no_value("9.999.999.999.999.999.999", kInt64Type, kGerman), ": it is out of range");
  const FieldFormat words{.words = {{"ja", true}, {"nein", false}}};
  EXPECT_EQ(why_no_value("x", kBoolType, words), ": its words are 'ja', 'nein'");
  EXPECT_EQ(why_no_value("x", kInt64Type, {}), "");
}

}  // namespace
}  // namespace leat::io
