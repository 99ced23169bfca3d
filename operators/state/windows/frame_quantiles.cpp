// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Quantiles over frames: each value has a rank in its partition, the ranks of a frame's values are
// bits of a set, and how many are set is counted for stretches of bits, so that a value comes, goes
// or is found by its number in a few steps, however long the frame is.
//
// Rejected: two heaps (what leaves is not on top); merge sort trees (n log n memory, and each frame
// is looked up in all levels), which frames need that do not only move forward.
#include <bit>

#include "operators/data/decimal_values.h"
#include "operators/data/value_order.h"
#include "operators/state/accumulators/quantile_bucket.h"
#include "operators/state/accumulators/quantile_value.h"
#include "operators/state/windows/frame_distinct.h"
#include "operators/state/windows/parallel_sort.h"

namespace leat::state {

namespace {

/// A set of numbers below a bound.
class RankSet {
 public:
  static Result<RankSet> make(size_t bound, MemoryAccount& memory) {
    RankSet set(memory);
    LEAT_TRY(set.bits_.resize(bound / kBits + 1, 0));
    LEAT_TRY(set.near_.resize(bound / kNear + 1, 0));
    LEAT_TRY(set.far_.resize(bound / kFar + 1, 0));
    return set;
  }

  size_t size() const { return size_; }
  void add(uint32_t rank) { change(rank, 1); }
  void remove(uint32_t rank) { change(rank, ~uint32_t{0}); }
  /// How many members are less than `rank`.
  size_t below(size_t rank) const {
    size_t count = 0;
    for (size_t far = 0; far < rank / kFar; ++far) count += far_[far];
    for (size_t near = rank / kFar * (kFar / kNear); near < rank / kNear; ++near)
      count += near_[near];
    size_t word = rank / kNear * (kNear / kBits);
    for (; word < rank / kBits; ++word) count += static_cast<size_t>(std::popcount(bits_[word]));
    const uint64_t mask = (uint64_t{1} << rank % kBits) - 1;
    return count + static_cast<size_t>(std::popcount(bits_[word] & mask));
  }
  /// The member that `index` others are less than. REQUIRES: index < size().
  uint32_t at(size_t index) const {
    size_t far = 0;
    for (; index >= far_[far]; ++far) index -= far_[far];
    size_t near = far * (kFar / kNear);
    for (; index >= near_[near]; ++near) index -= near_[near];
    size_t word = near * (kNear / kBits);
    for (;; ++word) {
      const auto members = static_cast<size_t>(std::popcount(bits_[word]));
      if (index < members) break;
      index -= members;
    }
    uint64_t rest = bits_[word];
    for (; index > 0; --index) rest &= rest - 1;
    return static_cast<uint32_t>(word * kBits + static_cast<size_t>(std::countr_zero(rest)));
  }

 private:
  static constexpr size_t kBits = 64;
  static constexpr size_t kNear = 64 * kBits;  // ranks that are counted together
  static constexpr size_t kFar = 64 * kNear;

  explicit RankSet(MemoryAccount& memory) : bits_(memory), near_(memory), far_(memory) {}

  void change(uint32_t rank, uint32_t by) {
    bits_[rank / kBits] ^= uint64_t{1} << rank % kBits;
    near_[rank / kNear] += by;
    far_[rank / kFar] += by;
    size_ += by == 1 ? 1 : ~size_t{0};
  }

  StateArray<uint64_t> bits_;
  StateArray<uint32_t> near_;
  StateArray<uint32_t> far_;
  size_t size_ = 0;
};

/// A value that has a rank.
template <typename Key>
struct RankedValue {
  Key key;
  uint32_t position;

  bool operator<(const RankedValue& other) const {
    return key != other.key ? key < other.key : position < other.position;
  }
};

/// The values of all partitions: those of each in their order, from its first place on.
template <typename Key>
struct Ranks {
  explicit Ranks(MemoryAccount& memory) : values(memory), rank_of(memory), counts(memory) {}

