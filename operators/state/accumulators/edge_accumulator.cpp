// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// first and last: the value, NULL included, in the group's row of lowest or highest identity. Rows
// of one identity (several rows made of one) are met by one lane in their order, so the earlier or
// the later of them counts.
#include <cstring>

#include "operators/data/builder.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/state_columns.h"
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

/// An edge as words: the identity, and whether there was a row (1) with a value that is not NULL
/// (2).
struct EdgeWords {
  uint64_t id;
  uint64_t flags;

  static EdgeWords of(const Edge& edge) {
    return {edge.id, (edge.any ? uint64_t{1} : 0) | (edge.is_valid ? uint64_t{2} : 0)};
  }
  Edge edge() const { return {id, (flags & 1) != 0, (flags & 2) != 0}; }
};

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

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const FixedEdge&>(other);
    merge_states(states_, from.states_, group_of, [](State& ours, const State& theirs) {
      if (theirs.edge.any && replaces<kLast>(theirs.edge.id, ours.edge)) ours = theirs;
    });
    return {};
  }

  std::vector<Type> state_types() const override { return word_types<Words>(); }

  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    std::vector<ColumnRef> columns;
    LEAT_TRY(save_words<Words>(groups, memory, columns, [&](uint32_t group) {
      const State& state = states_[group];
      const bool valid = state.edge.is_valid;
      return Words{EdgeWords::of(state.edge),
                   {valid ? state.value.words[0] : 0, valid ? state.value.words[1] : 0}};
    }));
    return columns;
  }

  Status load(std::span<const ColumnRef> columns, const uint32_t* group_of) override {
    for (size_t row = 0; row < columns[0]->length(); ++row) {
      const Words words = load_words<Words>(columns, row);
      State& ours = states_[group_of[row]];
      const Edge edge = words.edge.edge();
      if (edge.any && replaces<kLast>(edge.id, ours.edge))
        ours = {{{words.value[0], words.value[1]}}, edge};
    }
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
  struct Words {
    EdgeWords edge;
    uint64_t value[2];
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

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
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

  std::vector<Type> state_types() const override {
    std::vector<Type> types = word_types<EdgeWords>();
    types.push_back(kBinaryType);
    return types;
  }

  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    std::vector<ColumnRef> columns;
    LEAT_TRY(save_words<EdgeWords>(groups, memory, columns, [&](uint32_t group) {
      return EdgeWords::of(states_[group].edge);
    }));
    LEAT_TRY_ASSIGN(ColumnRef texts, save_bytes(groups, memory, [&](uint32_t group) {
                      const State& state = states_[group];
                      return state.edge.is_valid ? std::optional(state.value.text()) : std::nullopt;
                    }));
    columns.push_back(std::move(texts));
    return columns;
  }

  Status load(std::span<const ColumnRef> columns, const uint32_t* group_of) override {
    const Column& texts = *columns[kWordsOf<EdgeWords>];
    for (size_t row = 0; row < texts.length(); ++row) {
      const Edge edge = load_words<EdgeWords>(columns, row).edge();
      State& ours = states_[group_of[row]];
      if (!edge.any || !replaces<kLast>(edge.id, ours.edge)) continue;
      ours.edge = edge;
      if (edge.is_valid) LEAT_TRY(ours.value.assign(texts.view_at(row), arena_));
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
