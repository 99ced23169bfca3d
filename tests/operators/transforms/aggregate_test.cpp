// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "operators/expr/aggregate_expression.h"
#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {

extern const OperatorDef operator_aggregate;

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
using test::value_text;
using Rows = std::vector<std::string>;

SchemaRef orders() {
  return make_schema(
      {{"country", kUtf8Type}, {"qty", kInt64Type}, {"price", kFloat64Type}, {"paid", kBoolType}});
}

std::vector<Row> some_orders() {
  return {{"DE", 1, 1.5, true},           {"FR", 2, 2.0, false},         {"DE", 3, null_cell, true},
          {null_cell, 4, 4.0, null_cell}, {"FR", null_cell, 0.25, true}, {"DE", 5, -1.0, false}};
}

Opt aggregate(std::vector<Opt> by, std::vector<std::pair<std::string, Opt>> columns) {
  return Opt::map({{"by", Opt::list(std::move(by))}, {"columns", Opt::map(std::move(columns))}});
}

test::Run run_orders(const Opt& option, const std::vector<Row>& rows = some_orders()) {
  OperatorFixture fixture;
  const Binding binding = bind_ok(operator_aggregate, option, orders());
  return run(fixture, binding, {make_batch(fixture.memory, orders(), rows)});
}

TEST(Aggregate, GroupsInOrderOfFirstAppearance) {
  const test::Run result =
      run_orders(aggregate({"country"}, {{"n", "count(*)"}, {"total", "sum(qty)"}}));
  EXPECT_EQ(result.rows, (Rows{"DE|3|9", "FR|2|2", "NULL|1|4"}));
  EXPECT_EQ(result.ids, (std::vector<Ordinal>{Ordinal(0, 0), Ordinal(0, 1), Ordinal(0, 3)}))
      << "a group's first row identifies it";
}

Opt grouped(Opt grouping, std::vector<Opt> by, std::vector<std::pair<std::string, Opt>> columns) {
  return Opt::map({{"by", Opt::list(std::move(by))},
                   {"grouping", std::move(grouping)},
                   {"columns", Opt::map(std::move(columns))}});
}

/// last_set_forgotten is caught here.
TEST(Aggregate, GroupingSetsFoldEachRowOnceForEach) {
  const std::vector<std::pair<std::string, Opt>> columns{
      {"n", "count(*)"}, {"s", "sum(qty)"}, {"g", "grouping(country, paid)"}};
  EXPECT_EQ(
      run_orders(grouped("rollup", {"country", "paid"}, columns)).rows,
      (Rows{"DE|true|2|4|0", "DE|NULL|3|9|1", "NULL|NULL|6|15|3", "FR|false|1|2|0", "FR|NULL|2|2|1",
            "NULL|NULL|1|4|0", "NULL|NULL|1|4|1", "FR|true|1|NULL|0", "DE|false|1|5|0"}))
      << "groups that begin with the same row come in the order of the sets";
  EXPECT_EQ(run_orders(grouped("cube", {"paid"}, {{"n", "count(paid)"}})).rows,
            (Rows{"true|3", "NULL|5", "false|2", "NULL|0"}))
      << "what is counted is not what is grouped";
  EXPECT_EQ(run_orders(grouped(Opt::list({Opt::list({}), "paid", Opt::list({"paid"})}), {"paid"},
                               {{"n", "count(*)"}}))
                .rows,
            (Rows{"NULL|6", "true|3", "true|3", "false|2", "false|2", "NULL|1", "NULL|1"}))
      << "sets count as often as they are written";
}

TEST(Aggregate, GroupingSetsWithoutRows) {
  EXPECT_EQ(run_orders(grouped("rollup", {"country"}, {{"n", "count(*)"}}), {}).rows,
            (Rows{"NULL|0"}));
  EXPECT_EQ(run_orders(grouped(Opt::list({"country"}), {"country"}, {{"n", "count(*)"}}), {}).rows,
            (Rows{}));
}

