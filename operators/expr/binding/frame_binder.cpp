// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/binding/frame_binder.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/data/decimal_values.h"
#include "operators/expr/binding/binder.h"
#include "operators/expr/kernels/decimal_math.h"

namespace leat::expr {
namespace {

using Int128 = WindowFrame::Int128;

/// An offset that no difference of two keys reaches.
constexpr Int128 kFarUnits = std::numeric_limits<Int128>::max() / 4;

/// A constant as it was bound.
struct Constant {
  Type type;
  ColumnRef value;  // one value, not NULL
};

std::optional<Constant> bind_constant(const Ast& ast, std::string_view what, std::string_view hint,
                                      const FrameScope& scope) {
  const size_t before = scope.mistakes.count();
  ProgramBuilder builder(scope.mistakes);
  Binder binder(scope.mistakes, {scope.input, scope.environment, nullptr, nullptr}, builder);
  const Bound bound = binder.bind(ast);
  if (!bound.ok || scope.mistakes.count() != before) return std::nullopt;
  if (!builder.is_constant(bound.node)) {
    scope.mistakes.add(code::kNotConstant, ast.range,
                       fmt::format("{} is not the same for all rows", what), std::string(hint));
    return std::nullopt;
  }
  const ColumnRef& value = builder[bound.node].constant;
  if (!value->is_valid(0)) {
    scope.mistakes.add(code::kFrame, ast.range, fmt::format("{} is NULL", what), std::string(hint));
    return std::nullopt;
  }
  return Constant{bound.type, value};
}

/// `value` of scale `from` in units of scale `to`, rounded down; far away when it does not fit.
Int128 rescale_down(Int128 value, unsigned from, unsigned to) {
  for (; from > to; --from) value /= 10;
  for (; from < to; ++from) {
    if (value > kFarUnits / 10) return kFarUnits;
    value *= 10;
  }
  return std::min(value, kFarUnits);
}

class FrameBinder {
 public:
  FrameBinder(const AstFrame& parsed, const std::vector<SortKey>& order_by, const FrameScope& scope)
      : parsed_(parsed), order_by_(order_by), scope_(scope) {}

  std::optional<WindowFrame> bind() {
    WindowFrame frame;
    frame.unit = parsed_.unit;
    frame.exclusion = parsed_.exclusion;
    if (parsed_.unit == FrameUnit::kGroups && order_by_.empty()) {
      return wrong(code::kFrame, parsed_.range, "a frame of groups needs an order",
                   "write 'order_by', or 'order by' in the window");
    }
    bool ok = bound(parsed_.start, frame.start);
    ok = bound(parsed_.end, frame.end) && ok;
    return ok ? std::optional(frame) : std::nullopt;
  }

 private:
  std::nullopt_t wrong(Code number, Range range, std::string message, std::string hint) {
    scope_.mistakes.add(number, range, std::move(message), std::move(hint));
    return std::nullopt;
  }

  bool bound(const AstFrame::Bound& parsed, WindowFrame::Bound& bound) {
    bound.edge = parsed.edge;
    if (!parsed.offset) return true;
    if (parsed_.unit != FrameUnit::kRange) {
      const std::optional<uint64_t> count = bind_count(
          *parsed.offset, 0, "the offset of a frame",
          parsed_.unit == FrameUnit::kRows ? "write a number of rows" : "write a number of groups",
          scope_);
      bound.count = count.value_or(0);
      return count.has_value();
    }
    return has_one_key(parsed) && range_offset(parsed, bound);
  }

  /// Is there one key from which an offset can be counted?
  bool has_one_key(const AstFrame::Bound& parsed) {
    constexpr std::string_view kHint = "a frame of rows or groups has no need of that";
    if (order_by_.size() != 1) {
      wrong(code::kFrame, parsed.range,
            fmt::format("an offset in a frame of range needs one key in the order, not {}",
                        order_by_.empty() ? "none" : "several"),
            std::string(kHint));
      return false;
    }
    const Type& type = order_by_[0].key->type();
    // A time of day plus an interval may be an earlier one.
    const bool is_time = type.is(TypeId::kTimestamp) && !type.is_time_of_day();
    if (type.is_numeric() || type.is(TypeId::kDate) || is_time) return true;
    wrong(code::kFrame, parsed.range,
          fmt::format("an offset in a frame of range needs a number or a time in the order, not {}",
                      to_string(type)),
          std::string(kHint));
    return false;
  }

