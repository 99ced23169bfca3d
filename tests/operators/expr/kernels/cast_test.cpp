// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "operators/expr/kernels/kernels.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(Cast, TextThatIsNoValueIsAFaultOfItsRow) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"12", "x", std::nullopt, " -7 ", "99999999999999999999"}});
  const Outcome outcome = tester.evaluate("s::int64");
  EXPECT_EQ(outcome.values, (std::vector<std::string>{"12", "null", "null", "-7", "null"}));
  EXPECT_EQ(outcome.faults.at(1), "'x' is not an int64");
  EXPECT_EQ(outcome.faults.size(), 2u);
  const Outcome quiet = tester.evaluate("try_cast(s as int64)");
  EXPECT_EQ(quiet.values, outcome.values);
  EXPECT_TRUE(quiet.faults.empty());
}

TEST(Cast, LongTextIsShortenedInMessages) {
  ExpressionTester tester;
  std::string text(39, 'x');
  text += "ééé";
  tester.add({"s", kUtf8Type, {text}});
  EXPECT_EQ(tester.evaluate("s::int64").faults.at(0),
            "'" + std::string(39, 'x') + "...' is not an int64");
}

TEST(Cast, EveryValueSurvivesTheWayThroughText) {
  struct Values {
    Type type;
    std::vector<std::optional<std::string>> values;
  };
  const std::vector<Values> all = {
      {kBoolType, {"true", "false"}},
      {kInt64Type, {"-9223372036854775808", "0", "9223372036854775807"}},
      {kFloat64Type, {"0.1", "-1e+300", "5e-324", "Infinity", "NaN", "100"}},
      {kDateType, {"0001-01-01", "1970-01-01", "9999-12-31"}},
      {kTimestampType, {"1969-12-31T23:59:59.999999", "2026-01-01T00:00:00"}},
      {kTimestampTzType, {"1969-12-31T23:59:59.999999Z", "2026-01-01T00:00:00Z"}},
      {kIntervalType, {"1 year 2 mons -3 days +04:05:06.7", "00:00:00"}},
  };
  for (const Values& values : all) {
    ExpressionTester tester;
    tester.add({"v", values.type, values.values});
    const std::string name = to_string(values.type);
    const Outcome text = tester.evaluate("v::utf8");
    const Outcome back = tester.evaluate("v::utf8::" + name);
    for (size_t i = 0; i < values.values.size(); ++i) {
      EXPECT_EQ(text.values[i], *values.values[i]) << name;
      EXPECT_EQ(back.values[i], *values.values[i]) << name;
    }
  }
}

TEST(Cast, NumbersRoundAndAreChecked) {
  ExpressionTester tester;
  tester.add({"x",
              kFloat64Type,
              {"2.5", "-2.5", "9223372036854775807", "-9223372036854775808", "nan", "0.4"}});
  const Outcome outcome = tester.evaluate("x::int64");
  EXPECT_EQ(outcome.values,
            (std::vector<std::string>{"2", "-2", "null", "-9223372036854775808", "null", "0"}));
  EXPECT_EQ(outcome.faults.at(4), "bigint out of range: NaN");
}

TEST(Cast, ThereAreNoSurprisingCasts) {
  EXPECT_EQ(cast_kernel(kDateType, kInt64Type), nullptr);
  EXPECT_EQ(cast_kernel(kBoolType, kFloat64Type), nullptr);
  EXPECT_NE(cast_kernel(kUtf8Type, kDateType), nullptr);
}

}  // namespace
}  // namespace leat::expr
