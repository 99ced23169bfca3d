// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Windows that go to disk give what they give in memory, whatever is refused; what they give is
// tested in transforms/window_test.cpp.
#include "operators/state/windows/spilled_windows.h"

#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_window;

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

SchemaRef input_schema() {
  return make_schema({{"k", kInt64Type},
                      {"s", kUtf8Type},
                      {"v", kInt64Type},
                      {"f", kFloat64Type},
                      {"t", kTimestampType}});
}

DealtRows some_rows(std::mt19937_64& random, size_t count, size_t keys) {
  std::vector<std::vector<Row>> splits(10);
  for (size_t i = 0; i < count; ++i) {
    const auto key = static_cast<int64_t>(random() % keys);
    Row row{key, fmt::format("{:->{}}", key % 11, 1 + key % 30), static_cast<int64_t>(random() % 9),
            static_cast<double>(random() % 7) / 3, static_cast<int64_t>(random() % 5'000'000)};
    if (key == 5) row[0] = row[1] = null_cell;
    for (const size_t column : {2, 3, 4}) {
      if (random() % 9 == 0) row[column] = null_cell;
    }
    splits[i * splits.size() / count].push_back(std::move(row));
  }
  return {input_schema(), std::move(splits)};
}

Opt stage(std::vector<std::pair<std::string, Opt>> options,
          const std::vector<std::string>& expressions) {
  std::vector<std::pair<std::string, Opt>> columns;
  for (const std::string& expression : expressions)
    columns.push_back({fmt::format("w{}", columns.size()), expression});
  options.push_back({"columns", Opt::map(std::move(columns))});
  return Opt::map(std::move(options));
}

/// Stages with one pass and with several.
std::vector<Opt> stages() {
  return {
      stage({{"partition_by", "k"}, {"order_by", "v desc nulls last"}},
            {"row_number()", "lag(s, 2, 'none')", "sum(f) over (rows 3 preceding)",
             "v - min(v) over (rows between 1 preceding and 5 following exclude ties)"}),
      stage({{"partition_by", Opt::list({"s", "v % 2"})}},
            {"rank() over (order by f)", "percent_rank() over (partition by k order by t)",
             "count(distinct v)", "last_value(s) ignore nulls over (rows 4 preceding)",
             "median(f) over (order by t range between interval '1 second' preceding and current "
             "row)"}),
      stage({{"order_by", Opt::list({"f", "t desc"})}},
            {"ntile(7)", "dense_rank() over (partition by s order by v)",
             "sum(v) filter (where v > 3) over (groups 2 preceding)", "first_value(t)",
             "avg(v) over ()"}),
      stage({}, {"row_number()", "lead(s)", "max(s) over (rows 10 preceding)"}),
  };
}

/// window_partition_skipped and window_rows_written_twice are caught here.
TEST(SpilledWindows, AreTheSameWhateverIsRefused) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const DealtRows rows = some_rows(random, 9000, 300);
  uint64_t spilled = 0;
  for (const Opt& options : stages()) {
    const Binding binding = bind_ok(operator_window, options, rows.schema());
    ASSERT_TRUE(binding.bound);
    OperatorFixture free;
    const test::Run expected = run_lanes(free, binding, rows.in_order(free.memory));
    ASSERT_FALSE(expected.error) << expected.error_message();
    for (const size_t lanes : {1, 2, 4, 8}) {
      const test::TempDir dir;
      const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << (18 + random() % 4));
      ASSERT_TRUE(area);
      OperatorFixture fixture;
      fixture.spill = area->get();
      fixture.budget.refuse_every(std::vector<uint64_t>{25, 60, 300}[random() % 3]);
      const test::Run made = run_lanes(fixture, binding, rows.dealt(fixture.memory, lanes, random));
      ASSERT_FALSE(made.error) << made.error_message();
      EXPECT_EQ(made.rows, expected.rows) << lanes << " lanes";
      EXPECT_EQ(made.ids, expected.ids);
      spilled += fixture.ledger[Counter::kSpilled];
      EXPECT_EQ(area->get()->used(), 0u) << "room on the disk is given back";
    }
  }
  EXPECT_GT(spilled, 10 * rows.rows()) << "the test shows nothing";
}

