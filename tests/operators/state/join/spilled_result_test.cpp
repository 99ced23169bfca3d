// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// That the rows are right is tested in spilled_join_test.cpp; here is how parts are numbered.
#include "operators/state/join/spilled_result.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_join;

namespace state {
namespace {

using test::Row;

TEST(SpilledResult, OrdinalsAscendFromPartToPart) {
  const SchemaRef schema = test::make_schema({{"k", kInt64Type}});
  const test::Binding binding = test::bind_inputs(
      operator_join,
      test::Opt::map({{"with", "r"}, {"on", "k"}, {"how", "full"}, {"columns", "k as other"}}),
      {schema, schema}, {"l", "r"});
  ASSERT_TRUE(binding.bound);
  const test::TempDir dir;
  const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << 18);
  ASSERT_TRUE(area);
  test::OperatorFixture fixture;
  fixture.spill = area->get();
  constexpr int64_t kRows = 50'000;
  std::vector<Batch> left;
  std::vector<Batch> right;
  for (int64_t begin = 0; begin < kRows; begin += 4000) {
    std::vector<Row> evens;
    std::vector<Row> thirds;
    for (int64_t i = begin; i < begin + 4000; ++i) {
      evens.push_back({2 * i});
      thirds.push_back({3 * i});
    }
    const Ordinal first = Ordinal::from_packed(static_cast<uint64_t>(begin));
    left.push_back(test::make_batch(fixture.memory, schema, evens, first));
    right.push_back(test::make_batch(fixture.memory, schema, thirds, first));
  }
  const test::Run run = test::run_join(fixture, binding, {left}, {right});
  ASSERT_FALSE(run.error) << run.error_message();
  EXPECT_GT(fixture.ledger[Counter::kSpilled], static_cast<uint64_t>(2 * kRows));
  EXPECT_TRUE(std::is_sorted(run.ids.begin(), run.ids.end()));
  EXPECT_GT(run.ids.back().split(), 1u) << "in several parts";
  EXPECT_EQ(run.rows[2], "4|NULL");
  EXPECT_EQ(run.rows[3], "6|6");
}

}  // namespace
}  // namespace state
}  // namespace leat
