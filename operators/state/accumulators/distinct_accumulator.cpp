// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// count(distinct ...), and any other fold of distinct values: the fold sees the first row of each
// pair of group and value. Whichever row that is, its value is the same.
#include "operators/data/builder.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/groups/pair_table.h"

namespace leat::state {

namespace {

class CountDistinctAccumulator final : public Accumulator {
 public:
  CountDistinctAccumulator(const FoldSpec& spec, MemoryAccount& memory)
      : pairs_(spec.types, memory), counts_(memory) {}

  Status resize(size_t groups) override { return counts_.resize(groups, 0); }

  Status update(const FoldRows& rows) override {
    const size_t known = pairs_.size();
    LEAT_TRY(pairs_.assign(rows.columns, rows.rows, rows.group_of));
    count_new(known, rows.group_of);
    return {};
  }

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const CountDistinctAccumulator&>(other);
    size_t known = pairs_.size();
    return pairs_.absorb(from.pairs_, group_of, [&](auto, const auto& groups, const auto&) {
      count_new(known, groups.data());
      known = pairs_.size();
    });
  }

  std::vector<Type> state_types() const override { return pairs_.state_types(); }
  Status load(std::span<const ColumnRef> states, const uint32_t* group_of) override {
    const size_t known = pairs_.size();
    BufferRef groups;
    LEAT_TRY(pairs_.load(states, group_of, groups));
    count_new(known, groups->as<uint32_t>());
    return {};
  }
  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    return pairs_.save(groups, memory);
  }

  Status seal() override { return pairs_.seal(counts_.size()); }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    FixedBuilder<int64_t> builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (const uint32_t group : result.groups) builder.append(counts_[group]);
    return builder.finish();
  }

 private:
  /// Counts the pairs of the last assign that were not there before. They are numbered in the order
  /// of rows.
  void count_new(size_t known, const uint32_t* group_of) {
    for_each_row(pairs_.rows(), [&](size_t row) {
      if (pairs_.pair_of(row) < known) return;
      known = pairs_.pair_of(row) + size_t{1};
      ++counts_[group_of[row]];
    });
  }

  PairTable pairs_;
  GroupArray<int64_t> counts_;
};

class DistinctAccumulator final : public Accumulator {
 public:
  DistinctAccumulator(FoldSpec spec, MemoryAccount& memory)
      : memory_(memory), pairs_(spec.types, memory) {
    spec.distinct = false;
    inner_ = Accumulator::make(spec, memory);
  }

  Status resize(size_t groups) override {
    groups_ = groups;
    return inner_->resize(groups);
  }

  Status update(const FoldRows& rows) override {
    const size_t known = pairs_.size();
    LEAT_TRY(pairs_.assign(rows.columns, rows.rows, rows.group_of));
    return fold_new(known, rows.columns, rows.group_of);
  }

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const DistinctAccumulator&>(other);
    size_t known = pairs_.size();
    Status status;
    LEAT_TRY(pairs_.absorb(from.pairs_, group_of,
                           [&](std::span<const ColumnRef> values, const auto& groups, const auto&) {
                             if (status) status = fold_new(known, values, groups.data());
                             known = pairs_.size();
                           }));
    return status;
  }

  std::vector<Type> state_types() const override { return pairs_.state_types(); }
  Status load(std::span<const ColumnRef> states, const uint32_t* group_of) override {
    const size_t known = pairs_.size();
    BufferRef groups;
    LEAT_TRY(pairs_.load(states, group_of, groups));
    return fold_new(known, {&states[0]->parts().children[0], 1}, groups->as<uint32_t>());
  }
  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    return pairs_.save(groups, memory);
  }

  Status seal() override {
    LEAT_TRY(pairs_.seal(groups_));
    return inner_->seal();
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    return inner_->finish(result);
  }

 private:
  Status fold_new(size_t known, std::span<const ColumnRef> values, const uint32_t* group_of) {
    LEAT_TRY_ASSIGN(BufferRef rows, memory_.allocate(std::max<size_t>(1, pairs_.rows().count()) *
                                                     sizeof(uint32_t)));
    size_t count = 0;
    for_each_row(pairs_.rows(), [&](size_t row) {
      if (pairs_.pair_of(row) < known) return;
      known = pairs_.pair_of(row) + size_t{1};
      rows->mutable_as<uint32_t>()[count++] = static_cast<uint32_t>(row);
    });
    if (count == 0) return {};
    // The identities are of no use: the folds in here do not depend on which row it was.
    const RowPlaces places;
    return inner_->update(
        {values[0].get(), Selection(std::move(rows), count), group_of, places, values});
  }

  MemoryAccount& memory_;
  PairTable pairs_;
  std::unique_ptr<Accumulator> inner_;
  size_t groups_ = 0;
};

}  // namespace

std::unique_ptr<Accumulator> make_count_distinct_accumulator(const FoldSpec& spec,
                                                             MemoryAccount& memory) {
  return std::make_unique<CountDistinctAccumulator>(spec, memory);
}

std::unique_ptr<Accumulator> make_distinct_accumulator(const FoldSpec& spec,
                                                       MemoryAccount& memory) {
  return std::make_unique<DistinctAccumulator>(spec, memory);
}

}  // namespace leat::state
