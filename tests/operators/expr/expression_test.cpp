// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/expression.h"

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

struct Case {
  const char* text;
  const char* value;
};

void expect_values(std::initializer_list<Case> cases) {
  ExpressionTester tester;
  for (const Case& c : cases) EXPECT_EQ(tester.value(c.text), c.value) << c.text;
}

TEST(Expression, Arithmetic) {
  expect_values({{"1 + 2 * 3", "7"},
                 {"(1 + 2) * 3", "9"},
                 {"7 / 2", "3"},
                 {"-7 / 2", "-3"},
                 {"-7 % 3", "-1"},
                 {"7 / 2.0", "3.5000000000000000"},
                 {"7 / 2e0", "3.5"},
                 {"1.5 + 1", "2.5"},
                 {"2 ^ 3 ^ 2", "64"},
                 {"-2 ^ 2", "4"},
                 {"- 3", "-3"},
                 {"+3", "3"},
                 {"5 - -3", "8"},
                 {"-9223372036854775808", "-9223372036854775808"},
                 {"1 + null", "null"},
                 {"1e3", "1000"},
                 {".5 * 2", "1.0"},
                 {"1 -- a comment\n + 1", "2"},
                 {"1 /* a /* nested */ comment */ + 1", "2"}});
}

TEST(Expression, ArithmeticFaults) {
  expect_values(
      {{"9223372036854775807 + 1", "error: bigint out of range: 9223372036854775807 + 1"},
       {"-9223372036854775808 - 1", "error: bigint out of range: -9223372036854775808 - 1"},
       {"9223372036854775807 * 2", "error: bigint out of range: 9223372036854775807 * 2"},
       {"-9223372036854775808 / -1", "error: bigint out of range: -9223372036854775808 / -1"},
       {"1 / 0", "error: division by zero: 1 / 0"},
       {"1 % 0", "error: division by zero: 1 % 0"},
       {"1.5 / 0", "error: division by zero: 1.5 / 0"},
       {"1e308 * 10", "error: double precision out of range: overflow: 1e+308 * 10"},
       {"1e-308 * 1e-308", "error: double precision out of range: underflow: 1e-308 * 1e-308"},
       {"9223372036854775808", "error: 9223372036854775808 is out of the range of int64"},
       {"'infinity'::float64 * 2", "Infinity"},
       {"'nan'::float64 + 1", "NaN"}});
}

TEST(Expression, Comparisons) {
  expect_values({{"1 < 2", "true"},
                 {"2 <= 1", "false"},
                 {"1 = 1.0", "true"},
                 {"1 != 1", "false"},
                 {"1 <> 2", "true"},
                 {"'a' < 'b'", "true"},
                 {"'a' < 'aa'", "true"},
                 {"'abcdefghijklmn' > 'abcdefghijklmm'", "true"},
                 {"'b' >= 'abc'", "true"},
                 {"false < true", "true"},
                 {"null = null", "null"},
                 {"1 = null", "null"},
                 {"1 is distinct from null", "true"},
                 {"null is not distinct from null", "true"},
                 {"1 is not distinct from 1", "true"},
                 {"'nan'::float64 = 'nan'::float64", "true"},
                 {"'nan'::float64 > 'infinity'::float64", "true"},
                 {"1.5 < 'nan'::float64", "true"},
                 {"date '2026-01-02' > '2026-01-01'", "true"},
                 {"timestamp '2026-01-01 00:00:00' = date '2026-01-01'", "true"},
                 {"interval '1 day' = interval '24 hours'", "true"}});
}

TEST(Expression, ThreeValuedLogic) {
  expect_values({{"true and null", "null"},
                 {"false and null", "false"},
                 {"null and false", "false"},
                 {"true or null", "true"},
                 {"null or true", "true"},
                 {"false or null", "null"},
                 {"not null", "null"},
                 {"not true", "false"},
                 {"null is null", "true"},
                 {"1 is not null", "true"},
                 {"null is true", "false"},
                 {"true is true", "true"},
                 {"null is not true", "true"},
                 {"false is false", "true"},
                 {"null is unknown", "true"},
                 {"true is not unknown", "true"},
                 {"1 isnull", "false"},
                 {"1 notnull", "true"}});
}

TEST(Expression, InBetweenLike) {
  expect_values({{"2 in (1, 2, 3)", "true"},
                 {"4 in (1, 2, null)", "null"},
                 {"4 not in (1, 2, 3)", "true"},
                 {"4 in (1, 2, 3, 5, 6, 7)", "false"},
                 {"7 in (1, 2, 3, 5, 6, 7)", "true"},
                 {"8 in (1, 2, 3, 5, 6, null)", "null"},
                 {"'b' in ('a', 'b', 'c', 'd', 'e')", "true"},
                 {"null in (1, 2)", "null"},
                 {"2 between 1 and 3", "true"},
                 {"2 not between 1 and 3", "false"},
                 {"2 between null and 1", "false"},
                 {"'abc' like 'a%'", "true"},
                 {"'abc' like '_b_'", "true"},
                 {"'abc' not like '%d%'", "true"},
                 {"'ABC' ilike 'a%'", "true"},
                 {"'a%c' like 'a!%c' escape '!'", "true"},
                 {"'abc' like 'a!%c' escape '!'", "false"},
                 {"'abc' ~ '^a.c$'", "true"},
                 {"'ABC' ~* 'b'", "true"},
                 {"'abc' !~ 'd'", "true"}});
}

