// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/rows.h"

#include <bit>

#include "engine/check.h"

namespace leat::expr {

void Rows::set_all(size_t length) {
  LEAT_CHECK(length <= kBatchRowsMax, "a batch has more rows than batches may have");
  parent_ = nullptr;
  length_ = count_ = length;
  has_bits_ = false;
  list_ = nullptr;
}

void Rows::set(const Selection& selection, size_t length) {
  set_all(length);
  count_ = selection.count();
  if (!is_all()) list_ = selection.rows();
  if (!is_all() && list_ == nullptr) {  // a prefix of all rows
    if (!own_list_) own_list_ = std::make_unique_for_overwrite<uint32_t[]>(kBatchRowsMax + 1);
    for (size_t i = 0; i < count_; ++i) own_list_[i] = static_cast<uint32_t>(i);
    list_ = own_list_.get();
  }
}

void Rows::set_part(const Rows& parent, const Bits& bits) {
  const size_t words = words_of(parent.length());
  const Bits& outer = parent.bits();
  set_all(parent.length());
  parent_ = &parent;
  count_ = 0;
  for (size_t i = 0; i < words; ++i) {
    bits_[i] = outer[i] & bits[i];
    count_ += static_cast<size_t>(std::popcount(bits_[i]));
  }
  has_bits_ = true;
}

const Rows::Bits& Rows::bits() const {
  if (has_bits_) return bits_;
  has_bits_ = true;
  const size_t words = words_of(length_);
  if (is_all()) {
    for (size_t i = 0; i < words; ++i) bits_[i] = ~uint64_t{0};
    if (length_ % 64 != 0) bits_[words - 1] = (uint64_t{1} << (length_ % 64)) - 1;
    return bits_;
  }
  for (size_t i = 0; i < words; ++i) bits_[i] = 0;
  for (size_t i = 0; i < count_; ++i) bits_[list_[i] / 64] |= uint64_t{1} << (list_[i] % 64);
  return bits_;
}

const uint32_t* Rows::list() const {
  if (list_ != nullptr) return list_;
  if (!own_list_) own_list_ = std::make_unique_for_overwrite<uint32_t[]>(kBatchRowsMax + 1);
  list_bits(bits().data(), words_of(length_), own_list_.get());
  return list_ = own_list_.get();
}

size_t list_bits(const uint64_t* bits, size_t words, uint32_t* out) {
  uint32_t* const begin = out;
  for (size_t i = 0; i < words; ++i) {
    uint64_t word = bits[i];
    const auto base = static_cast<uint32_t>(i * 64);
    if (word == ~uint64_t{0}) {
      for (uint32_t j = 0; j < 64; ++j) out[j] = base + j;
      out += 64;
    } else {
      for (; word != 0; word &= word - 1)
        *out++ = base + static_cast<uint32_t>(std::countr_zero(word));
    }
  }
  return static_cast<size_t>(out - begin);
}

}  // namespace leat::expr
