// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/syntax/token_reader.h"

#include <array>

#include <fmt/format.h>

#include "engine/codes/expression.h"

namespace leat::expr {
namespace {

constexpr std::array<std::string_view, 27> kReserved = {
    "all",  "and",   "as",     "asc",  "between", "case", "desc",  "distinct", "else",
    "end",  "false", "for",    "from", "ilike",   "in",   "is",    "like",     "not",
    "null", "or",    "select", "then", "true",    "when", "where", "array",    "escape"};

constexpr std::string_view kCutHint =
    "if more was written: inside { } and [ ] YAML ends a value at a comma or bracket; write the "
    "expression as a block "
    "(a new line after |)";

constexpr std::string_view kBlockHint =
    "if YAML cut the expression here, put it in a block: a new line after |";

}  // namespace

bool is_reserved(const std::string& lower) {
  return std::find(kReserved.begin(), kReserved.end(), lower) != kReserved.end();
}

bool TokenReader::expect(std::string_view symbol) {
  if (accept(symbol)) return true;
  unexpected(fmt::format("'{}'", symbol));
  return false;
}

bool TokenReader::expect_word(std::string_view word) {
  if (accept_word(word)) return true;
  unexpected(fmt::format("'{}'", word));
  return false;
}

std::nullptr_t TokenReader::fail(Code number, Range range, std::string message, std::string hint) {
  if (!mistakes_.any()) mistakes_.add(number, range, std::move(message), std::move(hint));
  return nullptr;
}

std::nullptr_t TokenReader::unexpected(std::string_view wanted) {
  if (!at_end()) {
    return fail(code::kSyntax, current().range,
                fmt::format("expected {}, found '{}'", wanted, mistakes_.quote(current().range)),
                word_hint());
  }
  if (at_ == 0) return fail(code::kSyntax, current().range, "the expression is empty");
  return fail(code::kSyntax, current().range,
              fmt::format("the expression ends after '{}': expected {}",
                          mistakes_.quote(previous().range), wanted),
              mistakes_.source().in_flow() ? std::string(kCutHint) : "");
}

std::string TokenReader::word_hint() const {
  if (current().is_symbol("{") && at_ > 0 && previous().is_symbol("{"))
    return "{{ }} is of other tools: a parameter is written $name";
  if (current().is_symbol(":") || current().is_symbol("{") || current().is_symbol("}"))
    return std::string(kBlockHint);
  if (current().kind != TokenKind::kName || !is_reserved(current().lower)) return "";
  return fmt::format("'{0}' is a word of the language; a column of that name is written \"{0}\"",
                     current().text);
}

std::nullptr_t TokenReader::trailing() {
  const Token& token = current();
  std::string hint;
  const bool after_name = at_ > 0 && previous().kind == TokenKind::kName;
  if (token.is_symbol(")") || token.is_symbol("]")) {
    hint = "it closes nothing";
  } else if (token.is_symbol(":") || token.is_symbol("{") || token.is_symbol("}")) {
    hint = kBlockHint;
  } else if (token.is_symbol(",")) {
    hint = "where several are taken, they are a list: [a, b]";
  } else if (token.kind == TokenKind::kName && after_name) {
    hint = fmt::format("a name with a blank in it is written \"{} {}\"; text is written '{} {}'",
                       previous().text, token.text, previous().text, token.text);
  } else if (token.kind == TokenKind::kFloat && at_ > 0 &&
             previous().range.end == token.range.begin) {
    hint = "a date is written date '2025-01-31'";
  } else if (token.is_word("over")) {
    hint = "functions over windows are not part of expressions";
  }
  return fail(code::kSyntax, token.range,
              fmt::format("'{}' cannot follow here", mistakes_.quote(token.range)),
              std::move(hint));
}

bool TokenReader::type_name(Ast& node) {
  if (current().kind != TokenKind::kName) {
    unexpected("a type");
    return false;
  }
  const Token first = take();
  std::string name = first.lower;
  if (first.lower == "double") accept_word("precision");
  if (first.lower == "character" && accept_word("varying")) name += " varying";
  const bool is_without = first.lower == "time" && current().is_word("without");
  if ((first.lower == "timestamp" || is_without) &&
      (current().is_word("with") || current().is_word("without")) && ahead(1).is_word("time") &&
      ahead(2).is_word("zone")) {
    if (current().is_word("with")) name += "tz";
    at_ += 3;
  }
  if (accept("(")) {
    name += '(';
    for (;;) {
      if (current().kind == TokenKind::kString) {
        name += '\'';
        for (const char c : take().text) name.append(c == '\'' ? 2 : 1, c);
        name += '\'';
      } else if (current().kind == TokenKind::kInteger || current().is_symbol(",")) {
        name += take().text;
      } else {
        break;
      }
    }
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

void TokenReader::angle_brackets(std::string& name) {
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

}  // namespace leat::expr