  bool range_offset(const AstFrame::Bound& parsed, WindowFrame::Bound& bound) {
    const Type& key = order_by_[0].key->type();
    const bool is_time = !key.is_numeric();
    const std::string_view hint = is_time ? "write an interval such as interval '6 days'"
                                          : "write a number that is not negative";
    const std::optional<Constant> offset =
        bind_constant(*parsed.offset, "the offset of a frame", hint, scope_);
    if (!offset) return false;
    const bool fits = is_time ? offset->type.is(TypeId::kInterval) : offset->type.is_numeric();
    if (!fits) {
      wrong(code::kFrame, parsed.offset->range,
            fmt::format("the order is by {}, from which {} cannot be counted", to_string(key),
                        to_string(offset->type)),
            std::string(hint));
      return false;
    }
    const bool not_negative = is_time                    ? interval(*offset, bound)
                              : key.is(TypeId::kFloat64) ? number(*offset, bound)
                                                         : units(*offset, key.scale(), bound);
    if (!not_negative) {
      wrong(code::kFrame, parsed.offset->range,
            "the offset of a frame is negative or no finite number",
            "'preceding' and 'following' say the direction");
    }
    return not_negative;
  }

  static bool interval(const Constant& offset, WindowFrame::Bound& bound) {
    bound.interval = offset.value->values<Interval>()[0];
    constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
    return (Int128{bound.interval.months} * 30 + bound.interval.days) * kDay +
               bound.interval.microseconds >=
           0;
  }

  static bool number(const Constant& offset, WindowFrame::Bound& bound) {
    switch (offset.type.id()) {
      case TypeId::kInt64:
        bound.number = static_cast<double>(offset.value->values<int64_t>()[0]);
        break;
      case TypeId::kDecimal:
        bound.number = nearest_float64(decimal_at(*offset.value, 0), offset.type.scale());
        break;
      default: bound.number = offset.value->values<double>()[0];
    }
    return std::isfinite(bound.number) && bound.number >= 0;
  }

  /// Keys are whole multiples of a unit, so only the whole units of an offset matter.
  static bool units(const Constant& offset, unsigned scale, WindowFrame::Bound& bound) {
    switch (offset.type.id()) {
      case TypeId::kInt64: {
        const int64_t value = offset.value->values<int64_t>()[0];
        bound.units = rescale_down(value, 0, scale);
        return value >= 0;
      }
      case TypeId::kDecimal: {
        const Int128 value = decimal_at(*offset.value, 0);
        bound.units = rescale_down(value, offset.type.scale(), scale);
        return value >= 0;
      }
      default: {
        const double value = offset.value->values<double>()[0];
        const double scaled = std::floor(value * std::pow(10.0, scale));
        bound.units = scaled < 1e37 ? static_cast<Int128>(scaled) : kFarUnits;
        return std::isfinite(value) && value >= 0;
      }
    }
  }

  const AstFrame& parsed_;
  const std::vector<SortKey>& order_by_;
  const FrameScope& scope_;
};

}  // namespace

std::optional<WindowFrame> bind_frame(const AstFrame& parsed, const std::vector<SortKey>& order_by,
                                      const FrameScope& scope) {
  return FrameBinder(parsed, order_by, scope).bind();
}

std::optional<uint64_t> bind_count(const Ast& ast, uint64_t least, std::string_view what,
                                   std::string_view hint, const FrameScope& scope) {
  const std::optional<Constant> constant = bind_constant(ast, what, hint, scope);
  if (!constant) return std::nullopt;
  if (!constant->type.is(TypeId::kInt64)) {
    scope.mistakes.add(code::kFrame, ast.range,
                       fmt::format("{} is a whole number, not {}", what, to_string(constant->type)),
                       std::string(hint));
    return std::nullopt;
  }
  const int64_t value = constant->value->values<int64_t>()[0];
  if (value < static_cast<int64_t>(least)) {
    scope.mistakes.add(code::kFrame, ast.range,
                       fmt::format("{} is at least {}, not {}", what, least, value),
                       std::string(hint));
    return std::nullopt;
  }
  return static_cast<uint64_t>(value);
}

}  // namespace leat::expr
