// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(ParserLists, Literals) {
  EXPECT_EQ(parsed("[]"), "list");
  EXPECT_EQ(parsed("[1, 2 + x]"), "(list 1 (+ 2 x))");
  EXPECT_EQ(parsed("array[1]"), "(list 1)");
  EXPECT_EQ(parsed("ARRAY[[1], []]"), "(list (list 1) list)");
  EXPECT_EQ(parsed("{'a': 1, b: x, \"c d\": 'y'}"), "(struct a b c d 1 x 'y')");
  EXPECT_EQ(parsed("struct_pack(a := 1, b := x)"), "(struct_pack a b 1 x)");
}

TEST(ParserLists, SubscriptsAndSlices) {
  EXPECT_EQ(parsed("l[1]"), "([] l 1)");
  EXPECT_EQ(parsed("l[-1]"), "([] l (- 1))");
  EXPECT_EQ(parsed("l[1:2]"), "([:] l 1 2)");
  EXPECT_EQ(parsed("l[a::int64:b]"), "([:] l (cast int64 a) b)");
  EXPECT_EQ(parsed("l[:2]"), "([:] l 1 2)");
  EXPECT_EQ(parsed("l[2:]"), "([:] l 2 -1)");
  EXPECT_EQ(parsed("[1, 2][1]"), "([] (list 1 2) 1)");
}

TEST(ParserLists, AnyAndAll) {
  EXPECT_EQ(parsed("x = any(l)"), "(= any x l)");
  EXPECT_EQ(parsed("x <> all(l) and y"), "(and (<> all x l) y)");
  EXPECT_EQ(parsed("x != some([1])"), "(<> any x (list 1))");
  EXPECT_EQ(parsed("any(l)"), "(any l)") << "a function like any other";
}

TEST(ParserLists, LambdasStandWhereTheyAreExpected) {
  EXPECT_EQ(parsed("list_transform(l, x -> x + 1)"), "(list_transform l (lambda x (+ x 1)))");
  EXPECT_EQ(parsed("list_filter(l, (x, i) -> i < 3)"), "(list_filter l (lambda x i (< i 3)))");
  EXPECT_EQ(parsed("list_reduce(l, (a, x) -> a || x, '')"),
            "(list_reduce l (lambda a x (|| a x)) '')");
  EXPECT_EQ(parsed("list_transform(l, x -> x -> 'a')"), "(list_transform l (lambda x (-> x 'a')))");
  EXPECT_EQ(parsed("list_transform(j -> 'a', x -> x)"), "(list_transform (-> j 'a') (lambda x x))");
  EXPECT_EQ(parsed("coalesce(l, x -> 'a')"), "(coalesce l (-> x 'a'))");
  EXPECT_EQ(parsed("list_transform(l, (x) -> (x))"), "(list_transform l (lambda x x))");
}

TEST(ParserLists, Mistakes) {
  EXPECT_EQ(parsed("[1, 2"), "[] the expression ends after '2': expected ',' or ']'");
  EXPECT_EQ(parsed("[1 2]"), "[2] expected ',' or ']', found '2'");
  EXPECT_EQ(parsed("{'a' 1}"), "[1] expected ':', found '1'");
  EXPECT_EQ(parsed("{1: 2}"), "[1] expected a field such as 'name': value, found '1'");
  EXPECT_EQ(parsed("list_transform(l, (x, x) -> x)"),
            "[x] two parameters of the lambda are called 'x'");
  EXPECT_EQ(parsed("struct_pack(a := 1, 2)"),
            "[2] arguments have names, all of them or none (write struct_pack(a := 1, b := 2))");
  EXPECT_EQ(parsed("a: b"),
            "[:] ':' cannot follow here (if YAML cut the expression here, put it in a block: a new "
            "line after |)");
}

}  // namespace
}  // namespace leat::expr
