// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <numbers>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/plugin.h"
#include "engine/mutant.h"
#include "operators/expr/aggregate_expression.h"
#include "operators/expr/binding/binder.h"
#include "operators/expr/binding/other_names.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/draw.h"
#include "operators/expr/window_expression.h"
#include "operators/type_hint.h"

namespace leat::expr {
namespace {

std::string types_of(std::span<const Bound> operands) {
  std::string text;
  for (const Bound& operand : operands) {
    if (!text.empty()) text += ", ";
    text += to_string(operand.type);
  }
  return text;
}

bool is_aggregate(std::string_view name) {
  for (const AggregateFunction& function : aggregate_functions()) {
    if (function.name == name) return true;
  }
  return false;
}

/// Does the field have a fraction?
bool has_fraction(TimeField field) {
  return field == TimeField::kSecond || field == TimeField::kMillisecond ||
         field == TimeField::kEpoch;
}

bool is_time_of_day(TimeField field) {
  return field == TimeField::kHour || field == TimeField::kMinute || field == TimeField::kSecond ||
         field == TimeField::kMillisecond || field == TimeField::kMicrosecond;
}

bool is_interval_field(TimeField field) {
  switch (field) {
    case TimeField::kYear:
    case TimeField::kQuarter:
    case TimeField::kMonth:
    case TimeField::kDay:
    case TimeField::kHour:
    case TimeField::kMinute: return true;
    default: return has_fraction(field) || field == TimeField::kMicrosecond;
  }
}

/// What it costs to use a value of `type` where a decimal of any digits is wanted.
std::optional<int> decimal_cost(const Type& type) {
  if (type.is(TypeId::kDecimal)) return 0;
  if (type.is(TypeId::kNull) || type.is(TypeId::kInt64)) return 1;
  return std::nullopt;
}

}  // namespace

Bound Binder::call(const Ast& ast) {
  if (names_.lambda != nullptr && is_computed_call(ast)) return capture(ast);
  if (names_.aggregates != nullptr) {
    if (const auto found = names_.aggregates->find(&ast); found != names_.aggregates->end()) {
      Node node;
      node.kind = NodeKind::kColumn;
      node.column = found->second;
      node.type = (*names_.aggregate_columns)[found->second - names_.columns.size()].type;
      node.range = ast.range;
      return add(std::move(node));
    }
  }
  if (is_aggregate(ast.text)) {
    return wrong(code::kAggregateHere, ast.operation,
                 fmt::format("'{}' is an aggregate function", ast.text),
                 ast.over ? "with 'over' it stands in the columns of the window operator"
                          : "it stands in the columns of the aggregate operator");
  }
  if (is_window_function(ast.text)) {
    return wrong(code::kWindowHere, ast.operation,
                 fmt::format("'{}' is a window function", ast.text),
                 "it stands in the columns of the window operator");
  }
  if (ast.over) {
    return wrong(code::kClauseHere, ast.over->range,
                 fmt::format("'{}' is no window function", ast.text),
                 "'over' belongs to window functions and aggregate functions");
  }
  if (ast.ignore_nulls) {
    return wrong(code::kClauseHere, ast.operation,
                 fmt::format("'{}' is no window function", ast.text),
                 "'ignore nulls' belongs to window functions");
  }
  if (ast.star || ast.distinct || ast.extra || !ast.order.empty()) {
    return wrong(code::kClauseHere, ast.operation,
                 fmt::format("'{}' is no aggregate function", ast.text),
                 "'*', 'distinct', 'order by' and 'filter' belong to aggregate functions");
  }
  if (!ast.names.empty() && ast.text != "struct_pack" && ast.text != "make_interval") {
    return wrong(code::kArguments, ast.names.front().range,
                 fmt::format("arguments of '{}' have no names", ast.text),
                 "only those of struct_pack and make_interval have");
  }
  if (auto bound = form(ast)) return *bound;
  // That there is no such function is said before what is wrong with its arguments.
  if (candidates_for(ast.text).empty()) return no_function(ast, ast.text, {}, {});
  return function(ast, ast.text, bind_all(ast.inputs));
}

std::optional<Bound> Binder::form(const Ast& ast) {
  const std::string& name = ast.text;
  const bool bare = ast.inputs.empty();
  if (auto nested = nested_form(ast)) return nested;
  if (bare && (name == "now" || name == "current_timestamp")) {
    return constant(int64_constant(names_.environment.now, kTimestampTzType), ast.range);
  }
  if (bare && name == "current_date") {
    return constant(date_constant(static_cast<int32_t>(day_of_timestamp(names_.environment.now))),
                    ast.range);
  }
  if (bare && name == "clock_timestamp")
    return constant(int64_constant(names_.environment.now, kTimestampTzType), ast.range);
  if (bare && (name == "localtimestamp" || name == "localtime")) return local_clock(ast);
  if (bare &&
      (name == "random" || name == "uuid_v4" || name == "gen_random_uuid" || name == "uuid_v7"))
    return drawn(ast);
  if (bare && name == "pi") return constant(float64_constant(std::numbers::pi), ast.range);
  if (bare) return std::nullopt;
  if (auto json = json_form(ast)) return json;
  if (name == "make_interval" && !ast.names.empty()) return named_interval(ast);
  if (name == "date_trunc" && ast.inputs.size() == 3) return trunc_in_zone(ast);
  if (name == "coalesce") return conditional_form(ast);
  if (name == "greatest" || name == "least") return extreme(ast);
  if (name == "nullif" && ast.inputs.size() == 2) return nullif(ast);
  if (name == "typeof" && ast.inputs.size() == 1) {
    const Bound operand = bind(*ast.inputs[0]);
    return operand.ok ? constant(text_constant(to_string(operand.type)), ast.range) : Bound();
  }
  return std::nullopt;
}

Bound Binder::local_clock(const Ast& ast) {
  const Bound now = constant(int64_constant(names_.environment.now, kTimestampTzType), ast.range);
  return cast_to(now, ast.text == "localtime" ? kTimeType : kTimestampType, ast.range, false);
}

Bound Binder::drawn(const Ast& ast) {
  const std::optional<RowNumbers>& numbers = names_.environment.row_numbers;
  if (!numbers || names_.lambda != nullptr || names_.pair != nullptr) {
    return wrong(
        code::kArguments, ast.operation,
        fmt::format("'{}' needs the number that draws; only in derive it is the row's", ast.text),
        fmt::format("write it in a derive stage before this one, or number the rows with "
                    "the operator sequence and write {}",
                    ast.text == "uuid_v7" ? "uuid_v7(now(), n)" : fmt::format("{}(n)", ast.text)));
  }
  Operands operands;
  if (ast.text == "uuid_v7") {
    operands.push_back(
        constant(int64_constant(names_.environment.now, kTimestampTzType), ast.range));
  }
  operands.push_back(column_node(numbers->column, ast.range));
  // Two calls in one expression draw each for itself.
  const uint64_t seed = mix(numbers->seed + ast.range.begin);
  operands.push_back(constant(int64_constant(static_cast<int64_t>(seed)), ast.range));
  return function(ast, ast.text, std::move(operands));
}

Bound Binder::named_interval(const Ast& ast) {
  static constexpr std::array<std::string_view, 7> kParts = {"years", "months", "weeks", "days",
                                                             "hours", "mins",   "secs"};
  Operands parts;
  for (size_t i = 0; i < kParts.size(); ++i) {
    const bool is_last = i + 1 == kParts.size();
    parts.push_back(constant(is_last ? float64_constant(0) : int64_constant(0), ast.range));
  }
  bool ok = true;
  for (size_t i = 0; i < ast.names.size(); ++i) {
    const auto part = std::find(kParts.begin(), kParts.end(), ast.names[i].text);
    if (part == kParts.end()) {
      wrong(code::kArguments, ast.names[i].range,
            fmt::format("make_interval has no '{}'", ast.names[i].text),
            "use years, months, weeks, days, hours, mins or secs");
      ok = false;
      continue;
    }
    parts[static_cast<size_t>(part - kParts.begin())] = bind(*ast.inputs[i]);
  }
  return ok && all_ok(parts) ? function(ast, "make_interval", std::move(parts)) : Bound();
}

Bound Binder::trunc_in_zone(const Ast& ast) {
  const Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return {};
  const Bound& zone = operands[2];
  const Bound clock = function(ast, "timezone", {zone, operands[1]});
  if (!clock.ok) return {};
  const Bound start = function(ast, "date_trunc", {operands[0], clock});
  return start.ok ? function(ast, "timezone", {zone, start}) : Bound();
}

Bound Binder::conditional_form(const Ast& ast) {
  Operands operands;
  for (size_t i = 0; i < ast.inputs.size(); ++i) {
    if (i > 0) builder_.enter_branch();
    operands.push_back(bind(*ast.inputs[i]));
    if (i > 0) builder_.leave_branch();
  }
  if (!all_ok(operands) || !unify(operands, "the arguments of 'coalesce'")) return {};
  Node node;
  node.kind = NodeKind::kCoalesce;
  node.type = operands[0].type;
  node.range = ast.range;
  for (const Bound& operand : operands) node.inputs.push_back(operand.node);
  return add(std::move(node));
}

Bound Binder::extreme(const Ast& ast) {
  Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands) || !unify(operands, fmt::format("the arguments of '{}'", ast.text)))
    return {};
  const Type type = operands[0].type;
  if (type.is(TypeId::kNull)) return operands[0];
  if (comparison_kernel(Comparison::kLess, type) == nullptr) {
    return wrong(code::kNotAKey, ast.operation,
                 fmt::format("values of type {} have no order", to_string(type)));
  }
  return call_kernel(ast.text == "greatest" ? greatest_kernel : least_kernel, type, operands,
                     ast.range, false);
}

