// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// An aggregate that goes to disk gives what it gives in memory, whatever is refused.
#include "operators/state/groups/spilled_groups.h"

#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_aggregate;

namespace state {
namespace {

using test::bind_ok;
using test::Binding;
using test::DealtRows;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using test::run_lanes;
using Columns = std::vector<std::pair<std::string, Opt>>;

SchemaRef input_schema() {
  return make_schema({{"k", kInt64Type},
                      {"s", kUtf8Type},
                      {"f", kFloat64Type},
                      {"v", kInt64Type},
                      {"t", kUtf8Type},
                      {"d", kDateType}});
}

std::vector<std::vector<Row>> some_rows(std::mt19937_64& random, size_t count, size_t keys) {
  std::vector<std::vector<Row>> splits(12);
  for (size_t i = 0; i < count; ++i) {
    const auto key = static_cast<int64_t>(random() % keys);
    Row row{
        key,
        std::string(key % 3 == 0 ? "a key that is longer than a view, " : "") + std::to_string(key),
        static_cast<double>(key) / 4,
        static_cast<int64_t>(random() % 1000),
        std::string(random() % 24, static_cast<char>('a' + random() % 4)),
        static_cast<int64_t>(random() % 50)};
    if (key == 17) row[0] = row[1] = row[2] = null_cell;
    if (random() % 7 == 0) row[3] = null_cell;
    if (random() % 7 == 0) row[4] = null_cell;
    splits[i * splits.size() / count].push_back(std::move(row));
  }
  return splits;
}

/// One of each kind of accumulator.
Columns every_kind() {
  return {{"a", "count(*)"},
          {"b", "sum(v)"},
          {"c", "avg(f) + 1"},
          {"d1", "min(t)"},
          {"e", "max(d)"},
          {"f1", "first(t)"},
          {"g", "last(v)"},
          {"h", "first(t order by v desc, t)"},
          {"i", "arg_max(t, v)"},
          {"j", "median(v)"},
          {"l", "mode(t)"},
          {"m", "count(distinct t)"},
          {"n", "sum(distinct v)"},
          {"o", "array_agg(t)"},
          {"p", "string_agg(t, ',' order by v)"},
          {"q", "bit_xor(v)"},
          {"r", "corr(f, v)"},
          {"u", "approx_count_distinct(v)"},
          {"w", "approx_quantile(v, 0.5)"},
          {"x", "stddev(v)"},
          {"y", "sum(v) filter (where v > 500)"}};
}

Binding bind_aggregate(const std::vector<Opt>& by, const Columns& columns) {
  return bind_ok(operator_aggregate,
                 Opt::map({{"by", Opt::list(by)}, {"columns", Opt::map(columns)}}), input_schema());
}

const std::vector<std::vector<Opt>> kKeys{{"k"}, {"s"}, {"f"}, {"s", "k"}};

class SpilledGroupsTest : public ::testing::Test {
 protected:
  /// Compares with what is made in memory; returns how many groups were spilled.
  uint64_t compare(const Binding& binding, const DealtRows& rows, uint64_t every, size_t share,
                   size_t lanes) {
    OperatorFixture free;
    const test::Run expected = run_lanes(free, binding, rows.in_order(free.memory));
    EXPECT_FALSE(expected.error);
    const auto area = SpillArea::open({.dir = dir_.path()}, share);
    EXPECT_TRUE(area);
    OperatorFixture fixture;
    fixture.spill = area->get();
    fixture.budget.refuse_every(every);
    const test::Run made = run_lanes(fixture, binding, rows.dealt(fixture.memory, lanes, random_));
    EXPECT_FALSE(made.error) << made.error_message();
    EXPECT_EQ(made.rows, expected.rows) << "refusing " << every << ", share " << share;
    EXPECT_EQ(made.ids, expected.ids);
    EXPECT_EQ(area->get()->used(), 0u) << "room on the disk is given back";
    return fixture.ledger[Counter::kSpilled];
  }

