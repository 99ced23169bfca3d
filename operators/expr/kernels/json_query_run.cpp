// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Finds what paths of SQL/JSON lead to.
//
// Problem: a path may find every value of a large document, several times.
//
// Invariants:
//  1. What is found is handed on at once, so nothing is kept that grows with the document. Only
//     texts that are computed are copied, one at a time for each step.
//  2. Recursion is as deep as the path is long; `**` goes down by a loop.
//  3. Numbers are compared by all of their digits, and calculated with as decimals.
//
// Rejected: sequences of values for each step, as PostgreSQL has them. They need memory for all of
// them, and `exists` needs one.
#include <bitset>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "engine/mutant.h"
#include "operators/data/decimal.h"
#include "operators/expr/kernels/json_access.h"
#include "operators/expr/kernels/json_query.h"
#include "operators/json/json_encoder.h"
#include "operators/text/value_format.h"

namespace leat::expr {
namespace {

std::string_view kind_of_item(std::string_view json) {
  switch (json.empty() ? '\0' : json.front()) {
    case '{': return "object";
    case '[': return "array";
    case '"': return "string";
    case 't':
    case 'f': return "boolean";
    case 'n': return "null";
    default: return "number";
  }
}
bool is_number_item(std::string_view json) {
  return !json.empty() && io::JsonScanner::is_number_start(json.front());
}
bool is_container(std::string_view json) { return json.starts_with('{') || json.starts_with('['); }

/// The text of a JSON string.
std::string text_of_string(std::string_view json) {
  const std::string_view raw = json.substr(1, json.size() - 2);
  std::string text(raw);
  text.resize(static_cast<size_t>(io::json_unescape(raw, text.data()) - text.data()));
  return text;
}

/// A number as +-0.digits * 10^exponent, without zeros at the ends; zero has no digits.
struct PlainNumber {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;

  explicit PlainNumber(std::string_view json) {
    if (json.starts_with('-')) json.remove_prefix(1), negative = true;
    bool behind_point = false;
    size_t at = 0;
    for (; at < json.size() && (json[at] | 0x20) != 'e'; ++at) {
      if (json[at] == '.') {
        behind_point = true;
      } else if (digits.empty() && json[at] == '0') {
        exponent -= behind_point;
      } else {
        digits += json[at];
        exponent += !behind_point;
      }
    }
    int64_t written = 0;
    if (at < json.size()) {
      const char* begin = json.data() + at + 1;
      if (*begin == '+') ++begin;
      if (std::from_chars(begin, json.data() + json.size(), written).ec != std::errc())
        written = *begin == '-' ? -kFar : kFar;
    }
    while (digits.ends_with('0')) digits.pop_back();
    exponent = digits.empty() ? 0 : exponent + std::clamp(written, -kFar, kFar);
    negative = negative && !digits.empty();
  }

  int compare(const PlainNumber& other) const {
    if (sign() != other.sign()) return sign() < other.sign() ? -1 : 1;
    if (digits.empty()) return 0;
    const int way = exponent != other.exponent ? (exponent < other.exponent ? -1 : 1)
                                               : digits.compare(other.digits);
    return way == 0 ? 0 : ((way < 0) == negative ? 1 : -1);
  }

 private:
  static constexpr int64_t kFar = int64_t{1} << 40;
  int sign() const { return digits.empty() ? 0 : negative ? -1 : 1; }
};

/// units / 10^scale.
struct ExactNumber {
  Int128 units = 0;
  int scale = 0;

  static constexpr int kDigits = 38;

