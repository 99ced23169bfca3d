// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(CastMarked, TextAndBack) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("uuid '{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}'::utf8"),
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
  EXPECT_EQ(tester.value("inet '10.1.0.0/16'::utf8 || '!'"), "10.1.0.0/16!");
  EXPECT_EQ(tester.value("time '8:15'"), "error: '8:15' is not a time like 10:30:00");
  EXPECT_EQ(tester.value("time '08:15:30.1234567'::utf8"), "08:15:30.123457");
  EXPECT_EQ(tester.value("typeof(time '08:15') || typeof(inet '::1') || typeof(uuid "
                         "'a0eebc999c0b4ef8bb6d6bb9bd380a11')"),
            "timeinetuuid");
  EXPECT_EQ(tester.value("try_cast('x' as uuid)"), "null");
}

TEST(CastMarked, TimesAndWhatTheyArePartOf) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("timestamp '2026-01-31 08:15:30'::time"), "08:15:30");
  EXPECT_EQ(tester.value("timestamp '1969-12-31 23:00:00'::time"), "23:00:00");
  EXPECT_EQ(tester.value("time '08:15'::interval"), "08:15:00");
  EXPECT_EQ(tester.value("interval '1 day 25 hours'::time"), "01:00:00");
  EXPECT_EQ(tester.mistakes("time '08:15'::timestamp"),
            "[::timestamp] there is no cast from time to timestamp");
  EXPECT_EQ(tester.mistakes("inet '::1'::binary"),
            "[::binary] there is no cast from inet to binary");
}

TEST(CastMarked, LimitsAreAsked) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("2147483647::int32"), "2147483647");
  EXPECT_EQ(tester.value("2147483648::int32"),
            "error: '2147483648' is not a value of type int32: it is not from -2147483648 to "
            "2147483647");
  EXPECT_EQ(tester.value("18446744073709551615.0::uint64"), "18446744073709551615");
  EXPECT_EQ(tester.value("'-1'::uint64").substr(0, 40), "error: '-1' is not a value of type uint6");
  EXPECT_EQ(tester.value("16777217::float32"), "16777216");
  EXPECT_EQ(tester.value("'abc'::varchar(3)"), "abc");
  EXPECT_EQ(tester.value("'abcd'::varchar(3)"),
            "error: 'abcd' is not a value of type varchar(3): it has 4 characters");
  EXPECT_EQ(tester.value("'c'::enum('a', 'b')"), "error: 'c' is not a value of type enum('a','b')");
  EXPECT_EQ(tester.value("try_cast(40000 as int16)"), "null");
  EXPECT_EQ(tester.value("'[1, 40000]'::list<int16>").substr(0, 7), "error: ");
  EXPECT_EQ(tester.value("[1, 40000]::list<int16>").substr(0, 7), "error: ");
  EXPECT_EQ(tester.value("typeof(1::int32)"), "int64");
  EXPECT_EQ(tester.value("32767::int16 + 1"), "32768");
}

}  // namespace
}  // namespace leat::expr
