// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// One input, dealt to lanes in many ways: for tests that the result of a Collect does not depend on
// who saw which rows.
#pragma once

#include <algorithm>
#include <random>
#include <vector>

#include "tests/support/operator_fixture.h"

namespace leat::test {

/// Rows with the splits they stand in; the same rows can be made into batches again and again, cut
/// and thinned differently.
class DealtRows {
 public:
  /// `rows[i]` are the rows of split i.
  DealtRows(SchemaRef schema, std::vector<std::vector<Row>> rows)
      : schema_(std::move(schema)), splits_(std::move(rows)) {}

  const SchemaRef& schema() const { return schema_; }
  size_t rows() const {
    size_t count = 0;
    for (const std::vector<Row>& split : splits_) count += split.size();
    return count;
  }

  /// All rows in order, as one lane gets them, in whole batches.
  std::vector<std::vector<Batch>> in_order(MemoryAccount& memory) const {
    std::vector<std::vector<Batch>> lanes(1);
    for (size_t split = 0; split < splits_.size(); ++split) {
      if (!splits_[split].empty())
        lanes[0].push_back(make_batch(memory, schema_, splits_[split], Ordinal(split, 0)));
    }
    return lanes;
  }

  /// The splits dealt to `lanes` lanes at random, in random order, cut into batches of random
  /// sizes, some of which have their rows selected out of others, or their identities written out.
  std::vector<std::vector<Batch>> dealt(MemoryAccount& memory, size_t lanes,
                                        std::mt19937_64& random) const {
    std::vector<std::vector<Batch>> result(lanes);
    std::vector<size_t> order(splits_.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    if (random() % 2 == 0) std::shuffle(order.begin(), order.end(), random);
    for (const size_t split : order) {
      std::vector<Batch>& lane = result[random() % lanes];
      for (size_t begin = 0; begin < splits_[split].size();) {
        const size_t count = std::min<size_t>(1 + random() % 200, splits_[split].size() - begin);
        lane.push_back(cut(memory, split, begin, count, random));
        begin += count;
      }
    }
    return result;
  }

 private:
  Batch cut(MemoryAccount& memory, size_t split, size_t begin, size_t count,
            std::mt19937_64& random) const {
    const std::vector<Row>& rows = splits_[split];
    std::vector<Row> physical;
    std::vector<uint32_t> chosen;
    std::vector<uint64_t> ids;
    const bool thinned = random() % 3 == 0;
    for (size_t i = 0; i < count; ++i) {
      while (thinned && random() % 2 == 0) {
        // A row that a filter took out: any values, and an identity that belongs to no row.
        physical.push_back(rows[random() % rows.size()]);
        ids.push_back(Ordinal(split, Ordinal::kRowsPerSplitMax - 1).packed());
      }
      chosen.push_back(static_cast<uint32_t>(physical.size()));
      physical.push_back(rows[begin + i]);
      ids.push_back(Ordinal(split, begin + i).packed());
    }
    Batch batch = make_batch(memory, schema_, physical, Ordinal(split, begin));
    if (thinned || random() % 3 == 0) {
      auto packed = memory.allocate(ids.size() * sizeof(uint64_t));
      EXPECT_TRUE(packed);
      std::copy(ids.begin(), ids.end(), (*packed)->mutable_as<uint64_t>());
      RowPlaces places;
      places.ordinals = std::move(*packed);
      batch = batch.with_places(std::move(places));
    }
    return thinned ? select_rows(memory, batch, chosen) : batch;
  }

  SchemaRef schema_;
  std::vector<std::vector<Row>> splits_;
};

}  // namespace leat::test
