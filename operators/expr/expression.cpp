// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/expression.h"

#include <string_view>

#include "operators/expr/binding/binder.h"
#include "operators/expr/program.h"
#include "operators/expr/syntax/parser.h"

namespace leat::expr {
namespace {

std::string name_of(const Ast& ast, const Node& root, const Schema& input,
                    const Mistakes& mistakes) {
  if (root.kind == NodeKind::kColumn) return input[root.column].name;
  return mistakes.quote(ast.range);
}

/// Null after reporting.
ProgramRef compile_ast(const Ast& ast, const Schema& input, const Environment& environment,
                       Mistakes& mistakes, bool is_predicate) {
  ProgramBuilder builder(mistakes);
  Binder binder(mistakes, {input, environment, nullptr, nullptr}, builder);
  Bound result = binder.bind(ast);
  if (is_predicate) binder.require_bool(result, "a condition");
  if (!result.ok || mistakes.any()) return nullptr;
  return builder.finish(result.node, name_of(ast, builder[result.node], input, mistakes));
}

ProgramRef compile_source(const SourceText& source, const Schema& input,
                          const Environment& environment, Diagnostics& diagnostics,
                          bool is_predicate) {
  Mistakes mistakes(source, diagnostics);
  const AstRef ast = parse(mistakes);
  return ast ? compile_ast(*ast, input, environment, mistakes, is_predicate) : nullptr;
}

}  // namespace

ProgramRef compile(const SourceText& source, const Schema& input, const Environment& environment,
                   Diagnostics& diagnostics) {
  return compile_source(source, input, environment, diagnostics, false);
}

ProgramRef compile_predicate(const SourceText& source, const Schema& input,
                             const Environment& environment, Diagnostics& diagnostics) {
  return compile_source(source, input, environment, diagnostics, true);
}

std::optional<NamedProgram> compile_item(const SourceText& source, const Schema& input,
                                         const Environment& environment, Diagnostics& diagnostics) {
  Mistakes mistakes(source, diagnostics);
  ParsedItem item = parse_item(mistakes);
  if (!item.expression) return std::nullopt;
  ProgramRef program = compile_ast(*item.expression, input, environment, mistakes, false);
  if (!program) return std::nullopt;
  const bool is_named = !item.name.empty();
  std::string name = is_named ? std::move(item.name) : program->name();
  return NamedProgram{std::move(program), std::move(name), mistakes.quote(item.expression->range),
                      is_named};
}

ProgramRef column_program(const Schema& input, size_t column) {
  Node node;
  node.kind = NodeKind::kColumn;
  node.type = input[column].type;
  node.column = column;
  const std::string& name = input[column].name;
  return std::make_shared<const Program>(SourceText(name, {}, {}), name,
                                         std::vector<Node>{std::move(node)}, 0);
}

const Type& result_type(const Program& program) { return program.type(); }
const std::vector<size_t>& columns_read(const Program& program) { return program.columns(); }
std::string default_name(const Program& program) { return program.name(); }

std::optional<size_t> as_column(const Program& program) {
  const Node& root = program.node(program.root());
  return root.kind == NodeKind::kColumn ? std::optional(root.column) : std::nullopt;
}

}  // namespace leat::expr
