// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From a byte of a scalar's value back to the byte of the document it was written with.
//
// The YAML library tells where a scalar begins, not where its parts are: escapes, doubled quotes,
// folded lines and block indentation make the value differ from the text. Carets must point inside
// expressions in all five styles, so the scalar is decoded a second time, and each value byte
// remembers its origin.
//
// Invariants:
//  1. The result's text equals the library's value, or there is no result: a caret never points by
//     guesswork.
//  2. Every byte of an escape (`\u00e9` is two) has the place of the backslash; a folded line
//     break (the space or line feeds it became) has the place of the break or breaks; any other
//     byte has its own.
//  3. The last piece stands at the end of the value and points just past its last character (at
//     the closing quote), so a caret behind the text is right in every style.
//  4. Only the style of the scalar and `parent_indent` decide; nothing outside of the scalar is
//     read, except that a plain scalar ends where the library's value is used up, since its end
//     depends on all that is around it.
//
// Rejected: taking over tokenising from the library (a YAML parser of our own), and searching the
// value in the text around the mark (wrong for anything that repeats).
#include "pipelines/text/position_map.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "operators/text/ascii.h"
#include "pipelines/text/source_text_builder.h"

namespace leat::pipelines {
namespace {

/// A reading position.
struct Cursor {
  std::string_view document;
  size_t at;

