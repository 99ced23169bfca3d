// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "operators/state/spill/spill_area.h"
#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_sort;

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

Rows sorted(const Type& type, const std::vector<Cell>& cells, const std::string& direction) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", type}});
  const Binding binding = bind_ok(operator_sort, Opt("k" + direction), schema);
  std::vector<Row> rows;
  for (const Cell& cell : cells) rows.push_back({cell});
  return run(fixture, binding, {make_batch(fixture.memory, schema, rows)}).rows;
}

TEST(Sort, NullsGoWherePostgresqlPutsThem) {
  const std::vector<Cell> cells{2, null_cell, 1, 3};
  EXPECT_EQ(sorted(kInt64Type, cells, ""), (Rows{"1", "2", "3", "NULL"}));
  EXPECT_EQ(sorted(kInt64Type, cells, " desc"), (Rows{"NULL", "3", "2", "1"}));
  EXPECT_EQ(sorted(kInt64Type, cells, " nulls first"), (Rows{"NULL", "1", "2", "3"}));
  EXPECT_EQ(sorted(kInt64Type, cells, " desc nulls last"), (Rows{"3", "2", "1", "NULL"}));
}

TEST(Sort, ValuesOfEveryType) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const int64_t low = std::numeric_limits<int64_t>::min(),
                high = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(sorted(kInt64Type, {high, 0, low, -1}, ""),
            (Rows{std::to_string(low), "-1", "0", std::to_string(high)}));
  EXPECT_EQ(sorted(kFloat64Type, {nan, infinity, -1.5, -infinity, 0.25, -nan}, ""),
            (Rows{"-inf", "-1.5", "0.25", "inf", "nan", "-nan"}));
  EXPECT_EQ(sorted(kFloat64Type, {0.0, -0.0, 0.0, -1.0}, ""), (Rows{"-1", "0", "-0", "0"}))
      << "zeros are equal";
  EXPECT_EQ(sorted(kFloat64Type, {1.0, nan, 2.0}, " desc"), (Rows{"nan", "2", "1"}));
  EXPECT_EQ(sorted(kBoolType, {true, false}, ""), (Rows{"false", "true"}));
  EXPECT_EQ(sorted(kDateType, {int64_t{5}, int64_t{-5}}, ""), (Rows{"-5", "5"}));
  EXPECT_EQ(sorted(Type::decimal(38, 1), {int64_t{5}, int64_t{-5}, int64_t{0}}, " desc"),
            (Rows{"5", "0", "-5"}));
  EXPECT_EQ(sorted(kBinaryType, {std::string("b"), std::string("a\0", 2), std::string("a")}, ""),
            (Rows{"a", std::string("a\0", 2), "b"}));
}

TEST(Sort, TextByBytes) {
  EXPECT_EQ(
      sorted(kUtf8Type,
             {"b", "abcdefghijklmn", "", "abcdefgh", "abcdefghz", "Z", "é", "abcdefghijklm"}, ""),
      (Rows{"", "Z", "abcdefgh", "abcdefghijklm", "abcdefghijklmn", "abcdefghz", "b", "é"}));
  EXPECT_EQ(sorted(kUtf8Type, {"abcdefgh1", "abcdefgh2", "abcdefgh"}, " desc"),
            (Rows{"abcdefgh2", "abcdefgh1", "abcdefgh"}));
}

TEST(Sort, DecimalsBeyond64Bits) {
  OperatorFixture fixture;
  const Type type = Type::decimal(38, 0);
  __extension__ using Int128 = __int128;
  FixedBuilder<Int128> builder(type, fixture.memory);
  ASSERT_TRUE(builder.reserve(4));
  const Int128 big = Int128{1} << 100;
  for (const Int128 value : {big + 1, -big, big, -big - 1}) builder.append(value);
  const SchemaRef schema = make_schema({{"k", type}});
  const Binding binding = bind_ok(operator_sort, "k", schema);
  EXPECT_EQ(run(fixture, binding, {Batch(schema, {builder.finish()}, 4, {})}).ids,
            (std::vector<Ordinal>{Ordinal(0, 3), Ordinal(0, 1), Ordinal(0, 2), Ordinal(0, 0)}));
}