Bound Binder::nullif(const Ast& ast) {
  Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return {};
  if (operands[0].is_literal && !operands[1].is_literal && cost(operands[0], operands[1].type)) {
    if (!coerce(operands[0], operands[1].type)) return {};
  }
  const Bound equal = comparison(Comparison::kEqual, operands[0], operands[1], ast.operation);
  if (!equal.ok) return {};
  Bound null = constant(null_constant(operands[0].type), ast.range);
  Node node;
  node.kind = NodeKind::kCase;
  node.type = operands[0].type;
  node.range = ast.range;
  node.inputs = {equal.node, null.node, operands[0].node};
  return add(std::move(node));
}

Bound Binder::extract(const Ast& ast) {
  Bound operand = bind(*ast.inputs[0]);
  const std::optional<TimeField> field = parse_time_field(ast.text);
  if (!field) {
    return wrong(
        code::kUnknownUnit, ast.type_range,
        fmt::format("'{}' is no field of a timestamp", ast.text),
        "use year, quarter, month, week, day, hour, minute, second, dow, isodow, doy or epoch");
  }
  if (!operand.ok) return {};
  if (operand.type.is_time_of_day()) {
    if (!is_time_of_day(*field) && *field != TimeField::kEpoch) {
      return wrong(code::kUnknownUnit, ast.type_range,
                   fmt::format("'{}' is no field of a time", ast.text),
                   "use hour, minute, second, millisecond, microsecond or epoch");
    }
    operand = cast_to(operand, kIntervalType, operand.range, false);
  }
  const bool is_interval = operand.type.is(TypeId::kInterval);
  if (is_interval && !is_interval_field(*field)) {
    return wrong(code::kUnknownUnit, ast.type_range,
                 fmt::format("'{}' is no field of an interval", ast.text),
                 "use year, month, day, hour, minute, second or epoch");
  }
  const Type time = operand.type.is_zoned() ? kTimestampTzType : kTimestampType;
  if (!is_interval && !cost(operand, time)) {
    return wrong(
        code::kArgumentType, operand.range,
        fmt::format("'extract' needs a date or a timestamp, not {}", to_string(operand.type)),
        fmt::format("cast it: {}::timestamp", mistakes_.quote(operand.range)));
  }
  if (operand.type.is(TypeId::kDate) && is_time_of_day(*field)) {
    return wrong(code::kUnknownUnit, ast.type_range,
                 fmt::format("'{}' is no field of a date", ast.text),
                 fmt::format("a date has no time; its midnight is {}::timestamp",
                             mistakes_.quote(operand.range)));
  }
  if (!is_interval && !coerce(operand, time)) return {};
  Node node;
  node.kind = NodeKind::kCall;
  node.type = has_fraction(*field) ? kFloat64Type : kInt64Type;
  node.range = ast.range;
  node.inputs = {operand.node};
  if (is_interval) {
    node.kernel = has_fraction(*field) ? extract_interval_fraction_kernel : extract_interval_kernel;
  } else {
    node.kernel = has_fraction(*field) ? extract_fraction_kernel : extract_whole_kernel;
  }
  node.state = std::make_shared<TimeField>(*field);
  node.state_key = fmt::format("{}", static_cast<int>(*field));
  return add(std::move(node));
}

