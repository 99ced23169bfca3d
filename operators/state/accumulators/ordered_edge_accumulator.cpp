// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// first and last in an order of their own, and so arg_min and arg_max: the value in the row of each
// group that comes first (last) by the keys, rows of equal keys in the order of the input. Also
// first and last of lists and structs, with no keys at all.
//
// Each group keeps its row so far, in the batches in which such rows came. Rows that were replaced
// stay in their batches until they are the greater part; then the others move together.
#include <algorithm>

#include "engine/mutant.h"
#include "operators/data/take.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/row_store.h"
#include "operators/state/accumulators/state_columns.h"
#include "operators/state/groups/pair_table.h"

namespace leat::state {

namespace {

/// Number of a batch that is not kept yet.
constexpr uint32_t kIncoming = UINT32_MAX;

class OrderedEdgeAccumulator final : public Accumulator {
 public:
  OrderedEdgeAccumulator(const FoldSpec& spec, MemoryAccount& memory)
      : last_(spec.fold == Fold::kLastOrdered || spec.fold == Fold::kLast),
        skips_null_keys_(spec.fold == Fold::kArgument),
        memory_(memory),
        schema_(row_schema(spec)),
        keys_(spec),
        rows_(memory) {}

  Status resize(size_t groups) override {
    if (batches_.empty()) {
      LEAT_TRY_ASSIGN(Batch nothing, null_row());
      batches_.push_back(std::move(nothing));
    }
    return rows_.resize(groups, RowRef{0, 0});
  }

  Status update(const FoldRows& rows) override {
    const Batch batch(schema_, {rows.columns.begin(), rows.columns.end()},
                      rows.columns[0]->length(), rows.ids);
    Selection chosen = rows.rows;
    if (skips_null_keys_) {
      LEAT_TRY_ASSIGN(chosen,
                      rows_without_nulls(rows.columns.subspan(keys_.first), chosen, memory_));
    }
    return fold(batch, chosen, [&](size_t row) { return rows.group_of[row]; });
  }

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    auto& from = static_cast<OrderedEdgeAccumulator&>(other);
    const auto shift = static_cast<uint32_t>(batches_.size());
    for (Batch& batch : from.batches_) {
      kept_ += batch.rows();
      batches_.push_back(std::move(batch));
    }
    for (size_t i = 0; i < group_of.size(); ++i) {
      if (i % kBatchRowsMax == 0) checkpoint();
      if (from.rows_[i].batch == 0) continue;
      const RowRef theirs{from.rows_[i].batch + shift, from.rows_[i].row};
      RowRef& ours = rows_[group_of[i]];
      if (replaces(batches_[theirs.batch], theirs.row, ours, batches_[ours.batch])) ours = theirs;
    }
    return tidy();
  }

  std::vector<Type> state_types() const override {
    std::vector<Type> types;
    for (const Field& field : schema_->fields()) types.push_back(field.type);
    types.push_back(kInt64Type);  // the ordinal; NULL: no row
    return types;
  }

  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    LEAT_TRY_ASSIGN(const Batch picked, pick(groups, memory));
    std::vector<ColumnRef> columns = picked.columns();
    Column::Parts parts;
    parts.values = picked.places().ordinals;
    const auto ordinals = std::make_shared<Column>(kInt64Type, groups.size(), std::move(parts));
    LEAT_TRY_ASSIGN(ColumnRef marked, with_nulls(ordinals, memory, [&](size_t i) {
                      return rows_[groups[i]].batch == 0;
                    }));
    columns.push_back(std::move(marked));
    return columns;
  }

  Status load(std::span<const ColumnRef> states, const uint32_t* group_of) override {
    const ColumnRef& ordinals = states.back();
    RowPlaces places;
    places.ordinals = ordinals->parts().values;
    const std::span<const ColumnRef> columns = states.first(states.size() - 1);
    const Batch batch(schema_, {columns.begin(), columns.end()}, ordinals->length(), places);
    LEAT_TRY_ASSIGN(BufferRef rows,
                    memory_.allocate(std::max<size_t>(1, batch.length()) * sizeof(uint32_t)));
    size_t count = 0;
    for (size_t row = 0; row < batch.length(); ++row) {
      if (ordinals->is_valid(row))
        rows->mutable_as<uint32_t>()[count++] = static_cast<uint32_t>(row);
    }
    return fold(batch, Selection(std::move(rows), count),
                [&](size_t row) { return group_of[row]; });
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    LEAT_TRY_ASSIGN(const Batch picked, pick(result.groups, result.memory));
    return picked.columns()[0];
  }

 private:
  /// A row that stands for none: all groups begin with it.
  Result<Batch> null_row() {
    std::vector<ColumnRef> columns;
    for (const Field& field : schema_->fields()) {
      LEAT_TRY_ASSIGN(ColumnRef column, null_column(field.type, 1, memory_));
      columns.push_back(std::move(column));
    }
    return Batch(schema_, std::move(columns), 1, {});
  }