TEST(Aggregate, GroupingMistakes) {
  const auto mistakes = [](const Opt& option) {
    return test::bind(operator_aggregate, option, orders()).mistakes;
  };
  EXPECT_EQ(mistakes(grouped("rolup", {"country"}, {{"n", "count(*)"}})),
            (Rows{"'grouping' is rollup, cube or a list of lists of keys [rolup]"}));
  EXPECT_EQ(
      mistakes(grouped(Opt::list({"paid", Opt::list({"qty"})}), {"country"}, {{"n", "count(*)"}})),
      (Rows{"'paid' is not among the keys [paid]", "'qty' is not among the keys [qty]"}));
  EXPECT_EQ(mistakes(grouped("cube", {}, {{"n", "count(*)"}})),
            (Rows{"'grouping' needs keys [cube]"}));
  EXPECT_EQ(mistakes(aggregate({"country"}, {{"n", "grouping(country)"}})),
            (Rows{"'grouping' is a matter of grouping sets [grouping(country)]"}));
  EXPECT_EQ(mistakes(grouped("cube", {"country"}, {{"n", "grouping(country || 'a')"}})),
            (Rows{"'grouping' asks about keys [country || 'a']"}));
}

TEST(Aggregate, EveryFunction) {
  const test::Run result = run_orders(aggregate({"country"}, {{"a", "count(price)"},
                                                              {"b", "sum(price)"},
                                                              {"c", "avg(price)"},
                                                              {"d", "min(price)"},
                                                              {"e", "max(price)"},
                                                              {"f", "first(price)"},
                                                              {"g", "last(price)"},
                                                              {"h", "var_pop(price)"},
                                                              {"i", "var_samp(price)"},
                                                              {"j", "stddev_pop(price)"},
                                                              {"k", "count(distinct paid)"}}));
  EXPECT_EQ(result.rows, (Rows{"DE|2|0.5|0.25|-1|1.5|1.5|-1|1.5625|3.125|1.25|2",
                               "FR|2|2.25|1.125|0.25|2|2|0.25|0.765625|1.53125|0.875|2",
                               "NULL|1|4|4|4|4|4|4|0|NULL|0|0"}));
}

TEST(Aggregate, EveryDocumentedExampleGivesWhatItSays) {
  const SchemaRef schema = make_schema({{"x", kInt64Type}, {"name", kUtf8Type}, {"ok", kBoolType}});
  const std::vector<Row> rows{{1, "a", true},
                              {2, "b", true},
                              {2, "b", false},
                              {null_cell, null_cell, null_cell},
                              {5, "c", true}};
  for (const expr::AggregateFunction& function : expr::aggregate_functions()) {
    OperatorFixture fixture;
    const Opt option = Opt::map({{"columns", Opt::map({{"v", std::string(function.example)}})}});
    const Binding binding = bind_ok(operator_aggregate, option, schema);
    EXPECT_EQ(run(fixture, binding, {make_batch(fixture.memory, schema, rows)}).rows,
              (Rows{std::string(function.result)}))
        << function.example;
  }
}

TEST(Aggregate, FirstAndLastIncludeNulls) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"s", kUtf8Type}, {"i", kInt64Type}});
  const Binding binding = bind_ok(
      operator_aggregate,
      Opt::map(
          {{"columns",
            Opt::map({{"a", "first(s)"}, {"b", "last(s)"}, {"c", "first(i)"}, {"d", "last(i)"}})}}),
      schema);
  const std::vector<Row> rows{
      {null_cell, 1}, {"in the middle of it", 2}, {"at the very end of it", null_cell}};
  EXPECT_EQ(run(fixture, binding, {make_batch(fixture.memory, schema, rows)}).rows,
            (Rows{"NULL|at the very end of it|1|NULL"}));
}

TEST(Aggregate, FilterClauses) {
  const test::Run result =
      run_orders(aggregate({"country"}, {{"n", "count(*) filter (where paid)"},
                                         {"m", "count(*)"},
                                         {"s", "sum(qty) filter (where paid)"}}));
  EXPECT_EQ(result.rows, (Rows{"DE|2|3|4", "FR|1|2|NULL", "NULL|0|1|NULL"}))
      << "a filter leaves groups without values";
}

