// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// min and max. Fixed-width values become integers that order as the values do, so that one loop of
// integer compares serves all. NaN is greater than every number, and -0.0 comes before 0.0: both
// only so that the result is one value whatever the order.
#include <cmath>
#include <limits>

#include "operators/data/builder.h"
#include "operators/data/exact_sum.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/state_columns.h"
#include "operators/state/arena_text.h"

namespace leat::state {

namespace {

/// A double as an integer of the same order, and back: the function is its own inverse.
int64_t flip(int64_t bits) { return bits ^ ((bits >> 63) & std::numeric_limits<int64_t>::max()); }

int64_t order_of(double value) {
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  return flip(std::bit_cast<int64_t>(value));
}

/// The limits of Key; std::numeric_limits knows those of 128 bits only with GNU extensions.
template <typename Key>
constexpr Key highest() {
  return static_cast<Key>(~(Key{1} << (8 * sizeof(Key) - 1)));
}

/// `Key` is int64_t or Int128. A group's state is its extreme so far, and at first the value that
/// loses against all: a group whose state is still that has either no values or met that very
/// value, which `met_` tells.
template <typename Key, bool kMaximum>
class FixedExtreme final : public Accumulator {
 public:
  explicit FixedExtreme(MemoryAccount& memory) : extremes_(memory), met_(memory) {}

  Status resize(size_t groups) override {
    LEAT_TRY(met_.resize(groups, 0));
    return extremes_.resize(groups, kLoser);
  }

  Status update(const FoldRows& rows) override {
    const Column& column = *rows.argument;
    switch (column.type().id()) {
      case TypeId::kNull: return {};
      case TypeId::kBool:
        return fold(rows, [&column](size_t row) { return Key{column.bool_at(row)}; });
      case TypeId::kDate:
        return fold(rows,
                    [values = column.values<int32_t>()](size_t row) { return Key{values[row]}; });
      case TypeId::kFloat64:
        return fold(rows, [values = column.values<double>()](size_t row) {
          return Key{order_of(values[row])};
        });
      default:
        return fold(rows, [values = column.values<Key>()](size_t row) { return values[row]; });
    }
  }

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const FixedExtreme&>(other);
    merge_states(extremes_, from.extremes_, group_of, [](Key& ours, const Key& theirs) {
      if (wins(theirs, ours)) ours = theirs;
    });
    merge_states(met_, from.met_, group_of, [](uint8_t& ours, uint8_t theirs) { ours |= theirs; });
    return {};
  }

  std::vector<Type> state_types() const override { return word_types<Words>(); }

  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    std::vector<ColumnRef> columns;
    LEAT_TRY(save_words<Words>(groups, memory, columns, [&](uint32_t group) {
      return Words{Int128{extremes_[group]}, Int128{met_[group]}};
    }));
    return columns;
  }

  Status load(std::span<const ColumnRef> columns, const uint32_t* group_of) override {
    for (size_t row = 0; row < columns[0]->length(); ++row) {
      const Words words = load_words<Words>(columns, row);
      Key& extreme = extremes_[group_of[row]];
      if (wins(static_cast<Key>(words.extreme), extreme)) extreme = static_cast<Key>(words.extreme);
      met_[group_of[row]] |= static_cast<uint8_t>(words.met);
    }
    return {};
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    switch (result.type.id()) {
      case TypeId::kNull:
        return std::make_shared<Column>(result.type, result.groups.size(), Column::Parts{});
      case TypeId::kBool:
        return build(result, BoolBuilder(result.memory), [](Key key) { return key != 0; });
      case TypeId::kDate:
        return build(result, FixedBuilder<int32_t>(result.type, result.memory),
                     [](Key key) { return static_cast<int32_t>(key); });
      case TypeId::kFloat64:
        return build(result, FixedBuilder<double>(result.type, result.memory), [](Key key) {
          return std::bit_cast<double>(flip(static_cast<int64_t>(key)));
        });
      default:
        return build(result, FixedBuilder<Key>(result.type, result.memory),
                     [](Key key) { return key; });
    }
  }

 private:
  struct Words {
    Int128 extreme;
    Int128 met;
  };

  static constexpr Key kLoser = kMaximum ? static_cast<Key>(~highest<Key>()) : highest<Key>();

