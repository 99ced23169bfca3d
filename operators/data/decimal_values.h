// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The values of decimal columns, which lie in 64 or in 128 bits as the digits of their type say
// (Type::is_short_decimal). Loops over many rows ask once for all, by visit_decimals.
#pragma once

#include "operators/data/column.h"
#include "operators/data/decimal.h"

namespace leat {

/// Reads a decimal column. THREADS: immutable, any.
class DecimalValues {
 public:
  /// REQUIRES: a column of decimals, which outlives this.
  explicit DecimalValues(const Column& column)
      : bytes_(column.values<uint8_t>()), is_short_(column.type().is_short_decimal()) {}

  Int128 operator[](size_t row) const {
    if (is_short_) return reinterpret_cast<const int64_t*>(bytes_)[row];
    return reinterpret_cast<const Int128*>(bytes_)[row];
  }

 private:
  const uint8_t* bytes_;
  bool is_short_;
};

/// One value. REQUIRES: a column of decimals.
inline Int128 decimal_at(const Column& column, size_t row) { return DecimalValues(column)[row]; }

/// Writes values of a decimal type. THREADS: one.
class DecimalWriter {
 public:
  /// REQUIRES: `values` has room for the rows that are written, in the width of `type`.
  DecimalWriter(const Type& type, Buffer& values)
      : bytes_(values.mutable_data()), is_short_(type.is_short_decimal()) {}

  /// REQUIRES: `value` has no more digits than the type.
  void set(size_t row, Int128 value) const {
    if (is_short_) {
      reinterpret_cast<int64_t*>(bytes_)[row] = static_cast<int64_t>(value);
    } else {
      reinterpret_cast<Int128*>(bytes_)[row] = value;
    }
  }

 private:
  uint8_t* bytes_;
  bool is_short_;
};

/// Returns what `visit` returns for the values of `column` as an array of int64_t or of Int128.
template <typename Visit>
auto visit_decimals(const Column& column, Visit&& visit) {
  if (column.type().is_short_decimal()) return visit(column.values<int64_t>());
  return visit(column.values<Int128>());
}

}  // namespace leat
