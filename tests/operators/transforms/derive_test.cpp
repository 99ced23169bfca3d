// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_derive;

namespace {

using test::bind_ok;
using test::Binding;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Opt;
using test::run;
using test::select_rows;
using Rows = std::vector<std::string>;

SchemaRef lines() {
  return make_schema({{"price", kInt64Type}, {"qty", kInt64Type}, {"note", kUtf8Type}});
}

Batch some_lines(OperatorFixture& fixture) {
  return make_batch(fixture.memory, lines(), {{10, 2, "a"}, {20, 0, "b"}, {30, 3, "c"}});
}

TEST(Derive, AddsColumnsBehindTheInput) {
  OperatorFixture fixture;
  const Binding binding =
      bind_ok(operator_derive, Opt::map({{"total", "price * qty"}, {"tag", "'x'"}}), lines());
  EXPECT_EQ(binding.bound->output->fields().back(), (Field{"tag", kUtf8Type}));
  const test::Run result = run(fixture, binding, {some_lines(fixture)});
  EXPECT_EQ(result.rows, (Rows{"10|2|a|20|x", "20|0|b|0|x", "30|3|c|90|x"}));
  EXPECT_EQ(result.ids, (std::vector<Ordinal>{Ordinal(0, 0), Ordinal(0, 1), Ordinal(0, 2)}));
  EXPECT_EQ(fixture.ledger[Counter::kPassed], 3u);
}

TEST(Derive, LaterDefinitionsSeeEarlierOnes) {
  OperatorFixture fixture;
  const Binding binding = bind_ok(
      operator_derive,
      Opt::map({{"total", "price * qty"}, {"price", "price + 1"}, {"both", "total + price"}}),
      lines());
  EXPECT_EQ(run(fixture, binding, {some_lines(fixture)}).rows,
            (Rows{"11|2|a|20|31", "21|0|b|0|21", "31|3|c|90|121"}));
}

TEST(Derive, ReplacingKeepsThePlaceAndMayChangeTheType) {
  OperatorFixture fixture;
  const Binding binding =
      bind_ok(operator_derive, Opt::map({{"price", "price::utf8 || ' EUR'"}}), lines());
  EXPECT_EQ((*binding.bound->output)[0], (Field{"price", kUtf8Type}));
  EXPECT_EQ(run(fixture, binding, {some_lines(fixture)}).rows[0], "10 EUR|2|a");
}

TEST(Derive, UnselectedRowsAreNotComputed) {
  OperatorFixture fixture;
  const Binding binding = bind_ok(operator_derive, Opt::map({{"each", "price / qty"}}), lines());
  const Batch batch = select_rows(fixture.memory, some_lines(fixture), {0, 2});
  EXPECT_EQ(run(fixture, binding, {batch}).rows, (Rows{"10|2|a|5", "30|3|c|10"}));
}

TEST(Derive, EmitsTheRowsBeforeAnError) {
  OperatorFixture fixture;
  const Binding binding = bind_ok(operator_derive, Opt::map({{"each", "price / qty"}}), lines());
  const test::Run result = run(fixture, binding, {some_lines(fixture)});
  EXPECT_EQ(result.rows, (Rows{"10|2|a|5"}));
  EXPECT_EQ(result.error_message(), "division by zero: 20 / 0");
}

TEST(Derive, TheFirstFaultyRowWinsWhicheverExpressionItIs) {
  OperatorFixture fixture;
  const Binding binding = bind_ok(
      operator_derive, Opt::map({{"late", "1 / (price - 30)"}, {"early", "price / qty"}}), lines());
  EXPECT_EQ(run(fixture, binding, {some_lines(fixture)}).error_message(),
            "division by zero: 20 / 0");
}

TEST(Derive, SkipsBadRows) {
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const Binding binding = bind_ok(
      operator_derive, Opt::map({{"each", "price / qty"}, {"other", "1 / (price - 20)"}}), lines());
  EXPECT_EQ(run(fixture, binding, {some_lines(fixture)}).rows, (Rows{"10|2|a|5|0", "30|3|c|10|0"}));
  EXPECT_EQ(fixture.ledger[Counter::kSkipped], 1u);
}

TEST(Derive, KnowsWhatItsColumnsAreMadeOf) {
  const Binding binding = bind_ok(
      operator_derive, Opt::map({{"a", "price + 1"}, {"b", "a * qty"}, {"copy", "note"}}), lines());
  EXPECT_EQ(binding.bound->column_inputs,
            (std::vector<std::vector<InputColumn>>{{0}, {1}, {2}, {0}, {0, 1}, {2}}));
  EXPECT_EQ(binding.bound->always_read, (std::vector<InputColumn>{0, 1}));
}

TEST(Derive, ReportsAllMistakes) {
  const Binding binding = test::bind(
      operator_derive, Opt::map({{"a", "pirce + 1"}, {"b", "price +"}, {"c", "qty"}}), lines());
  EXPECT_FALSE(binding.bound);
  ASSERT_EQ(binding.mistakes.size(), 2u);
  EXPECT_EQ(binding.mistakes[0], "unknown column 'pirce' [pirce]");
  EXPECT_EQ(binding.mistakes[1], "the expression ends after '+': expected a value []");
}

}  // namespace
}  // namespace leat