  bool at_end() const { return at >= document.size(); }
  char peek(size_t ahead = 0) const {
    return at + ahead < document.size() ? document[at + ahead] : '\0';
  }
  /// Bytes of the line break here, or 0.
  size_t line_break() const {
    if (at_end()) return 0;
    if (document[at] == '\n') return 1;
    return document[at] == '\r' && peek(1) == '\n' ? 2 : 0;
  }
  void skip_blanks() {
    while (!at_end() && is_blank(document[at])) ++at;
  }
};

/// Reads a folded break in a plain or quoted scalar: the breaks and the blanks around them become
/// one space, or a line feed for each break but the first. `escaped`: a backslash stood before it,
/// and the space is left out.
void fold(Cursor& cursor, SourceTextBuilder& builder, bool escaped) {
  const size_t first = cursor.at;
  std::vector<size_t> breaks;
  while (const size_t length = cursor.line_break()) {
    breaks.push_back(cursor.at);
    cursor.at += length;
    cursor.skip_blanks();
  }
  if (breaks.size() == 1 && !escaped) builder.byte(' ', first);
  for (size_t i = 1; i < breaks.size(); ++i) builder.byte('\n', breaks[i]);
}

std::optional<SourceText> plain(Cursor cursor, std::string_view value) {
  const auto begin = static_cast<uint32_t>(cursor.at);
  SourceTextBuilder builder;
  while (builder.size() < value.size() && !cursor.at_end()) {
    const size_t blanks = cursor.at;
    cursor.skip_blanks();
    if (cursor.line_break() != 0) {
      fold(cursor, builder, false);
      continue;
    }
    for (size_t i = blanks; i < cursor.at; ++i) builder.byte(cursor.document[i], i);
    if (cursor.at_end()) break;
    builder.byte(cursor.peek(), cursor.at);
    ++cursor.at;
  }
  if (builder.text() != value) return std::nullopt;
  return builder.finish({begin, static_cast<uint32_t>(cursor.at)}, cursor.at, false);
}

void append_utf8(std::string& out, uint32_t code_point) {
  const auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

/// Reads `digits` hexadecimal digits; nullopt when there are fewer or they name no character.
std::optional<std::string> hexadecimal(Cursor& cursor, int digits) {
  uint32_t code_point = 0;
  for (int i = 0; i < digits; ++i, ++cursor.at) {
    const char c = cursor.peek();
    uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<uint32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<uint32_t>(c - 'A' + 10);
    } else {
      return std::nullopt;
    }
    code_point = code_point << 4 | digit;
  }
  if ((code_point >= 0xD800 && code_point <= 0xDFFF) || code_point > 0x10FFFF) return std::nullopt;
  std::string out;
  append_utf8(out, code_point);
  return out;
}

/// What the escape at the cursor (just past the backslash) stands for.
std::optional<std::string> escape(Cursor& cursor) {
  static constexpr std::pair<char, std::string_view> kSimple[] = {
      {'a', "\a"},     {'b', "\b"},           {'t', "\t"},           {'\t', "\t"},  {'n', "\n"},
      {'v', "\v"},     {'f', "\f"},           {'r', "\r"},           {'e', "\x1B"}, {' ', " "},
      {'"', "\""},     {'\'', "'"},           {'\\', "\\"},          {'/', "/"},    {'N', "\u0085"},
      {'_', "\u00A0"}, {'L', "\xE2\x80\xA8"}, {'P', "\xE2\x80\xA9"},
  };
  const char c = cursor.peek();
  ++cursor.at;
  switch (c) {
    case '0': return std::string(1, '\0');
    case 'x': return hexadecimal(cursor, 2);
    case 'u': return hexadecimal(cursor, 4);
    case 'U': return hexadecimal(cursor, 8);
    default: break;
  }
  for (const auto& [letter, text] : kSimple) {
    if (letter == c) return std::string(text);
  }
  return std::nullopt;
}

std::optional<SourceText> quoted(Cursor cursor) {
  const auto begin = static_cast<uint32_t>(cursor.at);
  const char quote = cursor.peek();
  ++cursor.at;
  SourceTextBuilder builder;
  while (!cursor.at_end()) {
    const size_t here = cursor.at;
    const char c = cursor.peek();
    if (c == quote && !(quote == '\'' && cursor.peek(1) == '\'')) {
      return builder.finish({begin, static_cast<uint32_t>(here + 1)}, here, true);
    }
    if (c == quote) {
      builder.byte('\'', here);
      cursor.at += 2;
    } else if (quote == '"' && c == '\\') {
      ++cursor.at;
      if (cursor.line_break() != 0) {
        fold(cursor, builder, true);
        continue;
      }
      const auto text = escape(cursor);
      if (!text) return std::nullopt;
      builder.bytes(*text, here);
    } else if (is_blank(c) || cursor.line_break() != 0) {
      cursor.skip_blanks();
      if (cursor.line_break() != 0) {
        fold(cursor, builder, false);
      } else {
        for (size_t i = here; i < cursor.at; ++i) builder.byte(cursor.document[i], i);
      }
    } else {
      builder.byte(c, here);
      ++cursor.at;
    }
  }
  return std::nullopt;
}

/// The line after `|` or `>`.
struct BlockHeader {
  bool folded = false;
  char chomp = ' ';              ///< '-' strip, '+' keep, ' ' clip.
  std::optional<size_t> indent;  ///< Written indentation indicator.
};

BlockHeader read_header(Cursor& cursor) {
  BlockHeader header;
  header.folded = cursor.peek() == '>';
  for (++cursor.at; !cursor.at_end() && !is_blank(cursor.peek()) && cursor.line_break() == 0;
       ++cursor.at) {
    const char c = cursor.peek();
    if (c == '-' || c == '+') header.chomp = c;
    if (c >= '1' && c <= '9') header.indent = static_cast<size_t>(c - '0');
  }
  while (!cursor.at_end() && cursor.line_break() == 0) ++cursor.at;  // blanks and a comment
  cursor.at += cursor.line_break();
  return header;
}

/// One line of a block scalar.
struct BlockLine {
  size_t text_begin;  ///< Past the indentation.
  size_t text_end;    ///< At the break, or the end of the document.
  bool has_break;

