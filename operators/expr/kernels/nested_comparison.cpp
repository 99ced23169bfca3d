// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Part by part, as rows are sorted; a NULL inside makes no comparison NULL, as in PostgreSQL.
#include "operators/expr/kernels/nested_comparison.h"

#include <algorithm>

#include "operators/data/value_order.h"

namespace leat::expr {

bool can_compare_nested(const Type& type) {
  if (type.is(TypeId::kList)) return can_compare_nested(type.element());
  if (!type.is(TypeId::kStruct)) return !type.is(TypeId::kJson);
  return std::all_of(type.fields().begin(), type.fields().end(),
                     [](const Field& field) { return can_compare_nested(field.type); });
}

namespace {}  // namespace

Result<Vector> nested_comparison_kernel(const KernelContext& context,
                                        std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, new_zero_bits(context));
  const auto comparison = context.state<Comparison>();
  for_each_valid(context, validity, [&](size_t row) {
    const int way =
        compare_values(*inputs[0].column, inputs[0].at(row), *inputs[1].column, inputs[1].at(row));
    if (holds(comparison, way)) set_bit(values->mutable_data(), row);
  });
  return column_of(context, std::move(validity), std::move(values));
}

Result<Vector> nested_distinct_kernel(const KernelContext& context,
                                      std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef values, new_zero_bits(context));
  for_each_row(context.rows(), [&](size_t row) {
    const size_t left = inputs[0].at(row);
    const size_t right = inputs[1].at(row);
    const bool left_valid = inputs[0]->is_valid(left);
    const bool both = left_valid && inputs[1]->is_valid(right);
    const bool differ = both
                            ? compare_values(*inputs[0].column, left, *inputs[1].column, right) != 0
                            : left_valid != inputs[1]->is_valid(right);
    if (differ) set_bit(values->mutable_data(), row);
  });
  return column_of(context, BufferRef(), std::move(values));
}

}  // namespace leat::expr
