// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What can begin an expression: values, names, calls, and the forms that SQL writes with words.
#include <algorithm>
#include <array>

#include "engine/codes/expression.h"
#include "operators/data/type.h"
#include "operators/expr/syntax/grammar.h"

namespace leat::expr {

AstRef Parser::prefix() {
  const Token& token = current();
  switch (token.kind) {
    case TokenKind::kInteger: return leaf(AstKind::kInteger);
    case TokenKind::kFloat: return leaf(AstKind::kFloat);
    case TokenKind::kString: return leaf(AstKind::kString);
    case TokenKind::kParameter: return leaf(AstKind::kParameter);
    case TokenKind::kQuotedName: {
      AstRef node = leaf(AstKind::kColumn);
      node->quoted = true;
      return node;
    }
    case TokenKind::kName: return word();
    case TokenKind::kEnd: return unexpected("a value");
    case TokenKind::kSymbol: break;
  }
  if (token.is_symbol("(")) return parenthesis();
  if (token.is_symbol("[")) return list_literal();
  if (token.is_symbol("{")) return struct_literal();
  const bool is_sign = token.is_symbol("-") || token.is_symbol("+");
  if (is_sign || token.is_symbol("~") || token.is_symbol("@") || token.is_symbol("|/") ||
      token.is_symbol("||/")) {
    const Token sign = take();
    AstRef operand = expression(is_sign ? kSign : kOther);
    if (!operand) return nullptr;
    AstRef node = make(AstKind::kUnary, join(sign.range, operand->range), sign.range);
    node->text = sign.text;
    node->inputs.push_back(std::move(operand));
    return node;
  }
  return unexpected("a value");
}

AstRef Parser::parenthesis() {
  const Range open = take().range;
  AstRef inner = expression(kLowest);
  if (!inner) return nullptr;
  if (current().is_symbol(",")) {
    return fail(code::kSyntax, current().range, "a list in parentheses stands only after 'in'");
  }
  if (!expect(")")) return nullptr;
  inner->range = join(open, previous().range);
  inner->parenthesised = true;
  return inner;
}

AstRef Parser::word() {
  const Token& token = current();
  if (token.is_word("true") || token.is_word("false")) {
    AstRef node = leaf(AstKind::kBoolean);
    node->text = previous().lower;
    return node;
  }
  if (token.is_word("null")) return leaf(AstKind::kNull);
  if (token.is_word("not")) return negation();
  if (token.is_word("case")) return case_expression();
  if (token.is_word("array") && ahead(1).is_symbol("[")) return list_literal();
  if (ahead(1).is_symbol("(")) {
    if (token.is_word("cast") || token.is_word("try_cast")) return cast_call();
    if (token.is_word("extract")) return extract();
    if (token.is_word("position")) return position();
    if (token.is_word("substring")) return substring();
    if (token.is_word("trim")) return trim();
    if (token.is_word("overlay")) return overlay();
    if (!is_reserved(token.lower)) return call();
  }
  const bool is_type =
      token.is_word("decimal") || token.is_word("numeric") || parse_type(token.lower);
  if (ahead(1).kind == TokenKind::kString && is_type) return typed_literal();
  if (token.is_word("current_date") || token.is_word("current_timestamp")) {
    AstRef node = leaf(AstKind::kCall);
    node->text = previous().lower;
    return node;
  }
  if (is_reserved(token.lower)) return unexpected("a value");
  return leaf(AstKind::kColumn);
}

AstRef Parser::negation() {
  const Range operation = take().range;
  AstRef operand = expression(kNot);
  if (!operand) return nullptr;
  AstRef node = make(AstKind::kNot, join(operation, operand->range), operation);
  node->inputs.push_back(std::move(operand));
  return node;
}

AstRef Parser::typed_literal() {
  const Token type = take();
  const Token& value = take();
  AstRef node =
      make(AstKind::kTypedLiteral, join(type.range, value.range), join(type.range, value.range));
  node->type_name = type.lower;
  node->type_range = type.range;
  node->text = value.text;
  if (type.lower == "interval") interval_unit(*node);
  return node;
}

void Parser::interval_unit(Ast& literal) {
  const auto is_unit = [](const Token& token) {
    constexpr std::array<std::string_view, 6> kUnits = {"year", "month",  "day",
                                                        "hour", "minute", "second"};
    return std::any_of(kUnits.begin(), kUnits.end(),
                       [&](std::string_view unit) { return token.is_word(unit); });
  };
  if (!is_unit(current())) return;
  const Token& unit = take();
  literal.range = literal.operation = join(literal.range, unit.range);
  if (!current().is_word("to") || !is_unit(ahead(1))) {
    literal.text += " " + unit.lower;
    return;
  }
  literal.range = literal.operation = join(literal.range, ahead(1).range);
  skip(2);
}

AstRef Parser::case_expression() {
  const Range begin = take().range;
  AstRef node = make(AstKind::kCase, begin, begin);
  if (!current().is_word("when")) {
    node->extra = expression(kLowest);
    if (!node->extra) return nullptr;
  }
  if (!current().is_word("when")) return unexpected("'when'");
  while (accept_word("when")) {
    AstRef condition = expression(kLowest);
    if (!condition || !expect_word("then")) return nullptr;
    AstRef value = expression(kLowest);
    if (!value) return nullptr;
    node->inputs.push_back(std::move(condition));
    node->inputs.push_back(std::move(value));
  }
  if (accept_word("else")) {
    AstRef value = expression(kLowest);
    if (!value) return nullptr;
    node->inputs.push_back(std::move(value));
  }
  if (!expect_word("end")) return nullptr;
  node->range = join(begin, previous().range);
  return node;
}

AstRef Parser::cast_call() {
  const Token name = take();
  take();
  AstRef operand = expression(kLowest);
  if (!operand || !expect_word("as")) return nullptr;
  AstRef node = make(AstKind::kCast, name.range, name.range);
  node->quiet = name.lower == "try_cast";
  node->inputs.push_back(std::move(operand));
  if (!type_name(*node) || !expect(")")) return nullptr;
  node->range = node->operation = join(name.range, previous().range);
  return node;
}

AstRef Parser::extract() {
  const Range begin = take().range;
  take();
  if (current().kind != TokenKind::kName && current().kind != TokenKind::kString) {
    return unexpected("a field such as year");
  }
  AstRef node = make(AstKind::kExtract, begin, begin);
  node->type_range = current().range;
  node->text = current().kind == TokenKind::kName ? current().lower : current().text;
  take();
  if (!expect_word("from")) return nullptr;
  AstRef operand = expression(kLowest);
  if (!operand || !expect(")")) return nullptr;
  node->inputs.push_back(std::move(operand));
  node->range = join(begin, previous().range);
  return node;
}

AstRef Parser::position() {
  AstRef node = open_call();
  AstRef part = expression(kRange);
  if (!part) return nullptr;
  if (!accept_word("in") && !accept(",")) return unexpected("'in'");
  AstRef text = expression(kLowest);
  if (!text) return nullptr;
  node->inputs.push_back(std::move(part));
  node->inputs.push_back(std::move(text));
  return close_call(std::move(node));
}

AstRef Parser::substring() {
  AstRef node = open_call();
  AstRef text = expression(kLowest);
  if (!text) return nullptr;
  node->inputs.push_back(std::move(text));
  if (current().is_symbol(",")) return arguments(std::move(node));
  if (accept_word("from")) {
    AstRef start = expression(kLowest);
    if (!start) return nullptr;
    node->inputs.push_back(std::move(start));
  } else if (current().is_word("for")) {
    AstRef start = make(AstKind::kInteger, current().range, current().range);
    start->text = "1";
    node->inputs.push_back(std::move(start));
  }
  if (accept_word("for")) {
    AstRef count = expression(kLowest);
    if (!count) return nullptr;
    node->inputs.push_back(std::move(count));
  }
  return close_call(std::move(node));
}

AstRef Parser::overlay() {
  AstRef node = open_call();
  AstRef text = expression(kLowest);
  if (!text) return nullptr;
  node->inputs.push_back(std::move(text));
  if (current().is_symbol(",")) return arguments(std::move(node));
  for (const std::string_view word : {"placing", "from", "for"}) {
    if (word == "for" && !current().is_word(word)) break;
    if (!expect_word(word)) return nullptr;
    AstRef part = expression(kLowest);
    if (!part) return nullptr;
    node->inputs.push_back(std::move(part));
  }
  return close_call(std::move(node));
}

AstRef Parser::trim() {
  AstRef node = open_call();
  if (accept_word("leading")) {
    node->text = "ltrim";
  } else if (accept_word("trailing")) {
    node->text = "rtrim";
  } else {
    accept_word("both");
  }
  AstRef characters;
  if (!current().is_word("from")) {
    characters = expression(kLowest);
    if (!characters) return nullptr;
  }
  if (!accept_word("from")) {
    node->inputs.push_back(std::move(characters));
    return arguments(std::move(node));
  }
  AstRef text = expression(kLowest);
  if (!text) return nullptr;
  node->inputs.push_back(std::move(text));
  if (characters) node->inputs.push_back(std::move(characters));
  return close_call(std::move(node));
}

AstRef Parser::open_call() {
  const Token name = take();
  take();
  AstRef node = make(AstKind::kCall, name.range, name.range);
  node->text = name.lower;
  return node;
}

AstRef Parser::close_call(AstRef node) {
  if (!expect(")")) return nullptr;
  node->range = join(node->range, previous().range);
  return node;
}

AstRef Parser::call() {
  AstRef node = open_call();
  if (accept(")")) {
    node->range = join(node->range, previous().range);
  } else {
    if (accept("*")) {
      node->star = true;
      if (!expect(")")) return nullptr;
      node->range = join(node->range, previous().range);
    } else {
      // Of the values all count, unless `distinct` is said.
      if (!accept_word("all") && accept_word("distinct")) node->distinct = true;
      AstRef first = argument(*node);
      if (!first) return nullptr;
      node->inputs.push_back(std::move(first));
      node = arguments(std::move(node));
      if (!node) return nullptr;
    }
  }
  node = within_group_clause(std::move(node));
  return node ? window_clause(filter_clause(std::move(node))) : nullptr;
}

AstRef Parser::arguments(AstRef node) {
  while (accept(",")) {
    AstRef next = argument(*node);
    if (!next) return nullptr;
    node->inputs.push_back(std::move(next));
  }
  if (current().is_word("order") && ahead(1).is_word("by") && !order_clause(*node)) return nullptr;
  if (!current().is_symbol(")")) return unexpected("',' or ')'");
  return close_call(std::move(node));
}

bool Parser::order_clause(Ast& call) {
  if (!expect_word("order") || !expect_word("by")) return false;
  do {
    ParsedSortKey term = sort_term();
    if (!term.key) return false;
    call.order.push_back(std::move(term));
  } while (accept(","));
  return true;
}

AstRef Parser::within_group_clause(AstRef node) {
  if (!current().is_word("within") || !ahead(1).is_word("group")) return node;
  const Range clause = join(current().range, ahead(1).range);
  skip(2);
  if (!node->order.empty()) return fail(code::kSyntax, clause, "the call has an order already");
  node->within_group = true;
  if (!expect("(") || !order_clause(*node)) return nullptr;
  if (!current().is_symbol(")")) return unexpected("',' or ')'");
  return close_call(std::move(node));
}

AstRef Parser::filter_clause(AstRef node) {
  if (!current().is_word("filter") || !ahead(1).is_symbol("(")) return node;
  take();
  take();
  if (!expect_word("where")) return nullptr;
  node->extra = expression(kLowest);
  if (!node->extra) return nullptr;
  return close_call(std::move(node));
}

}  // namespace leat::expr
