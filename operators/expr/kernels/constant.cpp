// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/constant.h"

#include <array>
#include <cstring>
#include <new>

#include "engine/check.h"
#include "operators/data/take.h"
#include "operators/json/json_encoder.h"

namespace leat::expr {
namespace {

/// What a message may quote is much shorter.
constexpr size_t kTextBytesMax = size_t{64} << 20;

class HeapOwner final : public BufferOwner {
 public:
  void release(Buffer* buffer) noexcept override {
    uint8_t* const data = buffer->mutable_data();
    delete buffer;
    ::operator delete(data, std::align_val_t{64});
  }
};

BufferRef heap_buffer(size_t bytes) {
  static HeapOwner owner;
  auto* const data =
      static_cast<uint8_t*>(::operator new(bytes + kBufferPadding, std::align_val_t{64}));
  std::memset(data, 0, bytes + kBufferPadding);
  auto* const buffer = new Buffer(data, bytes, owner);
  buffer->set_size(bytes);
  return BufferRef(buffer);
}

size_t bitmap_words_bytes(size_t length) { return (length + 63) / 64 * 8; }

size_t values_bytes(const Type& type, size_t length) {
  if (type.is(TypeId::kBool)) return bitmap_words_bytes(length);
  if (type.is(TypeId::kList)) return (length + 1) * sizeof(int32_t);
  return length * type.width();
}

/// `allocate(bytes)` gives a Result<BufferRef>.
template <typename Allocate>
Result<BufferRef> zeroed(size_t bytes, const Allocate& allocate) {
  LEAT_TRY_ASSIGN(BufferRef buffer, allocate(bytes));
  std::memset(buffer->mutable_data(), 0, bytes);
  return buffer;
}

template <typename Allocate>
Result<ColumnRef> null_column(const Type& type, size_t length, const Allocate& allocate) {
  Column::Parts parts;
  LEAT_TRY_ASSIGN(parts.validity, zeroed(bitmap_words_bytes(length), allocate));
  LEAT_TRY_ASSIGN(parts.values, zeroed(values_bytes(type, length), allocate));
  if (type.is(TypeId::kList)) {
    LEAT_TRY_ASSIGN(ColumnRef child, null_column(type.element(), 0, allocate));
    parts.children.push_back(std::move(child));
  }
  if (type.is(TypeId::kStruct)) {
    for (const Field& field : type.fields()) {
      LEAT_TRY_ASSIGN(ColumnRef child, null_column(field.type, length, allocate));
      parts.children.push_back(std::move(child));
    }
  }
  return std::make_shared<Column>(type, length, std::move(parts));
}

ColumnRef bytes_constant(const Type& type, const void* value, size_t bytes) {
  Column::Parts parts;
  parts.values = heap_buffer(bytes);
  std::memcpy(parts.values->mutable_data(), value, bytes);
  return std::make_shared<Column>(type, 1, std::move(parts));
}

bool is_nested(const Type& type) { return type.is(TypeId::kList) || type.is(TypeId::kStruct); }

BufferRef heap_copy(const BufferRef& buffer) {
  if (!buffer) return BufferRef();
  BufferRef copy = heap_buffer(buffer->size());
  std::memcpy(copy->mutable_data(), buffer->data(), buffer->size());
  return copy;
}

/// The whole column, charged to nobody.
ColumnRef heap_copy(const Column& column) {
  Column::Parts parts;
  parts.validity = heap_copy(column.parts().validity);
  parts.values = heap_copy(column.parts().values);
  for (const BufferRef& data : column.parts().data) parts.data.push_back(heap_copy(data));
  for (const ColumnRef& child : column.parts().children)
    parts.children.push_back(heap_copy(*child));
  return std::make_shared<Column>(column.type(), column.length(), std::move(parts));
}

template <typename T>
void fill(Buffer& values, const Column& constant, size_t length) {
  const T value = constant.values<T>()[0];
  T* const out = values.mutable_as<T>();
  for (size_t i = 0; i < length; ++i) out[i] = value;
}

}  // namespace

ColumnRef null_constant(const Type& type) {
  return *null_column(type, 1,
                      [](size_t bytes) -> Result<BufferRef> { return heap_buffer(bytes); });
}

ColumnRef bool_constant(bool value) {
  const uint64_t bits = value ? 1 : 0;
  return bytes_constant(kBoolType, &bits, sizeof(bits));
}

ColumnRef int64_constant(int64_t value, const Type& type) {
  return bytes_constant(type, &value, sizeof(value));
}
ColumnRef float64_constant(double value) {
  return bytes_constant(kFloat64Type, &value, sizeof(value));
}
ColumnRef decimal_constant(Int128 value, const Type& type) {
  // The low half comes first.
  return bytes_constant(type, &value, type.width());
}
ColumnRef date_constant(int32_t days) { return bytes_constant(kDateType, &days, sizeof(days)); }
ColumnRef interval_constant(const Interval& interval) {
  return bytes_constant(kIntervalType, &interval, sizeof(interval));
}

ColumnRef text_constant(std::string_view text, const Type& type) {
  Column::Parts parts;
  if (text.size() > Utf8View::kInlineBytes) {
    parts.data.push_back(heap_buffer(text.size()));
    std::memcpy(parts.data[0]->mutable_data(), text.data(), text.size());
  }
  const Utf8View view = Utf8View::of(text, 0, 0);
  parts.values = heap_buffer(sizeof(view));
  std::memcpy(parts.values->mutable_data(), &view, sizeof(view));
  return std::make_shared<Column>(type, 1, std::move(parts));
}

ColumnRef empty_list_constant(const Type& type) {
  Column::Parts parts = null_constant(type)->parts();
  parts.validity = BufferRef();
  return std::make_shared<Column>(type, 1, std::move(parts));
}

ColumnRef constant_of(const Column& column, size_t row) {
  const Type& type = column.type();
  if (!column.is_valid(row)) return null_constant(type);
  if (type.is(TypeId::kBool)) return bool_constant(column.bool_at(row));
  if (type.is_view()) return text_constant(column.view_at(row), type);
  if (is_nested(type)) {
    LEAT_CHECK(row == 0 && column.length() == 1, "a constant is one row");
    return heap_copy(column);
  }
  const size_t width = type.width();
  return bytes_constant(type, column.values<uint8_t>() + row * width, width);
}

Result<ColumnRef> repeat_constant(const Column& constant, size_t length, MemoryAccount& memory) {
  const Type& type = constant.type();
  const auto allocate = [&memory](size_t bytes) { return memory.allocate(bytes); };
  if (!constant.is_valid(0)) return null_column(type, length, allocate);
  if (is_nested(type)) {
    LEAT_TRY_ASSIGN(const BufferRef first, zeroed(length * sizeof(uint32_t), allocate));
    return take_column(constant, {first->as<uint32_t>(), length}, memory);
  }
  Column::Parts parts;
  LEAT_TRY_ASSIGN(parts.values, memory.allocate(values_bytes(type, length)));
  Buffer& values = *parts.values;
  if (type.is(TypeId::kBool)) {
    std::memset(values.mutable_data(), constant.bool_at(0) ? 0xFF : 0, values.size());
  } else if (type.is_view()) {
    fill<Utf8View>(values, constant, length);
    parts.data = constant.parts().data;
  } else if (type.width() == 4) {
    fill<int32_t>(values, constant, length);
  } else if (type.width() == 8) {
    fill<int64_t>(values, constant, length);
  } else {
    fill<Int128>(values, constant, length);
  }
  return std::make_shared<Column>(type, length, std::move(parts));
}

namespace {

std::string nested_text(const Column& column, size_t row) {
  MemoryBudget budget(kTextBytesMax);
  io::TextBuffer text(budget.open_account("constants"));
  Status written = text.start(0);
  if (written) written = io::JsonWriter(io::NonFinite::kQuote).write(column, row, text);
  return written ? std::string(text.text()) : to_string(column.type());
}

}  // namespace

std::string constant_text(const Column& column, size_t row) {
  const Type& type = column.type();
  if (!column.is_valid(row)) return "null";
  if (type.is_view() && !type.is_inet()) return std::string(column.view_at(row));
  std::array<char, io::kScalarTextBytes> text;
  if (is_nested(type)) return nested_text(column, row);
  if (!io::is_fixed_text(type)) return to_string(type);
  return std::string(text.data(), io::format_fixed(column, row, text.data()));
}

}  // namespace leat::expr