  const test::Seed seed_;
  std::mt19937_64 random_ = seed_.generator();
  test::TempDir dir_;
};

/// partition_skipped is caught here.
TEST_F(SpilledGroupsTest, EveryKindGivesTheSameWhateverIsRefused) {
  const DealtRows rows(input_schema(), some_rows(random_, 1200, 200));
  const Columns kinds = every_kind();
  for (size_t i = 0; i < kinds.size(); ++i) {
    const Columns columns{kinds[i], kinds[(i + 1) % kinds.size()]};
    const Binding binding = bind_aggregate(kKeys[i % kKeys.size()], columns);
    // A small share makes a lane spill whatever is granted.
    EXPECT_GT(compare(binding, rows, 30 + random_() % 20, size_t{16} << 10, 1 + random_() % 8),
              200u)
        << kinds[i].second.text;
    compare(binding, rows, 25 + random_() % 20, size_t{64} << 20, 1 + random_() % 8);
    if (HasFailure()) return;
  }
}

TEST_F(SpilledGroupsTest, GroupingSets) {
  const DealtRows rows(input_schema(), some_rows(random_, 1500, 200));
  const Binding binding = bind_ok(
      operator_aggregate,
      Opt::map({{"by", Opt::list({"s", "k"})},
                {"grouping", "cube"},
                {"columns",
                 Opt::map({{"n", "count(*)"}, {"g", "grouping(s, k)"}, {"t", "array_agg(t)"}})}}),
      input_schema());
  for (const size_t lanes : {1, 3, 8})
    EXPECT_GT(compare(binding, rows, 31, size_t{16} << 10, lanes), 200u);
}

TEST_F(SpilledGroupsTest, EveryKeyAndAllKindsAtOnce) {
  const DealtRows rows(input_schema(), some_rows(random_, 2000, 300));
  for (const std::vector<Opt>& keys : kKeys) {
    const Binding binding = bind_aggregate(keys, every_kind());
    EXPECT_GT(compare(binding, rows, 200, size_t{1} << 20, 3), 300u);
  }
  EXPECT_EQ(compare(bind_aggregate(kKeys[0], every_kind()), rows, 0, size_t{1} << 30, 3), 0u)
      << "nothing is written when memory suffices";
}

TEST_F(SpilledGroupsTest, PartitionsThatDoNotFitAreSplit) {
  std::vector<std::vector<Row>> splits(20);
  for (int64_t i = 0; i < 60'000; ++i)
    splits[static_cast<size_t>(i) / 3000].push_back(
        {i % 7 == 0 ? i / 2 : i, "s", 0.5, i, fmt::format("text number {}", i), 1});
  const DealtRows rows(input_schema(), std::move(splits));
  // A partition has a sixty-fourth of the groups; only their lists are too much for it.
  const Binding binding =
      bind_aggregate({"v % 64"}, {{"l", "array_agg(t)"}, {"n", "count(distinct k)"}});
  EXPECT_GT(compare(binding, rows, 0, size_t{512} << 10, 2), 64u);
  EXPECT_GT(compare(bind_aggregate({"k"}, {{"l", "array_agg(t)"}}), rows, 0, size_t{512} << 10, 2),
            60'000u);
}

TEST_F(SpilledGroupsTest, GroupsOfOneOrdinalKeepTheirOrder) {
  const SchemaRef schema = make_schema({{"k", kInt64Type}});
  const Binding binding = bind_ok(operator_aggregate, Opt::list({"k"}), schema);
  const auto run_with = [&](OperatorFixture& fixture) {
    std::vector<Batch> batches;
    for (int64_t at = 0; at < 40; ++at) {
      std::vector<Row> cells;
      for (int64_t i = 0; i < 100; ++i) cells.push_back({(at * 100 + i) * 7919 % 4001});
      Batch batch = make_batch(fixture.memory, schema, cells);
      auto packed = fixture.memory.allocate(cells.size() * sizeof(uint64_t));
      for (size_t i = 0; i < cells.size(); ++i)
        (*packed)->mutable_as<uint64_t>()[i] = Ordinal(0, static_cast<uint64_t>(at) / 20).packed();
      RowPlaces places;
      places.ordinals = *packed;
      batches.push_back(batch.with_places(places));
    }
    return run_lanes(fixture, binding, {batches}).rows;
  };
  OperatorFixture free;
  const auto area = SpillArea::open({.dir = dir_.path()}, size_t{16} << 10);
  OperatorFixture fixture;
  fixture.spill = area->get();
  EXPECT_EQ(run_with(fixture), run_with(free));
  EXPECT_GT(fixture.ledger[Counter::kSpilled], 4000u);
}

TEST_F(SpilledGroupsTest, AGroupThatCannotBeRepresentedEndsTheRunInItsPlace) {
  std::vector<std::vector<Row>> splits(1);
  for (int64_t i = 0; i < 2000; ++i)
    splits[0].push_back(
        {i % 1000, "s", 0.5, i % 1000 == 600 || i % 1000 == 300 ? INT64_MAX : i, "t", 1});
  const DealtRows rows(input_schema(), std::move(splits));
  const Binding binding = bind_aggregate({"k"}, {{"n", "sum(v)"}});
  OperatorFixture free;
  const test::Run expected = run_lanes(free, binding, rows.in_order(free.memory));
  const auto area = SpillArea::open({.dir = dir_.path()}, size_t{64} << 20);
  OperatorFixture fixture;
  fixture.spill = area->get();
  fixture.budget.refuse_every(20);
  const test::Run made = run_lanes(fixture, binding, rows.dealt(fixture.memory, 2, random_));
  ASSERT_TRUE(expected.error);
  ASSERT_TRUE(made.error);
  EXPECT_EQ(made.error_message(), expected.error_message());
  EXPECT_NE(made.error_message().find("k = 300"), std::string::npos) << made.error_message();
  EXPECT_EQ(made.rows, expected.rows) << "the groups before it";
  EXPECT_EQ(made.rows.size(), 300u);
  EXPECT_GT(fixture.ledger[Counter::kSpilled], 1000u);
}

TEST_F(SpilledGroupsTest, AGroupThatAloneIsTooLargeIsNamed) {
  std::vector<std::vector<Row>> splits(10);
  for (int64_t i = 0; i < 30'000; ++i)
    splits[static_cast<size_t>(i) / 3000].push_back(
        {7, "s", 0.5, i, fmt::format("{:0>200}", i), 1});
  const DealtRows rows(input_schema(), std::move(splits));
  const auto area = SpillArea::open({.dir = dir_.path()}, size_t{512} << 10);
  OperatorFixture source;
  OperatorFixture fixture(size_t{6} << 20);
  fixture.spill = area->get();
  const test::Run made = run_lanes(fixture, bind_aggregate({"k"}, {{"l", "count(distinct t)"}}),
                                   rows.dealt(source.memory, 1, random_));
  ASSERT_TRUE(made.error);
  EXPECT_EQ(made.error->code, ErrorCode::kMemory);
  EXPECT_NE(made.error_message().find("the group k = 7 alone"), std::string::npos)
      << made.error_message();
  EXPECT_EQ(fixture.budget.used(), 0u);
}

TEST_F(SpilledGroupsTest, WhatTheDiskRefusesIsOneError) {
  const DealtRows rows(input_schema(), some_rows(random_, 3000, 400));
  const Binding binding = bind_aggregate({"k"}, {{"n", "count(*)"}});
  for (const io::FileCall call :
       {io::FileCall::kOpen, io::FileCall::kWrite, io::FileCall::kRead, io::FileCall::kSync}) {
    const auto area = SpillArea::open(
        {.dir = dir_.path()}, size_t{64} << 20,
        SpillCalls([call, calls = 0](io::FileCall which, const std::string&) mutable {
          return which == call && ++calls > (call == io::FileCall::kOpen ? 1 : 5) ? ENOSPC : 0;
        }));
    ASSERT_TRUE(area);
    OperatorFixture fixture;
    fixture.spill = area->get();
    fixture.budget.refuse_every(20);
    const test::Run made = run_lanes(fixture, binding, rows.dealt(fixture.memory, 2, random_));
    ASSERT_TRUE(made.error) << static_cast<int>(call);
    EXPECT_EQ(made.error->code, ErrorCode::kIo);
    EXPECT_NE(made.error_message().find(dir_.path()), std::string::npos);
  }
}

}  // namespace
}  // namespace state
}  // namespace leat
