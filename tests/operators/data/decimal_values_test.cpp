// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/decimal_values.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {
namespace {

/// What was written in rows of `type`, read in each way there is.
void expect_back(const Type& type, const std::vector<Int128>& values) {
  test::OperatorFixture fixture;
  auto buffer = fixture.memory.allocate(values.size() * type.width());
  ASSERT_TRUE(buffer);
  const DecimalWriter writer(type, **buffer);
  for (size_t row = 0; row < values.size(); ++row) writer.set(row, values[row]);
  Column::Parts parts;
  parts.values = *buffer;
  const Column column(type, values.size(), std::move(parts));
  const DecimalValues reader(column);
  const size_t width = visit_decimals(column, [&](const auto* all) {
    for (size_t row = 0; row < values.size(); ++row) EXPECT_TRUE(all[row] == values[row]) << row;
    return sizeof(*all);
  });
  EXPECT_EQ(width, type.width());
  for (size_t row = 0; row < values.size(); ++row) {
    EXPECT_TRUE(reader[row] == values[row]) << row;
    EXPECT_TRUE(decimal_at(column, row) == values[row]) << row;
  }
}

TEST(DecimalValues, LieAsTheirTypeSays) {
  const Int128 short_most = decimal_power(18) - 1;
  expect_back(Type::decimal(18, 18), {short_most, 0, -1, -short_most, 7});
  expect_back(Type::decimal(1, 0), {9, -9, 0});
  const Int128 most = decimal_power(38) - 1;
  expect_back(Type::decimal(19, 0), {short_most, -1, decimal_power(18), 0});
  expect_back(Type::decimal(38, 2), {most, -most, 0, -1});
}

}  // namespace
}  // namespace leat
