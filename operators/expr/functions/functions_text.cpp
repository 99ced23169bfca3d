// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions that measure text, search it, or return a part of it (without copying).
#include <array>
#include <cstring>

#include "engine/codes/data.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/text/find_text.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

constexpr std::string_view kSpace = " ";

// ------------------------------------------------------------------------------------------------ measuring, searching

constexpr auto kLength = [](std::string_view text) {
  return static_cast<int64_t>(count_characters(text));
};
constexpr auto kBitLength = [](std::string_view text) {
  return static_cast<int64_t>(text.size()) * 8;
};
constexpr auto kOctetLength = [](std::string_view text) {
  return static_cast<int64_t>(text.size());
};

int64_t position_of(std::string_view part, std::string_view text) {
  const size_t at = io::find_text(text, part);
  if (at == std::string_view::npos) return 0;
  return static_cast<int64_t>(count_characters(text.substr(0, at))) + 1;
}
constexpr auto kPosition = [](std::string_view part, std::string_view text) {
  return position_of(part, text);
};
constexpr auto kStrpos = [](std::string_view text, std::string_view part) {
  return position_of(part, text);
};
constexpr auto kStartsWith = [](std::string_view text, std::string_view part) {
  return text.starts_with(part);
};
constexpr auto kEndsWith = [](std::string_view text, std::string_view part) {
  return text.ends_with(part);
};
constexpr auto kContains = [](std::string_view text, std::string_view part) {
  return io::find_text(text, part) != std::string_view::npos;
};
constexpr auto kAscii = [](std::string_view text) {
  size_t at = 0;
  return text.empty() ? int64_t{0} : static_cast<int64_t>(take_character(text, at));
};

// --------------------------------------------------------------------------------------------------------------- parts

/// Characters [first, first + count) of `text`, where the first character is 1 and positions before
/// it count.
std::string_view substring(std::string_view text, int64_t first, int64_t count) {
  int64_t end = 0;
  if (__builtin_add_overflow(first, count, &end)) end = INT64_MAX;
  const int64_t begin = first < 1 ? 1 : first;
  if (end <= begin) return text.substr(0, 0);
  const auto skipped = static_cast<size_t>(begin - 1);
  const auto taken = static_cast<size_t>(end - begin);
  if (is_ascii(text))
    return skipped >= text.size() ? text.substr(0, 0) : text.substr(skipped, taken);
  const size_t from = byte_of_character(text, skipped);
  const std::string_view rest = text.substr(from);
  return rest.substr(0, byte_of_character(rest, taken));
}

constexpr auto kSubstringFrom = [](TextCall& call, std::string_view text, int64_t first) {
  call.share(0, substring(text, first, INT64_MAX));
};
constexpr auto kSubstring = [](TextCall& call, std::string_view text, int64_t first,
                               int64_t count) {
  if (count < 0)
    return call.fault(code::kBadArgument, "the length of a substring must not be negative");
  call.share(0, substring(text, first, count));
};

/// How many characters `count` stands for: from the other end when negative.
size_t characters_kept(std::string_view text, int64_t count) {
  const auto characters = static_cast<int64_t>(count_characters(text));
  if (count < 0) count = count < -characters ? 0 : characters + count;
  return static_cast<size_t>(count < characters ? count : characters);
}
constexpr auto kLeft = [](TextCall& call, std::string_view text, int64_t count) {
  call.share(0, text.substr(0, byte_of_character(text, characters_kept(text, count))));
};
constexpr auto kRight = [](TextCall& call, std::string_view text, int64_t count) {
  const size_t kept = characters_kept(text, count);
  call.share(0, text.substr(byte_of_character(text, count_characters(text) - kept)));
};