TEST(Sort, Intervals) {
  OperatorFixture fixture;
  FixedBuilder<Interval> builder(kIntervalType, fixture.memory);
  ASSERT_TRUE(builder.reserve(4));
  builder.append({1, 0, 0});
  builder.append({0, 29, 0});
  builder.append({0, 30, 1});
  builder.append({0, 0, -1});
  const SchemaRef schema = make_schema({{"k", kIntervalType}});
  const Binding binding = bind_ok(operator_sort, "k", schema);
  EXPECT_EQ(run(fixture, binding, {Batch(schema, {builder.finish()}, 4, {})}).rows,
            (Rows{"0m0d-1us", "0m29d0us", "1m0d0us", "0m30d1us"}));
}

TEST(Sort, SeveralKeysAndStability) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kUtf8Type}, {"b", kInt64Type}, {"n", kInt64Type}});
  const Binding binding = bind_ok(operator_sort, Opt::list({"a desc", "b nulls first"}), schema);
  const std::vector<Row> rows{{"x", 2, 0},       {"y", 1, 1}, {"x", 2, 2}, {"x", null_cell, 3},
                              {null_cell, 9, 4}, {"y", 1, 5}, {"x", 1, 6}};
  EXPECT_EQ(run(fixture, binding, {make_batch(fixture.memory, schema, rows)}).rows,
            (Rows{"NULL|9|4", "y|1|1", "y|1|5", "x|NULL|3", "x|1|6", "x|2|0", "x|2|2"}));
}

TEST(Sort, ComputedKeysDoNotReachTheOutput) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kInt64Type}});
  const Binding binding = bind_ok(operator_sort, Opt::list({"a % 3", "-a"}), schema);
  EXPECT_EQ(binding.output(), *schema);
  EXPECT_EQ(
      run(fixture, binding, {make_batch(fixture.memory, schema, {{1}, {2}, {3}, {4}, {5}, {6}})})
          .rows,
      (Rows{"6", "3", "4", "1", "5", "2"}));
}

TEST(Sort, BadRowsFollowOnError) {
  const SchemaRef schema = make_schema({{"s", kUtf8Type}});
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const Binding binding = bind_ok(operator_sort, "cast(s as int64)", schema, {}, OnError::kSkip);
  EXPECT_EQ(
      run(fixture, binding, {make_batch(fixture.memory, schema, {{"10"}, {"x"}, {"9"}})}).rows,
      (Rows{"9", "10"}));
  OperatorFixture strict;
  const test::Run failed =
      run(strict, binding, {make_batch(strict.memory, schema, {{"10"}, {"x"}, {"9"}})});
  ASSERT_TRUE(failed.error);
  EXPECT_EQ(failed.error->code, ErrorCode::kData);
}