/// Rows that a map made of one row have its ordinal.
TEST(SpilledWindows, RowsOfOneOrdinalStayInTheirOrder) {
  const SchemaRef schema = make_schema({{"k", kInt64Type}, {"v", kInt64Type}});
  const Binding binding = bind_ok(operator_window,
                                  stage({{"partition_by", "k"}, {"order_by", "v % 3"}},
                                        {"lag(v)", "row_number() over (order by v % 2)"}),
                                  schema);
  const auto batches = [&](OperatorFixture& fixture) {
    std::vector<Batch> made;
    for (size_t split = 0; split < 6; ++split) {
      std::vector<Row> rows;
      auto ordinals = fixture.memory.allocate(700 * sizeof(uint64_t));
      EXPECT_TRUE(ordinals);
      for (size_t i = 0; i < 700; ++i) {
        rows.push_back({static_cast<int64_t>(i * 7 % 5), static_cast<int64_t>(split * 1000 + i)});
        (*ordinals)->mutable_as<uint64_t>()[i] = Ordinal(split, i / 90).packed();
      }
      RowPlaces places;
      places.ordinals = std::move(*ordinals);
      made.push_back(make_batch(fixture.memory, schema, rows).with_places(std::move(places)));
    }
    return made;
  };
  OperatorFixture free;
  const test::Run expected = run_lanes(free, binding, {batches(free)});
  ASSERT_FALSE(expected.error);
  const test::TempDir dir;
  const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << 20);
  ASSERT_TRUE(area);
  OperatorFixture fixture;
  fixture.spill = area->get();
  fixture.budget.refuse_every(3);
  const std::vector<Batch> all = batches(fixture);
  const test::Run made =
      run_lanes(fixture, binding, {{all[4], all[0], all[3]}, {all[1], all[5], all[2]}});
  ASSERT_FALSE(made.error) << made.error_message();
  EXPECT_EQ(made.rows, expected.rows);
  EXPECT_GT(fixture.ledger[Counter::kSpilled], 0u);
}