TEST(Expression, Conditionals) {
  expect_values({{"case when 1 > 2 then 'a' when 2 > 1 then 'b' else 'c' end", "b"},
                 {"case 3 when 1 then 'one' when 3 then 'three' end", "three"},
                 {"case when false then 1 end", "null"},
                 {"case when true then 1 else 2.5 end", "1.0"},
                 {"coalesce(null, null, 3)", "3"},
                 {"nullif(1, 2)", "1"},
                 {"nullif('a', 'a')", "null"},
                 {"greatest(1, 2.5, null)", "2.5"},
                 {"least('b', 'a')", "a"},
                 {"greatest(null, null)", "null"},
                 {"case when true then 1 else 1 / 0 end", "1"},
                 {"false and 1 / 0 = 1", "false"},
                 {"true or 1 / 0 = 1", "true"},
                 {"coalesce(1, 1 / 0)", "1"}});
}

TEST(Expression, Casts) {
  expect_values(
      {{"'12'::int64", "12"},
       {"' 12 '::bigint", "12"},
       {"cast('1.5' as float64)", "1.5"},
       {"'x'::int64", "error: 'x' is not an int64"},
       {"try_cast('x' as int64)", "null"},
       {"try_cast('7' as int64)", "7"},
       {"2.5::int64", "3"},
       {"2.5e0::int64", "2"},
       {"3.5::int64", "4"},
       {"1e30::int64", "error: bigint out of range: 1e+30"},
       {"try_cast(1e30 as int64)", "null"},
       {"1::bool", "true"},
       {"true::int64", "1"},
       {"'yes'::boolean", "true"},
       {"12::utf8 || 'x'", "12x"},
       {"1.50::text", "1.50"},
       {"1.50e0::text", "1.5"},
       {"date '2026-01-31'::timestamp", "2026-01-31T00:00:00"},
       {"timestamp '2026-01-31 23:59:59'::date", "2026-01-31"},
       {"'2026-02-30'::date", "error: '2026-02-30' is not a date like 2026-01-31"},
       {"null::int64", "null"},
       {"cast('2026-01-31 10:00:00+02' as timestamp with time zone)", "2026-01-31T08:00:00Z"}});
}

TEST(Expression, Text) {
  expect_values(
      {{"'it''s'", "it's"},
       {"E'a\\tb'", "a\tb"},
       {"E'\\u00e9'", "é"},
       {"'a' || 'b' || 1", "ab1"},
       {"'a' || null", "null"},
       {"substr('abc', 0, 2)", "a"},
       {"substr('abc', 5)", ""},
       {"substr('naïve', 3, 2)", "ïv"},
       {"substr('abc', 1, -1)", "error: the length of a substring must not be negative"},
       {"left('naïve', 3)", "naï"},
       {"right('naïve', -2)", "ïve"},
       {"split_part('a,b', ',', 3)", ""},
       {"split_part('a,b,c', ',', -1)", "c"},
       {"split_part('a', ',', 0)", "error: split_part counts from 1, or from -1 at the end"},
       {"trim(leading 'x' from 'xax')", "ax"},
       {"trim(both from ' a ')", "a"},
       {"lpad('abc', 2)", "ab"},
       {"lpad('é', 3, 'ab')", "abé"},
       {"upper('straße')", "STRAßE"},
       {"reverse('naïve')", "evïan"},
       {"repeat('a', -1)", ""},
       {"regexp_replace('abab', 'b', 'X')", "aXab"},
       {"regexp_extract('abc', '[0-9]+')", ""},
       {"position('x' in 'abc')", "0"}});
}

TEST(Expression, Numbers) {
  expect_values(
      {{"round(0.5)", "1"},
       {"round(5e-1)", "0"},
       {"round(1.5)", "2"},
       {"round(2.345, 2)", "2.35"},
       {"round(-2.675, 2)", "-2.68"},
       {"round(1234.5, -2)", "1200"},
       {"round(5e20, 2)", "5e+20"},
       {"round(-1250, -2)", "-1300"},
       {"trunc(0.29 * 100)", "29"},
       {"trunc(29e-2 * 100)", "28"},
       {"trunc(2.9, 0)", "2"},
       {"sqrt(-1)", "error: the square root of a negative number: sqrt(-1)"},
       {"ln(0)", "error: the logarithm of zero"},
       {"power(0, -1)", "error: zero raised to a negative power"},
       {"exp(1000)", "error: double precision out of range: overflow in exp"},
       {"abs(-9223372036854775808)", "error: bigint out of range: abs(-9223372036854775808)"},
       {"mod(-9223372036854775808, -1)", "0"},
       {"sign(-0.0)", "0"}});
}

