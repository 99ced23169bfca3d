// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Casts: one row of the table for each pair of types that has one.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/json_access.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/expr/kernels/shown_value.h"
#include "operators/text/interval_parser.h"
#include "operators/text/value_parser.h"

namespace leat::expr {
namespace {

void not_a(const Call& call, std::string_view text, std::string_view type) {
  not_a(call.context, call.row, text, type);
}

// --------------------------------------------------------------------------------------------------------- from text

constexpr auto kTextToBool = [](Call& call, std::string_view text) {
  bool value = false;
  if (!io::parse_bool(trimmed(text), value)) not_a(call, text, "a bool");
  return value;
};
constexpr auto kTextToInt64 = [](Call& call, std::string_view text) {
  int64_t value = 0;
  if (!io::parse_int64(trimmed(text), value)) not_a(call, text, "an int64");
  return value;
};
constexpr auto kTextToFloat64 = [](Call& call, std::string_view text) {
  double value = 0;
  const std::string_view core = trimmed(text);
  if (io::parse_float64(core, value)) return value;
  not_a(call, text, "a float64");
  return value;
};
constexpr auto kTextToDate = [](Call& call, std::string_view text) {
  Date value{};
  const std::string_view core = trimmed(text);
  if (io::parse_date(core, value.days)) return value;
  int64_t micros = 0;  // PostgreSQL takes a timestamp's text and drops its time
  if (io::parse_timestamp_rounded(core, micros)) {
    value.days = static_cast<int32_t>(day_of_timestamp(micros));
  } else {
    not_a(call, text, "a date like 2026-01-31");
  }
  return value;
};
constexpr auto kTextToTimestamp = [](Call& call, std::string_view text) {
  Timestamp value{};
  const bool zoned = call.context.type().is_zoned();
  if (!io::parse_timestamp_rounded(trimmed(text), value.micros)) {
    not_a(call, text,
          zoned ? "a timestamp like 2026-01-31T10:00:00Z" : "a timestamp like 2026-01-31T10:00:00");
  } else if (!zoned && io::has_zone(text)) {
    call.fault(code::kCastFailed,
               fmt::format("'{}' names a time zone, which a timestamp has not", text),
               "cast it to timestamptz");
  }
  return value;
};
constexpr auto kTextToInterval = [](Call& call, std::string_view text) {
  const std::optional<Interval> value = io::parse_interval(trimmed(text));
  if (!value) not_a(call, text, "an interval like 1 day 02:00:00");
  return value.value_or(Interval{});
};

// ------------------------------------------------------------------------------------------------------------ numbers

constexpr auto kInt64ToBool = [](int64_t value) { return value != 0; };
constexpr auto kBoolToInt64 = [](bool value) { return value ? int64_t{1} : int64_t{0}; };
constexpr auto kFloat64ToInt64 = [](Call& call, double value) {
  const double rounded = std::rint(value);
  // 2^63 itself is out of range; the comparison is false for NaN.
  if (rounded >= -0x1p63 && rounded < 0x1p63) return static_cast<int64_t>(rounded);
  std::array<char, io::kScalarTextBytes> text;
  call.fault(code::kOutOfRange,
             fmt::format("bigint out of range: {}",
                         std::string_view(text.data(),
                                          io::format_float64(value, text.data()) - text.data())),
             "try_cast gives NULL instead of an error");
  return int64_t{0};
};

Result<Vector> int64_to_float64(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(double)));
  const int64_t* const in = inputs[0]->values<int64_t>();
  double* const out = values->mutable_as<double>();
  for (size_t i = 0; i < context.length(); ++i) out[i] = static_cast<double>(in[i]);
  return column_of(context, inputs[0]->parts().validity, std::move(values));
}

// -------------------------------------------------------------------------------------------------------------- times

constexpr auto kDateToTimestamp = [](Call& call, Date value) {
  if (value.days < kDaysMin || value.days > kDaysMax)
    call.fault(code::kOutOfRange, "timestamp out of range");
  return Timestamp{static_cast<int64_t>(static_cast<uint64_t>(value.days) *
                                        static_cast<uint64_t>(kMicrosPerDay))};
};
constexpr auto kTimestampToDate = [](Timestamp value) {
  return Date{static_cast<int32_t>(day_of_timestamp(value.micros))};
};

using enum TypeId;
constexpr std::array<CastRow, 21> kCasts = {{
    {kUtf8, kBool, row_kernel<kTextToBool>},
    {kUtf8, kInt64, row_kernel<kTextToInt64>},
    {kUtf8, kFloat64, row_kernel<kTextToFloat64>},
    {kUtf8, kDate, row_kernel<kTextToDate>},
    {kUtf8, kTimestamp, row_kernel<kTextToTimestamp>},
    {kUtf8, kInterval, row_kernel<kTextToInterval>},
    {kUtf8, kJson, text_to_json},
    {kJson, kUtf8, same_bytes_kernel},
    {kInt64, kFloat64, int64_to_float64},
    {kInt64, kBool, row_kernel<kInt64ToBool>},
    {kFloat64, kInt64, row_kernel<kFloat64ToInt64>},
    {kBool, kInt64, row_kernel<kBoolToInt64>},
    {kDate, kTimestamp, row_kernel<kDateToTimestamp>},
    {kTimestamp, kDate, row_kernel<kTimestampToDate>},
    {kBool, kUtf8, scalar_text_kernel},
    {kInt64, kUtf8, scalar_text_kernel},
    {kFloat64, kUtf8, scalar_text_kernel},
    {kDecimal, kUtf8, scalar_text_kernel},
    {kDate, kUtf8, scalar_text_kernel},
    {kTimestamp, kUtf8, scalar_text_kernel},
    {kInterval, kUtf8, scalar_text_kernel},
}};

}  // namespace

Result<Vector> scalar_text_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  const Column& column = *inputs[0].column;
  for_each_valid(context, validity, [&](size_t row) {
    std::array<char, io::kScalarTextBytes> text;
    const char* const end = io::format_fixed(column, row, text.data());
    writer.write(row, {text.data(), static_cast<size_t>(end - text.data())});
  });
  return writer.finish(std::move(validity));
}

Result<Vector> same_bytes_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  Column::Parts parts = inputs[0]->parts();
  return Vector{std::make_shared<Column>(context.type(), inputs[0]->length(), std::move(parts)),
                false};
}

Kernel plain_cast_kernel(TypeId from, TypeId to) {
  for (const auto table : {std::span<const CastRow>(kCasts), decimal_casts()}) {
    for (const CastRow& row : table) {
      if (row.from == from && row.to == to) return row.kernel;
    }
  }
  return nullptr;
}

}  // namespace leat::expr
