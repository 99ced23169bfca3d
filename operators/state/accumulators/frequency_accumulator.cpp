// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// mode and histogram: how often each value of a group came, and where it came first.
//
// Two values that came equally often are told apart by their first rows. Several rows of one
// ordinal are met by one lane in their order, so a count of the rows met with the same ordinal
// tells them apart, wherever the states meet.
#include <algorithm>
#include <cmath>

#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/data/take.h"
#include "operators/data/value_order.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/state_columns.h"
#include "operators/state/groups/pair_table.h"

namespace leat::state {

namespace {

struct Frequency {
  uint64_t count;
  uint64_t first;    // the ordinal of the first row
  uint64_t arrival;  // how many rows of that ordinal came before it

  bool is_earlier(const Frequency& other) const {
    return first != other.first ? first < other.first : arrival < other.arrival;
  }
  /// Ours is empty at first: a count of 0.
  void merge(const Frequency& other) {
    if (count == 0 || (other.is_earlier(*this) && !LEAT_MUTANT("mode_by_arrival"))) {
      first = other.first;
      arrival = other.arrival;
    }
    count += other.count;
  }
};

class FrequencyAccumulator final : public Accumulator {
 public:
  FrequencyAccumulator(const Type& type, MemoryAccount& memory)
      : pairs_({type}, memory), frequencies_(memory) {}

  Status resize(size_t groups) override {
    groups_ = groups;
    return {};
  }

  Status update(const FoldRows& rows) override {
    LEAT_TRY(pairs_.assign(rows.columns, rows.rows, rows.group_of));
    LEAT_TRY(frequencies_.resize(pairs_.size(), Frequency{}));
    for_each_row(pairs_.rows(), [&](size_t row) {
      const uint64_t ordinal = rows.ids[row].packed();
      arrival_ = ordinal == last_ordinal_ ? arrival_ + 1 : 0;
      last_ordinal_ = ordinal;
      frequencies_[pairs_.pair_of(row)].merge({1, ordinal, arrival_});
    });
    return {};
  }

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const FrequencyAccumulator&>(other);
    Status status;
    LEAT_TRY(pairs_.absorb(from.pairs_, group_of, [&](auto, const auto&, const auto& theirs) {
      if (status) status = frequencies_.resize(pairs_.size(), Frequency{});
      for (size_t i = 0; status && i < theirs.size(); ++i)
        frequencies_[pairs_.pair_of(i)].merge(from.frequencies_[theirs[i]]);
    }));
    return status;
  }

  std::vector<Type> state_types() const override {
    std::vector<Type> types = pairs_.state_types();
    types.insert(types.end(), kWordsOf<Frequency>, Type::list(kInt64Type));
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
    LEAT_TRY(save_words<Frequency>({all.data(), all.size()}, memory, words,
                                   [&](uint32_t pair) { return frequencies_[pair]; }));
    for (ColumnRef& word : words)
      columns.push_back(list_column(columns[0]->parts().values, groups.size(), std::move(word)));
    return columns;
  }

  Status load(std::span<const ColumnRef> states, const uint32_t* group_of) override {
    BufferRef groups;
    LEAT_TRY(pairs_.load(states, group_of, groups));
    LEAT_TRY(frequencies_.resize(pairs_.size(), Frequency{}));
    std::vector<ColumnRef> words;
    for (const ColumnRef& column : states.subspan(1)) words.push_back(column->parts().children[0]);
    for_each_row(pairs_.rows(), [&](size_t row) {
      frequencies_[pairs_.pair_of(row)].merge(load_words<Frequency>(words, row));
    });
    return {};
  }

  Status seal() override { return pairs_.seal(groups_); }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    if (result.fold == Fold::kEntropy) return entropies(result);
    return result.fold == Fold::kMode ? modes(result) : histograms(result);
  }

 private:
  Result<ColumnRef> modes(const FoldResult& result) const {
    if (pairs_.size() == 0) return null_column(result.type, result.groups.size(), result.memory);
    StateArray<uint32_t> best(result.memory);
    LEAT_TRY(best.resize(result.groups.size(), 0));  // any pair, where there is none
    for (size_t i = 0; i < result.groups.size(); ++i) {
      const std::span<const uint32_t> pairs = pairs_.pairs(result.groups[i]);
      if (pairs.empty()) continue;
      best[i] = *std::min_element(pairs.begin(), pairs.end(), [&](uint32_t a, uint32_t b) {
        const Frequency& left = frequencies_[a];
        const Frequency& right = frequencies_[b];
        return left.count != right.count ? left.count > right.count : left.is_earlier(right);
      });
    }
    LEAT_TRY_ASSIGN(const std::vector<ColumnRef> values,
                    pairs_.values_of({best.data(), best.size()}, result.memory));
    return with_nulls(values[0], result.memory,
                      [&](size_t i) { return pairs_.pairs(result.groups[i]).empty(); });
  }

