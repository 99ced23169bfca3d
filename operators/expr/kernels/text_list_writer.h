// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Writes a column of lists of texts, whose number is not known before.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "operators/expr/kernels/list_items.h"

namespace leat::expr {

/// Rows in ascending order; rows that are left out are empty lists. Memory is charged as it grows,
/// and errors are kept until finish().
class TextListWriter {
 public:
  explicit TextListWriter(const KernelContext& context);

  /// Makes the bytes of `column` available to share(); returns the number to pass there.
  uint32_t adopt(const Column& column);
  /// Begins the list of `row`.
  void start(size_t row);
  /// An element that is part of the value `view` of the column adopted as `base`.
  void share(const Utf8View& view, const Column& column, std::string_view text, uint32_t base);
  /// An element that is copied.
  void append(std::string_view text);
  void append_null();
  /// False after a fault or error: then nothing is appended to this list.
  bool is_whole() const { return is_whole_; }
  /// ERRORS: kMemory, also of earlier calls.
  Result<Vector> finish(BufferRef validity);
  /// The elements alone, as values of `type`, and where each list begins. ERRORS: likewise.
  Result<ColumnRef> finish_elements(const Type& type, BufferRef& offsets);

 private:
  /// Makes room for one element; false when there is none.
  bool grow();
  void put(const Utf8View& view);
  bool reserve(size_t bytes);

  const KernelContext& context_;
  BufferRef offsets_;
  BufferRef views_;
  BufferRef valid_;
  std::vector<BufferRef> data_;
  size_t capacity_ = 0;  // elements
  size_t count_ = 0;
  size_t row_ = 0;
  size_t begun_ = 0;      // rows whose beginning is known
  size_t row_begin_ = 0;  // first element of the row
  char* at_ = nullptr;    // room for copies
  char* end_ = nullptr;
  uint32_t own_ = 0;
  bool has_nulls_ = false;
  bool is_whole_ = true;
  std::optional<Error> error_;
};

}  // namespace leat::expr
