// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions with PostgreSQL's templates of numbers and times: to_char, to_number, to_date and
// to_timestamp. A constant template is taken apart once, when the pipeline is checked.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "engine/mutant.h"
#include "operators/data/decimal_values.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/number_template.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/expr/kernels/time_template.h"

namespace leat::expr {
namespace {

/// What a template is used for.
enum class Use : uint8_t { kWrite, kWriteInterval, kRead };

template <Use kUse>
std::string mistake_of(const NumberTemplate& parsed) {
  return kUse == Use::kRead ? std::string(parsed.why_unreadable()) : std::string();
}
template <Use kUse>
std::string mistake_of(const TimeTemplate& parsed) {
  if (kUse == Use::kRead) return parsed.why_unreadable();
  if (kUse == Use::kWrite || parsed.why_not_of_intervals().empty()) return {};
  return fmt::format("an interval has no '{}'", parsed.why_not_of_intervals());
}

template <typename Template, Use kUse>
std::optional<Template> parse_template(std::string_view text, std::string& wrong) {
  std::optional<Template> parsed = Template::parse(text, wrong);
  if (!parsed) return std::nullopt;
  wrong = mistake_of<kUse>(*parsed);
  return wrong.empty() ? std::move(parsed) : std::nullopt;
}
std::string template_mistake(std::string_view text, std::string_view wrong) {
  constexpr size_t kShown = 60;
  return fmt::format("the template '{}' cannot be used: {}", text.substr(0, kShown), wrong);
}

/// For signatures whose template is argument 1.
template <typename Template, Use kUse>
Result<Prepared> prepare_template(std::span<const Column* const> constants) {
  if (constants[1] == nullptr) return Prepared();
  std::string wrong;
  auto parsed = parse_template<Template, kUse>(constants[1]->view_at(0), wrong);
  if (!parsed)
    return fail(code::kBadFormat, ErrorCode::kInvalid,
                template_mistake(constants[1]->view_at(0), wrong));
  return std::make_shared<Template>(std::move(*parsed));
}

/// The template of each row, taken apart anew only when it is another than in the row before.
template <typename Template, Use kUse>
class Templates {
 public:
  Templates(const KernelContext& context, const Vector& input) : context_(context), texts_(input) {}

  /// Null after reporting a fault.
  const Template* at(size_t row) {
    if (context_.has_state()) return &context_.state<Template>();
    const std::string_view text = texts_[row];
    if (!known_ || (text != text_ && !LEAT_MUTANT("first_template_for_all"))) {
      known_ = true;
      text_ = text;
      last_ = parse_template<Template, kUse>(text, wrong_);
    }
    if (last_) return &*last_;
    context_.fault(code::kBadFormat, row, template_mistake(text_, wrong_));
    return nullptr;
  }

