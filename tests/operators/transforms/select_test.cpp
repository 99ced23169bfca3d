// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_select;

namespace {

using test::bind_ok;
using test::Binding;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Opt;
using test::run;
using Rows = std::vector<std::string>;

SchemaRef people() {
  return make_schema({{"id", kInt64Type}, {"name", kUtf8Type}, {"age", kInt64Type}});
}

Batch some_people(OperatorFixture& fixture) {
  return make_batch(fixture.memory, people(), {{1, "ann", 30}, {2, "bob", 0}, {3, "cyd", 50}});
}

TEST(Select, ChoosesOrdersAndNames) {
  OperatorFixture fixture;
  const Binding binding =
      bind_ok(operator_select, Opt::list({"age", "upper(name) as NAME", "id + 1"}), people());
  EXPECT_EQ(*binding.bound->output,
            Schema({{"age", kInt64Type}, {"NAME", kUtf8Type}, {"id + 1", kInt64Type}}));
  EXPECT_EQ(run(fixture, binding, {some_people(fixture)}).rows,
            (Rows{"30|ANN|2", "0|BOB|3", "50|CYD|4"}));
  EXPECT_EQ(fixture.ledger[Counter::kPassed], 3u);
}

TEST(Select, PlainColumnsAreNotCopied) {
  OperatorFixture fixture;
  test::CollectingOutput output(fixture.ledger);
  const Binding binding = bind_ok(operator_select, Opt::list({"name as n", "name as m"}), people());
  const Batch batch = some_people(fixture);
  const auto lane =
      std::get<std::unique_ptr<Map>>(binding.bound->species)->lane(fixture.lane(), {});
  ASSERT_TRUE(lane->process(batch, output));
  EXPECT_EQ(output.batches[0].columns()[0], batch.columns()[1]);
  EXPECT_EQ(output.batches[0].columns()[1], batch.columns()[1]);
}

TEST(Select, TakesOneColumnAsAScalar) {
  OperatorFixture fixture;
  EXPECT_EQ(run(fixture, bind_ok(operator_select, "id", people()), {some_people(fixture)}).rows,
            (Rows{"1", "2", "3"}));
}

TEST(Select, EmitsTheRowsBeforeAnError) {
  OperatorFixture fixture;
  const test::Run result =
      run(fixture, bind_ok(operator_select, Opt::list({"100 / age as x"}), people()),
          {some_people(fixture)});
  EXPECT_EQ(result.rows, (Rows{"3"}));
  EXPECT_EQ(result.error_message(), "division by zero: 100 / 0");
}

TEST(Select, SkipsBadRows) {
  OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  const test::Run result =
      run(fixture, bind_ok(operator_select, Opt::list({"id", "100 / age as x"}), people()),
          {some_people(fixture)});
  EXPECT_EQ(result.rows, (Rows{"1|3", "3|2"}));
  EXPECT_EQ(fixture.ledger[Counter::kSkipped], 1u);
}

TEST(Select, KnowsWhatItsColumnsAreMadeOf) {
  const Binding binding = bind_ok(operator_select, Opt::list({"name", "id + age as s"}), people());
  EXPECT_EQ(binding.bound->column_inputs, (std::vector<std::vector<InputColumn>>{{1}, {0, 2}}));
  EXPECT_EQ(binding.bound->always_read, (std::vector<InputColumn>{0, 2}));
}

TEST(Select, ReportsMistakes) {
  EXPECT_EQ(test::bind(operator_select, Opt::list({"id", "id"}), people()).mistakes,
            (Rows{"two columns are called 'id' [id]"}));
  EXPECT_EQ(test::bind(operator_select, Opt::list({"nmae", "agee"}), people()).mistakes,
            (Rows{"unknown column 'nmae' [nmae]", "unknown column 'agee' [agee]"}));
  EXPECT_EQ(test::bind(operator_select, Opt::list({}), people()).mistakes.size(), 1u);
}

}  // namespace
}  // namespace leat
