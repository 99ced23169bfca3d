// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/nested_columns.h"

namespace leat {

extern const OperatorDef operator_unnest;

namespace {

using test::make_column;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using Rows = std::vector<std::string>;

/// id, l: [10, 11], NULL, [], [12]; m: ['x'], ['y', 'z'], NULL, []; s: structs.
Batch nested(OperatorFixture& fixture) {
  MemoryAccount& memory = fixture.memory;
  const ColumnRef a = test::make_column(memory, kInt64Type, {1, 2, 3, 4});
  return test::batch_of(
      {"id", "l", "m", "s"},
      {test::make_column(memory, kInt64Type, {1, 2, 3, 4}),
       test::list_column(memory, test::make_column(memory, kInt64Type, {10, 11, 12}),
                         {2, -1, 0, 1}),
       test::list_column(memory, test::make_column(memory, kUtf8Type, {"x", "y", "z"}),
                         {1, 2, -1, 0}),
       test::struct_column(memory, {{"id", kInt64Type}, {"b", kInt64Type}}, {a, a}, {3})});
}

Rows unnested(Opt option) {
  OperatorFixture fixture;
  const Batch batch = nested(fixture);
  const test::Run result =
      run(fixture, test::bind_ok(operator_unnest, std::move(option), batch.schema()), {batch});
  EXPECT_EQ(result.error_message(), "");
  return result.rows;
}

TEST(Unnest, ARowForEachElement) {
  EXPECT_EQ(unnested(Opt::map({{"columns", "l"}, {"position", "nth"}})),
            (Rows{"1|10|[x]|{1,1}|1", "1|11|[x]|{1,1}|2", "4|12|[]|NULL|1"}));
}

TEST(Unnest, ListsInStepEndWithNulls) {
  EXPECT_EQ(unnested(Opt::map({{"columns", Opt::list({"l", "m"})}, {"empty", "keep"}})),
            (Rows{"1|10|x|{1,1}", "1|11|NULL|{1,1}", "2|NULL|y|{2,2}", "2|NULL|z|{2,2}",
                  "3|NULL|NULL|{3,3}", "4|12|NULL|NULL"}));
}

TEST(Unnest, FieldsBecomeColumns) {
  EXPECT_EQ(
      unnested(Opt::map({{"columns", "s"}, {"prefix", "s_"}})),
      (Rows{"1|[10,11]|[x]|1|1", "2|NULL|[y,z]|2|2", "3|[]|NULL|3|3", "4|[12]|[]|NULL|NULL"}));
}

TEST(Unnest, OnlySelectedRows) {
  OperatorFixture fixture;
  const Batch batch = test::select_rows(fixture.memory, nested(fixture), {1, 3});
  EXPECT_EQ(run(fixture, test::bind_ok(operator_unnest, "l", batch.schema()), {batch}).rows,
            (Rows{"4|12|[]|NULL"}));
  EXPECT_EQ(fixture.ledger[Counter::kDropped], 1u);
}

TEST(Unnest, Mistakes) {
  OperatorFixture fixture;
  const SchemaRef schema = nested(fixture).schema();
  const auto mistakes = [&](Opt option) {
    return test::bind(operator_unnest, std::move(option), schema).mistakes;
  };
  EXPECT_EQ(mistakes("s"), (Rows{"'s' has a field 'id', and there is a column of that name [s]"}));
  EXPECT_EQ(test::bind(operator_unnest, "s", schema).hints.front().substr(0, 12), "'prefix: s_'");
  EXPECT_EQ(mistakes("id"),
            (Rows{"column 'id' is of type int64, neither a list nor a struct [id]"}));
  EXPECT_EQ(mistakes(Opt::map({{"columns", "l"}, {"position", "id"}})),
            (Rows{"there is a column 'id' already [id]"}));
  EXPECT_EQ(mistakes(Opt::map({{"columns", "s"}, {"prefix", "x"}, {"position", "n"}})).size(), 1u);
  EXPECT_EQ(mistakes(Opt::map({{"columns", "s"}, {"prefix", "x"}, {"empty", "keep"}})).size(), 1u);
}

}  // namespace
}  // namespace leat
