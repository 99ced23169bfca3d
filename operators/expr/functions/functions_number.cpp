// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions of numbers that count, divide or describe them.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/data/decimal_values.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

using Types = std::span<const Type>;
using Constants = std::span<const Column* const>;

constexpr std::string_view kNoZero = "use nullif(divisor, 0) to get NULL instead";

// ------------------------------------------------------------------------------------------------------ buckets

int64_t bucket_of(double position, int64_t count, bool below, bool above) {
  if (below) return 0;
  if (above) return count + 1;
  return std::min(static_cast<int64_t>(position * static_cast<double>(count)), count - 1) + 1;
}

/// False after a fault.
bool has_buckets(Call& call, int64_t count, bool equal, bool finite) {
  if (count <= 0 || count >= INT32_MAX) {
    call.fault(code::kBadArgument,
               fmt::format("there must be 1 to {} buckets, not {}", INT32_MAX - 1, count));
  } else if (equal) {
    call.fault(code::kBadArgument, "both bounds of the buckets are equal");
  } else if (!finite) {
    call.fault(code::kBadArgument, "a bound of the buckets is not finite, or the number is NaN");
  } else {
    return true;
  }
  return false;
}

constexpr auto kWidthBucket = [](Call& call, double x, double low, double high, int64_t count) {
  const bool finite = !std::isnan(x) && std::isfinite(low) && std::isfinite(high);
  if (!has_buckets(call, count, low == high, finite)) return int64_t{0};
  // Halves, as the difference of both bounds may be out of range.
  const double width = high / 2 - low / 2;
  return low < high ? bucket_of((x / 2 - low / 2) / width, count, x < low, x >= high)
                    : bucket_of((low / 2 - x / 2) / -width, count, x > low, x <= high);
};

/// The same of decimals, exactly.
Result<Vector> width_bucket(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(int64_t)));
  const std::array<Reader<Int128>, 3> in = {Reader<Int128>(inputs[0]), Reader<Int128>(inputs[1]),
                                            Reader<Int128>(inputs[2])};
  std::array<int, 3> scales{};
  for (size_t i = 0; i < 3; ++i) scales[i] = inputs[i]->type().scale();
  const int scale = std::max({scales[0], scales[1], scales[2]});
  const Reader<int64_t> counts(inputs[3]);
  Call call{context};
  for_each_valid(context, validity, [&](size_t row) {
    call.row = row;
    int64_t& out = values->mutable_as<int64_t>()[row];
    out = 0;
    std::array<Int128, 3> at{};
    bool fits = true;
    for (size_t i = 0; i < 3; ++i)
      fits = fits && multiply_by_power(in[i][row], scale - scales[i], at[i]);
    const auto [x, low, high] = at;
    const int64_t count = counts[row];
    if (!has_buckets(call, count, fits && low == high, true)) return;
    Int128 offset = 0;
    fits = fits && !__builtin_sub_overflow(x, low, &offset) &&
           !__builtin_mul_overflow(offset, static_cast<Int128>(count), &offset);
    if (!fits) {  // too many digits to be exact
      out = kWidthBucket(call, nearest_float64(in[0][row], scales[0]),
                         nearest_float64(in[1][row], scales[1]),
                         nearest_float64(in[2][row], scales[2]), count);
      return;
    }
    const bool up = low < high;
    if (up ? x < low : x > low) return;
    const bool above = up ? x >= high : x <= high;
    out = above ? count + 1 : static_cast<int64_t>(offset / (high - low)) + 1;
  });
  return column_of(context, std::move(validity), std::move(values));
}

// ----------------------------------------------------------------------------------------------------- division

constexpr auto kDivInt = [](Call& call, int64_t x, int64_t y) {
  if (y == 0) {
    call.fault(code::kDivisionByZero, "division by zero", std::string(kNoZero));
    return int64_t{0};
  }
  if (x == INT64_MIN && y == -1) {
    call.fault(code::kOutOfRange, fmt::format("bigint out of range: div({}, {})", x, y));
    return int64_t{0};
  }
  return x / y;
};
constexpr auto kDiv = [](Call& call, double x, double y) {
  if (y == 0) call.fault(code::kDivisionByZero, "division by zero", std::string(kNoZero));
  return std::trunc(x / y);
};

Type quotient_type(Types types, Constants) {
  const int digits = types[0].precision() - types[0].scale() + types[1].scale();
  return Type::decimal(static_cast<uint8_t>(std::clamp(digits, 1, kDecimalDigitsMax)), 0);
}
Result<Vector> div_decimal(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, decimal_buffer(context));
  const DecimalWriter quotients(context.type(), *values);
  const Reader<Int128> left(inputs[0]);
  const Reader<Int128> right(inputs[1]);
  const int shift = inputs[1]->type().scale() - inputs[0]->type().scale();
  for_each_valid(context, validity, [&](size_t row) {
    quotients.set(row, 0);
    if (right[row] == 0)
      return context.fault(code::kDivisionByZero, row, "division by zero", std::string(kNoZero));
    Int128 x = left[row];
    Int128 y = right[row];
    const bool fits = multiply_by_power(shift > 0 ? x : y, std::abs(shift), shift > 0 ? x : y);
    // A divisor that does not fit is larger than any number.
    if (!fits && shift < 0) return;
    const Int128 quotient = fits ? x / y : 0;
    quotients.set(row, quotient);
    if (!fits || magnitude_of(quotient) >= decimal_power(context.type().precision()))
      context.fault(code::kOutOfRange, row,
                    "numeric out of range: the quotient has more than 38 digits");
  });
  return column_of(context, std::move(validity), std::move(values));
}

// ------------------------------------------------------------------------------------------------------- digits