  StateArray<RankedValue<Key>> values;  // by rank
  StateArray<uint32_t> rank_of;         // by position
  StateArray<uint32_t> counts;          // of values, by partition
};

template <typename Key>
Result<Ranks<Key>> rank_values(const WindowInput& input, const FlatValues<Key>& keys,
                               const PagedArray<uint8_t>& live) {
  Ranks<Key> ranks(input.memory);
  LEAT_TRY(ranks.values.resize(input.rows.rows(), RankedValue<Key>{}));
  LEAT_TRY(ranks.rank_of.resize(input.rows.rows(), 0));
  const ArrangedRows& arranged = input.arranged;
  StateArray<uint32_t>& counts = ranks.counts;
  LEAT_TRY(counts.resize(arranged.partition_count(), 0));
  const auto values_of = [&](size_t partition) {
    return std::span(ranks.values.data() + arranged.partitions[partition], counts[partition]);
  };
  LEAT_TRY(for_partitions(arranged, [&](size_t first, size_t last) -> Status {
    for (size_t i = first; i < last; ++i) {
      checkpoint();
      RankedValue<Key>* const values = ranks.values.data() + arranged.partitions[i];
      for (size_t place = arranged.partitions[i]; place < arranged.partitions[i + 1]; ++place) {
        const uint32_t position = arranged.position(place);
        if (live[position] != 0) values[counts[i]++] = {keys[position], position};
      }
      if (counts[i] < 2 * kSortEach) std::sort(values, values + counts[i]);
    }
    return {};
  }));
  for (size_t i = 0; i < arranged.partition_count(); ++i) {
    if (counts[i] >= 2 * kSortEach)
      LEAT_TRY(parallel_sort(values_of(i), std::less<RankedValue<Key>>(), input.memory));
    uint32_t rank = arranged.partitions[i];
    for (const RankedValue<Key>& value : values_of(i)) ranks.rank_of[value.position] = rank++;
  }
  return ranks;
}

/// The values in a frame. `Writer` is called with (column, position, ranked value, the other one
/// around the quantile, how far it is to that).
template <typename Key, typename Writer>
class QuantileState {
 public:
  QuantileState(const WindowPlan::Call& call, const Ranks<Key>& ranks, RankSet set, Writer writer)
      : call_(&call), ranks_(&ranks), set_(std::move(set)), writer_(std::move(writer)) {}

  void add(uint32_t position) { set_.add(ranks_->rank_of[position]); }
  void remove(uint32_t position) { set_.remove(ranks_->rank_of[position]); }
  void write(WindowColumn& out, uint32_t position) const {
    if (set_.size() == 0) return;
    const QuantilePlace place = quantile_place(call_->spec.fold, call_->parameters, set_.size());
    const RankedValue<Key>& low = ranks_->values[set_.at(place.low)];
    const RankedValue<Key>& next =
        place.next == place.low ? low : ranks_->values[set_.at(place.next)];
    writer_(out, position, low, next, place.share);
  }

 private:
  const WindowPlan::Call* call_;
  const Ranks<Key>* ranks_;
  RankSet set_;
  Writer writer_;
};

/// approx_quantile of the values in a frame: what lies in one bucket of the sketch is known by its
/// least, its greatest and its number.
class ApproxState {
 public:
  /// By rank: where the bucket of the value begins and ends.
  struct Bounds {
    uint32_t begin;
    uint32_t end;
  };

  ApproxState(const WindowPlan::Call& call, const Ranks<int64_t>& ranks,
              const StateArray<Bounds>& bounds, RankSet set)
      : call_(&call), ranks_(&ranks), bounds_(&bounds), set_(std::move(set)) {}

  static Result<StateArray<Bounds>> find_bounds(const WindowInput& input,
                                                const Ranks<int64_t>& ranks) {
    StateArray<Bounds> bounds(input.memory);
    LEAT_TRY(bounds.resize(input.rows.rows() + 1, Bounds{}));
    for (size_t i = 0; i < input.arranged.partition_count(); ++i) {
      const uint32_t last = input.arranged.partitions[i] + ranks.counts[i];
      for (uint32_t begin = input.arranged.partitions[i]; begin < last;) {
        uint32_t end = begin + 1;
        while (end < last && bucket_of(ranks, end) == bucket_of(ranks, begin)) ++end;
        for (uint32_t rank = begin; rank < end; ++rank) bounds[rank] = {begin, end};
        begin = end;
      }
    }
    return bounds;
  }

  void add(uint32_t position) { set_.add(ranks_->rank_of[position]); }
  void remove(uint32_t position) { set_.remove(ranks_->rank_of[position]); }
  void write(WindowColumn& out, uint32_t position) const {
    if (set_.size() == 0) return;
    const uint64_t wanted = discrete_rank(call_->parameters.fraction, set_.size());
    const Bounds& bounds = (*bounds_)[set_.at(wanted)];
    const size_t first = set_.below(bounds.begin);
    const size_t behind = set_.below(bounds.end);
    const QuantileBucket bucket{behind - first, ranks_->values[set_.at(first)].key,
                                ranks_->values[set_.at(behind - 1)].key};
    out.set(position, bucket.at(wanted - first));
  }

 private:
  static int64_t bucket_of(const Ranks<int64_t>& ranks, uint32_t rank) {
    return ranks.values[rank].key >> QuantileBucket::kShift;
  }

