// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(BinderLists, ElementsAreMerged) {
  ExpressionTester tester;
  tester.add({"x", kInt64Type, {"1", std::nullopt}});
  EXPECT_EQ(tester.evaluate("[x, 2]").values, (Values{"[1,2]", "[null,2]"}));
  EXPECT_EQ(tester.value("typeof([1, 2.5])"), "list<decimal(2,1)>");
  EXPECT_EQ(tester.value("[1, 2.5]"), "[1.0,2.5]");
  EXPECT_EQ(tester.value("typeof([1, 1e0])"), "list<float64>");
  EXPECT_EQ(tester.value("typeof([null, 'a'])"), "list<utf8>");
  EXPECT_EQ(tester.value("typeof([])"), "list<null>");
  EXPECT_EQ(tester.value("typeof([[1], []])"), "list<list<int64>>");
  EXPECT_EQ(tester.value("[[1], [], null, [null, x]]"), "[[1],[],null,[null,1]]");
  EXPECT_EQ(tester.value("typeof(['2025-01-01', date '2025-01-02'])"), "list<date>");
  EXPECT_EQ(tester.mistakes("[1, 'a', true]"),
            "[1] the elements of a list have different types: int64, utf8, bool (cast them to one "
            "type, e.g. x::utf8)");
}

TEST(BinderLists, ConditionsGiveLists) {
  ExpressionTester tester;
  tester.add({"x", kInt64Type, {"1", "2", std::nullopt}});
  tester.add({"l", Type::list(kInt64Type), {"[7]", std::nullopt, "[]"}});
  EXPECT_EQ(tester.evaluate("case when x = 1 then [x, 5] when x = 2 then [] end").values,
            (Values{"[1,5]", "[]", "null"}));
  EXPECT_EQ(tester.evaluate("coalesce(l, [x], [0])").values, (Values{"[7]", "[2]", "[]"}));
  EXPECT_EQ(tester.value("typeof(coalesce(l, [0.5]))"), "list<decimal(20,1)>");
  EXPECT_EQ(tester.value("case when true then {'a': 1} else {'a': 2.5} end"), "{\"a\":1.0}");
}

TEST(BinderLists, AnyAndAllHaveThreeValues) {
  ExpressionTester tester;
  tester.add({"x", kInt64Type, {"1", "1", "1", "1", "1", std::nullopt, std::nullopt}});
  tester.add({"l",
              Type::list(kInt64Type),
              {"[1, 2]", "[2, 3]", "[2, null]", "[]", std::nullopt, "[1]", "[]"}});
  EXPECT_EQ(tester.evaluate("x = any(l)").values,
            (Values{"true", "false", "null", "false", "null", "null", "false"}));
  EXPECT_EQ(tester.evaluate("x <> all(l)").values,
            (Values{"false", "true", "null", "true", "null", "null", "true"}));
  EXPECT_EQ(tester.evaluate("x < any(l)").values,
            (Values{"true", "true", "true", "false", "null", "null", "false"}));
  EXPECT_EQ(tester.evaluate("x < all(l)").values,
            (Values{"false", "true", "null", "true", "null", "null", "true"}));
}

TEST(BinderLists, AnyOfConstants) {
  ExpressionTester tester;
  tester.add({"x", kInt64Type, {"1", "9", std::nullopt}});
  tester.add({"d", kDateType, {"2025-01-01", "2025-01-02", std::nullopt}});
  EXPECT_EQ(tester.evaluate("x = any([1, 2])").values, (Values{"true", "false", "null"}));
  EXPECT_EQ(tester.evaluate("x = any([1, 2, 3, 4, 5, 6])").values,
            (Values{"true", "false", "null"}));
  EXPECT_EQ(tester.evaluate("x <> all([1, null])").values, (Values{"false", "null", "null"}));
  EXPECT_EQ(tester.evaluate("x > all([0, 1.5])").values, (Values{"false", "true", "null"}));
  EXPECT_EQ(tester.evaluate("x = any([])").values, (Values{"false", "false", "false"}));
  EXPECT_EQ(tester.evaluate("x = all([])").values, (Values{"true", "true", "true"}));
  EXPECT_EQ(tester.evaluate("x = any(null)").values, (Values{"null", "null", "null"}));
  EXPECT_EQ(tester.evaluate("d = any(['2025-01-01'])").values, (Values{"true", "false", "null"}));
  EXPECT_EQ(tester.evaluate("x = any(range(5))").values, (Values{"true", "false", "null"}));
  EXPECT_EQ(tester.evaluate("x < all(range(2, 200))").values, (Values{"true", "false", "null"}));
  tester.environment.parameters["ids"] = {Type::list(kInt64Type), "[9,10]"};
  EXPECT_EQ(tester.evaluate("x = any($ids)").values, (Values{"false", "true", "null"}));
  EXPECT_EQ(tester.evaluate("x in ($ids)").values, (Values{"false", "true", "null"}));
  EXPECT_EQ(tester.evaluate("x not in ($ids)").values, (Values{"true", "false", "null"}));
  EXPECT_EQ(tester.mistakes("x = any('a')"),
            "['a'] 'any' needs a list, not utf8 (a text such as '[1,2]' becomes one by a cast: "
            "'a'::list<int64>)");
  EXPECT_EQ(tester.mistakes("x = any(['a'])").substr(0, 4), "['a'");
}

