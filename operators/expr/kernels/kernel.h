// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a kernel is: a function that computes one node of a program for the wanted rows of a batch.
// Its operands are columns, or constants (columns of one value that stands for every row); its
// result is a column of the batch's physical length, in which rows that are not wanted hold any
// value that is safe to read.
//
// A kernel that cannot compute a row says so with KernelContext::fault and goes on; the caller
// makes the row NULL. Kernels are pure: no state but what is passed in, so that lanes share them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operators/data/memory.h"
#include "operators/expr/kernels/rows.h"

namespace leat::expr {

/// An operand, or the result of a node.
struct Vector {
  ColumnRef column;
  bool is_constant = false;  ///< `column` has one value.

  const Column* operator->() const { return column.get(); }
  bool is_null_constant() const { return is_constant && !column->is_valid(0); }
  /// Where row `row` stands in `column`.
  size_t at(size_t row) const { return is_constant ? 0 : row; }
};

/// A row that a kernel could not compute, before its place is known.
struct KernelFault {
  uint32_t row;
  Code number;
  std::string message;
  std::string hint;
  std::optional<Span> where = {};  ///< In the pipeline, where that is not the node.
};

/// What a kernel works with.
class KernelContext {
 public:
  KernelContext(MemoryAccount& memory, const Rows& rows, const Type& type, const void* state,
                std::vector<KernelFault>& faults, bool quiet)
      : memory_(&memory),
        rows_(&rows),
        type_(&type),
        state_(state),
        faults_(&faults),
        quiet_(quiet) {}

  MemoryAccount& memory() const { return *memory_; }
  const Rows& rows() const { return *rows_; }
  size_t length() const { return rows_->length(); }
  /// The type of the result.
  const Type& type() const { return *type_; }
  /// What the function's `prepare` made of its constant arguments.
  template <typename T>
  const T& state() const {
    return *static_cast<const T*>(state_);
  }
  bool has_state() const { return state_ != nullptr; }
  /// Faults become NULL and nothing more (try_cast): their text need not be made.
  bool is_quiet() const { return quiet_; }
  /// Row `row` cannot be computed.
  void fault(Code number, size_t row, std::string message, std::string hint = {}) const {
    faults_->push_back({static_cast<uint32_t>(row), number, std::move(message), std::move(hint)});
  }
  /// Likewise, for a reason that has its own place.
  void fault_at(size_t row, Error error) const {
    faults_->push_back({static_cast<uint32_t>(row), error.number, std::move(error.message),
                        std::move(error.hint), error.pipeline});
  }

 private:
  MemoryAccount* memory_;
  const Rows* rows_;
  const Type* type_;
  const void* state_;
  std::vector<KernelFault>* faults_;
  bool quiet_;
};

/// ERRORS: kMemory.
using Kernel = Result<Vector> (*)(const KernelContext& context, std::span<const Vector> inputs);

/// The bitmap of rows in which no operand is NULL; null when none can be. Shares the bitmap when
/// one operand alone has one.
Result<BufferRef> all_valid(const KernelContext& context, std::span<const Vector> inputs);

/// Words of a bitmap that may be missing; ~0 when it is.
inline uint64_t word_or_ones(const uint64_t* bits, size_t word) {
  return bits == nullptr ? ~uint64_t{0} : bits[word];
}
inline const uint64_t* words(const BufferRef& bits) {
  return bits ? bits->as<uint64_t>() : nullptr;
}
inline bool bit_or_one(const uint64_t* bits, size_t row) {
  return bits == nullptr || (bits[row / 64] >> (row % 64) & 1) != 0;
}

/// A bitmap for the context's physical rows, uninitialised or zeroed, in whole words. ERRORS:
/// kMemory.
Result<BufferRef> new_bits(const KernelContext& context);
Result<BufferRef> new_zero_bits(const KernelContext& context);

/// Room for a decimal of the context's type in each physical row. ERRORS: kMemory.
inline Result<BufferRef> decimal_buffer(const KernelContext& context) {
  return context.memory().allocate(context.length() * context.type().width());
}

inline Vector column_of(const Type& type, size_t length, Column::Parts parts) {
  return {std::make_shared<Column>(type, length, std::move(parts)), false};
}
inline Vector column_of(const KernelContext& context, BufferRef validity, BufferRef values) {
  Column::Parts parts;
  parts.validity = std::move(validity);
  parts.values = std::move(values);
  return column_of(context.type(), context.length(), std::move(parts));
}

/// Calls `function(row)` for each wanted row whose bit in `validity` (may be null) is set.
template <typename Function>
void for_each_valid(const KernelContext& context, const BufferRef& validity, Function&& function) {
  if (!validity) return for_each_row(context.rows(), std::forward<Function>(function));
  const uint8_t* const bits = validity->data();
  for_each_row(context.rows(), [&](size_t row) {
    if (get_bit(bits, row)) function(row);
  });
}

/// Marks rows NULL one by one; the bitmap is made at the first.
class NullWriter {
 public:
  NullWriter(const KernelContext& context, BufferRef validity)
      : context_(context), validity_(std::move(validity)) {}
  void set_null(size_t row);
  /// ERRORS: kMemory, also of earlier calls.
  Result<BufferRef> finish();

 private:
  const KernelContext& context_;
  BufferRef validity_;
  bool owned_ = false;
  std::optional<Error> error_;
};

/// Writes a column of strings in any order of rows; rows not written are empty. Errors are kept
/// until finish().
class TextWriter {
 public:
  explicit TextWriter(const KernelContext& context);

  /// Makes the bytes of `column` available to share(); returns the number to pass there.
  uint32_t adopt(const Column& column);
  /// `text` is part of the value `view` of the column adopted as `base`.
  void share(size_t row, const Utf8View& view, const Column& column, std::string_view text,
             uint32_t base);
  /// Copies `text`.
  void write(size_t row, std::string_view text);
  /// Room for `bytes` that the caller fills and then passes to commit(). Null when memory is out.
  char* room(size_t bytes);
  /// The first `bytes` of the last room() are the value.
  void commit(size_t row, size_t bytes);
  /// Keeps `text` in one place, however often it is repeated: a view for put().
  Utf8View intern(std::string_view text);
  void put(size_t row, const Utf8View& view) {
    if (views_ != nullptr) views_[row] = view;
  }
  Result<Vector> finish(BufferRef validity);

 private:
  bool grow(size_t bytes);

  const KernelContext& context_;
  BufferRef values_;
  Utf8View* views_ = nullptr;
  std::vector<BufferRef> data_;
  char* at_ = nullptr;
  char* end_ = nullptr;
  uint32_t own_ = 0;
  size_t own_bytes_ = 0;
  std::optional<Error> error_;
};

}  // namespace leat::expr
