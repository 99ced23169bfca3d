// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "operators/expr/syntax/parser.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(ParserOperands, ReadsForms) {
  EXPECT_EQ(parsed("case when a then 1 when b then 2 else 3 end"), "(case a 1 b 2 3)");
  EXPECT_EQ(parsed("CASE x WHEN 1 THEN 'a' END"), "(case <x> 1 'a')");
  EXPECT_EQ(parsed("cast(a as decimal(10, 2))"), "(cast decimal(10,2) a)");
  EXPECT_EQ(parsed("try_cast(a as double precision)"), "(try_cast double a)");
  EXPECT_EQ(parsed("a::timestamp with time zone::int64[]"),
            "(cast list<int64> (cast timestamptz a))");
  EXPECT_EQ(parsed("extract(year from d)"), "(extract year d)");
  EXPECT_EQ(parsed("position('a' in b)"), "(position 'a' b)");
  EXPECT_EQ(parsed("substring(a from 2 for 3)"), "(substring a 2 3)");
  EXPECT_EQ(parsed("substring(a for 3)"), "(substring a 1 3)");
  EXPECT_EQ(parsed("trim(trailing 'x' from a)"), "(rtrim a 'x')");
  EXPECT_EQ(parsed("trim(a)"), "(trim a)");
  EXPECT_EQ(parsed("date '2026-01-01' + interval '1 day'"), "(+ date'2026-01-01' interval'1 day')");
  EXPECT_EQ(parsed("interval '1' day + interval '-2' month"),
            "(+ interval'1 day' interval'-2 month')");
  EXPECT_EQ(parsed("interval '1-2' year to month * 2"), "(* interval'1-2' 2)");
  EXPECT_EQ(parsed("overlay(a placing b from 2 for 3)"), "(overlay a b 2 3)");
  EXPECT_EQ(parsed("overlay(a, b, 2)"), "(overlay a b 2)");
  EXPECT_EQ(parsed("a similar to b || 'c' escape '#' and d"),
            "(and (similar_to a (|| b 'c') '#') d)");
  EXPECT_EQ(parsed("a not similar to b"), "(not (similar_to a b))");
  EXPECT_EQ(parsed("count(*)"), "(count *)");
  EXPECT_EQ(parsed("count(distinct a) filter (where b > $c)"), "(count distinct <(> b $c)> a)");
  EXPECT_EQ(parsed("date + left"), "(+ date left)");
}

TEST(ParserOperands, RefusesAListOutsideOfIn) {
  EXPECT_EQ(parsed("(1, 2)"), "[,] a list in parentheses stands only after 'in'");
}

}  // namespace
}  // namespace leat::expr
