// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_rest.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_join;

namespace state {
namespace {

using test::bind_inputs;
using test::Binding;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Opt;
using test::Row;

TEST(JoinRest, UnmatchedRowsComeInPartsThatNumberTheirRows) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", kInt64Type}});
  const Binding binding = bind_inputs(
      operator_join,
      Opt::map({{"with", "r"}, {"on", "k"}, {"how", "right"}, {"columns", "k as other"}}),
      {schema, schema}, {"l", "r"});
  constexpr int64_t kRows = 300'000;
  std::vector<Batch> right;
  for (int64_t begin = 0; begin < kRows; begin += 4000) {
    std::vector<Row> rows;
    for (int64_t i = begin; i < begin + 4000; ++i) rows.push_back({i});
    right.push_back(make_batch(fixture.memory, schema, rows,
                               Ordinal::from_packed(static_cast<uint64_t>(begin))));
  }
  const test::Run run = test::run_join(
      fixture, binding, {{make_batch(fixture.memory, schema, {{5}, {kRows - 1}})}}, {right});
  ASSERT_FALSE(run.error) << run.error_message();
  ASSERT_EQ(run.rows.size(), static_cast<size_t>(kRows));
  EXPECT_EQ(run.rows[1], fmt::format("{0}|{0}", kRows - 1));
  EXPECT_EQ(run.rows[2], "0|0");
  EXPECT_EQ(run.rows[7], "6|6") << "5 has met a partner";
  EXPECT_EQ(run.rows.back(), fmt::format("{0}|{0}", kRows - 2));
  EXPECT_EQ(run.ids[2], Ordinal(0, 0));
  EXPECT_EQ(run.ids.back().split(), 1u);
  EXPECT_EQ(fixture.ledger[Counter::kPadded], static_cast<uint64_t>(kRows - 2));
}

TEST(JoinRest, HeldRowsOfLanesAreOneStream) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"k", kInt64Type}});
  const Binding binding = bind_inputs(operator_join,
                                      Opt::map({{"with", "r"},
                                                {"on", "k"},
                                                {"how", "left"},
                                                {"cardinality", "one_to_one"},
                                                {"columns", "k as other"}}),
                                      {schema, schema}, {"l", "r"});
  const test::Run run =
      test::run_join(fixture, binding,
                     {{make_batch(fixture.memory, schema, {{4}, {1}}, Ordinal(1, 0))},
                      {make_batch(fixture.memory, schema, {{2}, {3}}, Ordinal(0, 0))}},
                     {{make_batch(fixture.memory, schema, {{1}, {2}})}});
  EXPECT_EQ(run.rows, (std::vector<std::string>{"2|2", "3|NULL", "4|NULL", "1|1"}));
}

}  // namespace
}  // namespace state
}  // namespace leat
