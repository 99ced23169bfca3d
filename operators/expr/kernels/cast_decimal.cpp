// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Casts from and to decimals. Digits that the target has no room for behind the point are rounded
// half away from zero, as in PostgreSQL; too many before the point are a fault.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/text/decimal_parser.h"
#include "operators/text/value_format.h"

namespace leat::expr {
namespace {

void out_of_range(Call& call, std::string_view text) {
  if (call.context.is_quiet()) return call.fault(code::kOutOfRange, "");
  call.fault(code::kOutOfRange,
             fmt::format("{} is out of the range of {}", text, to_string(call.context.type())));
}

Int128 parsed(Call& call, std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const Type& type = call.context.type();
  Int128 value = 0;
  switch (io::parse_decimal(text, type.precision(), type.scale(), value)) {
    case io::DecimalResult::kExact:
    case io::DecimalResult::kRounded: break;
    case io::DecimalResult::kOutOfRange: out_of_range(call, fmt::format("'{}'", text)); break;
    case io::DecimalResult::kNotANumber:
      call.fault(code::kCastFailed, fmt::format("'{}' is not a decimal", text),
                 "try_cast gives NULL instead of an error");
  }
  return value;
}

constexpr auto kTextToDecimal = [](Call& call, std::string_view text) {
  return parsed(call, text);
};

/// in * 10^digits for all rows. May wrap in rows that are found to be out of range, or are NULL.
template <typename Word, typename In>
void scale_all(const KernelContext& context, const In* in, int digits, Buffer& values) {
  const auto power = static_cast<Word>(decimal_power(digits));
  auto* const out = values.mutable_as<Word>();
  for (size_t row = 0; row < context.length(); ++row) out[row] = static_cast<Word>(in[row]) * power;
}

leat::Result<Vector> int64_to_decimal(const KernelContext& context,
                                      std::span<const Vector> inputs) {
  const BufferRef& validity = inputs[0]->parts().validity;
  LEAT_TRY_ASSIGN(BufferRef values, decimal_buffer(context));
  const Type& type = context.type();
  const int whole = type.precision() - type.scale();
  const auto* const in = inputs[0]->values<int64_t>();
  type.is_short_decimal() ? scale_all<uint64_t>(context, in, type.scale(), *values)
                          : scale_all<UInt128>(context, in, type.scale(), *values);
  if (whole > kShortDecimalDigits) return column_of(context, validity, std::move(values));
  const auto limit = static_cast<int64_t>(short_power(whole));
  Call call{context};
  for_each_valid(context, validity, [&](size_t row) {
    if (in[row] > -limit && in[row] < limit) [[likely]]
      return;
    call.row = row;
    out_of_range(call, fmt::format("{}", in[row]));
  });
  return column_of(context, validity, std::move(values));
}

/// The digits that are printed are the ones that are meant: 0.1 is 0.10, not 0.1000000000000000055.
constexpr auto kFloat64ToDecimal = [](Call& call, double value) {
  std::array<char, io::kScalarTextBytes> text;
  const char* const end = io::format_float64(value, text.data());
  const std::string_view digits(text.data(), static_cast<size_t>(end - text.data()));
  if (std::isfinite(value)) return parsed(call, digits);
  out_of_range(call, digits);
  return Int128{0};
};

/// A kernel of one decimal operand; `function(call, value, scale)` sees the operand's scale.
template <typename Result, auto kFunction>
leat::Result<Vector> from_decimal(const KernelContext& context, std::span<const Vector> inputs) {
  const BufferRef& validity = inputs[0]->parts().validity;
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(Result)));
  auto* const out = values->mutable_as<Result>();
  const int scale = inputs[0]->type().scale();
  visit_decimals(*inputs[0].column, [&](const auto* in) {
    Call call{context};
    for_each_valid(context, validity, [&](size_t row) {
      call.row = row;
      out[row] = kFunction(call, in[row], scale);
    });
  });
  return column_of(context, validity, std::move(values));
}

constexpr auto kToFloat64 = [](Call&, Int128 value, int scale) {
  return nearest_float64(value, scale);
};

constexpr auto kToInt64 = [](Call& call, Int128 value, int scale) {
  const Int128 rounded = divide_rounded(value, scale);
  if (rounded < INT64_MIN || rounded > INT64_MAX)
    call.fault(code::kOutOfRange,
               fmt::format("bigint out of range: {}", decimal_text(value, scale)));
  return static_cast<int64_t>(rounded);
};

leat::Result<Vector> decimal_to_decimal(const KernelContext& context,
                                        std::span<const Vector> inputs) {
  const BufferRef& validity = inputs[0]->parts().validity;
  LEAT_TRY_ASSIGN(BufferRef values, decimal_buffer(context));
  const Type& from = inputs[0]->type();
  const Type& to = context.type();
  const int digits = to.scale() - from.scale();
  if (digits >= 0 && to.precision() - digits >= from.precision()) {
    visit_decimals(*inputs[0].column, [&](const auto* in) {
      to.is_short_decimal() ? scale_all<uint64_t>(context, in, digits, *values)
                            : scale_all<UInt128>(context, in, digits, *values);
    });
    return column_of(context, validity, std::move(values));
  }
  const DecimalValues in(*inputs[0].column);
  const DecimalWriter out(to, *values);
  Call call{context};
  for_each_valid(context, validity, [&](size_t row) {
    call.row = row;
    Int128 result = 0;
    if (!rescale(in[row], from.scale(), to, result))
      out_of_range(call, decimal_text(in[row], from.scale()));
    out.set(row, result);
  });
  return column_of(context, validity, std::move(values));
}

using enum TypeId;
constexpr std::array<CastRow, 6> kDecimalCasts = {{
    {kUtf8, kDecimal, row_kernel<kTextToDecimal>},
    {kInt64, kDecimal, int64_to_decimal},
    {kFloat64, kDecimal, row_kernel<kFloat64ToDecimal>},
    {kDecimal, kFloat64, from_decimal<double, kToFloat64>},
    {kDecimal, kInt64, from_decimal<int64_t, kToInt64>},
    {kDecimal, kDecimal, decimal_to_decimal},
}};

}  // namespace

std::span<const CastRow> decimal_casts() { return kDecimalCasts; }

}  // namespace leat::expr
