// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Lambdas. The body is a program of its own, over the elements; what it uses of the row around it,
// columns and what was computed of them, becomes an input of the call, and a column beside the
// elements. Constants and parameters go into the body as they are.
#include <algorithm>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/aggregate_types.h"
#include "operators/expr/binding/binder.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/list_fold.h"
#include "operators/expr/kernels/list_map.h"

namespace leat::expr {

namespace {

const Schema& no_columns() {
  static const Schema none;
  return none;
}

Names body_names(const Names& outer, LambdaScope& scope) {
  Names names{no_columns(), outer.environment};
  names.lambda = &scope;
  return names;
}

}  // namespace

Binder::ElementBody::ElementBody(Binder& outer, std::vector<Field> own)
    : scope{&outer, std::move(own), {}},
      builder(outer.mistakes_),
      binder(outer.mistakes_, body_names(outer.names_, scope), builder) {
  builder.enter_branch();  // there may be no elements
}

// --------------------------------------------------------------------------------------------------- names in a body

Bound Binder::own_column(size_t index, Range range) {
  Node node;
  node.kind = NodeKind::kColumn;
  node.column = index;
  node.type = names_.lambda->own[index].type;
  node.range = range;
  return add(std::move(node));
}

std::optional<size_t> Binder::lambda_parameter(const Ast& ast) const {
  const std::vector<Field>& own = names_.lambda->own;
  for (size_t i = 0; i < own.size(); ++i) {
    if (!own[i].name.empty() && own[i].name == ast.text) return i;
  }
  return std::nullopt;
}

Bound Binder::captured(const Bound& outer) {
  if (!outer.ok) return {};
  LambdaScope& scope = *names_.lambda;
  const ColumnRef& known = scope.outer->builder_[outer.node].constant;
  if (known != nullptr) {
    Bound value = constant(known, outer.range);
    value.is_literal = outer.is_literal;
    return value;
  }
  const auto found = std::find(scope.captures.begin(), scope.captures.end(), outer.node);
  Node node;
  node.kind = NodeKind::kColumn;
  node.column = scope.own.size() + static_cast<size_t>(found - scope.captures.begin());
  node.type = outer.type;
  node.range = outer.range;
  if (found == scope.captures.end()) scope.captures.push_back(outer.node);
  return add(std::move(node));
}

Bound Binder::capture(const Ast& ast) { return captured(names_.lambda->outer->bind(ast)); }

Bound Binder::lambda_column(const Ast& ast) {
  const std::optional<size_t> own = lambda_parameter(ast);
  return own ? own_column(*own, ast.range) : capture(ast);
}

bool Binder::is_of_row(const Ast& ast) const {
  const Ast* inner = &ast;
  while (inner->kind == AstKind::kField) inner = inner->inputs[0].get();
  if (inner->kind != AstKind::kColumn) return false;
  return !lambda_parameter(*inner).has_value();
}

bool Binder::is_computed_call(const Ast& ast) const {
  if (names_.aggregates != nullptr && names_.aggregates->contains(&ast)) return true;
  return names_.lambda != nullptr && names_.lambda->outer->is_computed_call(ast);
}

// ------------------------------------------------------------------------------------------------------------- calls

Bound Binder::elements_node(ElementBody& body, const Bound& value, Kernel kernel,
                            const Operands& inputs, Node node) {
  auto state = std::make_shared<ElementProgram>();
  state->program = body.builder.finish(value.node, "");
  node.kind = NodeKind::kCall;
  node.kernel = kernel;
  node.state = std::move(state);
  node.strict = false;
  node.inputs.clear();
  for (const Bound& input : inputs) node.inputs.push_back(input.node);
  node.inputs.insert(node.inputs.end(), body.scope.captures.begin(), body.scope.captures.end());
  return add(std::move(node));
}

namespace {

std::string_view shape_of_lambda(LambdaUse use) {
  switch (use) {
    case LambdaUse::kTransform:
      return "write x -> x + 1, or (x, i) -> ... with the number of the element from 1";
    case LambdaUse::kReduce:
      return "write (a, x) -> a + x, or (a, x, i) -> ... with the number of the element from 1";
    default: return "write x -> x > 1, or (x, i) -> ... with the number of the element from 1";
  }
}

}  // namespace

const Ast* Binder::lambda_of(const Ast& ast, LambdaUse use) {
  const bool is_reduce = use == LambdaUse::kReduce;
  if (ast.inputs.size() < 2 || ast.inputs.size() > (is_reduce ? 3U : 2U)) {
    wrong(code::kLambda, ast.operation,
          fmt::format("'{}' takes a list and a lambda{}", ast.text,
                      is_reduce ? ", and a value to begin with" : ""),
          std::string(shape_of_lambda(use)));
    return nullptr;
  }
  const Ast& lambda = *ast.inputs[1];
  if (lambda.kind != AstKind::kLambda) {
    wrong(code::kLambda, lambda.range, fmt::format("'{}' needs a lambda here", ast.text),
          std::string(shape_of_lambda(use)));
    return nullptr;
  }
  const size_t least = is_reduce ? 2 : 1;
  if (lambda.names.size() < least || lambda.names.size() > least + 1) {
    wrong(code::kLambda, join(lambda.names.front().range, lambda.names.back().range),
          fmt::format("the lambda of '{}' has {} parameter{}, not {} or {}", ast.text,
                      lambda.names.size(), lambda.names.size() == 1 ? "" : "s", least, least + 1),
          std::string(shape_of_lambda(use)));
    return nullptr;
  }
  return &lambda;
}

Bound Binder::lambda_call(const Ast& ast, LambdaUse use) {
  const Ast* const lambda = lambda_of(ast, use);
  Bound list = ast.inputs.empty() ? Bound() : bind(*ast.inputs[0]);
  if (lambda == nullptr || !list.ok || !as_list(list, ast.text)) return {};
  if (use == LambdaUse::kReduce) return reduction(ast, *lambda, std::move(list));
  const bool counted = lambda->names.size() > 1;
  ElementBody body(*this, {{lambda->names[0].text, list.type.element()},
                           {counted ? lambda->names[1].text : "", kInt64Type}});
  Bound value = body.binder.bind(*lambda->inputs[0]);
  if (!value.ok) return {};
  Node node;
  node.range = ast.range;
  node.state_key = mistakes_.quote(lambda->range);
  if (use == LambdaUse::kTransform) {
    node.type = Type::list(value.type);
    return elements_node(body, value, list_map_kernel, {list}, std::move(node));
  }
  if (!body.binder.require_bool(value, fmt::format("the lambda of '{}'", ast.text))) return {};
  if (use == LambdaUse::kFilter) {
    node.type = list.type;
    return elements_node(body, value, list_filter_kernel, {list}, std::move(node));
  }
  node.type = kBoolType;
  return elements_node(body, value, use == LambdaUse::kAny ? list_any_kernel : list_all_kernel,
                       {list}, std::move(node));
}

Bound Binder::reduction(const Ast& ast, const Ast& lambda, Bound list) {
  Bound start = constant(null_constant(kNullType), ast.range);
  const bool has_start = ast.inputs.size() > 2;
  if (has_start) start = bind(*ast.inputs[2]);
  if (!start.ok) return {};
  Type type = has_start ? start.type : list.type.element();
  // What the body gives may be wider than what it was given: 1 + 0.5. Twice is enough, as the type
  // after that holds both.
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (has_start) {
      if (!coerce(start, type)) return {};
    } else if (!coerce(list, Type::list(type))) {
      return {};
    }
    std::vector<Field> own = {{lambda.names[0].text, type},
                              {lambda.names[1].text, list.type.element()},
                              {lambda.names.size() > 2 ? lambda.names[2].text : "", kInt64Type}};
    ElementBody body(*this, std::move(own));
    Bound value = body.binder.bind(*lambda.inputs[0]);
    if (!value.ok) return {};
    if (value.type == type || body.binder.cost(value, type)) {
      if (!body.binder.coerce(value, type)) return {};
      Node node;
      node.type = type;
      node.range = ast.range;
      node.state_key = mistakes_.quote(lambda.range);
      return elements_node(body, value, list_reduce_kernel, {list, start}, std::move(node));
    }
    const std::optional<Type> wider = merged_type(type, value.type);
    if (!wider) break;
    type = wider->is(TypeId::kDecimal) ? Type::decimal(38, wider->scale()) : *wider;
  }
  return wrong(code::kLambda, lambda.inputs[0]->range,
               fmt::format("the lambda of '{}' gives another type than it is given", ast.text),
               fmt::format("cast what it gives: ({})::{}", mistakes_.quote(lambda.inputs[0]->range),
                           to_string(type)));
}