  static bool wins(Key key, Key extreme) { return kMaximum ? key > extreme : key < extreme; }

  template <typename KeyOf>
  Status fold(const FoldRows& rows, KeyOf&& key_of) {
    fold_rows<true>(extremes_, rows, [&](Key& extreme, size_t row) {
      const Key key = key_of(row);
      if (key == kLoser) [[unlikely]]
        met_[rows.group_of[row]] = 1;
      extreme = wins(key, extreme) ? key : extreme;
    });
    return {};
  }

  template <typename Builder, typename ValueOf>
  Result<ColumnRef> build(const FoldResult& result, Builder builder, ValueOf&& value_of) const {
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (const uint32_t group : result.groups) {
      if (extremes_[group] == kLoser && met_[group] == 0) {
        LEAT_TRY(builder.append_null());
      } else {
        builder.append(value_of(extremes_[group]));
      }
    }
    return builder.finish();
  }

  GroupArray<Key> extremes_;
  GroupArray<uint8_t> met_;
};

/// utf8 and binary, ordered by bytes, which for UTF-8 is the order of code points.
template <bool kMaximum>
class TextExtreme final : public Accumulator {
 public:
  explicit TextExtreme(MemoryAccount& memory) : extremes_(memory), arena_(memory) {}

  Status resize(size_t groups) override { return extremes_.resize(groups, ArenaText{}); }

  Status update(const FoldRows& rows) override {
    Status status;
    fold_rows<true>(extremes_, rows, [&](ArenaText& extreme, size_t row) {
      const std::string_view text = rows.argument->view_at(row);
      if (!wins(text, extreme) || !status) return;
      status = extreme.assign(text, arena_);
    });
    return status;
  }

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const TextExtreme&>(other);
    for (size_t i = 0; i < group_of.size(); ++i) {
      const ArenaText& text = from.extremes_[i];
      ArenaText& extreme = extremes_[group_of[i]];
      if (text.has_text() && wins(text.text(), extreme))
        LEAT_TRY(extreme.assign(text.text(), arena_));
    }
    return {};
  }

  std::vector<Type> state_types() const override { return {kBinaryType}; }

  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    LEAT_TRY_ASSIGN(ColumnRef texts, save_bytes(groups, memory, [&](uint32_t group) {
                      const ArenaText& text = extremes_[group];
                      return text.has_text() ? std::optional(text.text()) : std::nullopt;
                    }));
    return std::vector<ColumnRef>{std::move(texts)};
  }

  Status load(std::span<const ColumnRef> columns, const uint32_t* group_of) override {
    const Column& texts = *columns[0];
    for (size_t row = 0; row < texts.length(); ++row) {
      ArenaText& extreme = extremes_[group_of[row]];
      if (texts.is_valid(row) && wins(texts.view_at(row), extreme))
        LEAT_TRY(extreme.assign(texts.view_at(row), arena_));
    }
    return {};
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    ViewBuilder builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (const uint32_t group : result.groups) {
      const ArenaText& text = extremes_[group];
      LEAT_TRY(text.has_text() ? builder.append_copy(text.text()) : builder.append_null());
    }
    return builder.finish();
  }

 private:
  static bool wins(std::string_view text, const ArenaText& extreme) {
    if (!extreme.has_text()) return true;
    return kMaximum ? text > extreme.text() : text < extreme.text();
  }

  GroupArray<ArenaText> extremes_;
  Arena arena_;
};

template <bool kMaximum>
std::unique_ptr<Accumulator> make_extreme(const Type& type, MemoryAccount& memory) {
  if (type.is_view()) return std::make_unique<TextExtreme<kMaximum>>(memory);
  if (type.is(TypeId::kDecimal) && !type.is_short_decimal())
    return std::make_unique<FixedExtreme<Int128, kMaximum>>(memory);
  return std::make_unique<FixedExtreme<int64_t, kMaximum>>(memory);
}

}  // namespace

std::unique_ptr<Accumulator> make_extreme_accumulator(Fold fold, const Type& type,
                                                      MemoryAccount& memory) {
  return fold == Fold::kMaximum ? make_extreme<true>(type, memory)
                                : make_extreme<false>(type, memory);
}

}  // namespace leat::state
