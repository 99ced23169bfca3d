// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/for_partitions.h"

#include <mutex>

#include <gtest/gtest.h>

#include "engine/codes/machine.h"
#include "engine/runtime.h"
#include "tests/support/operator_fixture.h"

namespace leat::state {
namespace {

/// Partitions of the given lengths.
ArrangedRows arranged(test::OperatorFixture& fixture, const std::vector<uint32_t>& lengths) {
  ArrangedRows rows(fixture.memory);
  uint32_t begin = 0;
  for (const uint32_t length : lengths) {
    EXPECT_TRUE(rows.partitions.push_back(begin));
    begin += length;
  }
  EXPECT_TRUE(rows.partitions.push_back(begin));
  EXPECT_TRUE(rows.positions.resize(begin, 0));
  return rows;
}

TEST(ForPartitions, EachOnceAndErrorsComeBack) {
  test::OperatorFixture fixture;
  const std::vector<std::vector<uint32_t>> cases{{},
                                                 {1},
                                                 {200'000},
                                                 {1, 200'000, 1},
                                                 std::vector<uint32_t>(100'000, 2),
                                                 {70'000, 1, 1, 70'000}};
  for (const std::vector<uint32_t>& lengths : cases) {
    const ArrangedRows rows = arranged(fixture, lengths);
    std::mutex mutex;
    std::vector<int> seen(lengths.size(), 0);
    Runtime runtime({.procs = 3});
    runtime.run([&] {
      EXPECT_TRUE(for_partitions(rows, [&](size_t first, size_t last) -> Status {
        const std::lock_guard lock(mutex);
        for (size_t i = first; i < last; ++i) ++seen[i];
        return {};
      }));
      std::vector<int> places(rows.positions.size(), 0);
      EXPECT_TRUE(for_places(rows, [&](const PlaceRange& range) -> Status {
        const std::lock_guard lock(mutex);
        uint32_t next = range.begin;
        for (size_t i = range.first; i < range.last; ++i) {
          EXPECT_EQ(range.begin_in(rows, i), next);
          for (; next < range.end_in(rows, i); ++next) ++places[next];
        }
        EXPECT_EQ(next, range.end);
        return {};
      }));
      EXPECT_EQ(places, std::vector<int>(rows.positions.size(), 1));
      const Status status = for_partitions(rows, [&](size_t first, size_t) -> Status {
        return first == 0 ? fail(code::kMemoryLimit, ErrorCode::kMemory, "no room") : Status();
      });
      EXPECT_EQ(static_cast<bool>(status), lengths.empty());
    });
    EXPECT_EQ(seen, std::vector<int>(lengths.size(), 1));
  }
}

}  // namespace
}  // namespace leat::state
