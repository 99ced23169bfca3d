// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// approx_count_distinct: HyperLogLog with 2^12 registers, so an error of 1.6 % (one standard
// deviation); up to some hundred values are counted nearly exactly. Hashes are XXH3-64 with seed 0
// over the bytes of RowKeyEncoder, so the result is the same on every machine, for every order of
// rows. The estimate is Ertl's ("New cardinality estimation algorithms for HyperLogLog sketches"),
// which has no bias to correct.
//
// Most groups are small: a group's registers are a list of those that are not 0, until they are
// many.
#include <algorithm>
#include <cmath>
#include <cstring>

#include <xxhash.h>

#include "operators/data/builder.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/hyper_log_log.h"
#include "operators/state/accumulators/state_columns.h"
#include "operators/state/arena.h"
#include "operators/state/groups/pair_table.h"
#include "operators/state/row_key.h"

namespace leat::state {

namespace {

/// Longer lists become all registers.
constexpr uint32_t kListMax = 128;
constexpr uint32_t kAllRegisters = UINT32_MAX;

class ApproxCountAccumulator final : public Accumulator {
 public:
  explicit ApproxCountAccumulator(MemoryAccount& memory)
      : memory_(memory), encoder_(memory), states_(memory), arena_(memory) {}

  Status resize(size_t groups) override { return states_.resize(groups, State{}); }

  Status update(const FoldRows& rows) override {
    LEAT_TRY_ASSIGN(const Selection valid,
                    rows_without_nulls(rows.columns.first(1), rows.rows, memory_));
    LEAT_TRY(encoder_.encode(rows.columns.first(1), valid));
    Status status;
    for_each_row(valid, [&](size_t row) {
      if (!status) return;
      const std::string_view key = encoder_.key(row);
      status = add(states_[rows.group_of[row]],
                   HyperLogLog::entry_of(XXH3_64bits(key.data(), key.size())));
    });
    return status;
  }

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const ApproxCountAccumulator&>(other);
    for (size_t i = 0; i < group_of.size(); ++i) {
      if (i % kBatchRowsMax == 0) checkpoint();
      LEAT_TRY(merge_bytes(states_[group_of[i]], from.states_[i].bytes()));
    }
    return {};
  }

  std::vector<Type> state_types() const override { return {kBinaryType}; }
  Status load(std::span<const ColumnRef> states, const uint32_t* group_of) override {
    for (size_t row = 0; row < states[0]->length(); ++row)
      LEAT_TRY(merge_bytes(states_[group_of[row]], states[0]->view_at(row)));
    return {};
  }
  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    LEAT_TRY_ASSIGN(ColumnRef column, save_bytes(groups, memory, [&](uint32_t group) {
                      return std::optional(states_[group].bytes());
                    }));
    return std::vector<ColumnRef>{std::move(column)};
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    FixedBuilder<int64_t> builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (const uint32_t group : result.groups) {
      const State& state = states_[group];
      std::array<uint32_t, HyperLogLog::kRankMax + 1> counts{};
      if (state.size == kAllRegisters) {
        for (size_t i = 0; i < HyperLogLog::kRegisters; ++i) ++counts[state.registers()[i]];
      } else {
        counts[0] = HyperLogLog::kRegisters - state.size;
        for (uint32_t i = 0; i < state.size; ++i) ++counts[state.list()[i].rank];
      }
      builder.append(std::llround(HyperLogLog::estimate(counts)));
    }
    return builder.finish();
  }

 private:
  /// Memory of zeros is the empty set.
  struct State {
    char* data;
    uint32_t size;  // entries of the list, or kAllRegisters
    uint32_t room;  // of the list

    HyperLogLog::Entry* list() const { return reinterpret_cast<HyperLogLog::Entry*>(data); }
    uint8_t* registers() const { return reinterpret_cast<uint8_t*>(data); }
    /// As they are saved; lists are shorter than all registers.
    std::string_view bytes() const {
      return {data,
              size == kAllRegisters ? HyperLogLog::kRegisters : size * sizeof(HyperLogLog::Entry)};
    }
  };
  static_assert(kListMax * sizeof(HyperLogLog::Entry) < HyperLogLog::kRegisters);

  Status add(State& state, HyperLogLog::Entry entry) {
    if (state.size == kAllRegisters) {
      uint8_t& rank = state.registers()[entry.index];
      rank = std::max(rank, static_cast<uint8_t>(entry.rank));
      return {};
    }
    HyperLogLog::Entry* const end = state.list() + state.size;
    HyperLogLog::Entry* const known = std::find_if(
        state.list(), end, [&](HyperLogLog::Entry one) { return one.index == entry.index; });
    if (known != end) {
      known->rank = std::max(known->rank, entry.rank);
      return {};
    }
    if (state.size == kListMax) {
      LEAT_TRY(take_all_registers(state));
      return add(state, entry);
    }
    if (state.size == state.room) {
      const uint32_t room = std::max(4u, state.room * 2);
      LEAT_TRY_ASSIGN(char* const larger, arena_.take(room * sizeof(HyperLogLog::Entry)));
      if (state.size > 0) std::memcpy(larger, state.data, state.size * sizeof(HyperLogLog::Entry));
      state.data = larger;
      state.room = room;
    }
    state.list()[state.size++] = entry;
    return {};
  }

  Status take_all_registers(State& state) {
    LEAT_TRY_ASSIGN(char* const registers, arena_.take(HyperLogLog::kRegisters));
    std::memset(registers, 0, HyperLogLog::kRegisters);
    for (uint32_t i = 0; i < state.size; ++i)
      registers[state.list()[i].index] = static_cast<char>(state.list()[i].rank);
    state = {registers, kAllRegisters, 0};
    return {};
  }

  Status merge_bytes(State& state, std::string_view bytes) {
    if (bytes.size() < HyperLogLog::kRegisters) {
      for (size_t at = 0; at < bytes.size(); at += sizeof(HyperLogLog::Entry)) {
        HyperLogLog::Entry entry;
        std::memcpy(&entry, bytes.data() + at, sizeof(entry));
        LEAT_TRY(add(state, entry));
      }
      return {};
    }
    if (state.size != kAllRegisters) LEAT_TRY(take_all_registers(state));
    uint8_t* const registers = state.registers();
    for (size_t i = 0; i < HyperLogLog::kRegisters; ++i)
      registers[i] = std::max(registers[i], static_cast<uint8_t>(bytes[i]));
    return {};
  }

  MemoryAccount& memory_;
  RowKeyEncoder encoder_;
  GroupArray<State> states_;
  Arena arena_;
};

}  // namespace

std::unique_ptr<Accumulator> make_approx_count_accumulator(MemoryAccount& memory) {
  return std::make_unique<ApproxCountAccumulator>(memory);
}

}  // namespace leat::state
