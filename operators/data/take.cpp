// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// One set of loops serves compaction (rows of one batch) and takeing (rows of many): a Picker
// says which column and which physical row stand behind output row i, and the compiler sees through
// it.
#include "operators/data/take.h"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <vector>

#include "engine/check.h"
#include "engine/codes/machine.h"

namespace leat {

namespace {

/// Views hold 32-bit offsets; text beyond this goes into another data buffer.
constexpr size_t kTextBufferBytesMax = size_t{1} << 30;

/// Rows of one column.
struct OnePicker {
  const Column* source;
  const uint32_t* rows;  // null: all, in order
  size_t count;

  size_t size() const { return count; }
  const Column& column(size_t) const { return *source; }
  size_t row(size_t i) const { return rows == nullptr ? i : rows[i]; }
  bool may_have_nulls() const { return source->may_have_nulls(); }
  bool is_valid(size_t i) const { return source->is_valid(row(i)); }
  template <typename Value>
  const Value& value(size_t i) const {
    return source->values<Value>()[row(i)];
  }
  /// REQUIRES: `view` is not inline.
  const char* text(size_t, const Utf8View& view) const { return source->resolve(view).data(); }
  const Column& any() const { return *source; }
  OnePicker child(size_t index) const { return {&source->child(index), rows, count}; }
};

/// Columns of one type, with the columns below them when it is a struct. Where their bytes lie
/// stands in arrays of its own: from thousands of batches, each of a column's own fields would be a
/// cache miss.
struct ColumnSet {
  std::vector<const Column*> columns;
  std::vector<const uint8_t*> values;
  std::vector<const uint8_t*> validity;  // null: no NULLs
  std::vector<const char*> texts;        // of views; null: several buffers
  std::vector<ColumnSet> children;
  bool may_have_nulls = false;

  explicit ColumnSet(std::vector<const Column*> set) : columns(std::move(set)) {
    may_have_nulls = std::any_of(columns.begin(), columns.end(),
                                 [](const Column* column) { return column->may_have_nulls(); });
    const Type& type = columns.front()->type();
    for (const Column* column : columns) {
      const Column::Parts& parts = column->parts();
      values.push_back(parts.values ? parts.values->data() : nullptr);
      validity.push_back(parts.validity ? parts.validity->data() : nullptr);
      if (!type.is_view()) continue;
      const bool has_one = parts.data.size() == 1 && parts.data.front();
      texts.push_back(has_one ? parts.data.front()->as<char>() : nullptr);
    }
    if (!type.is(TypeId::kStruct)) return;
    for (size_t i = 0; i < type.fields().size(); ++i) {
      std::vector<const Column*> below;
      for (const Column* column : columns) below.push_back(&column->child(i));
      children.emplace_back(std::move(below));
    }
  }
};

/// Rows of several columns of one type.
struct ManyPicker {
  const ColumnSet* sources;
  std::span<const RowRef> rows;

