// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/value_order.h"

#include <algorithm>

#include "operators/data/decimal_values.h"

namespace leat {

namespace {

template <typename Value>
int compare(const Value& a, const Value& b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

}  // namespace

namespace {

/// NULL is equal to NULL, and greater than all else.
int compare_or_null(const Column& a, size_t row_a, const Column& b, size_t row_b) {
  const bool null_a = !a.is_valid(row_a);
  const bool null_b = !b.is_valid(row_b);
  if (null_a || null_b) return static_cast<int>(null_a) - static_cast<int>(null_b);
  return compare_values(a, row_a, b, row_b);
}

/// By the first elements that differ; what goes on is greater than what ends.
int compare_lists(const Column& a, size_t row_a, const Column& b, size_t row_b) {
  const int32_t* const from_a = a.values<int32_t>() + row_a;
  const int32_t* const from_b = b.values<int32_t>() + row_b;
  const int32_t size_a = from_a[1] - from_a[0];
  const int32_t size_b = from_b[1] - from_b[0];
  for (int32_t i = 0; i < std::min(size_a, size_b); ++i) {
    const int way = compare_or_null(a.child(0), static_cast<size_t>(from_a[0] + i), b.child(0),
                                    static_cast<size_t>(from_b[0] + i));
    if (way != 0) return way;
  }
  return compare(size_a, size_b);
}

int compare_structs(const Column& a, size_t row_a, const Column& b, size_t row_b) {
  for (size_t i = 0; i < a.type().fields().size(); ++i) {
    const int way = compare_or_null(a.child(i), row_a, b.child(i), row_b);
    if (way != 0) return way;
  }
  return 0;
}

}  // namespace

int compare_values(const Column& a, size_t row_a, const Column& b, size_t row_b) {
  switch (a.type().id()) {
    case TypeId::kBool: return compare(a.bool_at(row_a), b.bool_at(row_b));
    case TypeId::kDate: return compare(a.values<int32_t>()[row_a], b.values<int32_t>()[row_b]);
    case TypeId::kFloat64:
      return compare(order_of(a.values<double>()[row_a]), order_of(b.values<double>()[row_b]));
    case TypeId::kDecimal: return compare(decimal_at(a, row_a), decimal_at(b, row_b));
    case TypeId::kInterval:
      return compare(order_of(a.values<Interval>()[row_a]), order_of(b.values<Interval>()[row_b]));
    case TypeId::kUtf8:
    case TypeId::kBinary: return compare(a.view_at(row_a), b.view_at(row_b));
    case TypeId::kInt64:
    case TypeId::kTimestamp: return compare(a.values<int64_t>()[row_a], b.values<int64_t>()[row_b]);
    case TypeId::kList: return compare_lists(a, row_a, b, row_b);
    case TypeId::kStruct: return compare_structs(a, row_a, b, row_b);
    default: return 0;
  }
}

}  // namespace leat
