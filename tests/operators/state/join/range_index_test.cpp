// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/range_index.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::state {
namespace {

using test::OperatorFixture;

TEST(RangeIndex, CodesOrderAsValuesDo) {
  OperatorFixture fixture;
  const double infinity = std::numeric_limits<double>::infinity();
  const auto floats =
      test::make_column(fixture.memory, kFloat64Type,
                        {-infinity, -1.5, -0.0, 0.0, 1e-300, 2.0, infinity, std::nan("")});
  std::vector<uint64_t> codes(8);
  write_order_codes(*floats, Selection(8), codes.data());
  EXPECT_TRUE(std::is_sorted(codes.begin(), codes.end()));
  EXPECT_EQ(codes[2], codes[3]);
  EXPECT_LT(codes[6], codes[7]);
  const auto whole = test::make_column(fixture.memory, kInt64Type, {INT64_MIN, -1, 0, INT64_MAX});
  write_order_codes(*whole, Selection(4), codes.data());
  EXPECT_TRUE(std::is_sorted(codes.begin(), codes.begin() + 4));
  EXPECT_FALSE(has_order_code(Type::decimal(19, 0)));
  EXPECT_FALSE(has_order_code(kUtf8Type));
}

/// The first position in [begin, end) whose row begins behind `code`.
size_t behind(const RangeIndex& index, uint32_t begin, uint32_t end, uint64_t code) {
  RangeIndex::Search search{code, begin, end - begin};
  index.skip_at_most({&search, 1});
  return search.position;
}

/// Builds an index of random ranges in two groups and asks it, next to a plain loop.
void check_ranges(std::mt19937_64& random, size_t rows, uint64_t longest, bool disjoint) {
  OperatorFixture fixture;
  StateArray<uint64_t> lows(fixture.memory);
  StateArray<uint64_t> highs(fixture.memory);
  std::vector<uint32_t> numbers(rows);
  std::iota(numbers.begin(), numbers.end(), 0U);
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  for (size_t i = 0; i < rows; ++i) {
    const uint64_t low = disjoint ? i * 10 : random() % 1000;
    ranges.emplace_back(low, low + (disjoint ? 9 : random() % (longest + 1)));
  }
  if (disjoint) std::shuffle(ranges.begin(), ranges.end(), random);
  for (const auto& [low, high] : ranges) {
    ASSERT_TRUE(lows.push_back(low));
    ASSERT_TRUE(highs.push_back(high));
  }
  const auto middle = static_cast<uint32_t>(rows / 3);
  const std::vector<uint32_t> begins{0, middle, static_cast<uint32_t>(rows)};
  RangeIndex index(fixture.memory);
  ASSERT_TRUE(index.build(begins, numbers, std::move(lows), std::move(highs)));
  for (size_t round = 0; round < 40; ++round) {
    const uint64_t latest = random() % 1100;
    const uint64_t earliest = latest - std::min<uint64_t>(latest, random() % 30);
    for (size_t group = 0; group < 2; ++group) {
      StateArray<uint32_t> found(fixture.memory);
      ASSERT_TRUE(index.find(begins[group], behind(index, begins[group], begins[group + 1], latest),
                             earliest, found));
      std::vector<uint32_t> rows_found;
      for (size_t i = 0; i < found.size(); ++i) rows_found.push_back(numbers[found[i]]);
      std::sort(rows_found.begin(), rows_found.end());
      std::vector<uint32_t> expected;
      for (uint32_t i = begins[group]; i < begins[group + 1]; ++i) {
        if (ranges[i].first <= latest && ranges[i].second >= earliest) expected.push_back(i);
      }
      ASSERT_EQ(rows_found, expected);
    }
  }
}

TEST(RangeIndex, FindsWhatALoopFinds) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (const size_t rows : {0, 1, 2, 15, 16, 17, 300, 5000}) {
    check_ranges(random, rows, 0, false);
    check_ranges(random, rows, 5, false);
    check_ranges(random, rows, 900, false);
    check_ranges(random, rows, 0, true);
  }
}

TEST(RangeIndex, SkipsWhatComesBefore) {
  OperatorFixture fixture;
  StateArray<uint64_t> lows(fixture.memory);
  for (const uint64_t low : {5, 1, 5, 9}) ASSERT_TRUE(lows.push_back(low));
  std::vector<uint32_t> numbers{0, 1, 2, 3};
  RangeIndex index(fixture.memory);
  ASSERT_TRUE(index.build(std::vector<uint32_t>{0, 4}, numbers, std::move(lows),
                          StateArray<uint64_t>(fixture.memory)));
  EXPECT_EQ(numbers, (std::vector<uint32_t>{1, 0, 2, 3}));
  EXPECT_EQ(behind(index, 0, 4, 4), 1u);
  EXPECT_EQ(behind(index, 0, 4, 5), 3u);
  EXPECT_EQ(behind(index, 0, 4, 0), 0u);
  EXPECT_EQ(behind(index, 2, 4, 9), 4u);
  EXPECT_EQ(behind(index, 2, 2, 9), 2u);
  EXPECT_EQ(index.low(3), 9u);
}

}  // namespace
}  // namespace leat::state
