// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Walks over the tokens of one expression, and says what is wrong where the walk ends.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operators/expr/syntax/ast.h"
#include "operators/expr/syntax/lexer.h"

namespace leat::expr {

/// Words that are no names of columns unless they stand in double quotes.
bool is_reserved(const std::string& lower);

/// THREADS: one.
class TokenReader {
 public:
  /// REQUIRES: the last token is kEnd, as tokenize() leaves them.
  TokenReader(Mistakes& mistakes, std::vector<Token> tokens)
      : mistakes_(mistakes), tokens_(std::move(tokens)) {}

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
  /// REQUIRES: so many stand before the end.
  void skip(size_t count) { at_ += count; }
  bool expect(std::string_view symbol);
  bool expect_word(std::string_view word);

  /// Reports, unless something is reported already: one mistake in an expression tends to make
  /// others.
  std::nullptr_t fail(Code number, Range range, std::string message, std::string hint = {});
  /// Reports that `wanted` should stand here.
  std::nullptr_t unexpected(std::string_view wanted);
  /// Reports the token after a complete expression.
  std::nullptr_t trailing();

  /// Reads `double precision`, `decimal(10, 2)`, `timestamp with time zone`, `list<utf8>`,
  /// `int64[]`.
  bool type_name(Ast& node);

 private:
  std::string word_hint() const;
  void angle_brackets(std::string& name);

  Mistakes& mistakes_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
};

}  // namespace leat::expr
