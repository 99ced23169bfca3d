// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Forms that make JSON of values of every type, and the operators that follow a path.
#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/binding/binder.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/json_access.h"
#include "operators/expr/kernels/json_build.h"
#include "operators/type_hint.h"

namespace leat::expr {

std::optional<Bound> Binder::json_form(const Ast& ast) {
  const std::string& name = ast.text;
  if (name == "from_json" && ast.inputs.size() == 2) return from_json(ast);
  if (name == "json_from_entries") return json_from_entries(ast);
  const bool is_object = name == "json_build_object" || name == "json_object" ||
                         name == "jsonb_build_object" || name == "jsonb_object";
  const bool is_array =
      name == "json_build_array" || name == "json_array" || name == "jsonb_build_array";
  const bool is_any =
      name == "to_json" || name == "to_jsonb" || name == "row_to_json" || name == "array_to_json";
  if (!is_object && !is_array && !is_any) return std::nullopt;
  if (is_object && ast.inputs.size() % 2 != 0) {
    return wrong(code::kArguments, ast.operation,
                 fmt::format("'{}' needs a value for each key", name),
                 fmt::format("write {}('name', value, ...)", name));
  }
  if (is_any && ast.inputs.size() != 1)
    return wrong(code::kArguments, ast.operation, fmt::format("'{}' takes one value", name));
  Operands operands = bind_all(ast.inputs);
  if (!all_ok(operands)) return Bound();
  for (size_t i = 0; i < operands.size(); ++i) {
    Bound& operand = operands[i];
    if (operand.type.is(TypeId::kNull)) {
      operand = constant(null_constant(kUtf8Type), operand.range);
    } else if (is_object && i % 2 == 0 && !operand.type.is(TypeId::kUtf8)) {
      operand = cast_to(operand, kUtf8Type, operand.range, false);
      if (!operand.ok) return Bound();
    }
  }
  if (name == "array_to_json" && !operands[0].type.is(TypeId::kList)) {
    return wrong(code::kArgumentType, operands[0].range,
                 fmt::format("'array_to_json' needs a list, not {}", to_string(operands[0].type)),
                 "to_json takes every value");
  }
  if (is_any) return call_kernel(to_json_kernel, kJsonType, operands, ast.range);
  return call_kernel(is_object ? json_object_kernel : json_array_kernel, kJsonType, operands,
                     ast.range, false);
}

Bound Binder::json_from_entries(const Ast& ast) {
  static const Type kEntries =
      Type::list(Type::structure({{"key", kUtf8Type}, {"value", kJsonType}}));
  if (ast.inputs.size() != 1) {
    return wrong(code::kArguments, ast.operation, "'json_from_entries' takes one list",
                 "it is of the form that json_each gives: list<struct<key utf8, value json>>");
  }
  Bound entries = bind(*ast.inputs[0]);
  if (!entries.ok) return Bound();
  if (!entries.type.is(TypeId::kNull) && entries.type != kEntries) {
    return wrong(code::kArgumentType, entries.range,
                 fmt::format("'json_from_entries' needs a {}, not {}", to_string(kEntries),
                             to_string(entries.type)),
                 "make it so: struct_pack(key := name, value := to_json(value))");
  }
  if (!coerce(entries, kEntries)) return Bound();
  return call_kernel(json_entries_kernel, kJsonType, {entries}, ast.range);
}

Bound Binder::from_json(const Ast& ast) {
  const Ast& written = *ast.inputs[1];
  if (written.kind != AstKind::kString) {
    return wrong(code::kNotConstant, written.range,
                 "the type that from_json makes is written as text",
                 "write from_json(value, 'list<int64>')");
  }
  const std::optional<Type> type = parse_type(written.text);
  if (!type) {
    return wrong(code::kUnknownType, written.range, fmt::format("unknown type '{}'", written.text),
                 type_hint(written.text));
  }
  const Bound value = bind(*ast.inputs[0]);
  return value.ok ? cast_to(value, *type, ast.range, false) : Bound();
}

Bound Binder::json_path(const Ast& ast, Operands operands) {
  Bound& json = operands[0];
  Bound& path = operands[1];
  if (!cost(json, kJsonType)) {
    return wrong(
        code::kNotNested, ast.operation,
        fmt::format("'{}' is no json: it is {}", mistakes_.quote(json.range), to_string(json.type)),
        json.type.is(TypeId::kUtf8) ? fmt::format("cast it: {}::json", mistakes_.quote(json.range))
                                    : "");
  }
  if (path.type == Type::list(kUtf8Type) && ast.inputs[1]->kind == AstKind::kList) {
    // array['a', 'b']: its elements are the steps.
    Operands steps = {json};
    for (const AstRef& step : ast.inputs[1]->inputs) steps.push_back(bind(*step));
    return function(ast, ast.text == "#>" ? "json_extract_path" : "json_extract_path_text",
                    std::move(steps));
  }
  if (!cost(path, kUtf8Type)) {
    return wrong(
        code::kArgumentType, path.range,
        fmt::format("a path of json is text like '{{a,b,0}}', not {}", to_string(path.type)));
  }
  if (!coerce(json, kJsonType) || !coerce(path, kUtf8Type)) return {};
  return ast.text == "#>" ? call_kernel(json_path_kernel, kJsonType, operands, ast.range)
                          : call_kernel(json_path_text_kernel, kUtf8Type, operands, ast.range);
}

}  // namespace leat::expr
