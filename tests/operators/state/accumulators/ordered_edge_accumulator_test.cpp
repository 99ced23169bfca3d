// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// first and last in an order of their own, arg_min and arg_max.
#include <gtest/gtest.h>

#include "operators/state/accumulators/state_columns.h"
#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

TEST(OrderedEdgeAccumulator, TheKeyDecidesThenTheInput) {
  OperatorFixture fixture;
  for (const Fold fold : {Fold::kFirstOrdered, Fold::kLastOrdered}) {
    const FoldSpec spec{fold, {kUtf8Type, kInt64Type}, {{false, false}}};
    Accumulated edges(fixture, spec, 2);
    edges.add_columns({{"late", "more"}, {1, 1}}, {0, 0}, Ordinal(5, 0));
    Accumulated other(fixture, spec, 2);
    other.add_columns({{"early", "null"}, {1, null_cell}}, {0, 1}, Ordinal(1, 0));
    edges.merge(other, {0, 1});
    EXPECT_EQ(edges.values(kUtf8Type),
              (Texts{fold == Fold::kFirstOrdered ? "early" : "more", "null"}));
  }
}

TEST(OrderedEdgeAccumulator, ArgumentsSkipNullKeysAndKeepNullValues) {
  OperatorFixture fixture;
  const FoldSpec spec{Fold::kArgument, {kUtf8Type, kInt64Type}, {{true, false}}};
  Accumulated most(fixture, spec, 3);
  most.add_columns({{"a", "b", null_cell, "c"}, {null_cell, 3, 4, null_cell}}, {0, 0, 1, 2});
  EXPECT_EQ(most.values(kUtf8Type), (Texts{"b", "NULL", "NULL"}));
}

TEST(OrderedEdgeAccumulator, ListsWithoutAnOrderFollowTheInput) {
  OperatorFixture fixture;
  const auto folded = [&](Fold fold) {
    const Type type = Type::list(kInt64Type);
    const std::unique_ptr<Accumulator> edges =
        Accumulator::make(FoldSpec{fold, {type}}, fixture.memory);
    EXPECT_TRUE(edges->resize(1));
    for (const uint64_t split : {7, 3, 5}) {
      auto offsets = list_offsets(1, fixture.memory, [](size_t) { return 2; });
      const ColumnRef list = list_column(
          *offsets, 1,
          test::make_column(fixture.memory, kInt64Type, {static_cast<int64_t>(split), null_cell}));
      RowPlaces places;
      places.first = Ordinal(split, 0);
      const uint32_t group = 0;
      EXPECT_TRUE(edges->update({list.get(), Selection(1), &group, places, {&list, 1}}));
    }
    std::vector<RowFault> faults;
    const uint32_t group = 0;
    const auto column = edges->finish({{&group, 1}, fold, type, fixture.memory, faults});
    return test::value_text(**column, 0);
  };
  EXPECT_EQ(folded(Fold::kFirst), "[3,NULL]");
  EXPECT_EQ(folded(Fold::kLast), "[7,NULL]");
}

TEST(OrderedEdgeAccumulator, ReplacedRowsDoNotPileUp) {
  OperatorFixture fixture;
  const FoldSpec spec{Fold::kArgument, {kUtf8Type, kInt64Type}, {{true, false}}};
  Accumulated most(fixture, spec, 3);
  for (int64_t i = 0; i < 3000; ++i) {
    const std::string text(100, static_cast<char>('a' + i % 26));
    most.add_columns({{text, text}, {i, -i}}, {0, static_cast<uint32_t>(1 + i % 2)},
                     Ordinal(static_cast<uint64_t>(i), 0));
  }
  EXPECT_LT(fixture.memory.used(), size_t{3} << 20);
  EXPECT_EQ(most.values(kUtf8Type), (Texts{std::string(100, static_cast<char>('a' + 2999 % 26)),
                                           std::string(100, 'a'), std::string(100, 'b')}));
}

}  // namespace
}  // namespace leat::state
