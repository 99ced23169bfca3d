// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// min and max.
#include <limits>

#include <gtest/gtest.h>

#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

TEST(ExtremeAccumulator, TextIsReplacedByLongerAndShorter) {
  OperatorFixture fixture;
  Accumulated low(fixture, Fold::kMinimum, kUtf8Type, 2);
  Accumulated high(fixture, Fold::kMaximum, kUtf8Type, 2);
  const std::vector<test::Cell> cells{"m", "a very long text that needs room", "zz", "", null_cell,
                                      "é"};
  const std::vector<uint32_t> groups{0, 0, 0, 0, 1, 0};
  low.add(cells, groups);
  high.add(cells, groups);
  EXPECT_EQ(low.values(kUtf8Type), (Texts{"", "NULL"}));
  EXPECT_EQ(high.values(kUtf8Type), (Texts{"é", "NULL"}));
}

TEST(ExtremeAccumulator, GrowingTextWastesLittle) {
  OperatorFixture fixture;
  Accumulated high(fixture, Fold::kMaximum, kUtf8Type, 1);
  for (size_t length = 1; length <= 2000; ++length) high.add({std::string(length, 'x')}, {0});
  EXPECT_LT(fixture.memory.used(), size_t{32} << 10);
}

TEST(ExtremeAccumulator, TheLosingValueCountsAsAValue) {
  OperatorFixture fixture;
  const int64_t lowest = std::numeric_limits<int64_t>::min(),
                highest = std::numeric_limits<int64_t>::max();
  Accumulated low(fixture, Fold::kMinimum, kInt64Type, 3);
  low.add({highest, null_cell}, {0, 1});
  Accumulated more(fixture, Fold::kMinimum, kInt64Type, 2);
  more.add({highest, highest}, {0, 1});
  low.merge(more, {1, 0});
  EXPECT_EQ(low.values(kInt64Type),
            (Texts{std::to_string(highest), std::to_string(highest), "NULL"}));
  Accumulated high(fixture, Fold::kMaximum, kTimestampType, 2);
  high.add({lowest}, {0});
  EXPECT_EQ(high.values(kTimestampType), (Texts{std::to_string(lowest), "NULL"}));
}

TEST(ExtremeAccumulator, DatesDecimalsAndBools) {
  OperatorFixture fixture;
  Accumulated dates(fixture, Fold::kMinimum, kDateType, 1);
  dates.add({5, -7, 0}, {0, 0, 0});
  EXPECT_EQ(dates.values(kDateType), (Texts{"-7"}));
  for (const Type& type : {Type::decimal(38, 1), Type::decimal(18, 1)}) {
    Accumulated decimals(fixture, Fold::kMaximum, type, 2);
    decimals.add({-5, -7, null_cell}, {0, 0, 1});
    EXPECT_EQ(decimals.values(type), (Texts{"-5", "NULL"}));
  }
  Accumulated bools(fixture, Fold::kMaximum, kBoolType, 2);
  bools.add({false, true, false}, {0, 0, 1});
  EXPECT_EQ(bools.values(kBoolType), (Texts{"true", "false"}));
}

}  // namespace
}  // namespace leat::state