// ------------------------------------------------------------------------------------------------------- aggregates

std::optional<Bound> Binder::list_fold(const Ast& ast) {
  std::string name = ast.text;
  const bool by_name = name == "list_aggregate" || name == "list_aggr" || name == "array_aggregate";
  if (by_name) {
    if (ast.inputs.size() < 2 || ast.inputs[1]->kind != AstKind::kString) {
      return wrong(code::kArguments, ast.operation,
                   fmt::format("'{}' needs the name of an aggregate function", ast.text),
                   "write list_aggregate(list, 'sum')");
    }
    name = "list_" + ast.inputs[1]->text;
  }
  if (name == "list_sum" || name == "list_avg") {
    if (ast.inputs.size() == (by_name ? 2U : 1U)) return list_sum(ast, name.substr(5));
    return wrong(code::kArguments, ast.operation, fmt::format("'{}' takes one list", name));
  }
  if (!by_name) return std::nullopt;
  Operands operands = {bind(*ast.inputs[0])};
  for (size_t i = 2; i < ast.inputs.size(); ++i) operands.push_back(bind(*ast.inputs[i]));
  return function(ast, name, std::move(operands));
}

Bound Binder::list_sum(const Ast& ast, const std::string& name) {
  Bound list = bind(*ast.inputs[0]);
  if (!list.ok || !as_list(list, ast.text)) return {};
  if (list.type.element().is(TypeId::kNull) && !coerce(list, Type::list(kInt64Type))) return {};
  if (!list.type.element().is_numeric()) {
    return wrong(
        code::kArgumentType, list.range,
        fmt::format("'list_{}' needs a list of numbers, not {}", name, to_string(list.type)),
        fmt::format("cast it: {}::list<float64>", mistakes_.quote(list.range)));
  }
  const std::vector<AggregateFunction>& all = aggregate_functions();
  const auto function = std::find_if(
      all.begin(), all.end(), [&](const AggregateFunction& one) { return one.name == name; });
  const std::string text = mistakes_.quote(list.range);
  AggregateCall call;
  call.function = name;
  call.arguments.push_back(
      column_program(Schema(std::vector<Field>{{text, list.type.element()}}), 0));
  if (!type_aggregate(ast, *function, mistakes_, call)) return {};
  Node node;
  node.kind = NodeKind::kCall;
  node.type = call.result;
  node.range = ast.range;
  node.kernel = name == "sum" ? list_sum_kernel : list_avg_kernel;
  node.inputs = {list.node};
  node.state = std::make_shared<ListFold>(fmt::format("list_{}({})", name, text));
  return add(std::move(node));
}

}  // namespace leat::expr