TEST(SpilledWindows, ASmallShareIsEnoughAndALargeOneWritesNothing) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const DealtRows rows = some_rows(random, 40'000, 3000);
  const Binding binding = bind_ok(operator_window, stages()[0], rows.schema());
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

/// Partitions that are written, with all arrays over them. A share of 256 KiB makes a chunk of
/// that, and a partition of twice as much large.
/// window_page_mistaken is caught here.
TEST(SpilledWindows, LargePartitionsAreComputedOnDisk) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const std::vector<std::vector<std::string>> calls{
      {"row_number()", "rank()", "dense_rank()", "percent_rank()", "cume_dist()", "ntile(13)"},
      {"lag(s, 5000, 'none')", "lead(v, 3) ignore nulls", "first_value(s)",
       "last_value(v) ignore nulls over (rows between 7000 preceding and 1 preceding)",
       "nth_value(t, 2) over (rows between current row and 9 following)"},
      {"sum(v)", "avg(f) over (rows 6000 preceding)", "count(*) filter (where v > 4)",
       "sum(distinct v) over (rows 20 preceding)", "stddev(v) over (groups 2 preceding)"},
      {"min(v) over (rows 6000 preceding)", "max(s) over (rows 100 preceding exclude ties)",
       "min(f) over (rows between 2000 following and 4000 following)", "bool_or(v > 7)"},
      {"median(v) over (rows 3000 preceding)", "count(distinct v) over (rows 30 preceding)",
       "mode(s) over (rows 2000 preceding)", "quantile_disc(s, 0.3) over (rows 50 preceding)"},
      {"bit_xor(v) over (rows 4000 preceding)", "arg_max(s, f) over (rows 9 preceding)",
       "string_agg(s, '+') over (rows 1 preceding)"},
      {"sum(v) over (order by t range between interval '1 second' preceding and current row)",
       "sum(v) over (order by f desc range 0.5 preceding exclude group)",
       "count(*) over (partition by v order by f)"},
  };
  const DealtRows rows = some_rows(random, 20'000, 2);
  bool partitioned = false;
  for (const std::vector<std::string>& some : calls) {
    partitioned = !partitioned;
    std::vector<std::pair<std::string, Opt>> options{{"order_by", Opt::list({"f", "v"})}};
    if (partitioned) options.push_back({"partition_by", "k"});
    const Binding binding = bind_ok(operator_window, stage(options, some), rows.schema());
    ASSERT_TRUE(binding.bound);
    OperatorFixture free;
    const test::Run expected = run_lanes(free, binding, rows.in_order(free.memory));
    ASSERT_FALSE(expected.error) << expected.error_message();
    const test::TempDir dir;
    const auto area = SpillArea::open({.dir = dir.path()}, size_t{128} << 10);
    ASSERT_TRUE(area);
    OperatorFixture fixture;
    fixture.spill = area->get();
    fixture.budget.refuse_every(60);
    const test::Run made = run_lanes(fixture, binding, rows.dealt(fixture.memory, 2, random));
    ASSERT_FALSE(made.error) << made.error_message();
    for (size_t i = 0; i < expected.rows.size(); ++i)
      ASSERT_EQ(made.rows[i], expected.rows[i]) << some.front() << ", row " << i;
    ASSERT_EQ(made.rows.size(), expected.rows.size());
    EXPECT_EQ(area->get()->used(), 0u) << "room on the disk is given back";
    EXPECT_GE(fixture.ledger[Counter::kSpilled], 3 * rows.rows())
        << "rows are written by lanes, as large partitions, and by the last sort";
  }
}

/// Rows fit, what is computed from them does not.
TEST(SpilledWindows, WhatHasNoRoomToComputeGoesToDisk) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const DealtRows rows = some_rows(random, 40'000, 3000);
  const Binding binding = bind_ok(operator_window, stages()[0], rows.schema());
  OperatorFixture free;
  const test::Run expected = run_lanes(free, binding, rows.in_order(free.memory));
  const test::TempDir dir;
  const auto area = SpillArea::open({.dir = dir.path()}, size_t{2} << 20);
  ASSERT_TRUE(area);
  OperatorFixture source;
  const auto dealt = rows.dealt(source.memory, 2, random);
  OperatorFixture fixture(size_t{9} << 20);
  fixture.spill = area->get();
  const auto collected =
      test::collect(fixture, *std::get<std::unique_ptr<Collect>>(binding.bound->species), dealt);
  ASSERT_TRUE(collected) << collected.error().message;
  std::vector<std::string> made;
  for (size_t part = 0; part < (*collected)->parts(); ++part) {
    test::CollectingOutput output(fixture.ledger);  // keeps what is emitted, so one for each part
    ASSERT_TRUE((*collected)->emit_part(part, fixture.lane(), output));
    made.insert(made.end(), output.rows.begin(), output.rows.end());
  }
  EXPECT_EQ(made, expected.rows);
  EXPECT_GE(fixture.ledger[Counter::kSpilled], 2 * rows.rows());
}

TEST(SpilledWindows, FaultsAreToldWhereTheRowsStand) {
  const SchemaRef schema = make_schema({{"k", kInt64Type}, {"v", kInt64Type}});
  const int64_t most = std::numeric_limits<int64_t>::max();
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  std::vector<std::vector<Row>> splits(6);
  for (int64_t i = 0; i < 3000; ++i) {
    splits[static_cast<size_t>(i) / 500].push_back({i % 3, i < 1500       ? int64_t{1}
                                                           : i % 300 == 0 ? most
                                                                          : 0});
  }
  const DealtRows rows(schema, std::move(splits));
  for (const OnError on_error : {OnError::kFail, OnError::kSkip}) {
    const Binding binding =
        bind_ok(operator_window,
                stage({{"partition_by", "k"}},
                      {"sum(v) over (rows 400 preceding)", "1 / (row_number() - 900)"}),
                schema);
    OperatorFixture free(size_t{1} << 30, on_error);
    const test::Run expected = run_lanes(free, binding, rows.in_order(free.memory));
    const test::TempDir dir;
    const auto area = SpillArea::open({.dir = dir.path()}, size_t{1} << 20);
    ASSERT_TRUE(area);
    OperatorFixture fixture(size_t{1} << 30, on_error);
    fixture.spill = area->get();
    fixture.budget.refuse_every(10);
    const test::Run made = run_lanes(fixture, binding, rows.dealt(fixture.memory, 2, random));
    EXPECT_EQ(made.rows, expected.rows);
    EXPECT_EQ(made.error_message(), expected.error_message());
    EXPECT_EQ(fixture.ledger[Counter::kSkipped], free.ledger[Counter::kSkipped]);
    EXPECT_EQ(made.error.has_value(), on_error == OnError::kFail);
    EXPECT_GT(fixture.ledger[Counter::kSpilled], 0u);
  }
}

TEST(SpilledWindows, WhatTheDiskRefusesIsOneError) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const DealtRows rows = some_rows(random, 6000, 900);
  const Binding binding = bind_ok(operator_window, stages()[1], rows.schema());
  for (const io::FileCall call : {io::FileCall::kWrite, io::FileCall::kRead}) {
    for (const int fine : {1, 12}) {
      const test::TempDir dir;
      const auto area = SpillArea::open(
          {.dir = dir.path()}, size_t{1} << 20,
          SpillCalls([call, fine, calls = 0](io::FileCall which, const std::string&) mutable {
            return which == call && ++calls > fine ? EIO : 0;
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
}

}  // namespace
}  // namespace state
}  // namespace leat
