// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/groups/group_order.h"

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "engine/runtime.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::state {
namespace {

using test::make_batch;
using test::make_schema;
using test::OperatorFixture;

/// What one lane does: numbers keys as a group table would, and notes where they came.
struct Lane {
  explicit Lane(MemoryAccount& memory) : order(memory) {}

  uint32_t group_of(int64_t key) {
    const auto [found, is_new] = groups.try_emplace(key, static_cast<uint32_t>(keys.size()));
    if (is_new) keys.push_back(key);
    return found->second;
  }

  GroupOrder order;
  std::map<int64_t, uint32_t> groups;
  std::vector<int64_t> keys;
};

class GroupOrderTest : public ::testing::Test {
 protected:
  Batch batch_of(const std::vector<int64_t>& keys, Ordinal first) {
    std::vector<test::Row> rows;
    for (const int64_t key : keys) rows.push_back({key});
    return make_batch(fixture_.memory, schema_, rows, first);
  }

  void note(Lane& lane, const Batch& batch) {
    std::vector<uint32_t> group_of;
    for (size_t row = 0; row < batch.length(); ++row)
      group_of.push_back(lane.group_of(batch.column(0).values<int64_t>()[row]));
    ASSERT_TRUE(lane.order.note(batch, batch.selection(), group_of.data(), lane.keys.size()));
  }

  /// A batch whose rows have the identities given.
  Batch with_ids(const Batch& batch, const std::vector<Ordinal>& ids) {
    auto packed = *fixture_.memory.allocate(ids.size() * sizeof(uint64_t));
    for (size_t i = 0; i < ids.size(); ++i) packed->mutable_as<uint64_t>()[i] = ids[i].packed();
    RowPlaces places;
    places.ordinals = std::move(packed);
    return Batch(batch.schema(), batch.columns(), batch.length(), std::move(places));
  }

  void absorb(Lane& into, Lane from) {
    GroupNumbers group_of(fixture_.memory);
    for (const int64_t key : from.keys) ASSERT_TRUE(group_of.push_back(into.group_of(key)));
    ASSERT_TRUE(into.order.absorb(std::move(from.order), std::move(group_of), into.keys.size()));
  }

  static std::vector<int64_t> ranked_keys(Lane& lane) {
    const auto order = lane.order.rank();
    EXPECT_TRUE(order);
    std::vector<int64_t> keys;
    for (size_t i = 0; i < order->size(); ++i) keys.push_back(lane.keys[(*order)[i]]);
    return keys;
  }

  OperatorFixture fixture_;
  const SchemaRef schema_ = make_schema({{"k", kInt64Type}});
};

TEST_F(GroupOrderTest, LanesThatSawSplitsInTurn) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (const size_t lanes : {1, 2, 3, 7}) {
    std::vector<Lane> all;
    for (size_t i = 0; i < lanes; ++i) all.emplace_back(fixture_.memory);
    std::vector<int64_t> expected;
    std::map<int64_t, uint64_t> first;
    for (uint64_t split = 0; split < 40; ++split) {
      std::vector<int64_t> keys;
      for (int i = 0; i < 50; ++i) keys.push_back(static_cast<int64_t>(random() % 700));
      for (uint64_t row = 0; row < keys.size(); ++row) {
        if (first.try_emplace(keys[row], Ordinal(split, row).packed()).second)
          expected.push_back(keys[row]);
      }
      note(all[random() % lanes], batch_of(keys, Ordinal(split, 0)));
    }
    // Absorbed in any order, some by one that is absorbed later.
    while (all.size() > 1) {
      const size_t from = random() % all.size();
      std::swap(all[from], all.back());
      Lane last = std::move(all.back());
      all.pop_back();
      absorb(all[random() % all.size()], std::move(last));
    }
    EXPECT_EQ(ranked_keys(all.front()), expected) << lanes << " lanes";
    for (const auto& [key, row] : first)
      EXPECT_EQ(all.front().order.first_row(all.front().groups.at(key)), row);
  }
}

TEST_F(GroupOrderTest, RowsOutOfTheOrderOfTheirIdentities) {
  Lane a(fixture_.memory), b(fixture_.memory);
  note(a, with_ids(batch_of({1, 2, 3}, Ordinal()), {Ordinal(5, 0), Ordinal(2, 0), Ordinal(2, 1)}));
  note(a, with_ids(batch_of({3, 4}, Ordinal()), {Ordinal(1, 0), Ordinal(9, 0)}));
  note(b, with_ids(batch_of({4, 1, 5}, Ordinal()), {Ordinal(3, 0), Ordinal(0, 7), Ordinal(2, 5)}));
  absorb(a, std::move(b));
  EXPECT_EQ(ranked_keys(a), (std::vector<int64_t>{1, 3, 2, 5, 4}));
}