TEST(BinderLists, SlicesAndSubscripts) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kUtf8Type), {"[\"a\",\"b\",\"c\"]", "[]", std::nullopt}});
  EXPECT_EQ(tester.evaluate("l[-1]").values, (Values{"c", "null", "null"}));
  EXPECT_EQ(tester.evaluate("l[0]").values, (Values{"null", "null", "null"}));
  EXPECT_EQ(tester.evaluate("l[4]").values, (Values{"null", "null", "null"}));
  EXPECT_EQ(tester.evaluate("l[2:]").values, (Values{"[\"b\",\"c\"]", "[]", "null"}));
  EXPECT_EQ(tester.evaluate("l[:2]").values, (Values{"[\"a\",\"b\"]", "[]", "null"}));
  EXPECT_EQ(tester.evaluate("l[-2:-1]").values, (Values{"[\"b\",\"c\"]", "[]", "null"}));
  EXPECT_EQ(tester.evaluate("l[3:1]").values, (Values{"[]", "[]", "null"}));
  EXPECT_EQ(tester.evaluate("l[-9:9]").values, (Values{"[\"a\",\"b\",\"c\"]", "[]", "null"}));
  EXPECT_EQ(tester.evaluate("l[1:null]").values, (Values{"null", "null", "null"}));
  EXPECT_EQ(tester.mistakes("'abc'[1:2]"),
            "[[1:2]] ''abc'' has no elements: it is utf8 (a part of a text is substring(text, "
            "start, count))");
}

TEST(BinderLists, Concatenation) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kInt64Type), {"[1]", std::nullopt}});
  EXPECT_EQ(tester.evaluate("l || [2, 3]").values, (Values{"[1,2,3]", "[2,3]"}));
  EXPECT_EQ(tester.evaluate("l || 2").values, (Values{"[1,2]", "[2]"}));
  EXPECT_EQ(tester.evaluate("0 || l").values, (Values{"[0,1]", "[0]"}));
  EXPECT_EQ(tester.evaluate("l || null").values, (Values{"[1]", "null"}));
  EXPECT_EQ(tester.evaluate("l || [0.5]").values, (Values{"[1.0,0.5]", "[0.5]"}));
  EXPECT_EQ(tester.value("[[1]] || [2]"), "[[1],[2]]");
  EXPECT_EQ(tester.mistakes("l || true").substr(0, 4), "[||]");
}

TEST(BinderLists, Casts) {
  ExpressionTester tester;
  tester.add({"t", kUtf8Type, {"[1, 2]", " [ ] ", "[1, null]", std::nullopt, "[1, x]", "[1]]"}});
  const Outcome cast = tester.evaluate("t::list<int64>");
  EXPECT_EQ(cast.values, (Values{"[1,2]", "[]", "[1,null]", "null", "null", "null"}));
  ASSERT_EQ(cast.faults.size(), 2u);
  EXPECT_EQ(cast.faults.at(5), "no list<int64>: the value should end at byte 4");
  EXPECT_TRUE(tester.evaluate("try_cast(t as list<int64>)").faults.empty());
  EXPECT_EQ(tester.value("'[1,2]'::int64[]"), "[1,2]");
  EXPECT_EQ(tester.value("'[\"a\", \"b c\"]'::json::list<utf8>"), "[\"a\",\"b c\"]");
  EXPECT_EQ(tester.value("'{\"a\": [1], \"z\": 0}'::struct<a list<int64>, b utf8>"),
            "{\"a\":[1],\"b\":null}");
  EXPECT_EQ(tester.value("[1, 2]::list<utf8>"), "[\"1\",\"2\"]");
  EXPECT_EQ(tester.value("['1', '2']::list<int64>"), "[1,2]");
  EXPECT_EQ(tester.value("[[1], null]::list<list<float64>>"), "[[1],null]");
  EXPECT_EQ(tester.value("[1, null]::json"), "[1,null]");
  EXPECT_EQ(tester.value("{'a': 1, 'b': [2]}::utf8"), "{\"a\":1,\"b\":[2]}");
  EXPECT_EQ(tester.value("{'a': 1}::struct<a utf8>"), "{\"a\":\"1\"}");
  EXPECT_EQ(tester.value("['a']::list<int64>").substr(0, 6), "error:");
  EXPECT_EQ(tester.mistakes("'[1,x]'::list<int64>").substr(0, 23), "['[1,x]'::list<int64>] ");
  EXPECT_EQ(tester.mistakes("[1]::int64"), "[::int64] there is no cast from list<int64> to int64");
  EXPECT_EQ(tester.mistakes("[true]::list<date>"),
            "[::list<date>] there is no cast from list<bool> to list<date>");
}

