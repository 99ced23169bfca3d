// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// An immutable column in Arrow's layout: validity bitmap, values, and for strings Arrow's 16-byte
// views into data buffers. Columns are shared by reference count and never copied to be filtered: a
// batch carries a selection.
#pragma once

#include <bit>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/check.h"
#include "operators/data/buffer.h"
#include "operators/data/type.h"

namespace leat {

/// A string of up to 12 bytes stored in place, or a reference into data buffer `buffer` of its
/// column: the layout of Arrow's Utf8View. Unused bytes of a short string are zero, so that equal
/// short strings have equal 16 bytes.
struct Utf8View {
  static constexpr uint32_t kInlineBytes = 12;

  /// The first bytes, and where all of them lie.
  struct Ref {
    char prefix[4];
    uint32_t buffer;
    uint32_t offset;
  };

  uint32_t length = 0;
  union {
    char inlined[kInlineBytes];
    Ref ref;
  };

  Utf8View() : inlined{} {}
  bool is_inline() const { return length <= kInlineBytes; }

  /// A view of `text`. REQUIRES: text.size() <= 12.
  static Utf8View of_short(std::string_view text) {
    Utf8View view;
    view.length = static_cast<uint32_t>(text.size());
    if (!text.empty()) std::memcpy(view.inlined, text.data(), text.size());
    return view;
  }
  /// A view of `text` that begins at `offset` of data buffer `buffer` of the column; short text is
  /// stored in place.
  static Utf8View of(std::string_view text, uint32_t buffer, uint32_t offset) {
    if (text.size() <= kInlineBytes) return of_short(text);
    Utf8View view;
    view.length = static_cast<uint32_t>(text.size());
    std::memcpy(view.ref.prefix, text.data(), 4);
    view.ref.buffer = buffer;
    view.ref.offset = offset;
    return view;
  }
};
static_assert(sizeof(Utf8View) == 16);

/// Bit `index` of a bitmap, least significant bit of each byte first.
inline bool get_bit(const uint8_t* bits, size_t index) {
  return (bits[index >> 3] >> (index & 7)) & 1;
}
inline void set_bit(uint8_t* bits, size_t index) {
  bits[index >> 3] |= static_cast<uint8_t>(1u << (index & 7));
}
inline void clear_bit(uint8_t* bits, size_t index) {
  bits[index >> 3] &= static_cast<uint8_t>(~(1u << (index & 7)));
}
inline size_t bitmap_bytes(size_t bits) { return (bits + 7) / 8; }

class Column;
using ColumnRef = std::shared_ptr<const Column>;

/// `length` values of one type. THREADS: immutable after construction, any.
class Column {
 public:
  /// The parts of a column; unused ones stay empty.
  struct Parts {
    BufferRef validity;  ///< Null means that no value is NULL.
    BufferRef values;    ///< Fixed-width values, bits, Utf8Views or list offsets, as Type says.
    std::vector<BufferRef> data;      ///< What Utf8View::ref.buffer indexes.
    std::vector<ColumnRef> children;  ///< Of list (one) and struct.
  };

  Column(Type type, size_t length, Parts parts)
      : type_(std::move(type)), length_(length), parts_(std::move(parts)) {}

  const Type& type() const { return type_; }
  size_t length() const { return length_; }
  const Parts& parts() const { return parts_; }

  bool may_have_nulls() const {
    return static_cast<bool>(parts_.validity) || type_.is(TypeId::kNull);
  }
  bool is_valid(size_t row) const {
    return parts_.validity ? get_bit(parts_.validity->data(), row) : !type_.is(TypeId::kNull);
  }
  /// The values as an array of T. REQUIRES: T is the layout of type().
  template <typename T>
  const T* values() const {
    LEAT_DCHECK(sizeof(T) == 1 || !type_.is(TypeId::kDecimal) || sizeof(T) == type_.width(),
                "decimals are read in the width of their type");
    return parts_.values->as<T>();
  }
  /// REQUIRES: type() is bool.
  bool bool_at(size_t row) const { return get_bit(parts_.values->data(), row); }
  /// The bytes of a utf8, binary or json value; undefined for NULL. The result points into the
  /// column.
  std::string_view view_at(size_t row) const { return resolve(values<Utf8View>()[row]); }
  /// The bytes that `view`, an element of this column, stands for.
  std::string_view resolve(const Utf8View& view) const {
    if (view.is_inline()) return {view.inlined, view.length};
    return {parts_.data[view.ref.buffer]->as<char>() + view.ref.offset, view.length};
  }
  const Column& child(size_t index) const { return *parts_.children[index]; }

  /// Bytes of memory that this column keeps alive, each buffer counted once.
  size_t retained_bytes() const;

 private:
  Type type_;
  size_t length_;
  Parts parts_;
};

}  // namespace leat
