// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_bin;

namespace {

using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using Rows = std::vector<std::string>;

/// The buckets of `cells` of type `type`.
Rows binned(const Type& type, std::string rule, Opt value, const std::vector<test::Cell>& cells) {
  OperatorFixture fixture;
  const SchemaRef schema = test::make_schema({{"x", type}});
  std::vector<test::Row> rows;
  for (const test::Cell& cell : cells) rows.push_back({cell});
  const Opt option =
      Opt::map({{"column", "x"}, {"into", "b"}, {std::move(rule), std::move(value)}});
  const test::Run result = run(fixture, test::bind_ok(operator_bin, option, schema),
                               {test::make_batch(fixture.memory, schema, rows)});
  EXPECT_EQ(result.error_message(), "");
  Rows buckets;
  for (const std::string& row : result.rows) buckets.push_back(row.substr(row.find('|') + 1));
  return buckets;
}

TEST(Bin, Width) {
  EXPECT_EQ(binned(kInt64Type, "width", "10", {0, 9, 10, -1, -10, null_cell}),
            (Rows{"0", "0", "10", "-10", "-10", "NULL"}));
  EXPECT_EQ(binned(kFloat64Type, "width", "0.1", {0.35, 0.05, -0.05}), (Rows{"0.3", "0", "-0.1"}));
}

TEST(Bin, Edges) {
  EXPECT_EQ(
      binned(kInt64Type, "edges", Opt::list({"0", "10", "50"}), {-1, 0, 9, 10, 99, null_cell}),
      (Rows{"NULL", "0", "0", "10", "50", "NULL"}));
}

TEST(Bin, Count) {
  EXPECT_EQ(binned(kInt64Type, "count", "4", {0, 1, 2, 5, 8, null_cell}),
            (Rows{"0", "0", "2", "4", "6", "NULL"}));
  EXPECT_EQ(binned(kInt64Type, "count", "4", {3, 3}), (Rows{"3", "3"})) << "one value only";
}

TEST(Bin, Quantiles) {
  EXPECT_EQ(binned(kInt64Type, "quantiles", "2", {1, 2, 3, 4, null_cell}),
            (Rows{"1", "1", "2", "2", "NULL"}));
  EXPECT_EQ(binned(kInt64Type, "quantiles", "4", {7, 7, 7, 9}), (Rows{"1", "1", "1", "4"}));
}

TEST(Bin, Mistakes) {
  const SchemaRef schema = test::make_schema({{"x", kInt64Type}, {"t", kUtf8Type}});
  const auto mistakes = [&](std::vector<std::pair<std::string, Opt>> option) {
    option.emplace_back("into", "b");
    return test::bind(operator_bin, Opt::map(std::move(option)), schema).mistakes;
  };
  EXPECT_EQ(mistakes({{"column", "t"}}),
            (Rows{"column 't' is of type utf8, and only numbers have buckets [t]",
                  "'bin' needs one of 'width', 'count', 'edges' and 'quantiles' [bin]"}));
  EXPECT_EQ(mistakes({{"column", "x"}, {"width", "1"}, {"count", "2"}}),
            (Rows{"'count' does not go with 'width' [2]"}));
  EXPECT_EQ(mistakes({{"column", "x"}, {"width", "0"}}),
            (Rows{"a bucket must be wider than 0 [0]"}));
  EXPECT_EQ(mistakes({{"column", "x"}, {"edges", Opt::list({"1", "x", "1"})}}),
            (Rows{"the edge 'x' is no number [x]"}));
  EXPECT_EQ(mistakes({{"column", "x"}, {"edges", Opt::list({"5", "1"})}}),
            (Rows{"the edge 1 does not lie above the one before [1]"}));
}

}  // namespace
}  // namespace leat
