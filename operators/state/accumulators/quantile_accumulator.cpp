// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// median and other quantiles of numbers and times: all values are kept, as integers of the same
// order, until they are sorted out by group; of those of a group no more is sorted than a quantile
// needs.
#include <algorithm>
#include <cmath>

#include "operators/data/builder.h"
#include "operators/data/value_order.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/float_result.h"
#include "operators/state/accumulators/quantile_value.h"
#include "operators/state/accumulators/state_columns.h"
#include "operators/state/state_array.h"

namespace leat::state {

namespace {

constexpr size_t kFewestRows = 256;
constexpr size_t kChunkRows = size_t{1} << 16;

/// Values in the order of arrival, each with its group.
template <typename Key>
struct Chunk {
  BufferRef keys;
  BufferRef groups;
  size_t rows = 0;
  size_t room = 0;
};

/// `Key` is int64_t or, for decimals that do not fit it, Int128.
template <typename Key>
class QuantileAccumulator final : public Accumulator {
 public:
  QuantileAccumulator(const Type& type, MemoryAccount& memory)
      : type_(type), memory_(memory), begins_(memory) {}

  Status resize(size_t groups) override {
    groups_ = groups;
    return {};
  }

  Status update(const FoldRows& rows) override {
    const Column& column = *rows.argument;
    switch (type_.id()) {
      case TypeId::kDate:
        return add(rows, [values = column.values<int32_t>()](size_t row) { return values[row]; });
      case TypeId::kFloat64:
        return add(
            rows, [values = column.values<double>()](size_t row) { return order_of(values[row]); });
      default:
        return add(rows, [values = column.values<Key>()](size_t row) { return values[row]; });
    }
  }

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    auto& from = static_cast<QuantileAccumulator&>(other);
    for (Chunk<Key>& chunk : from.chunks_) {
      checkpoint();
      auto* const groups = chunk.groups->template mutable_as<uint32_t>();
      for (size_t i = 0; i < chunk.rows; ++i) groups[i] = group_of[groups[i]];
      chunks_.push_back(std::move(chunk));
    }
    from.chunks_.clear();
    return {};
  }

  std::vector<Type> state_types() const override { return {Type::list(key_type())}; }

  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    LEAT_TRY_ASSIGN(BufferRef offsets, list_offsets(groups.size(), memory, [&](size_t i) {
                      return values_of(groups[i]).size();
                    }));
    const auto total = static_cast<size_t>(offsets->as<int32_t>()[groups.size()]);
    LEAT_TRY_ASSIGN(BufferRef keys, memory.allocate(std::max<size_t>(1, total) * sizeof(Key)));
    Key* next = keys->template mutable_as<Key>();
    for (const uint32_t group : groups) next = std::ranges::copy(values_of(group), next).out;
    Column::Parts parts;
    parts.values = std::move(keys);
    auto elements = std::make_shared<Column>(key_type(), total, std::move(parts));
    return std::vector<ColumnRef>{
        list_column(std::move(offsets), groups.size(), std::move(elements))};
  }

  Status load(std::span<const ColumnRef> states, const uint32_t* group_of) override {
    LEAT_TRY_ASSIGN(const BufferRef groups, groups_of_elements(*states[0], group_of, memory_));
    const Column& keys = states[0]->child(0);
    const RowPlaces places;
    return add({&keys, Selection(keys.length()), groups->as<uint32_t>(), places},
               [values = keys.values<Key>()](size_t row) { return values[row]; });
  }

  /// A counting sort by group.
  Status seal() override {
    LEAT_TRY(begins_.resize(groups_ + 1, 0));
    size_t total = 0;
    for (const Chunk<Key>& chunk : chunks_) {
      checkpoint();
      const auto* const groups = chunk.groups->template as<uint32_t>();
      for (size_t i = 0; i < chunk.rows; ++i) ++begins_[groups[i] + 1];
      total += chunk.rows;
    }
    for (size_t group = 0; group < groups_; ++group) begins_[group + 1] += begins_[group];
    LEAT_TRY_ASSIGN(sorted_, memory_.allocate(std::max<size_t>(1, total) * sizeof(Key)));
    Key* const sorted = sorted_->template mutable_as<Key>();
    for (Chunk<Key>& chunk : chunks_) {
      checkpoint();
      const auto* const groups = chunk.groups->template as<uint32_t>();
      const Key* const keys = chunk.keys->template as<Key>();
      for (size_t i = 0; i < chunk.rows; ++i) sorted[begins_[groups[i]]++] = keys[i];
      chunk = {};
    }
    chunks_.clear();
    for (size_t group = groups_; group > 0; --group) begins_[group] = begins_[group - 1];
    begins_[0] = 0;
    values_ = sorted;
    return {};
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    const QuantileValue<Key> value(type_, result.type);
    if (result.fold == Fold::kAbsoluteDeviation) return deviations(result, value);
    const auto units = [&]<typename Unit>(Unit) {
      return build(
          result, FixedBuilder<Unit>(result.type, result.memory),
          [&](auto& out, size_t i, const Place& place) -> Status {
            Int128 found = 0;
            if (value.units(place.low, place.high, place.share, found)) {
              out.append(static_cast<Unit>(found));
              return {};
            }
            result.faults.push_back({static_cast<uint32_t>(i), overflow_error(result.type)});
            return out.append_null();
          });
    };
    switch (result.type.id()) {
      case TypeId::kDecimal: return units(Int128{});
      case TypeId::kDate: return units(int32_t{});
      case TypeId::kFloat64:
        return build(result, FixedBuilder<double>(result.type, result.memory),
                     [&](auto& out, size_t, const Place& place) -> Status {
                       out.append(value.number(place.low, place.high, place.share));
                       return {};
                     });
      default: return units(int64_t{});
    }
  }

