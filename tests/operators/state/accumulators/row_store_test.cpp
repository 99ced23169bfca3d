// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/accumulators/row_store.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

using test::null_cell;
using test::OperatorFixture;

TEST(RowStore, SmallBatchesAreJoined) {
  OperatorFixture fixture;
  const FoldSpec spec{Fold::kList, {kInt64Type}};
  RowStore store(spec, fixture.memory);
  const std::vector<uint32_t> groups(1, 1);
  for (int64_t i = 0; i < 5000; ++i) {
    const ColumnRef column = test::make_column(fixture.memory, kInt64Type, {i});
    RowPlaces places;
    places.first = Ordinal(0, static_cast<uint64_t>(i));
    ASSERT_TRUE(store.add({&column, 1}, Selection(1), groups.data(), places));
  }
  EXPECT_LT(fixture.memory.used(), size_t{2} << 20);
  ASSERT_TRUE(store.seal(2));
  EXPECT_TRUE(store.of(0).empty());
  ASSERT_EQ(store.of(1).size(), 5000u);
  const RowRef last = store.ref(store.of(1)[4999]);
  EXPECT_EQ(store.batch_of(last).column(0).values<int64_t>()[last.row], 4999);
  EXPECT_EQ(store.batch_of(last).places()[last.row], Ordinal(0, 4999));
}

TEST(RowStore, KeysCompareByDirectionAndNulls) {
  OperatorFixture fixture;
  const SchemaRef schema = test::make_schema({{"x", kInt64Type}, {"k", kInt64Type}});
  const Batch rows =
      test::make_batch(fixture.memory, schema, {{0, 1}, {0, 2}, {0, null_cell}, {0, 1}});
  const auto compare = [&](KeyOrder order, size_t a, size_t b) {
    return RowKeys(FoldSpec{Fold::kList, {kInt64Type, kInt64Type}, {order}})
        .compare(rows, a, rows, b);
  };
  EXPECT_EQ(compare({false, false}, 0, 1), -1);
  EXPECT_EQ(compare({true, false}, 0, 1), 1);
  EXPECT_EQ(compare({true, false}, 0, 3), 0);
  EXPECT_EQ(compare({true, false}, 2, 0), 1);
  EXPECT_EQ(compare({true, true}, 2, 0), -1);
  EXPECT_EQ(compare({false, true}, 2, 2), 0);
}

TEST(RowStore, ValuesAreMeasuredWithTheirParts) {
  OperatorFixture fixture;
  const ColumnRef text = test::make_column(fixture.memory, kUtf8Type, {"12345", null_cell});
  EXPECT_EQ(value_bytes(*text, 0), 21u);
  EXPECT_EQ(value_bytes(*text, 1), 16u);
}

}  // namespace
}  // namespace leat::state
