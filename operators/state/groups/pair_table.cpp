// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Values of types that no GroupTable takes are encoded first: an interval as the microseconds by
// which it compares, a list or a struct as bytes that are equal for equal values.
#include "operators/state/groups/pair_table.h"

#include <algorithm>
#include <string>

#include "engine/check.h"
#include "engine/go.h"
#include "operators/data/builder.h"
#include "operators/data/decimal_values.h"
#include "operators/data/value_order.h"
#include "operators/state/accumulators/state_columns.h"
#include "operators/state/row_key.h"

namespace leat::state {

namespace {

bool is_nested(const Type& type) { return type.is(TypeId::kList) || type.is(TypeId::kStruct); }

Type encoded_type(const Type& type) {
  if (type.is(TypeId::kInterval)) return Type::decimal(38, 0);
  return is_nested(type) ? kBinaryType : type;
}

template <typename Value>
void append_raw(const Value& value, std::string& out) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

/// Appends bytes that tell the value apart from all others of its type; none is the beginning of
/// another's.
void append_value(const Column& column, size_t row, std::string& out) {
  out += column.is_valid(row) ? '\1' : '\0';
  if (!column.is_valid(row)) return;
  switch (column.type().id()) {
    case TypeId::kBool: out += column.bool_at(row) ? '\1' : '\0'; return;
    case TypeId::kDate: return append_raw(column.values<int32_t>()[row], out);
    case TypeId::kInt64:
    case TypeId::kTimestamp: return append_raw(column.values<int64_t>()[row], out);
    case TypeId::kFloat64: return append_raw(canonical_float(column.values<double>()[row]), out);
    case TypeId::kDecimal: return append_raw(decimal_at(column, row), out);
    case TypeId::kInterval: return append_raw(order_of(column.values<Interval>()[row]), out);
    case TypeId::kUtf8:
    case TypeId::kBinary: {
      const std::string_view text = column.view_at(row);
      append_raw(text.size(), out);
      out += text;
      return;
    }
    case TypeId::kList: {
      const int32_t* const offsets = column.values<int32_t>() + row;
      append_raw(offsets[1] - offsets[0], out);
      for (int32_t i = offsets[0]; i < offsets[1]; ++i)
        append_value(column.child(0), static_cast<size_t>(i), out);
      return;
    }
    case TypeId::kStruct:
      for (const ColumnRef& child : column.parts().children) append_value(*child, row, out);
      return;
    default: return;
  }
}

/// The selected rows of `column` in a type that tables take. ERRORS: kMemory.
Result<ColumnRef> encode(const ColumnRef& column, const Selection& selection,
                         MemoryAccount& memory) {
  const size_t length = column->length();
  if (column->type().is(TypeId::kInterval)) {
    LEAT_TRY_ASSIGN(BufferRef values, memory.allocate(length * sizeof(Int128)));
    for_each_row(selection, [&](size_t row) {
      values->mutable_as<Int128>()[row] = order_of(column->values<Interval>()[row]);
    });
    Column::Parts parts;
    parts.values = std::move(values);
    return std::make_shared<Column>(encoded_type(column->type()), length, std::move(parts));
  }
  if (!is_nested(column->type())) return column;
  ViewBuilder builder(kBinaryType, memory);
  LEAT_TRY(builder.reserve(length));
  std::string bytes;  // of one value
  for (size_t i = 0, row = 0; row < length; ++row) {
    const bool wanted = i < selection.count() && selection[i] == row;
    bytes.clear();
    if (wanted) append_value(*column, row, bytes);
    i += wanted ? 1 : 0;
    LEAT_TRY(builder.append_copy(bytes));
  }
  return builder.finish();
}

/// int64 groups of the first `length` rows, for the table's first key.
Result<ColumnRef> group_column(const Selection& selection, size_t length, const uint32_t* group_of,
                               MemoryAccount& memory) {
  LEAT_TRY_ASSIGN(BufferRef groups, memory.allocate(length * sizeof(int64_t)));
  for_each_row(selection, [&](size_t row) { groups->mutable_as<int64_t>()[row] = group_of[row]; });
  Column::Parts parts;
  parts.values = std::move(groups);
  return std::make_shared<Column>(kInt64Type, length, std::move(parts));
}

std::vector<Type> encoded_types(const std::vector<Type>& types) {
  std::vector<Type> encoded;
  for (const Type& type : types) encoded.push_back(encoded_type(type));
  return encoded;
}

std::unique_ptr<GroupTable> make_table(std::vector<Type> types, MemoryAccount& memory) {
  types.insert(types.begin(), kInt64Type);
  return GroupTable::make(types, memory);
}

}  // namespace

bool is_distinguishable(const Type& type) {
  if (type.is(TypeId::kInterval)) return true;
  if (type.is(TypeId::kList)) return is_distinguishable(type.element());
  if (!type.is(TypeId::kStruct)) return is_groupable(type);
  return std::all_of(type.fields().begin(), type.fields().end(),
                     [](const Field& field) { return is_distinguishable(field.type); });
}

Result<Selection> rows_without_nulls(std::span<const ColumnRef> columns, const Selection& selection,
                                     MemoryAccount& memory) {
  const bool any = std::any_of(columns.begin(), columns.end(),
                               [](const ColumnRef& column) { return column->may_have_nulls(); });
  if (!any) return selection;
  LEAT_TRY_ASSIGN(BufferRef valid,
                  memory.allocate(std::max<size_t>(1, selection.count()) * sizeof(uint32_t)));
  size_t count = 0;
  for_each_row(selection, [&](size_t row) {
    const bool is_valid =
        std::all_of(columns.begin(), columns.end(),
                    [row](const ColumnRef& column) { return column->is_valid(row); });
    valid->mutable_as<uint32_t>()[count] = static_cast<uint32_t>(row);
    count += is_valid ? 1 : 0;
  });
  return Selection(std::move(valid), count);
}

PairTable::PairTable(std::vector<Type> types, MemoryAccount& memory)
    : memory_(memory),
      types_(std::move(types)),
      encoded_(encoded_types(types_)),
      table_(make_table(encoded_, memory)),
      pair_of_(memory),
      index_(memory) {}

Status PairTable::assign(std::span<const ColumnRef> values, const Selection& selection,
                         const uint32_t* group_of) {
  LEAT_TRY_ASSIGN(const Selection valid, rows_without_nulls(values, selection, memory_));
  std::vector<ColumnRef> encoded;
  for (const ColumnRef& column : values) {
    LEAT_TRY_ASSIGN(ColumnRef value, encode(column, valid, memory_));
    encoded.push_back(std::move(value));
  }
  return assign_encoded(encoded, valid, group_of);
}

Status PairTable::assign_encoded(std::span<const ColumnRef> values, const Selection& selection,
                                 const uint32_t* group_of) {
  rows_ = selection;
  if (selection.count() == 0) return {};
  const size_t length = size_t{selection[selection.count() - 1]} + 1;
  std::vector<ColumnRef> keys;
  LEAT_TRY_ASSIGN(ColumnRef groups, group_column(selection, length, group_of, memory_));
  keys.push_back(std::move(groups));
  keys.insert(keys.end(), values.begin(), values.end());
  LEAT_TRY(pair_of_.resize(std::max(length, pair_of_.size()), 0));
  return table_->assign(keys, selection, pair_of_.data());
}

Result<std::vector<ColumnRef>> PairTable::stretch(size_t begin, size_t count,
                                                  std::vector<uint32_t>& pairs,
                                                  std::vector<uint32_t>& groups) const {
  pairs.resize(count);
  groups.resize(count);
  for (size_t i = 0; i < count; ++i) pairs[i] = static_cast<uint32_t>(begin + i);
  LEAT_TRY_ASSIGN(std::vector<ColumnRef> keys, table_->keys_of(pairs, memory_));
  for (size_t i = 0; i < count; ++i)
    groups[i] = static_cast<uint32_t>(keys[0]->values<int64_t>()[i]);
  keys.erase(keys.begin());
  return keys;
}

Status PairTable::seal(size_t groups) {
  rows_ = Selection();
  pair_of_.clear();
  StateArray<uint32_t> group_of(memory_);
  LEAT_TRY(group_of.resize(size(), 0));
  std::vector<uint32_t> pairs;
  std::vector<uint32_t> some;
  for (size_t begin = 0; begin < size(); begin += kBatchRowsMax) {
    checkpoint();
    const size_t count = std::min(kBatchRowsMax, size() - begin);
    LEAT_TRY(stretch(begin, count, pairs, some));
    std::copy(some.begin(), some.end(), group_of.data() + begin);
  }
  return index_.build(groups, size(), [&](size_t pair) { return group_of[pair]; });
}

Result<std::vector<ColumnRef>> PairTable::values_of(std::span<const uint32_t> pairs,
                                                    MemoryAccount& memory) const {
  LEAT_TRY_ASSIGN(std::vector<ColumnRef> keys, table_->keys_of(pairs, memory));
  keys.erase(keys.begin());
  return keys;
}

std::vector<Type> PairTable::state_types() const {
  std::vector<Type> types;
  for (const Type& type : encoded_) types.push_back(Type::list(type));
  return types;
}

Result<std::vector<ColumnRef>> PairTable::save(std::span<const uint32_t> groups,
                                               MemoryAccount& memory) const {
  LEAT_TRY_ASSIGN(const BufferRef offsets, list_offsets(groups.size(), memory, [&](size_t i) {
                    return pairs(groups[i]).size();
                  }));
  StateArray<uint32_t> all(memory);
  for (const uint32_t group : groups) {
    for (const uint32_t pair : pairs(group)) LEAT_TRY(all.push_back(pair));
  }
  LEAT_TRY_ASSIGN(std::vector<ColumnRef> columns, values_of({all.data(), all.size()}, memory));
  for (ColumnRef& column : columns) column = list_column(offsets, groups.size(), std::move(column));
  return columns;
}

Status PairTable::load(std::span<const ColumnRef> columns, const uint32_t* group_of,
                       BufferRef& groups) {
  const Column& lists = *columns[0];
  LEAT_TRY_ASSIGN(groups, groups_of_elements(lists, group_of, memory_));
  std::vector<ColumnRef> values;
  for (const ColumnRef& column : columns.first(encoded_.size()))
    values.push_back(column->parts().children[0]);
  const auto end = static_cast<size_t>(lists.values<int32_t>()[lists.length()]);
  LEAT_CHECK(lists.values<int32_t>()[0] == 0, "a saved list does not begin with its elements");
  return assign_encoded(values, Selection(end), groups->as<uint32_t>());
}

}  // namespace leat::state
