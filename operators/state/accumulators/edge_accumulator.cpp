// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// first and last: the value, NULL included, in the group's row of lowest or highest identity. Rows
// of one identity (several rows made of one) are met by one lane in their order, so the earlier or
// the later of them counts.
#include <cstring>

#include "operators/data/builder.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/arena_text.h"

namespace leat::state {

namespace {

/// Any value of up to 16 bytes.
struct Bits {
  alignas(16) uint64_t words[2];
};

/// Which row a group's value comes from.
struct Edge {
  uint64_t id;
  bool any;       ///< Was there a row?
  bool is_valid;  ///< Is its value not NULL?
};

template <bool kLast>
bool replaces(uint64_t id, const Edge& edge) {
  if (!edge.any) return true;
  return kLast ? id >= edge.id : id < edge.id;
}

template <bool kLast>
class FixedEdge final : public Accumulator {
 public:
  FixedEdge(const Type& type, MemoryAccount& memory)
      : width_(type.width()), is_bool_(type.is(TypeId::kBool)), states_(memory) {}

  Status resize(size_t groups) override { return states_.resize(groups, State{}); }

  Status update(const FoldRows& rows) override {
    const Column& column = *rows.argument;
    const uint8_t* const values = column.parts().values ? column.parts().values->data() : nullptr;
    fold_rows<false>(states_, rows, [&](State& state, size_t row) {
      const uint64_t id = rows.ids[row].packed();
      if (!replaces<kLast>(id, state.edge)) return;
      state.edge = {id, true, column.is_valid(row)};
      if (!state.edge.is_valid) return;
      if (is_bool_) {
        state.value.words[0] = get_bit(values, row) ? 1 : 0;
      } else {
        std::memcpy(&state.value, values + row * width_, width_);
      }
    });
    return {};
  }

  Status merge(const Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const FixedEdge&>(other);
    merge_states(states_, from.states_, group_of, [](State& ours, const State& theirs) {
      if (theirs.edge.any && replaces<kLast>(theirs.edge.id, ours.edge)) ours = theirs;
    });
    return {};
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    switch (result.type.width()) {
      case 4: return build<uint32_t>(result);
      case 8: return build<uint64_t>(result);
      case 16: return build<Bits>(result);
      default: break;
    }
    if (!is_bool_)
      return std::make_shared<Column>(result.type, result.groups.size(), Column::Parts{});
    BoolBuilder builder(result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (const uint32_t group : result.groups) {
      if (states_[group].edge.is_valid) {
        builder.append(states_[group].value.words[0] != 0);
      } else {
        LEAT_TRY(builder.append_null());
      }
    }
    return builder.finish();
  }

 private:
  struct State {
    Bits value;
    Edge edge;
  };

  template <typename Value>
  Result<ColumnRef> build(const FoldResult& result) const {
    FixedBuilder<Value> builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (const uint32_t group : result.groups) {
      if (states_[group].edge.is_valid) {
        Value value;
        std::memcpy(&value, &states_[group].value, sizeof(value));
        builder.append(value);
      } else {
        LEAT_TRY(builder.append_null());
      }
    }
    return builder.finish();
  }

  size_t width_;
  bool is_bool_;
  GroupArray<State> states_;
};

template <bool kLast>
class TextEdge final : public Accumulator {
 public:
  explicit TextEdge(MemoryAccount& memory) : states_(memory), arena_(memory) {}

  Status resize(size_t groups) override { return states_.resize(groups, State{}); }

  Status update(const FoldRows& rows) override {
    Status status;
    fold_rows<false>(states_, rows, [&](State& state, size_t row) {
      const uint64_t id = rows.ids[row].packed();
      if (!replaces<kLast>(id, state.edge) || !status) return;
      state.edge = {id, true, rows.argument->is_valid(row)};
      if (state.edge.is_valid) status = state.value.assign(rows.argument->view_at(row), arena_);
    });
    return status;
  }

  Status merge(const Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const TextEdge&>(other);
    for (size_t i = 0; i < group_of.size(); ++i) {
      const State& state = from.states_[i];
      State& ours = states_[group_of[i]];
      if (!state.edge.any || !replaces<kLast>(state.edge.id, ours.edge)) continue;
      ours.edge = state.edge;
      if (state.edge.is_valid) LEAT_TRY(ours.value.assign(state.value.text(), arena_));
    }
    return {};
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    ViewBuilder builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (const uint32_t group : result.groups) {
      const State& state = states_[group];
      LEAT_TRY(state.edge.is_valid ? builder.append_copy(state.value.text())
                                   : builder.append_null());
    }
    return builder.finish();
  }

 private:
  struct State {
    ArenaText value;
    Edge edge;
  };

  GroupArray<State> states_;
  Arena arena_;
};

template <bool kLast>
std::unique_ptr<Accumulator> make_edge(const Type& type, MemoryAccount& memory) {
  if (type.is_view()) return std::make_unique<TextEdge<kLast>>(memory);
  return std::make_unique<FixedEdge<kLast>>(type, memory);
}

}  // namespace

std::unique_ptr<Accumulator> make_edge_accumulator(Fold fold, const Type& type,
                                                   MemoryAccount& memory) {
  return fold == Fold::kLast ? make_edge<true>(type, memory) : make_edge<false>(type, memory);
}

}  // namespace leat::state