  /// nullopt when it has more than 38 digits.
  static std::optional<ExactNumber> read(std::string_view json) {
    const PlainNumber plain(json);
    const auto count = static_cast<int64_t>(plain.digits.size());
    if (count > kDigits || plain.exponent > kDigits || count - plain.exponent > kDigits)
      return std::nullopt;
    ExactNumber number;
    for (const char digit : plain.digits) number.units = number.units * 10 + (digit - '0');
    number.scale = static_cast<int>(count - plain.exponent);
    if (number.scale < 0) {
      number.units *= decimal_power(-number.scale);
      number.scale = 0;
    }
    if (plain.negative) number.units = -number.units;
    // The digits that were written, as `numeric` keeps them: 1.50.
    const size_t point = json.find('.');
    if (point != std::string_view::npos && json.find_first_of("eE") == std::string_view::npos)
      static_cast<void>(number.widen(static_cast<int>(json.size() - point - 1)));
    return number;
  }
  /// Gives it at least `wanted` digits behind the point; false when it has too many then.
  bool widen(int wanted) {
    if (wanted <= scale) return true;
    if (wanted > kDigits) return false;
    Int128 wide = 0;
    if (__builtin_mul_overflow(units, decimal_power(wanted - scale), &wide)) return false;
    units = wide;
    scale = wanted;
    return true;
  }
  std::optional<std::string> text() const {
    const Int128 most = decimal_power(kDigits) - 1;
    if (scale > kDigits || units > most || units < -most) return std::nullopt;
    char room[64];
    char* const end = io::format_decimal(units, static_cast<uint8_t>(scale), room);
    return scannable(std::string_view(room, static_cast<size_t>(end - room)));
  }
};

std::optional<ExactNumber> quotient(ExactNumber left, ExactNumber right) {
  // As many digits as `numeric` gives: 16 that count, more if an operand has more.
  const auto weight = [](const ExactNumber& number) {
    return static_cast<int>(
        number.units == 0
            ? 0
            : std::floor((std::log10(std::fabs(static_cast<double>(number.units))) - number.scale) /
                         4));
  };
  const auto leading = [&](const ExactNumber& number) {
    const double value =
        std::fabs(static_cast<double>(number.units)) * std::pow(10.0, -number.scale);
    return std::floor(value * std::pow(10.0, -4 * weight(number)));
  };
  int weights = weight(left) - weight(right);
  if (leading(left) <= leading(right)) --weights;
  const int scale = std::max({16 - weights * 4, left.scale, right.scale, 0});
  const int digits = scale - left.scale + right.scale;
  if (digits < 0 || digits > ExactNumber::kDigits) return std::nullopt;
  Int128 dividend = 0;
  if (__builtin_mul_overflow(left.units, decimal_power(digits), &dividend)) return std::nullopt;
  Int128 result = dividend / right.units;
  const Int128 rest = dividend % right.units;
  const Int128 size = right.units < 0 ? -right.units : right.units;
  if ((rest < 0 ? -rest : rest) >= size - (rest < 0 ? -rest : rest))
    result += (dividend < 0) == (right.units < 0) ? 1 : -1;
  return ExactNumber{result, scale};
}

/// nullopt when the result has too many digits. REQUIRES: no division by zero.
std::optional<ExactNumber> calculate(QueryKind kind, ExactNumber left, ExactNumber right) {
  if (kind == QueryKind::kDivide) return quotient(left, right);
  ExactNumber result{0, left.scale + right.scale};
  if (kind == QueryKind::kMultiply) {
    if (__builtin_mul_overflow(left.units, right.units, &result.units)) return std::nullopt;
    return result;
  }
  if (!left.widen(right.scale) || !right.widen(left.scale)) return std::nullopt;
  result.scale = left.scale;
  const bool overflows = kind == QueryKind::kAdd
                             ? __builtin_add_overflow(left.units, right.units, &result.units)
                             : __builtin_sub_overflow(left.units, right.units, &result.units);
  if (kind == QueryKind::kModulo) {
    result.units = left.units % right.units;
  } else if (overflows) {
    return std::nullopt;
  }
  return result;
}

/// The number without what is behind the point.
std::optional<std::string> whole(std::string_view json, QueryMethod method) {
  std::optional<ExactNumber> number = ExactNumber::read(json);
  if (!number) return std::nullopt;
  const Int128 unit = decimal_power(number->scale);
  Int128 units = number->units / unit;
  const Int128 rest = number->units % unit;
  if (method == QueryMethod::kFloor && rest < 0) --units;
  if (method == QueryMethod::kCeiling && rest > 0) ++units;
  return ExactNumber{units, 0}.text();
}

enum class Truth : uint8_t { kFalse, kTrue, kUnknown };

Truth truth_of(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

Truth compare_items(QueryKind kind, std::string_view left, std::string_view right) {
  const std::string_view left_kind = kind_of_item(left);
  if (is_container(left) || is_container(right)) {
    if (left_kind == "null" || kind_of_item(right) == "null")
      return truth_of(kind == QueryKind::kNotEqual);
    return Truth::kUnknown;
  }
  int way = 0;
  if (left_kind != kind_of_item(right)) {
    if (left_kind != "null" && kind_of_item(right) != "null") return Truth::kUnknown;
    return truth_of(kind == QueryKind::kNotEqual);
  }
  if (left_kind == "number") {
    way = PlainNumber(left).compare(PlainNumber(right));
  } else if (left_kind == "string") {
    way = text_of_string(left).compare(text_of_string(right));
  } else if (left_kind == "boolean") {
    way = static_cast<int>(left == "true") - static_cast<int>(right == "true");
  }
  switch (kind) {
    case QueryKind::kEqual: return truth_of(way == 0);
    case QueryKind::kNotEqual: return truth_of(way != 0);
    case QueryKind::kLess: return truth_of(way < 0);
    case QueryKind::kLessEqual: return truth_of(way <= 0);
    case QueryKind::kGreater: return truth_of(way > 0);
    default: return truth_of(way >= 0);
  }
}

/// Walks through a value and all within it, down to `deepest` levels: `visit(value, level)`, until
/// that is false.
template <typename Visit>
bool walk_json(std::string_view json, uint32_t deepest, Visit&& visit) {
  io::JsonScanner scanner(json, io::LineFeeds::kAreSpace);
  std::bitset<io::kJsonDepthMax + 1> is_object;
  uint32_t level = 0;
  const char* at = json.data();
  const auto skip_key = [&] {
    if (!is_object[level]) return;
    at = scanner.skip_space(scanner.skip_space(scanner.skip_value(at)) + 1);
  };
  for (;;) {
    const char* const end = scanner.skip_value(at);
    if (end == nullptr) return true;  // never: the value is valid
    const std::string_view value(at, static_cast<size_t>(end - at));
    if (!visit(value, level)) return false;
    if (is_container(value) && level < deepest && level < io::kJsonDepthMax) {
      const bool opens_object = *at == '{';
      at = scanner.skip_space(at + 1);
      if (*at != '}' && *at != ']') {
        is_object[++level] = opens_object;
        skip_key();
        continue;
      }
    }
    at = end;
    for (; level > 0; --level) {
      at = scanner.skip_space(at);
      if (*at == ',') break;
      ++at;  // the closing bracket
    }
    if (level == 0) return true;
    at = scanner.skip_space(at + 1);
    skip_key();
  }
}

class QueryRun {
 public:
  QueryRun(std::string_view document, std::string_view variables)
      : document_(document), variables_(variables) {}

  /// The values of `node`, where @ is `current`; false when the search ended.
  bool evaluate(const QueryNode& node, std::string_view current, QueryVisit visit) {
    switch (node.kind) {
      case QueryKind::kRoot: return visit(document_);
      case QueryKind::kCurrent: return visit(current);
      case QueryKind::kLiteral: return visit(node.text);
      case QueryKind::kLast: return visit(scannable(fmt::format("{}", last_)));
      case QueryKind::kVariable: return variable(node, visit);
      case QueryKind::kPath: {
        const auto follow = [&](std::string_view item) {
          return step(node, 0, item, current, true, visit);
        };
        return evaluate(*node.inputs[0], current, follow);
      }
      case QueryKind::kAdd:
      case QueryKind::kSubtract:
      case QueryKind::kMultiply:
      case QueryKind::kDivide:
      case QueryKind::kModulo: return arithmetic(node, current, visit);
      case QueryKind::kPlus:
      case QueryKind::kMinus: return signs(node, current, visit);
      default: {
        const Truth truth = test(node, current);
        if (!fault_.empty()) return false;
        return visit(truth == Truth::kTrue    ? kTrueJson
                     : truth == Truth::kFalse ? kFalseJson
                                              : kNullJson);
      }
    }
  }
  std::string take_fault() { return std::move(fault_); }

 private:
  static constexpr std::string_view kTrueJson = "true";
  static constexpr std::string_view kFalseJson = "false";
  static constexpr std::string_view kNullJson = "null";

  bool fail(std::string message) {
    fault_ = std::move(message);
    return false;
  }

  bool variable(const QueryNode& node, QueryVisit visit) {
    const std::optional<std::string_view> value = json_member(variables_, node.text);
    if (!value) return fail(fmt::format("there is no value for ${}", node.text));
    return visit(*value);
  }

  // ---------------------------------------------------------------------------------------- steps

  /// From `item` on by the steps of `path` from `index` on. `unwraps`: elements of an array take
  /// its place where a step is about them.
  bool step(const QueryNode& path, size_t index, std::string_view item, std::string_view current,
            bool unwraps, QueryVisit visit) {
    if (index == path.steps.size()) return visit(item);
    const QueryStep& step = path.steps[index];
    const auto next = [&](std::string_view value) {
      return this->step(path, index + 1, value, current, true, visit);
    };
    const bool is_array = item.starts_with('[');
    const bool of_array = step.kind == StepKind::kAnyElement || step.kind == StepKind::kElements ||
                          step.kind == StepKind::kDeep ||
                          (step.kind == StepKind::kMethod && (step.method == QueryMethod::kType ||
                                                              step.method == QueryMethod::kSize));
    if (is_array && unwraps && !of_array) {
      if (LEAT_MUTANT("json_path_keeps_arrays")) return true;
      return each_element(item, [&](std::string_view element) {
        return this->step(path, index, element, current, false, visit);
      });
    }
    switch (step.kind) {
      case StepKind::kMember: {
        const auto found = json_member(item, step.name);
        return !found || next(*found);
      }
      case StepKind::kAnyMember: return each_member(item, next);
      case StepKind::kAnyElement: return is_array ? each_element(item, next) : next(item);
      case StepKind::kElements: return elements(step, item, current, next);
      case StepKind::kDeep: return deep(step, item, next);
      case StepKind::kFilter:
        if (test(*step.filter, item) == Truth::kTrue) return next(item);
        return fault_.empty();
      case StepKind::kMethod: return method(step.method, item, next);
    }
    return true;
  }

  template <typename Next>
  static bool each_element(std::string_view item, Next&& next) {
    bool goes_on = true;
    for_each_json_element(item, [&](std::string_view value) { return goes_on = next(value); });
    return goes_on;
  }
  template <typename Next>
  static bool each_member(std::string_view item, Next&& next) {
    bool goes_on = true;
    for_each_json_member(item, [&](std::string_view, bool, std::string_view value) {
      return goes_on = next(value);
    });
    return goes_on;
  }

  template <typename Next>
  bool elements(const QueryStep& step, std::string_view item, std::string_view current,
                Next&& next) {
    const bool is_array = item.starts_with('[');
    int64_t count = is_array ? 0 : 1;
    for_each_json_element(item, [&](std::string_view) { return ++count > 0; });
    for (const QueryStep::Range& range : step.ranges) {
      const int64_t outer = std::exchange(last_, count - 1);
      int64_t from = 0;
      int64_t to = 0;
      const bool ok = subscript(*range.from, current, from) &&
                      (range.to ? subscript(*range.to, current, to) : (to = from, true));
      last_ = outer;
      if (!ok) return false;
      if (!is_array) {
        if (from <= 0 && to >= 0 && !next(item)) return false;
        continue;
      }
      int64_t at = 0;
      const bool goes_on = each_element(item, [&](std::string_view value) {
        const bool wanted = at >= from && at <= to;
        ++at;
        return !wanted || next(value);
      });
      if (!goes_on) return false;
    }
    return true;
  }

  bool subscript(const QueryNode& node, std::string_view current, int64_t& index) {
    std::string text;
    if (!one_number(node, current, text, "the index of an array")) return false;
    const std::optional<std::string> number = whole(text, QueryMethod::kNumber);
    const auto* const end = number ? number->data() + number->size() : nullptr;
    if (!number || std::from_chars(number->data(), end, index).ec != std::errc())
      return fail(fmt::format("the index {} of an array is out of range", text));
    return true;
  }

  template <typename Next>
  static bool deep(const QueryStep& step, std::string_view item, Next&& next) {
    const bool only_leaves = step.first == QueryStep::kLeaves && step.last == QueryStep::kLeaves;
    return walk_json(item, step.last, [&](std::string_view value, uint32_t level) {
      const bool wanted = only_leaves ? level > 0 && !is_container(value) : level >= step.first;
      return !wanted || next(value);
    });
  }

  template <typename Next>
  bool method(QueryMethod method, std::string_view item, Next&& next) {
    switch (method) {
      case QueryMethod::kType: return next(scannable(fmt::format("\"{}\"", kind_of_item(item))));
      case QueryMethod::kSize: {
        int64_t count = item.starts_with('[') ? 0 : 1;
        for_each_json_element(item, [&](std::string_view) { return ++count > 0; });
        return next(scannable(fmt::format("{}", count)));
      }
      case QueryMethod::kDouble:
      case QueryMethod::kNumber: return to_number(method, item, next);
      case QueryMethod::kString:
        if (is_container(item) || item == kNullJson)
          return fail(fmt::format(".string() is of a scalar, not of {}", kind_of_item(item)));
        return item.starts_with('"') ? next(item) : next(scannable(fmt::format("\"{}\"", item)));
      case QueryMethod::kKeyvalue: return keyvalue(item, next);
      default: break;
    }
    if (!is_number_item(item)) {
      return fail(fmt::format(".{}() is of a number, not of {}",
                              method == QueryMethod::kAbs     ? "abs"
                              : method == QueryMethod::kFloor ? "floor"
                                                              : "ceiling",
                              kind_of_item(item)));
    }
    if (method == QueryMethod::kAbs) return next(item.starts_with('-') ? item.substr(1) : item);
    const std::optional<std::string> number = whole(item, method);
    return number ? next(*number) : too_long(item);
  }

  bool too_long(std::string_view item) {
    return fail(fmt::format("{} has more than 38 digits", item));
  }

  template <typename Next>
  bool to_number(QueryMethod method, std::string_view item, Next&& next) {
    if (is_number_item(item)) return next(item);
    std::string text;
    if (item.starts_with('"')) text = scannable(text_of_string(item));
    io::JsonScanner scanner(text);
    if (!text.empty() && is_number_item(text) && scanner.skip_value(text.data()) == scanner.end())
      return next(text);
    return fail(fmt::format("{} is no number for .{}()", item,
                            method == QueryMethod::kDouble ? "double" : "number"));
  }

  template <typename Next>
  bool keyvalue(std::string_view item, Next&& next) {
    if (!item.starts_with('{'))
      return fail(fmt::format(".keyvalue() is of an object, not of {}", kind_of_item(item)));
    const bool is_part =
        item.data() >= document_.data() && item.data() < document_.data() + document_.size();
    const ptrdiff_t id = is_part ? item.data() - document_.data() : 0;
    bool goes_on = true;
    for_each_json_member(item, [&](std::string_view name, bool, std::string_view value) {
      return goes_on = next(
                 scannable(fmt::format(R"({{"id":{},"key":"{}","value":{}}})", id, name, value)));
    });
    return goes_on;
  }

  // ----------------------------------------------------------------------------------- arithmetic

  /// The values of an operand, elements in place of arrays.
  template <typename Visit>
  bool unwrapped(const QueryNode& node, std::string_view current, Visit&& visit) {
    const auto unwrap = [&](std::string_view item) {
      return item.starts_with('[') ? each_element(item, visit) : visit(item);
    };
    return evaluate(node, current, unwrap);
  }

  /// The one number that `node` is; false after a fault.
  bool one_number(const QueryNode& node, std::string_view current, std::string& text,
                  std::string_view what) {
    size_t count = 0;
    bool is_number = true;
    unwrapped(node, current, [&](std::string_view item) {
      is_number = is_number && is_number_item(item);
      if (++count == 1) text = scannable(item);
      return count < 2;
    });
    if (!fault_.empty()) return false;
    return (count == 1 && is_number) || fail(fmt::format("{} is not a single number", what));
  }

  bool arithmetic(const QueryNode& node, std::string_view current, QueryVisit visit) {
    static constexpr std::string_view kSymbols = "+-*/%";
    const char symbol =
        kSymbols[static_cast<size_t>(node.kind) - static_cast<size_t>(QueryKind::kAdd)];
    std::string texts[2];
    for (size_t i = 0; i < 2; ++i) {
      const std::string what =
          fmt::format("the {} operand of '{}' in a path", i == 0 ? "left" : "right", symbol);
      if (!one_number(*node.inputs[i], current, texts[i], what)) return false;
    }
    const std::optional<ExactNumber> left = ExactNumber::read(texts[0]);
    const std::optional<ExactNumber> right = ExactNumber::read(texts[1]);
    if (!left || !right) return too_long(texts[left ? 1 : 0]);
    const bool divides = node.kind == QueryKind::kDivide || node.kind == QueryKind::kModulo;
    if (divides && right->units == 0) return fail("division by zero");
    const std::optional<ExactNumber> result = calculate(node.kind, *left, *right);
    const std::optional<std::string> text = result ? result->text() : std::nullopt;
    return text ? visit(*text) : too_long(fmt::format("{} {} {}", texts[0], symbol, texts[1]));
  }

  bool signs(const QueryNode& node, std::string_view current, QueryVisit visit) {
    const bool negates = node.kind == QueryKind::kMinus;
    return unwrapped(*node.inputs[0], current, [&](std::string_view item) {
      if (!is_number_item(item))
        return fail(
            fmt::format("a sign stands before a number, not before {}", kind_of_item(item)));
      if (!negates) return visit(item);
      if (item.starts_with('-')) return visit(item.substr(1));
      return visit(scannable(PlainNumber(item).digits.empty() ? std::string(item)
                                                              : fmt::format("-{}", item)));
    });
  }

  // ----------------------------------------------------------------------------------- conditions

  Truth test(const QueryNode& node, std::string_view current) {
    switch (node.kind) {
      case QueryKind::kAnd: {
        const Truth left = test(*node.inputs[0], current);
        if (left == Truth::kFalse) return left;
        const Truth right = test(*node.inputs[1], current);
        return right == Truth::kTrue ? left : right;
      }
      case QueryKind::kOr: {
        const Truth left = test(*node.inputs[0], current);
        if (left == Truth::kTrue) return left;
        const Truth right = test(*node.inputs[1], current);
        return right == Truth::kFalse ? left : right;
      }
      case QueryKind::kNot: {
        const Truth inner = test(*node.inputs[0], current);
        return inner == Truth::kUnknown ? inner : truth_of(inner == Truth::kFalse);
      }
      case QueryKind::kIsUnknown:
        return truth_of(test(*node.inputs[0], current) == Truth::kUnknown);
      case QueryKind::kExists: return exists(*node.inputs[0], current);
      default: return any_pair(node, current);
    }
  }

  Truth exists(const QueryNode& node, std::string_view current) {
    bool found = false;
    const auto note = [&](std::string_view) { return !(found = true); };
    evaluate(node, current, note);
    return forget_fault() ? Truth::kUnknown : truth_of(found);
  }

  /// A fault in a condition makes it unknown.
  bool forget_fault() {
    const bool failed = !fault_.empty();
    fault_.clear();
    return failed;
  }

  /// Is a value of the operand missing because of a fault?
  bool has_fault(const QueryNode& node, std::string_view current) {
    const auto ignore = [](std::string_view) { return true; };
    evaluate(node, current, ignore);
    return forget_fault();
  }

  /// Does the condition hold for one value of each operand?
  Truth any_pair(const QueryNode& node, std::string_view current) {
    if (has_fault(*node.inputs[0], current)) return Truth::kUnknown;
    if (node.inputs.size() > 1 && has_fault(*node.inputs[1], current)) return Truth::kUnknown;
    Truth result = Truth::kFalse;
    const auto note = [&](Truth truth) {
      if (truth != Truth::kFalse && result != Truth::kTrue) result = truth;
      return result != Truth::kTrue;
    };
    unwrapped(*node.inputs[0], current, [&](std::string_view left) {
      if (node.kind == QueryKind::kLikeRegex) return note(matches(node, left));
      const auto meet = [&](std::string_view right) {
        return note(node.kind == QueryKind::kStartsWith ? starts(left, right)
                                                        : compare_items(node.kind, left, right));
      };
      return unwrapped(*node.inputs[1], current, meet);
    });
    return result;
  }

  static Truth matches(const QueryNode& node, std::string_view item) {
    if (!item.starts_with('"')) return Truth::kUnknown;
    return truth_of(RE2::PartialMatch(re2_piece(text_of_string(item)), *node.pattern.re2));
  }
  static Truth starts(std::string_view item, std::string_view prefix) {
    if (!item.starts_with('"') || !prefix.starts_with('"')) return Truth::kUnknown;
    return truth_of(text_of_string(item).starts_with(text_of_string(prefix)));
  }

  std::string_view document_;
  std::string_view variables_;
  int64_t last_ = 0;
  std::string fault_;
};

}  // namespace

std::optional<std::string> find_json(const JsonQuery& query, std::string_view json,
                                     std::string_view variables, QueryVisit visit) {
  QueryRun run(json, variables);
  run.evaluate(query.root(), json, visit);
  std::string fault = run.take_fault();
  return fault.empty() ? std::nullopt : std::optional(std::move(fault));
}

}  // namespace leat::expr
