// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/window_evaluation.h"

#include <gtest/gtest.h>

#include "tests/support/windowed.h"

namespace leat::state {
namespace {

TEST(WindowEvaluation, EveryFunctionHasItsName) {
  EXPECT_EQ(window_function("lag"), WindowFunction::kLag);
  EXPECT_EQ(window_function("ntile"), WindowFunction::kNtile);
  EXPECT_EQ(window_function("sum"), WindowFunction::kAggregate);
  for (const expr::WindowFunction& function : expr::window_functions())
    EXPECT_NE(window_function(function.name), WindowFunction::kAggregate) << function.name;
}

/// A result that comes in several parts, in the order of the input.
TEST(WindowEvaluation, PartsAreTheRowsInOrder) {
  const SchemaRef schema = test::make_schema({{"p", kInt64Type}, {"n", kInt64Type}});
  test::OperatorFixture fixture;
  std::vector<std::vector<Batch>> lanes(2);
  for (int64_t split = 0; split < 12; ++split) {
    std::vector<test::Row> rows;
    for (int64_t i = 0; i < 3000; ++i) rows.push_back({i % 7, split * 3000 + i});
    lanes[static_cast<size_t>(split % 2)].push_back(
        test::make_batch(fixture.memory, schema, rows, Ordinal(static_cast<uint64_t>(split), 0)));
  }
  const test::Binding binding =
      test::bind_ok(operator_window,
                    test::Opt::map({{"partition_by", "p"},
                                    {"columns", test::Opt::map({{"nth", "row_number()"}})}}),
                    schema);
  const test::Run result = test::run_lanes(fixture, binding, lanes);
  ASSERT_EQ(result.rows.size(), 36'000u);
  std::vector<int64_t> met(7);
  for (int64_t n = 0; n < 36'000; ++n) {
    const int64_t p = n % 3000 % 7;
    ASSERT_EQ(result.rows[static_cast<size_t>(n)],
              fmt::format("{}|{}|{}", p, n, ++met[static_cast<size_t>(p)]));
  }
}

}  // namespace
}  // namespace leat::state
