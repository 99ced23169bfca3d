// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Elements go into one buffer of views that doubles; short texts stand in their views, long ones in
// the buffers of the text they are a part of, or in buffers of copies.
#include "operators/expr/kernels/text_list_writer.h"

#include <algorithm>
#include <cstring>

#include "engine/codes/data.h"

namespace leat::expr {
namespace {

constexpr size_t kElementsMin = 1024;
constexpr size_t kCopiesMin = size_t{64} << 10;

}  // namespace

TextListWriter::TextListWriter(const KernelContext& context) : context_(context) {
  const size_t bytes = (context.length() + 1) * sizeof(int32_t);
  auto offsets = context.memory().allocate(bytes);
  if (!offsets) {
    error_ = std::move(offsets).error();
    is_whole_ = false;
    return;
  }
  offsets_ = std::move(*offsets);
  offsets_->set_size(bytes);
}

uint32_t TextListWriter::adopt(const Column& column) {
  const auto base = static_cast<uint32_t>(data_.size());
  data_.insert(data_.end(), column.parts().data.begin(), column.parts().data.end());
  end_ = at_;
  return base;
}

void TextListWriter::start(size_t row) {
  is_whole_ = !error_;
  if (!is_whole_) return;
  auto* const offsets = offsets_->mutable_as<int32_t>();
  for (; begun_ <= row; ++begun_) offsets[begun_] = static_cast<int32_t>(count_);
  row_ = row;
  row_begin_ = count_;
}

bool TextListWriter::grow() {
  if (!is_whole_) return false;
  if (count_ - row_begin_ == kListElementsMax) {
    context_.fault(code::kOutOfRange, row_, std::string(kListTooLong));
    count_ = row_begin_;
    is_whole_ = false;
    return false;
  }
  if (count_ < capacity_) return true;
  const size_t capacity = std::max(kElementsMin, capacity_ * 2);
  auto views = context_.memory().allocate(capacity * sizeof(Utf8View));
  auto valid = context_.memory().allocate(bitmap_bytes(capacity) + sizeof(uint64_t));
  if (!views || !valid || capacity > INT32_MAX) {
    error_ = !views ? std::move(views).error() : std::move(valid).error();
    is_whole_ = false;
    return false;
  }
  std::memset((*valid)->mutable_data(), 0xFF, bitmap_bytes(capacity));
  if (count_ > 0) {
    std::memcpy((*views)->mutable_data(), views_->data(), count_ * sizeof(Utf8View));
    std::memcpy((*valid)->mutable_data(), valid_->data(), bitmap_bytes(count_));
  }
  views_ = std::move(*views);
  valid_ = std::move(*valid);
  capacity_ = capacity;
  return true;
}

void TextListWriter::put(const Utf8View& view) {
  set_bit(valid_->mutable_data(), count_);  // of a list that was given up it may be clear
  views_->mutable_as<Utf8View>()[count_++] = view;
}

void TextListWriter::share(const Utf8View& view, const Column& column, std::string_view text,
                           uint32_t base) {
  if (!grow()) return;
  if (text.size() <= Utf8View::kInlineBytes) return put(Utf8View::of_short(text));
  const char* const begin = column.parts().data[view.ref.buffer]->as<char>();
  put(Utf8View::of(text, base + view.ref.buffer, static_cast<uint32_t>(text.data() - begin)));
}

bool TextListWriter::reserve(size_t bytes) {
  if (static_cast<size_t>(end_ - at_) >= bytes) return true;
  auto buffer = context_.memory().allocate(std::max(bytes, kCopiesMin));
  if (!buffer) {
    error_ = std::move(buffer).error();
    is_whole_ = false;
    return false;
  }
  own_ = static_cast<uint32_t>(data_.size());
  at_ = (*buffer)->mutable_as<char>();
  end_ = at_ + (*buffer)->capacity();
  (*buffer)->set_size((*buffer)->capacity());
  data_.push_back(std::move(*buffer));
  return true;
}

void TextListWriter::append(std::string_view text) {
  if (!grow()) return;
  if (text.size() <= Utf8View::kInlineBytes) return put(Utf8View::of_short(text));
  if (!reserve(text.size())) return;
  std::memcpy(at_, text.data(), text.size());
  const auto offset = static_cast<uint32_t>(at_ - data_[own_]->as<char>());
  put(Utf8View::of({at_, text.size()}, own_, offset));
  at_ += text.size();
}

void TextListWriter::append_null() {
  if (!grow()) return;
  put(Utf8View());
  clear_bit(valid_->mutable_data(), count_ - 1);
  has_nulls_ = true;
}

Result<ColumnRef> TextListWriter::finish_elements(const Type& type, BufferRef& offsets) {
  if (!error_ && !views_) {
    is_whole_ = true;
    row_begin_ = count_;
    grow();
  }
  if (error_) return std::unexpected(std::move(*error_));
  auto* const begins = offsets_->mutable_as<int32_t>();
  for (; begun_ <= context_.length(); ++begun_) begins[begun_] = static_cast<int32_t>(count_);
  offsets = std::move(offsets_);
  views_->set_size(count_ * sizeof(Utf8View));
  Column::Parts child;
  if (has_nulls_) {
    valid_->set_size(bitmap_bytes(count_));
    child.validity = std::move(valid_);
  }
  child.values = std::move(views_);
  child.data = std::move(data_);
  return std::make_shared<Column>(type, count_, std::move(child));
}

Result<Vector> TextListWriter::finish(BufferRef validity) {
  BufferRef offsets;
  LEAT_TRY_ASSIGN(ColumnRef elements, finish_elements(context_.type().element(), offsets));
  return list_of(context_, std::move(validity), std::move(offsets), std::move(elements));
}

}  // namespace leat::expr
