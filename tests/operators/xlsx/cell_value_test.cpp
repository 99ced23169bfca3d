// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/xlsx/cell_value.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

std::string number(std::string_view text) {
  std::string out;
  return append_number(text, out) ? out : "none";
}

std::string time_text(std::string_view text, NumberKind kind, bool from_1904 = false) {
  std::string out;
  return append_time(text, kind, from_1904, out) ? out : "none";
}

TEST(CellValue, FormatsThatShowTimes) {
  for (const char* code : {"yyyy-mm-dd", "dd/mm/yy", "m/d/yy", "d-mmm", "[$-409]d\\-mmm\\-yy;@",
                           "yyyy\"年\"m\"月\"d\"日\"", "mmm"})
    EXPECT_EQ(kind_of_format(code), NumberKind::kDate) << code;
  for (const char* code : {"m/d/yy h:mm", "yyyy\\-mm\\-dd\\ hh:mm:ss", "dd.mm.yyyy hh:mm:ss.000"})
    EXPECT_EQ(kind_of_format(code), NumberKind::kTimestamp) << code;
  for (const char* code : {"h:mm", "[h]:mm:ss", "mm:ss.0", "[mm]:ss", "h:mm AM/PM"})
    EXPECT_EQ(kind_of_format(code), NumberKind::kTimeOfDay) << code;
}

TEST(CellValue, FormatsThatDoNot) {
  for (const char* code : {"General", "0.00", "#,##0", "0.00E+00", "\"days\" 0", "[Red]0.0", "@",
                           "0\\d", "[$USD] 0", "_d0", "# ?/?", "0%", "", "\"open", "[open"})
    EXPECT_EQ(kind_of_format(code), NumberKind::kNumber) << code;
}

TEST(CellValue, FormatsByNumber) {
  EXPECT_EQ(kind_of_builtin_format(0), NumberKind::kNumber);
  EXPECT_EQ(kind_of_builtin_format(14), NumberKind::kDate);
  EXPECT_EQ(kind_of_builtin_format(21), NumberKind::kTimeOfDay);
  EXPECT_EQ(kind_of_builtin_format(22), NumberKind::kTimestamp);
  EXPECT_EQ(kind_of_builtin_format(46), NumberKind::kTimeOfDay);
  EXPECT_EQ(kind_of_builtin_format(49), NumberKind::kNumber);
  EXPECT_EQ(kind_of_builtin_format(58), NumberKind::kDate);
}

TEST(CellValue, NumbersInTheFewestDigits) {
  EXPECT_EQ(number("12"), "12");
  EXPECT_EQ(number("-0.5"), "-0.5");
  EXPECT_EQ(number("1.1000000000000001"), "1.1");
  EXPECT_EQ(number("5.0"), "5");
  EXPECT_EQ(number("1E+3"), "1000");
  EXPECT_EQ(number("1E-7"), "1e-07");
  EXPECT_EQ(number("123456789012345678"), "123456789012345680");
  EXPECT_EQ(number("1E+300"), "1e+300");
  for (const char* text : {"", "x", "1e400", "NaN", "1 2", "-"}) EXPECT_EQ(number(text), "none");
}

TEST(CellValue, DaysOfBothSystems) {
  EXPECT_EQ(time_text("45000", NumberKind::kDate), "2023-03-15");
  EXPECT_EQ(time_text("61", NumberKind::kDate), "1900-03-01");
  EXPECT_EQ(time_text("60", NumberKind::kDate), "none") << "a day that never was";
  EXPECT_EQ(time_text("59", NumberKind::kDate), "1900-02-28");
  EXPECT_EQ(time_text("1", NumberKind::kDate), "1900-01-01");
  EXPECT_EQ(time_text("2958465", NumberKind::kDate), "9999-12-31");
  EXPECT_EQ(time_text("0", NumberKind::kDate, true), "1904-01-01");
  EXPECT_EQ(time_text("43538", NumberKind::kDate, true), "2023-03-15");
  for (const char* text : {"0", "0.5", "-1", "2958466", "x", "1e300"})
    EXPECT_EQ(time_text(text, NumberKind::kDate), "none") << text;
  EXPECT_EQ(time_text("2957004", NumberKind::kDate, true), "none");
}

TEST(CellValue, TimesToTheMillisecond) {
  EXPECT_EQ(time_text("45000.416666666664", NumberKind::kTimestamp), "2023-03-15T10:00:00");
  EXPECT_EQ(time_text("45000.4166666667", NumberKind::kTimestamp), "2023-03-15T10:00:00");
  EXPECT_EQ(time_text("45000", NumberKind::kTimestamp), "2023-03-15T00:00:00");
  EXPECT_EQ(time_text("45000.5", NumberKind::kDate), "2023-03-15T12:00:00");
  EXPECT_EQ(time_text("45000.99999999999", NumberKind::kTimestamp), "2023-03-16T00:00:00");
  EXPECT_EQ(time_text("0.4375", NumberKind::kTimeOfDay), "10:30:00");
  EXPECT_EQ(time_text("1.5", NumberKind::kTimeOfDay), "36:00:00");
}

}  // namespace
}  // namespace leat::io