// ----------------------------------------------------------------------------------------------------------- functions

namespace {

bool has_instant(std::span<const Bound> operands) {
  return std::any_of(operands.begin(), operands.end(),
                     [](const Bound& operand) { return operand.type.is_zoned(); });
}

bool names_instants(const Overload& overload) {
  return overload.result.is_zoned() ||
         std::any_of(overload.parameters.begin(), overload.parameters.end(),
                     [](const Type& type) { return type.is_zoned(); });
}

/// What a parameter takes in a call with instants (`zoned`). A function that only knows timestamps
/// takes instants, too, all or none of them, as what a clock in UTC shows; a timestamp that comes
/// out is an instant again.
const Type& taken(const Overload& overload, size_t parameter, bool zoned) {
  const Type& type = overload.parameters[parameter];
  return zoned && type == kTimestampType && !names_instants(overload) ? kTimestampTzType : type;
}

/// The type of the result likewise.
Type result_of(const Overload& overload, bool zoned) {
  const Type& type = overload.result;
  if (!zoned || names_instants(overload)) return type;
  if (type == kTimestampType) return kTimestampTzType;
  return type == Type::list(kTimestampType) ? Type::list(kTimestampTzType) : type;
}

}  // namespace

std::span<const Overload> Binder::candidates_for(std::string_view name) const {
  const std::span<const Overload> own = overloads(name);
  if (!own.empty() || names_.environment.functions == nullptr) return own;
  return names_.environment.functions->overloads(name);
}

