// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Sorting by keys is tested in transforms/sort_test.cpp, and without them in state/spool_test.cpp.
#include "operators/state/sorting/sort_collect.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/sort_plan.h"

namespace leat::state {
namespace {

TEST(SortCollect, KeysDecideAndElseTheOrderOfTheInput) {
  const SchemaRef schema = test::make_schema({{"k", kInt64Type}, {"n", kInt64Type}});
  for (const bool keyless : {false, true}) {
    SortPlan plan = test::plan_for(schema, "k");
    if (keyless) plan.keys.clear();
    test::Binding binding;
    binding.bound.emplace();
    binding.bound->output = schema;
    bind_sorting(std::move(plan), *binding.bound);
    EXPECT_GT(binding.bound->memory_minimum, 0u);
    test::OperatorFixture fixture;
    const Batch early = test::make_batch(fixture.memory, schema, {{2, 1}, {1, 2}}, Ordinal(0, 0));
    const Batch late = test::make_batch(fixture.memory, schema, {{2, 3}, {1, 4}}, Ordinal(1, 0));
    const test::Run run = test::run_lanes(fixture, binding, {{late}, {early}});
    ASSERT_FALSE(run.error);
    EXPECT_EQ(run.rows, keyless ? (std::vector<std::string>{"2|1", "1|2", "2|3", "1|4"})
                                : (std::vector<std::string>{"1|2", "1|4", "2|1", "2|3"}));
  }
}

}  // namespace
}  // namespace leat::state