TEST(Aggregate, WithoutKeysThereIsExactlyOneRow) {
  const Opt option = Opt::map(
      {{"columns", Opt::map({{"n", "count(*)"}, {"s", "sum(qty)"}, {"m", "max(price)"}})}});
  EXPECT_EQ(run_orders(option).rows, (Rows{"6|15|4"}));
  EXPECT_EQ(run_orders(option, {}).rows, (Rows{"0|NULL|NULL"}));
  OperatorFixture fixture;
  const Binding binding = bind_ok(operator_aggregate, option, orders());
  EXPECT_EQ(run_lanes(fixture, binding, {}).rows, (Rows{"0|NULL|NULL"})) << "not even a lane";
}

TEST(Aggregate, WithKeysAndWithoutRowsThereIsNone) {
  EXPECT_EQ(run_orders(aggregate({"country"}, {{"n", "count(*)"}}), {}).rows, Rows{});
}

TEST(Aggregate, WithoutColumnsTheDistinctGroups) {
  EXPECT_EQ(run_orders(Opt::list({"country"})).rows, (Rows{"DE", "FR", "NULL"}));
  EXPECT_EQ(run_orders(Opt::list({"country as c", "paid"})).rows,
            (Rows{"DE|true", "FR|false", "NULL|NULL", "FR|true", "DE|false"}));
}

TEST(Aggregate, KeysOfEveryType) {
  OperatorFixture fixture;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<Type, std::vector<Cell>>> kinds{
      {kBoolType, {true, false}},
      {kInt64Type, {std::numeric_limits<int64_t>::min(), -1}},
      {kFloat64Type, {nan, 0.0}},
      {Type::decimal(38, 2), {int64_t{-5}, int64_t{5}}},
      {kUtf8Type, {"", "a text longer than twelve bytes"}},
      {kBinaryType, {std::string("\0", 1), std::string("\0\0", 2)}},
      {kDateType, {int64_t{-1}, int64_t{0}}},
      {kTimestampType, {int64_t{0}, int64_t{1}}},
  };
  for (const auto& [type, values] : kinds) {
    for (const bool composite : {false, true}) {
      const SchemaRef schema = make_schema({{"k", type}, {"z", kInt64Type}});
      const Binding binding =
          bind_ok(operator_aggregate,
                  aggregate(composite ? std::vector<Opt>{"k", "z"} : std::vector<Opt>{"k"},
                            {{"n", "count(*)"}}),
                  schema);
      const std::vector<Row> rows{
          {values[0], 1}, {null_cell, 1}, {values[1], 1}, {values[0], 1}, {null_cell, 1}};
      const Batch batch = make_batch(fixture.memory, schema, rows);
      const std::string z = composite ? "|1" : "";
      const Column& keys = batch.column(0);
      const Rows wanted{value_text(keys, 0) + z + "|2", "NULL" + z + "|2",
                        value_text(keys, 2) + z + "|1"};
      EXPECT_EQ(run(fixture, binding, {batch}).rows, wanted) << to_string(type);
    }
  }
}

TEST(Aggregate, FloatKeysAreEqualAsNumbersAre) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", kFloat64Type}});
  const Binding binding =
      bind_ok(operator_aggregate, aggregate({"k"}, {{"n", "count(*)"}}), schema);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Row> rows{{-0.0}, {0.0}, {nan}, {-nan}, {0.0}};
  EXPECT_EQ(run(fixture, binding, {make_batch(fixture.memory, schema, rows)}).rows,
            (Rows{"0|3", "nan|2"}));
}

TEST(Aggregate, ExtremesOfFloats) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", kInt64Type}, {"x", kFloat64Type}});
  const Binding binding =
      bind_ok(operator_aggregate, aggregate({"k"}, {{"lo", "min(x)"}, {"hi", "max(x)"}}), schema);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<Row> rows{{1, nan},       {1, 5.0},      {1, -infinity}, {2, nan},
                              {3, 0.0},       {3, -0.0},     {4, -0.0},      {4, 0.0},
                              {5, null_cell}, {6, infinity}, {6, -infinity}};
  EXPECT_EQ(run(fixture, binding, {make_batch(fixture.memory, schema, rows)}).rows,
            (Rows{"1|-inf|nan", "2|nan|nan", "3|-0|0", "4|-0|0", "5|NULL|NULL", "6|-inf|inf"}));
}

