// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsSeries, Numbers) {
  ExpressionTester tester;
  tester.add({"n", kInt64Type, {"3", "0", "-1", std::nullopt}});
  EXPECT_EQ(tester.evaluate("range(n)").values, (Values{"[0,1,2]", "[]", "[]", "null"}));
  EXPECT_EQ(tester.evaluate("range(1, n)").values, (Values{"[1,2]", "[]", "[]", "null"}));
  EXPECT_EQ(tester.evaluate("generate_series(1, n)").values,
            (Values{"[1,2,3]", "[]", "[]", "null"}));
  EXPECT_EQ(tester.evaluate("generate_series(2, n, -1)").values,
            (Values{"[]", "[2,1,0]", "[2,1,0,-1]", "null"}));
  EXPECT_EQ(tester.value("range(9223372036854775806, 9223372036854775807)"),
            "[9223372036854775806]");
  EXPECT_EQ(tester.value("generate_series(9223372036854775806, 9223372036854775807)"),
            "[9223372036854775806,9223372036854775807]");
}

TEST(FunctionsSeries, Times) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("range(date '2025-01-01', date '2025-01-03', interval '1 day')"),
            "[\"2025-01-01\",\"2025-01-02\"]");
  EXPECT_EQ(tester.value("typeof(generate_series(now(), now(), interval '1 day'))"),
            "list<timestamptz>");
  EXPECT_EQ(tester.value("generate_series(timestamp '2025-01-01 00:00:00', timestamp '2025-01-01 "
                         "12:00:00', interval '12 hours')"),
            "[\"2025-01-01T00:00:00\",\"2025-01-01T12:00:00\"]");
}

TEST(FunctionsSeries, EnormousOnesAreFaultsOfTheirRows) {
  ExpressionTester tester;
  tester.add({"n", kInt64Type, {"2", "1000000000", "1"}});
  const Outcome outcome = tester.evaluate("range(0, n)");
  EXPECT_EQ(outcome.values, (Values{"[0,1]", "null", "[0]"}));
  EXPECT_EQ(outcome.faults.at(1), "the list would have more than 4 million elements");
  EXPECT_EQ(tester.mistakes("range(1, 1000000000)"),
            "[range(1, 1000000000)] the list would have more than 4 million elements");
  EXPECT_EQ(tester.evaluate("range(0, n, n - 2)").faults.at(0), "this step is zero");
}

TEST(FunctionsSeries, AreChargedToTheirStage) {
  MemoryBudget budget(size_t{4} << 20);
  ExpressionTester tester;
  tester.add({"n", kInt64Type, {"4000000"}});
  const ProgramRef program = tester.compiled("range(0, n)");
  ASSERT_TRUE(program);
  const Batch batch = tester.batch();
  Evaluator evaluator(program, budget.open_account("small"));
  std::vector<RowFault> faults;
  const auto result = evaluator.evaluate(batch, batch.selection(), faults);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kMemory);
}

}  // namespace
}  // namespace leat::expr
