// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Regular expressions: RE2's syntax with PostgreSQL's classes of characters, in linear time. A
// constant pattern is compiled once, when the pipeline is checked. What follows an empty match is
// looked at from the next character on, so that all functions see the matches PostgreSQL sees.
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>

#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/text/posix_pattern.h"

namespace leat::expr {
namespace {

/// A compiled pattern, or what is wrong with it.
struct Pattern {
  std::string text;
  std::string flags;
  std::unique_ptr<RE2> re2;
  bool replaces_all = false;
  std::string mistake;
  std::string hint;
};

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(re2::StringPiece piece) { return {piece.data(), piece.size()}; }

/// Flags as PostgreSQL writes them: i (ignore case), g (replace all), s (. matches line breaks, the
/// default), n or m (lines).
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

std::string_view constant_at(std::span<const Column* const> constants, size_t index) {
  return index < constants.size() && constants[index] != nullptr ? constants[index]->view_at(0)
                                                                 : std::string_view();
}

/// For signatures whose pattern is argument 1 and whose flags, if any, are argument kFlags.
template <size_t kFlags>
Result<Prepared> prepare_pattern(std::span<const Column* const> constants) {
  if (constants[1] == nullptr || (constants.size() > kFlags && constants[kFlags] == nullptr))
    return Prepared();
  auto pattern = std::make_shared<Pattern>(
      compile_pattern(constant_at(constants, 1), constant_at(constants, kFlags)));
  if (!pattern->mistake.empty()) return fail(ErrorCode::kInvalid, pattern->mistake, pattern->hint);
  return pattern;
}

/// The pattern for a row: the prepared one, or one compiled for this text and kept while the next
/// rows have the same.
class Patterns {
 public:
  explicit Patterns(const KernelContext& context) : context_(context) {}

  /// Null after reporting a fault.
  const Pattern* find(size_t row, std::string_view text, std::string_view flags) {
    if (context_.has_state()) return &context_.state<Pattern>();
    if (!last_ || last_->text != text || last_->flags != flags)
      last_ = compile_pattern(text, flags);
    if (last_->mistake.empty()) return &*last_;
    context_.fault(row, last_->mistake, last_->hint);
    return nullptr;
  }

 private:
  const KernelContext& context_;
  std::optional<Pattern> last_;
};

std::string_view text_at(std::span<const Vector> inputs, size_t input, size_t row) {
  return inputs[input]->view_at(inputs[input].at(row));
}

constexpr int kGroupsMax = 16;
using Groups = std::array<re2::StringPiece, kGroupsMax>;

/// The matches in a text, one after the other, with `groups` groups. An empty one may stand right
/// behind another.
class Matches {
 public:
  Matches(const RE2& re2, std::string_view text, int groups)
      : re2_(re2), text_(text), groups_(groups) {}

  bool next(Groups& found) {
    if (at_ > text_.size() ||
        !re2_.Match(piece(text_), at_, text_.size(), RE2::UNANCHORED, found.data(), groups_ + 1))
      return false;
    begin_ = static_cast<size_t>(found[0].data() - text_.data());
    end_ = at_ = begin_ + found[0].size();
    if (!found[0].empty()) return true;
    ++at_;  // and to the end of the character, which no match begins inside
    while (at_ < text_.size() && (static_cast<uint8_t>(text_[at_]) & 0xC0) == 0x80) ++at_;
    return true;
  }
  /// Of the last match, in the text.
  size_t begin() const { return begin_; }
  size_t end() const { return end_; }

 private:
  const RE2& re2_;
  std::string_view text_;
  int groups_;
  size_t at_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
};

template <bool kWhole>
Result<Vector> regexp_like(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
  Patterns patterns(context);
  for_each_valid(context, validity, [&](size_t row) {
    const std::string_view flags = inputs.size() > 2 ? text_at(inputs, 2, row) : std::string_view();
    const Pattern* const pattern = patterns.find(row, text_at(inputs, 1, row), flags);
    if (pattern == nullptr) return;
    const std::string_view text = text_at(inputs, 0, row);
    const auto anchor = kWhole ? RE2::ANCHOR_BOTH : RE2::UNANCHORED;
    if (pattern->re2->Match(piece(text), 0, text.size(), anchor, nullptr, 0))
      set_bit(bits->mutable_data(), row);
  });
  return column_of(context, std::move(validity), std::move(bits));
}

Result<Vector> regexp_count(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(int64_t)));
  Patterns patterns(context);
  for_each_valid(context, validity, [&](size_t row) {
    const Pattern* const pattern = patterns.find(row, text_at(inputs, 1, row), {});
    if (pattern == nullptr) return;
    int64_t count = 0;
    Groups found;
    for (Matches matches(*pattern->re2, text_at(inputs, 0, row), 0); matches.next(found);) ++count;
    values->mutable_as<int64_t>()[row] = count;
  });
  return column_of(context, std::move(validity), std::move(values));
}