Bound Binder::function(const Ast& ast, std::string_view name, Operands operands) {
  if (!all_ok(operands)) return {};
  const std::span<const Overload> candidates = candidates_for(name);
  settle_arguments(operands, candidates);
  const bool zoned = has_instant(operands);
  const Overload* best = nullptr;
  int best_cost = 0;
  for (const Overload& overload : candidates) {
    const size_t count = operands.size();
    if (overload.function->kernel == nullptr || count < overload.required) continue;
    if (count > overload.parameters.size() && !overload.repeats) continue;
    int total = 0;
    bool fits = true;
    for (size_t i = 0; i < count && fits; ++i) {
      const size_t parameter = std::min(i, overload.parameters.size() - 1);
      if (overload.takes_any[parameter]) continue;
      const Shape shape = overload.shapes[parameter];
      const auto one = shape != Shape::kPlain ? shape_cost(operands[i].type, shape)
                       : overload.takes_decimal[parameter]
                           ? decimal_cost(operands[i].type)
                           : cost(operands[i], taken(overload, parameter, zoned));
      fits = one.has_value();
      total += one.value_or(0);
    }
    if (!fits || (best != nullptr && total >= best_cost)) continue;
    best = &overload;
    best_cost = total;
  }
  if (best == nullptr) return no_function(ast, name, candidates, operands);
  return apply(ast, *best, std::move(operands));
}

