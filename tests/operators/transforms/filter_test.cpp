// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_filter;

namespace {

using test::bind_ok;
using test::Binding;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using test::run;
using test::select_rows;
using Rows = std::vector<std::string>;

SchemaRef orders() {
  return make_schema({{"id", kInt64Type}, {"status", kUtf8Type}, {"qty", kInt64Type}});
}

Batch some_orders(OperatorFixture& fixture) {
  return make_batch(fixture.memory, orders(),
                    {{1, "paid", 5},
                     {2, "open", 0},
                     {3, null_cell, 7},
                     {4, "paid", 0},
                     {5, "paid", null_cell},
                     {6, "paid", 2}});
}

TEST(Filter, KeepsRowsForWhichTheConditionIsTrue) {
  OperatorFixture fixture;
  const Binding binding = bind_ok(operator_filter, "status = 'paid'", orders());
  EXPECT_EQ(*binding.bound->output, *orders());
  const test::Run result = run(fixture, binding, {some_orders(fixture)});
  EXPECT_EQ(result.rows, (Rows{"1|paid|5", "4|paid|0", "5|paid|NULL", "6|paid|2"}));
  EXPECT_EQ(result.ids,
            (std::vector<Ordinal>{Ordinal(0, 0), Ordinal(0, 3), Ordinal(0, 4), Ordinal(0, 5)}));
  EXPECT_EQ(fixture.ledger[Counter::kPassed], 4u);
  EXPECT_EQ(fixture.ledger[Counter::kDropped], 2u);
}

TEST(Filter, NullIsNotTrue) {
  OperatorFixture fixture;
  const test::Run result =
      run(fixture, bind_ok(operator_filter, "status <> 'paid'", orders()), {some_orders(fixture)});
  EXPECT_EQ(result.rows, (Rows{"2|open|0"}));
}

TEST(Filter, LooksAtSelectedRowsOnly) {
  OperatorFixture fixture;
  const Batch batch = select_rows(fixture.memory, some_orders(fixture), {0, 2, 5});
  const test::Run result = run(fixture, bind_ok(operator_filter, "qty >= 5", orders()), {batch});
  EXPECT_EQ(result.rows, (Rows{"1|paid|5", "3|NULL|7"}));
  EXPECT_EQ(fixture.ledger[Counter::kDropped], 1u);
}

TEST(Filter, DenseOutputSharesTheColumnsAndSparseOutputIsCompacted) {
  OperatorFixture fixture;
  const Batch batch = some_orders(fixture);
  test::CollectingOutput output(fixture.ledger);
  const Binding dense = bind_ok(operator_filter, "id <= 4", orders());
  const auto dense_lane =
      std::get<std::unique_ptr<Map>>(dense.bound->species)->lane(fixture.lane(), {});
  ASSERT_TRUE(dense_lane->process(batch, output));
  const Binding sparse = bind_ok(operator_filter, "id = 4", orders());
  const auto sparse_lane =
      std::get<std::unique_ptr<Map>>(sparse.bound->species)->lane(fixture.lane(), {});
  ASSERT_TRUE(sparse_lane->process(batch, output));
  ASSERT_EQ(output.batches.size(), 2u);
  EXPECT_EQ(output.batches[0].length(), 6u);
  EXPECT_EQ(output.batches[0].columns()[0], batch.columns()[0]);
  EXPECT_EQ(output.batches[1].length(), 1u);
  EXPECT_EQ(output.batches[1].ordinal(0), Ordinal(0, 3));
}

TEST(Filter, AllRowsPassWithoutASelection) {
  OperatorFixture fixture;
  test::CollectingOutput output(fixture.ledger);
  const Binding binding = bind_ok(operator_filter, "true", orders());
  const auto lane =
      std::get<std::unique_ptr<Map>>(binding.bound->species)->lane(fixture.lane(), {});
  ASSERT_TRUE(lane->process(some_orders(fixture), output));
  ASSERT_EQ(output.batches.size(), 1u);
  EXPECT_TRUE(output.batches[0].selection().is_all());
}

TEST(Filter, EmitsTheRowsBeforeAnError) {
  OperatorFixture fixture;
  const test::Run result =
      run(fixture, bind_ok(operator_filter, "10 / qty > 1", orders()), {some_orders(fixture)});
  EXPECT_EQ(result.rows, (Rows{"1|paid|5"}));
  EXPECT_EQ(result.error_message(), "division by zero: 10 / 0");
  EXPECT_EQ(result.error->hint, "use nullif(divisor, 0) to get NULL instead");
}

TEST(Filter, SkipsBadRowsAndCountsThem) {
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const test::Run result =
      run(fixture, bind_ok(operator_filter, "10 / qty > 1", orders()), {some_orders(fixture)});
  EXPECT_EQ(result.rows, (Rows{"1|paid|5", "6|paid|2"}));
  EXPECT_EQ(fixture.ledger[Counter::kSkipped], 2u);
  EXPECT_EQ(fixture.ledger[Counter::kDropped], 2u);
  EXPECT_EQ(fixture.ledger[Counter::kPassed], 2u);
}

TEST(Filter, TakesManyBatches) {
  OperatorFixture fixture;
  std::vector<Batch> batches;
  for (int i = 0; i < 5; ++i) batches.push_back(some_orders(fixture));
  EXPECT_EQ(
      run(fixture, bind_ok(operator_filter, "id = 1 or id = 6", orders()), batches).rows.size(),
      10u);
}

TEST(Filter, NeedsACondition) {
  const Binding number = test::bind(operator_filter, "qty + 1", orders());
  EXPECT_EQ(number.mistakes, (Rows{"a condition needs a bool, not int64 [qty + 1]"}));
  const Binding unknown = test::bind(operator_filter, "qyt > 1", orders());
  EXPECT_EQ(unknown.mistakes, (Rows{"unknown column 'qyt' [qyt]"}));
  EXPECT_EQ(*unknown.bound->output, *orders());  // later stages can be checked all the same
  EXPECT_EQ(test::bind(operator_filter, Opt::map({}), orders()).mistakes.size(), 1u);
}

TEST(Filter, ReadsTheColumnsOfItsCondition) {
  const Binding binding = bind_ok(operator_filter, "qty > 1 and id < 5", orders());
  EXPECT_EQ(binding.bound->always_read, (std::vector<InputColumn>{0, 2}));
  EXPECT_EQ(binding.bound->column_inputs, (std::vector<std::vector<InputColumn>>{{0}, {1}, {2}}));
}

TEST(Filter, PassesErrorsOfLaterStagesOn) {
  OperatorFixture fixture;
  test::CollectingOutput output(fixture.ledger);
  output.fail_after = 0;
  const Binding binding = bind_ok(operator_filter, "id > 0", orders());
  const auto lane =
      std::get<std::unique_ptr<Map>>(binding.bound->species)->lane(fixture.lane(), {});
  const Status status = lane->process(some_orders(fixture), output);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace leat
