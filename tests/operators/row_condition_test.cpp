// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/row_condition.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {
namespace {

/// The conditions as text.
std::string found(const std::string& where) {
  const Schema schema({{"n", kInt64Type},
                       {"d", Type::decimal(10, 2)},
                       {"x", kFloat64Type},
                       {"t", kUtf8Type},
                       {"day", kDateType},
                       {"at", kTimestampType},
                       {"z", kTimestampTzType},
                       {"b", kBoolType}});
  test::OptionDocument document;
  constexpr const char* kNames[] = {"=", "<", "<=", ">", ">=", "null", "not null"};
  std::string text;
  for (const RowCondition& one : row_conditions(document.scalar(where), schema, {})) {
    text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ", one.column,
                        kNames[static_cast<size_t>(one.comparison)],
                        one.value.empty() ? "" : " " + one.value);
  }
  return text;
}

TEST(RowConditions, ColumnsAreComparedWithConstants) {
  EXPECT_EQ(found("n = 3"), "n = 3");
  EXPECT_EQ(found("3 + 4 < n and d >= 1.50 and t < 'b'"), "n > 7, d >= 1.50, t < b");
  EXPECT_EQ(found("n between 2 and 5"), "n >= 2, n <= 5");
  EXPECT_EQ(found("n is null and t is not null"), "n null, t not null");
  EXPECT_EQ(found("day > '2025-01-31' and day <= date '2025-02-01'"),
            "day > 2025-01-31, day <= 2025-02-01");
  EXPECT_EQ(found("at >= '2025-01-31' and z < '2025-01-31T10:00:00Z'"),
            "at >= 2025-01-31T00:00:00, z < 2025-01-31T10:00:00Z");
  EXPECT_EQ(found("n > 2.5"), "n > 2.5") << "numbers are compared as numbers";
}

TEST(RowConditions, WhatIsNoneIsLeftOut) {
  EXPECT_EQ(found("n = 3 or n = 4"), "");
  EXPECT_EQ(found("not (n = 3)"), "");
  EXPECT_EQ(found("n + 1 = 3 and n = length(t)"), "");
  EXPECT_EQ(found("n <> 3 and n not between 1 and 2"), "");
  EXPECT_EQ(found("n = null"), "");
  EXPECT_EQ(found("day < timestamp '2025-01-31T10:00:00'"), "") << "a day would be another bound";
  EXPECT_EQ(found("missing = 3"), "");
  EXPECT_EQ(found("b and n = 1"), "n = 1");
  EXPECT_EQ(found("n ="), "");
}

}  // namespace
}  // namespace leat
