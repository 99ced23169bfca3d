// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Lists and structs: literals, subscripts, casts, comparisons with `any` and `all`, and functions
// whose type is that of the elements. Elements are merged as the values of `case` are.
#include <algorithm>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/binding/binder.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/expr/kernels/json_build.h"
#include "operators/expr/kernels/list_map.h"
#include "operators/expr/kernels/list_writer.h"
#include "operators/expr/kernels/nested_comparison.h"
#include "operators/expr/kernels/nested_text.h"

namespace leat::expr {
namespace {

/// Lists of constants up to this long are compared value by value, or looked up.
constexpr size_t kConstantElementsMax = 10'000;
/// ... and up to this long when they cannot be looked up.
constexpr size_t kChainedElementsMax = 64;

bool is_nested(const Type& type) { return type.is(TypeId::kList) || type.is(TypeId::kStruct); }

bool has_same_names(const Type& a, const Type& b) {
  return std::equal(a.fields().begin(), a.fields().end(), b.fields().begin(), b.fields().end(),
                    [](const Field& left, const Field& right) { return left.name == right.name; });
}

bool is_whole_or_decimal(const Type& type) {
  return type.is(TypeId::kInt64) || type.is(TypeId::kDecimal);
}

}  // namespace

std::optional<Type> merged_type(const Type& a, const Type& b) {
  if (a == b || b.is(TypeId::kNull)) return a;
  if (a.is(TypeId::kNull)) return b;
  if (a.is(TypeId::kList) && b.is(TypeId::kList)) {
    const auto element = merged_type(a.element(), b.element());
    return element ? std::optional(Type::list(*element)) : std::nullopt;
  }
  if (a.is(TypeId::kStruct) && b.is(TypeId::kStruct)) {
    if (!has_same_names(a, b)) return std::nullopt;
    std::vector<Field> fields;
    for (size_t i = 0; i < a.fields().size(); ++i) {
      const auto field = merged_type(a.fields()[i].type, b.fields()[i].type);
      if (!field) return std::nullopt;
      fields.push_back({a.fields()[i].name, *field});
    }
    return Type::structure(std::move(fields));
  }
  if (is_whole_or_decimal(a) && is_whole_or_decimal(b)) return common_decimal(a, b).type;
  if (a.is_numeric() && b.is_numeric()) return kFloat64Type;
  if (a.is(TypeId::kDate) && b.is(TypeId::kTimestamp)) return b;
  if (a.is(TypeId::kTimestamp) && b.is(TypeId::kDate)) return a;
  return std::nullopt;
}

// ---------------------------------------------------------------------------------------------------------- literals

Bound Binder::list_literal(const Ast& ast) {
  Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return {};
  if (operands.empty()) return constant(empty_list_constant(Type::list(kNullType)), ast.range);
  if (!unify(operands, "the elements of a list")) return {};
  return call_kernel(list_literal_kernel, Type::list(operands[0].type), operands, ast.range, false);
}

Bound Binder::structure(const Ast& ast) {
  Operands operands = bind_all(ast.inputs);
  bool ok = all_ok(operands);
  std::vector<Field> fields;
  for (size_t i = 0; i < ast.names.size(); ++i) {
    const AstName& name = ast.names[i];
    const auto same = [&](const Field& field) { return field.name == name.text; };
    if (name.text.empty() || std::any_of(fields.begin(), fields.end(), same)) {
      wrong(code::kArguments, name.range,
            name.text.empty() ? "a field needs a name"
                              : fmt::format("there are two fields '{}'", name.text));
      ok = false;
    }
    fields.push_back({name.text, operands[i].type});
  }
  if (!ok) return {};
  return call_kernel(struct_literal_kernel, Type::structure(std::move(fields)), operands, ast.range,
                     false);
}

Bound Binder::slice(const Ast& ast) {
  Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return {};
  const Bound& list = operands[0];
  if (!list.type.is(TypeId::kList) && !list.type.is(TypeId::kNull)) {
    return wrong(
        code::kNotNested, ast.operation,
        fmt::format("'{}' has no elements: it is {}", mistakes_.quote(list.range),
                    to_string(list.type)),
        list.type.is(TypeId::kUtf8) ? "a part of a text is substring(text, start, count)" : "");
  }
  return function(ast, "list_slice", std::move(operands));
}

std::optional<Bound> Binder::nested_form(const Ast& ast) {
  const std::string& name = ast.text;
  if (name == "list_value" || name == "list_pack") return list_literal(ast);
  if (name == "struct_pack") {
    if (!ast.names.empty()) return structure(ast);
    return wrong(code::kArguments, ast.operation, "'struct_pack' needs a name for each value",
                 "write struct_pack(a := 1, b := 2), or {'a': 1, 'b': 2}");
  }
  if (name == "struct_extract" && ast.inputs.size() == 2) {
    const Bound value = bind(*ast.inputs[0]);
    if (!value.ok) return Bound();
    if (ast.inputs[1]->kind == AstKind::kString) return field_of(ast, value, ast.inputs[1]->text);
    return wrong(code::kArguments, ast.inputs[1]->range, "the name of a field is a text",
                 "write 'name'");
  }
  if (name == "list_zip" || name == "array_zip") return zip(ast);
  if (const auto use = lambda_use_of(name)) return lambda_call(ast, *use);
  if (name == "array_to_string" || name == "list_string_agg") return joined_texts(ast);
  return list_fold(ast);
}

Bound Binder::joined_texts(const Ast& ast) {
  Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return {};
  const Type texts = Type::list(kUtf8Type);
  if (operands[0].type.is(TypeId::kList) && operands[0].type != texts) {
    operands[0] = cast_to(operands[0], texts, operands[0].range, false);
    if (!operands[0].ok) return {};
  }
  return function(ast, ast.text, std::move(operands));
}

Bound Binder::zip(const Ast& ast) {
  Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return {};
  std::vector<Field> fields;
  for (Bound& operand : operands) {
    if (!as_list(operand, ast.text)) return {};
    fields.push_back({fmt::format("f{}", fields.size() + 1), operand.type.element()});
  }
  return call_kernel(list_zip_kernel, Type::list(Type::structure(std::move(fields))), operands,
                     ast.range);
}

bool Binder::as_list(Bound& operand, std::string_view function) {
  if (operand.type.is(TypeId::kNull)) return coerce(operand, Type::list(kNullType));
  if (operand.type.is(TypeId::kList)) return true;
  std::string hint;
  if (operand.type.is(TypeId::kUtf8)) {
    hint = function == "cardinality" || function == "array_length"
               ? "length() counts the characters of text"
               : fmt::format("a text such as '[1,2]' becomes one by a cast: {}::list<int64>",
                             mistakes_.quote(operand.range));
  } else if (operand.type.is(TypeId::kJson)) {
    hint = fmt::format("give it a type: {}::list<utf8>", mistakes_.quote(operand.range));
  }
  wrong(code::kArgumentType, operand.range,
        fmt::format("'{}' needs a list, not {}", function, to_string(operand.type)),
        std::move(hint));
  return false;
}

// ------------------------------------------------------------------------------------------------------------ casts

bool Binder::can_cast(const Type& from, const Type& to) {
  if (from == to || from.is(TypeId::kNull)) return true;
  if (!is_nested(from) && !is_nested(to)) return cast_kernel(from, to) != nullptr;
  if (from.is(TypeId::kUtf8) || from.is(TypeId::kJson)) return true;
  if (to.is(TypeId::kUtf8) || to.is(TypeId::kJson)) return true;
  if (from.id() != to.id()) return false;
  if (from.is(TypeId::kList)) return can_cast(from.element(), to.element());
  if (!has_same_names(from, to)) return false;
  for (size_t i = 0; i < from.fields().size(); ++i) {
    if (!can_cast(from.fields()[i].type, to.fields()[i].type)) return false;
  }
  return true;
}

Bound Binder::nested_cast(const Bound& operand, const Type& type, Range range, bool quiet) {
  const Type& from = operand.type;
  if (!can_cast(from, type)) {
    return wrong(code::kNoCast, range,
                 fmt::format("there is no cast from {} to {}", to_string(from), to_string(type)));
  }
  const size_t before = mistakes_.count();
  Node node;
  node.kind = NodeKind::kCall;
  node.type = type;
  node.range = range;
  node.quiet = quiet;
  node.inputs = {operand.node};
  if (type.is(TypeId::kUtf8) || type.is(TypeId::kJson)) {
    node.kernel = to_json_kernel;
  } else if (!is_nested(from)) {
    node.kernel = text_to_nested_kernel;
  } else if (type.is(TypeId::kStruct)) {
    return struct_cast(operand, type, range, quiet);
  } else {
    ElementBody body(*this, {{"", from.element()}, {"", kInt64Type}});
    Bound element = body.binder.own_column(0, range);
    element = element.type.is(TypeId::kNull)
                  ? body.binder.constant(null_constant(type.element()), range)
                  : body.binder.cast_to(element, type.element(), range, false);
    if (!element.ok) return {};
    return elements_node(body, element, list_map_kernel, {operand}, std::move(node));
  }
  Bound result{builder_.add(std::move(node), operand.is_literal && !quiet), type, range, true,
               false};
  result.ok = mistakes_.count() == before;
  return result;
}

Bound Binder::struct_cast(const Bound& operand, const Type& type, Range range, bool quiet) {
  Operands parts = {operand};
  for (const Field& field : type.fields()) {
    Ast ast;
    ast.range = ast.operation = range;
    Bound part = field_of(ast, operand, field.name);
    part = part.type == field.type && !field.type.asks_more() ? part
           : part.type.is(TypeId::kNull) ? constant(null_constant(field.type), range)
                                         : cast_to(part, field.type, range, quiet);
    if (!part.ok) return {};
    parts.push_back(part);
  }
  return call_kernel(struct_of_fields_kernel, type, parts, range, false);
}

// ------------------------------------------------------------------------------------------------------ comparisons

std::optional<Bound> Binder::nested_comparison(Comparison comparison, Bound left, Bound right,
                                               const Type& type) {
  if (!is_nested(type) || !can_compare_nested(type)) return std::nullopt;
  if (!coerce(left, type) || !coerce(right, type)) return Bound();
  Node node;
  node.kind = NodeKind::kCall;
  node.type = kBoolType;
  node.range = join(left.range, right.range);
  node.kernel = nested_comparison_kernel;
  node.inputs = {left.node, right.node};
  node.state = std::make_shared<Comparison>(comparison);
  node.state_key = fmt::format("{}", static_cast<int>(comparison));
  return add(std::move(node));
}

Bound Binder::quantified(const Ast& ast) {
  const Comparison comparison = comparison_of(ast.text).value_or(Comparison::kEqual);
  const Quantifier quantifier = ast.star ? Quantifier::kAll : Quantifier::kAny;
  const Bound value = bind(*ast.inputs[0]);
  const Ast& list = *ast.inputs[1];
  if (list.kind != AstKind::kList) {
    const Bound bound = bind(list);
    if (!value.ok || !bound.ok) return {};
    return compare_elements(ast, comparison, quantifier, value, bound);
  }
  Operands operands = {value};
  for (const AstRef& element : list.inputs) operands.push_back(bind(*element));
  return all_ok(operands) ? compare_values(ast, comparison, quantifier, std::move(operands))
                          : Bound();
}

Bound Binder::compare_values(const Ast& ast, Comparison comparison, Quantifier quantifier,
                             Operands operands) {
  const bool all = quantifier == Quantifier::kAll;
  if (operands.size() == 1) return constant(bool_constant(all), ast.range);
  if (!all && comparison == Comparison::kEqual) return in_values(ast, std::move(operands));
  if (all && comparison == Comparison::kNotEqual) {
    const Bound found = in_values(ast, std::move(operands));
    return found.ok ? call_kernel(not_kernel, kBoolType, {found}, ast.range) : found;
  }
  Node node;
  node.kind = all ? NodeKind::kAnd : NodeKind::kOr;
  node.type = kBoolType;
  node.range = ast.range;
  for (size_t i = 1; i < operands.size(); ++i) {
    const Bound one = this->comparison(comparison, operands[0], operands[i], ast.operation);
    if (!one.ok) return {};
    node.inputs.push_back(one.node);
  }
  return add(std::move(node));
}

Bound Binder::compare_elements(const Ast& ast, Comparison comparison, Quantifier quantifier,
                               const Bound& value, Bound list) {
  if (list.type.is(TypeId::kNull)) return constant(null_constant(kBoolType), ast.range);
  if (!as_list(list, quantifier == Quantifier::kAll ? "all" : "any")) return {};
  if (const ColumnRef& known = builder_[list.node].constant; known != nullptr) {
    if (!known->is_valid(0)) return constant(null_constant(kBoolType), ast.range);
    const RowList elements(Vector{known, true}, 0);
    const bool looked_up =
        comparison == (quantifier == Quantifier::kAll ? Comparison::kNotEqual : Comparison::kEqual);
    const size_t most = looked_up ? kConstantElementsMax : kChainedElementsMax;
    if (elements.size() <= most && !is_nested(list.type.element())) {
      Operands operands = {value};
      for (size_t i = 0; i < elements.size(); ++i)
        operands.push_back(constant(constant_of(elements.column(), elements.at(i)), list.range));
      return compare_values(ast, comparison, quantifier, std::move(operands));
    }
  }
  ElementBody body(*this, {{"", list.type.element()}, {"", kInt64Type}});
  const Bound element = body.binder.own_column(0, list.range);
  Bound one =
      body.binder.comparison(comparison, body.binder.captured(value), element, ast.operation);
  if (!one.ok || !body.binder.require_bool(one, "a comparison")) return {};
  Node node;
  node.type = kBoolType;
  node.range = ast.range;
  node.state_key = mistakes_.quote(ast.range);
  return elements_node(body, one,
                       quantifier == Quantifier::kAll ? list_all_kernel : list_any_kernel, {list},
                       std::move(node));
}

// ---------------------------------------------------------------------------------------------------- concatenation

std::optional<Bound> Binder::list_concatenation(const Ast& ast, Operands operands) {
  const Type& left = operands[0].type;
  const Type& right = operands[1].type;
  const bool left_list = left.is(TypeId::kList);
  const bool right_list = right.is(TypeId::kList);
  if (!left_list && !right_list) return std::nullopt;
  if (merged_type(left, right)) return function(ast, "list_concat", std::move(operands));
  if (left_list && (!right_list || merged_type(left.element(), right)))
    return function(ast, "list_append", std::move(operands));
  if (right_list && (!left_list || merged_type(left, right.element())))
    return function(ast, "list_prepend", std::move(operands));
  return std::nullopt;
}

// ------------------------------------------------------------------------------------------------- generic functions

std::optional<int> Binder::shape_cost(const Type& type, Shape shape) {
  const bool is_null = type.is(TypeId::kNull);
  if (shape == Shape::kElement) return 0;
  if (shape == Shape::kList)
    return is_null ? std::optional(2) : type.is(TypeId::kList) ? std::optional(0) : std::nullopt;
  if (is_null) return 2;
  if (!type.is(TypeId::kList)) return std::nullopt;
  const Type& element = type.element();
  return element.is(TypeId::kList) || element.is(TypeId::kNull) ? std::optional(0) : std::nullopt;
}

namespace {

/// What stands for T in a value of `type` that goes to a parameter of `shape`.
Type element_of(const Type& type, Shape shape) {
  if (shape == Shape::kElement || type.is(TypeId::kNull)) return type;
  const Type& element = type.element();
  return shape == Shape::kList ? element : element_of(element, Shape::kList);
}

}  // namespace

Type Binder::shaped(const Type& element, Shape shape) {
  if (shape == Shape::kElement) return element;
  return shape == Shape::kList ? Type::list(element) : Type::list(Type::list(element));
}

bool Binder::settle_elements(const Ast& ast, const Overload& overload, Operands& operands,
                             Type& element) {
  Operands elements;
  for (size_t i = 0; i < operands.size(); ++i) {
    const Shape shape = overload.shapes[std::min(i, overload.shapes.size() - 1)];
    if (shape == Shape::kPlain) continue;
    Bound part = operands[i];
    part.type = element_of(part.type, shape);
    part.is_literal = part.is_literal && shape == Shape::kElement;
    elements.push_back(part);
  }
  const std::optional<Type> common = common_type(elements);
  if (!common) {
    std::string types;
    for (const Bound& part : elements) types += (types.empty() ? "" : ", ") + to_string(part.type);
    wrong(
        code::kTypesDiffer, ast.operation,
        fmt::format("the elements that '{}' is given have different types: {}",
                    overload.function->name, types),
        fmt::format("cast them to one type; its arguments are: {}", overload.function->signature));
    return false;
  }
  element = *common;
  if (overload.function->compares && !can_compare_nested(element)) {
    wrong(code::kCannotCompare, operands[0].range,
          fmt::format("values of type {} are not compared", to_string(element)),
          fmt::format("compare their text: {}::list<utf8>", mistakes_.quote(operands[0].range)));
    return false;
  }
  bool ok = true;
  for (size_t i = 0; i < operands.size(); ++i) {
    const Shape shape = overload.shapes[std::min(i, overload.shapes.size() - 1)];
    if (shape != Shape::kPlain) ok = coerce(operands[i], shaped(element, shape)) && ok;
  }
  return ok;
}

}  // namespace leat::expr
