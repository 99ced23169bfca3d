// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/sorting/value_order.h"

namespace leat::state {

namespace {

template <typename Value>
int compare(const Value& a, const Value& b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

}  // namespace

int compare_values(const Column& a, size_t row_a, const Column& b, size_t row_b) {
  switch (a.type().id()) {
    case TypeId::kBool: return compare(a.bool_at(row_a), b.bool_at(row_b));
    case TypeId::kDate: return compare(a.values<int32_t>()[row_a], b.values<int32_t>()[row_b]);
    case TypeId::kFloat64:
      return compare(order_of(a.values<double>()[row_a]), order_of(b.values<double>()[row_b]));
    case TypeId::kDecimal: return compare(a.values<Int128>()[row_a], b.values<Int128>()[row_b]);
    case TypeId::kInterval:
      return compare(order_of(a.values<Interval>()[row_a]), order_of(b.values<Interval>()[row_b]));
    case TypeId::kUtf8:
    case TypeId::kBinary: return compare(a.view_at(row_a), b.view_at(row_b));
    case TypeId::kInt64:
    case TypeId::kTimestamp: return compare(a.values<int64_t>()[row_a], b.values<int64_t>()[row_b]);
    default: return 0;
  }
}

}  // namespace leat::state
