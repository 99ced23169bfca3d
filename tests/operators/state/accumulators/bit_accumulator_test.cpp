// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// bit_and, bit_or and bit_xor.
#include <gtest/gtest.h>

#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

TEST(BitAccumulator, FoldsBitsAndIsNullWithoutValues) {
  OperatorFixture fixture;
  const std::vector<std::pair<Fold, Texts>> cases{{Fold::kBitAnd, {"4", "NULL", "-1"}},
                                                  {Fold::kBitOr, {"7", "NULL", "-1"}},
                                                  {Fold::kBitXor, {"1", "NULL", "-1"}}};
  for (const auto& [fold, wanted] : cases) {
    Accumulated bits(fixture, fold, kInt64Type, 3);
    bits.add({7, 6, null_cell, -1}, {0, 0, 1, 2});
    Accumulated more(fixture, fold, kInt64Type, 2);
    more.add({null_cell, 4, 4}, {0, 1, 1});
    bits.merge(more, {1, 0});
    EXPECT_EQ(bits.values(kInt64Type), wanted);
  }
}

}  // namespace
}  // namespace leat::state
