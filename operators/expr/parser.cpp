// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A Pratt parser: prefix() reads what can begin an expression, infix() what can follow one, and
// binding powers decide who gets the operand in between. Powers are PostgreSQL's table of
// precedences.
#include "operators/expr/parser.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "operators/expr/lexer.h"

namespace leat::expr {
namespace {

// Deeper trees would overflow the stack of whoever walks them.
constexpr size_t kDepthMax = 200;
constexpr size_t kChainMax = 400;

enum Power : int {
  kLowest = 0,
  kOr,
  kAnd,
  kNot,
  kIs,
  kCompare,
  kRange,  // between in like
  kOther,  // || ~ ->
  kSum,
  kProduct,
  kPower,
  kZone,  // at time zone
  kSign,
  kSubscript,
  kCast,
  kDot,
};

constexpr std::array<std::string_view, 27> kReserved = {
    "all",  "and",   "as",     "asc",  "between", "case", "desc",  "distinct", "else",
    "end",  "false", "for",    "from", "ilike",   "in",   "is",    "like",     "not",
    "null", "or",    "select", "then", "true",    "when", "where", "array",    "escape"};

bool is_reserved(const std::string& lower) {
  return std::find(kReserved.begin(), kReserved.end(), lower) != kReserved.end();
}

constexpr std::string_view kCutHint =
    "if more was written: inside { } and [ ] YAML ends a value at a comma or bracket; write the "
    "expression as a block "
    "(a new line after |)";

class Parser {
 public:
  Parser(Mistakes& mistakes, std::vector<Token> tokens)
      : mistakes_(mistakes), tokens_(std::move(tokens)) {}

  AstRef whole() {
    AstRef result = expression(kLowest);
    if (result && !at_end()) result = trailing();
    return result;
  }

  ParsedSortKey sort_key() {
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
    if (key.key && !at_end()) key.key = trailing();
    return key;
  }

