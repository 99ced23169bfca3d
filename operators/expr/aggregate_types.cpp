// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/aggregate_types.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/expr/program.h"

namespace leat::expr {

bool has_order(const Type& type) { return comparison_kernel(Comparison::kLess, type) != nullptr; }

namespace {

/// Types one call.
class AggregateTyper {
 public:
  AggregateTyper(const Ast& ast, const AggregateFunction& function, Mistakes& mistakes,
                 AggregateCall& call)
      : ast_(ast), function_(function), mistakes_(mistakes), call_(call) {}

  bool set_result() {
    const Type type = call_.arguments.empty() ? kNullType : call_.arguments[0]->type();
    const bool is_null = type.is(TypeId::kNull);
    switch (function_.form) {
      case AggregateForm::kCount: call_.result = kInt64Type; return can_be_distinct();
      case AggregateForm::kApproxCount:
        call_.result = kInt64Type;
        return is_null || is_comparable(type) || does_not_take(type);
      case AggregateForm::kBool:
        call_.result = kBoolType;
        return is_null || type.is(TypeId::kBool) || needs("a bool", type);
      case AggregateForm::kCondition: break;  // it was expanded
      case AggregateForm::kBits:
        call_.result = kInt64Type;
        return is_null || type.is(TypeId::kInt64) || needs("an int64", type);
      case AggregateForm::kText:
        call_.result = kUtf8Type;
        return is_null || type.is(TypeId::kUtf8) || needs("text", type, cast_hint("utf8"));
      case AggregateForm::kExtreme:
        call_.result = type;
        if (!has_order(type) || type.is(TypeId::kBool)) return does_not_take(type);
        if (call_.count > 0) set_several(call_.arguments[0], function_.name == "max");
        return true;
      case AggregateForm::kEdge: call_.result = type; return true;
      case AggregateForm::kArgument: return set_argument_result();
      case AggregateForm::kMode:
        call_.result = type;
        return is_null || is_comparable(type) || does_not_take(type);
      case AggregateForm::kHistogram:
        call_.result = function_.name == "entropy"
                           ? kFloat64Type
                           : Type::list(Type::structure({{"key", type}, {"value", kInt64Type}}));
        return is_null || is_comparable(type) || does_not_take(type);
      case AggregateForm::kList: call_.result = Type::list(type); return can_be_distinct();
      case AggregateForm::kQuantile:
      case AggregateForm::kMedian: return set_quantile_result();
      case AggregateForm::kNumber:
      case AggregateForm::kPair: return set_number_result();
    }
    return false;
  }

 private:
  /// Values of these types are told apart, and stand in an order.
  static bool is_comparable(const Type& type) {
    return has_order(type) && !type.is(TypeId::kInterval);
  }

  /// Values of json, which may be written in several ways, cannot be counted once each.
  static bool has_json(const Type& type) {
    if (type.is(TypeId::kJson)) return true;
    if (type.is(TypeId::kList)) return has_json(type.element());
    return type.is(TypeId::kStruct) &&
           std::any_of(type.fields().begin(), type.fields().end(),
                       [](const Field& field) { return has_json(field.type); });
  }

  bool can_be_distinct() {
    if (!call_.distinct) return true;
    bool ok = true;
    for (size_t i = 0; i < call_.arguments.size(); ++i) {
      const Type& type = call_.arguments[i]->type();
      const bool is_nested = type.is(TypeId::kList) || type.is(TypeId::kStruct);
      if (!has_json(type) && !(is_nested && call_.function != "count")) continue;
      ok = wrong(code::kNotAKey, ast_.inputs[i]->range,
                 fmt::format("values of type {} are not compared, so not taken once each",
                             to_string(type)),
                 type.is(TypeId::kJson) ? fmt::format("compare their text: {}::utf8",
                                                      mistakes_.quote(ast_.inputs[i]->range))
                                        : "");
    }
    return ok;
  }

  bool set_argument_result() {
    call_.result = call_.arguments[0]->type();
    const Type& key = call_.arguments[1]->type();
    if (!has_order(key) && !key.is(TypeId::kNull)) {
      return wrong(
          code::kNotAKey, ast_.inputs[1]->range,
          fmt::format("'{}' cannot order values of type {}", function_.name, to_string(key)));
    }
    // The row with the least (greatest) key is the first in its order.
    const bool is_greatest = function_.name == "arg_max" || function_.name == "max_by";
    const ProgramRef by = std::move(call_.arguments[1]);
    call_.arguments.pop_back();
    set_several(by, is_greatest);
    return true;
  }

