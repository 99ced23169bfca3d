// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {

extern const OperatorDef operator_sort;
extern const OperatorDef operator_top;

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

TEST(Top, TheFirstRowsOfTheOrder) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kInt64Type}, {"n", kInt64Type}});
  const Binding binding =
      bind_ok(operator_top, Opt::map({{"by", "a desc nulls last"}, {"rows", "3"}}), schema);
  const std::vector<Row> rows{{1, 0}, {5, 1}, {null_cell, 2}, {5, 3}, {4, 4}, {5, 5}};
  EXPECT_EQ(run(fixture, binding, {make_batch(fixture.memory, schema, rows)}).rows,
            (Rows{"5|1", "5|3", "5|5"}));
  EXPECT_EQ(fixture.ledger[Counter::kMade], 3u);
  EXPECT_EQ(fixture.ledger[Counter::kBeyond], 3u);
}

TEST(Top, TenByDefault) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kInt64Type}});
  const Binding binding = bind_ok(operator_top, "a", schema);
  EXPECT_EQ(
      run(fixture, binding, {make_batch(fixture.memory, schema, std::vector<Row>(12, Row{1}))})
          .rows.size(),
      10u);
}

/// A sort of everything, cut off: what top must equal.
TEST(Top, EqualsSortAndLimit) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const std::vector<std::vector<Opt>> keys{
      {"a"}, {"a desc"}, {"s", "a nulls first"}, {"f desc", "s"}, {"f nulls first"}, {"n desc"}};
  for (size_t round = 0; round < 18; ++round) {
    std::vector<std::vector<Row>> splits(10);
    int64_t number = 0;
    const auto cell = [&](Cell value) { return random() % 5 == 0 ? Cell() : value; };
    for (std::vector<Row>& split : splits) {
      for (size_t i = random() % 1500; i > 0; --i) {
        split.push_back({cell(static_cast<int64_t>(random() % 5000)),
                         cell("prefix00" + std::string(random() % 3, 'x')),
                         cell(static_cast<double>(random() % 70) - 3), number++});
      }
    }
    const DealtRows data(
        make_schema({{"a", kInt64Type}, {"s", kUtf8Type}, {"f", kFloat64Type}, {"n", kInt64Type}}),
        std::move(splits));
    const std::vector<Opt>& by = keys[round % keys.size()];
    const size_t rows = std::vector<size_t>{0, 1, 7, 100, 3000, 100'000}[random() % 6];
    OperatorFixture fixture;
    test::Run wanted = run_lanes(fixture, bind_ok(operator_sort, Opt::list(by), data.schema()),
                                 data.in_order(fixture.memory));
    wanted.rows.resize(std::min(rows, wanted.rows.size()));
    wanted.ids.resize(wanted.rows.size());
    const Binding binding =
        bind_ok(operator_top, Opt::map({{"by", Opt::list(by)}, {"rows", std::to_string(rows)}}),
                data.schema());
    for (const size_t lanes : {1, 2, 5}) {
      OperatorFixture other;
      const test::Run result = run_lanes(other, binding, data.dealt(other.memory, lanes, random));
      ASSERT_EQ(result.rows, wanted.rows)
          << "round " << round << ", rows " << rows << ", lanes " << lanes;
      ASSERT_EQ(result.ids, wanted.ids);
    }
  }
}

TEST(Top, HoldsLittle) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kInt64Type}, {"s", kUtf8Type}});
  const Binding binding =
      bind_ok(operator_top, Opt::map({{"by", "a desc"}, {"rows", "100"}}), schema);
  auto& gather = *std::get<std::unique_ptr<Collect>>(binding.bound->species);
  const auto partial = gather.partial(fixture.lane());
  // Ascending: every row is better than all before it.
  for (int64_t i = 0; i < 200; ++i) {
    std::vector<Row> rows;
    for (int64_t j = 0; j < 1000; ++j)
      rows.push_back({i * 1000 + j, "some text of a certain length"});
    ASSERT_TRUE(partial->consume(
        make_batch(fixture.memory, schema, rows, Ordinal(static_cast<uint64_t>(i), 0))));
  }
  EXPECT_LT(fixture.budget.peak(), size_t{3} << 20);
}

// -------------------------------------------------------------------------------------- partitions

Opt top(const std::string& by, const std::string& rows, const std::string& partition_by,
        const std::string& ties = "false") {
  std::vector<std::pair<std::string, Opt>> options{{"by", by}, {"rows", rows}, {"ties", ties}};
  if (!partition_by.empty()) options.emplace_back("partition_by", partition_by);
  return Opt::map(std::move(options));
}

TEST(Top, OfPartitionsInTheOrderOfTheirFirstRows) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"p", kUtf8Type}, {"a", kInt64Type}, {"n", kInt64Type}});
  const std::vector<Row> rows{{"x", 1, 0}, {"y", 5, 1},         {"x", 9, 2}, {null_cell, 2, 3},
                              {"y", 5, 4}, {"x", null_cell, 5}, {"y", 1, 6}, {"x", 4, 7}};
  EXPECT_EQ(run(fixture, bind_ok(operator_top, top("a desc nulls last", "2", "p"), schema),
                {make_batch(fixture.memory, schema, rows)})
                .rows,
            (Rows{"x|9|2", "x|4|7", "y|5|1", "y|5|4", "NULL|2|3"}));
  EXPECT_EQ(fixture.ledger[Counter::kBeyond], 3u);
}

