// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/binding/binder.h"
#include "operators/expr/kernels/json_access.h"
#include "operators/expr/kernels/list_access.h"

namespace leat::expr {

Bound Binder::field(const Ast& ast) {
  if (names_.lambda != nullptr && is_of_row(ast)) return capture(ast);
  const Ast& outer = *ast.inputs[0];
  if (const std::optional<Bound> of_side = side_column(ast)) return *of_side;
  const std::string dotted = outer.text + "." + ast.text;
  if (outer.kind == AstKind::kColumn && !names_.columns.find(outer.text) &&
      names_.columns.find(dotted)) {
    return wrong(code::kUnknownColumn, ast.range, fmt::format("unknown column '{}'", outer.text),
                 fmt::format("a column with a point in its name is written \"{}\"", dotted));
  }
  const Bound value = bind(outer);
  if (!value.ok) return {};
  return field_of(ast, value, ast.text);
}

Bound Binder::field_of(const Ast& ast, const Bound& value, const std::string& name) {
  if (!value.type.is(TypeId::kStruct)) {
    return wrong(code::kNotNested, ast.operation,
                 fmt::format("'{}' has no fields: it is {}", mistakes_.quote(value.range),
                             to_string(value.type)));
  }
  std::vector<std::string> fields;
  for (size_t i = 0; i < value.type.fields().size(); ++i) {
    const Field& candidate = value.type.fields()[i];
    fields.push_back(candidate.name);
    if (candidate.name != name) continue;
    Node node;
    node.kind = NodeKind::kCall;
    node.type = candidate.type;
    node.range = ast.range;
    node.inputs = {value.node};
    node.kernel = field_kernel;
    node.state = std::make_shared<size_t>(i);
    node.state_key = candidate.name;
    return add(std::move(node));
  }
  return wrong(code::kUnknownField, ast.operation,
               fmt::format("'{}' has no field '{}'", mistakes_.quote(value.range), name),
               did_you_mean(name, fields));
}

Bound Binder::subscript(const Ast& ast) {
  Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return {};
  const Type type = operands[0].type;
  if (type.is(TypeId::kJson)) return json_part(ast, std::move(operands), kJsonType);
  if (!type.is(TypeId::kList)) {
    return wrong(code::kNotNested, ast.operation,
                 fmt::format("'{}' has no elements: it is {}", mistakes_.quote(operands[0].range),
                             to_string(type)));
  }
  if (!cost(operands[1], kInt64Type)) {
    return wrong(
        code::kArgumentType, operands[1].range,
        fmt::format("an element is counted by int64, not {}", to_string(operands[1].type)));
  }
  if (!coerce(operands[1], kInt64Type)) return {};
  return call_kernel(element_kernel, type.element(), operands, ast.range);
}

Bound Binder::json_part(const Ast& ast, Operands operands, const Type& type) {
  Bound& json = operands[0];
  Bound& key = operands[1];
  if (!cost(json, kJsonType)) {
    return wrong(
        code::kNotNested, ast.operation,
        fmt::format("'{}' is no json: it is {}", mistakes_.quote(json.range), to_string(json.type)),
        json.type.is(TypeId::kUtf8) ? fmt::format("cast it: {}::json", mistakes_.quote(json.range))
                                    : "");
  }
  if (!coerce(json, kJsonType)) return {};
  if (!key.type.is(TypeId::kInt64) && !key.type.is(TypeId::kUtf8)) {
    if (!key.type.is(TypeId::kNull)) {
      return wrong(
          code::kArgumentType, key.range,
          fmt::format("a part of json is named by utf8 or int64, not {}", to_string(key.type)));
    }
    if (!coerce(key, kUtf8Type)) return {};
  }
  const Kernel kernel = type.is(TypeId::kJson) ? json_get_kernel : json_get_text_kernel;
  return call_kernel(kernel, type, operands, ast.range);
}

}  // namespace leat::expr
