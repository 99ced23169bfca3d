// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// median over frames: each value has a rank in its partition, the ranks of a frame's values are
// bits of a set, and how many are set is counted for stretches of bits, so that a value comes, goes
// or is found by its number in a few steps, however long the frame is.
//
// Rejected: two heaps (what leaves is not on top); merge sort trees (n log n memory, and each frame
// is looked up in all levels), which frames need that do not only move forward.
#include <bit>

#include "operators/data/value_order.h"
#include "operators/state/windows/parallel_sort.h"
#include "operators/state/windows/window_input.h"

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
struct RankedValue {
  int64_t key;
  uint32_t position;

  bool operator<(const RankedValue& other) const {
    return key != other.key ? key < other.key : position < other.position;
  }
};

/// The values of all partitions: those of each in their order, from its first place on.
struct Ranks {
  explicit Ranks(MemoryAccount& memory) : values(memory), rank_of(memory) {}

  StateArray<RankedValue> values;  // by rank
  StateArray<uint32_t> rank_of;    // by position
};

Result<Ranks> rank_values(const WindowInput& input, const StateArray<int64_t>& keys,
                          const StateArray<uint8_t>& live) {
  Ranks ranks(input.memory);
  LEAT_TRY(ranks.values.resize(input.rows.rows(), RankedValue{}));
  LEAT_TRY(ranks.rank_of.resize(input.rows.rows(), 0));
  const ArrangedRows& arranged = input.arranged;
  StateArray<uint32_t> counts(input.memory);
  LEAT_TRY(counts.resize(arranged.partition_count(), 0));
  const auto values_of = [&](size_t partition) {
    return std::span(ranks.values.data() + arranged.partitions[partition], counts[partition]);
  };
  LEAT_TRY(for_partitions(arranged, [&](size_t first, size_t last) -> Status {
    for (size_t i = first; i < last; ++i) {
      checkpoint();
      RankedValue* const values = ranks.values.data() + arranged.partitions[i];
      for (const uint32_t position : arranged.partition(i)) {
        if (live[position] != 0) values[counts[i]++] = {keys[position], position};
      }
      if (counts[i] < 2 * kSortEach) std::sort(values, values + counts[i]);
    }
    return {};
  }));
  for (size_t i = 0; i < arranged.partition_count(); ++i) {
    if (counts[i] >= 2 * kSortEach)
      LEAT_TRY(parallel_sort(values_of(i), std::less<RankedValue>(), input.memory));
    uint32_t rank = arranged.partitions[i];
    for (const RankedValue& value : values_of(i)) ranks.rank_of[value.position] = rank++;
  }
  return ranks;
}

class MedianState {
 public:
  MedianState(const Ranks& ranks, RankSet set, bool floats)
      : ranks_(&ranks), set_(std::move(set)), floats_(floats) {}

  void add(uint32_t position) { set_.add(ranks_->rank_of[position]); }
  void remove(uint32_t position) { set_.remove(ranks_->rank_of[position]); }
  void write(WindowColumn& out, uint32_t position) const {
    const size_t count = set_.size();
    if (count == 0) return;
    const int64_t upper = ranks_->values[set_.at(count / 2)].key;
    const int64_t lower = count % 2 == 1 ? upper : ranks_->values[set_.at(count / 2 - 1)].key;
    // With the bits of a median of a group.
    out.set(position, lower == upper ? number(lower) : blend(number(lower), number(upper), 0.5));
  }

 private:
  double number(int64_t key) const {
    return floats_ ? float_of_order(key) : static_cast<double>(key);
  }

  const Ranks* ranks_;
  RankSet set_;
  bool floats_;
};

}  // namespace

Status compute_frame_medians(const WindowInput& input, WindowColumn& out) {
  LEAT_TRY(out.use_numbers());
  if (input.argument_type().is(TypeId::kNull)) return {};
  const bool floats = input.argument_type().is(TypeId::kFloat64);
  LEAT_TRY_ASSIGN(const StateArray<uint8_t> live, live_rows(input, NullRows::kSkip));
  LEAT_TRY_ASSIGN(
      const StateArray<int64_t> keys,
      flat_values<int64_t>(input, *input.call.argument, [=](const Column& column, size_t row) {
        return floats ? order_of(column.values<double>()[row]) : column.values<int64_t>()[row];
      }));
  LEAT_TRY_ASSIGN(const Ranks ranks, rank_values(input, keys, live));
  return slide_frames(input, live, out, [&]() -> Result<MedianState> {
    LEAT_TRY_ASSIGN(RankSet set, RankSet::make(input.rows.rows(), input.memory));
    return MedianState(ranks, std::move(set), floats);
  });
}

}  // namespace leat::state
