// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// first and last.
#include <gtest/gtest.h>

#include "tests/support/accumulated.h"

namespace leat::state {
namespace {

using test::Accumulated;
using test::null_cell;
using test::OperatorFixture;
using Texts = std::vector<std::string>;

struct Kind {
  Type type;
  test::Cell a, b, c;
  Texts texts;  // of a, b, c
};

std::vector<Kind> kinds() {
  return {
      {kInt64Type, 1, 2, 3, {"1", "2", "3"}},
      {kFloat64Type, 0.5, -0.0, 2.0, {"0.5", "-0", "2"}},
      {kBoolType, true, false, true, {"true", "false", "true"}},
      {kDateType, 7, 8, 9, {"7", "8", "9"}},
      {Type::decimal(30, 1), 7, -8, 9, {"7", "-8", "9"}},
      {kJsonType, "{}", "[1, 2, 3, 4, 5, 6]", "1", {"{}", "[1, 2, 3, 4, 5, 6]", "1"}},
      {kUtf8Type, "", "something longer than that", "x", {"", "something longer than that", "x"}}};
}

TEST(EdgeAccumulator, IdentityDecidesNotArrival) {
  OperatorFixture fixture;
  for (const Kind& kind : kinds()) {
    for (const Fold fold : {Fold::kFirst, Fold::kLast}) {
      Accumulated edges(fixture, fold, kind.type, 2);
      edges.add({kind.b}, {0}, Ordinal(5, 0));
      edges.add({kind.c}, {0}, Ordinal(9, 0));
      edges.add({kind.a}, {0}, Ordinal(1, 0));
      EXPECT_EQ(edges.values(kind.type), (Texts{kind.texts[fold == Fold::kFirst ? 0 : 2], "NULL"}))
          << to_string(kind.type);
      Accumulated other(fixture, fold, kind.type, 2);
      other.add({null_cell, kind.b}, {0, 1}, Ordinal(0, 0));
      edges.merge(other, {0, 1});
      EXPECT_EQ(edges.values(kind.type),
                (Texts{fold == Fold::kFirst ? "NULL" : kind.texts[2], kind.texts[1]}));
    }
  }
}

}  // namespace
}  // namespace leat::state