bool is_one_of(std::string_view text, size_t begin, size_t end, std::string_view characters) {
  const std::string_view character = text.substr(begin, end - begin);
  if (character.size() == 1) return characters.find(character[0]) != std::string_view::npos;
  return characters.find(character) != std::string_view::npos;
}
std::string_view trim_left(std::string_view text, std::string_view characters) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t next = next_character(text, at);
    if (!is_one_of(text, at, next, characters)) break;
    at = next;
  }
  return text.substr(at);
}
std::string_view trim_right(std::string_view text, std::string_view characters) {
  size_t end = text.size();
  while (end > 0) {
    size_t begin = end - 1;
    while (begin > 0 && is_continuation(text[begin])) --begin;
    if (!is_one_of(text, begin, end, characters)) break;
    end = begin;
  }
  return text.substr(0, end);
}
constexpr auto kTrim = [](TextCall& call, std::string_view text) {
  call.share(0, trim_right(trim_left(text, kSpace), kSpace));
};
constexpr auto kTrimOf = [](TextCall& call, std::string_view text, std::string_view characters) {
  call.share(0, trim_right(trim_left(text, characters), characters));
};
constexpr auto kTrimLeft = [](TextCall& call, std::string_view text) {
  call.share(0, trim_left(text, kSpace));
};
constexpr auto kTrimLeftOf = [](TextCall& call, std::string_view text,
                                std::string_view characters) {
  call.share(0, trim_left(text, characters));
};
constexpr auto kTrimRight = [](TextCall& call, std::string_view text) {
  call.share(0, trim_right(text, kSpace));
};
constexpr auto kTrimRightOf = [](TextCall& call, std::string_view text,
                                 std::string_view characters) {
  call.share(0, trim_right(text, characters));
};

std::string_view field_from_start(std::string_view text, std::string_view delimiter,
                                  int64_t index) {
  for (;; --index) {
    const size_t end = text.find(delimiter);
    if (index == 1) return text.substr(0, end);
    if (end == std::string_view::npos) return text.substr(0, 0);
    text.remove_prefix(end + delimiter.size());
  }
}
std::string_view field_from_end(std::string_view text, std::string_view delimiter, int64_t index) {
  for (;; --index) {
    const size_t begin = text.rfind(delimiter);
    if (index == 1)
      return begin == std::string_view::npos ? text : text.substr(begin + delimiter.size());
    if (begin == std::string_view::npos) return text.substr(0, 0);
    text = text.substr(0, begin);
  }
}
constexpr auto kSplitPart = [](TextCall& call, std::string_view text, std::string_view delimiter,
                               int64_t index) {
  if (index == 0)
    return call.fault(code::kBadArgument, "split_part counts from 1, or from -1 at the end");
  if (delimiter.empty()) {
    if (index == 1 || index == -1) call.share(0, text);
    return;
  }
  call.share(0, index > 0 ? field_from_start(text, delimiter, index)
                          : field_from_end(text, delimiter, -index));
};

