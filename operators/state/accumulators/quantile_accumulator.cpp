// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// median and other quantiles of numbers and times: all values are kept, as integers of the same
// order, until they are sorted out by group; of those of a group no more is sorted than a quantile
// needs.
#include <algorithm>
#include <cmath>

#include "engine/check.h"
#include "operators/data/builder.h"
#include "operators/data/value_order.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/number_reader.h"
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

/// How many parts of 10^`digits` of `share` there are in `difference`, rounded half away from zero.
Int128 part_of(Int128 difference, double share, unsigned digits) {
  const std::array<uint64_t, 3> words{static_cast<uint64_t>(difference),
                                      static_cast<uint64_t>(difference >> 64),
                                      difference < 0 ? ~uint64_t{0} : 0};
  BigInteger part(words);
  for (; digits > 0; --digits) part.multiply(10);
  const FloatParts factor = FloatParts::of(share);
  part.multiply(factor.magnitude);
  // Twice the value, one more in the last place, and half of it: rounded.
  for (int shift = -factor.exponent - 1; shift > 0;) {
    const int step = std::min(shift, 62);
    part.divide(uint64_t{1} << step);
    shift -= step;
  }
  const std::array<uint64_t, 2> one{1, 0};
  BigInteger half(one);
  if (part.is_negative()) half.negate();
  part.add(half);
  part.divide(2);
  Int128 result = 0;
  const bool fits = part.to_int128(result);
  LEAT_CHECK(fits, "a part of a difference is greater than the difference");
  return result;
}

/// `Key` is int64_t or, for decimals, Int128.
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
    if (result.type.is(TypeId::kDecimal)) {
      return build(result, FixedBuilder<Int128>(result.type, result.memory),
                   [&](Key low, Key high, double share) {
                     const unsigned digits = result.type.scale() - unsigned{type_.scale()};
                     Int128 units = low;
                     for (unsigned i = 0; i < digits; ++i) units *= 10;
                     return units + part_of(Int128{high} - low, share, digits);
                   });
    }
    if (result.type.is(TypeId::kFloat64)) {
      return build(result, FixedBuilder<double>(result.type, result.memory),
                   [&](Key low, Key high, double share) {
                     return low == high ? number(low) : blend(number(low), number(high), share);
                   });
    }
    if (result.type.is(TypeId::kDate)) {
      return build(result, FixedBuilder<int32_t>(result.type, result.memory),
                   [](Key low, Key, double) { return static_cast<int32_t>(low); });
    }
    // Of dates a timestamp: in microseconds.
    const Int128 unit = type_.is(TypeId::kDate) && result.type.is(TypeId::kTimestamp)
                            ? Int128{86'400'000'000}
                            : Int128{1};
    return build(
        result, FixedBuilder<int64_t>(result.type, result.memory),
        [=](Key low, Key high, double share) {
          const Int128 from = Int128{low} * unit;
          return static_cast<int64_t>(from + part_of(Int128{high} * unit - from, share, 0));
        });
  }

 private:
  Type key_type() const { return sizeof(Key) == 16 ? Type::decimal(38, 0) : kInt64Type; }

  double number(Key key) const {
    if (type_.is(TypeId::kFloat64)) return float_of_order(static_cast<int64_t>(key));
    return static_cast<double>(key);
  }

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
    const bool descending = result.parameters.descending;
    const size_t last = values.size() - 1;
    if (result.fold == Fold::kQuantileDiscrete) {
      const size_t rank = discrete_rank(result.parameters.fraction, values.size());
      const auto at = values.begin() + static_cast<ptrdiff_t>(descending ? last - rank : rank);
      std::nth_element(values.begin(), at, values.end());
      return {*at, *at, 0};
    }
    const double place = result.parameters.fraction * static_cast<double>(last);
    const size_t floor = std::min(static_cast<size_t>(place), last);
    const double share = place - static_cast<double>(floor);
    const auto at = values.begin() + static_cast<ptrdiff_t>(descending ? last - floor : floor);
    std::nth_element(values.begin(), at, values.end());
    if (share == 0 || values.size() == 1) return {*at, *at, 0};
    // The neighbour in the order is the nearest of those on its side.
    const Key next = descending ? *std::max_element(values.begin(), at)
                                : *std::min_element(at + 1, values.end());
    return {*at, next, share};
  }

  template <typename Builder, typename Make>
  Result<ColumnRef> build(const FoldResult& result, Builder builder, Make&& make) const {
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (const uint32_t group : result.groups) {
      const std::span<Key> values = values_of(group);
      if (values.empty()) {
        LEAT_TRY(builder.append_null());
        continue;
      }
      const Place place = find(values, result);
      builder.append(make(place.low, place.high, place.share));
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
  if (type.is(TypeId::kDecimal)) return std::make_unique<QuantileAccumulator<Int128>>(type, memory);
  return std::make_unique<QuantileAccumulator<int64_t>>(type, memory);
}

}  // namespace leat::state
