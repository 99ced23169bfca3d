// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsTimeText, FormatsMayDifferByRow) {
  ExpressionTester tester;
  tester.add({"t", kTimestampType, {"2026-03-05 15:07:09", "2026-03-05 15:07:09", std::nullopt}});
  tester.add({"f", kUtf8Type, {"%H.%M", "%Q", "%Y"}});
  tester.add({"s", kUtf8Type, {"7.30", "1.2", "2026"}});
  EXPECT_EQ(tester.evaluate("strftime(t, '%d.%m.%Y')").values,
            (Values{"05.03.2026", "05.03.2026", "null"}));
  const Outcome written = tester.evaluate("strftime(t, f)");
  EXPECT_EQ(written.values, (Values{"15.07", "null", "null"}));
  EXPECT_EQ(written.faults.at(1), "'%Q' is no part of a format of timestamps");
  const Outcome read = tester.evaluate("strptime(s, f)");
  EXPECT_EQ(read.values, (Values{"1970-01-01T07:30:00", "null", "2026-01-01T00:00:00"}));
  EXPECT_EQ(tester.evaluate("try_strptime(s, '%H.%M')").values,
            (Values{"1970-01-01T07:30:00", "1970-01-01T01:02:00", "null"}));
  EXPECT_EQ(tester.evaluate("try_strptime(s, f)").faults.size(), 1U);
  const Outcome wrong = tester.evaluate("strptime(s, '%H.%M.%S')");
  EXPECT_EQ(wrong.faults.at(2), "'2026' does not have the form '%H.%M.%S'");
  EXPECT_EQ(tester.mistakes("strftime(t, '%')"),
            "[strftime(t, '%')] '%' is no part of a format of timestamps (%% writes a percent "
            "sign; the letters are in the documentation)");
}

}  // namespace
}  // namespace leat::expr