/// The whole match or one of its groups. Without a match: NULL (regexp_substr) or empty text
/// (regexp_extract).
template <bool kNullWithout, bool kHasGroup>
Result<Vector> regexp_part(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  const uint32_t base = writer.adopt(*inputs[0].column);
  NullWriter nulls(context, validity);
  Patterns patterns(context);
  for_each_valid(context, validity, [&](size_t row) {
    const Pattern* const pattern = patterns.find(row, text_at(inputs, 1, row), {});
    if (pattern == nullptr) return;
    const int64_t group = kHasGroup ? inputs[2]->values<int64_t>()[inputs[2].at(row)] : 0;
    const int groups = pattern->re2->NumberOfCapturingGroups();
    if (group < 0 || group > groups || group >= kGroupsMax) {
      context.fault(row,
                    fmt::format("the regular expression has {} groups, not {}", groups, group));
      return;
    }
    Groups found;
    const Vector& input = inputs[0];
    const std::string_view text = text_at(inputs, 0, row);
    const bool matches = pattern->re2->Match(piece(text), 0, text.size(), RE2::UNANCHORED,
                                             found.data(), static_cast<int>(group) + 1);
    const re2::StringPiece part = found[static_cast<size_t>(group)];
    if (matches && part.data() != nullptr) {
      writer.share(row, input->values<Utf8View>()[input.at(row)], *input.column, view(part), base);
    } else if (kNullWithout) {
      nulls.set_null(row);
    }
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return writer.finish(std::move(validity));
}

/// PostgreSQL's replacement text in RE2's spelling: \& is the whole match.
std::string rewrite_of(std::string_view replacement) {
  std::string rewrite;
  for (size_t i = 0; i < replacement.size(); ++i) {
    const char c = replacement[i];
    if (c != '\\') {
      rewrite += c;
      continue;
    }
    const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
    if (next == '&' || (next >= '1' && next <= '9')) {
      rewrite += '\\';
      rewrite += next == '&' ? '0' : next;
      ++i;
    } else {
      rewrite += "\\\\";
      if (next == '\\') ++i;
    }
  }
  return rewrite;
}

/// `text` with its first match, or all of them, replaced; false when there is none.
bool replace(const Pattern& pattern, std::string_view text, const std::string& rewrite,
             std::string& result) {
  const int groups = RE2::MaxSubmatch(rewrite);
  Groups found;
  size_t copied = 0;
  result.clear();
  bool changed = false;
  for (Matches matches(*pattern.re2, text, groups); matches.next(found);) {
    changed = true;
    result.append(text, copied, matches.begin() - copied);
    pattern.re2->Rewrite(&result, rewrite, found.data(), groups + 1);
    copied = matches.end();
    if (!pattern.replaces_all) break;
  }
  result.append(text, copied);
  return changed;
}

Result<Vector> regexp_replace(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  const uint32_t base = writer.adopt(*inputs[0].column);
  Patterns patterns(context);
  std::string rewrite = inputs[2].is_constant ? rewrite_of(text_at(inputs, 2, 0)) : std::string();
  std::string result;
  for_each_valid(context, validity, [&](size_t row) {
    const std::string_view flags = inputs.size() > 3 ? text_at(inputs, 3, row) : std::string_view();
    const Pattern* const pattern = patterns.find(row, text_at(inputs, 1, row), flags);
    if (pattern == nullptr) return;
    if (!inputs[2].is_constant) rewrite = rewrite_of(text_at(inputs, 2, row));
    std::string why;
    if (!pattern->re2->CheckRewriteString(rewrite, &why)) {
      context.fault(row,
                    fmt::format("the replacement does not fit the regular expression: {}", why));
      return;
    }
    const std::string_view text = text_at(inputs, 0, row);
    if (replace(*pattern, text, rewrite, result)) return writer.write(row, result);
    const Vector& input = inputs[0];
    writer.share(row, input->values<Utf8View>()[input.at(row)], *input.column, text, base);
  });
  return writer.finish(std::move(validity));
}

constexpr std::array<Function, 9> kFunctions = {{
    {"regexp_like",
     "regexp_like(text utf8, pattern utf8) -> bool",
     {"Does the regular expression match anywhere in the text? Also written `text ~ pattern`.",
      "The pattern is no regular expression: `regexp_like('a', '(')`."},
     "regexp_like('abc123', '[0-9]+')",
     "true",
     regexp_like<false>,
     prepare_pattern<2>},
    {"regexp_like",
     "regexp_like(text utf8, pattern utf8, flags utf8) -> bool",
     {"As before, with flags: `i` ignores case, `n` lets . stop at line breaks and ^ and $ match "
      "at "
      "them.",
      "The pattern is no regular expression, or there is no such flag: `regexp_like('a', 'a', "
      "'z')`."},
     "regexp_like('ABC', 'b', 'i')",
     "true",
     regexp_like<false>,
     prepare_pattern<2>},
    {"regexp_full_match",
     "regexp_full_match(text utf8, pattern utf8) -> bool",
     {"Does the regular expression match the whole text?",
      "The pattern is no regular expression: `regexp_full_match('a', '(')`."},
     "regexp_full_match('abc123', '[0-9]+')",
     "false",
     regexp_like<true>,
     prepare_pattern<2>},
    {"regexp_count",
     "regexp_count(text utf8, pattern utf8) -> int64",
     {"How often the regular expression matches.",
      "The pattern is no regular expression: `regexp_count('a', '(')`."},
     "regexp_count('a1b22', '[0-9]+')",
     "2",
     regexp_count,
     prepare_pattern<2>},
    {"regexp_extract",
     "regexp_extract(text utf8, pattern utf8) -> utf8",
     {"The first match; empty when there is none.",
      "The pattern is no regular expression: `regexp_extract('a', '(')`."},
     "regexp_extract('abc123', '[0-9]+')",
     "123",
     regexp_part<false, false>,
     prepare_pattern<2>},
    {"regexp_extract",
     "regexp_extract(text utf8, pattern utf8, group int64) -> utf8",
     {"What the group in parentheses matched; empty when it did not.",
      "The pattern is no regular expression, or has no such group: `regexp_extract('a', 'a', 1)`."},
     "regexp_extract('k=v', '(.)=(.)', 2)",
     "v",
     regexp_part<false, true>,
     prepare_pattern<3>},
    {"regexp_substr",
     "regexp_substr(text utf8, pattern utf8) -> utf8",
     {"The first match; NULL when there is none.",
      "The pattern is no regular expression: `regexp_substr('a', '(')`."},
     "regexp_substr('abc', '[0-9]+')",
     "null",
     regexp_part<true, false>,
     prepare_pattern<2>},
    {"regexp_replace",
     "regexp_replace(text utf8, pattern utf8, replacement utf8) -> utf8",
     {"The first match replaced; \\1 in the replacement is the first group, \\& the whole match.",
      "The pattern is no regular expression: `regexp_replace('a', '(', '')`."},
     "regexp_replace('2026-01', '(.*)-(.*)', '\\2/\\1')",
     "01/2026",
     regexp_replace,
     prepare_pattern<3>},
    {"regexp_replace",
     "regexp_replace(text utf8, pattern utf8, replacement utf8, flags utf8) -> utf8",
     {"As before, with flags: `g` replaces all matches, `i` ignores case.",
      "The pattern is no regular expression, or there is no such flag: `regexp_replace('a', 'a', "
      "'', 'z')`."},
     "regexp_replace('a1b2', '[0-9]', '#', 'g')",
     "a#b#",
     regexp_replace,
     prepare_pattern<3>},
}};

}  // namespace

std::span<const Function> regexp_functions() { return kFunctions; }

}  // namespace leat::expr
