// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// array_agg and string_agg: all values of a group, in the order of the call or of the input; the
// first of them; their product, which depends on the order of the factors; and discrete quantiles
// of values that are neither numbers nor times. All rows are kept until the end;
// those of a group are sorted when its value is made.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/data/take.h"
#include "operators/data/value_order.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/float_result.h"
#include "operators/state/accumulators/number_reader.h"
#include "operators/state/accumulators/row_store.h"
#include "operators/state/accumulators/state_columns.h"
#include "operators/state/groups/pair_table.h"

namespace leat::state {

namespace {

class ListAccumulator final : public Accumulator {
 public:
  ListAccumulator(const FoldSpec& spec, MemoryAccount& memory)
      : keys_(spec),
        keeps_nulls_(spec.fold == Fold::kList),
        // Of kTop the key of the order decides which rows count.
        decides_(spec.fold == Fold::kTop ? spec.arguments() : 0),
        numbers_(spec.types[0]),
        distinct_(spec.distinct),
        memory_(memory),
        rows_(spec, memory) {}

  Status resize(size_t groups) override {
    groups_ = groups;
    return {};
  }
  Status update(const FoldRows& rows) override {
    if (keeps_nulls_) return rows_.add(rows.columns, rows.rows, rows.group_of, rows.ids);
    LEAT_TRY_ASSIGN(const Selection valid,
                    rows_without_nulls(rows.columns.subspan(decides_, 1), rows.rows, memory_));
    return rows_.add(rows.columns, valid, rows.group_of, rows.ids);
  }
  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    return rows_.absorb(static_cast<ListAccumulator&>(other).rows_, group_of);
  }

