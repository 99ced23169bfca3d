// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// approx_count_distinct over frames. A register of the sketch is the greatest rank of the hashes
// that fall to it: how often each rank is in the frame is counted for each register, so that rows
// can be given back, and how many registers have each value is all that the estimate needs.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include <xxhash.h>

#include "operators/state/accumulators/hyper_log_log.h"
#include "operators/state/row_key.h"
#include "operators/state/windows/window_input.h"

namespace leat::state {

namespace {

class SketchState {
 public:
  static Result<SketchState> make(const PagedArray<HyperLogLog::Entry>& entries,
                                  MemoryAccount& memory) {
    SketchState state(entries, memory);
    LEAT_TRY(state.seen_.resize(HyperLogLog::kRegisters * kRanks, 0));
    LEAT_TRY(state.ranks_.resize(HyperLogLog::kRegisters, 0));
    return state;
  }

  void add(uint32_t position) {
    const HyperLogLog::Entry entry = (*entries_)[position];
    if (seen_[size_t{entry.index} * kRanks + entry.rank]++ > 0) return;
    change(entry, ranks_[entry.index] | bit(entry));
  }
  void remove(uint32_t position) {
    const HyperLogLog::Entry entry = (*entries_)[position];
    if (--seen_[size_t{entry.index} * kRanks + entry.rank] > 0) return;
    change(entry, ranks_[entry.index] & ~bit(entry));
  }
  void write(WindowColumn& out, uint32_t position) {
    if (changed_) count_ = std::llround(HyperLogLog::estimate(counts_));
    changed_ = false;
    out.set(position, count_);
  }

 private:
  static constexpr size_t kRanks = 64;
  static_assert(HyperLogLog::kRankMax < kRanks);

  SketchState(const PagedArray<HyperLogLog::Entry>& entries, MemoryAccount& memory)
      : entries_(&entries), seen_(memory), ranks_(memory) {
    counts_[0] = HyperLogLog::kRegisters;
  }

  static uint64_t bit(HyperLogLog::Entry entry) { return uint64_t{1} << entry.rank; }
  static size_t greatest(uint64_t ranks) {
    return ranks == 0 ? 0 : static_cast<size_t>(std::bit_width(ranks)) - 1;
  }
  /// The register of `entry` has these ranks now.
  void change(HyperLogLog::Entry entry, uint64_t ranks) {
    const size_t before = greatest(std::exchange(ranks_[entry.index], ranks));
    const size_t now = greatest(ranks);
    if (before == now) return;
    --counts_[before];
    ++counts_[now];
    changed_ = true;
  }

  const PagedArray<HyperLogLog::Entry>* entries_;
  StateArray<uint32_t> seen_;   // by register and rank: how many rows of the frame
  StateArray<uint64_t> ranks_;  // by register: those that were seen, as bits
  HyperLogLog::Counts counts_{};
  int64_t count_ = 0;
  bool changed_ = true;
};

}  // namespace

Status compute_frame_sketches(const WindowInput& input, WindowColumn& out) {
  LEAT_TRY(out.use_numbers());
  LEAT_TRY_ASSIGN(const PagedArray<uint8_t> live, live_rows(input, NullRows::kSkip));
  PagedArray<HyperLogLog::Entry> entries(input.memory, input.rows.pages());
  LEAT_TRY(entries.resize(input.rows.rows(), HyperLogLog::Entry{}));
  RowKeyEncoder encoder(input.memory);
  size_t position = 0;
  for (size_t i = 0; i < input.rows.batch_count(); ++i) {
    checkpoint();
    LEAT_TRY_ASSIGN(const Batch batch, input.rows.batch(i));
    LEAT_TRY(encoder.encode({&batch.columns()[*input.call.argument], 1}, batch.selection()));
    for (size_t row = 0; row < batch.rows(); ++row) {
      const std::string_view key = encoder.key(row);
      entries.set(position++, HyperLogLog::entry_of(XXH3_64bits(key.data(), key.size())));
    }
  }
  LEAT_TRY(entries.finish());
  return slide_frames(input, live, out, [&]() -> Result<SketchState> {
    return SketchState::make(entries, input.memory);
  });
}

}  // namespace leat::state
