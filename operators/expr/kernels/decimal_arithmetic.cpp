// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// + - * / % of decimals, and of decimals with int64. Where the type of the result has room for
// every result, which the scale table sees to unless it would take more than 38 digits, sums and
// products are plain integer arithmetic over all rows: in 64 bits as far as the types say that it
// fits, else in 128. Where it has not, the largest values of the batch decide: nearly always they
// show that no row can go wrong, and the loop is as plain; elsewhere each row is computed exactly
// and checked.
#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "engine/check.h"
#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/data/decimal_values.h"
#include "operators/expr/kernels/decimal_kernels.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

static_assert(std::endian::native == std::endian::little, "the low half of 128 bits comes first");

/// What 10^38 is the next power of two below of: a magnitude of that fits every decimal.
constexpr int kBitsMax = 126;
constexpr int kShortBits = 63;

/// So many bits hold each magnitude of `digits` digits.
constexpr int bits_of_digits(int digits) { return (digits * 10 + 2) / 3; }

/// An operand's values times 10^scale, whichever way they are stored.
class Units {
 public:
  explicit Units(const Vector& vector)
      : type_(vector->type()),
        bytes_(vector->values<char>()),
        mask_(vector.is_constant ? 0 : ~size_t{0}),
        shift_(is_int64() || type_.is_short_decimal() ? 3 : 4) {}

  Int128 operator[](size_t row) const {
    if (is_short()) return short_at(row);
    Int128 value = 0;
    std::memcpy(&value, bytes_ + ((row & mask_) << shift_), sizeof(value));
    return value;
  }
  /// As operator[], of values that fit 64 bits; of others anything.
  int64_t short_at(size_t row) const {
    int64_t value = 0;
    std::memcpy(&value, bytes_ + ((row & mask_) << shift_), sizeof(value));
    return value;
  }
  int scale() const { return type_.scale(); }
  int precision() const { return is_int64() ? kInt64Digits : type_.precision(); }
  /// Do the values lie in 64 bits?
  bool is_short() const { return shift_ == 3; }

  /// So many bits hold each magnitude, and with a sign each value: the fewer of what the type says
  /// and, when that is more than `enough`, what the rows show.
  int bits(const KernelContext& context, int enough) const {
    const int most = is_int64() ? kShortBits : bits_of_digits(type_.precision());
    if (most <= enough) return most;
    UInt128 all = 0;
    const auto look = [&](size_t row) {
      const Int128 value = (*this)[row];
      all |= static_cast<UInt128>(value ^ (value >> 127));
    };
    if (mask_ == 0) {
      look(0);
    } else if (context.rows().is_dense()) {
      for (size_t row = 0; row < context.length(); ++row) look(row);
    } else {
      for_each_row(context.rows(), look);
    }
    const auto high = static_cast<uint64_t>(all >> 64);
    return high != 0 ? 128 - std::countl_zero(high)
                     : 64 - std::countl_zero(static_cast<uint64_t>(all));
  }

 private:
  static constexpr int kInt64Digits = 19;

  bool is_int64() const { return type_.is(TypeId::kInt64); }

  const Type& type_;
  const char* bytes_;
  size_t mask_;
  int shift_;  // a value takes 2^shift_ bytes, the low half first
};

/// Both operands of a call.
struct Operands {
  explicit Operands(std::span<const Vector> inputs) : left(inputs[0]), right(inputs[1]) {}

  Units left;
  Units right;
};

[[gnu::cold]] void out_of_range(const KernelContext& context, const Operands& operands, size_t row,
                                char symbol) {
  context.fault(code::kOutOfRange, row,
                fmt::format("{} out of range: {} {} {}", to_string(context.type()),
                            decimal_text(operands.left[row], operands.left.scale()), symbol,
                            decimal_text(operands.right[row], operands.right.scale())),
                "cast an operand to a decimal of fewer digits, or to float64");
}

