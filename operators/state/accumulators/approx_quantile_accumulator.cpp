// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// approx_quantile: how many values fall into each of some thousand buckets, and the least and the
// greatest of each. A bucket is all floats with the same sign, exponent and first eight bits of
// the fraction, so a quantile is wrong by less than 2^-8 of itself, and right where a bucket holds
// one value. Counts do not depend on the order of rows.
//
// Rejected: t-digest (its centroids depend on the order of rows); buckets by logarithm (the library
// of each machine rounds it in its own way).
#include <algorithm>
#include <cmath>

#include "operators/data/builder.h"
#include "operators/data/value_order.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/number_reader.h"
#include "operators/state/accumulators/quantile_bucket.h"
#include "operators/state/accumulators/state_columns.h"
#include "operators/state/groups/pair_table.h"
#include "operators/state/row_key.h"

namespace leat::state {

namespace {

class ApproxQuantileAccumulator final : public Accumulator {
 public:
  ApproxQuantileAccumulator(const Type& type, MemoryAccount& memory)
      : reader_(type), memory_(memory), pairs_({kInt64Type}, memory), buckets_(memory) {}

  Status resize(size_t groups) override {
    groups_ = groups;
    return {};
  }

  Status update(const FoldRows& rows) override {
    const Column& column = *rows.argument;
    LEAT_TRY_ASSIGN(const Selection valid,
                    rows_without_nulls(rows.columns.first(1), rows.rows, memory_));
    if (valid.count() == 0) return {};
    LEAT_TRY_ASSIGN(BufferRef orders, memory_.allocate(column.length() * sizeof(int64_t)));
    LEAT_TRY_ASSIGN(BufferRef numbers, memory_.allocate(column.length() * sizeof(int64_t)));
    for_each_row(valid, [&](size_t row) {
      const int64_t order = order_of(reader_.read(column, row));
      orders->mutable_as<int64_t>()[row] = order;
      numbers->mutable_as<int64_t>()[row] = order >> QuantileBucket::kShift;
    });
    Column::Parts parts;
    parts.values = std::move(numbers);
    const ColumnRef bucket =
        std::make_shared<Column>(kInt64Type, column.length(), std::move(parts));
    LEAT_TRY(pairs_.assign({&bucket, 1}, valid, rows.group_of));
    LEAT_TRY(buckets_.resize(pairs_.size(), QuantileBucket{}));
    for_each_row(valid, [&](size_t row) {
      const int64_t order = orders->as<int64_t>()[row];
      buckets_[pairs_.pair_of(row)].merge({1, order, order});
    });
    return {};
  }

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const ApproxQuantileAccumulator&>(other);
    Status status;
    LEAT_TRY(pairs_.absorb(from.pairs_, group_of, [&](auto, const auto&, const auto& theirs) {
      if (status) status = buckets_.resize(pairs_.size(), QuantileBucket{});
      for (size_t i = 0; status && i < theirs.size(); ++i)
        buckets_[pairs_.pair_of(i)].merge(from.buckets_[theirs[i]]);
    }));
    return status;
  }

  std::vector<Type> state_types() const override {
    std::vector<Type> types = pairs_.state_types();
    types.insert(types.end(), kWordsOf<QuantileBucket>, Type::list(kInt64Type));
    return types;
  }

  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    LEAT_TRY_ASSIGN(std::vector<ColumnRef> columns, pairs_.save(groups, memory));
    StateArray<uint32_t> all(memory);
    for (const uint32_t group : groups) {
      for (const uint32_t pair : pairs_.pairs(group)) LEAT_TRY(all.push_back(pair));
    }
    std::vector<ColumnRef> words;
    LEAT_TRY(save_words<QuantileBucket>({all.data(), all.size()}, memory, words,
                                        [&](uint32_t pair) { return buckets_[pair]; }));
    for (ColumnRef& word : words)
      columns.push_back(list_column(columns[0]->parts().values, groups.size(), std::move(word)));
    return columns;
  }

  Status load(std::span<const ColumnRef> states, const uint32_t* group_of) override {
    BufferRef groups;
    LEAT_TRY(pairs_.load(states, group_of, groups));
    LEAT_TRY(buckets_.resize(pairs_.size(), QuantileBucket{}));
    std::vector<ColumnRef> words;
    for (const ColumnRef& column : states.subspan(1)) words.push_back(column->parts().children[0]);
    for_each_row(pairs_.rows(), [&](size_t row) {
      buckets_[pairs_.pair_of(row)].merge(load_words<QuantileBucket>(words, row));
    });
    return {};
  }

  Status seal() override { return pairs_.seal(groups_); }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    FixedBuilder<double> builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    StateArray<QuantileBucket> sorted(result.memory);
    for (const uint32_t group : result.groups) {
      const std::span<const uint32_t> pairs = pairs_.pairs(group);
      LEAT_TRY(sorted.resize(pairs.size(), QuantileBucket{}));
      uint64_t count = 0;
      for (size_t i = 0; i < pairs.size(); ++i) {
        sorted[i] = buckets_[pairs[i]];
        count += sorted[i].count;
      }
      if (count == 0) {
        LEAT_TRY(builder.append_null());
        continue;
      }
      std::sort(sorted.data(), sorted.data() + sorted.size(),
                [](const QuantileBucket& a, const QuantileBucket& b) { return a.low < b.low; });
      builder.append(at_rank({sorted.data(), sorted.size()},
                             discrete_rank(result.parameters.fraction, count)));
    }
    return builder.finish();
  }

 private:
  static double at_rank(std::span<const QuantileBucket> sorted, uint64_t rank) {
    size_t i = 0;
    for (; rank >= sorted[i].count; ++i) rank -= sorted[i].count;
    return sorted[i].at(rank);
  }

  NumberReader reader_;
  MemoryAccount& memory_;
  PairTable pairs_;
  GroupArray<QuantileBucket> buckets_;  // by pair
  size_t groups_ = 0;
};

}  // namespace

std::unique_ptr<Accumulator> make_approx_quantile_accumulator(const Type& type,
                                                              MemoryAccount& memory) {
  return std::make_unique<ApproxQuantileAccumulator>(type, memory);
}

}  // namespace leat::state
