// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "operators/state/spill/spill_area.h"
#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_distinct;

namespace {

using test::bind_ok;
using test::Binding;
using test::Cell;
using test::DealtRows;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using test::run;
using test::run_lanes;
using Rows = std::vector<std::string>;

SchemaRef versions() { return make_schema({{"id", kInt64Type}, {"at", kInt64Type}}); }

std::vector<Row> some_versions() {
  return {{1, 5}, {null_cell, 1}, {1, 7}, {2, 3}, {null_cell, 1}, {1, 7}, {2, 9}};
}

Rows distinct(const Opt& option, const std::vector<Row>& rows = some_versions()) {
  OperatorFixture fixture;
  const Binding binding = bind_ok(operator_distinct, option, versions());
  return run(fixture, binding, {make_batch(fixture.memory, versions(), rows)}).rows;
}

TEST(Distinct, WholeRows) {
  EXPECT_EQ(distinct(Opt()), (Rows{"1|5", "NULL|1", "1|7", "2|3", "2|9"}));
}

TEST(Distinct, TheFirstOfEachKey) {
  EXPECT_EQ(distinct("id"), (Rows{"1|5", "NULL|1", "2|3"}));
  EXPECT_EQ(distinct(Opt::list({"id % 2"})), (Rows{"1|5", "NULL|1", "2|3"}));
}

TEST(Distinct, TheLastOfEachKey) {
  EXPECT_EQ(distinct(Opt::map({{"by", "id"}, {"keep", "last"}})), (Rows{"NULL|1", "1|7", "2|9"}));
}

TEST(Distinct, TheFirstInAnOrder) {
  EXPECT_EQ(distinct(Opt::map({{"by", "id"}, {"order_by", "at desc"}})),
            (Rows{"NULL|1", "1|7", "2|9"}))
      << "the first of two that are equal, and rows where they stood";
  EXPECT_EQ(distinct(Opt::map({{"by", "id"}, {"order_by", "at"}, {"keep", "last"}})),
            (Rows{"NULL|1", "1|7", "2|9"}));
}

TEST(Distinct, CountsTheRowsOfAKey) {
  EXPECT_EQ(distinct(Opt::map({{"by", "id"}, {"count", "n"}})),
            (Rows{"1|5|3", "NULL|1|2", "2|3|2"}));
}

TEST(Distinct, TheLedgerHasWhatWasDropped) {
  OperatorFixture fixture;
  const Binding binding = bind_ok(operator_distinct, "id", versions());
  run(fixture, binding, {make_batch(fixture.memory, versions(), some_versions())});
  EXPECT_EQ(fixture.ledger[Counter::kMade], 3u);
  EXPECT_EQ(fixture.ledger[Counter::kDropped], 4u);
}

TEST(Distinct, BadRowsFollowOnError) {
  const SchemaRef schema = make_schema({{"s", kUtf8Type}});
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const Binding binding = bind_ok(operator_distinct, "s::int64", schema, {}, OnError::kSkip);
  EXPECT_EQ(
      run(fixture, binding, {make_batch(fixture.memory, schema, {{"1"}, {"x"}, {"01"}, {"2"}})})
          .rows,
      (Rows{"1", "2"}));
  OperatorFixture strict;
  EXPECT_TRUE(
      run(strict, binding, {make_batch(strict.memory, schema, {{"1"}, {"x"}, {"01"}})}).error);
}

TEST(Distinct, Mistakes) {
  const SchemaRef schema = make_schema({{"id", kInt64Type}, {"j", kJsonType}});
  EXPECT_EQ(test::bind(operator_distinct, Opt(), schema).mistakes,
            (Rows{"whole rows cannot be compared: column 'j' has the type json [distinct]"}));
  EXPECT_EQ(test::bind(operator_distinct, "j", schema).mistakes,
            (Rows{"values of type json cannot be told apart [j]"}));
  EXPECT_EQ(
      test::bind(operator_distinct, Opt::map({{"by", Opt::list({})}, {"count", "id"}}), schema)
          .mistakes,
      (Rows{"'by' is an empty list []", "the input has a column 'id' already [id]"}));
  EXPECT_EQ(test::bind(operator_distinct, Opt::map({{"by", "no"}, {"order_by", "nope"}}), schema)
                .mistakes.size(),
            2u);
}

TEST(Distinct, TellsWhichColumnsItReads) {
  const SchemaRef schema = make_schema({{"a", kInt64Type}, {"b", kInt64Type}, {"c", kInt64Type}});
  const Binding keys = bind_ok(operator_distinct,
                               Opt::map({{"by", "c"}, {"order_by", "b"}, {"count", "n"}}), schema);
  EXPECT_EQ(keys.bound->column_inputs, (std::vector<std::vector<InputColumn>>{{0}, {1}, {2}, {}}));
  EXPECT_EQ(keys.bound->always_read, (std::vector<InputColumn>{1, 2}));
  EXPECT_EQ(bind_ok(operator_distinct, Opt(), schema).bound->always_read,
            (std::vector<InputColumn>{0, 1, 2}));
}

TEST(Distinct, NoRows) {
  OperatorFixture fixture;
  const Binding binding = bind_ok(operator_distinct, "id", versions());
  EXPECT_TRUE(run_lanes(fixture, binding, {{}, {}}).rows.empty());
  EXPECT_TRUE(run_lanes(fixture, binding, {}).rows.empty());
}

// ---------------------------------------------------------------------------- any order, any lanes

struct Plain {
  std::optional<int64_t> key;
  std::optional<int64_t> value;
  int64_t number;
};

std::string text_of(const std::optional<int64_t>& value) {
  return value ? std::to_string(*value) : "NULL";
}

/// What distinct by `key` gives, by looking at one row after the other.
Rows loop(const std::vector<Plain>& rows, bool ordered, bool last) {
  const auto before = [&](const Plain& a, const Plain& b) {
    if (!ordered) return a.number < b.number;
    // `value desc nulls last`
    const int64_t low = std::numeric_limits<int64_t>::min();
    return std::tuple(-a.value.value_or(low + 1), a.number) <
           std::tuple(-b.value.value_or(low + 1), b.number);
  };
  std::map<std::optional<int64_t>, std::pair<Plain, int64_t>> kept;
  for (const Plain& row : rows) {
    const auto [at, added] = kept.try_emplace(row.key, row, 0);
    ++at->second.second;
    Plain& best = at->second.first;
    if (!added && (last ? before(best, row) : before(row, best))) best = row;
  }
  std::map<int64_t, std::string> stood;
  for (const auto& [key, pair] : kept) {
    stood[pair.first.number] = fmt::format("{}|{}|{}|{}", text_of(key), text_of(pair.first.value),
                                           pair.first.number, pair.second);
  }
  Rows result;
  for (const auto& [number, text] : stood) result.push_back(text);
  return result;
}

/// distinct_keeps_any_lane is caught here.
TEST(Distinct, AgreesWithALoopHoweverRowsAreDealt) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 24; ++round) {
    const auto keys = std::vector<uint64_t>{1, 20, 3000, 100'000}[random() % 4];
    std::vector<Plain> plain;
    std::vector<std::vector<Row>> splits(1 + random() % 9);
    for (std::vector<Row>& split : splits) {
      for (size_t i = random() % 2500; i > 0; --i) {
        Plain row{std::nullopt, std::nullopt, static_cast<int64_t>(plain.size())};
        if (random() % 9 != 0) row.key = static_cast<int64_t>(random() % keys);
        if (random() % 9 != 0) row.value = static_cast<int64_t>(random() % 40);
        plain.push_back(row);
        split.push_back(
            {row.key ? Cell(*row.key) : Cell(), row.value ? Cell(*row.value) : Cell(), row.number});
      }
    }
    const DealtRows data(make_schema({{"k", kInt64Type}, {"v", kInt64Type}, {"n", kInt64Type}}),
                         std::move(splits));
    const bool ordered = random() % 2 == 0;
    const bool last = random() % 2 == 0;
    std::vector<std::pair<std::string, Opt>> options{
        {"by", "k"}, {"keep", last ? "last" : "first"}, {"count", "c"}};
    if (ordered) options.emplace_back("order_by", "v desc nulls last");
    const Binding binding = bind_ok(operator_distinct, Opt::map(std::move(options)), data.schema());
    for (const size_t lanes : {1, 2, 5}) {
      OperatorFixture fixture;
      const test::Run result =
          run_lanes(fixture, binding, data.dealt(fixture.memory, lanes, random));
      ASSERT_EQ(result.rows, loop(plain, ordered, last))
          << "round " << round << ", keys " << keys << ", lanes " << lanes;
    }
  }
}

