// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/program.h"

#include <gtest/gtest.h>

#include "operators/expr/kernels/constant.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

size_t count(const Program& program, NodeKind kind) {
  size_t found = 0;
  for (const Node& node : program.nodes()) found += node.kind == kind;
  return found;
}

class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest() {
    tester_.add({"a", kInt64Type, {"1"}});
    tester_.add({"s", kUtf8Type, {"x"}});
  }
  ExpressionTester tester_;
};

TEST_F(ProgramTest, EqualPartsAreOneNode) {
  const ProgramRef program = tester_.compiled("(a + 1) * (a + 1) + (a + 1)");
  EXPECT_EQ(count(*program, NodeKind::kCall), 3u);
  EXPECT_EQ(count(*program, NodeKind::kColumn), 1u);
  size_t shared = 0;
  for (const Node& node : program->nodes()) shared += node.shared;
  EXPECT_EQ(shared, 1u);
}

TEST_F(ProgramTest, DifferentPartsAreNot) {
  EXPECT_EQ(count(*tester_.compiled("cast(s as int64) + coalesce(try_cast(s as int64), 0)"),
                  NodeKind::kCall),
            3u);
  EXPECT_EQ(
      tester_.value("extract(year from date '2026-05-01') + extract(month from date '2026-05-01')"),
      "2031");
  EXPECT_EQ(count(*tester_.compiled("a in (1,2,3,4,5) and a in (1,2,3,4,6)"), NodeKind::kCall), 2u);
  EXPECT_EQ(count(*tester_.compiled("s like 'a%' and s ilike 'a%'"), NodeKind::kCall), 2u);
}

TEST_F(ProgramTest, ConstantsAreComputedOnce) {
  EXPECT_EQ(tester_.compiled("1 + 2 * 3")->nodes().size(), 1u);
  EXPECT_EQ(tester_.compiled("upper('abc') || 'd'")->nodes().size(), 1u);
  EXPECT_EQ(tester_.compiled("a + (1 + 2)")->nodes().size(), 3u);
  EXPECT_EQ(tester_.compiled("a + null")->nodes().size(), 1u);
  EXPECT_EQ(tester_.compiled("case when 1 < 2 then 'x' else 'y' end")->nodes().size(), 1u);
}

TEST_F(ProgramTest, ConstantsThatFailAreMistakesUnlessTheyMayNeverBeNeeded) {
  EXPECT_EQ(tester_.mistakes("a + 1 / 0"),
            "[1 / 0] division by zero: 1 / 0 (use nullif(divisor, 0) to get NULL instead)");
  EXPECT_EQ(tester_.mistakes("a > 5 and 1 / 0 > 1"), "");
  EXPECT_EQ(tester_.evaluate("a > 5 and 1 / 0 > 1").faults.size(), 0u);
  EXPECT_EQ(tester_.evaluate("a < 5 and 1 / 0 > 1").faults.size(), 1u);
  EXPECT_EQ(tester_.mistakes("a > 5 and s > 'x' and a = 'y'"), "['y'] 'y' is not an int64");
}

TEST_F(ProgramTest, NamesAndColumnsAreKnown) {
  const ProgramRef program = tester_.compiled("length(s) + a");
  EXPECT_EQ(program->columns(), (std::vector<size_t>{0, 1}));
  EXPECT_EQ(program->name(), "length(s) + a");
  EXPECT_EQ(program->type(), kInt64Type);
}

}  // namespace
}  // namespace leat::expr
