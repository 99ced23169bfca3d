// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/seed.h"

namespace leat {

extern const OperatorDef operator_pivot;

namespace {

using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using Rows = std::vector<std::string>;

SchemaRef input() {
  return test::make_schema({{"c", kUtf8Type}, {"m", kUtf8Type}, {"v", kInt64Type}});
}

std::vector<test::Row> sales() {
  return {{"b", "jan", 1}, {"a", "feb", 2}, {"b", "jan", 3}, {"b", "mar", 9}, {"a", null_cell, 7}};
}

Rows pivoted(std::vector<std::pair<std::string, Opt>> option) {
  OperatorFixture fixture;
  option.emplace_back("on", "m");
  const test::Run result =
      run(fixture, test::bind_ok(operator_pivot, Opt::map(std::move(option)), input()),
          {test::make_batch(fixture.memory, input(), sales())});
  EXPECT_EQ(result.error_message(), "");
  return result.rows;
}

TEST(Pivot, ACellForEachName) {
  EXPECT_EQ(pivoted({{"by", "c"}, {"values", "sum(v)"}, {"names", Opt::list({"jan", "feb"})}}),
            (Rows{"b|4|NULL", "a|NULL|2"}));
  EXPECT_EQ(pivoted({{"values", "sum(v) / count(*)"}, {"names", Opt::list({"jan"})}}), (Rows{"2"}));
}

TEST(Pivot, SeveralAggregatesWithFiltersOfTheirOwn) {
  const Opt values = Opt::map({{"", "sum(v)"}, {"n", "count(*) filter (where v > 1)"}});
  const Opt option = Opt::map(
      {{"by", "c"}, {"on", "m"}, {"values", values}, {"names", Opt::list({"jan", "feb"})}});
  const test::Binding binding = test::bind_ok(operator_pivot, option, input());
  EXPECT_EQ(binding.output(), Schema({{"c", kUtf8Type},
                                      {"jan", kInt64Type},
                                      {"jan_n", kInt64Type},
                                      {"feb", kInt64Type},
                                      {"feb_n", kInt64Type}}));
  OperatorFixture fixture;
  EXPECT_EQ(run(fixture, binding, {test::make_batch(fixture.memory, input(), sales())}).rows,
            (Rows{"b|4|1|NULL|0", "a|NULL|0|2|1"}));
}

TEST(Pivot, TheSameHoweverRowsAreDealt) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  std::vector<std::vector<test::Row>> splits(5);
  for (int i = 0; i < 500; ++i) {
    const char* const month = random() % 2 == 0 ? "jan" : "feb";
    splits[random() % 5].push_back({std::to_string(random() % 7), month, int64_t(random() % 100)});
  }
  const test::DealtRows dealt(input(), splits);
  const test::Binding binding =
      test::bind_ok(operator_pivot,
                    Opt::map({{"by", "c"},
                              {"on", "m"},
                              {"values", Opt::map({{"", "sum(v)"}, {"first", "first(v)"}})},
                              {"names", Opt::list({"jan", "feb"})}}),
                    input());
  OperatorFixture one;
  const Rows expected = test::run_lanes(one, binding, dealt.in_order(one.memory)).rows;
  for (int round = 0; round < 5; ++round) {
    OperatorFixture fixture;
    EXPECT_EQ(test::run_lanes(fixture, binding, dealt.dealt(fixture.memory, 3, random)).rows,
              expected);
  }
}

TEST(Pivot, Mistakes) {
  const auto mistakes = [](std::vector<std::pair<std::string, Opt>> option) {
    return test::bind(operator_pivot, Opt::map(std::move(option)), input()).mistakes;
  };
  EXPECT_EQ(mistakes({{"on", "m"}, {"values", "sum(w)"}, {"names", Opt::list({"a", "b"})}}),
            (Rows{"unknown column 'w' [w]"}));
  EXPECT_EQ(mistakes({{"on", "m"}, {"values", "count(*)"}, {"names", Opt::list({"a", "a"})}}),
            (Rows{"'a' is named twice [a]"}));
  EXPECT_EQ(mistakes({{"on", "m"},
                      {"values", "count(*)"},
                      {"names", Opt::list({"a", "b"})},
                      {"max_names", "1"}})
                .front()
                .substr(0, 46),
            "there are 2 names, and 'max_names' allows 1 [a");
  EXPECT_EQ(mistakes({{"on", "v"}, {"values", "count(*)"}, {"names", "x"}}).size(), 1u);
  EXPECT_EQ(mistakes({{"by", "c"}, {"on", "m"}, {"values", "count(*)"}, {"names", "c"}}),
            (Rows{"two columns of the result are called 'c' [c]"}));
}

}  // namespace
}  // namespace leat