 private:
  const KernelContext& context_;
  Reader<std::string_view> texts_;
  bool known_ = false;
  std::string text_;
  std::string wrong_;
  std::optional<Template> last_;
};

// ------------------------------------------------------------------------------------------------------ writing

void write_value(const NumberTemplate& format, int64_t value, int, std::string& out) {
  format.write_decimal(value, 0, out);
}
void write_value(const NumberTemplate& format, Int128 value, int scale, std::string& out) {
  format.write_decimal(value, scale, out);
}
void write_value(const NumberTemplate& format, double value, int, std::string& out) {
  format.write_float(value, out);
}
void write_value(const TimeTemplate& format, Timestamp value, int, std::string& out) {
  format.write(value.micros, out);
}
void write_value(const TimeTemplate& format, Interval value, int, std::string& out) {
  format.write(value, out);
}

/// Texts are at most some ten times as long as their template, which is short.
template <typename Template, typename Value, Use kUse = Use::kWrite>
Result<Vector> to_char(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  const Reader<Value> values(inputs[0]);
  const int scale = inputs[0]->type().is(TypeId::kDecimal) ? inputs[0]->type().scale() : 0;
  Templates<Template, kUse> templates(context, inputs[1]);
  std::string text;
  for_each_valid(context, validity, [&](size_t row) {
    const Template* const format = templates.at(row);
    if (format == nullptr) return;
    text.clear();
    write_value(*format, values[row], scale, text);
    writer.write(row, text);
  });
  return writer.finish(std::move(validity));
}

// ------------------------------------------------------------------------------------------------------ reading

std::string no_text_of(std::string_view text, std::string_view format, std::string_view why) {
  constexpr size_t kShown = 60;
  return fmt::format("'{}' does not have the form '{}'{}{}", text.substr(0, kShown),
                     format.substr(0, kShown), why.empty() ? "" : ": ", why);
}

/// Digits that are in the template; 19 before and behind the point when it is not constant.
Type number_type(std::span<const Type>, std::span<const Column* const> constants) {
  std::string wrong;
  std::optional<NumberTemplate> parsed;
  if (constants[1] != nullptr && constants[1]->is_valid(0))
    parsed = NumberTemplate::parse(constants[1]->view_at(0), wrong);
  if (!parsed) return Type::decimal(kDecimalDigitsMax, kDecimalDigitsMax / 2);
  const int scale = parsed->digits_behind();
  const int precision = std::clamp(parsed->digits_before() + scale, 1, kDecimalDigitsMax);
  return Type::decimal(static_cast<uint8_t>(precision), static_cast<uint8_t>(scale));
}

Result<Vector> to_number(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, decimal_buffer(context));
  const DecimalWriter out(context.type(), *values);
  const Reader<std::string_view> texts(inputs[0]);
  Templates<NumberTemplate, Use::kRead> templates(context, inputs[1]);
  for_each_valid(context, validity, [&](size_t row) {
    out.set(row, 0);
    const NumberTemplate* const format = templates.at(row);
    if (format == nullptr) return;
    const std::optional<std::string> digits = format->read(texts[row]);
    const auto number = digits ? read_decimal(*digits) : std::nullopt;
    Int128 value = 0;
    if (number && rescale(number->value, number->type.scale(), context.type(), value)) {
      out.set(row, value);
    } else {
      context.fault(code::kCastFailed, row,
                    no_text_of(texts[row], Reader<std::string_view>(inputs[1])[row],
                               digits ? "it has too many digits" : "it has no digits"));
    }
  });
  return column_of(context, std::move(validity), std::move(values));
}

template <bool kDate>
Result<Vector> to_time(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  constexpr size_t kWidth = kDate ? sizeof(Date) : sizeof(Timestamp);
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * kWidth));
  const Reader<std::string_view> texts(inputs[0]);
  Templates<TimeTemplate, Use::kRead> templates(context, inputs[1]);
  for_each_valid(context, validity, [&](size_t row) {
    const TimeTemplate* const format = templates.at(row);
    std::string wrong;
    const std::optional<int64_t> micros =
        format == nullptr ? std::nullopt : format->read(texts[row], wrong);
    if constexpr (kDate) {
      values->mutable_as<Date>()[row] =
          Date{static_cast<int32_t>(day_of_timestamp(micros.value_or(0)))};
    } else {
      values->mutable_as<int64_t>()[row] = micros.value_or(0);
    }
    if (format != nullptr && !micros) {
      context.fault(code::kCastFailed, row,
                    no_text_of(texts[row], Reader<std::string_view>(inputs[1])[row], wrong));
    }
  });
  return column_of(context, std::move(validity), std::move(values));
}

constexpr Prepare kWriteNumber = prepare_template<NumberTemplate, Use::kWrite>;