TEST(Expression, Times) {
  expect_values(
      {{"date '2026-01-31' + 1", "2026-02-01"},
       {"date '2026-03-01' - date '2026-02-01'", "28"},
       {"date '2026-01-31' + interval '1 month'", "2026-02-28T00:00:00"},
       {"timestamp '2026-01-01 10:00:00' - interval '90 minutes'", "2026-01-01T08:30:00"},
       {"timestamp '2026-01-03 12:00:00' - timestamp '2026-01-01 10:00:00'", "2 days 02:00:00"},
       {"interval '1 day 02:30:00'", "1 day 02:30:00"},
       {"-interval '1 month'", "-1 mons"},
       {"interval '1 hour' * 3", "03:00:00"},
       {"extract(epoch from timestamp '1970-01-02 00:00:00.5')", "86400.5"},
       {"extract(second from timestamp '2026-01-01 00:00:07.25')", "7.25"},
       {"extract(week from date '2027-01-01')", "53"},
       {"extract(isoyear from date '2027-01-01')", "2026"},
       {"date_trunc('week', date '2026-01-01')", "2025-12-29T00:00:00"},
       {"date_trunc('fortnight', date '2026-01-01')",
        "error: 'fortnight' is no field of a timestamp"},
       {"date_trunc('dow', date '2026-01-01')", "error: 'dow' is no unit of time"},
       {"make_date(2026, 2, 30)", "error: there is no date with year 2026, month 2, day 30"},
       {"date '2026-01-01' between '2025-12-31' and '2026-01-02'", "true"}});
}

TEST(Expression, ReadsColumnsAndParameters) {
  ExpressionTester tester;
  tester.add({"qty", kInt64Type, {"1", std::nullopt, "3"}});
  tester.add({"Unit Price", kFloat64Type, {"1.5", "2.5", "3.5"}});
  tester.add({"country", kUtf8Type, {"de", "a country with a long name", std::nullopt}});
  tester.environment.parameters["since"] = {kDateType, "2026-01-01", false};
  tester.environment.parameters["country"] = {kUtf8Type, "de", false};
  tester.environment.parameters["none"] = {kInt64Type, "", true};
  tester.environment.now = 1'000'000;
  EXPECT_EQ(tester.evaluate("qty * \"Unit Price\"").values,
            (std::vector<std::string>{"1.5", "null", "10.5"}));
  EXPECT_EQ(tester.evaluate("QTY + 1").values, (std::vector<std::string>{"2", "null", "4"}));
  EXPECT_EQ(tester.evaluate("country = $country").values,
            (std::vector<std::string>{"true", "false", "null"}));
  EXPECT_EQ(tester.evaluate("$since + qty").values,
            (std::vector<std::string>{"2026-01-02", "null", "2026-01-04"}));
  EXPECT_EQ(tester.evaluate("coalesce($none, qty, 7)").values,
            (std::vector<std::string>{"1", "7", "3"}));
  EXPECT_EQ(tester.evaluate("now()").values, std::vector<std::string>(3, "1970-01-01T00:00:01Z"));
  EXPECT_EQ(tester.evaluate("5").values, std::vector<std::string>(3, "5"));
  EXPECT_EQ(tester.evaluate("'a constant text, long enough'").values,
            std::vector<std::string>(3, "a constant text, long enough"));
  EXPECT_EQ(columns_read(*tester.compiled("qty + qty")), (std::vector<size_t>{0}));
  EXPECT_EQ(as_column(*tester.compiled("(qty)")), std::optional<size_t>(0));
  EXPECT_EQ(as_column(*tester.compiled("qty + 0")), std::nullopt);
  EXPECT_EQ(default_name(*tester.compiled(" QTY ")), "qty");
  EXPECT_EQ(default_name(*tester.compiled(" qty * 2 ")), "qty * 2");
}

TEST(Expression, PredicatesSelectRowsThatAreTrue) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"1", "2", std::nullopt, "4", "5"}});
  EXPECT_EQ(tester.selected("a > 1"), (std::vector<uint32_t>{1, 3, 4}));
  const std::vector<uint32_t> some = {0, 2, 4};
  EXPECT_EQ(tester.selected("a > 1", &some), (std::vector<uint32_t>{4}));
  EXPECT_EQ(tester.selected("true", &some), some);
  EXPECT_EQ(tester.selected("null", &some), std::vector<uint32_t>());
  EXPECT_EQ(tester.selected("a is null"), (std::vector<uint32_t>{2}));
}

TEST(Expression, ItemsMayBeNamed) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"1"}});
  Diagnostics diagnostics;
  const auto named =
      compile_item(source_of("a + 1 as next"), tester.schema(), tester.environment, diagnostics);
  ASSERT_TRUE(named);
  EXPECT_EQ(named->name, "next");
  EXPECT_EQ(compile_item(source_of("A"), tester.schema(), tester.environment, diagnostics)->name,
            "a");
  EXPECT_FALSE(compile_item(source_of("a as"), tester.schema(), tester.environment, diagnostics));
  EXPECT_EQ(mistakes_text(diagnostics, "a as").substr(0, 61),
            "[] the expression ends after 'as': expected a name after 'as'");
}

}  // namespace
}  // namespace leat::expr
