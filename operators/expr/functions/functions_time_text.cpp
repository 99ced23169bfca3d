// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// strftime and strptime, with DuckDB's names: PostgreSQL's to_char has patterns of its own, which
// cannot say what they do not know.
#include <array>
#include <memory>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/foreign_time_format.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/expr/kernels/time_text.h"

namespace leat::expr {
namespace {

/// A letter becomes some 30 bytes at most, so that what is written of it is never too long.
constexpr size_t kFormatBytesMax = size_t{64} << 10;
constexpr std::string_view kFormatTooLong = "a format of timestamps has 64 KiB at most";

Result<Prepared> prepare_format(std::span<const Column* const> constants) {
  if (constants[1] == nullptr) return Prepared();
  std::string wrong;
  if (constants[1]->view_at(0).size() > kFormatBytesMax)
    return fail(code::kBadFormat, ErrorCode::kInvalid, std::string(kFormatTooLong));
  auto format = TimeFormat::parse(constants[1]->view_at(0), wrong);
  if (!format) {
    return fail(code::kBadFormat, ErrorCode::kInvalid,
                fmt::format("'{}' is no part of a format of timestamps", wrong),
                std::string(kTimeFormatHint));
  }
  const std::string text(constants[1]->view_at(0));
  if (translated_time_format(text)) {
    return fail(code::kBadFormat, ErrorCode::kInvalid,
                fmt::format("the format '{}' has no part of a date or time", text),
                time_format_hint(text));
  }
  return std::make_shared<TimeFormat>(std::move(*format));
}

/// The format for each row, taken apart anew only when it is another than in the row before.
class Formats {
 public:
  Formats(const KernelContext& context, const Vector& input) : context_(context), texts_(input) {}

  const TimeFormat* at(size_t row) {
    if (context_.has_state()) return &context_.state<TimeFormat>();
    const std::string_view text = texts_[row];
    if (text.size() > kFormatBytesMax) {
      context_.fault(code::kBadFormat, row, std::string(kFormatTooLong));
      return nullptr;
    }
    if (!known_ || text != text_) {
      known_ = true;
      text_ = text;
      last_ = TimeFormat::parse(text, wrong_);
    }
    if (last_) return &*last_;
    context_.fault(code::kBadFormat, row,
                   fmt::format("'{}' is no part of a format of timestamps", wrong_),
                   std::string(kTimeFormatHint));
    return nullptr;
  }

 private:
  const KernelContext& context_;
  Reader<std::string_view> texts_;
  bool known_ = false;
  std::string text_;
  std::string wrong_;
  std::optional<TimeFormat> last_;
};

Result<Vector> format_times(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  const Reader<Timestamp> times(inputs[0]);
  const bool zoned = inputs[0].column->type().is_zoned();
  Formats formats(context, inputs[1]);
  std::string text;
  for_each_valid(context, validity, [&](size_t row) {
    const TimeFormat* const format = formats.at(row);
    if (format == nullptr) return;
    text.clear();
    format->write(times[row].micros, zoned, text);
    writer.write(row, text);
  });
  return writer.finish(std::move(validity));
}

/// What becomes of a text that does not have the form.
enum class Mismatch : uint8_t { kFault, kNull };

template <Mismatch kMismatch>
Result<Vector> parse_times(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(int64_t)));
  const Reader<std::string_view> texts(inputs[0]);
  Formats formats(context, inputs[1]);
  NullWriter nulls(context, validity);
  for_each_valid(context, validity, [&](size_t row) {
    const TimeFormat* const format = formats.at(row);
    if (format == nullptr) return;
    const std::optional<int64_t> micros = format->read(texts[row]);
    values->mutable_as<int64_t>()[row] = micros.value_or(0);
    if (!micros && kMismatch == Mismatch::kNull) return nulls.set_null(row);
    if (!micros) {
      context.fault(code::kCastFailed, row,
                    fmt::format("'{}' does not have the form '{}'", texts[row],
                                Reader<std::string_view>(inputs[1])[row]));
    }
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return column_of(context, std::move(validity), std::move(values));
}

constexpr std::array<Function, 3> kTimeTextFunctions = {{
    {"strftime",
     "strftime(time timestamp, format utf8) -> utf8",
     {"The time as text: %Y year, %m month, %d day, %H hour, %M minute, %S second, %f "
      "microseconds, %j day of the year, %b and %B month's name, %a and %A day's name, %I hour of "
      "12 with %p, %y two digits of the year, %e day without a zero, %u and %w weekday, %G and %V "
      "ISO year and week, %s seconds since 1970, %z offset (empty for what a clock shows), %F for "
      "%Y-%m-%d, %T for %H:%M:%S, %R "
      "for %H:%M, %D for %m/%d/%y, %U and %W week of the year from its first Sunday or Monday, %g "
      "two "
      "digits of the ISO year, %% a percent sign; %-d and others with - without zeros before them.",
      "The format has another letter: `strftime(now(), '%Q')`."},
     "strftime(date '2026-03-05', '%a %e %B %Y')",
     "Thu  5 March 2026",
     format_times,
     prepare_format},
    {"strptime",
     "strptime(text utf8, format utf8) -> timestamp",
     {"The timestamp that the text writes in this form, as strftime, but for %G, %g, %V, %U and "
      "%W. What the "
      "format leaves out is as in 1970-01-01 00:00:00.",
      "The text does not have this form, or there is no such time: `strptime('31/02/2026', "
      "'%d/%m/%Y')`."},
     "strptime('5 Mar 2026 3:07 pm', '%d %b %Y %I:%M %p')",
     "2026-03-05T15:07:00",
     parse_times<Mismatch::kFault>,
     prepare_format},
    {"try_strptime",
     "try_strptime(text utf8, format utf8) -> timestamp",
     {"As strptime, but NULL when the text does not have this form.",
      "The format has another letter: `try_strptime('1', '%Q')`."},
     "try_strptime('31/02/2026', '%d/%m/%Y')",
     "null",
     parse_times<Mismatch::kNull>,
     prepare_format},
}};

}  // namespace

std::span<const Function> time_text_functions() { return kTimeTextFunctions; }

}  // namespace leat::expr
