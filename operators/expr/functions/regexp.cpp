// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/functions/regexp.h"

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/text/posix_pattern.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

std::string_view constant_at(std::span<const Column* const> constants, size_t index) {
  return index < constants.size() && constants[index] != nullptr ? constants[index]->view_at(0)
                                                                 : std::string_view();
}

}  // namespace

Pattern compile_pattern(std::string_view text, std::string_view flags) {
  Pattern pattern;
  pattern.text = text;
  pattern.flags = flags;
  RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  std::string prefix;
  for (char flag : flags) {
    if (flag == 'i') {
      options.set_case_sensitive(false);
    } else if (flag == 'c') {
      options.set_case_sensitive(true);
    } else if (flag == 'g') {
      pattern.replaces_all = true;
    } else if (flag == 'n' || flag == 'm') {
      options.set_dot_nl(false);
      prefix = "(?m)";
    } else if (flag != 's') {
      pattern.mistake =
          fmt::format("'{}' is no flag of regular expressions: use i, g, n or s", flag);
      return pattern;
    }
  }
  Result<std::string> translated = io::to_re2_syntax(text);
  if (!translated) {
    pattern.mistake = std::move(translated.error().message);
    pattern.hint = std::move(translated.error().hint);
    return pattern;
  }
  pattern.re2 = std::make_unique<RE2>(prefix + *translated, options);
  if (!pattern.re2->ok()) {
    pattern.mistake = fmt::format("'{}' is no regular expression: {}", text, pattern.re2->error());
  }
  return pattern;
}

Result<Prepared> prepare_pattern_with(std::span<const Column* const> constants, size_t flags,
                                      CompilePattern compile) {
  if (constants[1] == nullptr || (constants.size() > flags && constants[flags] == nullptr))
    return Prepared();
  auto pattern =
      std::make_shared<Pattern>(compile(constant_at(constants, 1), constant_at(constants, flags)));
  if (!pattern->mistake.empty())
    return fail(code::kBadPattern, ErrorCode::kInvalid, pattern->mistake, pattern->hint);
  return pattern;
}

const Pattern* Patterns::find(size_t row, std::string_view text, std::string_view flags) {
  if (context_.has_state()) return &context_.state<Pattern>();
  if (!last_ || last_->text != text || last_->flags != flags) last_ = compile_(text, flags);
  if (last_->mistake.empty()) return &*last_;
  context_.fault(code::kBadPattern, row, last_->mistake, last_->hint);
  return nullptr;
}

bool Matches::next(Groups& found) {
  if (at_ > text_.size() ||
      !re2_.Match(re2_piece(text_), at_, text_.size(), RE2::UNANCHORED, found.data(), groups_ + 1))
    return false;
  begin_ = static_cast<size_t>(found[0].data() - text_.data());
  end_ = at_ = begin_ + found[0].size();
  if (!found[0].empty()) return true;
  ++at_;  // and to the end of the character, which no match begins inside
  while (at_ < text_.size() && is_continuation(text_[at_])) ++at_;
  return true;
}

namespace {

/// A pattern of SQL as a regular expression that must match the whole text; nullopt with what is
/// wrong in `wrong`.
std::optional<std::string> similar_pattern(std::string_view text, std::string_view escape,
                                           std::string& wrong) {
  std::string pattern;
  bool in_brackets = false;
  for (size_t at = 0; at < text.size();) {
    const size_t end = next_character(text, at);
    const std::string_view character = text.substr(at, end - at);
    at = end;
    if (!escape.empty() && character == escape) {
      if (at == text.size()) {
        wrong = "a pattern must not end with its escape character";
        return std::nullopt;
      }
      const size_t behind = next_character(text, at);
      pattern += RE2::QuoteMeta(re2_piece(text.substr(at, behind - at)));
      at = behind;
    } else if (in_brackets) {
      in_brackets = character != "]";
      pattern += character == "\\" ? "\\\\" : character;
    } else if (character == "[") {
      in_brackets = true;
      pattern += '[';
      if (at < text.size() && text[at] == '^') pattern += text[at++];
    } else if (character == "%") {
      pattern += ".*";
    } else if (character == "_") {
      pattern += '.';
    } else if (character == "." || character == "^" || character == "$" || character == "\\") {
      pattern += '\\';
      pattern += character;
    } else {
      pattern += character;
    }
  }
  return "^(?:" + pattern + ")$";
}

}  // namespace

Pattern compile_similar(std::string_view text, std::string_view escape) {
  Pattern pattern;
  std::optional<std::string> translated;
  if (escape.size() > 4 || count_characters(escape) > 1) {
    pattern.mistake = "the escape of 'similar to' is one character, or none";
  } else {
    translated = similar_pattern(text, escape, pattern.mistake);
  }
  if (translated) {
    pattern = compile_pattern(*translated, {});
    if (!pattern.mistake.empty())
      pattern.mistake = fmt::format("'{}' is no pattern of 'similar to'", text);
  }
  pattern.text = text;
  pattern.flags = escape;
  return pattern;
}

}  // namespace leat::expr
