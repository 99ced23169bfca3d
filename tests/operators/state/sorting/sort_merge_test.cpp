// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/sorting/sort_merge.h"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/sort_plan.h"

namespace leat::state {
namespace {

using test::CollectingOutput;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::plan_for;

/// A key, and what tells rows with equal keys apart.
struct Keyed {
  std::optional<int64_t> key;
  int64_t place;
};

/// Lanes that were dealt rows of rising identity, sorted and merged.
class SortMergeTest : public ::testing::Test {
 protected:
  /// Deals batches of `rows` to the lanes: batch i to `lane_of(i)`.
  void deal(const std::vector<Keyed>& rows, size_t lanes,
            const std::function<size_t(size_t)>& lane_of) {
    std::vector<std::unique_ptr<SortRun>> runs;
    for (size_t i = 0; i < lanes; ++i)
      runs.push_back(std::make_unique<SortRun>(plan_, fixture_.lane()));
    constexpr size_t kRows = 1000;
    for (size_t at = 0; at < rows.size(); at += kRows) {
      std::vector<test::Row> some;
      for (size_t i = at; i < std::min(at + kRows, rows.size()); ++i)
        some.push_back({rows[i].key ? test::Cell(*rows[i].key) : test::null_cell, rows[i].place});
      const Batch batch = make_batch(fixture_.memory, schema_, some, Ordinal(at, 0));
      ASSERT_TRUE(runs[lane_of(at / kRows)]->keep(batch));
    }
    for (const auto& run : runs) {
      ASSERT_TRUE(run->sort());
      merge_.take(run->take_sorted());
    }
    EXPECT_EQ(merge_.rows(), rows.size());
  }

  /// The result, made part by part in an order of its own; counts the parts.
  std::vector<std::string> result(uint64_t limit) {
    EXPECT_TRUE(merge_.cut(limit, fixture_.memory));
    parts_ = merge_.parts();
    std::vector<size_t> order(parts_);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random_);
    std::vector<std::vector<std::string>> made(parts_);
    for (const size_t part : order) {
      CollectingOutput output(fixture_.ledger);
      EXPECT_TRUE(merge_.emit_part(part, fixture_.lane(), output));
      made[part] = output.rows;
    }
    std::vector<std::string> rows;
    for (const auto& part : made) rows.insert(rows.end(), part.begin(), part.end());
    return rows;
  }

  static std::vector<std::string> expected(std::vector<Keyed> rows, size_t limit) {
    std::stable_sort(rows.begin(), rows.end(), [](const Keyed& a, const Keyed& b) {
      return a.key && (!b.key || *a.key < *b.key);
    });
    rows.resize(std::min(limit, rows.size()));
    std::vector<std::string> texts;
    for (const Keyed& row : rows) {
      texts.push_back((row.key ? std::to_string(*row.key) : "NULL") + "|" +
                      std::to_string(row.place));
    }
    return texts;
  }

  std::vector<Keyed> random_rows(size_t count, int64_t keys) {
    std::vector<Keyed> rows(count);
    for (size_t i = 0; i < count; ++i) {
      const auto key = static_cast<int64_t>(random_() % static_cast<uint64_t>(keys + 1));
      if (key < keys) rows[i].key = key;
      rows[i].place = static_cast<int64_t>(i);
    }
    return rows;
  }

  OperatorFixture fixture_;
  const SchemaRef schema_ = make_schema({{"k", kInt64Type}, {"place", kInt64Type}});
  const SortPlan plan_ = plan_for(schema_, "k");
  SortMerge merge_{plan_};
  size_t parts_ = 0;
  std::mt19937_64 random_{7};
};

TEST_F(SortMergeTest, PartsTogetherAreTheOrder) {
  const std::vector<Keyed> rows = random_rows(60'000, 1000);
  deal(rows, 3, [](size_t batch) { return batch % 3; });
  EXPECT_EQ(result(UINT64_MAX), expected(rows, rows.size()));
  EXPECT_GE(parts_, 3u);
  EXPECT_EQ(fixture_.ledger[Counter::kMade], rows.size());
}

TEST_F(SortMergeTest, LanesMayBeEmptyOrHoldOneEndOfTheOrder) {
  std::vector<Keyed> rows = random_rows(50'000, 20);
  std::stable_sort(rows.begin(), rows.end(), [](const Keyed& a, const Keyed& b) {
    return a.key.value_or(-1) < b.key.value_or(-1);
  });
  for (size_t i = 0; i < rows.size(); ++i) rows[i].place = static_cast<int64_t>(i);
  deal(rows, 4, [](size_t batch) { return batch < 5 ? size_t{0} : batch < 20 ? 2 : 3; });
  EXPECT_EQ(result(UINT64_MAX), expected(rows, rows.size()));
}

TEST_F(SortMergeTest, EqualKeysAreCutByIdentity) {
  const std::vector<Keyed> rows = random_rows(40'000, 1);
  deal(rows, 2, [](size_t batch) { return batch % 2; });
  EXPECT_EQ(result(UINT64_MAX), expected(rows, rows.size()));
  EXPECT_GE(parts_, 3u);
}

TEST_F(SortMergeTest, NoMoreThanTheLimit) {
  const std::vector<Keyed> rows = random_rows(50'000, 3);
  deal(rows, 2, [](size_t batch) { return batch % 2; });
  EXPECT_EQ(result(40'000), expected(rows, 40'000)) << "within the NULLs";
}

TEST_F(SortMergeTest, NothingHasNoParts) {
  ASSERT_TRUE(merge_.cut(10, fixture_.memory));
  EXPECT_EQ(merge_.parts(), 0u);
  SortMerge some(plan_);
  SortRun run(plan_, fixture_.lane());
  ASSERT_TRUE(run.keep(make_batch(fixture_.memory, schema_, {{1, 1}})));
  ASSERT_TRUE(run.sort());
  some.take(run.take_sorted());
  ASSERT_TRUE(some.cut(0, fixture_.memory));
  EXPECT_EQ(some.parts(), 0u);
}

}  // namespace
}  // namespace leat::state