TEST(Distinct, HoldsOneRowOfEachKey) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", kInt64Type}, {"s", kUtf8Type}});
  const Binding binding =
      bind_ok(operator_distinct, Opt::map({{"by", "k"}, {"keep", "last"}}), schema);
  auto& collect = *std::get<std::unique_ptr<Collect>>(binding.bound->species);
  const auto partial = collect.partial(fixture.lane());
  for (uint64_t i = 0; i < 400; ++i) {
    std::vector<Row> rows;
    for (int64_t j = 0; j < 1000; ++j) rows.push_back({j, "some text of a certain length"});
    ASSERT_TRUE(partial->consume(make_batch(fixture.memory, schema, rows, Ordinal(i, 0))));
  }
  EXPECT_LT(fixture.budget.peak(), size_t{3} << 20) << "every row takes the place of another";
}

TEST(Distinct, RefusedMemoryLeaksNothing) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  std::vector<std::vector<Row>> splits(8);
  for (std::vector<Row>& split : splits) {
    for (int i = 0; i < 2000; ++i)
      split.push_back(
          {static_cast<int64_t>(random() % 9000), std::string(30 + random() % 50, 'q')});
  }
  const DealtRows data(make_schema({{"k", kInt64Type}, {"s", kUtf8Type}}), std::move(splits));
  const Binding binding =
      bind_ok(operator_distinct, Opt::map({{"by", "k"}, {"order_by", "s desc"}}), data.schema());
  size_t failed = 0;
  for (size_t limit = size_t{1} << 18; limit <= size_t{16} << 20; limit += limit / 3) {
    OperatorFixture source;
    OperatorFixture fixture(limit);
    const test::Run result = run_lanes(fixture, binding, data.dealt(source.memory, 3, random));
    if (result.error) {
      ++failed;
      EXPECT_EQ(result.error->code, ErrorCode::kMemory);
    }
    EXPECT_EQ(fixture.budget.used(), 0u);
  }
  EXPECT_GT(failed, 2u);
}