  std::vector<Type> state_types() const override { return rows_.state_types(); }
  Status load(std::span<const ColumnRef> states, const uint32_t* group_of) override {
    return rows_.load(states, group_of);
  }
  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    return rows_.save(groups, memory);
  }
  Status seal() override { return rows_.seal(groups_); }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    if (rows_.empty()) return null_column(result.type, result.groups.size(), result.memory);
    if (result.fold == Fold::kQuantileDiscrete) return quantiles(result);
    if (result.fold == Fold::kProduct) return products(result);
    return result.fold == Fold::kText ? texts(result) : lists(result);
  }

 private:
  /// Makes `order` the rows of `group` as they are to stand.
  Status sort(uint32_t group, StateArray<uint32_t>& order) const {
    const std::span<const uint32_t> rows = rows_.of(group);
    LEAT_TRY(order.resize(rows.size(), 0));
    std::copy(rows.begin(), rows.end(), order.data());
    if (distinct_) LEAT_TRY(keep_distinct(order));
    sort_if_needed(order, [this](uint32_t a, uint32_t b) { return before(a, b); });
    return {};
  }

  bool before(uint32_t a, uint32_t b) const {
    const RowRef& ref_a = rows_.ref(a);
    const RowRef& ref_b = rows_.ref(b);
    const Batch& batch_a = rows_.batch_of(ref_a);
    const Batch& batch_b = rows_.batch_of(ref_b);
    const int way = keys_.compare(batch_a, ref_a.row, batch_b, ref_b.row);
    if (way != 0) return way < 0;
    const Ordinal ordinal_a = batch_a.places()[ref_a.row];
    const Ordinal ordinal_b = batch_b.places()[ref_b.row];
    if (LEAT_MUTANT("list_by_arrival")) return a < b;
    return ordinal_a != ordinal_b ? ordinal_a < ordinal_b : a < b;
  }

  /// By the first column, NULL as the greatest value.
  int compare_first(uint32_t a, uint32_t b) const {
    const RowRef& ref_a = rows_.ref(a);
    const RowRef& ref_b = rows_.ref(b);
    const Column& column_a = rows_.batch_of(ref_a).column(0);
    const Column& column_b = rows_.batch_of(ref_b).column(0);
    const bool null_a = !column_a.is_valid(ref_a.row);
    const bool null_b = !column_b.is_valid(ref_b.row);
    if (null_a || null_b) return static_cast<int>(null_a) - static_cast<int>(null_b);
    return compare_values(column_a, ref_a.row, column_b, ref_b.row);
  }

  /// Of equal values the first row stays, in the order of the input.
  Status keep_distinct(StateArray<uint32_t>& order) const {
    std::sort(order.data(), order.data() + order.size(), [&](uint32_t a, uint32_t b) {
      const int way = compare_first(a, b);
      if (way != 0) return way < 0;
      const Ordinal ordinal_a = ordinal(a);
      const Ordinal ordinal_b = ordinal(b);
      return ordinal_a != ordinal_b ? ordinal_a < ordinal_b : a < b;
    });
    uint32_t* const end =
        std::unique(order.data(), order.data() + order.size(),
                    [this](uint32_t a, uint32_t b) { return compare_first(a, b) == 0; });
    return order.resize(static_cast<size_t>(end - order.data()), 0);
  }

  Ordinal ordinal(uint32_t row) const {
    const RowRef& ref = rows_.ref(row);
    return rows_.batch_of(ref).places()[ref.row];
  }

  template <typename Before>
  static void sort_if_needed(StateArray<uint32_t>& order, Before&& before) {
    uint32_t* const begin = order.data();
    uint32_t* const end = begin + order.size();
    if (!std::is_sorted(begin, end, before)) std::sort(begin, end, before);
  }

  Result<ColumnRef> lists(const FoldResult& result) const {
    StateArray<uint32_t> order(result.memory);
    StateArray<RowRef> rows(result.memory);
    std::vector<size_t> lengths(result.groups.size());
    for (size_t i = 0; i < result.groups.size(); ++i) {
      LEAT_TRY(sort(result.groups[i], order));
      if (result.fold == Fold::kTop && !LEAT_MUTANT("top_values_are_all"))
        LEAT_TRY(order.resize(std::min<size_t>(order.size(), result.parameters.count), 0));
      size_t bytes = 0;
      for (size_t k = 0; k < order.size(); ++k) {
        const RowRef& ref = rows_.ref(order[k]);
        bytes += value_bytes(rows_.batch_of(ref).column(0), ref.row);
      }
      if (std::optional<Error> error = too_large(bytes, result.memory)) {
        result.faults.push_back({static_cast<uint32_t>(i), std::move(*error)});
        continue;
      }
      for (size_t k = 0; k < order.size(); ++k) LEAT_TRY(rows.push_back(rows_.ref(order[k])));
      lengths[i] = order.size();
    }
    LEAT_TRY_ASSIGN(BufferRef offsets, list_offsets(lengths.size(), result.memory,
                                                    [&](size_t i) { return lengths[i]; }));
    LEAT_TRY_ASSIGN(const Batch picked, rows_.pick({rows.data(), rows.size()}, result.memory));
    return with_nulls(list_column(std::move(offsets), lengths.size(), picked.columns()[0]),
                      result.memory, [&](size_t i) { return lengths[i] == 0; });
  }

  Result<ColumnRef> quantiles(const FoldResult& result) const {
    StateArray<uint32_t> order(result.memory);
    StateArray<RowRef> rows(result.memory);
    for (const uint32_t group : result.groups) {
      LEAT_TRY(sort(group, order));
      RowRef chosen{0, 0};  // any row, where there is none
      if (order.size() > 0) {
        const size_t rank = discrete_rank(result.parameters.fraction, order.size());
        const size_t at = result.parameters.descending ? order.size() - 1 - rank : rank;
        uint32_t* const place = order.data() + at;
        std::nth_element(order.data(), place, order.data() + order.size(),
                         [this](uint32_t a, uint32_t b) { return compare_first(a, b) < 0; });
        chosen = rows_.ref(*place);
      }
      LEAT_TRY(rows.push_back(chosen));
    }
    LEAT_TRY_ASSIGN(const Batch picked, rows_.pick({rows.data(), rows.size()}, result.memory));
    return with_nulls(picked.columns()[0], result.memory,
                      [&](size_t i) { return rows_.of(result.groups[i]).empty(); });
  }

  Result<ColumnRef> products(const FoldResult& result) const {
    FixedBuilder<double> builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    StateArray<uint32_t> order(result.memory);
    for (size_t i = 0; i < result.groups.size(); ++i) {
      LEAT_TRY(sort(result.groups[i], order));
      if (order.size() == 0) {
        LEAT_TRY(builder.append_null());
        continue;
      }
      double product = 1;
      bool is_finite = true;
      for (size_t k = 0; k < order.size(); ++k) {
        const RowRef& ref = rows_.ref(order[k]);
        const double value = numbers_.read(rows_.batch_of(ref).column(0), ref.row);
        is_finite = is_finite && std::isfinite(value);
        product *= value;
      }
      LEAT_TRY(append_float(builder, result, i, product, is_finite));
    }
    return builder.finish();
  }

  Result<ColumnRef> texts(const FoldResult& result) const {
    const std::string_view separator = result.parameters.separator;
    ViewBuilder builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    StateArray<uint32_t> order(result.memory);
    for (size_t i = 0; i < result.groups.size(); ++i) {
      LEAT_TRY(sort(result.groups[i], order));
      if (order.size() == 0) {
        LEAT_TRY(builder.append_null());
        continue;
      }
      size_t bytes = (order.size() - 1) * separator.size();
      for (size_t k = 0; k < order.size(); ++k) bytes += text(order[k]).size();
      if (std::optional<Error> error = too_large(bytes, result.memory)) {
        result.faults.push_back({static_cast<uint32_t>(i), std::move(*error)});
        LEAT_TRY(builder.append_null());
        continue;
      }
      LEAT_TRY_ASSIGN(char* const room, builder.room(bytes));
      char* end = room;
      for (size_t k = 0; k < order.size(); ++k) {
        if (k > 0) end = std::copy(separator.begin(), separator.end(), end);
        const std::string_view part = text(order[k]);
        end = std::copy(part.begin(), part.end(), end);
      }
      builder.append_in_place({room, bytes}, builder.room_buffer());
    }
    return builder.finish();
  }

  std::string_view text(uint32_t row) const {
    const RowRef& ref = rows_.ref(row);
    return rows_.batch_of(ref).column(0).view_at(ref.row);
  }

  RowKeys keys_;
  bool keeps_nulls_;
  size_t decides_;  // the column whose NULLs leave out rows
  NumberReader numbers_;
  bool distinct_;
  MemoryAccount& memory_;
  RowStore rows_;
  size_t groups_ = 0;
};

}  // namespace

std::unique_ptr<Accumulator> make_list_accumulator(const FoldSpec& spec, MemoryAccount& memory) {
  return std::make_unique<ListAccumulator>(spec, memory);
}

}  // namespace leat::state