/// Whatever is refused, and however little there is, the rows are those of a sort in memory.
TEST(Sort, SameRowsWhenMemoryIsRefused) {
  const test::Seed seed;
  auto random = seed.generator();
  const SchemaRef schema =
      make_schema({{"a", kInt64Type}, {"t", kUtf8Type}, {"f", kFloat64Type}, {"b", kBoolType}});
  std::vector<std::vector<Row>> splits(20);
  for (std::vector<Row>& split : splits) {
    for (size_t i = random() % 1500; i > 0; --i) {
      const auto number = static_cast<int64_t>(random() % 100);
      split.push_back({number < 10 ? null_cell : Cell(number),
                       number % 9 == 0
                           ? null_cell
                           : Cell(std::string(random() % 40, static_cast<char>('a' + number % 26))),
                       static_cast<double>(random() % 1000) / 8, random() % 2 == 0});
    }
  }
  const DealtRows rows(schema, splits);
  uint64_t spilled = 0;
  for (const std::string key : {"a", "t desc", "f", "a + 1 desc nulls last"}) {
    const Binding binding = bind_ok(operator_sort, Opt::list({key, "b"}), schema);
    OperatorFixture free;
    const test::Run expected = run_lanes(free, binding, rows.in_order(free.memory));
    ASSERT_FALSE(expected.error);
    for (const uint64_t every : {25, 60, 200, 1000}) {
      const test::TempDir dir;
      const auto area =
          state::SpillArea::open({.dir = dir.path()}, size_t{1} << (19 + random() % 6));
      ASSERT_TRUE(area);
      OperatorFixture fixture;
      fixture.spill = area->get();
      fixture.budget.refuse_every(every);
      const test::Run made = run_lanes(fixture, binding, rows.dealt(fixture.memory, 3, random));
      ASSERT_FALSE(made.error) << made.error_message();
      EXPECT_EQ(made.rows, expected.rows) << key << " refusing " << every;
      EXPECT_EQ(made.ids, expected.ids);
      spilled += fixture.ledger[Counter::kSpilled];
      EXPECT_EQ(area->get()->used(), 0u) << "room on the disk is given back";
    }
  }
  EXPECT_GT(spilled, rows.rows()) << "the test shows nothing";
}

TEST(Sort, MistakesInKeys) {
  const SchemaRef schema = make_schema({{"a", kInt64Type}, {"j", kJsonType}});
  EXPECT_EQ(test::bind(operator_sort, Opt::list({"no", "nope"}), schema).mistakes.size(), 2u);
  EXPECT_EQ(test::bind(operator_sort, Opt::list({}), schema).mistakes,
            (Rows{"'by' is an empty list []"}));
  EXPECT_EQ(test::bind(operator_sort, "j", schema).mistakes.size(), 1u) << "json has no order";
  EXPECT_EQ(test::bind(operator_sort, Opt::map({}), schema).mistakes.size(), 1u);
}

TEST(Sort, TellsWhichColumnsItReads) {
  const SchemaRef schema = make_schema({{"a", kInt64Type}, {"b", kInt64Type}});
  const Binding binding = bind_ok(operator_sort, "b", schema);
  EXPECT_EQ(binding.bound->column_inputs, (std::vector<std::vector<InputColumn>>{{0}, {1}}));
  EXPECT_EQ(binding.bound->always_read, (std::vector<InputColumn>{1}));
}

// ---------------------------------------------------------------------------- any order, any lanes

SchemaRef random_schema() {
  return make_schema({{"a", kInt64Type}, {"s", kUtf8Type}, {"f", kFloat64Type}, {"n", kInt64Type}});
}

std::vector<std::vector<Row>> random_splits(std::mt19937_64& random) {
  std::vector<std::vector<Row>> splits(1 + random() % 15);
  int64_t number = 0;
  const auto cell = [&](Cell value) { return random() % 6 == 0 ? Cell() : value; };
  for (std::vector<Row>& split : splits) {
    const size_t rows = random() % 900;
    for (size_t i = 0; i < rows; ++i) {
      split.push_back({cell(static_cast<int64_t>(random() % 20)),
                       cell("prefix00" + std::string(random() % 3, 'x')),
                       cell(static_cast<double>(random() % 7) - 3), number++});
    }
  }
  return splits;
}

const std::vector<std::vector<Opt>>& random_keys() {
  static const std::vector<std::vector<Opt>> keys{{"a"},
                                                  {"a desc"},
                                                  {"s", "a nulls first"},
                                                  {"f desc", "s"},
                                                  {"s desc nulls last", "f", "a"},
                                                  {"n desc"}};
  return keys;
}