  ParsedItem item() {
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

 private:
  // ------------------------------------------------------------------------------------------------------- tokens

  const Token& current() const { return tokens_[at_]; }
  const Token& ahead(size_t count) const {
    return tokens_[std::min(at_ + count, tokens_.size() - 1)];
  }
  bool at_end() const { return current().kind == TokenKind::kEnd; }
  const Token& take() { return at_end() ? tokens_[at_] : tokens_[at_++]; }
  const Token& previous() const { return tokens_[at_ - 1]; }

  bool accept(std::string_view symbol) {
    if (!current().is_symbol(symbol)) return false;
    take();
    return true;
  }
  bool accept_word(std::string_view word) {
    if (!current().is_word(word)) return false;
    take();
    return true;
  }
  bool expect(std::string_view symbol) {
    if (accept(symbol)) return true;
    unexpected(fmt::format("'{}'", symbol));
    return false;
  }
  bool expect_word(std::string_view word) {
    if (accept_word(word)) return true;
    unexpected(fmt::format("'{}'", word));
    return false;
  }

  // ------------------------------------------------------------------------------------------------------- mistakes

  std::nullptr_t fail(Range range, std::string message, std::string hint = {}) {
    if (!mistakes_.any()) mistakes_.add(range, std::move(message), std::move(hint));
    return nullptr;
  }

  /// Reports that `wanted` should stand here.
  std::nullptr_t unexpected(std::string_view wanted) {
    if (!at_end()) {
      return fail(current().range,
                  fmt::format("expected {}, found '{}'", wanted, mistakes_.quote(current().range)),
                  word_hint());
    }
    if (at_ == 0) return fail(current().range, "the expression is empty");
    return fail(current().range,
                fmt::format("the expression ends after '{}': expected {}",
                            mistakes_.quote(previous().range), wanted),
                std::string(kCutHint));
  }

  std::string word_hint() const {
    if (current().kind != TokenKind::kName || !is_reserved(current().lower)) return "";
    return fmt::format("'{0}' is a word of the language; a column of that name is written \"{0}\"",
                       current().text);
  }

  std::nullptr_t trailing() {
    const Token& token = current();
    std::string hint;
    const bool after_name = at_ > 0 && previous().kind == TokenKind::kName;
    if (token.is_symbol(")") || token.is_symbol("]")) {
      hint = "it closes nothing";
    } else if (token.kind == TokenKind::kName && after_name) {
      hint = fmt::format("a name with a blank in it is written \"{} {}\"; text is written '{} {}'",
                         previous().text, token.text, previous().text, token.text);
    } else if (token.is_word("over")) {
      hint = "functions over windows are not part of expressions";
    }
    return fail(token.range, fmt::format("'{}' cannot follow here", mistakes_.quote(token.range)),
                std::move(hint));
  }

  // ------------------------------------------------------------------------------------------------------- nodes

  static AstRef make(AstKind kind, Range range, Range operation) {
    auto node = std::make_unique<Ast>();
    node->kind = kind;
    node->range = range;
    node->operation = operation;
    return node;
  }

  static AstRef combine(AstKind kind, AstRef left, AstRef right, Range operation) {
    AstRef node = make(kind, join(left->range, right->range), operation);
    node->inputs.push_back(std::move(left));
    node->inputs.push_back(std::move(right));
    return node;
  }

  AstRef leaf(AstKind kind) {
    const Token& token = take();
    AstRef node = make(kind, token.range, token.range);
    node->text = token.text;
    return node;
  }

  // ------------------------------------------------------------------------------------------------------- grammar

  AstRef expression(int power) {
    if (++depth_ > kDepthMax) {
      return fail(current().range, "the expression is nested too deeply",
                  "compute parts of it in columns of their own with derive");
    }
    AstRef left = prefix();
    for (size_t links = 0; left; ++links) {
      const int next = infix_power();
      if (next <= power) break;
      if (links > kChainMax) {
        left = fail(current().range, "the expression is too long");
        break;
      }
      left = infix(std::move(left), next);
    }
    --depth_;
    return left;
  }

  AstRef prefix() {
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
    if (token.is_symbol("-") || token.is_symbol("+")) {
      const Token sign = take();
      AstRef operand = expression(kSign);
      if (!operand) return nullptr;
      AstRef node = make(AstKind::kUnary, join(sign.range, operand->range), sign.range);
      node->text = sign.text;
      node->inputs.push_back(std::move(operand));
      return node;
    }
    return unexpected("a value");
  }

  AstRef parenthesis() {
    const Range open = take().range;
    AstRef inner = expression(kLowest);
    if (!inner) return nullptr;
    if (current().is_symbol(",")) {
      return fail(current().range, "a list in parentheses stands only after 'in'");
    }
    if (!expect(")")) return nullptr;
    inner->range = join(open, previous().range);
    inner->parenthesised = true;
    return inner;
  }

  AstRef word() {
    const Token& token = current();
    if (token.is_word("true") || token.is_word("false")) {
      AstRef node = leaf(AstKind::kBoolean);
      node->text = previous().lower;
      return node;
    }
    if (token.is_word("null")) return leaf(AstKind::kNull);
    if (token.is_word("not")) return negation();
    if (token.is_word("case")) return case_expression();
    if (ahead(1).is_symbol("(")) {
      if (token.is_word("cast") || token.is_word("try_cast")) return cast_call();
      if (token.is_word("extract")) return extract();
      if (token.is_word("position")) return position();
      if (token.is_word("substring")) return substring();
      if (token.is_word("trim")) return trim();
      if (!is_reserved(token.lower)) return call();
    }
    if (ahead(1).kind == TokenKind::kString &&
        (token.is_word("date") || token.is_word("timestamp") || token.is_word("timestamptz") ||
         token.is_word("interval") || token.is_word("decimal") || token.is_word("numeric"))) {
      return typed_literal();
    }
    if (token.is_word("current_date") || token.is_word("current_timestamp")) {
      AstRef node = leaf(AstKind::kCall);
      node->text = previous().lower;
      return node;
    }
    if (is_reserved(token.lower)) return unexpected("a value");
    return leaf(AstKind::kColumn);
  }

  AstRef negation() {
    const Range operation = take().range;
    AstRef operand = expression(kNot);
    if (!operand) return nullptr;
    AstRef node = make(AstKind::kNot, join(operation, operand->range), operation);
    node->inputs.push_back(std::move(operand));
    return node;
  }

  AstRef typed_literal() {
    const Token type = take();
    const Token& value = take();
    AstRef node =
        make(AstKind::kTypedLiteral, join(type.range, value.range), join(type.range, value.range));
    node->type_name = type.lower;
    node->type_range = type.range;
    node->text = value.text;
    return node;
  }

  AstRef case_expression() {
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

  AstRef cast_call() {
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

  AstRef extract() {
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

  /// `position(a in b)` becomes the call position(a, b).
  AstRef position() {
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

  /// `substring(text from start for count)` becomes a call with commas.
  AstRef substring() {
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

  /// `trim([leading | trailing | both] [characters] from text)` becomes ltrim, rtrim or trim.
  AstRef trim() {
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

  AstRef open_call() {
    const Token name = take();
    take();
    AstRef node = make(AstKind::kCall, name.range, name.range);
    node->text = name.lower;
    return node;
  }

  AstRef close_call(AstRef node) {
    if (!expect(")")) return nullptr;
    node->range = join(node->range, previous().range);
    return node;
  }

  AstRef call() {
    AstRef node = open_call();
    if (accept(")")) {
      node->range = join(node->range, previous().range);
    } else {
      if (accept("*")) {
        node->star = true;
        if (!expect(")")) return nullptr;
        node->range = join(node->range, previous().range);
      } else {
        if (accept_word("distinct")) node->distinct = true;
        AstRef first = expression(kLowest);
        if (!first) return nullptr;
        node->inputs.push_back(std::move(first));
        node = arguments(std::move(node));
        if (!node) return nullptr;
      }
    }
    return filter_clause(std::move(node));
  }

  /// The arguments after the first, and the closing parenthesis.
  AstRef arguments(AstRef node) {
    while (accept(",")) {
      AstRef argument = expression(kLowest);
      if (!argument) return nullptr;
      node->inputs.push_back(std::move(argument));
    }
    if (!current().is_symbol(")")) return unexpected("',' or ')'");
    return close_call(std::move(node));
  }

  AstRef filter_clause(AstRef node) {
    if (!current().is_word("filter") || !ahead(1).is_symbol("(")) return node;
    take();
    take();
    if (!expect_word("where")) return nullptr;
    node->extra = expression(kLowest);
    if (!node->extra) return nullptr;
    return close_call(std::move(node));
  }

  // ------------------------------------------------------------------------------------------------------- operators

  int infix_power() const {
    const Token& token = current();
    if (token.kind == TokenKind::kSymbol) return symbol_power(token.text);
    if (token.kind != TokenKind::kName) return kLowest;
    if (token.lower == "or") return kOr;
    if (token.lower == "and") return kAnd;
    if (token.lower == "is" || token.lower == "isnull" || token.lower == "notnull") return kIs;
    if (is_range_word(token)) return kRange;
    if (token.lower == "not" && is_range_word(ahead(1))) return kRange;
    if (token.lower == "at" && ahead(1).is_word("time") && ahead(2).is_word("zone")) return kZone;
    return kLowest;
  }

  static bool is_range_word(const Token& token) {
    return token.is_word("between") || token.is_word("in") || token.is_word("like") ||
           token.is_word("ilike");
  }

  static int symbol_power(std::string_view symbol) {
    if (symbol == "=" || symbol == "<>" || symbol == "!=" || symbol == "<" || symbol == "<=" ||
        symbol == ">" || symbol == ">=") {
      return kCompare;
    }
    if (symbol == "||" || symbol == "->" || symbol == "->>" || symbol == "~" || symbol == "~*" ||
        symbol == "!~" || symbol == "!~*") {
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

  AstRef infix(AstRef left, int power) {
    switch (power) {
      case kOr:
      case kAnd: return logical(std::move(left), power);
      case kIs: return is(std::move(left));
      case kRange: return range(std::move(left));
      case kZone: return at_time_zone(std::move(left));
      case kSubscript: return subscript(std::move(left));
      case kCast: return cast_operator(std::move(left));
      case kDot: return field(std::move(left));
      default: return binary(std::move(left), power);
    }
  }

  AstRef logical(AstRef left, int power) {
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

  AstRef binary(AstRef left, int power) {
    const Token operation = take();
    AstRef right = expression(power);
    if (!right) return nullptr;
    if (power == kCompare && infix_power() == kCompare) {
      return fail(current().range, "comparisons cannot be chained",
                  "write both comparisons: a < b and b < c, or x between a and b");
    }
    AstRef node = combine(AstKind::kBinary, std::move(left), std::move(right), operation.range);
    node->text = operation.text == "!=" ? "<>" : operation.text;
    return node;
  }

  AstRef is(AstRef left) {
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

  AstRef range(AstRef left) {
    const Range begin = current().range;
    const bool negated = accept_word("not");
    const Token word = take();
    AstRef node = make(AstKind::kBetween, left->range, join(begin, word.range));
    node->negated = negated;
    node->inputs.push_back(std::move(left));
    if (word.lower == "in") return in_list(std::move(node));
    if (word.lower != "between") return like(std::move(node), word.lower == "ilike");
    AstRef low = expression(kRange);
    if (!low || !expect_word("and")) return nullptr;
    AstRef high = expression(kRange);
    if (!high) return nullptr;
    node->range = join(node->range, high->range);
    node->inputs.push_back(std::move(low));
    node->inputs.push_back(std::move(high));
    return node;
  }

  /// `time at time zone zone` becomes the call timezone(zone, time).
  AstRef at_time_zone(AstRef time) {
    const Range operation = join(current().range, ahead(2).range);
    at_ += 3;
    AstRef zone = expression(kZone);
    if (!zone) return nullptr;
    AstRef node = make(AstKind::kCall, join(time->range, zone->range), operation);
    node->text = "timezone";
    node->inputs.push_back(std::move(zone));
    node->inputs.push_back(std::move(time));
    return node;
  }

  AstRef in_list(AstRef node) {
    node->kind = AstKind::kIn;
    if (!expect("(")) return nullptr;
    do {
      AstRef value = expression(kLowest);
      if (!value) return nullptr;
      node->inputs.push_back(std::move(value));
    } while (accept(","));
    if (!current().is_symbol(")")) return unexpected("',' or ')'");
    return close_call(std::move(node));
  }

  AstRef like(AstRef node, bool insensitive) {
    node->kind = AstKind::kLike;
    node->insensitive = insensitive;
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

  AstRef subscript(AstRef left) {
    const Range open = take().range;
    AstRef index = expression(kLowest);
    if (!index || !expect("]")) return nullptr;
    AstRef node = combine(AstKind::kSubscript, std::move(left), std::move(index),
                          join(open, previous().range));
    node->range = join(node->range, previous().range);
    return node;
  }

  AstRef field(AstRef left) {
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

  /// `vendor.name(...)`: a function of a plugin.
  AstRef qualified_call(const Ast& vendor) {
    AstRef node = call();
    if (!node) return nullptr;
    node->text = vendor.text + "." + node->text;
    node->operation = join(vendor.range, node->operation);
    node->range = join(vendor.range, node->range);
    return node;
  }

  AstRef cast_operator(AstRef left) {
    const Range colons = take().range;
    AstRef node = make(AstKind::kCast, left->range, colons);
    node->inputs.push_back(std::move(left));
    if (!type_name(*node)) return nullptr;
    node->operation = join(colons, node->type_range);
    node->range = join(node->range, node->type_range);
    return node;
  }

  /// Reads `double precision`, `decimal(10, 2)`, `timestamp with time zone`, `list<utf8>`,
  /// `int64[]`.
  bool type_name(Ast& node) {
    if (current().kind != TokenKind::kName) {
      unexpected("a type");
      return false;
    }
    const Token first = take();
    std::string name = first.lower;
    if (first.lower == "double") accept_word("precision");
    if (first.lower == "character") accept_word("varying");
    if (first.lower == "timestamp" && (current().is_word("with") || current().is_word("without")) &&
        ahead(1).is_word("time") && ahead(2).is_word("zone")) {
      at_ += 3;
    }
    if (accept("(")) {
      name += '(';
      while (current().kind == TokenKind::kInteger || current().is_symbol(",")) name += take().text;
      name += ')';
      if (!expect(")")) return false;
    }
    if (first.lower == "list" || first.lower == "struct") angle_brackets(name);
    while (current().is_symbol("[") && ahead(1).is_symbol("]")) {
      at_ += 2;
      name = fmt::format("list<{}>", name);
    }
    node.type_name = std::move(name);
    node.type_range = join(first.range, previous().range);
    return true;
  }

  void angle_brackets(std::string& name) {
    int depth = 0;
    do {
      const Token& token = current();
      if (token.is_symbol("<")) ++depth;
      if (token.is_symbol(">")) --depth;
      if (depth == 0 && !token.is_symbol(">")) return;
      if (token.kind == TokenKind::kName && previous().kind == TokenKind::kName) name += ' ';
      name += take().text;
    } while (depth > 0 && !at_end());
  }

  Mistakes& mistakes_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  size_t depth_ = 0;
};

}  // namespace

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