TEST(Aggregate, ExtremesOfInt64AtTheLimits) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", kInt64Type}, {"x", kInt64Type}});
  const Binding binding =
      bind_ok(operator_aggregate, aggregate({"k"}, {{"lo", "min(x)"}, {"hi", "max(x)"}}), schema);
  const int64_t low = std::numeric_limits<int64_t>::min(),
                high = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(run(fixture, binding,
                {make_batch(fixture.memory, schema, {{1, high}, {2, low}, {3, null_cell}})})
                .rows,
            (Rows{fmt::format("1|{0}|{0}", high), fmt::format("2|{0}|{0}", low), "3|NULL|NULL"}));
}

TEST(Aggregate, Int64SumsAreCheckedOnceAtTheEnd) {
  const int64_t high = std::numeric_limits<int64_t>::max();
  const Opt option = aggregate({"country"}, {{"total", "sum(qty)"}, {"mean", "avg(qty)"}});
  const test::Run fits = run_orders(
      option, {{"DE", high, 0.0, true}, {"DE", high, 0.0, true}, {"DE", -high, 0.0, true}});
  EXPECT_EQ(fits.rows, (Rows{fmt::format("DE|{}|{}", high, 0x1p63 / 3)}))
      << "overflow on the way is none";

  const test::Run over = run_orders(
      option,
      {{"FR", 1, 0.0, true}, {"DE", high, 0.0, true}, {"DE", 1, 0.0, true}, {"ES", 1, 0.0, true}});
  ASSERT_TRUE(over.error);
  EXPECT_EQ(over.error->code, ErrorCode::kData);
  EXPECT_EQ(over.error->message, "'sum(qty)' overflows int64 in the group country = 'DE'");
  EXPECT_EQ(over.rows, (Rows{"FR|1|1"})) << "groups before the error come first";
}

TEST(Aggregate, DecimalSumsAndMeans) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"d", Type::decimal(10, 2)}});
  const Binding binding = bind_ok(
      operator_aggregate,
      Opt::map(
          {{"columns",
            Opt::map(
                {{"s", "sum(d)"}, {"lo", "min(d)"}, {"hi", "max(d)"}, {"mean", "avg(d)::utf8"}})}}),
      schema);
  EXPECT_EQ(binding.output()[0].type.id(), TypeId::kDecimal);
  EXPECT_EQ(run(fixture, binding,
                {make_batch(fixture.memory, schema, {{150}, {-25}, {null_cell}, {100}})})
                .rows,
            (Rows{"225|-25|150|0.7500000000000000"}));
}

TEST(Aggregate, ExpressionsOfAggregates) {
  const test::Run result = run_orders(aggregate(
      {"upper(country) as c"}, {{"r", "sum(price * qty) / count(*)"}, {"t", "sum(price*qty)"}}));
  EXPECT_EQ(result.rows, (Rows{"DE|-1.1666666666666667|-3.5", "FR|2|4", "NULL|16|16"}));
}

TEST(Aggregate, BadRowsFollowOnError) {
  const SchemaRef schema = make_schema({{"s", kUtf8Type}});
  const Opt option =
      Opt::map({{"columns", Opt::map({{"t", "sum(cast(s as int64))"}, {"n", "count(*)"}})}});
  const std::vector<Row> rows{{"1"}, {"x"}, {"3"}, {"y"}, {null_cell}};
  for (const OnError on_error : {OnError::kSkip, OnError::kReject}) {
    OperatorFixture fixture(size_t{1} << 30, on_error);
    const Binding binding = bind_ok(operator_aggregate, option, schema, {}, on_error);
    EXPECT_EQ(run(fixture, binding, {make_batch(fixture.memory, schema, rows)}).rows,
              (Rows{"4|3"}));
    EXPECT_EQ(fixture.faults.absorbed().size(), 2u);
  }
  OperatorFixture fixture;
  const Binding binding = bind_ok(operator_aggregate, option, schema);
  const test::Run failed = run(fixture, binding, {make_batch(fixture.memory, schema, rows)});
  ASSERT_TRUE(failed.error);
  EXPECT_EQ(failed.error->code, ErrorCode::kData);
}

