// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/contract/row_rules.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

const SchemaRef kSchema = make_schema({{"a", kInt64Type}, {"b", kInt64Type}});

Expectation not_null(size_t column) {
  return {.kind = Expectation::Kind::kNotNull,
          .name = "not_null: " + (*kSchema)[column].name,
          .where = {},
          .program = expr::column_program(*kSchema, column),
          .column = column,
          .columns_read = {column}};
}

ContractPlan plan_of(OnError on_error) {
  ContractPlan plan;
  plan.input = kSchema;
  plan.on_error = on_error;
  plan.expectations = {not_null(0), not_null(1)};
  return plan;
}

TEST(RowRules, ABadRowIsRejectedForTheFirstReason) {
  OperatorFixture fixture(size_t{1} << 30, OnError::kReject);
  const ContractPlan plan = plan_of(OnError::kReject);
  RowRules rules(plan, fixture.lane(), {});
  test::CollectingOutput output(fixture.ledger);
  const Batch batch =
      make_batch(fixture.memory, kSchema, {{1, 2}, {null_cell, null_cell}, {3, null_cell}, {4, 5}});
  ASSERT_TRUE(rules.pass(batch, nullptr, output));
  EXPECT_EQ(output.rows, (Texts{"1|2", "4|5"}));
  ASSERT_EQ(fixture.faults.absorbed().size(), 2u);
  EXPECT_EQ(fixture.faults.absorbed()[0].message, "not_null: a");
  EXPECT_EQ(fixture.faults.absorbed()[1].message, "not_null: b");
}

TEST(RowRules, UnderWarnRowsPassAndEachExpectationCounts) {
  OperatorFixture fixture;
  const ContractPlan plan = plan_of(OnError::kWarn);
  RowRules rules(plan, fixture.lane(), {});
  test::CollectingOutput output(fixture.ledger);
  const std::vector<test::Row> rows{{1, 2}, {null_cell, null_cell}, {3, null_cell}};
  ASSERT_TRUE(
      rules.pass(make_batch(fixture.memory, kSchema, rows, Ordinal(4, 0)), nullptr, output));
  ASSERT_TRUE(
      rules.pass(make_batch(fixture.memory, kSchema, rows, Ordinal(2, 0)), nullptr, output));
  EXPECT_EQ(output.rows.size(), 6u);
  ASSERT_EQ(rules.broken().size(), 2u);
  EXPECT_EQ(rules.broken()[0].rows, 2u);
  EXPECT_EQ(rules.broken()[0].first, Ordinal(2, 1)) << "wherever it was met";
  EXPECT_EQ(rules.broken()[1].rows, 4u);
}

TEST(RowRules, TheFirstBrokenRowIsThatOfTheLowestOrdinal) {
  Broken broken{2, Ordinal(5, 0), std::nullopt};
  broken.add({1, Ordinal(3, 0), TextPlace{"a.csv", 7, 0}});
  broken.add({0, Ordinal(), std::nullopt});
  EXPECT_EQ(broken.rows, 3u);
  EXPECT_EQ(broken.first, Ordinal(3, 0));
  EXPECT_EQ(broken.place->line, 7u);
}

}  // namespace
}  // namespace leat::state
