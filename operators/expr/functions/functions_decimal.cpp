// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions of decimals. Their results are exact; the rules say how many digits they can have.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/data/decimal_values.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/decimal_kernels.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

using Types = std::span<const Type>;
using Constants = std::span<const Column* const>;

Type decimal_of(int whole, int scale) {
  const int precision = std::clamp(whole + scale, 1, kDecimalDigitsMax);
  return Type::decimal(static_cast<uint8_t>(precision), static_cast<uint8_t>(scale));
}
int whole_digits(const Type& type) { return type.precision() - type.scale(); }

/// The scale of something cut to `digits` digits: known when they are constant, else unchanged.
int cut_scale(Types types, Constants constants) {
  if (constants.size() < 2) return 0;
  const Column* const digits = constants[1];
  if (digits == nullptr || !digits->is_valid(0)) return types[0].scale();
  return static_cast<int>(
      std::clamp<int64_t>(digits->values<int64_t>()[0], 0, int64_t{types[0].scale()}));
}

Type same_type(Types types, Constants) { return types[0]; }
Type sign_type(Types, Constants) { return Type::decimal(1, 0); }
Type remainder_type(Types types, Constants) { return *decimal_result('%', types[0], types[1]); }
/// Rounding up may need one digit more.
Type rounded_type(Types types, Constants constants) {
  return decimal_of(whole_digits(types[0]) + 1, cut_scale(types, constants));
}
Type truncated_type(Types types, Constants constants) {
  return decimal_of(whole_digits(types[0]), cut_scale(types, constants));
}

Int128 truncated(Int128 value, int digits) { return divide_by_power(value, digits); }
Int128 floored(Int128 value, int digits) {
  const Int128 quotient = truncated(value, digits);
  return value < 0 && quotient * decimal_power(digits) != value ? quotient - 1 : quotient;
}
Int128 ceiled(Int128 value, int digits) { return -floored(-value, digits); }

/// The first operand with `kCut` applied to the digits past place `digits` (the second operand; 0
/// when there is none) behind the point.
template <Int128 (*kCut)(Int128 value, int digits)>
Result<Vector> cut(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, decimal_buffer(context));
  const DecimalWriter out(context.type(), *values);
  const Reader<Int128> in(inputs[0]);
  const int scale = inputs[0]->type().scale();
  const int result_scale = context.type().scale();
  const Int128 limit = decimal_power(context.type().precision());
  for_each_valid(context, validity, [&](size_t row) {
    const int64_t asked = inputs.size() < 2 ? 0 : Reader<int64_t>(inputs[1])[row];
    const auto digits = static_cast<int>(std::clamp<int64_t>(asked, -kDecimalDigitsMax, scale));
    // At most 38 digits are cut off: more leave nothing, whatever they are.
    const bool nothing_left = asked < -kDecimalDigitsMax || scale - digits > kDecimalDigitsMax;
    Int128 left = nothing_left ? 0 : kCut(in[row], scale - digits);
    const bool fits = left == 0 || (multiply_by_power(left, result_scale - digits, left) &&
                                    magnitude_of(left) < limit);
    out.set(row, left);
    if (!fits) {
      context.fault(code::kOutOfRange, row,
                    fmt::format("{} out of range: {} rounded", to_string(context.type()),
                                decimal_text(in[row], scale)));
    }
  });
  return column_of(context, std::move(validity), std::move(values));
}

constexpr auto kDecimalAbs = [](Int128 value) { return magnitude_of(value); };
constexpr auto kDecimalSign = [](Int128 value) {
  return static_cast<Int128>((value > 0) - (value < 0));
};

Result<Vector> modulo(const KernelContext& context, std::span<const Vector> inputs) {
  return decimal_kernel('%')(context, inputs);
}

constexpr std::array<Function, 10> kDecimalFunctions = {{
    {"abs", "abs(x decimal) -> decimal", "The number without its sign.", "abs(decimal '-1.50')",
     "1.50", row_kernel<kDecimalAbs>, nullptr, Nulls::kStrict, false, same_type},
    {"sign", "sign(x decimal) -> decimal", "-1, 0 or 1.", "sign(decimal '-0.3')", "-1",
     row_kernel<kDecimalSign>, nullptr, Nulls::kStrict, false, sign_type},
    {"round",
     "round(x decimal) -> decimal",
     {"The nearest whole number; a half goes away from zero.",
      "The result has more than 38 digits: "
      "`round(decimal '9999999999999999999999999999999999999.9' * 10)`."},
     "round(decimal '2.5')",
     "3",
     cut<divide_rounded>,
     nullptr,
     Nulls::kStrict,
     false,
     rounded_type},
    {"round",
     "round(x decimal, digits int64) -> decimal",
     {"Rounded to `digits` digits behind the point, to tens, hundreds, ... when it is negative; a "
      "half goes away from zero. Constant `digits` are the digits of the result's type.",
      "The result has more than 38 digits: "
      "`round(decimal '99999999999999999999999999999999999999', -1)`."},
     "round(decimal '2.675', 2)",
     "2.68",
     cut<divide_rounded>,
     nullptr,
     Nulls::kStrict,
     false,
     rounded_type},
    {"trunc", "trunc(x decimal) -> decimal", "The number without its fraction.",
     "trunc(decimal '-2.7')", "-2", cut<truncated>, nullptr, Nulls::kStrict, false, truncated_type},
    {"trunc", "trunc(x decimal, digits int64) -> decimal",
     "Cut to `digits` digits behind the point.", "trunc(decimal '2.678', 2)", "2.67",
     cut<truncated>, nullptr, Nulls::kStrict, false, truncated_type},
    {"floor", "floor(x decimal) -> decimal", "The largest whole number that is not larger.",
     "floor(decimal '-1.5')", "-2", cut<floored>, nullptr, Nulls::kStrict, false, rounded_type},
    {"ceil", "ceil(x decimal) -> decimal", "The smallest whole number that is not smaller.",
     "ceil(decimal '1.2')", "2", cut<ceiled>, nullptr, Nulls::kStrict, false, rounded_type},
    {"ceiling", "ceiling(x decimal) -> decimal", "As ceil.", "ceiling(decimal '1.2')", "2",
     cut<ceiled>, nullptr, Nulls::kStrict, false, rounded_type},
    {"mod",
     "mod(x decimal, y decimal) -> decimal",
     {"The remainder of x / y, with the sign of x. Also written x % y.",
      "`y` is 0: `mod(decimal '1.5', 0)`."},
     "mod(decimal '-5.5', 2)",
     "-1.5",
     modulo,
     nullptr,
     Nulls::kStrict,
     false,
     remainder_type},
}};

}  // namespace

std::span<const Function> decimal_functions() { return kDecimalFunctions; }

}  // namespace leat::expr
