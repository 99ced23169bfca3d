// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The formats of the Arrow C Data Interface, and the values of fixed width that stand in them.
// Private to arrow_import.cpp and its test.
#pragma once

#include <cstdint>

#include "engine/error.h"
#include "operators/data/type.h"

namespace leat::arrow {

__extension__ using Int128 = __int128;

/// What the values become.
enum class Kind : uint8_t {
  kNull,
  kBool,
  kInt64,
  kFloat64,
  kDecimal,
  kText,
  kBinary,
  kDate,
  kTimestamp,
  kInterval,
  kList,
  kStruct
};

/// A format taken apart.
struct Layout {
  Kind kind = Kind::kNull;
  char code = 0;        ///< Tells apart the ways in which values of one kind may lie.
  int64_t buffers = 1;  ///< At least so many.
  /// Bytes of a decimal, a time of day or of each binary value, elements of each list; 0: they
  /// differ.
  int64_t width = 0;
  bool is_fixed = false;  ///< All lists have `width` elements, which may be 0.
  bool is_large = false;  ///< Offsets have 64 bits.
  bool is_view = false;
  bool is_zoned = false;  ///< Times are instants.
  uint8_t precision = 0;
  uint8_t scale = 0;
};

/// ERRORS: kPlugin, naming the format, when there is no counterpart.
Result<Layout> layout_of(const char* format);

/// The type of a kind that needs no more to be known.
TypeId type_id(Kind kind);

// Value `row` of the buffer `values`. ERRORS: kData when it has no exact counterpart.
Result<int64_t> read_int64(const Layout& layout, const uint8_t* values, int64_t row);
Result<double> read_float64(const Layout& layout, const uint8_t* values, int64_t row);
Result<Int128> read_decimal(const Layout& layout, const uint8_t* values, int64_t row);
Result<int32_t> read_date(const Layout& layout, const uint8_t* values, int64_t row);
Result<int64_t> read_timestamp(const Layout& layout, const uint8_t* values, int64_t row);
Result<Interval> read_interval(const Layout& layout, const uint8_t* values, int64_t row);

}  // namespace leat::arrow
