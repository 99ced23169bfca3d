// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A column being filled from JSON. Unlike the builders of operators/data it nests, grows (how many
// elements the lists of a batch have is not known before), and takes back the values of a row that
// turned out to be bad.
#pragma once

#include <cstring>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "operators/data/column.h"
#include "operators/data/decimal_values.h"
#include "operators/data/memory.h"
#include "operators/text/view_store.h"

namespace leat::io {

/// THREADS: one.
class JsonColumn {
 public:
  JsonColumn(Type type, MemoryAccount& memory);

  const Type& type() const { return type_; }
  TypeId id() const { return id_; }
  /// How a value of it is read: as the id says, or, with a mark or a limit, as kNull.
  TypeId reads_as() const { return reads_as_; }
  size_t length() const { return length_; }
  /// The element column of a list, the field columns of a struct.
  std::vector<JsonColumn>& children() { return children_; }

  /// Begins a column of about `rows` values. Text may lie in `chunk`. ERRORS: kMemory.
  Status start(const BufferRef& chunk, size_t rows);

  /// Is there no room for another value? Then `grow` before one is put. ERRORS: kMemory.
  bool is_full() const { return length_ == capacity_; }
  Status grow();

  /// Append a value. REQUIRES: not full; T is the layout of the type.
  template <typename T>
  void put(T value) {
    reinterpret_cast<T*>(raw_)[length_++] = value;
  }
  /// Of decimals, in the width of the type.
  void put(Int128 value) { DecimalWriter(type_, *values_).set(length_++, value); }
  void put_bool(bool value) {
    if (value) set_bit(raw_, length_);
    ++length_;
  }
  /// `text` lies in the chunk, with 16 readable bytes.
  void put_in_place(std::string_view text) { put_view(text, 0, chunk_); }
  /// Ends a list: its elements are those appended to the child since the list before.
  void put_list() {
    const auto end = static_cast<int32_t>(children_[0].length());
    reinterpret_cast<int32_t*>(raw_)[++length_] = end;
  }
  /// Ends a struct, whose fields were appended.
  void put_struct() { ++length_; }
  /// `text` lies in the room handed out last.
  void put_from_room(std::string_view text);
  /// Room for `bytes` of text, to be passed to put_from_room. ERRORS: kMemory.
  Result<char*> room(size_t bytes);
  /// NULL, in a struct with all its fields. ERRORS: kMemory.
  Status append_null();

  /// Takes back the values from `length` on. A struct may have fields that are further along.
  void truncate(size_t length);
  ColumnRef finish();

 private:
  Status mark_null();
  void put_view(std::string_view text, uint32_t buffer, const char* buffer_begin);

  Type type_;
  TypeId id_;
  TypeId reads_as_;
  MemoryAccount* memory_;
  BufferRef values_;
  uint8_t* raw_ = nullptr;       // of values_
  const char* chunk_ = nullptr;  // of data_[0]
  BufferRef
      validity_;  // null as long as nothing is NULL; bits past length_ are set, capacity_ in all
  std::vector<BufferRef> data_;  // of text: the chunk, then own buffers
  size_t room_used_ = 0;         // of the last own buffer
  size_t length_ = 0;
  size_t capacity_ = 0;
  std::vector<JsonColumn> children_;
};

inline void JsonColumn::put_view(std::string_view text, uint32_t buffer, const char* buffer_begin) {
  const auto offset = static_cast<uint32_t>(text.data() - buffer_begin);
  store_view(text.data(), static_cast<uint32_t>(text.size()), buffer, offset,
             reinterpret_cast<Utf8View*>(raw_) + length_);
  ++length_;
}

}  // namespace leat::io
