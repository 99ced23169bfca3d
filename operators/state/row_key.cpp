// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Column by column, so that each loop knows its type; a cursor per row remembers how far the row
// has come.
#include "operators/state/row_key.h"

#include <algorithm>

#include "operators/data/decimal_values.h"

namespace leat::state {

namespace {

/// Short strings are copied as whole views; the next column overwrites what was too much, and this
/// lies behind the last.
constexpr size_t kSlackBytes = 16;

size_t null_bytes(size_t columns) { return (columns + 7) / 8; }

/// Calls `visit(row)` for each selected row whose value is not NULL.
template <typename Visit>
void for_each_value(const Column& column, const Selection& selection, Visit&& visit) {
  if (column.type().is(TypeId::kNull)) return;
  if (column.parts().validity) {
    const uint8_t* const validity = column.parts().validity->data();
    for_each_row(selection, [&](size_t row) {
      if (get_bit(validity, row)) visit(row);
    });
  } else {
    for_each_row(selection, visit);
  }
}

template <typename Value>
void append_fixed(const Column& column, const Selection& selection, char** cursors) {
  const Value* const values = column.values<Value>();
  for_each_value(column, selection, [=](size_t row) {
    std::memcpy(cursors[row], values + row, sizeof(Value));
    cursors[row] += sizeof(Value);
  });
}

void append_floats(const Column& column, const Selection& selection, char** cursors) {
  const double* const values = column.values<double>();
  for_each_value(column, selection, [=](size_t row) {
    const double value = canonical_float(values[row]);
    std::memcpy(cursors[row], &value, sizeof(value));
    cursors[row] += sizeof(value);
  });
}

void append_views(const Column& column, const Selection& selection, char** cursors) {
  const Utf8View* const views = column.values<Utf8View>();
  for_each_value(column, selection, [&column, views, cursors](size_t row) {
    const Utf8View& view = views[row];
    char* const cursor = cursors[row];
    if (view.is_inline()) {
      std::memcpy(cursor, &view, sizeof(view));
    } else {
      std::memcpy(cursor, &view.length, sizeof(view.length));
      std::memcpy(cursor + sizeof(view.length), column.resolve(view).data(), view.length);
    }
    cursors[row] = cursor + sizeof(view.length) + view.length;
  });
}

void append_column(const Column& column, const Selection& selection, char** cursors) {
  switch (column.type().id()) {
    case TypeId::kBool:
      return for_each_value(column, selection, [&column, cursors](size_t row) {
        *cursors[row]++ = column.bool_at(row) ? 1 : 0;
      });
    case TypeId::kFloat64: return append_floats(column, selection, cursors);
    case TypeId::kDate: return append_fixed<int32_t>(column, selection, cursors);
    case TypeId::kInt64:
    case TypeId::kTimestamp: return append_fixed<int64_t>(column, selection, cursors);
    case TypeId::kDecimal:
      return visit_decimals(column, [&]<typename Value>(const Value*) {
        append_fixed<Value>(column, selection, cursors);
      });
    case TypeId::kUtf8:
    case TypeId::kBinary: return append_views(column, selection, cursors);
    default: return;
  }
}

size_t encoded_width(const Type& type) { return type.is(TypeId::kBool) ? 1 : type.width(); }

}  // namespace

Status RowKeyEncoder::measure(std::span<const ColumnRef> keys, const Selection& selection) {
  size_t rows = 0;
  for_each_row(selection, [&](size_t row) { rows = std::max(rows, row + 1); });
  LEAT_TRY_ASSIGN(lengths_, memory_->allocate(rows * sizeof(uint32_t)));
  LEAT_TRY_ASSIGN(begins_, memory_->allocate(rows * sizeof(uint64_t)));
  uint32_t* const lengths = lengths_->mutable_as<uint32_t>();
  std::fill_n(lengths, rows, static_cast<uint32_t>(null_bytes(keys.size())));
  for (const ColumnRef& key : keys) {
    if (key->type().is_view()) {
      const Utf8View* const views = key->values<Utf8View>();
      for_each_value(*key, selection, [=](size_t row) {
        lengths[row] += static_cast<uint32_t>(sizeof(uint32_t)) + views[row].length;
      });
    } else {
      const auto width = static_cast<uint32_t>(encoded_width(key->type()));
      for_each_value(*key, selection, [=](size_t row) { lengths[row] += width; });
    }
  }
  uint64_t* const begins = begins_->mutable_as<uint64_t>();
  uint64_t total = 0;
  for_each_row(selection, [&](size_t row) {
    begins[row] = total;
    total += lengths[row] + kSlackBytes;
  });
  LEAT_TRY_ASSIGN(bytes_, memory_->allocate(total));
  return {};
}

Status RowKeyEncoder::encode(std::span<const ColumnRef> keys, const Selection& selection) {
  bytes_.reset();
  LEAT_TRY(measure(keys, selection));
  const size_t rows = begins_->size() / sizeof(uint64_t);
  LEAT_TRY_ASSIGN(const BufferRef cursor_buffer, memory_->allocate(rows * sizeof(char*)));
  char** const cursors = cursor_buffer->mutable_as<char*>();
  const size_t header = null_bytes(keys.size());
  for_each_row(selection, [&](size_t row) {
    char* const begin = bytes_->mutable_as<char>() + begins_->as<uint64_t>()[row];
    std::memset(begin, 0, header);
    cursors[row] = begin + header;
  });
  for (size_t i = 0; i < keys.size(); ++i) {
    append_column(*keys[i], selection, cursors);
    if (!keys[i]->may_have_nulls()) continue;
    for_each_row(selection, [&](size_t row) {
      if (keys[i]->is_valid(row)) return;
      uint8_t* const nulls = bytes_->mutable_data() + begins_->as<uint64_t>()[row];
      set_bit(nulls, i);
    });
  }
  return {};
}

// ---------------------------------------------------------------------------------------- decoding

namespace {

/// Reads column `index` of every key; `cursors` stand where it begins.
template <typename Builder, typename Append>
Result<ColumnRef> decode_column(std::span<const std::string_view> keys, size_t index,
                                Builder builder, Append&& append) {
  LEAT_TRY(builder.reserve(keys.size()));
  for (size_t i = 0; i < keys.size(); ++i) {
    if (get_bit(reinterpret_cast<const uint8_t*>(keys[i].data()), index)) {
      LEAT_TRY(builder.append_null());
    } else {
      LEAT_TRY(append(builder, i));
    }
  }
  return builder.finish();
}

template <typename Value>
Result<ColumnRef> decode_fixed(std::span<const std::string_view> keys, size_t index,
                               const Type& type, std::vector<const char*>& cursors,
                               MemoryAccount& memory) {
  return decode_column(keys, index, FixedBuilder<Value>(type, memory),
                       [&](auto& builder, size_t i) -> Status {
                         Value value;
                         std::memcpy(&value, cursors[i], sizeof(value));
                         cursors[i] += sizeof(value);
                         builder.append(value);
                         return {};
                       });
}

Result<ColumnRef> decode_any(std::span<const std::string_view> keys, size_t index, const Type& type,
                             std::vector<const char*>& cursors, MemoryAccount& memory) {
  switch (type.id()) {
    case TypeId::kNull: return std::make_shared<Column>(type, keys.size(), Column::Parts{});
    case TypeId::kBool:
      return decode_column(keys, index, BoolBuilder(memory),
                           [&](auto& builder, size_t i) -> Status {
                             builder.append(*cursors[i]++ != 0);
                             return {};
                           });
    case TypeId::kDate: return decode_fixed<int32_t>(keys, index, type, cursors, memory);
    case TypeId::kDecimal:
      return type.is_short_decimal() ? decode_fixed<int64_t>(keys, index, type, cursors, memory)
                                     : decode_fixed<Int128>(keys, index, type, cursors, memory);
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return decode_column(keys, index, ViewBuilder(type, memory),
                           [&](auto& builder, size_t i) -> Status {
                             uint32_t length = 0;
                             std::memcpy(&length, cursors[i], sizeof(length));
                             const std::string_view text(cursors[i] + sizeof(length), length);
                             cursors[i] += sizeof(length) + length;
                             return builder.append_copy(text);
                           });
    default: return decode_fixed<int64_t>(keys, index, type, cursors, memory);
  }
}

}  // namespace

Result<std::vector<ColumnRef>> decode_row_keys(std::span<const std::string_view> keys,
                                               const std::vector<Type>& types,
                                               MemoryAccount& memory) {
  std::vector<const char*> cursors;
  cursors.reserve(keys.size());
  for (const std::string_view key : keys) cursors.push_back(key.data() + null_bytes(types.size()));
  std::vector<ColumnRef> columns;
  for (size_t i = 0; i < types.size(); ++i) {
    LEAT_TRY_ASSIGN(ColumnRef column, decode_any(keys, i, types[i], cursors, memory));
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace leat::state