/// Rows of one to three lanes, as likely as not in the order of their identities, against an order
/// made in the plainest way.
TEST_F(GroupOrderTest, AnyRowsInAnyOrder) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 200; ++round) {
    std::vector<Ordinal> ids(200);
    for (uint64_t i = 0; i < ids.size(); ++i) ids[i] = Ordinal(i / 50, i % 50);
    if (random() % 2 == 0) std::shuffle(ids.begin(), ids.end(), random);
    std::vector<Lane> lanes;
    for (size_t lane = 0; lane <= random() % 3; ++lane) lanes.emplace_back(fixture_.memory);
    std::map<int64_t, Ordinal> first;
    for (size_t begin = 0; begin < ids.size(); begin += 20) {
      const std::vector<Ordinal> batch(ids.begin() + begin, ids.begin() + begin + 20);
      std::vector<int64_t> keys;
      for (const Ordinal id : batch) {
        keys.push_back(static_cast<int64_t>(random() % 60));
        const auto [found, is_new] = first.try_emplace(keys.back(), id);
        if (!is_new) found->second = std::min(found->second, id);
      }
      note(lanes[random() % lanes.size()], with_ids(batch_of(keys, Ordinal()), batch));
    }
    for (; lanes.size() > 1; lanes.pop_back()) absorb(lanes[0], std::move(lanes.back()));
    std::vector<int64_t> expected;
    for (const auto& [key, id] : first) expected.push_back(key);
    std::sort(expected.begin(), expected.end(),
              [&](int64_t a, int64_t b) { return first.at(a) < first.at(b); });
    ASSERT_EQ(ranked_keys(lanes[0]), expected) << "round " << round;
  }
}

TEST_F(GroupOrderTest, GroupsOfOneIdentityStayAsTheyWereMet) {
  Lane a(fixture_.memory), b(fixture_.memory);
  std::vector<int64_t> keys(100);
  std::iota(keys.rbegin(), keys.rend(), 0);
  note(a, with_ids(batch_of(keys, Ordinal()), std::vector(keys.size(), Ordinal(7, 0))));
  note(a, with_ids(batch_of({100}, Ordinal()), {Ordinal(3, 0)}));  // so that they are sorted
  note(b, with_ids(batch_of({200, 201}, Ordinal()), std::vector(2, Ordinal(5, 0))));
  absorb(a, std::move(b));
  std::vector<int64_t> expected{100, 200, 201};
  expected.insert(expected.end(), keys.begin(), keys.end());
  EXPECT_EQ(ranked_keys(a), expected);
}

TEST_F(GroupOrderTest, ManyGroupsOnAllProcessors) {
  constexpr int64_t kKeys = 150'000;
  for (const int procs : {1, 2, 4, 8}) {
    Runtime runtime({.procs = procs});
    runtime.run([&] {
      // Splits of keys that both lanes met, in turn one lane's and the other's first, with some
      // that only one met between them.
      Lane a(fixture_.memory), b(fixture_.memory);
      std::vector<int64_t> expected;
      uint64_t split = 0;
      for (int64_t key = 0; key < kKeys; key += 1000) {
        std::vector<int64_t> keys(1000);
        std::iota(keys.begin(), keys.end(), key);
        expected.insert(expected.end(), keys.begin(), keys.end());
        Lane& early = split % 4 == 0 ? a : b;
        note(early, batch_of(keys, Ordinal(split, 0)));
        keys.resize(700);
        note(&early == &a ? b : a, batch_of(keys, Ordinal(split + 1, 0)));
        split += 2;
      }
      absorb(a, std::move(b));
      EXPECT_EQ(ranked_keys(a), expected);
    });
  }
}

TEST_F(GroupOrderTest, OneGroupWithoutRows) {
  GroupOrder order(fixture_.memory);
  ASSERT_TRUE(order.note_empty());
  EXPECT_EQ(order.size(), 1u);
  const auto ranked = order.rank();
  ASSERT_TRUE(ranked);
  EXPECT_EQ(ranked->size(), 1u);
}

}  // namespace
}  // namespace leat::state
