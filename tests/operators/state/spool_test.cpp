// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/spool.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

TEST(Spool, GivesRowsInTheOrderOfTheInputWhoeverGotThem) {
  test::OperatorFixture fixture;
  const SchemaRef schema = test::make_schema({{"n", kInt64Type}});
  test::Binding binding;
  binding.bound = bind_spool(schema);
  const auto batch = [&](uint64_t split, int64_t n) {
    const Batch made = test::make_batch(fixture.memory, schema, {{n}, {n + 1}});
    return made.with_places({Ordinal(split, 0), {}, nullptr});
  };
  const test::Run run = test::run_lanes(
      fixture, binding, {{batch(0, 10), batch(3, 40)}, {batch(1, 20), batch(2, 30)}});
  EXPECT_FALSE(run.error);
  EXPECT_EQ(run.rows, (std::vector<std::string>{"10", "11", "20", "21", "30", "31", "40", "41"}));
}

TEST(Spool, NothingHasNoParts) {
  test::OperatorFixture fixture;
  test::Binding binding;
  binding.bound = bind_spool(test::make_schema({{"n", kInt64Type}}));
  EXPECT_TRUE(test::run_lanes(fixture, binding, {{}, {}}).rows.empty());
}

}  // namespace
}  // namespace leat::state
