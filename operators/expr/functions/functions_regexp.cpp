// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Regular expressions that answer, count, extract or replace; functions_regexp_places.cpp has those
// that say where, or make lists.
#include <array>
#include <optional>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/functions/regexp.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

template <bool kWhole>
Result<Vector> regexp_like(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
  Patterns patterns(context);
  for_each_valid(context, validity, [&](size_t row) {
    const std::string_view flags = text_at(inputs, 2, row);
    const Pattern* const pattern = patterns.find(row, text_at(inputs, 1, row), flags);
    if (pattern == nullptr) return;
    const std::string_view text = text_at(inputs, 0, row);
    const auto anchor = kWhole ? RE2::ANCHOR_BOTH : RE2::UNANCHORED;
    if (pattern->re2->Match(re2_piece(text), 0, text.size(), anchor, nullptr, 0))
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
      context.fault(code::kBadArgument, row,
                    fmt::format("the regular expression has {} groups, not {}", groups, group));
      return;
    }
    Groups found;
    const Vector& input = inputs[0];
    const std::string_view text = text_at(inputs, 0, row);
    const bool matches = pattern->re2->Match(re2_piece(text), 0, text.size(), RE2::UNANCHORED,
                                             found.data(), static_cast<int>(group) + 1);
    const re2::StringPiece part = found[static_cast<size_t>(group)];
    if (matches && part.data() != nullptr) {
      writer.share(row, input->values<Utf8View>()[input.at(row)], *input.column, text_of(part),
                   base);
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

/// Which matches are replaced.
struct Replaced {
  size_t at = 0;           // byte of the text from which on they are looked for
  int64_t occurrence = 1;  // 0: all
};

/// `text` with the matches replaced; false when there is none.
bool replace(const Pattern& pattern, std::string_view text, const std::string& rewrite,
             const Replaced& which, std::string& result) {
  const int groups = RE2::MaxSubmatch(rewrite);
  Groups found;
  size_t copied = 0;
  result.clear();
  bool changed = false;
  int64_t number = 0;
  for (Matches matches(*pattern.re2, text, groups, which.at); matches.next(found);) {
    if (++number < which.occurrence) continue;
    changed = true;
    result.append(text, copied, matches.begin() - copied);
    pattern.re2->Rewrite(&result, rewrite, found.data(), groups + 1);
    copied = matches.end();
    if (which.occurrence > 0) break;
  }
  result.append(text, copied);
  return changed;
}

/// nullopt after a fault.
std::optional<Replaced> replaced_of(const KernelContext& context, std::span<const Vector> inputs,
                                    size_t row) {
  const int64_t start = number_at(inputs, 3, row, 1);
  const int64_t occurrence = number_at(inputs, 4, row, 1);
  if (start < 1 || occurrence < 0) {
    context.fault(
        code::kBadArgument, row,
        start < 1
            ? fmt::format("matches are looked for from character 1 on, not {}", start)
            : fmt::format("matches are counted from 1, 0 stands for all, not {}", occurrence));
    return std::nullopt;
  }
  const std::string_view text = text_at(inputs, 0, row);
  return Replaced{byte_of_character(text, static_cast<size_t>(start - 1)), occurrence};
}

/// With numbers, argument 3 is where to begin and 4 which match, else argument 3 are the flags.
template <bool kHasNumbers>
Result<Vector> regexp_replace(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  const uint32_t base = writer.adopt(*inputs[0].column);
  Patterns patterns(context);
  std::string rewrite = inputs[2].is_constant ? rewrite_of(text_at(inputs, 2, 0)) : std::string();
  std::string result;
  for_each_valid(context, validity, [&](size_t row) {
    const std::string_view flags = text_at(inputs, kHasNumbers ? 5 : 3, row);
    const Pattern* const pattern = patterns.find(row, text_at(inputs, 1, row), flags);
    if (pattern == nullptr) return;
    std::optional<Replaced> which = Replaced{};
    if constexpr (kHasNumbers) which = replaced_of(context, inputs, row);
    if (!which) return;
    if (pattern->replaces_all && inputs.size() < 5) which->occurrence = 0;
    if (!inputs[2].is_constant) rewrite = rewrite_of(text_at(inputs, 2, row));
    std::string why;
    if (!pattern->re2->CheckRewriteString(rewrite, &why)) {
      context.fault(code::kBadArgument, row,
                    fmt::format("the replacement does not fit the regular expression: {}", why));
      return;
    }
    const std::string_view text = text_at(inputs, 0, row);
    if (replace(*pattern, text, rewrite, *which, result)) return writer.write(row, result);
    const Vector& input = inputs[0];
    writer.share(row, input->values<Utf8View>()[input.at(row)], *input.column, text, base);
  });
  return writer.finish(std::move(validity));
}

constexpr std::array<Function, 10> kRegexpFunctions = {{
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
     regexp_replace<false>,
     prepare_pattern<3>},
    {"regexp_replace",
     "regexp_replace(text utf8, pattern utf8, replacement utf8, flags utf8) -> utf8",
     {"As before, with flags: `g` replaces all matches, `i` ignores case.",
      "The pattern is no regular expression, or there is no such flag: `regexp_replace('a', 'a', "
      "'', 'z')`."},
     "regexp_replace('a1b2', '[0-9]', '#', 'g')",
     "a#b#",
     regexp_replace<false>,
     prepare_pattern<3>},
    {"regexp_replace",
     "regexp_replace(text utf8, pattern utf8, replacement utf8, start int64[, occurrence int64, "
     "flags utf8]) -> utf8",
     {"As before, from character `start` on: the match with this number (1), or all when it is 0.",
      "`start` is less than 1, or as before: `regexp_replace('a', 'a', '', 0)`."},
     "regexp_replace('Thomas', '.', 'X', 3, 2)",
     "ThoXas",
     regexp_replace<true>,
     prepare_pattern<5>},
}};

}  // namespace

std::span<const Function> regexp_functions() { return kRegexpFunctions; }

}  // namespace leat::expr
