// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Cuts the text of an expression into tokens, as PostgreSQL does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/expr/binding/mistakes.h"

namespace leat::expr {

enum class TokenKind : uint8_t {
  kEnd,
  kInteger,
  kFloat,       ///< A number with a point or an exponent.
  kString,      ///< `text` is decoded.
  kName,        ///< An unquoted name or a keyword; `lower` is set.
  kQuotedName,  ///< "a name in double quotes"; `text` is decoded.
  kParameter,   ///< `text` without the dollar sign.
  kSymbol,      ///< An operator or punctuation.
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Range range;
  std::string text;
  std::string lower;  ///< Of kName: `text` in lower case, for keywords and functions.

  bool is_symbol(std::string_view symbol) const {
    return kind == TokenKind::kSymbol && text == symbol;
  }
  bool is_word(std::string_view word) const { return kind == TokenKind::kName && lower == word; }
};

/// The tokens of the text, the last one kEnd. Returns nullopt after reporting every stray
/// character, and a string, quoted name or comment that never ends.
std::optional<std::vector<Token>> tokenize(Mistakes& mistakes);

}  // namespace leat::expr