 private:
  Type key_type() const { return sizeof(Key) == 16 ? Type::decimal(38, 0) : kInt64Type; }

  /// Of a sealed group. Quantiles reorder them, each group in one part of the result at a time.
  std::span<Key> values_of(uint32_t group) const {
    return {values_ + begins_[group], begins_[group + 1] - begins_[group]};
  }

  template <typename KeyOf>
  Status add(const FoldRows& rows, KeyOf&& key_of) {
    const size_t count = rows.rows.count();
    if (chunks_.empty() || chunks_.back().room - chunks_.back().rows < count) {
      const size_t before = chunks_.empty() ? 0 : chunks_.back().room;
      Chunk<Key> chunk;
      chunk.room = std::max(std::clamp(before * 2, kFewestRows, kChunkRows), count);
      LEAT_TRY_ASSIGN(chunk.keys, memory_.allocate(chunk.room * sizeof(Key)));
      LEAT_TRY_ASSIGN(chunk.groups, memory_.allocate(chunk.room * sizeof(uint32_t)));
      chunks_.push_back(std::move(chunk));
    }
    Chunk<Key>& chunk = chunks_.back();
    Key* const keys = chunk.keys->template mutable_as<Key>();
    auto* const groups = chunk.groups->template mutable_as<uint32_t>();
    size_t next = chunk.rows;
    const auto append = [&](size_t row) {
      keys[next] = key_of(row);
      groups[next++] = rows.group_of[row];
    };
    if (rows.argument->may_have_nulls()) {
      for_each_row(rows.rows, [&](size_t row) {
        if (rows.argument->is_valid(row)) append(row);
      });
    } else {
      for_each_row(rows.rows, append);
    }
    chunk.rows = next;
    return {};
  }

  /// The values around a quantile's place, and how far it is from the first to the second.
  struct Place {
    Key low;
    Key high;
    double share;
  };

  static Place find(std::span<Key> values, const FoldResult& result) {
    const QuantilePlace place = quantile_place(result.fold, result.parameters, values.size());
    const auto at = values.begin() + static_cast<ptrdiff_t>(place.low);
    std::nth_element(values.begin(), at, values.end());
    if (place.next == place.low) return {*at, *at, 0};
    // The neighbour in the order is the nearest of those on its side.
    const Key next = place.next < place.low ? *std::max_element(values.begin(), at)
                                            : *std::min_element(at + 1, values.end());
    return {*at, next, place.share};
  }

  /// Of the distances from the median the median.
  Result<ColumnRef> deviations(const FoldResult& result, const QuantileValue<Key>& value) const {
    StateArray<double> distances(result.memory);
    const auto middle = [&](std::span<double> values) {
      const auto at = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
      std::nth_element(values.begin(), at, values.end());
      if (values.size() % 2 != 0) return *at;
      return (*std::max_element(values.begin(), at) + *at) / 2;
    };
    return build(result, FixedBuilder<double>(result.type, result.memory),
                 [&](auto& out, size_t i, const Place& place) -> Status {
                   const double median = value.number(place.low, place.high, place.share);
                   const std::span<Key> values = values_of(result.groups[i]);
                   LEAT_TRY(distances.resize(values.size(), 0));
                   for (size_t k = 0; k < values.size(); ++k)
                     distances[k] = std::fabs(value.number(values[k], values[k], 0) - median);
                   out.append(middle({distances.data(), distances.size()}));
                   return {};
                 });
  }

  /// Calls `append(builder, index of the group, place)` for each group that has values.
  template <typename Builder, typename Append>
  Result<ColumnRef> build(const FoldResult& result, Builder builder, Append&& append) const {
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (size_t i = 0; i < result.groups.size(); ++i) {
      const std::span<Key> values = values_of(result.groups[i]);
      LEAT_TRY(values.empty() ? builder.append_null() : append(builder, i, find(values, result)));
    }
    return builder.finish();
  }

  Type type_;
  MemoryAccount& memory_;
  size_t groups_ = 0;
  std::vector<Chunk<Key>> chunks_;
  BufferRef sorted_;  // once sealed: the values, group by group
  Key* values_ = nullptr;
  StateArray<size_t> begins_;
};

}  // namespace

std::unique_ptr<Accumulator> make_quantile_accumulator(const Type& type, MemoryAccount& memory) {
  if (type.is(TypeId::kDecimal) && !type.is_short_decimal())
    return std::make_unique<QuantileAccumulator<Int128>>(type, memory);
  return std::make_unique<QuantileAccumulator<int64_t>>(type, memory);
}

}  // namespace leat::state
