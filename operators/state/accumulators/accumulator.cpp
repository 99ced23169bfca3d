// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The table of aggregate functions, and the two that count.
#include "operators/state/accumulators/accumulator.h"

#include <array>
#include <utility>

#include "operators/data/builder.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/state_array.h"

namespace leat::state {

std::optional<Fold> fold_of(std::string_view name, bool distinct) {
  static constexpr std::array<std::pair<std::string_view, Fold>, 15> kFolds{{
      {"avg", Fold::kMean},
      {"bool_and", Fold::kMinimum},  // false is less than true
      {"bool_or", Fold::kMaximum},
      {"count", Fold::kCount},
      {"every", Fold::kMinimum},
      {"first", Fold::kFirst},
      {"last", Fold::kLast},
      {"max", Fold::kMaximum},
      {"min", Fold::kMinimum},
      {"stddev", Fold::kDeviationSample},
      {"stddev_pop", Fold::kDeviationPopulation},
      {"stddev_samp", Fold::kDeviationSample},
      {"sum", Fold::kSum},
      {"var_pop", Fold::kVariancePopulation},
      {"var_samp", Fold::kVarianceSample},
  }};
  if (name == "variance") name = "var_samp";
  for (const auto& [known, fold] : kFolds) {
    if (known != name) continue;
    if (!distinct || fold == Fold::kMinimum || fold == Fold::kMaximum) return fold;
    return fold == Fold::kCount ? std::optional(Fold::kCountDistinct) : std::nullopt;
  }
  return std::nullopt;
}

namespace {

bool is_variance(Fold fold) {
  return fold >= Fold::kVarianceSample && fold <= Fold::kDeviationPopulation;
}

}  // namespace

bool share_state(Fold a, Fold b) {
  const auto is_sum = [](Fold fold) { return fold == Fold::kSum || fold == Fold::kMean; };
  return a == b || (is_sum(a) && is_sum(b)) || (is_variance(a) && is_variance(b));
}

bool can_fold(Fold fold, const Type& type) {
  if (type.is(TypeId::kNull) || fold == Fold::kCount) return true;
  switch (fold) {
    case Fold::kCountDistinct: return is_groupable(type);
    case Fold::kMinimum:
    case Fold::kMaximum: return is_groupable(type);
    case Fold::kFirst:
    case Fold::kLast: return !type.is(TypeId::kList) && !type.is(TypeId::kStruct);
    default: return type.is_numeric();
  }
}

namespace {

Result<ColumnRef> counts_of(const GroupArray<int64_t>& counts, const FoldResult& result) {
  FixedBuilder<int64_t> builder(result.type, result.memory);
  LEAT_TRY(builder.reserve(result.groups.size()));
  for (const uint32_t group : result.groups) builder.append(counts[group]);
  return builder.finish();
}

/// count(*) and count(x).
class CountAccumulator final : public Accumulator {
 public:
  explicit CountAccumulator(MemoryAccount& memory) : counts_(memory) {}

  Status resize(size_t groups) override { return counts_.resize(groups, 0); }
  Status update(const FoldRows& rows) override {
    fold_rows<true>(counts_, rows, [](int64_t& count, size_t) { ++count; });
    return {};
  }
  Status merge(const Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const CountAccumulator&>(other);
    merge_states(counts_, from.counts_, group_of,
                 [](int64_t& ours, int64_t theirs) { ours += theirs; });
    return {};
  }
  Result<ColumnRef> finish(const FoldResult& result) const override {
    return counts_of(counts_, result);
  }

 private:
  GroupArray<int64_t> counts_;
};

/// count(distinct x): a table of the distinct pairs of group and value.
class DistinctAccumulator final : public Accumulator {
 public:
  DistinctAccumulator(const Type& type, MemoryAccount& memory)
      : memory_(memory),
        pairs_(GroupTable::make({kInt64Type, type}, memory)),
        counts_(memory),
        pair_of_(memory) {}

