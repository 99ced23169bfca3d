// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// `distinct` that goes to disk gives what it gives in memory, whatever is refused; what it gives is
// tested in transforms/distinct_test.cpp.
#include "operators/state/keyed/distinct_rows.h"

#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_distinct;

namespace state {
namespace {

using test::bind_ok;
using test::Binding;
using test::DealtRows;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using test::run_lanes;

SchemaRef input_schema() {
  return make_schema({{"k", kInt64Type}, {"s", kUtf8Type}, {"v", kInt64Type}, {"f", kFloat64Type}});
}

DealtRows some_rows(std::mt19937_64& random, size_t count, size_t keys) {
  std::vector<std::vector<Row>> splits(10);
  for (size_t i = 0; i < count; ++i) {
    const auto key = static_cast<int64_t>(random() % keys);
    Row row{key, fmt::format("{:->{}}", key, 1 + key % 30), static_cast<int64_t>(random() % 9),
            static_cast<double>(random() % 3)};
    if (key == 5) row[0] = row[1] = null_cell;
    if (random() % 9 == 0) row[2] = null_cell;
    splits[i * splits.size() / count].push_back(std::move(row));
  }
  return {input_schema(), std::move(splits)};
}

/// distinct_forgets_spilled_copies is caught here.
TEST(DistinctRows, AreTheSameWhateverIsRefused) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const std::vector<std::vector<std::pair<std::string, Opt>>> options{
      {{"by", "k"}},
      {{"by", "s"}, {"keep", "last"}, {"count", "n"}},
      {{"by", Opt::list({"k", "f"})}, {"order_by", "v desc nulls last"}, {"count", "n"}},
      {{"by", Opt::list({"k % 100", "s"})}, {"order_by", "v + 1"}, {"keep", "last"}},
      {{"count", "n"}},
  };
  const DealtRows rows = some_rows(random, 6000, 900);
  uint64_t spilled = 0;
  for (const auto& option : options) {
    const Binding binding = bind_ok(operator_distinct, Opt::map(option), rows.schema());
    OperatorFixture free;
    const test::Run expected = run_lanes(free, binding, rows.in_order(free.memory));
    ASSERT_FALSE(expected.error);
    for (const uint64_t every : {25, 60, 300}) {
      const test::TempDir dir;
      const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << (18 + random() % 8));
      ASSERT_TRUE(area);
      OperatorFixture fixture;
      fixture.spill = area->get();
      fixture.budget.refuse_every(every);
      const test::Run made =
          run_lanes(fixture, binding, rows.dealt(fixture.memory, 1 + random() % 8, random));
      ASSERT_FALSE(made.error) << made.error_message();
      EXPECT_EQ(made.rows, expected.rows) << "refusing " << every;
      EXPECT_EQ(made.ids, expected.ids);
      spilled += fixture.ledger[Counter::kSpilled];
      EXPECT_EQ(area->get()->used(), 0u) << "room on the disk is given back";
    }
  }
  EXPECT_GT(spilled, rows.rows()) << "the test shows nothing";
}

TEST(DistinctRows, ASmallShareIsEnoughAndALargeOneWritesNothing) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const DealtRows rows = some_rows(random, 60'000, 30'000);
  const Binding binding =
      bind_ok(operator_distinct, Opt::map({{"by", "k"}, {"keep", "last"}}), rows.schema());
  OperatorFixture free;
  const test::Run expected = run_lanes(free, binding, rows.in_order(free.memory));
  for (const size_t share : {size_t{256} << 10, size_t{1} << 30}) {
    const test::TempDir dir;
    const auto area = SpillArea::open({.dir = dir.path()}, share);
    ASSERT_TRUE(area);
    OperatorFixture fixture;
    fixture.spill = area->get();
    const test::Run made = run_lanes(fixture, binding, rows.dealt(fixture.memory, 2, random));
    ASSERT_FALSE(made.error) << made.error_message();
    EXPECT_EQ(made.rows, expected.rows);
    EXPECT_EQ(fixture.ledger[Counter::kSpilled] > 0, share < size_t{1} << 30);
  }
}

TEST(DistinctRows, WhatTheDiskRefusesIsOneError) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const DealtRows rows = some_rows(random, 6000, 900);
  const Binding binding = bind_ok(operator_distinct, Opt::map({{"by", "k"}}), rows.schema());
  for (const io::FileCall call : {io::FileCall::kWrite, io::FileCall::kRead}) {
    const test::TempDir dir;
    const auto area = SpillArea::open(
        {.dir = dir.path()}, size_t{64} << 20,
        SpillCalls([call, calls = 0](io::FileCall which, const std::string&) mutable {
          return which == call && ++calls > 5 ? EIO : 0;
        }));
    ASSERT_TRUE(area);
    OperatorFixture fixture;
    fixture.spill = area->get();
    fixture.budget.refuse_every(25);
    const test::Run made = run_lanes(fixture, binding, rows.dealt(fixture.memory, 2, random));
    ASSERT_TRUE(made.error);
    EXPECT_EQ(made.error->code, ErrorCode::kIo);
    EXPECT_NE(made.error_message().find(dir.path()), std::string::npos);
  }
}

}  // namespace
}  // namespace state
}  // namespace leat
