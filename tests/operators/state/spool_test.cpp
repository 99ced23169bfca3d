// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/spool.h"

#include <gtest/gtest.h>

#include "operators/state/spill/spill_area.h"
#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

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

TEST(Spool, GoesOnOnDiskWhenMemoryEnds) {
  const test::Seed seed;
  auto random = seed.generator();
  const SchemaRef schema = test::make_schema({{"n", kInt64Type}, {"t", kUtf8Type}});
  std::vector<std::vector<test::Row>> splits(20);
  int64_t number = 0;
  for (std::vector<test::Row>& split : splits) {
    for (size_t i = random() % 1500; i > 0; --i)
      split.push_back({number % 11 == 0 ? test::null_cell : test::Cell(number++),
                       std::string(random() % 40, 'x')});
  }
  const test::DealtRows rows(schema, splits);
  test::Binding binding;
  binding.bound = bind_spool(schema);
  test::OperatorFixture free;
  const test::Run expected = test::run_lanes(free, binding, rows.in_order(free.memory));
  ASSERT_FALSE(expected.error);
  uint64_t spilled = 0;
  for (const uint64_t every : {25, 60, 200}) {
    const test::TempDir dir;
    const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << 20);
    ASSERT_TRUE(area);
    test::OperatorFixture fixture;
    fixture.spill = area->get();
    fixture.budget.refuse_every(every);
    const test::Run made = test::run_lanes(fixture, binding, rows.dealt(fixture.memory, 3, random));
    ASSERT_FALSE(made.error) << made.error_message();
    EXPECT_EQ(made.rows, expected.rows) << "refusing " << every;
    EXPECT_EQ(made.ids, expected.ids);
    spilled += fixture.ledger[Counter::kSpilled];
  }
  EXPECT_GT(spilled, 0u) << "the test shows nothing";
}

}  // namespace
}  // namespace leat::state