  Status resize(size_t groups) override { return counts_.resize(groups, 0); }

  Status update(const FoldRows& rows) override {
    if (!rows.argument->may_have_nulls())
      return add_pairs(*rows.argument, rows.rows, rows.group_of);
    if (rows.argument->type().is(TypeId::kNull)) return {};
    LEAT_TRY_ASSIGN(BufferRef valid, memory_.allocate(rows.rows.count() * sizeof(uint32_t)));
    size_t count = 0;
    for_each_row(rows.rows, [&](size_t row) {
      if (rows.argument->is_valid(row))
        valid->mutable_as<uint32_t>()[count++] = static_cast<uint32_t>(row);
    });
    return add_pairs(*rows.argument, Selection(std::move(valid), count), rows.group_of);
  }

  Status merge(const Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const DistinctAccumulator&>(other);
    std::vector<uint32_t> pairs;
    std::vector<uint32_t> groups;
    for (size_t begin = 0; begin < from.pairs_->size(); begin += kBatchRowsMax) {
      const size_t count = std::min(kBatchRowsMax, from.pairs_->size() - begin);
      pairs.resize(count);
      groups.resize(count);
      for (size_t i = 0; i < count; ++i) pairs[i] = static_cast<uint32_t>(begin + i);
      LEAT_TRY_ASSIGN(const std::vector<ColumnRef> keys, from.pairs_->keys_of(pairs, memory_));
      for (size_t i = 0; i < count; ++i)
        groups[i] = group_of[static_cast<size_t>(keys[0]->values<int64_t>()[i])];
      LEAT_TRY(add_pairs(*keys[1], Selection(count), groups.data()));
    }
    return {};
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    return counts_of(counts_, result);
  }

 private:
  Status add_pairs(const Column& values, const Selection& rows, const uint32_t* group_of) {
    size_t length = 0;
    for_each_row(rows, [&](size_t row) { length = std::max(length, row + 1); });
    if (length == 0) return {};
    LEAT_TRY_ASSIGN(BufferRef groups, memory_.allocate(length * sizeof(int64_t)));
    for_each_row(rows, [&](size_t row) { groups->mutable_as<int64_t>()[row] = group_of[row]; });
    Column::Parts parts;
    parts.values = std::move(groups);
    // The value column belongs to the batch, which outlives the call.
    const std::array<ColumnRef, 2> keys{
        std::make_shared<Column>(kInt64Type, length, std::move(parts)),
        ColumnRef(ColumnRef(), &values)};
    LEAT_TRY(pair_of_.resize(std::max(length, pair_of_.size()), 0));
    size_t known = pairs_->size();
    LEAT_TRY(pairs_->assign(keys, rows, pair_of_.data()));
    // New pairs are numbered in the order of rows.
    for_each_row(rows, [&](size_t row) {
      if (pair_of_[row] < known) return;
      known = pair_of_[row] + size_t{1};
      ++counts_[group_of[row]];
    });
    return {};
  }

  MemoryAccount& memory_;
  std::unique_ptr<GroupTable> pairs_;
  GroupArray<int64_t> counts_;
  StateArray<uint32_t> pair_of_;
};

}  // namespace

std::unique_ptr<Accumulator> Accumulator::make(Fold fold, const Type& type, MemoryAccount& memory) {
  switch (fold) {
    case Fold::kCount: return std::make_unique<CountAccumulator>(memory);
    case Fold::kCountDistinct: return std::make_unique<DistinctAccumulator>(type, memory);
    case Fold::kSum:
    case Fold::kMean: return make_sum_accumulator(type, memory);
    case Fold::kMinimum:
    case Fold::kMaximum: return make_extreme_accumulator(fold, type, memory);
    case Fold::kFirst:
    case Fold::kLast: return make_edge_accumulator(fold, type, memory);
    default: return make_variance_accumulator(type, memory);
  }
}

}  // namespace leat::state
