// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Operands of loops that are compiled once for columns and once for constants.
#pragma once

#include <cstddef>

namespace leat::expr {

/// The values of a column's rows.
template <typename Value>
struct Each {
  const Value* values;
  Value operator[](size_t row) const { return values[row]; }
  Each from(size_t row) const { return {values + row}; }
};

/// One value for all rows.
template <typename Value>
struct Same {
  Value value;
  Value operator[](size_t) const { return value; }
  Same from(size_t) const { return *this; }
};

}  // namespace leat::expr
