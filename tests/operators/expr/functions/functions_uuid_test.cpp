// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(FunctionsUuid, DrawsAreFunctionsOfTheirNumber) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("random(1) = random(1)"), "true");
  EXPECT_EQ(tester.value("random(1) = random(2) or random(1) = random(1, 5)"), "false");
  EXPECT_EQ(tester.value("typeof(uuid_v4(1))"), "uuid");
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    const std::string id = tester.value("uuid_v4(" + std::to_string(i) + ")");
    EXPECT_EQ(id[14], '4');
    EXPECT_TRUE(std::string("89ab").contains(id[19]));
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 100U);
}

TEST(FunctionsUuid, Version7IsInTheOrderOfTimesAndNumbers) {
  ExpressionTester tester;
  EXPECT_EQ(
      tester.value("uuid_v7('2026-01-31T10:00:00Z', 255) < uuid_v7('2026-01-31T10:00:00Z', 256)"),
      "true");
  EXPECT_EQ(
      tester.value("uuid_v7('2026-01-31T10:00:00Z', 9) < uuid_v7('2026-01-31T10:00:00.001Z', 1)"),
      "true");
}

TEST(FunctionsUuid, WithoutARowThereIsNothingToDrawFor) {
  ExpressionTester tester;
  EXPECT_EQ(
      tester.mistakes("random()"),
      "[random] 'random' needs the number that draws; only in derive it is the row's (write it "
      "in a derive stage before this one, or number the rows with the operator sequence and "
      "write random(n))");
}

}  // namespace
}  // namespace leat::expr