/// Calls `compute(row, out)` for the rows that are wanted; false is out of range.
template <char kSymbol, typename Compute>
Result<Vector> each_row(const KernelContext& context, std::span<const Vector> inputs,
                        const Operands& operands, Compute&& compute) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, decimal_buffer(context));
  const DecimalWriter out(context.type(), *values);
  const Int128 limit = decimal_power(context.type().precision());
  for_each_valid(context, validity, [&](size_t row) {
    Int128 result = 0;
    if (!compute(row, result) || magnitude_of(result) >= limit) [[unlikely]]
      out_of_range(context, operands, row, kSymbol);
    out.set(row, result);
  });
  return column_of(context, std::move(validity), std::move(values));
}

/// Calls `compute(row)` for all rows, also those that are NULL or not wanted: no result is wrong.
/// It returns int64_t for a short decimal, else Int128.
template <typename Compute>
Result<Vector> all_rows(const KernelContext& context, std::span<const Vector> inputs,
                        Compute&& compute) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  using Value = decltype(compute(size_t{}));
  LEAT_DCHECK(sizeof(Value) == context.type().width(), "results have the width of their type");
  LEAT_TRY_ASSIGN(BufferRef values, decimal_buffer(context));
  auto* const out = values->mutable_as<Value>();
  if (context.rows().is_dense()) {
    for (size_t row = 0; row < context.length(); ++row) out[row] = compute(row);
  } else {
    for_each_row(context.rows(), [&](size_t row) { out[row] = compute(row); });
  }
  return column_of(context, std::move(validity), std::move(values));
}

/// left * left_power + right * right_power, which `Word` has room for. Other rows may wrap. The
/// operands lie in 64 bits if the result does.
template <typename Word>
Result<Vector> add_plainly(const KernelContext& context, std::span<const Vector> inputs,
                           const Operands& operands, Int128 left_power, Int128 right_power) {
  const auto left = static_cast<Word>(left_power);
  const auto right = static_cast<Word>(right_power);
  return all_rows(context, inputs, [=](size_t row) {
    if constexpr (sizeof(Word) == sizeof(uint64_t)) {
      return static_cast<int64_t>(static_cast<Word>(operands.left.short_at(row)) * left +
                                  static_cast<Word>(operands.right.short_at(row)) * right);
    } else {
      return static_cast<Int128>(static_cast<Word>(operands.left[row]) * left +
                                 static_cast<Word>(operands.right[row]) * right);
    }
  });
}

template <char kSymbol>
Result<Vector> add(const KernelContext& context, std::span<const Vector> inputs) {
  constexpr bool kSubtract = kSymbol == '-';
  const Operands operands(inputs);
  const int left_digits = context.type().scale() - operands.left.scale();
  const int right_digits = context.type().scale() - operands.right.scale();
  const Int128 left_power = decimal_power(left_digits);
  const Int128 right_power = kSubtract ? -decimal_power(right_digits) : decimal_power(right_digits);
  const int digits = context.type().precision();
  // Then the operands have less.
  if (digits <= kShortDecimalDigits)
    return add_plainly<uint64_t>(context, inputs, operands, left_power, right_power);
  const auto fits = [&](const Units& units, int power) {
    const int room = kBitsMax - 1 - bits_of_digits(power);
    return units.bits(context, room) <= room;
  };
  if (digits < kDecimalDigitsMax ||
      (fits(operands.left, left_digits) && fits(operands.right, right_digits))) {
    return add_plainly<UInt128>(context, inputs, operands, left_power, right_power);
  }
  return each_row<kSymbol>(context, inputs, operands, [&](size_t row, Int128& out) {
    const Int128 right = operands.right[row];
    return add_scaled(operands.left[row], left_digits, kSubtract ? -right : right, right_digits,
                      out);
  });
}

