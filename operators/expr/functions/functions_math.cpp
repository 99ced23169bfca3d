// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions of numbers.
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/text/value_format.h"

namespace leat::expr {
namespace {

std::string number_text(double value) {
  std::array<char, io::kScalarTextBytes> text;
  return std::string(text.data(), io::format_float64(value, text.data()));
}

// ------------------------------------------------------------------------------------------------------------ rounding

constexpr std::array<double, 23> kPowersOfTen = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// Half away from zero, judged by the 15 digits that a user sees and not by the binary value: 2.675
/// rounds to 2.68.
double round_scaled(double scaled) {
  const double magnitude = std::fabs(scaled);
  const double below = std::floor(magnitude);
  const double rest = magnitude - below;
  // Within the error of one multiplication and of reading the number, a half is a half.
  const double slack = magnitude * 4 * std::numeric_limits<double>::epsilon();
  return std::copysign(rest + slack >= 0.5 ? below + 1 : below, scaled);
}
double truncate_scaled(double scaled) {
  const double magnitude = std::fabs(scaled);
  const double nearest = std::round(magnitude);
  const double slack = magnitude * 4 * std::numeric_limits<double>::epsilon();
  return std::copysign(std::fabs(magnitude - nearest) <= slack ? nearest : std::floor(magnitude),
                       scaled);
}

/// `change` applied to the digits before place `digits` after the point.
double at_digits(double x, int64_t digits, double (*change)(double)) {
  if (!std::isfinite(x) || digits > 22) return x;
  if (digits < -22)
    return digits < -308 ? 0.0
                         : change(x / std::pow(10.0, static_cast<double>(-digits))) *
                               std::pow(10.0, static_cast<double>(-digits));
  const double power = kPowersOfTen[static_cast<size_t>(digits < 0 ? -digits : digits)];
  const double scaled = digits < 0 ? x / power : x * power;
  if (!(std::fabs(scaled) < 0x1p52)) return x;  // has no digits to lose
  const double changed = change(scaled);
  return digits < 0 ? changed * power : changed / power;
}

int64_t round_int(Call& call, int64_t x, int64_t digits) {
  if (digits >= 0) return x;
  if (digits < -18) return 0;
  int64_t power = 1;
  for (; digits < 0; ++digits) power *= 10;
  const int64_t rest = x % power;
  int64_t result = x - rest;
  const bool up = rest >= power - power / 2 || rest <= power / 2 - power;
  if (up && __builtin_add_overflow(result, x < 0 ? -power : power, &result)) {
    call.fault(code::kOutOfRange, fmt::format("bigint out of range: round({}, ...)", x));
  }
  return result;
}

constexpr auto kRound = [](double x) { return std::rint(x); };
constexpr auto kRoundDigits = [](double x, int64_t digits) {
  return at_digits(x, digits, round_scaled);
};
constexpr auto kTrunc = [](double x) { return std::trunc(x); };
constexpr auto kTruncDigits = [](double x, int64_t digits) {
  return at_digits(x, digits, truncate_scaled);
};
constexpr auto kFloor = [](double x) { return std::floor(x); };
constexpr auto kCeil = [](double x) { return std::ceil(x); };
constexpr auto kSameInt = [](int64_t x) { return x; };
constexpr auto kRoundInt = [](Call& call, int64_t x, int64_t digits) {
  return round_int(call, x, digits);
};

// ---------------------------------------------------------------------------------------------------- sign, remainder

constexpr auto kAbs = [](double x) { return std::fabs(x); };
constexpr auto kAbsInt = [](Call& call, int64_t x) {
  if (x == std::numeric_limits<int64_t>::min())
    call.fault(code::kOutOfRange, fmt::format("bigint out of range: abs({})", x));
  return x < 0 ? static_cast<int64_t>(0 - static_cast<uint64_t>(x)) : x;
};
constexpr auto kSign = [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; };
constexpr auto kSignInt = [](int64_t x) { return static_cast<int64_t>((x > 0) - (x < 0)); };

constexpr auto kModInt = [](Call& call, int64_t x, int64_t y) {
  if (y == 0)
    call.fault(code::kDivisionByZero, fmt::format("division by zero: mod({}, 0)", x),
               "use nullif(divisor, 0) to get NULL instead");
  return y == 0 || y == -1 ? int64_t{0} : x % y;
};
constexpr auto kMod = [](Call& call, double x, double y) {
  if (y == 0) {
    call.fault(code::kDivisionByZero, fmt::format("division by zero: mod({}, 0)", number_text(x)),
               "use nullif(divisor, 0) to get NULL instead");
  }
  return std::fmod(x, y);
};
constexpr auto kGcd = [](Call& call, int64_t x, int64_t y) {
  const auto magnitude = [](int64_t v) {
    return v < 0 ? 0 - static_cast<uint64_t>(v) : static_cast<uint64_t>(v);
  };
  const uint64_t result = std::gcd(magnitude(x), magnitude(y));
  if (result > INT64_MAX)
    call.fault(code::kOutOfRange, fmt::format("bigint out of range: gcd({}, {})", x, y));
  return static_cast<int64_t>(result);
};

// -------------------------------------------------------------------------------------------------- powers, logarithms

/// Infinity, or zero where there is none, out of finite arguments is a fault, as for operators.
double finite(Call& call, double result, bool finite_arguments, std::string_view what) {
  if (finite_arguments && (std::isinf(result) || result == 0)) {
    call.fault(code::kOutOfRange, fmt::format("double precision out of range: {} in {}",
                                              result == 0 ? "underflow" : "overflow", what));
  }
  return result;
}
constexpr auto kPower = [](Call& call, double x, double y) {
  if (x == 0 && y < 0) call.fault(code::kBadArgument, "zero raised to a negative power");
  if (x < 0 && !std::isnan(y) && y != std::trunc(y)) {
    call.fault(code::kBadArgument, "a negative number raised to a fraction");
  }
  return finite(call, std::pow(x, y), std::isfinite(x) && std::isfinite(y) && x != 0, "power");
};
constexpr auto kExp = [](Call& call, double x) {
  return finite(call, std::exp(x), std::isfinite(x), "exp");
};
constexpr auto kSqrt = [](Call& call, double x) {
  if (x < 0)
    call.fault(code::kBadArgument,
               fmt::format("the square root of a negative number: sqrt({})", number_text(x)));
  return std::sqrt(x);
};
constexpr auto kCbrt = [](double x) {
  const double root = std::cbrt(x);
  if (root == 0 || !std::isfinite(root)) return root;
  return root - (root * root * root - x) /
                    (3 * root * root);  // the library's may be one bit off: cbrt(27)
};

bool has_logarithm(Call& call, double x) {
  if (!(x <= 0)) return true;
  call.fault(code::kBadArgument,
             x == 0 ? "the logarithm of zero"
                    : fmt::format("the logarithm of a negative number, {}", number_text(x)));
  return false;
}
constexpr auto kLn = [](Call& call, double x) {
  return has_logarithm(call, x) ? std::log(x) : 0.0;
};
constexpr auto kLog10 = [](Call& call, double x) {
  return has_logarithm(call, x) ? std::log10(x) : 0.0;
};
constexpr auto kLog2 = [](Call& call, double x) {
  return has_logarithm(call, x) ? std::log2(x) : 0.0;
};
constexpr auto kLogBase = [](Call& call, double base, double x) {
  if (!has_logarithm(call, base) || !has_logarithm(call, x)) return 0.0;
  if (base == 1) call.fault(code::kDivisionByZero, "division by zero: the logarithm to base 1");
  return std::log(x) / std::log(base);
};

constexpr auto kLcm = [](Call& call, int64_t x, int64_t y) {
  if (x == 0 || y == 0) return int64_t{0};
  const auto magnitude = [](int64_t v) {
    return v < 0 ? 0 - static_cast<uint64_t>(v) : static_cast<uint64_t>(v);
  };
  uint64_t result = 0;
  const uint64_t divisor = std::gcd(magnitude(x), magnitude(y));
  if (__builtin_mul_overflow(magnitude(x) / divisor, magnitude(y), &result) || result > INT64_MAX)
    call.fault(code::kOutOfRange, fmt::format("bigint out of range: lcm({}, {})", x, y));
  return static_cast<int64_t>(result);
};

// ------------------------------------------------------------------------------------------------------ angles

constexpr auto kSinh = [](double x) { return std::sinh(x); };
constexpr auto kCosh = [](double x) { return std::cosh(x); };
constexpr auto kTanh = [](double x) { return std::tanh(x); };

double angle(Call& call, double x, double result) {
  if (std::isinf(x))
    call.fault(code::kBadArgument, "an infinite angle has no sine, cosine or tangent");
  return result;
}
constexpr auto kSin = [](Call& call, double x) { return angle(call, x, std::sin(x)); };
constexpr auto kCos = [](Call& call, double x) { return angle(call, x, std::cos(x)); };
constexpr auto kTan = [](Call& call, double x) { return angle(call, x, std::tan(x)); };
constexpr auto kAtan = [](double x) { return std::atan(x); };
constexpr auto kAtan2 = [](double y, double x) { return std::atan2(y, x); };
constexpr auto kAsin = [](Call& call, double x) {
  if (std::fabs(x) > 1)
    call.fault(code::kBadArgument,
               fmt::format("asin needs a number from -1 to 1, not {}", number_text(x)));
  return std::asin(x);
};
constexpr auto kAcos = [](Call& call, double x) {
  if (std::fabs(x) > 1)
    call.fault(code::kBadArgument,
               fmt::format("acos needs a number from -1 to 1, not {}", number_text(x)));
  return std::acos(x);
};
constexpr double kRadiansPerDegree = 0.0174532925199432957692;
constexpr auto kRadians = [](double x) { return x * kRadiansPerDegree; };
constexpr auto kDegrees = [](double x) { return x / kRadiansPerDegree; };
constexpr auto kIsNan = [](double x) { return std::isnan(x); };
constexpr auto kIsFinite = [](double x) { return std::isfinite(x); };

constexpr auto kErf = [](double x) { return std::erf(x); };
constexpr auto kErfc = [](double x) { return std::erfc(x); };
constexpr auto kGamma = [](Call& call, double x) {
  if (std::isinf(x) && x < 0) call.fault(code::kBadArgument, "there is no gamma of -infinity");
  if (x <= 0 && x == std::trunc(x) && !std::isinf(x))
    call.fault(
        code::kBadArgument,
        fmt::format("there is no gamma of zero and whole numbers below it: {}", number_text(x)));
  return finite(call, std::tgamma(x), std::isfinite(x), "gamma");
};

constexpr std::array<Function, 48> kMathFunctions = {{
    {"erf", "erf(x float64) -> float64", "The error function.", "erf(0)", "0", row_kernel<kErf>},
    {"erfc", "erfc(x float64) -> float64", "1 - erf(x), without loss of digits for a large x.",
     "erfc(0)", "1", row_kernel<kErfc>},
    {"gamma",
     "gamma(x float64) -> float64",
     {"The gamma function: (x - 1)! for a whole number.",
      "It has no value, or none that is a float64: `gamma(0)`."},
     "gamma(5)",
     "24",
     row_kernel<kGamma>},
    {"abs",
     "abs(x int64) -> int64",
     {"The number without its sign.",
      "The smallest int64 has no counterpart: `abs(-9223372036854775808)`."},
     "abs(-3)",
     "3",
     row_kernel<kAbsInt>},
    {"abs", "abs(x float64) -> float64", "The number without its sign.", "abs(-1.5)", "1.5",
     row_kernel<kAbs>},
    {"sign", "sign(x int64) -> int64", "-1, 0 or 1.", "sign(-8)", "-1", row_kernel<kSignInt>},
    {"sign", "sign(x float64) -> float64", "-1, 0 or 1.", "sign(0.1)", "1", row_kernel<kSign>},
    {"round", "round(x int64) -> int64", "The number itself.", "round(3)", "3",
     row_kernel<kSameInt>},
    {"round", "round(x float64) -> float64",
     "The nearest whole number; a half goes to the even one.", "round(2.5e0)", "2",
     row_kernel<kRound>},
    {"round",
     "round(x int64, digits int64) -> int64",
     {"Rounded to tens, hundreds, ... when `digits` is negative.",
      "The result is out of range: `round(9223372036854775807, -1)`."},
     "round(1250, -2)",
     "1300",
     row_kernel<kRoundInt>},
    {"round", "round(x float64, digits int64) -> float64",
     "Rounded to `digits` digits after the point; a half goes away from zero, judged by the "
     "number's decimal text.",
     "round(2.675, 2)", "2.68", row_kernel<kRoundDigits>},
    {"trunc", "trunc(x int64) -> int64", "The number itself.", "trunc(3)", "3",
     row_kernel<kSameInt>},
    {"trunc", "trunc(x float64) -> float64", "The number without its fraction.", "trunc(-2.7)",
     "-2", row_kernel<kTrunc>},
    {"trunc", "trunc(x float64, digits int64) -> float64",
     "Cut to `digits` digits after the point.", "trunc(2.678, 2)", "2.67",
     row_kernel<kTruncDigits>},
    {"floor", "floor(x int64) -> int64", "The number itself.", "floor(3)", "3",
     row_kernel<kSameInt>},
    {"floor", "floor(x float64) -> float64", "The largest whole number that is not larger.",
     "floor(-1.5)", "-2", row_kernel<kFloor>},
    {"ceil", "ceil(x int64) -> int64", "The number itself.", "ceil(3)", "3", row_kernel<kSameInt>},
    {"ceil", "ceil(x float64) -> float64", "The smallest whole number that is not smaller.",
     "ceil(1.2)", "2", row_kernel<kCeil>},
    {"ceiling", "ceiling(x float64) -> float64", "As ceil.", "ceiling(1.2)", "2",
     row_kernel<kCeil>},
    {"mod",
     "mod(x int64, y int64) -> int64",
     {"The remainder of x / y, with the sign of x. Also written x % y.", "`y` is 0: `mod(1, 0)`."},
     "mod(-7, 3)",
     "-1",
     row_kernel<kModInt>},
    {"mod",
     "mod(x float64, y float64) -> float64",
     {"The remainder of x / y, with the sign of x.", "`y` is 0: `mod(1.5, 0)`."},
     "mod(5.5, 2.0)",
     "1.5",
     row_kernel<kMod>},
    {"gcd",
     "gcd(x int64, y int64) -> int64",
     {"The greatest common divisor.",
      "The result is out of range: `gcd(-9223372036854775808, 0)`."},
     "gcd(12, 18)",
     "6",
     row_kernel<kGcd>},
    {"lcm",
     "lcm(x int64, y int64) -> int64",
     {"The least common multiple.", "The result is out of range: `lcm(9223372036854775807, 2)`."},
     "lcm(4, 6)",
     "12",
     row_kernel<kLcm>},
    {"pi", "pi() -> float64", "The number pi.", "round(pi(), 4)", "3.1416"},
    {"sinh", "sinh(x float64) -> float64", "The hyperbolic sine.", "sinh(0)", "0",
     row_kernel<kSinh>},
    {"cosh", "cosh(x float64) -> float64", "The hyperbolic cosine.", "cosh(0)", "1",
     row_kernel<kCosh>},
    {"tanh", "tanh(x float64) -> float64", "The hyperbolic tangent.", "tanh(0)", "0",
     row_kernel<kTanh>},
    {"power",
     "power(x float64, y float64) -> float64",
     {"x raised to y. Also written x ^ y.",
      "Zero to a negative power, a negative number to a fraction, or a result out of range: "
      "`power(-8, 0.5)`."},
     "power(2, 10)",
     "1024",
     row_kernel<kPower>},
    {"pow",
     "pow(x float64, y float64) -> float64",
     {"As power.",
      "Zero to a negative power, a negative number to a fraction, or a result out of range: "
      "`pow(-8, 0.5)`."},
     "pow(9, 0.5)",
     "3",
     row_kernel<kPower>},
    {"sqrt",
     "sqrt(x float64) -> float64",
     {"The square root.", "`x` is negative: `sqrt(-1)`."},
     "sqrt(2.25)",
     "1.5",
     row_kernel<kSqrt>},
    {"cbrt", "cbrt(x float64) -> float64", "The cube root.", "cbrt(27)", "3", row_kernel<kCbrt>},
    {"exp",
     "exp(x float64) -> float64",
     {"e raised to x.", "The result is out of range: `exp(1000)`."},
     "exp(0)",
     "1",
     row_kernel<kExp>},
    {"ln",
     "ln(x float64) -> float64",
     {"The natural logarithm.", "`x` is not positive: `ln(0)`."},
     "ln(1)",
     "0",
     row_kernel<kLn>},
    {"log",
     "log(x float64) -> float64",
     {"The logarithm to base 10.", "`x` is not positive: `log(0)`."},
     "log(100)",
     "2",
     row_kernel<kLog10>},
    {"log",
     "log(base float64, x float64) -> float64",
     {"The logarithm to a base.", "An argument is not positive, or the base is 1: `log(1, 8)`."},
     "log(2, 8)",
     "3",
     row_kernel<kLogBase>},
    {"log10",
     "log10(x float64) -> float64",
     {"The logarithm to base 10.", "`x` is not positive: `log10(0)`."},
     "log10(1000)",
     "3",
     row_kernel<kLog10>},
    {"log2",
     "log2(x float64) -> float64",
     {"The logarithm to base 2.", "`x` is not positive: `log2(0)`."},
     "log2(8)",
     "3",
     row_kernel<kLog2>},
    {"sin",
     "sin(x float64) -> float64",
     {"The sine of an angle in radians.", "`x` is infinite: `sin('infinity'::float64)`."},
     "sin(0)",
     "0",
     row_kernel<kSin>},
    {"cos",
     "cos(x float64) -> float64",
     {"The cosine of an angle in radians.", "`x` is infinite: `cos('infinity'::float64)`."},
     "cos(0)",
     "1",
     row_kernel<kCos>},
    {"tan",
     "tan(x float64) -> float64",
     {"The tangent of an angle in radians.", "`x` is infinite: `tan('infinity'::float64)`."},
     "tan(0)",
     "0",
     row_kernel<kTan>},
    {"asin",
     "asin(x float64) -> float64",
     {"The angle whose sine is x.", "`x` is not between -1 and 1: `asin(2)`."},
     "asin(0)",
     "0",
     row_kernel<kAsin>},
    {"acos",
     "acos(x float64) -> float64",
     {"The angle whose cosine is x.", "`x` is not between -1 and 1: `acos(2)`."},
     "acos(1)",
     "0",
     row_kernel<kAcos>},
    {"atan", "atan(x float64) -> float64", "The angle whose tangent is x.", "atan(0)", "0",
     row_kernel<kAtan>},
    {"atan2", "atan2(y float64, x float64) -> float64", "The angle of the point (x, y).",
     "atan2(0, 1)", "0", row_kernel<kAtan2>},
    {"radians", "radians(degrees float64) -> float64", "Degrees as radians.",
     "round(radians(180), 4)", "3.1416", row_kernel<kRadians>},
    {"degrees", "degrees(radians float64) -> float64", "Radians as degrees.", "degrees(0)", "0",
     row_kernel<kDegrees>},
    {"isnan", "isnan(x float64) -> bool", "Is it not a number?", "isnan('nan'::float64)", "true",
     row_kernel<kIsNan>},
    {"isfinite", "isfinite(x float64) -> bool", "Is it neither infinite nor not a number?",
     "isfinite(1.5)", "true", row_kernel<kIsFinite>},
}};

}  // namespace

std::span<const Function> math_functions() { return kMathFunctions; }

}  // namespace leat::expr
