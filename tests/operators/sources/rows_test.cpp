// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"

namespace leat {

extern const OperatorDef operator_rows;

namespace {

using test::Opt;
using Rows = std::vector<std::string>;

Rows made_by(const test::Binding& binding, OnError on_error = OnError::kFail) {
  test::OperatorFixture fixture(size_t{1} << 30, on_error);
  test::Run made = test::run_source(fixture, *binding.bound);
  EXPECT_EQ(made.error_message(), "");
  return std::move(made.rows);
}

TEST(InlineRows, ColumnsAsTheyAppearAndTypesInferred) {
  const Opt rows = Opt::list(
      {Opt::map({{"a", "1"}, {"b", "007"}}), Opt::map({{"c", "2025-01-02"}, {"a", "2"}})});
  const test::Binding binding = test::bind_ok(operator_rows, rows, nullptr);
  EXPECT_EQ(binding.output(), Schema({{"a", kInt64Type}, {"b", kUtf8Type}, {"c", kDateType}}));
  EXPECT_EQ(made_by(binding), (Rows{"1|007|NULL", "2|NULL|20090"}));
}

TEST(InlineRows, MoreThanABatch) {
  std::vector<Opt> rows;
  for (int i = 0; i < 5000; ++i) rows.push_back(Opt::map({{"a", std::to_string(i)}}));
  const Rows made = made_by(test::bind_ok(operator_rows, Opt::list(rows), nullptr));
  ASSERT_EQ(made.size(), 5000u);
  EXPECT_EQ(made[4999], "4999");
}

TEST(InlineRows, Mistakes) {
  const auto mistakes = [](Opt option) {
    return test::bind(operator_rows, std::move(option), nullptr).mistakes;
  };
  EXPECT_EQ(mistakes("x").size(), 1u);
  EXPECT_EQ(mistakes(Opt::list({})).size(), 1u);
  EXPECT_EQ(mistakes(Opt::list({"x"})), (Rows{"a row is a mapping of columns to values [x]"}));
  EXPECT_EQ(mistakes(Opt::list({Opt::map({{"a", "1"}, {"a", "2"}})})),
            (Rows{"'a' is written twice [a]"}));
  EXPECT_EQ(mistakes(Opt::list({Opt::map({{"a", Opt::list({"1"})}}), Opt::map({{"a", "2"}})})),
            (Rows{"'a' is a single value here, and a list or a mapping in another row [2]"}));
}

TEST(InlineRows, ListsAndMappings) {
  const test::Binding binding = test::bind_ok(
      operator_rows,
      Opt::list({Opt::map({{"a", Opt::list({"1", "2"})},
                           {"b", Opt::map({{"x", "it's"}, {"y", Opt::list({"2.5"})}})}}),
                 Opt::map({{"a", Opt::list({})}})}),
      nullptr);
  EXPECT_EQ(to_string(binding.output()[0].type), "list<int64>");
  EXPECT_EQ(to_string(binding.output()[1].type), "struct<x utf8, y list<float64>>");
  EXPECT_EQ(made_by(binding), (Rows{"[1,2]|{it's,[2.5]}", "[]|NULL"}));
}

}  // namespace
}  // namespace leat