// ----------------------------------------------------------------------------------------- binding

TEST(Aggregate, MistakesAreReportedTogether) {
  const Binding nothing = test::bind(operator_aggregate, Opt::map({}), orders());
  ASSERT_EQ(nothing.mistakes.size(), 1u);
  EXPECT_EQ(nothing.mistakes[0], "'aggregate' needs 'by', 'columns' or both [aggregate]");
  EXPECT_EQ(test::bind(operator_aggregate, aggregate({"no"}, {{"n", "count(*)"}}), orders())
                .mistakes.size(),
            1u);
  EXPECT_EQ(test::bind(operator_aggregate,
                       aggregate({"country"}, {{"a", "sum(no)"}, {"b", "sum(nope)"}}), orders())
                .mistakes.size(),
            2u);
  const Binding twice =
      test::bind(operator_aggregate, aggregate({"country"}, {{"country", "count(*)"}}), orders());
  ASSERT_EQ(twice.mistakes.size(), 1u);
  EXPECT_EQ(twice.mistakes[0], "two columns of the result are called 'country' [country]");
  const SchemaRef json = make_schema({{"j", kJsonType}});
  const Binding ungroupable = test::bind(operator_aggregate, Opt::list({"j"}), json);
  ASSERT_EQ(ungroupable.mistakes.size(), 1u);
  EXPECT_EQ(ungroupable.mistakes[0], "cannot group by a value of type json [j]");
}

TEST(Aggregate, TellsWhichColumnsItReads) {
  const Binding binding = bind_ok(
      operator_aggregate,
      aggregate({"country"}, {{"n", "count(*)"}, {"s", "sum(qty) filter (where paid)"}}), orders());
  EXPECT_EQ(binding.bound->column_inputs, (std::vector<std::vector<InputColumn>>{{0}, {}, {1, 3}}));
  EXPECT_EQ(binding.bound->always_read, (std::vector<InputColumn>{0}));
  EXPECT_EQ(binding.output(),
            Schema({{"country", kUtf8Type}, {"n", kInt64Type}, {"s", kInt64Type}}));
}

// ---------------------------------------------------------------------------- any order, any lanes

SchemaRef wide_schema() {
  return make_schema({{"k", kUtf8Type},
                      {"m", kInt64Type},
                      {"x", kFloat64Type},
                      {"i", kInt64Type},
                      {"d", Type::decimal(20, 3)},
                      {"s", kUtf8Type},
                      {"t", kTimestampType},
                      {"b", kBoolType}});
}

/// Floats whose naive sum depends on the order nearly always; now and then one outside the window
/// of ExactSum.
double random_float(std::mt19937_64& random) {
  const double mantissa = static_cast<double>(static_cast<int64_t>(random())) * 0x1p-63;
  if (random() % 40 == 0) return std::ldexp(mantissa, static_cast<int>(random() % 400) - 200);
  return std::ldexp(mantissa, static_cast<int>(random() % 60) - 20);
}

std::vector<std::vector<Row>> random_splits(std::mt19937_64& random, size_t groups) {
  std::vector<std::vector<Row>> splits(3 + random() % 12);
  const auto cell = [&](Cell value) { return random() % 8 == 0 ? Cell() : value; };
  for (std::vector<Row>& split : splits) {
    const size_t rows = random() % 400;
    for (size_t i = 0; i < rows; ++i) {
      const uint64_t group = random() % groups;
      const std::string name =
          "g" + std::to_string(group) + (group % 3 == 0 ? " with a long name" : "");
      split.push_back({cell(name), cell(static_cast<int64_t>(group)), cell(random_float(random)),
                       cell(static_cast<int64_t>(random() >> 20)),
                       cell(static_cast<int64_t>(random() % 1'000'000)),
                       cell(std::string(random() % 30, static_cast<char>('a' + random() % 26))),
                       cell(static_cast<int64_t>(random() % 1000)), cell(random() % 2 == 0)});
    }
  }
  return splits;
}

