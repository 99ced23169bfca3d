// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {

extern const OperatorDef operator_complete;

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
using test::run_lanes;
using Rows = std::vector<std::string>;

SchemaRef sales() {
  return make_schema({{"shop", kUtf8Type}, {"day", kInt64Type}, {"n", kInt64Type}});
}

Rows completed(const Opt& option, const SchemaRef& schema, const std::vector<Row>& rows) {
  OperatorFixture fixture;
  const test::Run result = run_lanes(fixture, bind_ok(operator_complete, option, schema),
                                     {{make_batch(fixture.memory, schema, rows)}});
  EXPECT_EQ(result.error_message(), "");
  return result.rows;
}

Opt columns(std::vector<std::pair<std::string, Opt>> names) { return Opt::map(std::move(names)); }

TEST(Complete, PartitionsByTheirFirstRowsEachInOrder) {
  const Opt option = Opt::map({{"columns", columns({{"day", "generate_series(1, 3)"}})},
                               {"partition_by", "shop"},
                               {"values", Opt::map({{"n", "0"}})}});
  EXPECT_EQ(completed(option, sales(), {{"b", 3, 7}, {"a", 2, 5}, {"b", 1, 4}}),
            (Rows{"b|1|4", "b|2|0", "b|3|7", "a|1|0", "a|2|5", "a|3|0"}));
}

TEST(Complete, RowsOutsideAndEqualOnesStay) {
  const Opt option = Opt::map({{"columns", columns({{"day", Opt::list({"4", "2", "4"})}})}});
  EXPECT_EQ(completed(option, sales(),
                      {{"a", 3, 0}, {"b", null_cell, 1}, {"c", 4, 2}, {"d", 1, 3}, {"e", 4, 4}}),
            (Rows{"d|1|3", "NULL|2|NULL", "a|3|0", "c|4|2", "e|4|4", "b|NULL|1"}));
}

TEST(Complete, AllCombinations) {
  const Opt option = Opt::map(
      {{"columns", columns({{"shop", Opt::list({"b", "a"})}, {"day", "generate_series(1, 2)"}})},
       {"values", Opt::map({{"n", "9"}})}});
  EXPECT_EQ(completed(option, sales(), {{"b", 1, 0}, {"ab", 2, 1}, {"a", 3, 2}}),
            (Rows{"a|1|9", "a|2|9", "a|3|2", "ab|2|1", "b|1|0", "b|2|9"}));
}

TEST(Complete, WithoutRows) {
  const Opt whole = Opt::map({{"columns", columns({{"day", "generate_series(1, 2)"}})}});
  EXPECT_EQ(completed(whole, sales(), {}), (Rows{"NULL|1|NULL", "NULL|2|NULL"}));
  const Opt parts = Opt::map(
      {{"columns", columns({{"day", "generate_series(1, 2)"}})}, {"partition_by", "shop"}});
  EXPECT_EQ(completed(parts, sales(), {}), Rows{});
}

TEST(Complete, DatesTimesAndTexts) {
  const SchemaRef days = make_schema({{"d", kDateType}});
  const auto dates = [&](const char* series) {
    return completed(Opt::map({{"columns", columns({{"d", series}})}}), days, {});
  };
  EXPECT_EQ(dates("generate_series(date '1970-01-30', date '1970-02-02', interval '1 day')"),
            (Rows{"29", "30", "31", "32"}));
  EXPECT_EQ(dates("generate_series(date '1970-01-05', date '1970-01-01', interval '-2 days')"),
            (Rows{"0", "2", "4"}));
  EXPECT_EQ(dates("generate_series(date '1970-01-05', date '1970-01-01', interval '1 day')"),
            Rows{});
  const SchemaRef times = make_schema({{"t", kTimestampType}});
  EXPECT_EQ(completed(Opt::map({{"columns", columns({{"t",
                                                      "generate_series(date '1970-01-01', "
                                                      "timestamp '1970-01-01 01:00:00', "
                                                      "interval '30 minutes')"}})}}),
                      times, {}),
            (Rows{"0", "1800000000", "3600000000"}));
  EXPECT_EQ(
      completed(Opt::map({{"columns", columns({{"d", Opt::list({"1970-01-03"})}})}}), days, {}),
      (Rows{"2"}));
}

TEST(Complete, TheLedgerTellsRowsOfTheInputFromThoseMade) {
  OperatorFixture fixture;
  const Binding binding =
      bind_ok(operator_complete,
              Opt::map({{"columns", columns({{"day", "generate_series(1, 5)"}})}}), sales());
  run_lanes(fixture, binding, {{make_batch(fixture.memory, sales(), {{"a", 2, 0}, {"a", 2, 1}})}});
  EXPECT_EQ(fixture.ledger[Counter::kPassed], 2u);
  EXPECT_EQ(fixture.ledger[Counter::kMade], 4u);
}

