// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <map>

#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {

extern const OperatorDef operator_fill;

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

/// Column x of rows (p, t, x) after fill with `option`.
Rows filled(std::vector<std::pair<std::string, Opt>> option, const Type& type,
            const std::vector<Row>& rows) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"p", kUtf8Type}, {"t", kInt64Type}, {"x", type}});
  option.emplace_back("columns", "x");
  const test::Run result = run(fixture, bind_ok(operator_fill, Opt::map(std::move(option)), schema),
                               {make_batch(fixture.memory, schema, rows)});
  EXPECT_EQ(result.error_message(), "");
  Rows values;
  for (const std::string& row : result.rows) values.push_back(row.substr(row.rfind('|') + 1));
  return values;
}

std::vector<Row> gaps() {
  return {{"a", 0, null_cell}, {"a", 1, 10}, {"b", 2, null_cell}, {"a", 3, null_cell},
          {"b", 4, 7},         {"a", 5, 20}, {"a", 6, null_cell}, {"b", 9, null_cell}};
}

TEST(Fill, Forward) {
  EXPECT_EQ(filled({}, kInt64Type, gaps()),
            (Rows{"NULL", "10", "10", "10", "7", "20", "20", "20"}));
  EXPECT_EQ(filled({{"partition_by", "p"}}, kInt64Type, gaps()),
            (Rows{"NULL", "10", "NULL", "10", "7", "20", "20", "7"}));
  EXPECT_EQ(filled({{"partition_by", "p"}, {"order_by", "t desc"}}, kInt64Type, gaps()),
            (Rows{"10", "10", "7", "20", "7", "20", "NULL", "NULL"}));
}

TEST(Fill, Backward) {
  EXPECT_EQ(filled({{"method", "backward"}}, kInt64Type, gaps()),
            (Rows{"10", "10", "7", "7", "7", "20", "NULL", "NULL"}));
  EXPECT_EQ(filled({{"method", "backward"}, {"partition_by", "p"}}, kInt64Type, gaps()),
            (Rows{"10", "10", "7", "20", "7", "20", "NULL", "NULL"}));
}

TEST(Fill, SoManyInARow) {
  const std::vector<Row> rows{{"a", 0, 1},         {"a", 1, null_cell}, {"a", 2, null_cell},
                              {"a", 3, null_cell}, {"a", 4, 5},         {"a", 5, null_cell}};
  EXPECT_EQ(filled({{"limit", "2"}}, kInt64Type, rows), (Rows{"1", "1", "1", "NULL", "5", "5"}));
  EXPECT_EQ(filled({{"limit", "2"}, {"method", "backward"}}, kInt64Type, rows),
            (Rows{"1", "NULL", "5", "5", "5", "NULL"}));
  EXPECT_EQ(filled({{"limit", "2"}, {"method", "linear"}}, kInt64Type, rows),
            (Rows{"1", "2", "3", "NULL", "5", "NULL"}));
}

TEST(Fill, LinearAlongTheRowsOrTheOrder) {
  const std::vector<Row> rows{
      {"a", 0, 10}, {"a", 1, null_cell}, {"a", 8, null_cell}, {"a", 10, 20}};
  EXPECT_EQ(filled({{"method", "linear"}}, kInt64Type, rows), (Rows{"10", "13", "17", "20"}))
      << "rounded to whole numbers";
  EXPECT_EQ(filled({{"method", "linear"}, {"order_by", "t"}}, kInt64Type, rows),
            (Rows{"10", "11", "18", "20"}));
  EXPECT_EQ(filled({{"method", "linear"}, {"order_by", "t desc"}}, kInt64Type, rows),
            (Rows{"10", "11", "18", "20"}));
  EXPECT_EQ(filled({{"method", "linear"}, {"order_by", "t / 4.0"}}, kFloat64Type,
                   {{"a", 0, 10.0}, {"a", 1, null_cell}, {"a", 8, null_cell}, {"a", 10, 20.0}}),
            (Rows{"10", "11", "18", "20"}));
  EXPECT_EQ(filled({{"method", "linear"}, {"order_by", "t::text"}}, kInt64Type, rows),
            (Rows{"10", "15", "NULL", "20"}))
      << "texts have an order, but no distance: '0', '1', '10', '8'";
}

