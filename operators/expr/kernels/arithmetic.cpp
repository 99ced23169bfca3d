// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Arithmetic of int64 and float64. Dense loops run over blocks of 64 rows without a branch per row:
// they compute the result and one "something is wrong in this block" mask, also for rows that are
// NULL or not wanted, and only a block with the mask set is looked at row by row. Masks of 64 bits
// are what lets compilers turn the loops into vector instructions. Overflow is never silent: int64
// as in PostgreSQL, and float64 too (a finite computation that gives infinity, or a product of
// nonzero factors that gives 0).
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/expr/kernels/operand_values.h"

namespace leat::expr {
namespace {

constexpr size_t kBlock = 64;

std::string text_of(double value) { return constant_text(*float64_constant(value)); }

inline uint64_t mask_of(bool condition) { return condition ? ~uint64_t{0} : 0; }
inline uint64_t sign_of(int64_t value) {
  return static_cast<uint64_t>(value) & (uint64_t{1} << 63);
}

// Each operation: apply() stores a result (any, when wrong) and returns nonzero when the row must
// be looked at.
struct AddInt {
  using Value = int64_t;
  static constexpr char kSymbol = '+';
  static uint64_t apply(int64_t a, int64_t b, int64_t& out) {
    out = static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
    return sign_of((a ^ out) & (b ^ out));
  }
};
struct SubtractInt {
  using Value = int64_t;
  static constexpr char kSymbol = '-';
  static uint64_t apply(int64_t a, int64_t b, int64_t& out) {
    out = static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
    return sign_of((a ^ b) & (a ^ out));
  }
};
struct MultiplyInt {
  using Value = int64_t;
  static constexpr char kSymbol = '*';
  static uint64_t apply(int64_t a, int64_t b, int64_t& out) {
    return __builtin_mul_overflow(a, b, &out);
  }
};
struct DivideInt {
  using Value = int64_t;
  static constexpr char kSymbol = '/';
  static uint64_t apply(int64_t a, int64_t b, int64_t& out) {
    // b + 1 < 2 (unsigned) is b == 0 or b == -1.
    if (static_cast<uint64_t>(b) + 1 < 2) [[unlikely]] {
      out = b == 0 ? 0 : static_cast<int64_t>(0 - static_cast<uint64_t>(a));
      return b == 0 || a == std::numeric_limits<int64_t>::min();
    }
    out = a / b;
    return false;
  }
};
struct ModuloInt {
  using Value = int64_t;
  static constexpr char kSymbol = '%';
  static uint64_t apply(int64_t a, int64_t b, int64_t& out) {
    if (static_cast<uint64_t>(b) + 1 < 2) [[unlikely]] {
      out = 0;
      return b == 0;
    }
    out = a % b;
    return false;
  }
};
inline uint64_t not_finite(double value) {
  return mask_of(!(std::fabs(value) <= std::numeric_limits<double>::max()));
}
struct AddFloat {
  using Value = double;
  static constexpr char kSymbol = '+';
  static uint64_t apply(double a, double b, double& out) { return not_finite(out = a + b); }
};
struct SubtractFloat {
  using Value = double;
  static constexpr char kSymbol = '-';
  static uint64_t apply(double a, double b, double& out) { return not_finite(out = a - b); }
};
struct MultiplyFloat {
  using Value = double;
  static constexpr char kSymbol = '*';
  static uint64_t apply(double a, double b, double& out) {
    out = a * b;
    return not_finite(out) | (mask_of(out == 0) & mask_of(a != 0) & mask_of(b != 0));
  }
};
struct DivideFloat {
  using Value = double;
  static constexpr char kSymbol = '/';
  static uint64_t apply(double a, double b, double& out) {
    out = a / b;
    return not_finite(out) | mask_of(b == 0) | (mask_of(out == 0) & mask_of(a != 0));
  }
};
struct ModuloFloat {
  using Value = double;
  static constexpr char kSymbol = '%';
  static uint64_t apply(double a, double b, double& out) {
    out = std::fmod(a, b);
    return b == 0;
  }
};
struct PowerFloat {
  using Value = double;
  static constexpr char kSymbol = '^';
  static uint64_t apply(double a, double b, double& out) {
    out = std::pow(a, b);
    return not_finite(out) | (mask_of(out == 0) & mask_of(a != 0));
  }
};

template <typename Operation>
std::string what_is_wrong(int64_t a, int64_t b, int64_t) {
  if constexpr (Operation::kSymbol == '/' || Operation::kSymbol == '%') {
    if (b == 0) return fmt::format("division by zero: {} {} {}", a, Operation::kSymbol, b);
  }
  return fmt::format("bigint out of range: {} {} {}", a, Operation::kSymbol, b);
}

template <typename Operation>
std::string what_is_wrong(double a, double b, double out) {
  const auto message = [&](std::string_view what) {
    return fmt::format("{}: {} {} {}", what, text_of(a), Operation::kSymbol, text_of(b));
  };
  if constexpr (Operation::kSymbol == '/' || Operation::kSymbol == '%') {
    if (b == 0 && !std::isnan(a)) return message("division by zero");
  }
  const bool finite = std::isfinite(a) && std::isfinite(b);
  if constexpr (Operation::kSymbol == '^') {
    if (a == 0 && b < 0) return message("zero raised to a negative power");
    if (a < 0 && !std::isnan(b) && b != std::trunc(b))
      return message("a negative number raised to a fraction");
  }
  if (std::isinf(out) && finite) return message("double precision out of range: overflow");
  if (out == 0 && finite) return message("double precision out of range: underflow");
  return "";
}

std::string_view hint_for(bool is_int, char symbol, bool zero) {
  if (zero) return "use nullif(divisor, 0) to get NULL instead";
  return is_int && symbol != '%' ? "cast an operand to float64 if digits may be lost" : "";
}

template <typename Operation, typename Value>
[[gnu::noinline, gnu::cold]] void examine(const KernelContext& context, const uint64_t* validity,
                                          size_t row, Value a, Value b) {
  if (!bit_or_one(validity, row)) return;
  Value out{};
  if (Operation::apply(a, b, out) == 0) return;
  std::string message = what_is_wrong<Operation>(a, b, out);
  if (message.empty()) return;
  constexpr bool kDivides = Operation::kSymbol == '/' || Operation::kSymbol == '%';
  context.fault(kDivides && b == 0 ? code::kDivisionByZero : code::kOutOfRange, row,
                std::move(message),
                std::string(hint_for(std::is_same_v<Value, int64_t>, Operation::kSymbol,
                                     kDivides && b == 0)));
}

// Operands: a column's values, or one value for all rows.

/// One whole block. A function of its own, because only parameters make compilers believe that
/// `out` overlaps nothing.
template <typename Operation, typename Left, typename Right, typename Value>
[[gnu::noinline]] uint64_t compute_block(Left left, Right right, Value* __restrict out) {
  uint64_t wrong = 0;
  for (size_t i = 0; i < kBlock; ++i) wrong |= Operation::apply(left[i], right[i], out[i]);
  return wrong;
}

template <typename Operation, typename Left, typename Right, typename Value>
void compute(const KernelContext& context, const uint64_t* validity, Left left, Right right,
             Value* out) {
  const size_t length = context.length();
  if (!context.rows().is_dense()) {
    for_each_row(context.rows(), [&](size_t row) {
      if (Operation::apply(left[row], right[row], out[row]) != 0) [[unlikely]] {
        examine<Operation>(context, validity, row, left[row], right[row]);
      }
    });
    return;
  }
  for (size_t begin = 0; begin < length; begin += kBlock) {
    uint64_t wrong = 0;
    const size_t end = begin + kBlock;
    if (end <= length) [[likely]] {
      wrong = compute_block<Operation>(left.from(begin), right.from(begin), out + begin);
    } else {
      for (size_t i = begin; i < length; ++i) wrong |= Operation::apply(left[i], right[i], out[i]);
    }
    if (wrong == 0) [[likely]]
      continue;
    for (size_t i = begin; i < end && i < length; ++i) {
      if (context.rows().contains(i)) examine<Operation>(context, validity, i, left[i], right[i]);
    }
  }
}

template <typename Operation>
Result<Vector> arithmetic(const KernelContext& context, std::span<const Vector> inputs) {
  using Value = typename Operation::Value;
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(Value)));
  const auto* const left = inputs[0]->values<Value>();
  const auto* const right = inputs[1]->values<Value>();
  auto* const out = values->mutable_as<Value>();
  const uint64_t* const valid = words(validity);
  if (inputs[0].is_constant) {
    compute<Operation>(context, valid, Same<Value>{*left}, Each<Value>{right}, out);
  } else if (inputs[1].is_constant) {
    compute<Operation>(context, valid, Each<Value>{left}, Same<Value>{*right}, out);
  } else {
    compute<Operation>(context, valid, Each<Value>{left}, Each<Value>{right}, out);
  }
  return column_of(context, std::move(validity), std::move(values));
}