constexpr std::array<Function, 27> kTextFunctions = {{
    {"length", "length(text utf8) -> int64", "The number of characters.", "length('naïve')", "5",
     row_kernel<kLength>},
    {"len", "len(text utf8) -> int64", "As length.", "len('abc')", "3", row_kernel<kLength>},
    {"char_length", "char_length(text utf8) -> int64", "As length.", "char_length('abc')", "3",
     row_kernel<kLength>},
    {"bit_length", "bit_length(text utf8) -> int64", "Eight times the number of bytes in UTF-8.",
     "bit_length('jose')", "32", row_kernel<kBitLength>},
    {"octet_length", "octet_length(text utf8) -> int64", "The number of bytes in UTF-8.",
     "octet_length('naïve')", "6", row_kernel<kOctetLength>},
    {"position", "position(part utf8, text utf8) -> int64",
     "Where `part` first stands in `text`, counted in characters from 1; 0 when it does not. Also "
     "written "
     "`position(part in text)`.",
     "position('b' in 'abc')", "2", row_kernel<kPosition>},
    {"strpos", "strpos(text utf8, part utf8) -> int64", "As position, with the text first.",
     "strpos('abc', 'c')", "3", row_kernel<kStrpos>},
    {"instr", "instr(text utf8, part utf8) -> int64", "As position, with the text first.",
     "instr('abc', 'c')", "3", row_kernel<kStrpos>},
    {"starts_with", "starts_with(text utf8, part utf8) -> bool", "Does `text` begin with `part`?",
     "starts_with('abc', 'ab')", "true", row_kernel<kStartsWith>},
    {"ends_with", "ends_with(text utf8, part utf8) -> bool", "Does `text` end with `part`?",
     "ends_with('abc', 'bc')", "true", row_kernel<kEndsWith>},
    {"contains", "contains(text utf8, part utf8) -> bool", "Does `part` stand in `text`?",
     "contains('abc', 'd')", "false", row_kernel<kContains>},
    {"ascii", "ascii(text utf8) -> int64", "The code of the first character; 0 for empty text.",
     "ascii('A')", "65", row_kernel<kAscii>},
    {"substr", "substr(text utf8, first int64) -> utf8",
     "The text from character `first` on; the first character is 1.", "substr('abcde', 3)", "cde",
     text_kernel<kSubstringFrom>},
    {"substr",
     "substr(text utf8, first int64, count int64) -> utf8",
     {"`count` characters from character `first` on.",
      "`count` is negative: `substr('abc', 1, -1)`."},
     "substr('abcde', 2, 3)",
     "bcd",
     text_kernel<kSubstring>},
    {"substring", "substring(text utf8, first int64) -> utf8",
     "As substr. Also written `substring(text from first)`.", "substring('abcde' from 4)", "de",
     text_kernel<kSubstringFrom>},
    {"substring",
     "substring(text utf8, first int64, count int64) -> utf8",
     {"As substr. Also written `substring(text from first for count)`.",
      "`count` is negative: `substring('abc', 1, -1)`."},
     "substring('abcde' from 2 for 2)",
     "bc",
     text_kernel<kSubstring>},
    {"left", "left(text utf8, count int64) -> utf8",
     "The first `count` characters; all but the last -`count` when it is negative.",
     "left('abcde', -2)", "abc", text_kernel<kLeft>},
    {"right", "right(text utf8, count int64) -> utf8",
     "The last `count` characters; all but the first -`count` when it is negative.",
     "right('abcde', 2)", "de", text_kernel<kRight>},
    {"trim", "trim(text utf8) -> utf8", "The text without spaces at both ends.", "trim('  abc ')",
     "abc", text_kernel<kTrim>},
    {"trim", "trim(text utf8, characters utf8) -> utf8",
     "The text without any of `characters` at both ends. Also written `trim(both characters from "
     "text)`.",
     "trim('xxabcx', 'x')", "abc", text_kernel<kTrimOf>},
    {"btrim", "btrim(text utf8, characters utf8) -> utf8", "As trim.", "btrim('xyabcyx', 'xy')",
     "abc", text_kernel<kTrimOf>},
    {"ltrim", "ltrim(text utf8) -> utf8", "The text without spaces at its beginning.",
     "ltrim('  abc')", "abc", text_kernel<kTrimLeft>},
    {"ltrim", "ltrim(text utf8, characters utf8) -> utf8",
     "The text without any of `characters` at its beginning.", "ltrim('00120', '0')", "120",
     text_kernel<kTrimLeftOf>},
    {"rtrim", "rtrim(text utf8) -> utf8", "The text without spaces at its end.", "rtrim('abc  ')",
     "abc", text_kernel<kTrimRight>},
    {"rtrim", "rtrim(text utf8, characters utf8) -> utf8",
     "The text without any of `characters` at its end.", "rtrim('1.500', '0')", "1.5",
     text_kernel<kTrimRightOf>},
    {"split_part",
     "split_part(text utf8, delimiter utf8, index int64) -> utf8",
     {"The part numbered `index` of the parts that `delimiter` separates; -1 is the last. Empty "
      "when there is none.",
      "`index` is 0: `split_part('a/b', '/', 0)`."},
     "split_part('a/b/c', '/', 2)",
     "b",
     text_kernel<kSplitPart>},
    {"btrim", "btrim(text utf8) -> utf8", "As trim.", "btrim(' abc ')", "abc", text_kernel<kTrim>},
}};

}  // namespace

std::span<const Function> text_functions() { return kTextFunctions; }

}  // namespace leat::expr
