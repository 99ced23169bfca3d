// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The elements of a column of lists whose number is not known before, and where each list begins.
// What is an element is a fixed number of bytes: a value, or where it is to be taken from.
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "engine/codes/data.h"
#include "engine/codes/machine.h"
#include "engine/mutant.h"
#include "operators/expr/kernels/kernel.h"

namespace leat::expr {

/// A longer list of one row is a fault.
inline constexpr size_t kListElementsMax = size_t{4} << 20;
inline constexpr std::string_view kListTooLong = "the list would have more than 4 million elements";

/// Which rows of `inputs[0]`, the lists, are not NULL; null when all are. ERRORS: kMemory.
inline Result<BufferRef> valid_lists(const KernelContext& context, std::span<const Vector> inputs) {
  if (inputs[0].is_null_constant()) return new_zero_bits(context);
  return all_valid(context, inputs.first(1));
}

/// Rows in ascending order; rows that are left out are empty lists. Memory is charged as it grows,
/// and errors are kept until finish(). THREADS: one.
template <typename Item>
class ListItems {
 public:
  explicit ListItems(const KernelContext& context) : context_(context) {
    const size_t bytes = (context.length() + 1) * sizeof(int32_t);
    auto offsets = context.memory().allocate(bytes);
    if (offsets) {
      offsets_ = std::move(*offsets);
    } else {
      lack(std::move(offsets).error());
    }
  }

  /// Begins the list of `row`.
  void start(size_t row) {
    is_whole_ = !error_;
    if (!is_whole_) return;
    begin_rows(row + 1);
    row_ = row;
    row_begin_ = count_;
  }
  void append(Item item) {
    if (!is_whole_ || (count_ == capacity_ && !grow())) return;
    if (count_ - row_begin_ == kListElementsMax && !LEAT_MUTANT("lists_grow_on")) {
      give_up(kListTooLong);
      return;
    }
    items_->template mutable_as<Item>()[count_++] = item;
  }
  /// The row has a fault, and no list.
  void give_up(std::string_view message) {
    if (!is_whole_) return;
    context_.fault(code::kOutOfRange, row_, std::string(message));
    count_ = row_begin_;
    is_whole_ = false;
  }
  /// False after a fault or error: then nothing is appended to this list.
  bool is_whole() const { return is_whole_; }

  /// All items. REQUIRES: finish() was called.
  std::span<const Item> items() const {
    return {items_ ? items_->template as<Item>() : nullptr, count_};
  }
  BufferRef take_items() {
    if (items_) items_->set_size(count_ * sizeof(Item));
    return std::move(items_);
  }
  /// The offsets of the lists. ERRORS: kMemory, also of earlier calls.
  Result<BufferRef> finish() {
    if (error_) return std::unexpected(std::move(*error_));
    begin_rows(context_.length() + 1);
    return std::move(offsets_);
  }

 private:
  static constexpr size_t kItemsMin = 1024;

  void begin_rows(size_t end) {
    auto* const offsets = offsets_->template mutable_as<int32_t>();
    for (; begun_ < end; ++begun_) offsets[begun_] = static_cast<int32_t>(count_);
  }
  void lack(Error error) {
    error_ = std::move(error);
    is_whole_ = false;
  }
  bool grow() {
    const size_t capacity = std::max(kItemsMin, capacity_ * 2);
    if (capacity > INT32_MAX) {
      lack(Error(code::kTooManyRows, ErrorCode::kMemory,
                 "the lists of one batch hold more than 2^30 elements",
                 "make shorter lists, or turn them into rows before this stage"));
      return false;
    }
    auto items = context_.memory().allocate(capacity * sizeof(Item));
    if (!items) {
      lack(std::move(items).error());
      return false;
    }
    if (count_ > 0) std::memcpy((*items)->mutable_data(), items_->data(), count_ * sizeof(Item));
    items_ = std::move(*items);
    capacity_ = capacity;
    return true;
  }

  const KernelContext& context_;
  BufferRef offsets_;
  BufferRef items_;
  size_t capacity_ = 0;
  size_t count_ = 0;
  size_t row_ = 0;
  size_t begun_ = 0;      // rows whose beginning is known
  size_t row_begin_ = 0;  // first item of the row
  bool is_whole_ = true;
  std::optional<Error> error_;
};

/// A column of lists. `offsets` and `child` as Column has them.
inline Vector list_of(const KernelContext& context, BufferRef validity, BufferRef offsets,
                      ColumnRef child) {
  Column::Parts parts;
  parts.validity = std::move(validity);
  parts.values = std::move(offsets);
  parts.children.push_back(std::move(child));
  return column_of(context.type(), context.length(), std::move(parts));
}

}  // namespace leat::expr