TEST(Fill, LinearRoundsHalvesAwayFromZero) {
  const auto between = [](const Cell& from, const Cell& to, const Type& type) {
    return filled({{"method", "linear"}}, type,
                  {{"a", 0, from}, {"a", 1, null_cell}, {"a", 2, to}})[1];
  };
  EXPECT_EQ(between(0, 1, kInt64Type), "1");
  EXPECT_EQ(between(0, -1, kInt64Type), "-1");
  EXPECT_EQ(between(-10, 11, kInt64Type), "1") << "0.5 from -10 by steps of 10.5: 0.5";
  EXPECT_EQ(between(100, 301, Type::decimal(9, 2)), "201");
  const int64_t high = std::numeric_limits<int64_t>::max();
  const int64_t low = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(between(low, high, kInt64Type), "0");
  EXPECT_EQ(between(0.5, 1.0, kFloat64Type), "0.75");
}

TEST(Fill, LinearLeavesRowsWithoutAPlaceAlone) {
  EXPECT_EQ(filled({{"method", "linear"}, {"order_by", "t"}}, kInt64Type,
                   {{"a", 0, 0},
                    {"a", null_cell, null_cell},
                    {"a", 2, null_cell},
                    {"a", 4, 40},
                    {"a", null_cell, 9}}),
            (Rows{"0", "NULL", "20", "40", "9"}));
}

TEST(Fill, WithAValue) {
  EXPECT_EQ(filled({{"value", "0"}}, kInt64Type, gaps()),
            (Rows{"0", "10", "0", "0", "7", "20", "0", "0"}));
  EXPECT_EQ(filled({{"value", "t * 100"}}, kInt64Type, gaps()),
            (Rows{"0", "10", "200", "300", "7", "20", "600", "900"}));
  EXPECT_EQ(filled({{"value", "0"}}, Type::decimal(9, 2), {{"a", 0, null_cell}, {"a", 0, 5}}),
            (Rows{"0", "5"}));
  EXPECT_EQ(filled({{"value", "'none'"}}, kUtf8Type, {{"a", 0, null_cell}, {"a", 0, "x"}}),
            (Rows{"none", "x"}));
}

TEST(Fill, ValuesOfEveryTypeAcrossBatches) {
  OperatorFixture fixture;
  const std::string text(100, 'x');
  const SchemaRef schema = make_schema({{"s", kUtf8Type}, {"b", kBoolType}, {"f", kFloat64Type}});
  const Binding binding =
      bind_ok(operator_fill, Opt::map({{"columns", Opt::list({"s", "b", "f"})}}), schema);
  EXPECT_EQ(
      run(fixture, binding,
          {make_batch(fixture.memory, schema, {{text, null_cell, 1.5}}),
           make_batch(fixture.memory, schema, {{null_cell, true, null_cell}}, Ordinal(1, 0)),
           make_batch(fixture.memory, schema, {{null_cell, null_cell, null_cell}}, Ordinal(2, 0))})
          .rows,
      (Rows{text + "|NULL|1.5", text + "|true|1.5", text + "|true|1.5"}));
}

TEST(Fill, Mistakes) {
  const SchemaRef schema = make_schema({{"a", kInt64Type}, {"s", kUtf8Type}});
  const auto mistakes = [&](const Opt& option) {
    return test::bind(operator_fill, option, schema).mistakes;
  };
  EXPECT_EQ(mistakes(Opt::list({"a", "no", "a"})),
            (Rows{"the input has no column 'no' [no]", "column 'a' is named twice [a]"}));
  EXPECT_EQ(mistakes(Opt::list({})), (Rows{"'columns' is an empty list []"}));
  EXPECT_EQ(mistakes(Opt::map({{"columns", "s"}, {"method", "linear"}})),
            (Rows{"column 's' of type utf8 cannot be filled between two values [s]"}));
  EXPECT_EQ(mistakes(Opt::map({{"columns", "a"}, {"value", "'x'"}})),
            (Rows{"a value of type utf8 does not go into column 'a' of type int64 ['x']"}));
  EXPECT_EQ(mistakes(Opt::map({{"columns", "a"}, {"value", "1.5"}})),
            (Rows{"a value of type decimal(2,1) does not go into column 'a' of type int64 [1.5]"}));
  EXPECT_EQ(
      mistakes(Opt::map({{"columns", "a"}, {"value", "0"}, {"method", "forward"}, {"limit", "1"}})),
      (Rows{"'method' does not go with 'value' [forward]",
            "'limit' does not go with 'value' [1]"}));
}