  bool replaces(const Batch& batch, size_t row, const RowRef& known,
                const Batch& known_batch) const {
    if (known.batch == 0) return true;
    const int way = keys_.compare(batch, row, known_batch, known.row);
    if (way != 0) return last_ ? way > 0 : way < 0;
    if (LEAT_MUTANT("ordered_edge_by_arrival")) return last_;
    const Ordinal ordinal = batch.places()[row];
    const Ordinal known_ordinal = known_batch.places()[known.row];
    return last_ ? ordinal >= known_ordinal : ordinal < known_ordinal;
  }

  template <typename GroupOf>
  Status fold(const Batch& batch, const Selection& rows, GroupOf&& group_of) {
    touched_.clear();
    for_each_row(rows, [&](size_t row) {
      const uint32_t group = group_of(row);
      RowRef& known = rows_[group];
      const bool is_incoming = known.batch == kIncoming;
      if (!replaces(batch, row, known, is_incoming ? batch : batches_[known.batch])) return;
      if (!is_incoming) touched_.push_back(group);
      known = {kIncoming, static_cast<uint32_t>(row)};
    });
    if (touched_.empty()) return {};
    return keep(batch);
  }

  /// Keeps the rows of the touched groups, which lie in `batch`. On an error the groups have none.
  Status keep(const Batch& batch) {
    std::sort(touched_.begin(), touched_.end(),
              [&](uint32_t a, uint32_t b) { return rows_[a].row < rows_[b].row; });
    const auto chosen = [&]() -> Result<Batch> {
      LEAT_TRY_ASSIGN(BufferRef rows, memory_.allocate(touched_.size() * sizeof(uint32_t)));
      for (size_t i = 0; i < touched_.size(); ++i)
        rows->mutable_as<uint32_t>()[i] = rows_[touched_[i]].row;
      return compact(batch.with_selection(Selection(std::move(rows), touched_.size())), memory_);
    };
    Result<Batch> kept = chosen();
    if (!kept) {
      for (const uint32_t group : touched_) rows_[group] = {0, 0};
      return std::unexpected(kept.error());
    }
    for (uint32_t i = 0; i < touched_.size(); ++i)
      rows_[touched_[i]] = {static_cast<uint32_t>(batches_.size()), i};
    kept_ += touched_.size();
    batches_.push_back(std::move(*kept));
    return tidy();
  }

  /// Moves the rows that count together when they have become few among those kept.
  Status tidy() {
    constexpr size_t kSpareRows = 2 * kBatchRowsMax;
    constexpr size_t kSpareBatches = 256;
    const size_t groups = rows_.size();
    if (kept_ <= 2 * groups + kSpareRows && batches_.size() <= kSpareBatches + groups / 512)
      return {};
    std::vector<Batch> together;
    LEAT_TRY_ASSIGN(Batch nothing, null_row());
    together.push_back(std::move(nothing));
    const RowTaker taker(batches_, schema_);
    std::vector<RowRef> some;
    for (size_t begin = 0; begin < groups; begin += kBatchRowsMax) {
      checkpoint();
      some.clear();
      const size_t end = std::min(groups, begin + kBatchRowsMax);
      for (size_t group = begin; group < end; ++group) some.push_back(rows_[group]);
      LEAT_TRY_ASSIGN(Batch batch, taker.pick(some, memory_));
      together.push_back(std::move(batch));
    }
    for (size_t group = 0; group < groups; ++group) {
      if (rows_[group].batch == 0) continue;
      rows_[group] = {static_cast<uint32_t>(1 + group / kBatchRowsMax),
                      static_cast<uint32_t>(group % kBatchRowsMax)};
    }
    batches_ = std::move(together);
    kept_ = groups;
    return {};
  }

  Result<Batch> pick(std::span<const uint32_t> groups, MemoryAccount& memory) const {
    std::vector<RowRef> rows;
    rows.reserve(groups.size());
    for (const uint32_t group : groups) rows.push_back(rows_[group]);
    return take(batches_, rows, memory);
  }

  bool last_;
  bool skips_null_keys_;
  MemoryAccount& memory_;
  SchemaRef schema_;
  RowKeys keys_;
  std::vector<Batch> batches_;  // the first is null_row()
  size_t kept_ = 0;             // rows in them
  GroupArray<RowRef> rows_;
  std::vector<uint32_t> touched_;  // groups with a row of the batch at hand
};

}  // namespace

std::unique_ptr<Accumulator> make_ordered_edge_accumulator(const FoldSpec& spec,
                                                           MemoryAccount& memory) {
  return std::make_unique<OrderedEdgeAccumulator>(spec, memory);
}

}  // namespace leat::state