constexpr const char* kCalls[] = {"count(*)",
                                  "count(x)",
                                  "sum(x)",
                                  "avg(x)",
                                  "min(x)",
                                  "max(x)",
                                  "first(x)",
                                  "last(x)",
                                  "stddev(x)",
                                  "var_pop(x)",
                                  "sum(i)",
                                  "avg(i)",
                                  "min(i)",
                                  "max(i)",
                                  "var_samp(i)",
                                  "sum(d)",
                                  "min(d)",
                                  "max(d)",
                                  "min(s)",
                                  "max(s)",
                                  "first(s)",
                                  "last(s)",
                                  "min(t)",
                                  "max(t)",
                                  "first(b)",
                                  "last(b)",
                                  "count(distinct s)",
                                  "count(distinct i)",
                                  "count(distinct x)",
                                  "sum(x) filter (where b)",
                                  "count(distinct t) filter (where b)",
                                  "count(distinct s, i)",
                                  "sum(distinct x)",
                                  "avg(distinct d)",
                                  "median(x)",
                                  "quantile_cont(i, 0.9)",
                                  "quantile_cont(d, 0.3)",
                                  "quantile_cont(t, 0.7)",
                                  "quantile_disc(x, 0.2)",
                                  "quantile_disc(s, 0.6)",
                                  "quantile_disc(b, 0.6)",
                                  "median(distinct i)",
                                  "mode(s)",
                                  "mode(x)",
                                  "mode(t) filter (where b)",
                                  "histogram(t)",
                                  "string_agg(s, ', ')",
                                  "string_agg(s, ', ' order by t desc)",
                                  "string_agg(distinct s, '/' order by d)",
                                  "array_agg(x)",
                                  "array_agg(b order by t, s desc nulls last)",
                                  "array_agg(distinct t)",
                                  "first(s order by t)",
                                  "last(x order by t desc)",
                                  "last(i order by s)",
                                  "arg_max(s, t)",
                                  "arg_min(x, t)",
                                  "arg_max(d, x) filter (where b)",
                                  "corr(x, i)",
                                  "covar_pop(x, d)",
                                  "covar_samp(i, x)",
                                  "regr_slope(x, i)",
                                  "regr_intercept(i, x)",
                                  "regr_r2(d, i)",
                                  "regr_avgx(x, i)",
                                  "regr_sxy(x, d)",
                                  "skewness(x)",
                                  "kurtosis(i)",
                                  "kurtosis_pop(d)",
                                  "bit_and(i)",
                                  "bit_or(i)",
                                  "bit_xor(i)",
                                  "approx_count_distinct(s)",
                                  "approx_count_distinct(x)",
                                  "approx_quantile(x, 0.5)",
                                  "approx_quantile(d, 0.99)"};

Opt every_aggregate(std::vector<Opt> by) {
  std::vector<std::pair<std::string, Opt>> columns;
  for (const char* call : kCalls) columns.emplace_back("c" + std::to_string(columns.size()), call);
  if (by.empty()) return Opt::map({{"columns", Opt::map(std::move(columns))}});
  return aggregate(std::move(by), std::move(columns));
}

