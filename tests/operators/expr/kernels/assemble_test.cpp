// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/assemble.h"

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(Assemble, TakesEachRowFromItsBranch) {
  ExpressionTester tester;
  tester.add({"k", kInt64Type, {"1", "2", "3", "4", std::nullopt}});
  tester.add({"s", kUtf8Type, {"a", "a text of more than twelve bytes", std::nullopt, "d", "e"}});
  tester.add({"x", kFloat64Type, {"1.5", "2.5", "3.5", "4.5", "5.5"}});
  tester.add({"p", kBoolType, {"true", "false", std::nullopt, "true", "false"}});
  tester.add(
      {"d", kDateType, {"2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"}});
  tester.add({"i", kIntervalType, {"1 day", "2 days", "3 days", "4 days", "5 days"}});
  using Values = std::vector<std::string>;
  EXPECT_EQ(tester
                .evaluate("case k when 1 then upper(s) when 2 then s when 3 then s else 'another "
                          "text, also long' end")
                .values,
            (Values{"A", "a text of more than twelve bytes", "null", "another text, also long",
                    "another text, also long"}));
  EXPECT_EQ(tester.evaluate("case when k > 2 then x when k = 1 then -x end").values,
            (Values{"-1.5", "null", "3.5", "4.5", "null"}));
  EXPECT_EQ(tester.evaluate("case when k > 1 then p else true end").values,
            (Values{"true", "false", "null", "true", "true"}));
  EXPECT_EQ(tester.evaluate("case when k > 1 then d else date '2000-01-01' end").values[0],
            "2000-01-01");
  EXPECT_EQ(tester.evaluate("case when k > 1 then i end").values[3], "4 days");
  EXPECT_EQ(tester.evaluate("coalesce(s, 'none')").values[2], "none");
  EXPECT_EQ(tester.evaluate("coalesce(p, k = 3)").values,
            (Values{"true", "false", "true", "true", "false"}));
  const std::vector<uint32_t> some = {2, 4};
  EXPECT_EQ(tester.evaluate("case when k > 2 then x else 0 end", &some).values,
            (Values{"3.5", "0"}));
}

}  // namespace
}  // namespace leat::expr