/// What stands where a decimal can stand takes part in what decimals do; a format beside it does
/// not.
void Binder::settle_arguments(Operands& operands, std::span<const Overload> candidates) {
  std::vector<size_t> places;
  Operands among;
  for (size_t i = 0; i < operands.size(); ++i) {
    const bool takes_decimal =
        std::any_of(candidates.begin(), candidates.end(), [&](const Overload& overload) {
          return i < overload.takes_decimal.size() && overload.takes_decimal[i];
        });
    if (!takes_decimal && !LEAT_MUTANT("formats_become_decimals")) continue;
    places.push_back(i);
    among.push_back(operands[i]);
  }
  if (places.empty()) return;
  settle_decimals(among, WholeNumbers::kKeep);
  for (size_t i = 0; i < places.size(); ++i) operands[places[i]] = among[i];
}

Bound Binder::apply(const Ast& ast, const Overload& overload, Operands operands) {
  const Function& function = *overload.function;
  const bool zoned = has_instant(operands);
  Type element;
  if (overload.is_generic && !settle_elements(ast, overload, operands, element)) return {};
  for (size_t i = 0; i < operands.size(); ++i) {
    Bound& operand = operands[i];
    const size_t parameter = std::min(i, overload.parameters.size() - 1);
    if (overload.shapes[parameter] != Shape::kPlain) continue;
    if (overload.takes_decimal[parameter]) {
      operand = to_decimal(operand);
      if (!operand.ok) return {};
    } else if (!overload.takes_any[parameter]) {
      if (!coerce(operand, taken(overload, parameter, zoned))) return {};
    } else if (function.as_text && !operand.type.is(TypeId::kUtf8)) {
      operand = operand.type.is(TypeId::kNull) ? constant(null_constant(kUtf8Type), operand.range)
                                               : cast_to(operand, kUtf8Type, operand.range, false);
      if (!operand.ok) return {};
    } else if (operand.type.is(TypeId::kList) || operand.type.is(TypeId::kStruct) ||
               operand.type.is(TypeId::kJson)) {
      return wrong(code::kArgumentType, operand.range,
                   fmt::format("'{}' does not take {}", function.name, to_string(operand.type)));
    }
  }
  Node node;
  node.kind = NodeKind::kCall;
  node.type = overload.result_shape == Shape::kPlain ? result_of(overload, zoned)
                                                     : shaped(element, overload.result_shape);
  node.range = ast.range;
  node.kernel = function.kernel;
  node.strict = function.nulls == Nulls::kStrict;
  std::vector<const Column*> constants;
  std::vector<Type> types;
  bool has_null = false;
  for (const Bound& operand : operands) {
    node.inputs.push_back(operand.node);
    types.push_back(operand.type);
    constants.push_back(builder_[operand.node].constant.get());
    has_null = has_null || (constants.back() != nullptr && !constants.back()->is_valid(0));
  }
  if (function.decimal != nullptr) node.type = function.decimal(types, constants);
  if (function.prepare != nullptr && !has_null) {
    auto prepared = function.prepare(constants);
    if (!prepared) {
      const Range blamed =
          function.blamed < operands.size() ? operands[function.blamed].range : ast.range;
      return wrong(prepared.error().number, blamed, std::move(prepared.error().message),
                   std::move(prepared.error().hint));
    }
    node.state = std::move(*prepared);
  }
  if (function.plugin != nullptr) {
    node.state = std::shared_ptr<const void>(std::shared_ptr<const void>(), function.plugin);
    node.state_key = function.signature;
  }
  return add(std::move(node));
}