/// float_sum_naive, group_order_by_lane, aggregate_loses_partial and ordered_edge_by_arrival are
/// caught here.
TEST(Aggregate, TheSameBytesHoweverRowsAreDealt) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const std::vector<std::vector<Opt>> keys{{"k"}, {"m"}, {"k", "m"}, {"x"}, {"b", "k"}, {}};
  for (size_t round = 0; round < 24; ++round) {
    const DealtRows data(wide_schema(), random_splits(random, 1 + random() % 60));
    const Binding binding =
        bind_ok(operator_aggregate, every_aggregate(keys[round % keys.size()]), data.schema());
    OperatorFixture fixture;
    const test::Run wanted = run_lanes(fixture, binding, data.in_order(fixture.memory));
    ASSERT_FALSE(wanted.error) << wanted.error_message();
    for (const size_t lanes : {1, 2, 3, 5, 8}) {
      OperatorFixture other;
      const test::Run result = run_lanes(other, binding, data.dealt(other.memory, lanes, random));
      ASSERT_FALSE(result.error) << result.error_message();
      ASSERT_EQ(result.rows, wanted.rows) << "round " << round << ", lanes " << lanes;
      ASSERT_EQ(result.ids, wanted.ids);
      ASSERT_EQ(other.ledger[Counter::kFolded], data.rows());
    }
  }
}

TEST(Aggregate, AgreesWithAPlainLoop) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 20; ++round) {
    struct Group {
      int64_t rows = 0, count = 0, sum = 0, low = INT64_MAX, high = INT64_MIN;
      std::set<int64_t> distinct;
      std::string first_text;
    };
    std::vector<std::string> order;
    std::map<std::string, Group> groups;
    const size_t distinct = 1 + random() % 3000;
    std::vector<std::vector<Row>> splits(20);
    for (std::vector<Row>& split : splits) {
      for (int i = 0; i < 500; ++i) {
        const std::string key =
            random() % 100 == 0 ? "NULL" : "key number " + std::to_string(random() % distinct);
        const bool is_null = random() % 10 == 0;
        const auto value = static_cast<int64_t>(random() % 2000) - 1000;
        split.push_back({key == "NULL" ? Cell() : Cell(key), is_null ? Cell() : Cell(value)});
        auto [found, added] = groups.try_emplace(key);
        if (added) order.push_back(key);
        Group& group = found->second;
        if (++group.rows == 1) group.first_text = is_null ? "NULL" : std::to_string(value);
        if (is_null) continue;
        ++group.count;
        group.sum += value;
        group.low = std::min(group.low, value);
        group.high = std::max(group.high, value);
        group.distinct.insert(value);
      }
    }
    Rows wanted;
    for (const std::string& key : order) {
      const Group& g = groups[key];
      wanted.push_back(g.count == 0
                           ? fmt::format("{}|{}|0|NULL|NULL|NULL|0|{}", key, g.rows, g.first_text)
                           : fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", key, g.rows, g.count, g.sum,
                                         g.low, g.high, g.distinct.size(), g.first_text));
    }
    const DealtRows data(make_schema({{"k", kUtf8Type}, {"v", kInt64Type}}), std::move(splits));
    const Binding binding = bind_ok(operator_aggregate,
                                    aggregate({"k"}, {{"a", "count(*)"},
                                                      {"b", "count(v)"},
                                                      {"c", "sum(v)"},
                                                      {"d", "min(v)"},
                                                      {"e", "max(v)"},
                                                      {"f", "count(distinct v)"},
                                                      {"g", "first(v)"}}),
                                    data.schema());
    OperatorFixture fixture;
    ASSERT_EQ(
        run_lanes(fixture, binding, data.dealt(fixture.memory, 1 + random() % 4, random)).rows,
        wanted);
  }
}

TEST(Aggregate, ManyRowsOfOneIdentityKeepTheirOrder) {
  // As a join makes them: one row of the left side matched by many of the right.
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", kInt64Type}});
  const Binding binding = bind_ok(operator_aggregate, Opt::list({"k"}), schema);
  const auto same_id = [&](const Batch& batch, Ordinal id) {
    auto packed = fixture.memory.allocate(batch.length() * sizeof(uint64_t));
    for (size_t i = 0; i < batch.length(); ++i) (*packed)->mutable_as<uint64_t>()[i] = id.packed();
    RowPlaces ids;
    ids.ordinals = *packed;
    return batch.with_places(ids);
  };
  const Batch early = same_id(make_batch(fixture.memory, schema, {{7}, {5}, {9}}), Ordinal(0, 1));
  const Batch late =
      same_id(make_batch(fixture.memory, schema, {{9}, {5}, {7}, {8}}), Ordinal(1, 0));
  EXPECT_EQ(run_lanes(fixture, binding, {{early}, {late}}).rows, (Rows{"7", "5", "9", "8"}));
  EXPECT_EQ(run_lanes(fixture, binding, {{late}, {early}}).rows, (Rows{"7", "5", "9", "8"}));
}