Result<Vector> multiply(const KernelContext& context, std::span<const Vector> inputs) {
  const Operands operands(inputs);
  const Units& left = operands.left;
  const Units& right = operands.right;
  const bool always_fits = left.precision() + right.precision() <= kDecimalDigitsMax;
  const int enough = always_fits ? kBitsMax : kShortBits;
  int left_bits = left.bits(context, enough);
  int right_bits = right.bits(context, enough);
  if (LEAT_MUTANT("decimal_products_wrap")) left_bits = right_bits = 0;
  if (context.type().is_short_decimal()) {
    return all_rows(context, inputs, [&](size_t row) {
      // Rows that are NULL or not wanted may hold anything.
      return static_cast<int64_t>(static_cast<uint64_t>(left.short_at(row)) *
                                  static_cast<uint64_t>(right.short_at(row)));
    });
  }
  if (left_bits <= kShortBits && right_bits <= kShortBits) {
    return all_rows(context, inputs,
                    [&](size_t row) { return Int128{left.short_at(row)} * right.short_at(row); });
  }
  if (always_fits || left_bits + right_bits <= kBitsMax) {
    return all_rows(context, inputs, [&](size_t row) {
      return static_cast<Int128>(static_cast<UInt128>(left[row]) *
                                 static_cast<UInt128>(right[row]));
    });
  }
  return each_row<'*'>(context, inputs, operands, [&](size_t row, Int128& out) {
    return multiply_exact(left[row], right[row], out);
  });
}

[[gnu::cold]] void division_by_zero(const KernelContext& context, const Operands& operands,
                                    size_t row, char symbol) {
  context.fault(code::kDivisionByZero, row,
                fmt::format("division by zero: {} {} 0",
                            decimal_text(operands.left[row], operands.left.scale()), symbol),
                "use nullif(divisor, 0) to get NULL instead");
}

Result<Vector> divide(const KernelContext& context, std::span<const Vector> inputs) {
  const Operands operands(inputs);
  const int digits = context.type().scale() + operands.right.scale() - operands.left.scale();
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
  const int left_digits = context.type().scale() - operands.left.scale();
  const int right_digits = context.type().scale() - operands.right.scale();
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
  LEAT_TRY_ASSIGN(BufferRef values, decimal_buffer(context));
  const auto negate = [&]<typename Word>(Word zero) {
    const auto* const in = inputs[0]->values<Word>();
    auto* const out = values->mutable_as<Word>();
    for (size_t row = 0; row < context.length(); ++row) out[row] = zero - in[row];
  };
  context.type().is_short_decimal() ? negate(uint64_t{0}) : negate(UInt128{0});
  return column_of(context, inputs[0]->parts().validity, std::move(values));
}

Result<Vector> decimal_compare_kernel(const KernelContext& context,
                                      std::span<const Vector> inputs) {
  const Operands operands(inputs);
  const Comparison comparison = context.state<Comparison>();
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
  const int more_digits =
      LEAT_MUTANT("decimals_compare_unscaled") ? 0 : operands.right.scale() - operands.left.scale();
  if (operands.left.is_short() && operands.right.is_short() &&
      std::abs(more_digits) <= kShortDecimalDigits) {
    const auto left_power = static_cast<int64_t>(short_power(std::max(more_digits, 0)));
    const auto right_power = static_cast<int64_t>(short_power(std::max(-more_digits, 0)));
    for_each_valid(context, validity, [&](size_t row) {
      const Int128 left = Int128{operands.left.short_at(row)} * left_power;
      const Int128 right = Int128{operands.right.short_at(row)} * right_power;
      if (holds(comparison, (left > right) - (left < right))) set_bit(bits->mutable_data(), row);
    });
    return column_of(context, std::move(validity), std::move(bits));
  }
  for_each_valid(context, validity, [&](size_t row) {
    const int order = compare_scaled(operands.left[row], operands.left.scale(), operands.right[row],
                                     operands.right.scale());
    if (holds(comparison, order)) set_bit(bits->mutable_data(), row);
  });
  return column_of(context, std::move(validity), std::move(bits));
}

}  // namespace leat::expr
