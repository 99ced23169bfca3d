// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_unpivot;

namespace {

using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using Rows = std::vector<std::string>;

SchemaRef input() {
  return test::make_schema({{"id", kInt64Type},
                            {"r_a", kInt64Type},
                            {"u_b", kInt64Type},
                            {"r_b", kFloat64Type},
                            {"name", kUtf8Type}});
}

Rows unpivoted(std::vector<std::pair<std::string, Opt>> option) {
  OperatorFixture fixture;
  const Batch batch = test::make_batch(
      fixture.memory, input(), {{1, 10, 5, 1.5, "x"}, {2, null_cell, null_cell, null_cell, "y"}});
  const test::Run result =
      run(fixture, test::bind_ok(operator_unpivot, Opt::map(std::move(option)), input()), {batch});
  EXPECT_EQ(result.error_message(), "");
  return result.rows;
}

TEST(Unpivot, ARowForEachColumn) {
  EXPECT_EQ(unpivoted({{"columns", Opt::list({"u_b", "r_a"})}, {"names", "n"}, {"values", "v"}}),
            (Rows{"1|1.5|x|u_b|5", "1|1.5|x|r_a|10", "2|NULL|y|u_b|NULL", "2|NULL|y|r_a|NULL"}));
}

TEST(Unpivot, TypesAreWidened) {
  EXPECT_EQ(unpivoted({{"columns", "columns('^r_(.)$')"}, {"names", "n"}, {"values", "v"}}),
            (Rows{"1|5|x|a|10", "1|5|x|b|1.5", "2|NULL|y|a|NULL", "2|NULL|y|b|NULL"}));
}

TEST(Unpivot, SeveralValuesAndNulls) {
  const Opt values = Opt::map({{"r", "columns('^r_(.)$')"}, {"u", "columns('^u_(.)$')"}});
  EXPECT_EQ(unpivoted({{"names", "n"}, {"values", values}}),
            (Rows{"1|x|a|10|NULL", "1|x|b|1.5|5", "2|y|a|NULL|NULL", "2|y|b|NULL|NULL"}));
  EXPECT_EQ(unpivoted({{"names", "n"}, {"values", values}, {"nulls", "drop"}}),
            (Rows{"1|x|a|10|NULL", "1|x|b|1.5|5"}));
}

TEST(Unpivot, ManyRows) {
  OperatorFixture fixture;
  std::vector<test::Row> rows;
  for (int i = 0; i < 4000; ++i) rows.push_back({i, i, i, 0.5, "x"});
  const Batch batch = test::make_batch(fixture.memory, input(), rows);
  const Opt option =
      Opt::map({{"columns", Opt::list({"r_a", "u_b"})}, {"names", "n"}, {"values", "v"}});
  const test::Run result = run(fixture, test::bind_ok(operator_unpivot, option, input()), {batch});
  ASSERT_EQ(result.rows.size(), 8000u);
  EXPECT_EQ(result.rows[7999], "3999|0.5|x|u_b|3999");
  EXPECT_EQ(result.ids[7999], Ordinal(0, 3999));
  for (const size_t count : result.batch_rows) EXPECT_LE(count, kBatchRowsMax);
}

TEST(Unpivot, Mistakes) {
  const auto mistakes = [](std::vector<std::pair<std::string, Opt>> option) {
    return test::bind(operator_unpivot, Opt::map(std::move(option)), input()).mistakes;
  };
  EXPECT_EQ(mistakes({{"names", "n"}, {"values", "v"}}),
            (Rows{"'unpivot' needs the option 'columns' [unpivot]"}));
  EXPECT_EQ(
      mistakes({{"columns", "r_a"}, {"names", "id"}, {"values", "id"}}),
      (Rows{"two columns would be called 'id' [id]", "two columns would be called 'id' [id]"}));
  EXPECT_EQ(mistakes({{"columns", Opt::list({"r_a", "name"})}, {"names", "n"}, {"values", "v"}})
                .front()
                .substr(0, 53),
            "column 'r_a' is of type int64 and 'name' of type utf8");
  EXPECT_EQ(mistakes({{"columns", "columns('^(r)_')"}, {"names", "n"}, {"values", "v"}}),
            (Rows{"columns 'r_a' and 'r_b' would both have the name 'r' [columns('^(r)_')]"}));
}

}  // namespace
}  // namespace leat
