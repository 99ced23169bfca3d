// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/testing/row_match.h"

#include <gtest/gtest.h>

namespace leat::pipelines {
namespace {

const FoundRows kFound{{"id", "name"}, {{"1", "\"a\""}, {"2", "\"b\""}, {"3", "null"}}};

TEST(RowMatch, ColumnsThatAreNotNamedAreNotCompared) {
  EXPECT_EQ(difference(kFound, {{{{0, "1"}}, {{1, "\"b\""}}, {}}}, false), "");
}

TEST(RowMatch, TheFirstRowThatDiffersIsShownColumnByColumn) {
  EXPECT_EQ(difference(kFound, {{{{0, "1"}}, {{0, "2"}, {1, "\"c\""}}, {{0, "4"}}}}, false),
            "row 2 differs:\n"
            "    column  expected  found\n"
            "    id      2         2\n"
            "  ! name    \"c\"       \"b\"\n");
}

TEST(RowMatch, RowsThatAreMissingOrTooManyAreListed) {
  EXPECT_EQ(difference(kFound, {{{{0, "1"}}}}, false),
            "1 row expected, 3 found\n"
            "  not expected: { id: 2, name: \"b\" }\n"
            "  not expected: { id: 3, name: null }\n");
  EXPECT_EQ(difference({{"id"}, {}}, {{{{0, "1"}}}}, false),
            "1 row expected, 0 found\n  missing: { id: 1 }\n");
}

TEST(RowMatch, InAnyOrderEachRowHasOnePartner) {
  EXPECT_EQ(difference(kFound, {{{{0, "3"}}, {{0, "1"}}, {{0, "2"}}}}, true), "");
  EXPECT_EQ(difference(kFound, {{{}, {{0, "1"}, {1, "\"a\""}}, {{1, "null"}}}}, true), "")
      << "a row that names little takes what the others leave";
  EXPECT_EQ(difference({{"id"}, {{"1"}, {"2"}}}, {{{{0, "1"}}, {{0, "1"}}}}, true),
            "2 rows expected, 2 found\n  missing: { id: 1 }\n  not expected: { id: 2 }\n");
}

}  // namespace
}  // namespace leat::pipelines
