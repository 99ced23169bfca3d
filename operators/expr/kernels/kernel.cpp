// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/kernel.h"

#include <algorithm>
#include <cstring>

namespace leat::expr {
namespace {

constexpr size_t kTextBlockMin = 8 * 1024;
constexpr size_t kTextBlockMax = 256 * 1024;

}  // namespace

Result<BufferRef> new_bits(const KernelContext& context) {
  return context.memory().allocate(words_of(context.length()) * sizeof(uint64_t));
}

Result<BufferRef> new_zero_bits(const KernelContext& context) {
  LEAT_TRY_ASSIGN(BufferRef bits, new_bits(context));
  std::memset(bits->mutable_data(), 0, words_of(context.length()) * sizeof(uint64_t));
  return bits;
}

Result<BufferRef> all_valid(const KernelContext& context, std::span<const Vector> inputs) {
  BufferRef result;
  bool owned = false;
  for (const Vector& input : inputs) {
    if (input.is_constant || !input->may_have_nulls()) continue;
    const BufferRef& validity = input->parts().validity;
    if (!result || !validity || validity.get() == result.get()) {
      if (validity) result = validity;
      continue;
    }
    BufferRef both = result;
    if (!owned) {
      LEAT_TRY_ASSIGN(both, new_bits(context));
    }
    const uint64_t* const left = words(result);
    const uint64_t* const right = words(validity);
    uint64_t* const out = both->mutable_as<uint64_t>();
    for (size_t i = 0; i < words_of(context.length()); ++i) out[i] = left[i] & right[i];
    result = std::move(both);
    owned = true;
  }
  return result;
}

void NullWriter::set_null(size_t row) {
  if (error_) return;
  if (!owned_) {
    auto bits = new_bits(context_);
    if (!bits) {
      error_ = std::move(bits).error();
      return;
    }
    const size_t bytes = words_of(context_.length()) * sizeof(uint64_t);
    if (validity_) {
      std::memcpy((*bits)->mutable_data(), validity_->data(), bytes);
    } else {
      std::memset((*bits)->mutable_data(), 0xFF, bytes);
    }
    validity_ = std::move(*bits);
    owned_ = true;
  }
  clear_bit(validity_->mutable_data(), row);
}

Result<BufferRef> NullWriter::finish() {
  if (error_) return std::unexpected(std::move(*error_));
  return std::move(validity_);
}

TextWriter::TextWriter(const KernelContext& context) : context_(context) {
  const size_t bytes = context.length() * sizeof(Utf8View);
  auto values = context.memory().allocate(bytes);
  if (!values) {
    error_ = std::move(values).error();
    return;
  }
  values_ = std::move(*values);
  std::memset(values_->mutable_data(), 0, bytes);
  views_ = values_->mutable_as<Utf8View>();
}

uint32_t TextWriter::adopt(const Column& column) {
  const auto base = static_cast<uint32_t>(data_.size());
  data_.insert(data_.end(), column.parts().data.begin(), column.parts().data.end());
  end_ = at_;  // room() begins a buffer after the adopted ones
  return base;
}

void TextWriter::share(size_t row, const Utf8View& view, const Column& column,
                       std::string_view text, uint32_t base) {
  if (views_ == nullptr) return;
  if (text.size() <= Utf8View::kInlineBytes) {
    views_[row] = Utf8View::of_short(text);
    return;
  }
  const char* const begin = column.parts().data[view.ref.buffer]->as<char>();
  views_[row] =
      Utf8View::of(text, base + view.ref.buffer, static_cast<uint32_t>(text.data() - begin));
}

void TextWriter::write(size_t row, std::string_view text) {
  if (views_ == nullptr) return;
  if (text.size() <= Utf8View::kInlineBytes) {
    views_[row] = Utf8View::of_short(text);
    return;
  }
  char* const to = room(text.size());
  if (to == nullptr) return;
  std::memcpy(to, text.data(), text.size());
  commit(row, text.size());
}

bool TextWriter::grow(size_t bytes) {
  if (error_) return false;
  const size_t usual = std::clamp(own_bytes_, kTextBlockMin, kTextBlockMax);
  auto buffer = context_.memory().allocate(std::max(bytes, usual));
  if (!buffer) {
    error_ = std::move(buffer).error();
    return false;
  }
  own_ = static_cast<uint32_t>(data_.size());
  at_ = (*buffer)->mutable_as<char>();
  end_ = at_ + (*buffer)->capacity();
  own_bytes_ += (*buffer)->capacity();
  data_.push_back(std::move(*buffer));
  return true;
}

char* TextWriter::room(size_t bytes) {
  if (views_ == nullptr) return nullptr;
  if (static_cast<size_t>(end_ - at_) < bytes && !grow(bytes)) return nullptr;
  return at_;
}

void TextWriter::commit(size_t row, size_t bytes) {
  if (bytes == 0) return;  // a view of nothing is there already
  const auto offset = static_cast<uint32_t>(at_ - data_[own_]->as<char>());
  views_[row] = Utf8View::of({at_, bytes}, own_, offset);
  if (bytes > Utf8View::kInlineBytes) at_ += bytes;
}

Utf8View TextWriter::intern(std::string_view text) {
  if (text.size() <= Utf8View::kInlineBytes) return Utf8View::of_short(text);
  char* const to = room(text.size());
  if (to == nullptr) return {};
  std::memcpy(to, text.data(), text.size());
  const Utf8View view =
      Utf8View::of(text, own_, static_cast<uint32_t>(to - data_[own_]->as<char>()));
  at_ += text.size();
  return view;
}

Result<Vector> TextWriter::finish(BufferRef validity) {
  if (error_) return std::unexpected(std::move(*error_));
  Column::Parts parts;
  parts.validity = std::move(validity);
  parts.values = std::move(values_);
  parts.data = std::move(data_);
  return column_of(context_.type(), context_.length(), std::move(parts));
}

}  // namespace leat::expr