  /// -sum(p * log2(p)) over the shares of all values. They are added in the order of their size, so
  /// that the sum is the same for every order of rows.
  Result<ColumnRef> entropies(const FoldResult& result) const {
    FixedBuilder<double> builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    StateArray<uint64_t> counts(result.memory);
    for (const uint32_t group : result.groups) {
      const std::span<const uint32_t> pairs = pairs_.pairs(group);
      LEAT_TRY(counts.resize(pairs.size(), 0));
      uint64_t total = 0;
      for (size_t i = 0; i < pairs.size(); ++i) total += counts[i] = frequencies_[pairs[i]].count;
      if (!LEAT_MUTANT("entropy_by_arrival"))
        std::sort(counts.data(), counts.data() + counts.size());
      double entropy = 0;
      for (size_t i = 0; i < counts.size(); ++i) {
        const double share = static_cast<double>(counts[i]) / static_cast<double>(total);
        entropy -= share * std::log2(share);
      }
      if (pairs.empty()) {
        LEAT_TRY(builder.append_null());
      } else {
        builder.append(entropy + 0.0);  // no negative zero
      }
    }
    return builder.finish();
  }

  /// Lists of the values in ascending order, each with its count.
  Result<ColumnRef> histograms(const FoldResult& result) const {
    StateArray<uint32_t> all(result.memory);
    std::vector<size_t> lengths(result.groups.size());
    for (size_t i = 0; i < result.groups.size(); ++i) {
      const std::span<const uint32_t> pairs = pairs_.pairs(result.groups[i]);
      if (std::optional<Error> error =
              too_large(pairs.size() * 2 * sizeof(int64_t), result.memory)) {
        result.faults.push_back({static_cast<uint32_t>(i), std::move(*error)});
        continue;
      }
      LEAT_TRY(append_sorted(pairs, all, result.memory));
      lengths[i] = pairs.size();
    }
    LEAT_TRY_ASSIGN(BufferRef offsets, list_offsets(lengths.size(), result.memory,
                                                    [&](size_t i) { return lengths[i]; }));
    const Type& element = result.type.element();
    Column::Parts parts;
    if (pairs_.size() == 0) {
      LEAT_TRY_ASSIGN(ColumnRef none, null_column(element.fields()[0].type, 0, result.memory));
      parts.children.push_back(std::move(none));
    } else {
      LEAT_TRY_ASSIGN(parts.children, pairs_.values_of({all.data(), all.size()}, result.memory));
    }
    FixedBuilder<int64_t> counts(kInt64Type, result.memory);
    LEAT_TRY(counts.reserve(all.size()));
    for (size_t i = 0; i < all.size(); ++i)
      counts.append(static_cast<int64_t>(frequencies_[all[i]].count));
    parts.children.push_back(counts.finish());
    auto elements = std::make_shared<Column>(element, all.size(), std::move(parts));
    return with_nulls(list_column(std::move(offsets), lengths.size(), std::move(elements)),
                      result.memory, [&](size_t i) { return lengths[i] == 0; });
  }

  Status append_sorted(std::span<const uint32_t> pairs, StateArray<uint32_t>& all,
                       MemoryAccount& memory) const {
    if (pairs.empty()) return {};
    LEAT_TRY_ASSIGN(const std::vector<ColumnRef> values, pairs_.values_of(pairs, memory));
    StateArray<uint32_t> order(memory);
    LEAT_TRY(order.resize(pairs.size(), 0));
    for (size_t i = 0; i < pairs.size(); ++i) order[i] = static_cast<uint32_t>(i);
    std::sort(order.data(), order.data() + order.size(), [&](uint32_t a, uint32_t b) {
      return compare_values(*values[0], a, *values[0], b) < 0;
    });
    for (size_t i = 0; i < order.size(); ++i) LEAT_TRY(all.push_back(pairs[order[i]]));
    return {};
  }

  PairTable pairs_;
  GroupArray<Frequency> frequencies_;  // by pair
  size_t groups_ = 0;
  uint64_t last_ordinal_ = UINT64_MAX;  // of the row before, and how many of it came before
  uint64_t arrival_ = 0;
};

}  // namespace

std::unique_ptr<Accumulator> make_frequency_accumulator(const Type& type, MemoryAccount& memory) {
  return std::make_unique<FrequencyAccumulator>(type, memory);
}

}  // namespace leat::state
