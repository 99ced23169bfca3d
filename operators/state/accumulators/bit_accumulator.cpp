// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// bit_and, bit_or and bit_xor of int64.
#include "operators/data/builder.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/state_columns.h"

namespace leat::state {

namespace {

template <Fold kFold>
class BitAccumulator final : public Accumulator {
 public:
  explicit BitAccumulator(MemoryAccount& memory) : states_(memory) {}

  Status resize(size_t groups) override {
    return states_.resize(groups, State{kFold == Fold::kBitAnd ? ~uint64_t{0} : 0, 0});
  }
  Status update(const FoldRows& rows) override {
    const int64_t* const values = rows.argument->values<int64_t>();
    fold_rows<true>(states_, rows, [=](State& state, size_t row) {
      state.merge({static_cast<uint64_t>(values[row]), 1});
    });
    return {};
  }
  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    merge_states(states_, static_cast<const BitAccumulator&>(other).states_, group_of,
                 [](State& ours, const State& theirs) { ours.merge(theirs); });
    return {};
  }

  std::vector<Type> state_types() const override { return word_types<State>(); }
  Status load(std::span<const ColumnRef> states, const uint32_t* group_of) override {
    for (size_t row = 0; row < states[0]->length(); ++row)
      states_[group_of[row]].merge(load_words<State>(states, row));
    return {};
  }
  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    std::vector<ColumnRef> columns;
    LEAT_TRY(
        save_words<State>(groups, memory, columns, [&](uint32_t group) { return states_[group]; }));
    return columns;
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    FixedBuilder<int64_t> builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (const uint32_t group : result.groups) {
      if (states_[group].any == 0) {
        LEAT_TRY(builder.append_null());
      } else {
        builder.append(static_cast<int64_t>(states_[group].bits));
      }
    }
    return builder.finish();
  }

 private:
  struct State {
    uint64_t bits;
    uint64_t any;  // 1: there was a value

    void merge(const State& other) {
      if constexpr (kFold == Fold::kBitAnd) bits &= other.bits;
      if constexpr (kFold == Fold::kBitOr) bits |= other.bits;
      if constexpr (kFold == Fold::kBitXor) bits ^= other.bits;
      any |= other.any;
    }
  };

  GroupArray<State> states_;
};

}  // namespace

std::unique_ptr<Accumulator> make_bit_accumulator(Fold fold, MemoryAccount& memory) {
  switch (fold) {
    case Fold::kBitAnd: return std::make_unique<BitAccumulator<Fold::kBitAnd>>(memory);
    case Fold::kBitOr: return std::make_unique<BitAccumulator<Fold::kBitOr>>(memory);
    default: return std::make_unique<BitAccumulator<Fold::kBitXor>>(memory);
  }
}

}  // namespace leat::state
