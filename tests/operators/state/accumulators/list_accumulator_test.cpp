// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// array_agg, string_agg, and discrete quantiles of text.
#include <gtest/gtest.h>

#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

const Type kTexts = Type::list(kUtf8Type);

TEST(ListAccumulator, FollowsTheInputHoweverRowsArrive) {
  OperatorFixture fixture;
  Accumulated lists(fixture, Fold::kList, kInt64Type, 2);
  lists.add({3, null_cell}, {0, 0}, Ordinal(2, 0));
  Accumulated more(fixture, Fold::kList, kInt64Type, 2);
  more.add({1, 2}, {0, 0}, Ordinal(1, 0));
  lists.merge(more, {0, 1});
  EXPECT_EQ(lists.values(Type::list(kInt64Type)), (Texts{"[1,2,3,NULL]", "NULL"}));
}

TEST(ListAccumulator, TakesAnOrderOfItsOwn) {
  OperatorFixture fixture;
  const FoldSpec spec{Fold::kList, {kUtf8Type, kInt64Type}, {{true, false}}};
  Accumulated lists(fixture, spec, 1);
  lists.add_columns({{"a", "b", "c", "d"}, {1, null_cell, 2, 1}}, {0, 0, 0, 0});
  EXPECT_EQ(lists.values(kTexts), (Texts{"[c,a,d,b]"}));
}

TEST(ListAccumulator, OfEqualValuesTheFirstStays) {
  OperatorFixture fixture;
  Accumulated lists(fixture, FoldSpec{Fold::kList, {kUtf8Type}, {}, true}, 1);
  lists.add({"b", "a", "b", null_cell, "a", null_cell}, {0, 0, 0, 0, 0, 0});
  EXPECT_EQ(lists.values(kTexts), (Texts{"[b,a,NULL]"}));
}

TEST(ListAccumulator, TextsAreJoined) {
  OperatorFixture fixture;
  Accumulated texts(fixture, Fold::kText, kUtf8Type, 3);
  texts.add({"a", null_cell, "", "c", null_cell}, {0, 0, 0, 0, 1});
  EXPECT_EQ(texts.values(kUtf8Type, {}, {0.5, false, ", "}), (Texts{"a, , c", "NULL", "NULL"}));
}

TEST(ListAccumulator, AValueAboveAQuarterOfTheBudgetIsAFault) {
  const std::string third(size_t{1433} << 10, 'x');
  for (const Fold fold : {Fold::kText, Fold::kList}) {
    OperatorFixture fixture(size_t{16} << 20);
    Accumulated values(fixture, fold, kUtf8Type, 2);
    values.add({third, third, third, "y"}, {0, 0, 0, 1});
    const Texts wanted{"exceeds 4 MiB, a quarter of the memory limit, with a value of 4.2 MiB",
                       fold == Fold::kText ? "y" : "[y]"};
    EXPECT_EQ(values.values(fold == Fold::kText ? kUtf8Type : kTexts), wanted);
  }
}

TEST(ListAccumulator, TheFirstOfAnOrderByItsKey) {
  OperatorFixture fixture;
  const FoldSpec spec{Fold::kTop, {kUtf8Type, kInt64Type}, {{true, false}}};
  Accumulated top(fixture, spec, 2);
  top.add_columns({{"a", "b", null_cell, "d", "e"}, {1, null_cell, 9, 3, 3}}, {0, 0, 0, 0, 0});
  const FoldParameters three{.count = 3};
  EXPECT_EQ(top.values(kTexts, {}, three), (Texts{"[NULL,d,e]", "NULL"}));
  EXPECT_EQ(top.values(kTexts, {}, {.count = 9}), (Texts{"[NULL,d,e,a]", "NULL"}));
}

TEST(ListAccumulator, ProductsFollowTheInput) {
  OperatorFixture fixture;
  Accumulated products(fixture, Fold::kProduct, kFloat64Type, 3);
  products.add({1e300, 1e300, 3.0, null_cell}, {0, 0, 1, 2}, Ordinal(2, 0));
  Accumulated more(fixture, Fold::kProduct, kFloat64Type, 3);
  more.add({1e-300, 0.5}, {0, 1}, Ordinal(1, 0));
  products.merge(more, {0, 1, 2});
  EXPECT_EQ(products.values(kFloat64Type), (Texts{"1e+300", "1.5", "NULL"}));
}

TEST(ListAccumulator, DiscreteQuantilesOfText) {
  OperatorFixture fixture;
  Accumulated texts(fixture, Fold::kQuantileDiscrete, kUtf8Type, 2);
  texts.add({"d", "a", null_cell, "c", "b"}, {0, 0, 0, 0, 0});
  EXPECT_EQ(texts.values(kUtf8Type, {}, {0.5}), (Texts{"b", "NULL"}));
  EXPECT_EQ(texts.values(kUtf8Type, {}, {0.5, true}), (Texts{"c", "NULL"}));
}

}  // namespace
}  // namespace leat::state