/// top_forgets_ties is caught here.
TEST(Top, TiesWithTheLastRowAreKept) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"a", kInt64Type}, {"b", kUtf8Type}, {"n", kInt64Type}});
  const std::vector<Row> rows{{1, "x", 0}, {2, "x", 1}, {1, "x", 2}, {2, "y", 3}, {2, "x", 4}};
  const auto kept = [&](const Opt& option) {
    return run(fixture, bind_ok(operator_top, option, schema),
               {make_batch(fixture.memory, schema, rows)})
        .rows;
  };
  EXPECT_EQ(kept(top("a", "1", "", "true")), (Rows{"1|x|0", "1|x|2"}));
  EXPECT_EQ(kept(top("a", "2", "", "true")), (Rows{"1|x|0", "1|x|2"}));
  EXPECT_EQ(kept(Opt::map({{"by", Opt::list({"a", "b"})}, {"rows", "3"}, {"ties", "true"}})),
            (Rows{"1|x|0", "1|x|2", "2|x|1", "2|x|4"}));
  EXPECT_EQ(kept(top("a", "0", "", "true")), Rows{});
}

struct Placed {
  std::optional<int64_t> partition;
  std::optional<int64_t> value;
  int64_t number;
};

/// What top by `v, w` gives, partition by partition, from all rows sorted.
Rows sorted_partitions(const std::vector<Placed>& rows, size_t wanted, bool ties) {
  std::map<std::optional<int64_t>, std::vector<Placed>> partitions;
  std::vector<std::optional<int64_t>> order;
  for (const Placed& row : rows) {
    if (!partitions.contains(row.partition)) order.push_back(row.partition);
    partitions[row.partition].push_back(row);
  }
  const auto text = [](const std::optional<int64_t>& value) {
    return value ? std::to_string(*value) : "NULL";
  };
  Rows result;
  for (const std::optional<int64_t>& partition : order) {
    std::vector<Placed>& all = partitions[partition];
    std::stable_sort(all.begin(), all.end(), [](const Placed& a, const Placed& b) {
      return std::tuple(!a.value, a.value) < std::tuple(!b.value, b.value);
    });
    for (size_t i = 0; i < all.size(); ++i) {
      const bool tied = ties && wanted > 0 && i >= wanted && all[i].value == all[wanted - 1].value;
      if (i >= wanted && !tied) break;
      result.push_back(fmt::format("{}|{}|{}", text(partition), text(all[i].value), all[i].number));
    }
  }
  return result;
}

TEST(Top, OfPartitionsAgreesWithALoopHoweverRowsAreDealt) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 24; ++round) {
    const auto count = std::vector<uint64_t>{1, 7, 900, 50'000}[random() % 4];
    std::vector<Placed> plain;
    std::vector<std::vector<Row>> splits(1 + random() % 9);
    for (std::vector<Row>& split : splits) {
      for (size_t i = random() % 2500; i > 0; --i) {
        Placed row{std::nullopt, std::nullopt, static_cast<int64_t>(plain.size())};
        if (random() % 9 != 0) row.partition = static_cast<int64_t>(random() % count);
        if (random() % 9 != 0) row.value = static_cast<int64_t>(random() % 30);
        plain.push_back(row);
        split.push_back({row.partition ? Cell(*row.partition) : Cell(),
                         row.value ? Cell(*row.value) : Cell(), row.number});
      }
    }
    const DealtRows data(make_schema({{"p", kInt64Type}, {"v", kInt64Type}, {"n", kInt64Type}}),
                         std::move(splits));
    const size_t wanted = std::vector<size_t>{0, 1, 3, 500}[random() % 4];
    const bool ties = random() % 2 == 0;
    const Binding binding =
        bind_ok(operator_top, top("v", std::to_string(wanted), "p", ties ? "true" : "false"),
                data.schema());
    for (const size_t lanes : {1, 2, 5}) {
      OperatorFixture fixture;
      const test::Run result =
          run_lanes(fixture, binding, data.dealt(fixture.memory, lanes, random));
      ASSERT_EQ(result.rows, sorted_partitions(plain, wanted, ties))
          << "round " << round << ", partitions " << count << ", rows " << wanted << ", ties "
          << ties << ", lanes " << lanes;
    }
  }
}

TEST(Top, HoldsLittleOfPartitions) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"p", kInt64Type}, {"a", kInt64Type}, {"s", kUtf8Type}});
  const Binding binding = bind_ok(operator_top, top("a desc", "10", "p"), schema);
  auto& collect = *std::get<std::unique_ptr<Collect>>(binding.bound->species);
  const auto partial = collect.partial(fixture.lane());
  // Ascending: every row is better than all before it.
  for (int64_t i = 0; i < 400; ++i) {
    std::vector<Row> rows;
    for (int64_t j = 0; j < 1000; ++j)
      rows.push_back({j % 50, i * 1000 + j, "some text of a certain length"});
    ASSERT_TRUE(partial->consume(
        make_batch(fixture.memory, schema, rows, Ordinal(static_cast<uint64_t>(i), 0))));
  }
  EXPECT_LT(fixture.budget.peak(), size_t{4} << 20);
}

}  // namespace
}  // namespace leat