  size_t size() const { return rows.size(); }
  const Column& column(size_t i) const { return *sources->columns[rows[i].batch]; }
  size_t row(size_t i) const { return rows[i].row; }
  bool may_have_nulls() const { return sources->may_have_nulls; }
  bool is_valid(size_t i) const {
    const uint8_t* const bits = sources->validity[rows[i].batch];
    return bits != nullptr ? get_bit(bits, rows[i].row) : !any().type().is(TypeId::kNull);
  }
  template <typename Value>
  const Value& value(size_t i) const {
    return reinterpret_cast<const Value*>(sources->values[rows[i].batch])[rows[i].row];
  }
  /// REQUIRES: `view` is not inline.
  const char* text(size_t i, const Utf8View& view) const {
    const char* const only = sources->texts[rows[i].batch];
    return only != nullptr ? only + view.ref.offset : column(i).resolve(view).data();
  }
  const Column& any() const { return *sources->columns.front(); }
  ManyPicker child(size_t index) const { return {&sources->children[index], rows}; }
};

template <typename Picker>
Result<BufferRef> pick_validity(const Picker& picker, MemoryAccount& memory) {
  if (!picker.may_have_nulls()) return BufferRef();
  const size_t count = picker.size();
  LEAT_TRY_ASSIGN(BufferRef bits, memory.allocate(bitmap_bytes(count)));
  uint8_t* const out = bits->mutable_data();
  std::memset(out, 0, bitmap_bytes(count));
  size_t valid = 0;
  for (size_t i = 0; i < count; ++i) {
    if (picker.is_valid(i)) {
      set_bit(out, i);
      ++valid;
    }
  }
  if (valid == count) return BufferRef();
  return bits;
}

/// Any 16 bytes.
struct alignas(16) Wide {
  uint64_t words[2];
};

template <typename Value, typename Picker>
Result<BufferRef> pick_fixed(const Picker& picker, MemoryAccount& memory) {
  const size_t count = picker.size();
  LEAT_TRY_ASSIGN(BufferRef values, memory.allocate(count * sizeof(Value)));
  Value* const out = values->mutable_as<Value>();
  if constexpr (std::is_same_v<Picker, OnePicker>) {
    // What is written could be the column itself, for all that the compiler knows.
    const Value* const from = picker.source->template values<Value>();
    for (size_t i = 0; i < count; ++i) out[i] = from[picker.row(i)];
  } else {
    for (size_t i = 0; i < count; ++i) out[i] = picker.template value<Value>(i);
  }
  return values;
}

template <typename Picker>
Result<BufferRef> pick_bits(const Picker& picker, MemoryAccount& memory) {
  const size_t count = picker.size();
  LEAT_TRY_ASSIGN(BufferRef bits, memory.allocate(bitmap_bytes(count)));
  std::memset(bits->mutable_data(), 0, bitmap_bytes(count));
  for (size_t i = 0; i < count; ++i) {
    if (picker.column(i).bool_at(picker.row(i))) set_bit(bits->mutable_data(), i);
  }
  return bits;
}

/// Bytes of text that rows [begin, end) need outside their views; stops before a buffer would grow
/// too large. NULL rows count as nothing: what their views hold is undefined.
template <typename Picker>
size_t text_bytes(const Picker& picker, size_t begin, size_t& end) {
  size_t bytes = 0;
  for (size_t i = begin; i < end; ++i) {
    const Utf8View& view = picker.template value<Utf8View>(i);
    if (view.is_inline() || !picker.is_valid(i)) continue;
    __builtin_prefetch(picker.text(i, view));
    if (bytes + view.length > kTextBufferBytesMax && bytes > 0) {
      end = i;
      break;
    }
    bytes += view.length;
  }
  return bytes;
}

template <typename Picker>
Status pick_views(const Picker& picker, MemoryAccount& memory, Column::Parts& parts) {
  const size_t count = picker.size();
  LEAT_TRY_ASSIGN(parts.values, memory.allocate(count * sizeof(Utf8View)));
  Utf8View* const out = parts.values->template mutable_as<Utf8View>();
  for (size_t begin = 0; begin < count;) {
    size_t end = count;
    const size_t bytes = text_bytes(picker, begin, end);
    BufferRef text;
    const auto buffer = static_cast<uint32_t>(parts.data.size());
    if (bytes > 0) {
      LEAT_TRY_ASSIGN(text, memory.allocate(bytes));
      parts.data.push_back(text);
    }
    uint32_t used = 0;
    for (; begin < end; ++begin) {
      const Utf8View& view = picker.template value<Utf8View>(begin);
      if (!picker.is_valid(begin)) {
        out[begin] = Utf8View();
      } else if (view.is_inline()) {
        out[begin] = view;
      } else {
        std::memcpy(text->mutable_as<char>() + used, picker.text(begin, view), view.length);
        out[begin] = view;
        out[begin].ref.buffer = buffer;
        out[begin].ref.offset = used;
        used += view.length;
      }
    }
  }
  return {};
}

template <typename Picker>
Result<ColumnRef> pick(const Picker& picker, MemoryAccount& memory);

/// Writes the offsets of the picked lists; returns how many elements they have together.
template <typename Picker>
Result<size_t> pick_offsets(const Picker& picker, int32_t* offsets) {
  int64_t total = 0;
  for (size_t i = 0; i < picker.size(); ++i) {
    offsets[i] = static_cast<int32_t>(total);
    const int32_t* const from = picker.column(i).template values<int32_t>() + picker.row(i);
    if (picker.column(i).is_valid(picker.row(i))) total += from[1] - from[0];
    if (total > std::numeric_limits<int32_t>::max()) {
      return fail(code::kTooManyRows, ErrorCode::kMemory,
                  "the lists of one batch hold more than 2^31 elements",
                  "turn the lists into rows before this stage");
    }
  }
  offsets[picker.size()] = static_cast<int32_t>(total);
  return static_cast<size_t>(total);
}

/// The picked lists, and their elements picked from the children of the columns.
template <typename Picker>
Status pick_list(const Picker& picker, MemoryAccount& memory, Column::Parts& parts) {
  const size_t count = picker.size();
  LEAT_TRY_ASSIGN(parts.values, memory.allocate((count + 1) * sizeof(int32_t)));
  const int32_t* const offsets = parts.values->template as<int32_t>();
  LEAT_TRY_ASSIGN(const size_t total,
                  pick_offsets(picker, parts.values->template mutable_as<int32_t>()));
  LEAT_TRY_ASSIGN(const BufferRef refs, memory.allocate(total * sizeof(RowRef)));
  RowRef* ref = refs->template mutable_as<RowRef>();
  std::vector<const Column*> children{&picker.any().child(0)};
  for (size_t i = 0; i < count; ++i) {
    if (offsets[i] == offsets[i + 1]) continue;
    const Column& column = picker.column(i);
    // Neighbouring rows mostly come from the same column; a child that is listed twice does no
    // harm.
    if (children.back() != &column.child(0)) children.push_back(&column.child(0));
    const auto child = static_cast<uint32_t>(children.size() - 1);
    const int32_t* const from = column.template values<int32_t>() + picker.row(i);
    for (int32_t element = from[0]; element < from[1]; ++element)
      *ref++ = {child, static_cast<uint32_t>(element)};
  }
  const ColumnSet elements(std::move(children));
  LEAT_TRY_ASSIGN(ColumnRef child,
                  pick(ManyPicker{&elements, {refs->template as<RowRef>(), total}}, memory));
  parts.children.push_back(std::move(child));
  return {};
}

template <typename Picker>
Status pick_values(const Picker& picker, MemoryAccount& memory, Column::Parts& parts) {
  const Type& type = picker.any().type();
  switch (type.id()) {
    case TypeId::kNull: return {};
    case TypeId::kBool: {
      LEAT_TRY_ASSIGN(parts.values, pick_bits(picker, memory));
      return {};
    }
    case TypeId::kDate: {
      LEAT_TRY_ASSIGN(parts.values, pick_fixed<int32_t>(picker, memory));
      return {};
    }
    case TypeId::kInt64:
    case TypeId::kFloat64:
    case TypeId::kTimestamp: {
      LEAT_TRY_ASSIGN(parts.values, pick_fixed<uint64_t>(picker, memory));
      return {};
    }
    case TypeId::kDecimal:
    case TypeId::kInterval: {
      LEAT_TRY_ASSIGN(parts.values, type.is_short_decimal() ? pick_fixed<uint64_t>(picker, memory)
                                                            : pick_fixed<Wide>(picker, memory));
      return {};
    }
    case TypeId::kUtf8:
    case TypeId::kBinary:
    case TypeId::kJson: return pick_views(picker, memory, parts);
    case TypeId::kList: return pick_list(picker, memory, parts);
    case TypeId::kStruct:
      for (size_t i = 0; i < type.fields().size(); ++i) {
        LEAT_TRY_ASSIGN(ColumnRef child, pick(picker.child(i), memory));
        parts.children.push_back(std::move(child));
      }
      return {};
  }
  return {};
}

template <typename Picker>
Result<ColumnRef> pick(const Picker& picker, MemoryAccount& memory) {
  Column::Parts parts;
  const Type& type = picker.any().type();
  if (!type.is(TypeId::kNull)) {
    LEAT_TRY_ASSIGN(parts.validity, pick_validity(picker, memory));
  }
  LEAT_TRY(pick_values(picker, memory, parts));
  return std::make_shared<Column>(type, picker.size(), std::move(parts));
}

/// Is every byte that `column` keeps alive its own, and not many more than it needs?
bool is_compact(const Column& column) {
  if (column.type().is_view() || !column.parts().children.empty()) return false;
  const size_t needed = column.type().is(TypeId::kBool) ? bitmap_bytes(column.length())
                                                        : column.length() * column.type().width();
  return !column.parts().values ||
         column.parts().values->capacity() <= std::max<size_t>(2 * needed, 1024);
}

Result<RowPlaces> compact_ids(const Batch& batch, MemoryAccount& memory) {
  RowPlaces ids = batch.places();
  ids.origin.reset();
  const Selection& selection = batch.selection();
  const size_t count = selection.count();
  if (selection.is_all() || count == 0) return ids;
  const bool gapless = !ids.ordinals && size_t{selection[count - 1]} - selection[0] + 1 == count;
  if (gapless) {
    ids.first = ids.first + selection[0];
    return ids;
  }
  LEAT_TRY_ASSIGN(BufferRef packed, memory.allocate(count * sizeof(uint64_t)));
  for (size_t i = 0; i < count; ++i) packed->mutable_as<uint64_t>()[i] = batch.ordinal(i).packed();
  ids.ordinals = std::move(packed);
  return ids;
}

}  // namespace

Result<Batch> compact(const Batch& batch, MemoryAccount& memory) {
  const size_t count = batch.rows();
  const Selection& selection = batch.selection();
  const bool whole = count == batch.length() && selection.is_all();
  std::vector<ColumnRef> columns;
  columns.reserve(batch.columns().size());
  for (const ColumnRef& column : batch.columns()) {
    if (whole && is_compact(*column)) {
      columns.push_back(column);
      continue;
    }
    LEAT_TRY_ASSIGN(ColumnRef copy, pick(OnePicker{column.get(), selection.rows(), count}, memory));
    columns.push_back(std::move(copy));
  }
  LEAT_TRY_ASSIGN(RowPlaces ids, compact_ids(batch, memory));
  return Batch(batch.schema(), std::move(columns), count, std::move(ids));
}

bool is_sparse(const Batch& batch) { return batch.rows() * 2 < batch.length(); }

Result<ColumnRef> take_column(const Column& column, std::span<const uint32_t> rows,
                              MemoryAccount& memory) {
  return pick(OnePicker{&column, rows.data(), rows.size()}, memory);
}

Result<ColumnRef> null_column(const Type& type, size_t length, MemoryAccount& memory) {
  Column::Parts parts;
  if (type.is(TypeId::kNull)) return std::make_shared<Column>(type, length, std::move(parts));
  const size_t bits = bitmap_bytes(length);
  LEAT_TRY_ASSIGN(parts.validity, memory.allocate(bits));
  std::memset(parts.validity->mutable_data(), 0, bits);
  const size_t offsets = type.is(TypeId::kList) ? 1 : 0;
  const size_t bytes = type.is(TypeId::kBool) ? bits : (length + offsets) * type.width();
  if (!type.is(TypeId::kStruct)) {
    LEAT_TRY_ASSIGN(parts.values, memory.allocate(bytes));
    std::memset(parts.values->mutable_data(), 0, bytes);
  }
  if (type.is(TypeId::kList)) {
    LEAT_TRY_ASSIGN(ColumnRef elements, null_column(type.element(), 0, memory));
    parts.children.push_back(std::move(elements));
  }
  if (type.is(TypeId::kStruct)) {
    for (const Field& field : type.fields()) {
      LEAT_TRY_ASSIGN(ColumnRef child, null_column(field.type, length, memory));
      parts.children.push_back(std::move(child));
    }
  }
  return std::make_shared<Column>(type, length, std::move(parts));
}

struct RowTaker::Sources : ColumnSet {
  using ColumnSet::ColumnSet;
};

RowTaker::RowTaker(std::span<const Batch> batches, SchemaRef schema)
    : batches_(batches), schema_(std::move(schema)) {
  LEAT_CHECK(!batches_.empty(), "rows are taken from at least one batch");
  for (size_t i = 0; i < schema_->size(); ++i) {
    std::vector<const Column*> columns;
    columns.reserve(batches_.size());
    for (const Batch& batch : batches_) columns.push_back(&batch.column(i));
    columns_.emplace_back(std::move(columns));
  }
}

RowTaker::~RowTaker() = default;

Result<Batch> RowTaker::pick(std::span<const RowRef> rows, MemoryAccount& memory) const {
  std::vector<ColumnRef> columns;
  columns.reserve(columns_.size());
  for (const Sources& sources : columns_) {
    LEAT_TRY_ASSIGN(ColumnRef column, leat::pick(ManyPicker{&sources, rows}, memory));
    columns.push_back(std::move(column));
  }
  LEAT_TRY_ASSIGN(BufferRef packed, memory.allocate(rows.size() * sizeof(uint64_t)));
  uint64_t* const ids = packed->mutable_as<uint64_t>();
  for (size_t i = 0; i < rows.size(); ++i)
    ids[i] = batches_[rows[i].batch].places()[rows[i].row].packed();
  RowPlaces places;
  places.ordinals = std::move(packed);
  return Batch(schema_, std::move(columns), rows.size(), std::move(places));
}

Result<ColumnRef> take_column(std::span<const ColumnRef> columns, std::span<const RowRef> rows,
                              MemoryAccount& memory) {
  std::vector<const Column*> sources;
  sources.reserve(columns.size());
  for (const ColumnRef& column : columns) sources.push_back(column.get());
  const ColumnSet set(std::move(sources));
  return pick(ManyPicker{&set, rows}, memory);
}

Result<Batch> take(std::span<const Batch> batches, std::span<const RowRef> rows,
                   MemoryAccount& memory) {
  LEAT_CHECK(!batches.empty(), "rows are taken from at least one batch");
  return RowTaker(batches, batches.front().schema()).pick(rows, memory);
}

}  // namespace leat
