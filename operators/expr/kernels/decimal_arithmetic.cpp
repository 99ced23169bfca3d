// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// + - * / % of decimals. Where the type of the result has room for every result, which the scale
// table sees to unless it would take more than 38 digits, sums and products are plain integer
// arithmetic in 128 bits over all rows; elsewhere each row is computed exactly and checked.
#include <fmt/format.h>

#include "operators/expr/kernels/decimal_kernels.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

/// Both operands of a call with their scales.
struct Operands {
  explicit Operands(std::span<const Vector> inputs)
      : left(inputs[0]),
        right(inputs[1]),
        left_type(inputs[0]->type()),
        right_type(inputs[1]->type()),
        left_scale(left_type.scale()),
        right_scale(right_type.scale()) {}

  Reader<Int128> left;
  Reader<Int128> right;
  const Type& left_type;
  const Type& right_type;
  int left_scale;
  int right_scale;
};

[[gnu::cold]] void out_of_range(const KernelContext& context, const Operands& operands, size_t row,
                                char symbol) {
  context.fault(row,
                fmt::format("{} out of range: {} {} {}", to_string(context.type()),
                            decimal_text(operands.left[row], operands.left_scale), symbol,
                            decimal_text(operands.right[row], operands.right_scale)),
                "cast an operand to a decimal of fewer digits, or to float64");
}

/// Calls `compute(row, out)` for the rows that are wanted; false is out of range.
template <char kSymbol, typename Compute>
Result<Vector> each_row(const KernelContext& context, std::span<const Vector> inputs,
                        const Operands& operands, Compute&& compute) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(Int128)));
  auto* const out = values->mutable_as<Int128>();
  const Int128 limit = decimal_power(context.type().precision());
  for_each_valid(context, validity, [&](size_t row) {
    if (!compute(row, out[row]) || magnitude_of(out[row]) >= limit) [[unlikely]]
      out_of_range(context, operands, row, kSymbol);
  });
  return column_of(context, std::move(validity), std::move(values));
}

/// Calls `compute(row)` for all rows, also those that are NULL or not wanted: no result is wrong.
template <typename Compute>
Result<Vector> all_rows(const KernelContext& context, std::span<const Vector> inputs,
                        Compute&& compute) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(Int128)));
  auto* const out = values->mutable_as<Int128>();
  if (context.rows().is_dense()) {
    for (size_t row = 0; row < context.length(); ++row) out[row] = compute(row);
  } else {
    for_each_row(context.rows(), [&](size_t row) { out[row] = compute(row); });
  }
  return column_of(context, std::move(validity), std::move(values));
}

template <char kSymbol>
Result<Vector> add(const KernelContext& context, std::span<const Vector> inputs) {
  constexpr bool kSubtract = kSymbol == '-';
  const Operands operands(inputs);
  const int left_digits = context.type().scale() - operands.left_scale;
  const int right_digits = context.type().scale() - operands.right_scale;
  if (context.type().precision() < kDecimalDigitsMax) {
    const auto left_power = static_cast<UInt128>(decimal_power(left_digits));
    auto right_power = static_cast<UInt128>(decimal_power(right_digits));
    if (kSubtract) right_power = UInt128{0} - right_power;
    return all_rows(context, inputs, [&](size_t row) {
      return static_cast<Int128>(static_cast<UInt128>(operands.left[row]) * left_power +
                                 static_cast<UInt128>(operands.right[row]) * right_power);
    });
  }
  return each_row<kSymbol>(context, inputs, operands, [&](size_t row, Int128& out) {
    const Int128 right = operands.right[row];
    return add_scaled(operands.left[row], left_digits, kSubtract ? -right : right, right_digits,
                      out);
  });
}

Result<Vector> multiply(const KernelContext& context, std::span<const Vector> inputs) {
  const Operands operands(inputs);
  const int digits = operands.left_type.precision() + operands.right_type.precision();
  if (digits <= kDecimalDigitsMax) {
    return all_rows(context, inputs, [&](size_t row) {
      return static_cast<Int128>(static_cast<UInt128>(operands.left[row]) *
                                 static_cast<UInt128>(operands.right[row]));
    });
  }
  return each_row<'*'>(context, inputs, operands, [&](size_t row, Int128& out) {
    return multiply_exact(operands.left[row], operands.right[row], out);
  });
}

[[gnu::cold]] void division_by_zero(const KernelContext& context, const Operands& operands,
                                    size_t row, char symbol) {
  context.fault(row,
                fmt::format("division by zero: {} {} 0",
                            decimal_text(operands.left[row], operands.left_scale), symbol),
                "use nullif(divisor, 0) to get NULL instead");
}

Result<Vector> divide(const KernelContext& context, std::span<const Vector> inputs) {
  const Operands operands(inputs);
  const int digits = context.type().scale() + operands.right_scale - operands.left_scale;
  return each_row<'/'>(context, inputs, operands, [&](size_t row, Int128& out) {
    if (operands.right[row] != 0) [[likely]]
      return divide_scaled(operands.left[row], operands.right[row], digits, out);
    out = 0;
    division_by_zero(context, operands, row, '/');
    return true;
  });
}

Result<Vector> modulo(const KernelContext& context, std::span<const Vector> inputs) {
  const Operands operands(inputs);
  const int left_digits = context.type().scale() - operands.left_scale;
  const int right_digits = context.type().scale() - operands.right_scale;
  return each_row<'%'>(context, inputs, operands, [&](size_t row, Int128& out) {
    out = 0;
    if (operands.right[row] == 0) [[unlikely]] {
      division_by_zero(context, operands, row, '%');
    } else {
      out = remainder_scaled(operands.left[row], left_digits, operands.right[row], right_digits);
    }
    return true;
  });
}

bool holds(Comparison comparison, int order) {
  switch (comparison) {
    case Comparison::kEqual: return order == 0;
    case Comparison::kNotEqual: return order != 0;
    case Comparison::kLess: return order < 0;
    case Comparison::kLessEqual: return order <= 0;
    case Comparison::kGreater: return order > 0;
    case Comparison::kGreaterEqual: return order >= 0;
  }
  return false;
}

}  // namespace

Kernel decimal_kernel(char symbol) {
  switch (symbol) {
    case '+': return add<'+'>;
    case '-': return add<'-'>;
    case '*': return multiply;
    case '/': return divide;
    case '%': return modulo;
    default: return nullptr;
  }
}

Result<Vector> decimal_negate_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(Int128)));
  const auto* const in = inputs[0]->values<UInt128>();
  auto* const out = values->mutable_as<UInt128>();
  for (size_t row = 0; row < context.length(); ++row) out[row] = UInt128{0} - in[row];
  return column_of(context, inputs[0]->parts().validity, std::move(values));
}

Result<Vector> decimal_compare_kernel(const KernelContext& context,
                                      std::span<const Vector> inputs) {
  const Operands operands(inputs);
  const Comparison comparison = context.state<Comparison>();
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
  for_each_valid(context, validity, [&](size_t row) {
    const int order = compare_scaled(operands.left[row], operands.left_scale, operands.right[row],
                                     operands.right_scale);
    if (holds(comparison, order)) set_bit(bits->mutable_data(), row);
  });
  return column_of(context, std::move(validity), std::move(bits));
}

}  // namespace leat::expr
