// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
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

}  // namespace
}  // namespace leat