// ------------------------------------------------------------------------------------------ memory

/// memory_not_counted is caught here.
TEST(Aggregate, RefusedMemoryIsExplainedAndLeaksNothing) {
  const SchemaRef schema = make_schema({{"k", kInt64Type}, {"s", kUtf8Type}, {"x", kFloat64Type}});
  for (const char* key : {"k", "s"}) {
    for (const size_t limit : {size_t{1} << 20, size_t{3} << 20, size_t{7} << 20}) {
      OperatorFixture fixture(limit);
      {
        const Binding binding = bind_ok(
            operator_aggregate,
            aggregate(
                {key},
                {{"a", "sum(x)"}, {"b", "max(s)"}, {"c", "count(distinct x)"}, {"d", "last(s)"}}),
            schema);
        auto& gather = *std::get<std::unique_ptr<Collect>>(binding.bound->species);
        const auto partial = gather.partial(fixture.lane());
        Status status;
        int64_t next = 0;
        while (status && next < 300'000) {
          std::vector<Row> rows;
          for (int i = 0; i < 500; ++i, ++next) {
            rows.push_back({next, fmt::format("text number {}", next), static_cast<double>(next)});
          }
          status = partial->consume(
              make_batch(fixture.memory, schema, rows, Ordinal(0, static_cast<uint64_t>(next))));
        }
        ASSERT_FALSE(status) << "300,000 groups must not fit " << limit;
        EXPECT_EQ(status.error().code, ErrorCode::kMemory);
        EXPECT_NE(status.error().message.find("the stage had found "), std::string::npos)
            << status.error().message;
        EXPECT_NE(status.error().hint.find("--memory"), std::string::npos);
        EXPECT_NE(status.error().hint.find("fewer distinct values"), std::string::npos);
        EXPECT_GT(fixture.budget.peak(), limit / 4) << "refused though most of the budget was free";
      }
      EXPECT_EQ(fixture.budget.used(), 0u);
    }
  }
}

TEST(Aggregate, RefusalWhileMergingAndFinishingLeaksNothing) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const DealtRows data(wide_schema(), random_splits(random, 5000));
  const Binding binding = bind_ok(operator_aggregate, every_aggregate({"k", "m"}), data.schema());
  OperatorFixture source;
  const auto lanes = data.dealt(source.memory, 3, random);
  const auto run_within = [&](size_t limit) {
    OperatorFixture fixture(limit);
    const test::Run result = run_lanes(fixture, binding, lanes);
    EXPECT_EQ(fixture.budget.used(), 0u);
    return std::pair(result.error, fixture.budget.peak());
  };
  const auto [error, peak] = run_within(size_t{1} << 30);
  ASSERT_FALSE(error);
  for (size_t part = 1; part < 20; ++part) {
    const auto [refusal, used] = run_within(peak * part / 20);
    ASSERT_TRUE(refusal) << part << " twentieths of what it takes";
    EXPECT_EQ(refusal->code, ErrorCode::kMemory) << refusal->message;
    EXPECT_LE(used, peak * part / 20);
  }
}

TEST(Aggregate, ABatchIsNotKeptAliveAfterItWasFolded) {
  OperatorFixture source;
  OperatorFixture fixture;
  const Binding binding =
      bind_ok(operator_aggregate, aggregate({"country"}, {{"s", "max(country)"}}), orders());
  auto& gather = *std::get<std::unique_ptr<Collect>>(binding.bound->species);
  const auto partial = gather.partial(fixture.lane());
  ASSERT_TRUE(partial->consume(make_batch(source.memory, orders(), some_orders())));
  EXPECT_EQ(source.memory.used(), 0u);
}

}  // namespace
}  // namespace leat