  const WindowPlan::Call* call_;
  const Ranks<int64_t>* ranks_;
  const StateArray<Bounds>* bounds_;
  RankSet set_;
};

Status find_approx_quantiles(const WindowInput& input, WindowColumn& out) {
  LEAT_TRY(out.use_numbers());
  LEAT_TRY_ASSIGN(const PagedArray<uint8_t> live, live_rows(input, NullRows::kSkip));
  const NumberReader reader(input.argument_type());
  LEAT_TRY_ASSIGN(
      const FlatValues<int64_t> keys,
      FlatValues<int64_t>::make(input, *input.call.argument, [&](const Column& column, size_t row) {
        return order_of(reader.read(column, row));
      }));
  LEAT_TRY_ASSIGN(const Ranks<int64_t> ranks, rank_values(input, keys, live));
  LEAT_TRY_ASSIGN(const StateArray<ApproxState::Bounds> bounds,
                  ApproxState::find_bounds(input, ranks));
  return slide_values(input, live, out, [&]() -> Result<ApproxState> {
    LEAT_TRY_ASSIGN(RankSet set, RankSet::make(input.rows.rows(), input.memory));
    return ApproxState(input.call, ranks, bounds, std::move(set));
  });
}

template <typename Key, typename KeyOf, typename Writer>
Status find_quantiles(const WindowInput& input, WindowColumn& out, KeyOf&& key_of,
                      Writer&& writer) {
  LEAT_TRY_ASSIGN(const PagedArray<uint8_t> live, live_rows(input, NullRows::kSkip));
  LEAT_TRY_ASSIGN(const FlatValues<Key> keys,
                  FlatValues<Key>::make(input, *input.call.argument, key_of));
  LEAT_TRY_ASSIGN(const Ranks<Key> ranks, rank_values(input, keys, live));
  using State = QuantileState<Key, std::decay_t<Writer>>;
  return slide_values(input, live, out, [&]() -> Result<State> {
    LEAT_TRY_ASSIGN(RankSet set, RankSet::make(input.rows.rows(), input.memory));
    return State(input.call, ranks, std::move(set), writer);
  });
}

/// Of numbers and times, as a value of the result's type.
template <typename Key, typename KeyOf>
Status find_numbers(const WindowInput& input, WindowColumn& out, KeyOf&& key_of) {
  LEAT_TRY(out.use_numbers());
  const Type& type = input.call.type;
  const QuantileValue<Key> value(input.argument_type(), type);
  return find_quantiles<Key>(
      input, out, key_of,
      [value, &type](WindowColumn& made, uint32_t position, const RankedValue<Key>& low,
                     const RankedValue<Key>& next, double share) {
        if (type.is(TypeId::kFloat64))
          return made.set(position, value.number(low.key, next.key, share));
        Int128 units = 0;
        if (!value.units(low.key, next.key, share, units)) return made.set_out_of_range(position);
        if (type.is(TypeId::kDecimal)) return made.set(position, units);
        made.set(position, static_cast<int64_t>(units));
      });
}

/// Of other values, as one of them.
template <typename Key, typename KeyOf>
Status find_rows(const WindowInput& input, WindowColumn& out, KeyOf&& key_of) {
  LEAT_TRY(out.use_sources());
  return find_quantiles<Key>(
      input, out, key_of,
      [](WindowColumn& made, uint32_t position, const RankedValue<Key>& low,
         const RankedValue<Key>&, double) { made.refer(position, low.position); });
}

}  // namespace

Status compute_frame_quantiles(const WindowInput& input, WindowColumn& out) {
  if (input.argument_type().is(TypeId::kNull)) return out.use_numbers();
  if (input.call.spec.fold == Fold::kApproxQuantile) return find_approx_quantiles(input, out);
  switch (input.argument_type().id()) {
    case TypeId::kBool:
      return find_rows<int64_t>(input, out, [](const Column& column, size_t row) {
        return int64_t{column.bool_at(row)};
      });
    case TypeId::kInterval:
      return find_rows<Int128>(input, out, [](const Column& column, size_t row) {
        return order_of(column.values<Interval>()[row]);
      });
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return find_rows<std::string_view>(
          input, out, [](const Column& column, size_t row) { return column.view_at(row); });
    case TypeId::kDate:
      return find_numbers<int64_t>(input, out, [](const Column& column, size_t row) {
        return int64_t{column.values<int32_t>()[row]};
      });
    case TypeId::kFloat64:
      return find_numbers<int64_t>(input, out, [](const Column& column, size_t row) {
        return order_of(column.values<double>()[row]);
      });
    case TypeId::kDecimal:
      if (!input.argument_type().is_short_decimal())
        return find_numbers<Int128>(input, out, decimal_at);
      [[fallthrough]];
    default:
      return find_numbers<int64_t>(input, out, [](const Column& column, size_t row) {
        return column.values<int64_t>()[row];
      });
  }
}

}  // namespace leat::state