TEST(Complete, Mistakes) {
  const SchemaRef schema =
      make_schema({{"s", kUtf8Type}, {"i", kInt64Type}, {"d", kDateType}, {"f", kFloat64Type}});
  const auto mistakes = [&](std::vector<std::pair<std::string, Opt>> names,
                            std::vector<std::pair<std::string, Opt>> more = {}) {
    more.insert(more.begin(), {"columns", Opt::map(std::move(names))});
    return test::bind(operator_complete, Opt::map(std::move(more)), schema).mistakes;
  };
  EXPECT_EQ(
      mistakes({{"no", "1"}, {"f", "1"}, {"i", Opt::list({"1", "x"})}}),
      (Rows{"the input has no column 'no' [no]", "a column of type float64 cannot be completed [f]",
            "'x' is no value of type int64 [x]"}));
  EXPECT_EQ(mistakes({}), (Rows{"'columns' is an empty mapping []"}));
  EXPECT_EQ(mistakes({{"i", Opt::list({})}}), (Rows{"this list of values is empty []"}));
  EXPECT_EQ(mistakes({{"i", "generate_series(1, 2, 0)"}}), (Rows{"this step is zero [0]"}));
  EXPECT_EQ(mistakes({{"i", "generate_series(1, 9000000)"}}),
            (Rows{"this series has more than 2000000 values [generate_series(1, 9000000)]"}));
  EXPECT_EQ(mistakes({{"i", "generate_series(1, 2.5)"}}),
            (Rows{"this is of type decimal(2,1), and the column of type int64 [2.5]"}));
  EXPECT_EQ(mistakes({{"i", "generate_series(1, i)"}}),
            (Rows{"this must be the same for all rows, and 'i' is a column [i]"}));
  EXPECT_EQ(
      mistakes({{"d", "generate_series(date '2025-01-01', date '2025-01-02', interval '1 h')"}}),
      (Rows{"a series of dates goes by whole days [interval '1 h']"}));
  EXPECT_EQ(mistakes({{"d", "generate_series(date '2025-01-01', date '2025-01-02', 1)"}}),
            (Rows{"the step of a series of type date is an interval [1]"}));
  EXPECT_EQ(mistakes({{"d", "generate_series(date '2025-01-01', date '2025-01-02')"}}),
            (Rows{"a series is generate_series(start, stop, step) [generate_series(date "
                  "'2025-01-01', date '2025-01-02')]"}));
  EXPECT_EQ(mistakes({{"s", "generate_series(1, 2)"}}),
            (Rows{"there is no series of texts [generate_series(1, 2)]"}));
  EXPECT_EQ(mistakes({{"i", "1"}}, {{"partition_by", "i"}}),
            (Rows{"column 'i' has its value from 'partition_by' [i]"}));
  EXPECT_EQ(mistakes({{"i", "1"}}, {{"partition_by", "f + 1"}}),
            (Rows{"'complete' partitions by columns only [f + 1]"}));
  EXPECT_EQ(mistakes({{"i", "1"}}, {{"values", Opt::map({{"i", "1"}, {"f", "'x'"}})}}),
            (Rows{"column 'i' has its value from 'columns' [i]",
                  "a value of type utf8 does not go into a column of type float64 ['x']"}));
}

/// complete_makes_rows_twice is caught here.
TEST(Complete, AgreesWithALoopHoweverRowsAreDealt) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 12; ++round) {
    using Key = std::tuple<int64_t, int64_t>;
    std::map<int64_t, std::multimap<Key, std::string>> partitions;
    std::vector<int64_t> order;
    std::vector<std::vector<Row>> splits(1 + random() % 8);
    const auto shops = 1 + random() % 30;
    int64_t number = 0;
    for (std::vector<Row>& split : splits) {
      for (size_t i = random() % 400; i > 0; --i, ++number) {
        const auto shop = static_cast<int64_t>(random() % shops);
        const Key key(static_cast<int64_t>(random() % 9), static_cast<int64_t>(random() % 9));
        if (!partitions.contains(shop)) order.push_back(shop);
        partitions[shop].emplace(
            key, fmt::format("{}|{}|{}|{}", shop, std::get<0>(key), std::get<1>(key), number));
        split.push_back({shop, std::get<0>(key), std::get<1>(key), number});
      }
    }
    Rows wanted;
    for (const int64_t shop : order) {
      auto& rows = partitions[shop];
      for (int64_t a = 2; a <= 6; a += 2) {
        for (const int64_t b : {-1, 3, 4, 20}) {
          if (!rows.contains(Key(a, b)))
            rows.emplace(Key(a, b), fmt::format("{}|{}|{}|0", shop, a, b));
        }
      }
      for (const auto& [key, text] : rows) wanted.push_back(text);
    }
    const DealtRows data(
        make_schema(
            {{"shop", kInt64Type}, {"a", kInt64Type}, {"b", kInt64Type}, {"n", kInt64Type}}),
        std::move(splits));
    const Binding binding =
        bind_ok(operator_complete,
                Opt::map({{"columns", columns({{"a", "generate_series(2, 6, 2)"},
                                               {"b", Opt::list({"20", "3", "-1", "4"})}})},
                          {"partition_by", "shop"},
                          {"values", Opt::map({{"n", "0"}})}}),
                data.schema());
    for (const size_t lanes : {1, 2, 5}) {
      OperatorFixture fixture;
      EXPECT_EQ(run_lanes(fixture, binding, data.dealt(fixture.memory, lanes, random)).rows,
                wanted);
    }
  }
}

}  // namespace
}  // namespace leat
