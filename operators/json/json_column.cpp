// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_column.h"

#include <algorithm>

namespace leat::io {

namespace {

constexpr size_t kRoomBytes = size_t{16} << 10;
constexpr size_t kRowsMin = 64;

size_t bytes_for(const Type& type, size_t rows) {
  if (type.is(TypeId::kBool)) return bitmap_bytes(rows);
  if (type.is(TypeId::kList)) return (rows + 1) * sizeof(int32_t);
  return rows * type.width();
}

bool has_values(TypeId id) { return id != TypeId::kStruct && id != TypeId::kNull; }

}  // namespace

JsonColumn::JsonColumn(Type type, MemoryAccount& memory)
    : type_(std::move(type)), id_(type_.id()), reads_as_(id_), memory_(&memory) {
  if (type_.limit() != nullptr || (type_.mark() != Mark::kNone && !type_.is_zoned()))
    reads_as_ = TypeId::kNull;
  if (id_ == TypeId::kList) children_.emplace_back(type_.element(), memory);
  if (id_ == TypeId::kStruct) {
    for (const Field& field : type_.fields()) children_.emplace_back(field.type, memory);
  }
}

Status JsonColumn::start(const BufferRef& chunk, size_t rows) {
  length_ = 0;
  capacity_ = (std::max(rows, kRowsMin) + 7) & ~size_t{7};  // whole bytes of bitmaps
  validity_.reset();
  data_.clear();
  if (type_.is_view()) data_.push_back(chunk);
  chunk_ = chunk ? chunk->as<char>() : nullptr;
  room_used_ = 0;
  if (has_values(id_)) {
    LEAT_TRY_ASSIGN(values_, memory_->allocate(bytes_for(type_, capacity_)));
    raw_ = values_->mutable_data();
    if (id_ == TypeId::kBool) std::memset(raw_, 0, values_->capacity());
    if (id_ == TypeId::kList) values_->mutable_as<int32_t>()[0] = 0;
  }
  for (JsonColumn& child : children_) LEAT_TRY(child.start(chunk, rows));
  return {};
}

Status JsonColumn::grow() {
  const size_t capacity = 2 * capacity_;
  if (has_values(id_)) {
    LEAT_TRY_ASSIGN(BufferRef larger, memory_->allocate(bytes_for(type_, capacity)));
    if (id_ == TypeId::kBool) std::memset(larger->mutable_data(), 0, larger->capacity());
    std::memcpy(larger->mutable_data(), values_->data(), bytes_for(type_, length_));
    values_ = std::move(larger);
    raw_ = values_->mutable_data();
  }
  if (validity_) {
    LEAT_TRY_ASSIGN(BufferRef larger, memory_->allocate(bitmap_bytes(capacity)));
    std::memset(larger->mutable_data(), 0xFF, bitmap_bytes(capacity));
    std::memcpy(larger->mutable_data(), validity_->data(), bitmap_bytes(capacity_));
    validity_ = std::move(larger);
  }
  capacity_ = capacity;
  return {};
}

Result<char*> JsonColumn::room(size_t bytes) {
  if (data_.size() < 2 || room_used_ + bytes > data_.back()->capacity()) {
    LEAT_TRY_ASSIGN(BufferRef buffer, memory_->allocate(std::max(bytes, kRoomBytes)));
    data_.push_back(std::move(buffer));
    room_used_ = 0;
  }
  return data_.back()->mutable_as<char>() + room_used_;
}

void JsonColumn::put_from_room(std::string_view text) {
  put_view(text, static_cast<uint32_t>(data_.size() - 1), data_.back()->as<char>());
  if (text.size() > Utf8View::kInlineBytes) room_used_ += text.size();
}

Status JsonColumn::mark_null() {
  if (!validity_) {
    LEAT_TRY_ASSIGN(validity_, memory_->allocate(bitmap_bytes(capacity_)));
    std::memset(validity_->mutable_data(), 0xFF, bitmap_bytes(capacity_));
  }
  clear_bit(validity_->mutable_data(), length_);
  return {};
}

Status JsonColumn::append_null() {
  if (length_ == capacity_) LEAT_TRY(grow());
  if (id_ != TypeId::kNull) LEAT_TRY(mark_null());
  switch (id_) {
    case TypeId::kNull:
    case TypeId::kBool: break;
    case TypeId::kStruct:
      for (JsonColumn& child : children_) LEAT_TRY(child.append_null());
      break;
    case TypeId::kList:
      values_->mutable_as<int32_t>()[length_ + 1] = static_cast<int32_t>(children_[0].length());
      break;
    default: std::memset(values_->mutable_data() + length_ * type_.width(), 0, type_.width());
  }
  ++length_;
  return {};
}

void JsonColumn::truncate(size_t length) {
  if (validity_) {
    for (size_t row = length; row < length_; ++row) set_bit(validity_->mutable_data(), row);
  }
  if (id_ == TypeId::kBool) {
    for (size_t row = length; row < length_; ++row) clear_bit(values_->mutable_data(), row);
  }
  length_ = std::min(length, length_);
  if (id_ == TypeId::kStruct) {
    for (JsonColumn& child : children_) child.truncate(length_);
  } else if (id_ == TypeId::kList) {
    children_[0].truncate(static_cast<size_t>(values_->as<int32_t>()[length_]));
  }
}

ColumnRef JsonColumn::finish() {
  Column::Parts parts;
  if (validity_) {
    validity_->set_size(bitmap_bytes(length_));
    parts.validity = std::move(validity_);
  }
  if (has_values(id_)) {
    values_->set_size(bytes_for(type_, length_));
    parts.values = std::move(values_);
  }
  parts.data = std::move(data_);
  data_.clear();
  for (JsonColumn& child : children_) parts.children.push_back(child.finish());
  return std::make_shared<Column>(type_, length_, std::move(parts));
}

}  // namespace leat::io
