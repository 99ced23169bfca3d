// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/key_expression.h"

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/syntax/parser.h"
#include "operators/text/value_parser.h"

namespace leat::expr {
namespace {

/// What a key that could be read begins with; null when it could not.
AstRef parse_key(const SourceText& source) {
  Diagnostics ignored;
  Mistakes sorted(source, ignored);
  ParsedSortKey key = parse_sort_key(sorted);
  if (key.key) return std::move(key.key);
  Mistakes named(source, ignored);
  return parse_item(named).expression;
}

bool is_literal(const Ast& ast) {
  switch (ast.kind) {
    case AstKind::kNull:
    case AstKind::kBoolean:
    case AstKind::kInteger:
    case AstKind::kFloat:
    case AstKind::kString:
    case AstKind::kTypedLiteral: return true;
    case AstKind::kUnary: return is_literal(*ast.inputs[0]);
    default: return false;
  }
}

std::string hint_for(const Ast& ast, const Schema& input) {
  int64_t number = 0;
  if (ast.kind == AstKind::kInteger && io::parse_int64(ast.text, number) && number >= 1 &&
      static_cast<size_t>(number) <= input.size()) {
    return fmt::format("columns are named, not numbered: did you mean '{}'?",
                       input[static_cast<size_t>(number - 1)].name);
  }
  if (ast.kind == AstKind::kString && input.find(ast.text))
    return fmt::format("a column stands without single quotes: {}", ast.text);
  return "name a column, or an expression over columns";
}

}  // namespace

bool refuse_constant_key(const SourceText& source, const Schema& input, Diagnostics& diagnostics) {
  const AstRef key = parse_key(source);
  if (!key || !is_literal(*key)) return false;
  Mistakes mistakes(source, diagnostics);
  mistakes.add(code::kConstantKey, key->range,
               fmt::format("{} is the same for all rows", mistakes.quote(key->range)),
               hint_for(*key, input));
  return true;
}

ProgramRef compile_key(const SourceText& source, const Schema& input,
                       const Environment& environment, Diagnostics& diagnostics) {
  if (refuse_constant_key(source, input, diagnostics)) return nullptr;
  return compile(source, input, environment, diagnostics);
}

std::optional<NamedProgram> compile_key_item(const SourceText& source, const Schema& input,
                                             const Environment& environment,
                                             Diagnostics& diagnostics) {
  if (refuse_constant_key(source, input, diagnostics)) return std::nullopt;
  return compile_item(source, input, environment, diagnostics);
}

}  // namespace leat::expr