// ------------------------------------------------------------------------------------- duplicates

/// What leaves by the main port and by that of the dropped rows.
class TwoPorts final : public Output {
 public:
  explicit TwoPorts(Ledger& ledger) : main(ledger), dropped(unread_) {}
  Status emit(Batch batch) override { return main.emit(std::move(batch)); }
  Output* port(size_t) override { return &dropped; }

  test::CollectingOutput main;

 private:
  Ledger unread_;

 public:
  test::CollectingOutput dropped;
};

/// duplicates_are_lost is caught here.
TEST(Distinct, WhatIsDroppedLeavesByAPort) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  std::vector<std::vector<Row>> splits(9);
  for (size_t i = 0; i < 4000; ++i) {
    const auto key = static_cast<int64_t>(random() % 700);
    splits[i * splits.size() / 4000].push_back({key == 3 ? null_cell : Cell(key),
                                                std::string(1 + random() % 20, 'x'),
                                                static_cast<int64_t>(random() % 4)});
  }
  const DealtRows rows(make_schema({{"k", kInt64Type}, {"s", kUtf8Type}, {"v", kInt64Type}}),
                       std::move(splits));
  const std::vector<std::vector<std::pair<std::string, Opt>>> options{
      {{"by", "k"}},
      {{"by", Opt::list({"s", "k % 7"})}, {"keep", "last"}, {"count", "n"}},
      {{"by", "k"}, {"order_by", "v desc"}, {"count", "n"}},
      {{"by", "k"}, {"order_by", "v"}, {"keep", "last"}},
      {},
  };
  for (const auto& option : options) {
    const Binding kept_only = bind_ok(operator_distinct, Opt::map(option), rows.schema());
    const Binding binding = test::bind_inputs(operator_distinct, Opt::map(option), {rows.schema()},
                                              {}, {}, OnError::kFail, true);
    ASSERT_TRUE(binding.bound);
    ASSERT_EQ(binding.bound->ports.size(), 1u);
    for (const uint64_t refuse : {0, 30}) {
      OperatorFixture free;
      const test::Run kept = run_lanes(free, kept_only, rows.in_order(free.memory));
      const test::TempDir dir;
      const auto area = state::SpillArea::open({.dir = dir.path()}, size_t{1} << 20);
      ASSERT_TRUE(area);
      OperatorFixture fixture;
      fixture.spill = area->get();
      fixture.budget.refuse_every(refuse);
      TwoPorts output(fixture.ledger);
      const auto collected =
          test::collect(fixture, *std::get<std::unique_ptr<Collect>>(binding.bound->species),
                        rows.dealt(fixture.memory, 3, random));
      ASSERT_TRUE(collected) << collected.error().message;
      for (size_t part = 0; part < (*collected)->parts(); ++part)
        ASSERT_TRUE((*collected)->emit_part(part, fixture.lane(), output));
      test::expect_balanced(*binding.bound, fixture.ledger);
      EXPECT_EQ(output.main.rows, kept.rows);
      EXPECT_EQ(output.main.ids, kept.ids);
      EXPECT_EQ(output.dropped.rows.size(), rows.rows() - kept.rows.size());
      std::vector<Ordinal> all = output.main.ids;
      all.insert(all.end(), output.dropped.ids.begin(), output.dropped.ids.end());
      std::sort(all.begin(), all.end());
      EXPECT_EQ(std::unique(all.begin(), all.end()), all.end());
      EXPECT_TRUE(std::is_sorted(output.dropped.ids.begin(), output.dropped.ids.end()));
      EXPECT_EQ(fixture.ledger[Counter::kSpilled] > 0, refuse > 0);
    }
  }
}

}  // namespace
}  // namespace leat