Bound Binder::no_function(const Ast& ast, std::string_view name,
                          std::span<const Overload> candidates, const Operands& operands) {
  if (candidates.empty()) {
    const bool of_plugin = name.contains('.') && names_.environment.functions != nullptr;
    if (of_plugin && !names_.environment.functions->is_complete())
      return wrong(code::kUnchecked, ast.operation, std::string(kNotChecked));
    std::vector<std::string> names = function_names();
    if (names_.environment.functions != nullptr) {
      for (const Function& function : names_.environment.functions->functions())
        names.emplace_back(function.name);
    }
    std::string hint = other_name_of(name);
    if (hint.empty()) hint = did_you_mean(name, names);
    if (hint.empty()) hint = "'leat functions' lists what there is";
    return wrong(code::kUnknownFunction, ast.operation, fmt::format("unknown function '{}'", name),
                 std::move(hint));
  }
  for (size_t i = 0; i < operands.size() && candidates.size() == 1; ++i) {
    const std::vector<Shape>& shapes = candidates.front().shapes;
    if (i >= shapes.size() || shape_cost(operands[i].type, shapes[i])) continue;
    if (shapes[i] == Shape::kPlain) continue;
    Bound operand = operands[i];
    if (!as_list(operand, name)) return {};
  }
  std::string signatures;
  const Overload* same_count = nullptr;
  for (const Overload& overload : candidates) {
    signatures += signatures.empty() ? "its arguments are: " : " or ";
    signatures += overload.function->signature;
    if (overload.parameters.size() == operands.size()) same_count = &overload;
  }
  if (candidates.size() == 1 && same_count != nullptr) {
    for (size_t i = 0; i < operands.size(); ++i) {
      if (same_count->takes_any[i] || same_count->shapes[i] != Shape::kPlain) continue;
      if (cost(operands[i], same_count->parameters[i])) continue;
      const std::string wanted = to_string(same_count->parameters[i]);
      return wrong(code::kArgumentType, operands[i].range,
                   fmt::format("argument {} of '{}' must be {}, not {}", i + 1, name, wanted,
                               to_string(operands[i].type)),
                   fmt::format("cast it: {}::{}; {}", mistakes_.quote(operands[i].range), wanted,
                               signatures));
    }
  }
  return wrong(code::kArguments, ast.operation,
               fmt::format("'{}' does not take ({})", name, types_of(operands)),
               std::move(signatures));
}

/// `x::decimal`: digits are only known of what is written here, and of what is a decimal already.
Bound Binder::bare_decimal_cast(const Ast& ast, const Bound& operand) {
  if (operand.type.is(TypeId::kDecimal)) return operand;
  if (operand.type.is(TypeId::kInt64)) return to_decimal(operand);
  if (operand.type.is(TypeId::kNull)) return to_decimal(operand);
  if (const auto exact = exact_decimal(operand)) return *exact;
  const ColumnRef& value = builder_[operand.node].constant;
  if (value != nullptr && operand.type.is(TypeId::kFloat64)) {
    if (const auto number = read_decimal(constant_text(*value)))
      return constant(decimal_constant(number->value, number->type), operand.range);
  }
  return wrong(code::kUnknownType, ast.type_range,
               fmt::format("'{}' needs its digits", ast.type_name),
               fmt::format("write how many digits it has, and how many of them behind the point: "
                           "{}(18,4)",
                           ast.type_name));
}

Bound Binder::cast(const Ast& ast) {
  const Bound operand = bind(*ast.inputs[0]);
  if (operand.ok && is_bare_decimal(ast.type_name)) return bare_decimal_cast(ast, operand);
  const std::optional<Type> type = parse_type(ast.type_name);
  if (!type) {
    return wrong(code::kUnknownType, ast.type_range,
                 fmt::format("unknown type '{}'", ast.type_name), type_hint(ast.type_name));
  }
  if (!operand.ok) return {};
  if (operand.type == *type && !type->asks_more()) {
    Bound same = operand;
    same.is_literal = false;
    return same;
  }
  if (operand.type.is(TypeId::kNull)) return constant(null_constant(*type), ast.range);
  const bool of_json =
      operand.type.is(TypeId::kJson) && (type->is_numeric() || type->is(TypeId::kBool));
  if (!of_json && !can_cast(operand.type, *type)) {
    return wrong(
        code::kNoCast, ast.operation,
        fmt::format("there is no cast from {} to {}", to_string(operand.type), to_string(*type)));
  }
  return cast_to(operand, *type, ast.range, ast.quiet);
}

}  // namespace leat::expr