Result<Vector> negate_int(const KernelContext& context, std::span<const Vector> inputs) {
  const std::array<Vector, 2> both = {Vector{int64_constant(0), true}, inputs[0]};
  return arithmetic<SubtractInt>(context, both);
}

Result<Vector> negate_float(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(double)));
  const double* const in = inputs[0]->values<double>();
  double* const out = values->mutable_as<double>();
  for (size_t i = 0; i < context.length(); ++i) out[i] = -in[i];
  return column_of(context, inputs[0]->parts().validity, std::move(values));
}

using enum TypeId;
constexpr std::array<OperatorRow, 13> kOperators = {{
    {"+", kInt64, kInt64, kInt64, arithmetic<AddInt>},
    {"+", kFloat64, kFloat64, kFloat64, arithmetic<AddFloat>},
    {"-", kInt64, kInt64, kInt64, arithmetic<SubtractInt>},
    {"-", kFloat64, kFloat64, kFloat64, arithmetic<SubtractFloat>},
    {"*", kInt64, kInt64, kInt64, arithmetic<MultiplyInt>},
    {"*", kFloat64, kFloat64, kFloat64, arithmetic<MultiplyFloat>},
    {"/", kInt64, kInt64, kInt64, arithmetic<DivideInt>},
    {"/", kFloat64, kFloat64, kFloat64, arithmetic<DivideFloat>},
    {"%", kInt64, kInt64, kInt64, arithmetic<ModuloInt>},
    {"%", kFloat64, kFloat64, kFloat64, arithmetic<ModuloFloat>},
    {"^", kFloat64, kFloat64, kFloat64, arithmetic<PowerFloat>},
    {"-", kNull, kInt64, kInt64, negate_int},
    {"-", kNull, kFloat64, kFloat64, negate_float},
}};

}  // namespace

std::span<const OperatorRow> arithmetic_operators() { return kOperators; }

}  // namespace leat::expr
