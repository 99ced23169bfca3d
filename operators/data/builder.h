// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Makes columns. Builders write into budgeted buffers of a capacity known up front (batches are
// bounded), so that appending a value is a store; only the bytes of long strings grow.
#pragma once

#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "operators/data/column.h"
#include "operators/data/decimal.h"
#include "operators/data/memory.h"

namespace leat {

/// A validity bitmap that costs nothing until the first NULL.
class ValidityBuilder {
 public:
  /// Records a NULL as row `row`. REQUIRES: rows are recorded in ascending order, row < capacity.
  Status append_null(MemoryAccount& memory, size_t row, size_t capacity);
  /// The bitmap for `length` rows, or null when none is NULL. Resets the builder.
  BufferRef finish(size_t length);

 private:
  BufferRef bits_;
  size_t capacity_ = 0;
};

/// Columns of fixed-width values (all layouts but bool, views and nested ones). That of Int128
/// makes decimals, in the width of their type.
template <typename T>
class FixedBuilder {
 public:
  FixedBuilder(Type type, MemoryAccount& memory) : type_(std::move(type)), memory_(&memory) {}

  /// Makes room for `capacity` values in a fresh buffer. Call before the first append of each
  /// column.
  Status reserve(size_t capacity) {
    LEAT_TRY_ASSIGN(values_, memory_->allocate(capacity * width()));
    validity_ = ValidityBuilder();
    capacity_ = capacity;
    length_ = 0;
    return {};
  }
  void append(T value) { put(length_++, value); }
  Status append_null() {
    put(length_, T{});
    LEAT_TRY(validity_.append_null(*memory_, length_, capacity_));
    ++length_;
    return {};
  }
  size_t length() const { return length_; }
  ColumnRef finish() {
    values_->set_size(length_ * width());
    Column::Parts parts;
    parts.validity = validity_.finish(length_);
    parts.values = std::move(values_);
    return std::make_shared<Column>(type_, length_, std::move(parts));
  }

 private:
  static constexpr bool kDecimals = std::is_same_v<T, Int128>;

  size_t width() const { return kDecimals && is_short_ ? sizeof(int64_t) : sizeof(T); }
  void put(size_t row, T value) {
    if constexpr (kDecimals) {
      if (is_short_) {
        values_->template mutable_as<int64_t>()[row] = static_cast<int64_t>(value);
        return;
      }
    }
    values_->template mutable_as<T>()[row] = value;
  }

  Type type_;
  bool is_short_ = type_.is_short_decimal();
  MemoryAccount* memory_;
  BufferRef values_;
  ValidityBuilder validity_;
  size_t capacity_ = 0;
  size_t length_ = 0;
};

/// Columns of bool.
class BoolBuilder {
 public:
  explicit BoolBuilder(MemoryAccount& memory) : memory_(&memory) {}
  Status reserve(size_t capacity);
  void append(bool value) {
    if (value) set_bit(values_->mutable_data(), length_);
    ++length_;
  }
  Status append_null();
  size_t length() const { return length_; }
  ColumnRef finish();

 private:
  MemoryAccount* memory_;
  BufferRef values_;
  ValidityBuilder validity_;
  size_t capacity_ = 0;
  size_t length_ = 0;
};

/// Columns of utf8, binary or json. Strings either stay where they are (in a chunk handed in with
/// `adopt`) or are copied into buffers of the builder's own.
class ViewBuilder {
 public:
  ViewBuilder(Type type, MemoryAccount& memory) : type_(std::move(type)), memory_(&memory) {}

  Status reserve(size_t capacity);
  /// Adds a data buffer that append_in_place may refer to; returns its index. Kept until finish().
  uint32_t adopt(BufferRef buffer);
  /// `text` lies in the data buffer `buffer` (an index from adopt).
  void append_in_place(std::string_view text, uint32_t buffer) {
    const auto offset = static_cast<uint32_t>(text.data() - data_[buffer]->as<char>());
    values_->mutable_as<Utf8View>()[length_++] = Utf8View::of(text, buffer, offset);
  }
  /// Copies `text`. ERRORS: kMemory.
  Status append_copy(std::string_view text);
  /// Room for `bytes` of text that the caller fills in and passes to append_in_place(text,
  /// room_buffer()). The room may be shorter in use than asked for: what no view refers to is
  /// handed out again by the next call. ERRORS: kMemory.
  Result<char*> room(size_t bytes);
  uint32_t room_buffer() const { return own_; }
  Status append_null();
  size_t length() const { return length_; }
  ColumnRef finish();

 private:
  /// Takes back what the last room() was not used for.
  void settle_room();

  Type type_;
  MemoryAccount* memory_;
  BufferRef values_;
  std::vector<BufferRef> data_;
  ValidityBuilder validity_;
  size_t capacity_ = 0;
  size_t length_ = 0;
  uint32_t own_ =
      0;  // index in data_ of the buffer being filled; meaningful while own_capacity_ > 0
  size_t own_used_ = 0;
  size_t room_begin_ = 0;  // where the last room() began, and the first row that can refer to it
  size_t room_from_ = 0;
  size_t own_capacity_ = 0;
};

}  // namespace leat
