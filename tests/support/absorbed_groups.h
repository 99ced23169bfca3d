// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Two tables of groups of which one takes over the other, on several processors.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/runtime.h"
#include "operators/state/groups/group_table.h"
#include "tests/support/operator_fixture.h"

namespace leat::test {

/// Tables whose keys are made of numbers by `row_of`; -1 is NULL.
class AbsorbedGroups {
 public:
  AbsorbedGroups(SchemaRef schema, std::function<Cell(int64_t)> row_of)
      : schema_(std::move(schema)), row_of_(std::move(row_of)) {}

  /// Enters the keys [begin, end) into `table` and returns their groups.
  std::vector<uint32_t> assign(state::GroupTable& table, int64_t begin, int64_t end) {
    std::vector<uint32_t> groups;
    for (; begin < end; begin += kBatchRowsMax) {
      std::vector<Row> rows;
      for (int64_t i = begin; i < std::min<int64_t>(end, begin + kBatchRowsMax); ++i)
        rows.push_back({i < 0 ? null_cell : row_of_(i)});
      OperatorFixture chunk;
      const Batch batch = make_batch(chunk.memory, schema_, rows);
      std::vector<uint32_t> group_of(rows.size());
      EXPECT_TRUE(table.assign(batch.columns(), batch.selection(), group_of.data()));
      groups.insert(groups.end(), group_of.begin(), group_of.end());
    }
    return groups;
  }

  /// The keys [begin, end) go into another table, which `ours`, with those before `known`, absorbs.
  /// Then every key must be found where the absorption said.
  void check(int procs, int64_t known, int64_t begin, int64_t end) {
    Runtime runtime({.procs = procs});
    runtime.run([&] {
      const auto ours = state::GroupTable::make({(*schema_)[0].type}, fixture_.memory);
      auto theirs = state::GroupTable::make({(*schema_)[0].type}, fixture_.memory);
      const std::vector<uint32_t> before = assign(*ours, -1, known);
      const std::vector<uint32_t> other = assign(*theirs, begin, end);
      state::GroupNumbers absorbed(fixture_.memory);
      ASSERT_TRUE(ours->absorb(*theirs, absorbed));
      ASSERT_EQ(absorbed.size(), theirs->size());
      theirs.reset();
      std::vector<uint32_t> group_of;
      for (size_t i = 0; i < absorbed.size(); ++i) group_of.push_back(absorbed[i]);
      EXPECT_EQ(ours->size(), static_cast<size_t>(std::max(known, end) + 1));
      EXPECT_EQ(assign(*ours, -1, known), before) << "groups keep their numbers";
      std::vector<uint32_t> expected;
      for (const uint32_t group : other) expected.push_back(group_of[group]);
      EXPECT_EQ(assign(*ours, begin, end), expected);
      EXPECT_EQ(ours->size(), static_cast<size_t>(std::max(known, end) + 1)) << "none is new";
      std::erase_if(group_of, [&](uint32_t group) { return group <= known; });
      EXPECT_TRUE(std::is_sorted(group_of.begin(), group_of.end()))
          << "new groups are numbered in the order of the other's";
    });
  }

 private:
  OperatorFixture fixture_;
  SchemaRef schema_;
  std::function<Cell(int64_t)> row_of_;
};

}  // namespace leat::test