  bool empty() const { return text_begin == text_end; }
};

/// The lines of a block scalar: up to the first that is indented less and not empty.
std::vector<BlockLine> block_lines(Cursor& cursor, std::optional<size_t> indent,
                                   size_t indent_min) {
  std::vector<BlockLine> lines;
  size_t blank_width = indent_min;  // the widest of the empty lines before the first line of text
  while (!cursor.at_end()) {
    const size_t begin = cursor.at;
    size_t spaces = 0;
    while (cursor.peek(spaces) == ' ' && (!indent || spaces < *indent)) ++spaces;
    Cursor rest{cursor.document, begin + spaces};
    const bool empty = rest.line_break() != 0;
    if (!indent) {
      blank_width = std::max(blank_width, spaces);
      if (!empty) indent = blank_width;
    }
    if (!empty && (spaces < *indent)) break;
    while (!rest.at_end() && rest.line_break() == 0) ++rest.at;
    lines.push_back({begin + spaces, rest.at, rest.line_break() != 0});
    cursor.at = rest.at + rest.line_break();
  }
  return lines;
}

/// Joins the lines: literal ones each end with a line feed; folded ones follow the rule that a
/// single break between two lines of text is a space, and that lines which begin with a blank keep
/// their breaks.
void join_lines(std::string_view document, const std::vector<BlockLine>& lines, bool folded,
                SourceTextBuilder& builder) {
  std::vector<size_t> breaks;  // those since the last line with text
  bool seen_text = false;
  bool spaced_before = false;
  for (const BlockLine& line : lines) {
    if (!line.empty()) {
      const bool spaced = is_blank(document[line.text_begin]);
      const bool keep = !folded || !seen_text || spaced_before || spaced;
      if (!keep && breaks.size() == 1) builder.byte(' ', breaks[0]);
      for (size_t i = keep ? 0 : 1; i < breaks.size(); ++i) builder.byte('\n', breaks[i]);
      breaks.clear();
      for (size_t i = line.text_begin; i < line.text_end; ++i) builder.byte(document[i], i);
      seen_text = true;
      spaced_before = spaced;
    }
    if (line.has_break) breaks.push_back(line.text_end);
  }
  for (const size_t at : breaks) builder.byte('\n', at);
}

std::optional<SourceText> block(Cursor cursor, std::string_view value, int parent_indent) {
  const auto begin = static_cast<uint32_t>(cursor.at);
  const BlockHeader header = read_header(cursor);
  const size_t header_end = cursor.at;
  const auto base = static_cast<size_t>(std::max(parent_indent, 0));
  std::optional<size_t> indent;
  if (header.indent) indent = base + *header.indent;
  const std::vector<BlockLine> lines = block_lines(cursor, indent, base + 1);

  SourceTextBuilder builder;
  join_lines(cursor.document, lines, header.folded, builder);
  const size_t last_text = builder.text().find_last_not_of('\n');
  const size_t text_size = last_text == std::string::npos ? 0 : last_text + 1;
  if (header.chomp == '-') builder.truncate(text_size);
  if (header.chomp == ' ')
    builder.truncate(text_size == 0 ? 0 : std::min(text_size + 1, builder.size()));
  // Under `>+` the library drops one of several line breaks behind the text, so its value decides
  // how many there are.
  if (value.size() >= text_size) builder.truncate(std::min(value.size(), builder.size()));

  size_t content_end = header_end;
  for (const BlockLine& line : lines) {
    if (!line.empty()) content_end = line.text_end;
  }
  const auto whole_end = static_cast<uint32_t>(text_size == 0 ? begin + 1 : content_end);
  return builder.finish({begin, whole_end}, content_end, false);
}

}  // namespace

std::optional<SourceText> map_scalar(std::string_view document, uint32_t offset,
                                     std::string_view value, int parent_indent) {
  const Cursor cursor{document, offset};
  const char style = cursor.peek();
  const bool is_quoted = style == '\'' || style == '"';
  const bool is_block = style == '|' || style == '>';
  if (!is_quoted && !is_block) return plain(cursor, value);
  auto found = is_quoted ? quoted(cursor) : block(cursor, value, parent_indent);
  if (!found || found->text() != value) return std::nullopt;
  return found;
}

std::optional<uint32_t> end_of_quoted(std::string_view document, uint32_t offset) {
  const auto found = quoted(Cursor{document, offset});
  if (!found) return std::nullopt;
  return found->span().end;
}

}  // namespace leat::pipelines
