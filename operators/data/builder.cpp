// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/builder.h"

#include <algorithm>

#include "engine/check.h"

namespace leat {

namespace {

constexpr size_t kFirstTextBytes = size_t{4} << 10;
constexpr size_t kTextBytesMax = size_t{1} << 20;

}  // namespace

// ---------------------------------------------------------------------------------------- validity

Status ValidityBuilder::append_null(MemoryAccount& memory, size_t row, size_t capacity) {
  if (!bits_) {
    LEAT_TRY_ASSIGN(bits_, memory.allocate(bitmap_bytes(capacity)));
    std::memset(bits_->mutable_data(), 0xFF, bitmap_bytes(capacity));
    capacity_ = capacity;
  }
  LEAT_DCHECK(row < capacity_, "more rows than were reserved");
  clear_bit(bits_->mutable_data(), row);
  return {};
}

BufferRef ValidityBuilder::finish(size_t length) {
  if (bits_) bits_->set_size(bitmap_bytes(length));
  capacity_ = 0;
  return std::move(bits_);
}

// -------------------------------------------------------------------------------------------- bool

Status BoolBuilder::reserve(size_t capacity) {
  LEAT_TRY_ASSIGN(values_, memory_->allocate(bitmap_bytes(capacity)));
  std::memset(values_->mutable_data(), 0, bitmap_bytes(capacity));
  validity_ = ValidityBuilder();
  capacity_ = capacity;
  length_ = 0;
  return {};
}

Status BoolBuilder::append_null() {
  LEAT_TRY(validity_.append_null(*memory_, length_, capacity_));
  ++length_;
  return {};
}

ColumnRef BoolBuilder::finish() {
  values_->set_size(bitmap_bytes(length_));
  Column::Parts parts;
  parts.validity = validity_.finish(length_);
  parts.values = std::move(values_);
  return std::make_shared<Column>(kBoolType, length_, std::move(parts));
}

// ------------------------------------------------------------------------------------------- views

Status ViewBuilder::reserve(size_t capacity) {
  LEAT_TRY_ASSIGN(values_, memory_->allocate(capacity * sizeof(Utf8View)));
  validity_ = ValidityBuilder();
  capacity_ = capacity;
  length_ = 0;
  data_.clear();
  own_ = 0;
  own_used_ = 0;
  own_capacity_ = 0;
  room_from_ = 0;
  return {};
}

uint32_t ViewBuilder::adopt(BufferRef buffer) {
  data_.push_back(std::move(buffer));
  return static_cast<uint32_t>(data_.size() - 1);
}

void ViewBuilder::settle_room() {
  const auto* const views = values_->as<Utf8View>();
  size_t used = room_begin_;
  for (; room_from_ < length_; ++room_from_) {
    const Utf8View& view = views[room_from_];
    if (!view.is_inline() && view.ref.buffer == own_)
      used = std::max(used, size_t{view.ref.offset} + view.length);
  }
  own_used_ = std::min(own_used_, used);
}

Result<char*> ViewBuilder::room(size_t bytes) {
  if (own_capacity_ > 0) settle_room();
  if (own_capacity_ - own_used_ < bytes || own_capacity_ == 0) {
    if (own_capacity_ > 0) data_[own_]->set_size(own_used_);
    const size_t grown = std::clamp(own_capacity_ * 2, kFirstTextBytes, kTextBytesMax);
    LEAT_TRY_ASSIGN(BufferRef fresh, memory_->allocate(std::max(grown, bytes)));
    own_capacity_ = fresh->capacity();
    own_used_ = 0;
    own_ = adopt(std::move(fresh));
  }
  char* const begin = data_[own_]->mutable_as<char>() + own_used_;
  room_begin_ = own_used_;
  room_from_ = length_;
  own_used_ += bytes;
  return begin;
}

Status ViewBuilder::append_copy(std::string_view text) {
  if (text.size() <= Utf8View::kInlineBytes) {
    values_->mutable_as<Utf8View>()[length_++] = Utf8View::of_short(text);
    return {};
  }
  LEAT_TRY_ASSIGN(char* const copy, room(text.size()));
  std::memcpy(copy, text.data(), text.size());
  append_in_place({copy, text.size()}, own_);
  return {};
}

Status ViewBuilder::append_null() {
  values_->mutable_as<Utf8View>()[length_] = Utf8View();
  LEAT_TRY(validity_.append_null(*memory_, length_, capacity_));
  ++length_;
  return {};
}

ColumnRef ViewBuilder::finish() {
  if (own_capacity_ > 0) {
    settle_room();
    data_[own_]->set_size(own_used_);
  }
  values_->set_size(length_ * sizeof(Utf8View));
  Column::Parts parts;
  parts.validity = validity_.finish(length_);
  parts.values = std::move(values_);
  parts.data = std::move(data_);
  data_.clear();
  own_capacity_ = 0;
  return std::make_shared<Column>(type_, length_, std::move(parts));
}

}  // namespace leat
