// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Lists, structs and lambdas: what is written with brackets, braces and arrows.
//
// `x -> ...` is a lambda as the second argument of a function that takes one, and json access
// everywhere else. Rejected: telling them apart by whether `x` is a column, as then a new column
// would change what an expression means.
#include <array>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/syntax/grammar.h"
#include "operators/expr/syntax/lambdas.h"

namespace leat::expr {
namespace {

struct LambdaFunction {
  std::string_view name;
  LambdaUse use;
};
constexpr std::array<LambdaFunction, 13> kLambdaFunctions = {{
    {"list_transform", LambdaUse::kTransform},
    {"list_apply", LambdaUse::kTransform},
    {"array_transform", LambdaUse::kTransform},
    {"array_apply", LambdaUse::kTransform},
    {"apply", LambdaUse::kTransform},
    {"list_filter", LambdaUse::kFilter},
    {"array_filter", LambdaUse::kFilter},
    {"filter", LambdaUse::kFilter},
    {"list_reduce", LambdaUse::kReduce},
    {"array_reduce", LambdaUse::kReduce},
    {"reduce", LambdaUse::kReduce},
    {"list_any", LambdaUse::kAny},
    {"list_all", LambdaUse::kAll},
}};

bool is_name(const Token& token) {
  return token.kind == TokenKind::kQuotedName ||
         (token.kind == TokenKind::kName && !is_reserved(token.lower));
}

}  // namespace

std::optional<LambdaUse> lambda_use_of(std::string_view name) {
  for (const LambdaFunction& function : kLambdaFunctions) {
    if (function.name == name) return function.use;
  }
  return std::nullopt;
}

AstRef Parser::list_literal() {
  const Range begin = current().range;
  accept_word("array");
  take();
  AstRef node = make(AstKind::kList, begin, begin);
  while (!accept("]")) {
    if (!node->inputs.empty() && !expect(",")) return nullptr;
    AstRef element = expression(kLowest);
    if (!element) return nullptr;
    node->inputs.push_back(std::move(element));
    if (!current().is_symbol(",") && !current().is_symbol("]")) return unexpected("',' or ']'");
  }
  node->range = node->operation = join(begin, previous().range);
  return node;
}

AstRef Parser::struct_literal() {
  const Range begin = take().range;
  AstRef node = make(AstKind::kStructure, begin, begin);
  do {
    const Token key = current();
    if (key.kind != TokenKind::kString && key.kind != TokenKind::kName &&
        key.kind != TokenKind::kQuotedName)
      return unexpected("a field such as 'name': value");
    take();
    if (!expect(":")) return nullptr;
    AstRef value = expression(kLowest);
    if (!value) return nullptr;
    node->names.push_back({key.text, key.range});
    node->inputs.push_back(std::move(value));
  } while (accept(","));
  if (!expect("}")) return nullptr;
  node->range = node->operation = join(begin, previous().range);
  return node;
}

AstRef Parser::subscript(AstRef left) {
  const Range open = take().range;
  if (current().is_symbol(":")) {
    AstRef first = make(AstKind::kInteger, open, open);
    first->text = "1";
    return slice(std::move(left), std::move(first), open);
  }
  AstRef index = expression(kLowest);
  if (!index) return nullptr;
  if (current().is_symbol(":")) return slice(std::move(left), std::move(index), open);
  if (!expect("]")) return nullptr;
  AstRef node =
      combine(AstKind::kSubscript, std::move(left), std::move(index), join(open, previous().range));
  node->range = join(node->range, previous().range);
  return node;
}

AstRef Parser::slice(AstRef left, AstRef from, Range open) {
  const Range colon = take().range;
  AstRef to;
  if (current().is_symbol("]")) {
    to = make(AstKind::kInteger, colon, colon);
    to->text = "-1";  // the last one
  } else {
    to = expression(kLowest);
    if (!to) return nullptr;
  }
  if (!expect("]")) return nullptr;
  const Range operation = join(open, previous().range);
  AstRef node = combine(AstKind::kSlice, std::move(left), std::move(from), operation);
  node->inputs.push_back(std::move(to));
  node->range = join(node->range, operation);
  return node;
}

bool Parser::at_quantifier() const {
  const Token& token = current();
  return (token.is_word("any") || token.is_word("some") || token.is_word("all")) &&
         ahead(1).is_symbol("(");
}

AstRef Parser::quantified(AstRef left, const Token& operation) {
  const Token word = take();
  take();
  AstRef list = expression(kLowest);
  if (!list || !expect(")")) return nullptr;
  AstRef node = combine(AstKind::kQuantified, std::move(left), std::move(list),
                        join(operation.range, word.range));
  node->range = join(node->range, previous().range);
  node->text = operation.text == "!=" ? "<>" : operation.text;
  node->star = word.is_word("all");
  return node;
}

bool Parser::at_lambda() const {
  if (!current().is_symbol("(")) return is_name(current()) && ahead(1).is_symbol("->");
  for (size_t i = 1; is_name(ahead(i)); i += 2) {
    if (ahead(i + 1).is_symbol(")")) return ahead(i + 2).is_symbol("->");
    if (!ahead(i + 1).is_symbol(",")) return false;
  }
  return false;
}

AstRef Parser::lambda() {
  const Range begin = current().range;
  AstRef node = make(AstKind::kLambda, begin, begin);
  const bool several = accept("(");
  do {
    const Token name = take();
    for (const AstName& other : node->names) {
      if (other.text == name.text)
        return fail(code::kLambda, name.range,
                    fmt::format("two parameters of the lambda are called '{}'", name.text));
    }
    node->names.push_back({name.text, name.range});
  } while (accept(","));
  if (several) accept(")");
  node->operation = take().range;
  AstRef body = expression(kLowest);
  if (!body) return nullptr;
  node->range = join(begin, body->range);
  node->inputs.push_back(std::move(body));
  return node;
}

AstRef Parser::argument(Ast& call) {
  if (call.inputs.size() == 1 && lambda_use_of(call.text) && at_lambda()) return lambda();
  const bool named = is_name(current()) && (ahead(1).is_symbol(":=") || ahead(1).is_symbol("=>"));
  if (!call.inputs.empty() && named == call.names.empty()) {
    return fail(code::kArguments, current().range, "arguments have names, all of them or none",
                fmt::format("write {}(a := 1, b := 2)", call.text));
  }
  if (named) {
    const Token name = take();
    take();
    call.names.push_back({name.text, name.range});
  }
  return expression(kLowest);
}

}  // namespace leat::expr