/// sort_unstable is caught here.
TEST(Sort, TheSameBytesHoweverRowsAreDealt) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (size_t round = 0; round < 12; ++round) {
    const DealtRows data(random_schema(), random_splits(random));
    const Binding binding = bind_ok(
        operator_sort, Opt::list(random_keys()[round % random_keys().size()]), data.schema());
    OperatorFixture fixture;
    const test::Run wanted = run_lanes(fixture, binding, data.in_order(fixture.memory));
    ASSERT_FALSE(wanted.error) << wanted.error_message();
    ASSERT_EQ(wanted.rows.size(), data.rows());
    for (const size_t lanes : {1, 2, 3, 5, 8}) {
      OperatorFixture other;
      const test::Run result = run_lanes(other, binding, data.dealt(other.memory, lanes, random));
      ASSERT_EQ(result.rows, wanted.rows) << "round " << round << ", lanes " << lanes;
      ASSERT_EQ(result.ids, wanted.ids);
    }
  }
}

TEST(Sort, AgreesWithAStableSort) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 20; ++round) {
    std::vector<std::vector<Row>> splits(6);
    std::vector<std::pair<int64_t, int64_t>> reference;
    for (std::vector<Row>& split : splits) {
      for (int i = 0; i < 700; ++i) {
        const auto key = static_cast<int64_t>(random() % 50);
        const auto number = static_cast<int64_t>(reference.size());
        split.push_back({key, number});
        reference.emplace_back(key, number);
      }
    }
    std::sort(reference.begin(), reference.end());
    Rows wanted;
    for (const auto& [key, number] : reference) wanted.push_back(fmt::format("{}|{}", key, number));
    const DealtRows data(make_schema({{"k", kInt64Type}, {"n", kInt64Type}}), std::move(splits));
    const Binding binding = bind_ok(operator_sort, "k", data.schema());
    OperatorFixture fixture;
    const test::Run result =
        run_lanes(fixture, binding, data.dealt(fixture.memory, 1 + random() % 4, random));
    ASSERT_EQ(result.rows, wanted);
    ASSERT_EQ(result.batch_rows, (std::vector<size_t>{4096, 104})) << "batches are full";
  }
}

TEST(Sort, NoRows) {
  OperatorFixture fixture;
  const Binding binding = bind_ok(operator_sort, "a", random_schema());
  EXPECT_TRUE(run_lanes(fixture, binding, {{}, {}}).rows.empty());
  EXPECT_TRUE(run_lanes(fixture, binding, {}).rows.empty());
}

TEST(Sort, ThinBatchesCostLittle) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kInt64Type}, {"s", kUtf8Type}});
  const Binding binding = bind_ok(operator_sort, "a", schema);
  auto& gather = *std::get<std::unique_ptr<Collect>>(binding.bound->species);
  const auto partial = gather.partial(fixture.lane());
  for (uint64_t i = 0; i < 3000; ++i) {
    ASSERT_TRUE(partial->consume(make_batch(
        fixture.memory, schema, {{static_cast<int64_t>(i % 7), "short"}}, Ordinal(0, i))));
  }
  EXPECT_LT(fixture.memory.used(), size_t{2} << 20)
      << "one batch of one row costs kilobytes; they must be joined";
  ASSERT_TRUE(partial->seal());
}

TEST(Sort, RefusedMemoryLeaksNothing) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  std::vector<std::vector<Row>> splits(10);
  for (std::vector<Row>& split : splits) {
    for (int i = 0; i < 2000; ++i)
      split.push_back(
          {static_cast<int64_t>(random()), std::string(20 + random() % 50, 'q'), 0.5, i});
  }
  const DealtRows data(random_schema(), std::move(splits));
  const Binding binding = bind_ok(operator_sort, Opt::list({"s", "a"}), data.schema());
  size_t failed = 0;
  for (size_t limit = size_t{1} << 18; limit <= size_t{16} << 20; limit += limit / 4) {
    OperatorFixture source;
    OperatorFixture fixture(limit);
    const test::Run result = run_lanes(fixture, binding, data.dealt(source.memory, 3, random));
    if (result.error) {
      ++failed;
      EXPECT_EQ(result.error->code, ErrorCode::kMemory);
    } else {
      EXPECT_EQ(result.rows.size(), data.rows());
    }
    EXPECT_EQ(fixture.budget.used(), 0u);
  }
  EXPECT_GT(failed, 2u);
}

}  // namespace
}  // namespace leat
