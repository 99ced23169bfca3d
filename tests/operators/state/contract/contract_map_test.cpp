// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/contract/contract_map.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;

const SchemaRef kSchema = make_schema({{"a", kInt64Type}});

std::unique_ptr<ContractPlan> plan_of(OnError on_error) {
  auto plan = std::make_unique<ContractPlan>();
  plan->input = kSchema;
  plan->on_error = on_error;
  plan->expectations.push_back({.kind = Expectation::Kind::kNotNull,
                                .name = "not_null: a",
                                .where = {},
                                .program = expr::column_program(*kSchema, 0),
                                .column = 0});
  return plan;
}

TEST(ContractMap, RowsLeaveAsTheyComeWhereNothingIsAskedOfAllOfThem) {
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const auto map = make_contract_map(plan_of(OnError::kSkip));
  EXPECT_FALSE(map->has_rest());
  EXPECT_EQ(map->common(fixture.memory), nullptr);
  test::CollectingOutput output(fixture.ledger);
  const auto lane = map->lane(fixture.lane(), {});
  ASSERT_TRUE(lane->process(make_batch(fixture.memory, kSchema, {{1}, {null_cell}, {3}}), output));
  EXPECT_EQ(output.rows, (std::vector<std::string>{"1", "3"}));
  EXPECT_EQ(fixture.ledger[Counter::kPassed], 2u);
  EXPECT_EQ(fixture.ledger[Counter::kSkipped], 1u);
}

TEST(ContractMap, UnderWarnThereIsSomethingToSayBehindTheLastRow) {
  OperatorFixture fixture;
  const auto map = make_contract_map(plan_of(OnError::kWarn));
  ASSERT_TRUE(map->has_rest());
  const std::vector<CollectedRef> sides{map->common(fixture.memory)};
  test::CollectingOutput output(fixture.ledger);
  const auto lane = map->lane(fixture.lane(), sides);
  ASSERT_TRUE(lane->process(make_batch(fixture.memory, kSchema, {{null_cell}, {2}}), output));
  EXPECT_EQ(output.rows, (std::vector<std::string>{"NULL", "2"})) << "rows pass";
  ASSERT_TRUE(lane->seal());
  const auto rest = map->rest(fixture.lane(), sides);
  ASSERT_TRUE(rest);
  EXPECT_EQ(*rest, nullptr) << "no rows are behind the others";
}

}  // namespace
}  // namespace leat::state