TEST(BinderLists, Comparisons) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kInt64Type), {"[1, 2]", "[1]", "[1, null]", std::nullopt}});
  EXPECT_EQ(tester.evaluate("l = [1, 2]").values, (Values{"true", "false", "false", "null"}));
  EXPECT_EQ(tester.evaluate("l < [1, 2.5]").values, (Values{"true", "true", "false", "null"}));
  EXPECT_EQ(tester.evaluate("l = [1, null]").values, (Values{"false", "false", "true", "null"}));
  EXPECT_EQ(tester.evaluate("l is distinct from null").values,
            (Values{"true", "true", "true", "false"}));
  EXPECT_EQ(tester.value("{'a': 1} = {'a': 1.0}"), "true");
  EXPECT_EQ(tester.value("[1, 2] @> [2]"), "true");
  EXPECT_EQ(tester.value("[1, null] @> [null]"), "false");
  EXPECT_EQ(tester.value("[1] <@ [2, 1]"), "true");
  EXPECT_EQ(tester.value("[3] <@ [1, 2]"), "false");
}

TEST(BinderLists, Structs) {
  ExpressionTester tester;
  tester.add({"x", kInt64Type, {"1", std::nullopt}});
  EXPECT_EQ(tester.evaluate("{'a': x, b: 'y'}").values,
            (Values{"{\"a\":1,\"b\":\"y\"}", "{\"a\":null,\"b\":\"y\"}"}));
  EXPECT_EQ(tester.evaluate("struct_pack(a := x + 1).a").values, (Values{"2", "null"}));
  EXPECT_EQ(tester.evaluate("struct_extract({'a': {'b': x}}, 'a').b").values,
            (Values{"1", "null"}));
  EXPECT_EQ(tester.mistakes("{'a': 1, 'a': 2}"), "['a'] there are two fields 'a'");
  EXPECT_EQ(tester.mistakes("struct_pack(1)"),
            "[struct_pack] 'struct_pack' needs a name for each value (write struct_pack(a := 1, b "
            ":= 2), or {'a': 1, 'b': 2})");
  EXPECT_EQ(
      tester.mistakes("abs(x := 1)"),
      "[x] arguments of 'abs' have no names (only those of struct_pack and make_interval have)");
  EXPECT_EQ(tester.mistakes("struct_extract({'a': 1}, 'b')").substr(0, 1), "[");
}

TEST(BinderLists, FunctionsOfElements) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("array_to_string([1, null, 3], ',', '*')"), "1,*,3");
  EXPECT_EQ(tester.value("array_to_string([], ',')"), "");
  EXPECT_EQ(tester.value("list_string_agg([date '2025-01-02'])"), "2025-01-02");
  tester.add({"j", Type::list(kJsonType), {"[1]"}});
  EXPECT_EQ(tester.value("typeof(list_append([1], 0.5))"), "list<decimal(20,1)>");
  EXPECT_EQ(tester.value("typeof(list_append([], 'a'))"), "list<utf8>");
  EXPECT_EQ(tester.value("typeof(list_append(null, 1))"), "list<int64>");
  EXPECT_EQ(tester.value("list_contains([date '2025-01-01'], '2025-01-01')"), "true");
  EXPECT_EQ(tester.mistakes("list_append([1], true)"),
            "[list_append] the elements that 'list_append' is given have different types: int64, "
            "bool (cast them to one type; its arguments are: list_append(list list<T>, element T) "
            "-> list<T>)");
  EXPECT_EQ(tester.mistakes("list_sort('a')").substr(0, 39),
            "[list_sort] 'list_sort' does not take (");
  EXPECT_EQ(tester.mistakes("list_distinct('a')"),
            "['a'] 'list_distinct' needs a list, not utf8 (a text such as '[1,2]' becomes one by a "
            "cast: 'a'::list<int64>)");
  EXPECT_EQ(tester.mistakes("list_distinct(j)"),
            "[j] values of type json are not compared (compare their text: j::list<utf8>)");
  EXPECT_EQ(
      tester.mistakes("cardinality('abc')"),
      "['abc'] 'cardinality' needs a list, not utf8 (length() counts the characters of text)");
}

}  // namespace
}  // namespace leat::expr