// ---------------------------------------------------------------------------- any order, any lanes

struct Plain {
  int64_t partition;
  int64_t order;
  int64_t number;
  std::optional<int64_t> value;
};

TEST(Fill, AgreesWithALoopHoweverRowsAreDealt) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 16; ++round) {
    std::vector<Plain> plain;
    std::vector<std::vector<Row>> splits(1 + random() % 8);
    const auto partitions = 1 + random() % 40;
    for (std::vector<Row>& split : splits) {
      for (size_t i = random() % 1500; i > 0; --i) {
        Plain row{static_cast<int64_t>(random() % partitions), static_cast<int64_t>(random() % 900),
                  static_cast<int64_t>(plain.size()), std::nullopt};
        if (random() % 3 == 0) row.value = static_cast<int64_t>(random() % 1000);
        plain.push_back(row);
        split.push_back(
            {row.partition, row.order, row.number, row.value ? Cell(*row.value) : Cell()});
      }
    }
    const bool ordered = random() % 2 == 0;
    const bool backward = random() % 2 == 0;
    const int64_t limit = 1 + static_cast<int64_t>(random() % 4);
    std::vector<Plain*> sorted;
    for (Plain& row : plain) sorted.push_back(&row);
    std::sort(sorted.begin(), sorted.end(), [&](const Plain* a, const Plain* b) {
      const bool before = std::tuple(ordered ? a->order : 0, a->number) <
                          std::tuple(ordered ? b->order : 0, b->number);
      return before != backward && a != b;
    });
    std::map<int64_t, std::pair<std::optional<int64_t>, int64_t>> last;
    for (Plain* row : sorted) {
      auto& [value, count] = last[row->partition];
      if (row->value) {
        value = row->value;
        count = 0;
      } else if (value && count++ < limit) {
        row->value = value;
      }
    }
    Rows wanted;
    for (const Plain& row : plain) {
      wanted.push_back(fmt::format("{}|{}|{}|{}", row.partition, row.order, row.number,
                                   row.value ? std::to_string(*row.value) : "NULL"));
    }
    const DealtRows data(
        make_schema({{"p", kInt64Type}, {"t", kInt64Type}, {"n", kInt64Type}, {"x", kInt64Type}}),
        std::move(splits));
    std::vector<std::pair<std::string, Opt>> option{{"columns", "x"},
                                                    {"partition_by", "p"},
                                                    {"limit", std::to_string(limit)},
                                                    {"method", backward ? "backward" : "forward"}};
    if (ordered) option.emplace_back("order_by", "t");
    const Binding binding = bind_ok(operator_fill, Opt::map(std::move(option)), data.schema());
    if (!ordered && !backward) {
      OperatorFixture fixture;
      EXPECT_EQ(run(fixture, binding, data.in_order(fixture.memory).front()).rows, wanted);
      continue;
    }
    for (const size_t lanes : {1, 2, 5}) {
      OperatorFixture fixture;
      EXPECT_EQ(run_lanes(fixture, binding, data.dealt(fixture.memory, lanes, random)).rows, wanted)
          << "ordered " << ordered << ", backward " << backward;
    }
  }
}

TEST(Fill, ForwardHoldsOneValueOfEachPartition) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"p", kInt64Type}, {"s", kUtf8Type}});
  const Binding binding =
      bind_ok(operator_fill, Opt::map({{"columns", "s"}, {"partition_by", "p"}}), schema);
  const auto state =
      std::get<std::unique_ptr<Sequential>>(binding.bound->species)->start(fixture.lane());
  size_t most = 0;
  for (uint64_t i = 0; i < 300; ++i) {
    OperatorFixture source;
    test::CollectingOutput output(source.ledger);
    std::vector<Row> rows;
    for (int64_t j = 0; j < 1000; ++j)
      rows.push_back({j, j % 3 == 0 ? Cell() : Cell(std::string(50, 'x'))});
    ASSERT_TRUE(state->process(make_batch(source.memory, schema, rows, Ordinal(i, 0)), output));
    output.batches.clear();
    most = std::max(most, fixture.budget.used());
  }
  EXPECT_LT(most, size_t{3} << 20);
}

}  // namespace
}  // namespace leat
