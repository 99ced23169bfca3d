// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/syntax/parser.h"

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/syntax/grammar.h"

namespace leat::expr {
namespace {

// Deeper trees would overflow the stack of whoever walks them.
constexpr size_t kDepthMax = 200;
constexpr size_t kChainMax = 400;

}  // namespace

AstRef Parser::whole() {
  AstRef result = expression(kLowest);
  if (result && !at_end()) result = trailing();
  return result;
}

ParsedSortKey Parser::sort_term() {
  ParsedSortKey key;
  key.key = expression(kLowest);
  if (!key.key) return key;
  if (accept_word("desc")) {
    key.descending = true;
  } else {
    accept_word("asc");
  }
  key.nulls_first = key.descending;
  if (accept_word("nulls")) {
    if (accept_word("first")) {
      key.nulls_first = true;
    } else if (accept_word("last")) {
      key.nulls_first = false;
    } else {
      key.key = unexpected("'first' or 'last' after 'nulls'");
    }
  }
  return key;
}

ParsedSortKey Parser::sort_key() {
  ParsedSortKey key = sort_term();
  if (!key.key || at_end()) return key;
  const Token& token = current();
  const bool is_name = token.kind == TokenKind::kName;
  const std::string order = is_name ? did_you_mean(token.lower, {"desc", "asc"}) : "";
  const bool is_word = token.lower == "descending" || token.lower == "ascending";
  key.key =
      order.empty() && !is_word
          ? trailing()
          : fail(code::kSyntax, token.range, fmt::format("'{}' is no order", token.text),
                 is_word ? fmt::format("write '{}'", token.lower == "ascending" ? "asc" : "desc")
                         : order);
  return key;
}

ParsedItem Parser::item() {
  ParsedItem item;
  item.expression = expression(kLowest);
  if (!item.expression) return item;
  if (accept_word("as")) {
    if (current().kind != TokenKind::kName && current().kind != TokenKind::kQuotedName) {
      item.expression = unexpected("a name after 'as'");
      return item;
    }
    item.name = take().text;
  }
  if (!at_end()) item.expression = trailing();
  return item;
}

AstRef Parser::make(AstKind kind, Range range, Range operation) {
  auto node = std::make_unique<Ast>();
  node->kind = kind;
  node->range = range;
  node->operation = operation;
  return node;
}

AstRef Parser::combine(AstKind kind, AstRef left, AstRef right, Range operation) {
  AstRef node = make(kind, join(left->range, right->range), operation);
  node->inputs.push_back(std::move(left));
  node->inputs.push_back(std::move(right));
  return node;
}

AstRef Parser::leaf(AstKind kind) {
  const Token& token = take();
  AstRef node = make(kind, token.range, token.range);
  node->text = token.text;
  return node;
}

AstRef Parser::expression(int power) {
  if (++depth_ > kDepthMax) {
    return fail(code::kTooDeep, current().range, "the expression is nested too deeply",
                "compute parts of it in columns of their own with derive");
  }
  AstRef left = prefix();
  for (size_t links = 0; left; ++links) {
    const int next = infix_power();
    if (next <= power) break;
    if (links > kChainMax) {
      left = fail(code::kTooDeep, current().range, "the expression is too long");
      break;
    }
    left = infix(std::move(left), next);
  }
  --depth_;
  return left;
}

int Parser::infix_power() const {
  const Token& token = current();
  if (token.kind == TokenKind::kSymbol) return symbol_power(token.text);
  if (token.kind != TokenKind::kName) return kLowest;
  if (token.lower == "or") return kOr;
  if (token.lower == "and") return kAnd;
  if (token.lower == "is" || token.lower == "isnull" || token.lower == "notnull") return kIs;
  if (is_range_word(token)) return kRange;
  if (token.lower == "not" && is_range_word(ahead(1))) return kRange;
  const size_t behind_not = token.lower == "not" ? 1 : 0;
  if (ahead(behind_not).is_word("similar") && ahead(behind_not + 1).is_word("to")) return kRange;
  if (token.lower == "at" && ahead(1).is_word("time") && ahead(2).is_word("zone")) return kZone;
  if (token.lower == "collate") return kCollate;
  return kLowest;
}

bool Parser::is_range_word(const Token& token) {
  return token.is_word("between") || token.is_word("in") || token.is_word("like") ||
         token.is_word("ilike");
}

int Parser::symbol_power(std::string_view symbol) {
  if (symbol == "=" || symbol == "<>" || symbol == "!=" || symbol == "<" || symbol == "<=" ||
      symbol == ">" || symbol == ">=") {
    return kCompare;
  }
  if (symbol == "||" || symbol == "->" || symbol == "->>" || symbol == "#>" || symbol == "#>>" ||
      symbol == "@>" || symbol == "<@" || symbol == "&&" || symbol == "?" || symbol == "^@" ||
      symbol == "&" || symbol == "|" || symbol == "#" || symbol == "<<" || symbol == ">>" ||
      symbol == "#-" || symbol == "?|" || symbol == "?&" || symbol == "@?" || symbol == "@@" ||
      symbol == "<<=" || symbol == ">>=" || symbol == "~" || symbol == "~*" || symbol == "!~" ||
      symbol == "!~*") {
    return kOther;
  }
  if (symbol == "+" || symbol == "-") return kSum;
  if (symbol == "*" || symbol == "/" || symbol == "%") return kProduct;
  if (symbol == "^") return kPower;
  if (symbol == "[") return kSubscript;
  if (symbol == "::") return kCast;
  if (symbol == ".") return kDot;
  return kLowest;
}

AstRef Parser::infix(AstRef left, int power) {
  switch (power) {
    case kOr:
    case kAnd: return logical(std::move(left), power);
    case kIs: return is(std::move(left));
    case kRange: return range(std::move(left));
    case kZone: return at_time_zone(std::move(left));
    case kCollate: return collate(std::move(left));
    case kSubscript: return subscript(std::move(left));
    case kCast: return cast_operator(std::move(left));
    case kDot: return field(std::move(left));
    default: return binary(std::move(left), power);
  }
}

AstRef Parser::logical(AstRef left, int power) {
  const Range operation = take().range;
  AstRef right = expression(power);
  if (!right) return nullptr;
  const AstKind kind = power == kOr ? AstKind::kOr : AstKind::kAnd;
  if (left->kind != kind || left->parenthesised)
    return combine(kind, std::move(left), std::move(right), operation);
  left->range = join(left->range, right->range);
  left->inputs.push_back(std::move(right));  // one flat node: a long chain is no deep tree
  return left;
}

AstRef Parser::binary(AstRef left, int power) {
  const Token operation = take();
  if (power == kCompare && at_quantifier()) return quantified(std::move(left), operation);
  AstRef right = expression(power);
  if (!right) return nullptr;
  if (operation.text == "?" && current().is_symbol(":")) {
    return fail(code::kForeignSyntax, operation.range, "'?' asks whether a json value has a key",
                "a choice is written case when ... then ... else ... end");
  }
  if (power == kCompare && infix_power() == kCompare) {
    if (right->kind == AstKind::kBinary && right->text == "&&" && !right->parenthesised) {
      return fail(code::kForeignSyntax, right->operation,
                  "'&&' asks whether two lists have an element in common",
                  "conditions are joined by and");
    }
    return fail(code::kSyntax, current().range, "comparisons cannot be chained",
                "write both comparisons: a < b and b < c, or x between a and b");
  }
  AstRef node = combine(AstKind::kBinary, std::move(left), std::move(right), operation.range);
  node->text = operation.text == "!=" ? "<>" : operation.text;
  return node;
}

AstRef Parser::is(AstRef left) {
  const Token word = take();
  AstRef node = make(AstKind::kIs, join(left->range, word.range), word.range);
  node->text = "null";
  if (word.lower == "is") {
    node->negated = accept_word("not");
    if (accept_word("distinct")) {
      if (!expect_word("from")) return nullptr;
      const Range operation = join(word.range, previous().range);
      AstRef right = expression(kIs);
      if (!right) return nullptr;
      const bool negated = node->negated;
      node = combine(AstKind::kDistinct, std::move(left), std::move(right), operation);
      node->negated = negated;
      return node;
    }
    const Token& what = current();
    if (!what.is_word("null") && !what.is_word("true") && !what.is_word("false") &&
        !what.is_word("unknown")) {
      return unexpected("null, true, false, unknown or distinct from after 'is'");
    }
    node->text = what.lower;
    node->range = node->operation = join(word.range, take().range);
    node->range = join(left->range, node->range);
  } else {
    node->negated = word.lower == "notnull";
  }
  node->inputs.push_back(std::move(left));
  return node;
}

AstRef Parser::range(AstRef left) {
  const Range begin = current().range;
  const bool negated = accept_word("not");
  const Token word = take();
  AstRef node = make(AstKind::kBetween, left->range, join(begin, word.range));
  node->negated = negated;
  node->inputs.push_back(std::move(left));
  if (word.lower == "in") return in_list(std::move(node));
  if (word.lower == "similar") return similar_to(std::move(node));
  if (word.lower != "between") return like(std::move(node), word.lower == "ilike");
  if (accept_word("symmetric")) {
    node->text = "symmetric";
  } else {
    accept_word("asymmetric");
  }
  AstRef low = expression(kRange);
  if (!low || !expect_word("and")) return nullptr;
  AstRef high = expression(kRange);
  if (!high) return nullptr;
  node->range = join(node->range, high->range);
  node->inputs.push_back(std::move(low));
  node->inputs.push_back(std::move(high));
  return node;
}

AstRef Parser::at_time_zone(AstRef time) {
  const Range operation = join(current().range, ahead(2).range);
  skip(3);
  AstRef zone = expression(kZone);
  if (!zone) return nullptr;
  AstRef node = make(AstKind::kCall, join(time->range, zone->range), operation);
  node->text = "timezone";
  node->inputs.push_back(std::move(zone));
  node->inputs.push_back(std::move(time));
  return node;
}

AstRef Parser::collate(AstRef text) {
  take();
  const Token& name = current();
  const bool by_bytes = name.text == "C" || name.text == "POSIX" || name.lower == "ucs_basic";
  if (!by_bytes || (name.kind != TokenKind::kQuotedName && name.kind != TokenKind::kName)) {
    return fail(code::kSyntax, name.range, fmt::format("there is no collation '{}'", name.text),
                "texts are compared by their code points, which is collate \"C\"");
  }
  text->range = join(text->range, take().range);
  return text;
}

AstRef Parser::in_list(AstRef node) {
  node->kind = AstKind::kIn;
  if (current().is_symbol("[") || current().kind == TokenKind::kString) {
    return fail(code::kForeignSyntax, current().range, "the values of 'in' stand in parentheses",
                "write in ('a', 'b')");
  }
  if (!expect("(")) return nullptr;
  do {
    AstRef value = expression(kLowest);
    if (!value) return nullptr;
    node->inputs.push_back(std::move(value));
  } while (accept(","));
  if (!current().is_symbol(")")) return unexpected("',' or ')'");
  return close_call(std::move(node));
}

AstRef Parser::like(AstRef node, bool insensitive) {
  node->kind = AstKind::kLike;
  node->insensitive = insensitive;
  if (current().is_symbol("%") || (current().kind == TokenKind::kName && ahead(1).is_symbol("%") &&
                                   ahead(1).range.begin == current().range.end)) {
    return fail(code::kForeignSyntax, current().range, "a pattern is text and stands in quotes",
                "write like 'abc%'");
  }
  AstRef pattern = expression(kRange);
  if (!pattern) return nullptr;
  node->range = join(node->range, pattern->range);
  node->inputs.push_back(std::move(pattern));
  if (accept_word("escape")) {
    AstRef escape = expression(kRange);
    if (!escape) return nullptr;
    node->range = join(node->range, escape->range);
    node->inputs.push_back(std::move(escape));
  }
  return node;
}

AstRef Parser::similar_to(AstRef node) {
  node->operation = join(node->operation, take().range);
  node->kind = AstKind::kCall;
  node->text = "similar_to";
  do {
    AstRef operand = expression(kRange);
    if (!operand) return nullptr;
    node->range = join(node->range, operand->range);
    node->inputs.push_back(std::move(operand));
  } while (node->inputs.size() < 3 && accept_word("escape"));
  if (!node->negated) return node;
  node->negated = false;
  AstRef negation = make(AstKind::kNot, node->range, node->operation);
  negation->inputs.push_back(std::move(node));
  return negation;
}

AstRef Parser::field(AstRef left) {
  const Range dot = take().range;
  if (current().kind != TokenKind::kName && current().kind != TokenKind::kQuotedName) {
    return unexpected("a name after '.'");
  }
  const bool plain = left->kind == AstKind::kColumn && !left->quoted && !left->parenthesised;
  if (plain && current().kind == TokenKind::kName && ahead(1).is_symbol("("))
    return qualified_call(*left);
  const Token name = take();
  AstRef node = make(AstKind::kField, join(left->range, name.range), join(dot, name.range));
  node->text = name.text;
  node->inputs.push_back(std::move(left));
  return node;
}

AstRef Parser::qualified_call(const Ast& vendor) {
  AstRef node = call();
  if (!node) return nullptr;
  node->text = vendor.text + "." + node->text;
  node->operation = join(vendor.range, node->operation);
  node->range = join(vendor.range, node->range);
  return node;
}

AstRef Parser::cast_operator(AstRef left) {
  const Range colons = take().range;
  AstRef node = make(AstKind::kCast, left->range, colons);
  node->inputs.push_back(std::move(left));
  if (!type_name(*node)) return nullptr;
  node->operation = join(colons, node->type_range);
  node->range = join(node->range, node->type_range);
  return node;
}

AstRef parse(Mistakes& mistakes) {
  auto tokens = tokenize(mistakes);
  return tokens ? Parser(mistakes, std::move(*tokens)).whole() : nullptr;
}

ParsedSortKey parse_sort_key(Mistakes& mistakes) {
  auto tokens = tokenize(mistakes);
  return tokens ? Parser(mistakes, std::move(*tokens)).sort_key() : ParsedSortKey{};
}

ParsedItem parse_item(Mistakes& mistakes) {
  auto tokens = tokenize(mistakes);
  return tokens ? Parser(mistakes, std::move(*tokens)).item() : ParsedItem{};
}

}  // namespace leat::expr
