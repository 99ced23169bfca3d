// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/accumulators/row_store.h"

#include <fmt/format.h>

#include "engine/check.h"
#include "engine/go.h"
#include "operators/data/value_order.h"
#include "operators/state/accumulators/state_columns.h"

namespace leat::state {

namespace {

/// Batches with fewer rows are joined, as each costs its buffers: when together they fill a batch,
/// or when they have become many.
constexpr size_t kSmallRows = kBatchRowsMax / 4;
constexpr size_t kSmallBatchesMax = 256;

}  // namespace

SchemaRef row_schema(const FoldSpec& spec) {
  std::vector<Field> fields;
  for (const Type& type : spec.types) fields.push_back({fmt::format("{}", fields.size()), type});
  return std::make_shared<const Schema>(std::move(fields));
}

int RowKeys::compare(const Batch& a, size_t row_a, const Batch& b, size_t row_b) const {
  for (size_t i = 0; i < order.size(); ++i) {
    const Column& column_a = a.column(first + i);
    const Column& column_b = b.column(first + i);
    const bool null_a = !column_a.is_valid(row_a);
    const bool null_b = !column_b.is_valid(row_b);
    if (null_a && null_b) continue;
    if (null_a || null_b) return null_a == order[i].nulls_first ? -1 : 1;
    const int way = compare_values(column_a, row_a, column_b, row_b);
    if (way != 0) return order[i].descending ? -way : way;
  }
  return 0;
}

size_t value_bytes(const Column& column, size_t row) {
  size_t bytes = std::max<size_t>(1, column.type().width());
  if (!column.is_valid(row)) return bytes;
  if (column.type().is_view()) bytes += column.view_at(row).size();
  if (column.type().is(TypeId::kStruct)) {
    for (const ColumnRef& child : column.parts().children) bytes += value_bytes(*child, row);
  }
  if (column.type().is(TypeId::kList)) {
    const int32_t* const offsets = column.values<int32_t>() + row;
    for (int32_t i = offsets[0]; i < offsets[1]; ++i)
      bytes += value_bytes(column.child(0), static_cast<size_t>(i));
  }
  return bytes;
}

RowStore::RowStore(const FoldSpec& spec, MemoryAccount& memory)
    : memory_(memory), schema_(row_schema(spec)), groups_(memory), refs_(memory), index_(memory) {}

Status RowStore::add(std::span<const ColumnRef> columns, const Selection& rows,
                     const uint32_t* group_of, const RowPlaces& places) {
  if (rows.count() == 0) return {};
  const Batch whole(schema_, {columns.begin(), columns.end()}, columns[0]->length(), places);
  LEAT_TRY_ASSIGN(Batch batch, compact(whole.with_selection(rows), memory_));
  for (size_t i = 0; i < rows.count(); ++i) LEAT_TRY(groups_.push_back(group_of[rows[i]]));
  if (batch.rows() >= kSmallRows) {
    LEAT_TRY(flush_small());
    batches_.push_back(std::move(batch));
    return {};
  }
  small_rows_ += batch.rows();
  small_.push_back(std::move(batch));
  if (small_rows_ > kBatchRowsMax - kSmallRows) return flush_small();
  return small_.size() >= kSmallBatchesMax ? join_small() : Status();
}

Status RowStore::join_small() {
  if (small_.size() == 1) return {};
  std::vector<RowRef> rows;
  rows.reserve(small_rows_);
  for (uint32_t batch = 0; batch < small_.size(); ++batch) {
    for (uint32_t row = 0; row < small_[batch].rows(); ++row) rows.push_back({batch, row});
  }
  LEAT_TRY_ASSIGN(Batch together, take(small_, rows, memory_));
  small_.assign(1, std::move(together));
  return {};
}

Status RowStore::flush_small() {
  if (small_.empty()) return {};
  LEAT_TRY(join_small());
  batches_.push_back(std::move(small_.front()));
  small_.clear();
  small_rows_ = 0;
  return {};
}

Status RowStore::absorb(RowStore& other, const GroupNumbers& group_of) {
  LEAT_TRY(flush_small());
  LEAT_TRY(other.flush_small());
  for (size_t row = 0; row < other.groups_.size(); ++row) {
    if (row % kBatchRowsMax == 0) checkpoint();
    LEAT_TRY(groups_.push_back(group_of[other.groups_[row]]));
  }
  for (Batch& batch : other.batches_) batches_.push_back(std::move(batch));
  other.batches_.clear();
  return {};
}

Status RowStore::seal(size_t groups) {
  LEAT_TRY(flush_small());
  LEAT_TRY(refs_.resize(groups_.size(), RowRef{}));
  size_t next = 0;
  for (uint32_t batch = 0; batch < batches_.size(); ++batch) {
    checkpoint();
    for (uint32_t row = 0; row < batches_[batch].rows(); ++row) refs_[next++] = {batch, row};
  }
  LEAT_CHECK(next == groups_.size(), "a kept row has no group");
  return index_.build(groups, next, [&](size_t row) { return groups_[row]; });
}

std::vector<Type> RowStore::state_types() const {
  std::vector<Type> types;
  for (const Field& field : schema_->fields()) types.push_back(Type::list(field.type));
  types.push_back(Type::list(kInt64Type));
  return types;
}

Result<std::vector<ColumnRef>> RowStore::save(std::span<const uint32_t> groups,
                                              MemoryAccount& memory) const {
  std::vector<ColumnRef> columns;
  if (empty()) {
    for (const Type& type : state_types()) {
      LEAT_TRY_ASSIGN(ColumnRef none, null_column(type, groups.size(), memory));
      columns.push_back(std::move(none));
    }
    return columns;
  }
  LEAT_TRY_ASSIGN(const BufferRef offsets, list_offsets(groups.size(), memory, [&](size_t i) {
                    return of(groups[i]).size();
                  }));
  StateArray<RowRef> rows(memory);
  for (const uint32_t group : groups) {
    for (const uint32_t row : of(group)) LEAT_TRY(rows.push_back(refs_[row]));
  }
  LEAT_TRY_ASSIGN(const Batch picked, pick({rows.data(), rows.size()}, memory));
  for (const ColumnRef& column : picked.columns())
    columns.push_back(list_column(offsets, groups.size(), column));
  Column::Parts parts;
  parts.values = picked.places().ordinals;
  columns.push_back(list_column(
      offsets, groups.size(), std::make_shared<Column>(kInt64Type, rows.size(), std::move(parts))));
  return columns;
}

Status RowStore::load(std::span<const ColumnRef> states, const uint32_t* group_of) {
  LEAT_TRY_ASSIGN(const BufferRef groups, groups_of_elements(*states[0], group_of, memory_));
  std::vector<ColumnRef> columns;
  for (const ColumnRef& state : states) columns.push_back(state->parts().children[0]);
  RowPlaces places;
  places.ordinals = columns.back()->parts().values;
  columns.pop_back();
  return add(columns, Selection(columns[0]->length()), groups->as<uint32_t>(), places);
}

}  // namespace leat::state