constexpr std::array<Function, 8> kTemplateFunctions = {{
    {"to_char",
     "to_char(x int64, format utf8) -> utf8",
     {"The number in PostgreSQL's template: 9 a digit, 0 a digit that is written even when it is a "
      "leading 0, `.` or D the point, `,` or G the comma between thousands, S, SG, MI, PL and PR "
      "the "
      "sign, FM no spaces and no zeros at the end, TH `st` or `th`, RN roman numerals, V times 10 "
      "for each digit behind it, EEEE an exponent, \"text\" itself. A number with more digits "
      "becomes "
      "`###`.",
      "There is no such template: `to_char(1, '9.9.9')`."},
     "to_char(1234567, 'FM9,999,999')",
     "1,234,567",
     to_char<NumberTemplate, int64_t>,
     kWriteNumber},
    {"to_char",
     "to_char(x decimal, format utf8) -> utf8",
     {"As before, of a decimal, which is rounded to the digits of the template.",
      "There is no such template: `to_char(decimal '1.5', '9V9.9')`."},
     "to_char(decimal '-1234.567', '9G999D99')",
     "-1,234.57",
     to_char<NumberTemplate, Int128>,
     kWriteNumber},
    {"to_char",
     "to_char(x float64, format utf8) -> utf8",
     {"As before, of a float64, with 15 digits at most.",
      "There is no such template: `to_char(1.5e0, 'S9S')`."},
     "to_char(485.8e0, '000.00')",
     " 485.80",
     to_char<NumberTemplate, double>,
     kWriteNumber},
    {"to_char",
     "to_char(time timestamp, format utf8) -> utf8",
     {"The time in PostgreSQL's template: YYYY, YY, MM, Month, Mon, DD, DDD, Day, Dy, D, HH24, "
      "HH12, "
      "AM, MI, SS, MS, US, FF1 to FF6, SSSS, Q, WW, IW, IYYY, ID, J, CC, RM, TZ and more; FM "
      "before a "
      "pattern leaves out zeros and spaces, TH behind it writes `st` or `th`, MONTH and month give "
      "its letters, \"text\" stands for itself.",
      "The template is longer than 4096 bytes: `to_char(now(), repeat('Y', 5000))`."},
     "to_char(timestamp '2026-03-05 14:07:09', 'FMDay, FMDDth Mon YYYY HH12:MI am')",
     "Thursday, 5th Mar 2026 02:07 pm",
     to_char<TimeTemplate, Timestamp>,
     prepare_template<TimeTemplate, Use::kWrite>},
    {"to_char",
     "to_char(interval interval, format utf8) -> utf8",
     {"As before, of an interval; hours may be more than 24.",
      "The template has a name of a day or month: `to_char(interval '1 day', 'Day')`."},
     "to_char(timestamp '2026-01-03 02:00:00' - timestamp '2026-01-01', 'DD \"days\" HH24:MI')",
     "02 days 02:00",
     to_char<TimeTemplate, Interval, Use::kWriteInterval>,
     prepare_template<TimeTemplate, Use::kWriteInterval>},
    {"to_number",
     "to_number(text utf8, format utf8) -> decimal",
     {"The number that the text writes in this form, as to_char. The digits of a constant template "
      "are those of the result's type; of another it is decimal(38,19).",
      "The text has no digits: `to_number('abc', '999')`."},
     "to_number('12,454.8-', '99G999D9S')",
     "-12454.8",
     to_number,
     prepare_template<NumberTemplate, Use::kRead>,
     Nulls::kStrict,
     false,
     number_type},
    {"to_date",
     "to_date(text utf8, format utf8) -> date",
     {"The date that the text writes in this form, as to_char. A separator of the template takes "
      "any "
      "one, what follows the last pattern is ignored; strptime is strict.",
      "The text does not have this form, or there is no such day: `to_date('31.02.2026', "
      "'DD.MM.YYYY')`."},
     "to_date('5 Mar 2026', 'DD Mon YYYY')",
     "2026-03-05",
     to_time<true>,
     prepare_template<TimeTemplate, Use::kRead>},
    {"to_timestamp",
     "to_timestamp(text utf8, format utf8) -> timestamptz",
     {"As to_date, with the time of day, in UTC unless the text says another offset.",
      "The text does not have this form, or there is no such time: `to_timestamp('2026-01-01 "
      "25:00', "
      "'YYYY-MM-DD HH24:MI')`."},
     "to_timestamp('05/03/2026 2:07 pm', 'DD/MM/YYYY HH12:MI pm')",
     "2026-03-05T14:07:00Z",
     to_time<false>,
     prepare_template<TimeTemplate, Use::kRead>},
}};

}  // namespace

std::span<const Function> template_functions() { return kTemplateFunctions; }

}  // namespace leat::expr