  /// Values come in the order of `by`; as a list, if there may be several.
  void set_several(const ProgramRef& by, bool descending) {
    call_.order.push_back({by, descending, false});
    if (call_.count > 0) call_.result = Type::list(call_.result);
  }

  bool set_quantile_result() {
    const Type& type = call_.arguments[0]->type();
    const bool is_time = type.is(TypeId::kDate) || type.is(TypeId::kTimestamp);
    const bool is_null = type.is(TypeId::kNull);
    if (function_.name == "approx_quantile") {
      call_.result = kFloat64Type;
      return is_null || type.is_numeric() || needs("a number", type);
    }
    const bool is_discrete = function_.name == "quantile" || function_.name == "quantile_disc" ||
                             function_.name == "percentile_disc";
    if (is_discrete) {
      call_.result = type;
      return is_null || has_order(type) || does_not_take(type);
    }
    call_.result = kFloat64Type;
    if (type.is(TypeId::kDecimal)) call_.result = mean_type(type);
    if (is_time) call_.result = type.is(TypeId::kDate) ? kTimestampType : type;
    return is_null || is_time || type.is_numeric() ||
           needs("a number or a time", type,
                 has_order(type) ? fmt::format("of values that are listed in order it is "
                                               "quantile_disc({}, {})",
                                               default_name(*call_.arguments[0]), call_.fraction)
                                 : "");
  }

  static Type mean_type(const Type& type) {
    return *decimal_result('/', Type::decimal(kDecimalDigitsMax, type.scale()), kInt64Type);
  }

  bool set_number_result() {
    bool ok = true;
    for (size_t i = 0; i < call_.arguments.size(); ++i) {
      const Type& type = call_.arguments[i]->type();
      // A sum of NULLs has no type; the others are float64.
      const bool is_null = type.is(TypeId::kNull) && function_.form == AggregateForm::kPair;
      if (type.is_numeric() || is_null || takes_interval(type)) continue;
      const std::string hint =
          call_.arguments.size() == 1
              ? cast_hint("float64")
              : fmt::format("cast it: {}::float64", mistakes_.quote(ast_.inputs[i]->range));
      ok = needs("a number", type, hint);
    }
    if (!ok) return false;
    const Type& type = call_.arguments[0]->type();
    call_.result = kFloat64Type;
    if (function_.name == "regr_count") call_.result = kInt64Type;
    if (takes_interval(type)) {
      call_.result = type;
    } else if (function_.name == "sum") {
      call_.result =
          type.is(TypeId::kDecimal) ? Type::decimal(kDecimalDigitsMax, type.scale()) : type;
    } else if (function_.name == "avg" && type.is(TypeId::kDecimal)) {
      call_.result = mean_type(type);
    }
    return true;
  }

  bool takes_interval(const Type& type) const {
    return type.is(TypeId::kInterval) && (function_.name == "sum" || function_.name == "avg");
  }

  std::string cast_hint(std::string_view type) const {
    return fmt::format("cast it: {}({}::{})", function_.name, default_name(*call_.arguments[0]),
                       type);
  }

  bool needs(std::string_view what, const Type& type, std::string hint = {}) {
    return wrong(code::kArgumentType, ast_.operation,
                 fmt::format("'{}' needs {}, not {}", function_.name, what, to_string(type)),
                 std::move(hint));
  }

  bool does_not_take(const Type& type) {
    return wrong(code::kArgumentType, ast_.operation,
                 fmt::format("'{}' does not take {}", function_.name, to_string(type)),
                 fmt::format("it is used so: {}", function_.signature));
  }

  bool wrong(Code number, Range range, std::string message, std::string hint = {}) {
    mistakes_.add(number, range, std::move(message), std::move(hint));
    return false;
  }

  const Ast& ast_;
  const AggregateFunction& function_;
  Mistakes& mistakes_;
  AggregateCall& call_;
};

}  // namespace

bool type_aggregate(const Ast& ast, const AggregateFunction& function, Mistakes& mistakes,
                    AggregateCall& call) {
  return AggregateTyper(ast, function, mistakes, call).set_result();
}

}  // namespace leat::expr