Result<Vector> scale_of(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(int64_t)));
  const int64_t scale = inputs[0]->type().scale();
  std::fill_n(values->mutable_as<int64_t>(), context.length(), scale);
  return column_of(context, std::move(validity), std::move(values));
}
Result<Vector> min_scale(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(int64_t)));
  const Reader<Int128> in(inputs[0]);
  for_each_valid(context, validity, [&](size_t row) {
    int64_t scale = inputs[0]->type().scale();
    for (Int128 value = in[row]; scale > 0 && value % 10 == 0; value /= 10) --scale;
    values->mutable_as<int64_t>()[row] = scale;
  });
  return column_of(context, std::move(validity), std::move(values));
}

constexpr auto kFactorial = [](Call& call, int64_t n) {
  constexpr int64_t kMax = 20;
  if (n < 0 || n > kMax) {
    call.fault(code::kOutOfRange, n < 0 ? fmt::format("factorial of a negative number: {}", n)
                                        : fmt::format("bigint out of range: factorial({})", n));
    return int64_t{0};
  }
  int64_t result = 1;
  for (int64_t i = 2; i <= n; ++i) result *= i;
  return result;
};
constexpr auto kBitCount = [](int64_t n) {
  return static_cast<int64_t>(__builtin_popcountll(static_cast<uint64_t>(n)));
};
constexpr auto kIsInf = [](double x) { return std::isinf(x); };
constexpr auto kAsinh = [](double x) { return std::asinh(x); };
constexpr auto kCot = [](Call& call, double x) {
  const double tangent = std::tan(x);
  if (tangent == 0 || std::isinf(x)) call.fault(code::kBadArgument, "the angle has no cotangent");
  return 1 / tangent;
};
constexpr auto kAcosh = [](Call& call, double x) {
  if (x < 1) call.fault(code::kBadArgument, "acosh needs a number of at least 1");
  return std::acosh(x);
};
constexpr auto kAtanh = [](Call& call, double x) {
  if (std::fabs(x) > 1) call.fault(code::kBadArgument, "atanh needs a number from -1 to 1");
  return std::atanh(x);
};

constexpr std::array<Function, 14> kNumberFunctions = {{
    {"width_bucket",
     "width_bucket(x float64, low float64, high float64, count int64) -> int64",
     {"In which of `count` buckets of equal width from `low` to `high` x lies, from 1; 0 below and "
      "count + 1 above.",
      "There are no buckets, or both bounds are equal: `width_bucket(1.0e0, 5, 5, 3)`."},
     "width_bucket(5.35e0, 0, 10, 5)",
     "3",
     row_kernel<kWidthBucket>},
    {"width_bucket",
     "width_bucket(x decimal, low decimal, high decimal, count int64) -> int64",
     {"The same of decimals.", "As before: `width_bucket(decimal '1.5', 0, 5, 0)`."},
     "width_bucket(decimal '5.35', decimal '0.024', decimal '10.06', 5)",
     "3",
     width_bucket},
    {"div",
     "div(x int64, y int64) -> int64",
     {"The whole part of x / y.", "`y` is 0, or the result is out of range: `div(1, 0)`."},
     "div(-7, 2)",
     "-3",
     row_kernel<kDivInt>},
    {"div",
     "div(x float64, y float64) -> float64",
     {"The whole part of x / y.", "`y` is 0: `div(1.5e0, 0)`."},
     "div(7.5e0, 2)",
     "3",
     row_kernel<kDiv>},
    {"div",
     "div(x decimal, y decimal) -> decimal",
     {"The whole part of x / y.",
      "`y` is 0, or the result has more than 38 digits: "
      "`div(decimal '1.5', 0)`."},
     "div(decimal '7.5', decimal '0.2')",
     "37",
     div_decimal,
     nullptr,
     Nulls::kStrict,
     false,
     quotient_type},
    {"scale", "scale(x decimal) -> int64",
     "How many digits the decimal's type has behind the point.", "scale(decimal '8.4100')", "4",
     scale_of},
    {"min_scale", "min_scale(x decimal) -> int64",
     "How many digits behind the point are needed to write the decimal.",
     "min_scale(decimal '8.4100')", "2", min_scale},
    {"factorial",
     "factorial(n int64) -> int64",
     {"The product of 1 to n.", "`n` is negative or more than 20: `factorial(21)`."},
     "factorial(5)",
     "120",
     row_kernel<kFactorial>},
    {"bit_count", "bit_count(n int64) -> int64", "How many of the number's 64 bits are set.",
     "bit_count(31)", "5", row_kernel<kBitCount>},
    {"isinf", "isinf(x float64) -> bool", "Is it infinite?", "isinf('infinity'::float64)", "true",
     row_kernel<kIsInf>},
    {"cot",
     "cot(x float64) -> float64",
     {"The cotangent of an angle in radians.", "There is none: `cot(0)`."},
     "round(cot(0.5), 4)",
     "1.8305",
     row_kernel<kCot>},
    {"asinh", "asinh(x float64) -> float64", "The inverse hyperbolic sine.", "asinh(0)", "0",
     row_kernel<kAsinh>},
    {"acosh",
     "acosh(x float64) -> float64",
     {"The inverse hyperbolic cosine.", "`x` is less than 1: `acosh(0)`."},
     "acosh(1)",
     "0",
     row_kernel<kAcosh>},
    {"atanh",
     "atanh(x float64) -> float64",
     {"The inverse hyperbolic tangent.", "`x` is not between -1 and 1: `atanh(2)`."},
     "atanh(0)",
     "0",
     row_kernel<kAtanh>},
}};

}  // namespace

std::span<const Function> number_functions() { return kNumberFunctions; }

}  // namespace leat::expr
