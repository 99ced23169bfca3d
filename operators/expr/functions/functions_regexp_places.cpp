// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Regular expressions with a place to begin and the number of a match, as PostgreSQL 15 has them,
// and those that make lists.
#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "engine/mutant.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/functions/regexp.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/expr/kernels/text_list_writer.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

using Inputs = std::span<const Vector>;

/// Where in the arguments what stands; kNone: nowhere.
struct Places {
  static constexpr size_t kNone = 99;
  size_t start = kNone;
  size_t occurrence = kNone;
  size_t flags = kNone;
  size_t group = kNone;
  size_t end = kNone;  // regexp_instr: 0 or 1
};

/// A row's match number `occurrence` from character `start` on.
class Found {
 public:
  Found(const KernelContext& context, Inputs inputs, const Places& places)
      : context_(context), inputs_(inputs), places_(places), patterns_(context) {}

  /// False after a fault; `is_match` tells whether there is such a match.
  bool find(size_t row) {
    is_match_ = false;
    text_ = text_at(inputs_, 0, row);
    const Pattern* const pattern =
        patterns_.find(row, text_at(inputs_, 1, row), text_at(inputs_, places_.flags, row));
    if (pattern == nullptr) return false;
    const int64_t start = number_at(inputs_, places_.start, row, 1);
    const int64_t occurrence = number_at(inputs_, places_.occurrence, row, 1);
    group_ = number_at(inputs_, places_.group, row, 0);
    const int groups = pattern->re2->NumberOfCapturingGroups();
    if (start < 1)
      return fault(code::kBadArgument, row,
                   fmt::format("matches are looked for from character 1 on, not {}", start));
    if (occurrence < 1)
      return fault(code::kBadArgument, row,
                   fmt::format("matches are counted from 1, not {}", occurrence));
    if (group_ < 0 || group_ >= kGroupsMax)
      return fault(code::kBadArgument, row,
                   fmt::format("there are groups 0 to {}, not {}", kGroupsMax - 1, group_));
    const size_t at = byte_of_character(text_, static_cast<size_t>(start - 1));
    if (start > 1 && at == text_.size() && static_cast<size_t>(start - 1) > count_characters(text_))
      return true;
    if (group_ > groups) return true;
    const size_t from = LEAT_MUTANT("regexp_start_ignored") ? 0 : at;
    Matches matches(*pattern->re2, text_, static_cast<int>(group_), from);
    for (int64_t i = 0; i < occurrence; ++i) {
      if (!matches.next(groups_)) return true;
    }
    is_match_ = groups_[static_cast<size_t>(group_)].data() != nullptr;
    return true;
  }
  bool is_match() const { return is_match_; }
  std::string_view text() const { return text_; }
  std::string_view part() const { return text_of(groups_[static_cast<size_t>(group_)]); }

 private:
  bool fault(Code number, size_t row, std::string message) {
    context_.fault(number, row, std::move(message));
    return false;
  }

  const KernelContext& context_;
  Inputs inputs_;
  Places places_;
  Patterns patterns_;
  std::string_view text_;
  Groups groups_;
  int64_t group_ = 0;
  bool is_match_ = false;
};

template <Places kPlaces>
Result<Vector> regexp_substr(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  const uint32_t base = writer.adopt(*inputs[0].column);
  NullWriter nulls(context, validity);
  Found found(context, inputs, kPlaces);
  for_each_valid(context, validity, [&](size_t row) {
    if (!found.find(row)) return;
    if (!found.is_match()) return nulls.set_null(row);
    const Vector& input = inputs[0];
    writer.share(row, input->values<Utf8View>()[input.at(row)], *input.column, found.part(), base);
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return writer.finish(std::move(validity));
}

template <Places kPlaces>
Result<Vector> regexp_instr(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(int64_t)));
  Found found(context, inputs, kPlaces);
  for_each_valid(context, validity, [&](size_t row) {
    int64_t& out = values->mutable_as<int64_t>()[row];
    out = 0;
    const int64_t end = number_at(inputs, kPlaces.end, row, 0);
    if (end != 0 && end != 1)
      return context.fault(
          code::kBadArgument, row,
          fmt::format("the place is 0, before a match, or 1, behind it, not {}", end));
    if (!found.find(row) || !found.is_match()) return;
    auto at = static_cast<size_t>(found.part().data() - found.text().data());
    if (end == 1) at += found.part().size();
    out = static_cast<int64_t>(count_characters(found.text().substr(0, at))) + 1;
  });
  return column_of(context, std::move(validity), std::move(values));
}

