// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Regular expressions for functions: RE2's syntax with PostgreSQL's classes of characters, in
// linear time. A constant pattern is compiled once, when the pipeline is checked. What follows an
// empty match is looked at from the next character on, so that all functions see the matches
// PostgreSQL sees.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <re2/re2.h>

#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/kernel.h"

namespace leat::expr {

/// A compiled pattern, or what is wrong with it.
struct Pattern {
  std::string text;
  std::string flags;
  std::unique_ptr<RE2> re2;
  bool replaces_all = false;
  std::string mistake;
  std::string hint;
};

inline re2::StringPiece re2_piece(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view text_of(re2::StringPiece piece) { return {piece.data(), piece.size()}; }

/// Flags as PostgreSQL writes them: i (ignore case), g (replace all), s (. matches line breaks, the
/// default), n or m (lines).
Pattern compile_pattern(std::string_view text, std::string_view flags);

/// A pattern of SQL's `similar to`; `escape` is one character, or empty for none.
Pattern compile_similar(std::string_view text, std::string_view escape);

using CompilePattern = Pattern (*)(std::string_view text, std::string_view flags);

/// Compiles argument 1 with the flags that are argument `flags`, if there are so many.
Result<Prepared> prepare_pattern_with(std::span<const Column* const> constants, size_t flags,
                                      CompilePattern compile);
/// For signatures whose pattern is argument 1 and whose flags, if any, are argument kFlags.
template <size_t kFlags>
Result<Prepared> prepare_pattern(std::span<const Column* const> constants) {
  return prepare_pattern_with(constants, kFlags, compile_pattern);
}

/// The pattern for a row: the prepared one, or one compiled for this text and kept while the next
/// rows have the same.
class Patterns {
 public:
  explicit Patterns(const KernelContext& context, CompilePattern compile = compile_pattern)
      : context_(context), compile_(compile) {}

  /// Null after reporting a fault.
  const Pattern* find(size_t row, std::string_view text, std::string_view flags);

 private:
  const KernelContext& context_;
  CompilePattern compile_;
  std::optional<Pattern> last_;
};

/// Argument `input` of a row; empty text, or `otherwise`, when there are not so many.
inline std::string_view text_at(std::span<const Vector> inputs, size_t input, size_t row) {
  return input < inputs.size() ? inputs[input]->view_at(inputs[input].at(row)) : std::string_view();
}
inline int64_t number_at(std::span<const Vector> inputs, size_t input, size_t row,
                         int64_t otherwise) {
  if (input >= inputs.size()) return otherwise;
  return inputs[input]->values<int64_t>()[inputs[input].at(row)];
}

inline constexpr int kGroupsMax = 16;
using Groups = std::array<re2::StringPiece, kGroupsMax>;

/// The matches in a text from byte `at` on, one after the other, with `groups` groups. An empty one
/// may stand right behind another.
class Matches {
 public:
  Matches(const RE2& re2, std::string_view text, int groups, size_t at = 0)
      : re2_(re2), text_(text), groups_(groups), at_(at) {}

  bool next(Groups& found);
  /// Of the last match, in the text.
  size_t begin() const { return begin_; }
  size_t end() const { return end_; }

 private:
  const RE2& re2_;
  std::string_view text_;
  int groups_;
  size_t at_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace leat::expr