template <Places kPlaces>
Result<Vector> regexp_count(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(int64_t)));
  Patterns patterns(context);
  for_each_valid(context, validity, [&](size_t row) {
    int64_t& out = values->mutable_as<int64_t>()[row];
    out = 0;
    const Pattern* const pattern =
        patterns.find(row, text_at(inputs, 1, row), text_at(inputs, kPlaces.flags, row));
    if (pattern == nullptr) return;
    const int64_t start = number_at(inputs, kPlaces.start, row, 1);
    const std::string_view text = text_at(inputs, 0, row);
    if (start < 1)
      return context.fault(
          code::kBadArgument, row,
          fmt::format("matches are looked for from character 1 on, not {}", start));
    if (static_cast<size_t>(start - 1) > text.size()) return;
    const size_t at = byte_of_character(text, static_cast<size_t>(start - 1));
    if (static_cast<size_t>(start - 1) > count_characters(text)) return;
    Groups found;
    for (Matches matches(*pattern->re2, text, 0, at); matches.next(found);) ++out;
  });
  return column_of(context, std::move(validity), std::move(values));
}

/// substring(text from pattern): the first group, or the whole match of a pattern without one.
Result<Vector> substring(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  const uint32_t base = writer.adopt(*inputs[0].column);
  NullWriter nulls(context, validity);
  Patterns patterns(context);
  for_each_valid(context, validity, [&](size_t row) {
    const Pattern* const pattern = patterns.find(row, text_at(inputs, 1, row), {});
    if (pattern == nullptr) return;
    const std::string_view text = text_at(inputs, 0, row);
    const size_t group = pattern->re2->NumberOfCapturingGroups() > 0 ? 1 : 0;
    Groups found;
    Matches matches(*pattern->re2, text, static_cast<int>(group));
    if (!matches.next(found) || found[group].data() == nullptr) return nulls.set_null(row);
    const Vector& input = inputs[0];
    writer.share(row, input->values<Utf8View>()[input.at(row)], *input.column,
                 text_of(found[group]), base);
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return writer.finish(std::move(validity));
}

Result<Prepared> prepare_similar(std::span<const Column* const> constants) {
  if (constants.size() > 2) return prepare_pattern_with(constants, 2, compile_similar);
  if (constants[1] == nullptr) return Prepared();
  auto pattern = std::make_shared<Pattern>(compile_similar(constants[1]->view_at(0), "\\"));
  if (!pattern->mistake.empty())
    return fail(code::kBadPattern, ErrorCode::kInvalid, pattern->mistake, pattern->hint);
  return pattern;
}

Result<Vector> similar_to(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
  Patterns patterns(context, compile_similar);
  for_each_valid(context, validity, [&](size_t row) {
    const std::string_view escape = inputs.size() > 2 ? text_at(inputs, 2, row) : "\\";
    const Pattern* const pattern = patterns.find(row, text_at(inputs, 1, row), escape);
    if (pattern == nullptr) return;
    const std::string_view text = text_at(inputs, 0, row);
    if (pattern->re2->Match(re2_piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0))
      set_bit(bits->mutable_data(), row);
  });
  return column_of(context, std::move(validity), std::move(bits));
}

// -------------------------------------------------------------------------------------------------------- lists

/// Writes the list of one row at a time, sharing the text of argument 0.
class Lists {
 public:
  Lists(const KernelContext& context, Inputs inputs)
      : input_(inputs[0]), writer_(context), base_(writer_.adopt(*inputs[0].column)) {}

  void start(size_t row) {
    writer_.start(row);
    row_ = row;
  }
  void append(std::string_view part) {
    if (part.data() == nullptr) return writer_.append_null();
    writer_.share(input_->values<Utf8View>()[input_.at(row_)], *input_.column, part, base_);
  }
  bool is_whole() const { return writer_.is_whole(); }
  Result<Vector> finish(BufferRef validity) { return writer_.finish(std::move(validity)); }

 private:
  const Vector& input_;
  TextListWriter writer_;
  uint32_t base_;
  size_t row_ = 0;
};

Result<Vector> regexp_match(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  Lists lists(context, inputs);
  NullWriter nulls(context, validity);
  Patterns patterns(context);
  for_each_valid(context, validity, [&](size_t row) {
    const Pattern* const pattern =
        patterns.find(row, text_at(inputs, 1, row), text_at(inputs, 2, row));
    if (pattern == nullptr) return;
    const int groups = pattern->re2->NumberOfCapturingGroups();
    if (groups >= kGroupsMax)
      return context.fault(code::kBadArgument, row,
                           fmt::format("a list takes {} groups at most", kGroupsMax - 1));
    Groups found;
    Matches matches(*pattern->re2, text_at(inputs, 0, row), groups);
    if (!matches.next(found)) return nulls.set_null(row);
    lists.start(row);
    for (int group = groups == 0 ? 0 : 1; group <= groups; ++group)
      lists.append(text_of(found[static_cast<size_t>(group)]));
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return lists.finish(std::move(validity));
}

Result<Vector> regexp_extract_all(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  Lists lists(context, inputs);
  Patterns patterns(context);
  for_each_valid(context, validity, [&](size_t row) {
    const Pattern* const pattern = patterns.find(row, text_at(inputs, 1, row), {});
    if (pattern == nullptr) return;
    const int64_t group = number_at(inputs, 2, row, 0);
    const int groups = pattern->re2->NumberOfCapturingGroups();
    if (group < 0 || group > groups || group >= kGroupsMax)
      return context.fault(
          code::kBadArgument, row,
          fmt::format("the regular expression has {} groups, not {}", groups, group));
    Groups found;
    lists.start(row);
    Matches matches(*pattern->re2, text_at(inputs, 0, row), static_cast<int>(group));
    while (lists.is_whole() && matches.next(found)) {
      const std::string_view part = text_of(found[static_cast<size_t>(group)]);
      lists.append(part.data() == nullptr ? std::string_view("") : part);
    }
  });
  return lists.finish(std::move(validity));
}

/// As PostgreSQL, without the empty matches at the beginning, at the end and right behind another.
Result<Vector> regexp_split(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  Lists lists(context, inputs);
  Patterns patterns(context);
  for_each_valid(context, validity, [&](size_t row) {
    const Pattern* const pattern =
        patterns.find(row, text_at(inputs, 1, row), text_at(inputs, 2, row));
    if (pattern == nullptr) return;
    const std::string_view text = text_at(inputs, 0, row);
    Groups found;
    size_t begin = 0;
    lists.start(row);
    Matches matches(*pattern->re2, text, 0);
    while (lists.is_whole() && matches.next(found)) {
      if (matches.begin() == text.size() || matches.end() <= begin) continue;
      lists.append(text.substr(begin, matches.begin() - begin));
      begin = matches.end();
    }
    lists.append(text.substr(begin));
  });
  return lists.finish(std::move(validity));
}

// -------------------------------------------------------------------------------------------------------- table

constexpr std::array<Function, 18> kRegexpPlacesFunctions = {{
    {"regexp_count",
     "regexp_count(text utf8, pattern utf8, start int64) -> int64",
     {"As before, from character `start` on.",
      "`start` is less than 1, or the pattern is no regular expression: `regexp_count('a', 'a', "
      "0)`."},
     "regexp_count('abcabc', 'b', 3)",
     "1",
     regexp_count<Places{.start = 2}>,
     prepare_pattern<Places::kNone>},
    {"regexp_count",
     "regexp_count(text utf8, pattern utf8, start int64, flags utf8) -> int64",
     {"As before, with flags.",
      "As before, or there is no such flag: `regexp_count('a', 'a', 1, 'z')`."},
     "regexp_count('abcABC', 'b', 1, 'i')",
     "2",
     regexp_count<Places{.start = 2, .flags = 3}>,
     prepare_pattern<3>},
    {"regexp_instr",
     "regexp_instr(text utf8, pattern utf8) -> int64",
     {"At which character the first match begins; 0 without one.",
      "The pattern is no regular expression: `regexp_instr('a', '(')`."},
     "regexp_instr('foobarbaz', 'b..')",
     "4",
     regexp_instr<Places{}>,
     prepare_pattern<Places::kNone>},
    {"regexp_instr",
     "regexp_instr(text utf8, pattern utf8, start int64[, occurrence int64]) -> int64",
     {"As before, of the match with this number (1) from character `start` on.",
      "`start` or `occurrence` is less than 1: `regexp_instr('a', 'a', 0)`."},
     "regexp_instr('foobarbaz', 'b..', 1, 2)",
     "7",
     regexp_instr<Places{.start = 2, .occurrence = 3}>,
     prepare_pattern<Places::kNone>},
    {"regexp_instr",
     "regexp_instr(text utf8, pattern utf8, start int64, occurrence int64, end int64[, flags "
     "utf8]) "
     "-> int64",
     {"As before; `end` is 1 for the character behind the match, else 0.",
      "`end` is another number, or as before: `regexp_instr('a', 'a', 1, 1, 2)`."},
     "regexp_instr('foobarbaz', 'B..', 1, 1, 1, 'i')",
     "7",
     regexp_instr<Places{.start = 2, .occurrence = 3, .flags = 5, .end = 4}>,
     prepare_pattern<5>},
    {"regexp_instr",
     "regexp_instr(text utf8, pattern utf8, start int64, occurrence int64, end int64, flags utf8, "
     "group int64) -> int64",
     {"As before, of what the group in parentheses matched.",
      "There can be no such group, or as before: `regexp_instr('a', 'a', 1, 1, 0, '', 99)`."},
     "regexp_instr('1234567890', '(123)(4(56)(78))', 1, 1, 0, 'i', 4)",
     "7",
     regexp_instr<Places{.start = 2, .occurrence = 3, .flags = 5, .group = 6, .end = 4}>,
     prepare_pattern<5>},
    {"regexp_substr",
     "regexp_substr(text utf8, pattern utf8, start int64[, occurrence int64]) -> utf8",
     {"The match with this number (1) from character `start` on; NULL without one.",
      "`start` or `occurrence` is less than 1: `regexp_substr('a', 'a', 1, 0)`."},
     "regexp_substr('ABCDEF', '[A-Z]', 2, 3)",
     "D",
     regexp_substr<Places{.start = 2, .occurrence = 3}>,
     prepare_pattern<Places::kNone>},
    {"regexp_substr",
     "regexp_substr(text utf8, pattern utf8, start int64, occurrence int64, flags utf8[, group "
     "int64]) "
     "-> utf8",
     {"As before, with flags; what the group in parentheses matched.",
      "There is no such flag, there can be no such group, or as before: `regexp_substr('a', 'a', "
      "1, "
      "1, 'z')`."},
     "regexp_substr('ABCDEF', 'c(.)(..)', 1, 1, 'i', 2)",
     "EF",
     regexp_substr<Places{.start = 2, .occurrence = 3, .flags = 4, .group = 5}>,
     prepare_pattern<4>},
    {"substring",
     "substring(text utf8, pattern utf8) -> utf8",
     {"What the first group of the regular expression matched, or all that it matched when it has "
      "none; NULL without a match. Also written `substring(text from pattern)`.",
      "The pattern is no regular expression: `substring('a' from '(')`."},
     "substring('foobar' from 'o(.)b')",
     "o",
     substring,
     prepare_pattern<Places::kNone>},
    {"similar_to",
     "similar_to(text utf8, pattern utf8) -> bool",
     {"Does SQL's regular expression match the whole text? In it % stands for any characters, _ "
      "for "
      "one, and | * + ? {m,n} ( ) [ ] are as in others. Written `text similar to pattern`.",
      "The pattern is none: `'a' similar to '('`."},
     "'abc' similar to '%(b|d)%'",
     "true",
     similar_to,
     prepare_similar},
    {"similar_to",
     "similar_to(text utf8, pattern utf8, escape utf8) -> bool",
     {"As before, with another character than \\ before those that stand for themselves. Written "
      "`text similar to pattern escape character`.",
      "The pattern is none, or the escape longer than a character: `'a' similar to 'a' escape "
      "'xx'`."},
     "'100%' similar to '[0-9]+#%' escape '#'",
     "true",
     similar_to,
     prepare_similar},
    {"regexp_match",
     "regexp_match(text utf8, pattern utf8) -> list<utf8>",
     {"What the groups of the first match matched, or all of it when there are none; NULL without "
      "a "
      "match.",
      "The pattern is no regular expression: `regexp_match('a', '(')`."},
     "regexp_match('foobarbequebaz', '(bar)(beque)')[2]",
     "beque",
     regexp_match,
     prepare_pattern<Places::kNone>},
    {"regexp_match",
     "regexp_match(text utf8, pattern utf8, flags utf8) -> list<utf8>",
     {"As before, with flags.",
      "The pattern is no regular expression, or there is no such flag: `regexp_match('a', 'a', "
      "'z')`."},
     "regexp_match('fooBAR', '(b)(a)', 'i')[1]",
     "B",
     regexp_match,
     prepare_pattern<2>},
    {"regexp_extract_all",
     "regexp_extract_all(text utf8, pattern utf8[, group int64]) -> list<utf8>",
     {"All matches, or what the group in parentheses matched in each.",
      "The pattern is no regular expression, or has no such group: `regexp_extract_all('a', 'a', "
      "1)`."},
     "cardinality(regexp_extract_all('a1b22c333', '[0-9]+'))",
     "3",
     regexp_extract_all,
     prepare_pattern<Places::kNone>},
    {"regexp_split",
     "regexp_split(text utf8, pattern utf8) -> list<utf8>",
     {"The parts of the text between the matches. Also regexp_split_to_array.",
      "The pattern is no regular expression: `regexp_split('a', '(')`."},
     "regexp_split('the quick  fox', ' +')[3]",
     "fox",
     regexp_split,
     prepare_pattern<Places::kNone>},
    {"regexp_split",
     "regexp_split(text utf8, pattern utf8, flags utf8) -> list<utf8>",
     {"As before, with flags.",
      "The pattern is no regular expression, or there is no such flag: `regexp_split('a', 'a', "
      "'z')`."},
     "regexp_split('1X2x3', 'x', 'i')[2]",
     "2",
     regexp_split,
     prepare_pattern<2>},
    {"regexp_split_to_array",
     "regexp_split_to_array(text utf8, pattern utf8) -> list<utf8>",
     {"As regexp_split.",
      "The pattern is no regular expression: `regexp_split_to_array('a', '(')`."},
     "cardinality(regexp_split_to_array('abc', ''))",
     "3",
     regexp_split,
     prepare_pattern<Places::kNone>},
    {"regexp_split_to_array",
     "regexp_split_to_array(text utf8, pattern utf8, flags utf8) -> list<utf8>",
     {"As regexp_split, with flags.",
      "There is no such flag, or as before: `regexp_split_to_array('a', 'a', 'z')`."},
     "regexp_split_to_array('1X2x3', 'x', 'i')[3]",
     "3",
     regexp_split,
     prepare_pattern<2>},
}};

}  // namespace

std::span<const Function> regexp_place_functions() { return kRegexpPlacesFunctions; }

}  // namespace leat::expr
