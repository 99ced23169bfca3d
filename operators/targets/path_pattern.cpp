// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: values become names of files and folders. A value must not lead out of its folder, hide
// a file, or share a name with another value; and whoever reads the names must get the values back.
//
// Invariants
// 1. Control characters, / \ : * ? " < > | % =, a leading full stop and blanks at the ends become
//    %XX, byte by byte. So `..` cannot come of a value, and no value holds a separator.
// 2. NULL is __NULL__ and the empty text __EMPTY__; a text that reads like one of these has its first
//    underscore escaped. Different values of one column have different names.
// 3. No name is cut. One that no file system takes is a bad row.
//
// Rejected: leaving out what cannot stand in a name (values would share files); a hash for long
// values (nobody reads it back).
#include "operators/targets/path_pattern.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/expr/column_items.h"
#include "operators/text/value_format.h"

namespace leat::io {
namespace {

constexpr size_t kPathBytesMax = 4095;
constexpr size_t kPartDigitsMax = 18;
constexpr std::string_view kNullName = "__NULL__";
constexpr std::string_view kEmptyName = "__EMPTY__";
constexpr char kPartMark = '\0';

void put_hex(char byte, std::string& name) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto bits = static_cast<unsigned char>(byte);
  name += '%';
  name += kDigits[bits >> 4];
  name += kDigits[bits & 15];
}

bool is_special(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f ||
         std::string_view("/\\:*?\"<>|%=").find(c) != std::string_view::npos;
}

/// Is the character at `at` one of those from U+0080 to U+009F, which control as well?
bool is_high_control(std::string_view text, size_t at) {
  return text[at] == '\xc2' && at + 1 < text.size() &&
         static_cast<unsigned char>(text[at + 1]) < 0xa0;
}

/// The value as CSV has it.
void put_value(const Column& column, size_t row, std::string& name) {
  if (!column.is_valid(row)) {
    name += kNullName;
    return;
  }
  char text[kScalarTextBytes];
  if (is_fixed_text(column.type())) {
    const char* const end = format_fixed(column, row, text);
    put_escaped({text, static_cast<size_t>(end - text)}, name);
  } else if (column.type().is(TypeId::kBinary)) {
    const std::string_view bytes = column.view_at(row);
    std::string digits(2 + 2 * bytes.size(), '\0');
    format_binary(bytes, digits.data());
    put_escaped(digits, name);
  } else {
    put_escaped(column.view_at(row), name);
  }
}

/// Does every part of the path fit, its number with `part_digits`?
bool fits(std::string_view path, size_t part_digits) {
  size_t length = 0;
  size_t total = 0;
  for (const char c : path) {
    const size_t bytes = c == kPartMark ? part_digits : 1;
    total += bytes;
    length = c == '/' ? 0 : length + bytes;
    if (length > kNameBytesMax) return false;
  }
  return total <= kPathBytesMax;
}

}  // namespace

void put_escaped(std::string_view value, std::string& name) {
  if (value.empty()) {
    name += kEmptyName;
    return;
  }
  const size_t first = value.find_first_not_of(' ');
  const size_t last = value.find_last_not_of(' ');
  const bool reads_like_none = value == kNullName || value == kEmptyName;
  for (size_t i = 0; i < value.size(); ++i) {
    const bool is_outer_blank = first == std::string_view::npos || i < first || i > last;
    const bool is_leading = i == 0 && (value[i] == '.' || reads_like_none);
    if (is_high_control(value, i)) {
      put_hex(value[i++], name);
      put_hex(value[i], name);
    } else if ((is_outer_blank || is_leading || is_special(value[i])) &&
               !LEAT_MUTANT("names_are_not_escaped")) {
      put_hex(value[i], name);
    } else {
      name += value[i];
    }
  }
}

// ----------------------------------------------------------------------------------------------- reading

class PathPattern::Reader {
 public:
  Reader(const SourceText& path, const Schema& input, Diagnostics& diagnostics)
      : path_(path), input_(input), diagnostics_(diagnostics) {}

  std::optional<PathPattern> read() {
    const std::string& text = path_.text();
    for (size_t at = 0; at < text.size();) {
      const bool is_brace = (text[at] == '{' || text[at] == '}') && is_written(at);
      if (!is_brace) {
        put_text(text[at++]);
      } else if (at + 1 < text.size() && text[at + 1] == text[at] && is_written(at + 1)) {
        put_text(text[at]);
        at += 2;
      } else if (text[at] == '}') {
        report(code::kPathPlaceholder, at, at + 1, "this '}' has no '{'",
               "a brace that is meant is written '}}'");
        ++at;
      } else {
        at = read_placeholder(at);
      }
    }
    if (!ok_) return std::nullopt;
    pattern_.find_folder_columns();
    return std::move(pattern_);
  }

 private:
  // What a parameter holds is no placeholder, whatever it is.
  bool is_written(size_t at) const {
    return !path_.is_inserted(at) || LEAT_MUTANT("parameters_hold_placeholders");
  }

  void put_text(char c) {
    auto& pieces = pattern_.pieces_;
    if (pieces.empty() || pieces.back().column || pieces.back().is_part) pieces.emplace_back();
    pieces.back().text += c;
  }

  void report(Code number, size_t begin, size_t end, std::string message, std::string hint) {
    diagnostics_.error(number, path_.span(begin, end), std::move(message), std::move(hint));
    ok_ = false;
  }

  /// Returns where the text goes on.
  size_t read_placeholder(size_t begin) {
    const std::string& text = path_.text();
    size_t close = begin + 1;
    while (close < text.size() && !(text[close] == '}' && is_written(close))) ++close;
    if (close == text.size()) {
      report(code::kPathPlaceholder, begin, begin + 1, "this '{' has no '}'",
             "a placeholder is {column} or {part}; a brace that is meant is written '{{'");
      return close;
    }
    const std::string content = text.substr(begin + 1, close - begin - 1);
    if (content == "part" || content.starts_with("part:")) {
      read_part(begin, close + 1, content);
    } else if (content.empty()) {
      report(code::kPathPlaceholder, begin, close + 1, "'{}' names no column",
             "write {column} for its values, {part} for the number of the part, or '{{}}' for "
             "braces that are meant");
    } else {
      read_column(begin, close + 1, content);
    }
    return close + 1;
  }

  void read_part(size_t begin, size_t end, const std::string& content) {
    size_t digits = 1;
    if (content != "part") {
      const std::string_view format = std::string_view(content).substr(5);
      const auto [rest, error] =
          std::from_chars(format.data(), format.data() + format.size(), digits);
      if (!format.starts_with('0') || error != std::errc() ||
          rest != format.data() + format.size() || digits < 1 || digits > kPartDigitsMax) {
        return report(code::kPathPlaceholder, begin, end,
                      fmt::format("'{{{}}}' is no number of a part", content),
                      "write {part}, or {part:05} for at least five digits");
      }
    }
    if (pattern_.has_part_)
      return report(code::kPathPlaceholder, begin, end, "the part stands in the path twice",
                    "leave one {part} out");
    pattern_.has_part_ = true;
    pattern_.part_digits_ = digits;
    pattern_.pieces_.push_back({{}, {}, true});
  }

  void read_column(size_t begin, size_t end, const std::string& content) {
    const SourceText name(content, path_.span(begin + 1, end - 1), {});
    const bool has_format = content.contains(':') && !expr::find_column(input_, content);
    if (has_format && expr::find_column(input_, content.substr(0, content.find(':')))) {
      return report(code::kPathPlaceholder, begin, end,
                    fmt::format("'{{{}}}' is no placeholder", content),
                    "a column has no format here: derive a column with the text that is meant");
    }
    const std::optional<size_t> column = expr::require_column(name, input_, diagnostics_);
    if (!column) {
      ok_ = false;
      return;
    }
    const Type& type = input_[*column].type;
    if (type.is(TypeId::kList) || type.is(TypeId::kStruct)) {
      return report(code::kPathPlaceholder, begin, end,
                    fmt::format("the column '{}' holds {}, which makes no name",
                                input_[*column].name, to_string(type)),
                    "derive a column with a text of it, and write that one's name");
    }
    auto& columns = pattern_.columns_;
    if (std::find(columns.begin(), columns.end(), *column) == columns.end())
      columns.push_back(*column);
    pattern_.pieces_.push_back({{}, column, false});
  }

  const SourceText& path_;
  const Schema& input_;
  Diagnostics& diagnostics_;
  PathPattern pattern_;
  bool ok_ = true;
};

std::optional<PathPattern> PathPattern::read(const SourceText& path, const Schema& input,
                                             Diagnostics& diagnostics) {
  return Reader(path, input, diagnostics).read();
}

void PathPattern::find_folder_columns() {
  for (size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const std::string& before = pieces_[i - 1].text;
    if (!pieces_[i].column || !before.ends_with('=') || !pieces_[i + 1].text.starts_with('/'))
      continue;
    const size_t begin = before.rfind('/') == std::string::npos ? 0 : before.rfind('/') + 1;
    const bool is_known = std::find(folder_columns_.begin(), folder_columns_.end(),
                                    *pieces_[i].column) != folder_columns_.end();
    if (begin + 1 < before.size() && !is_known) folder_columns_.push_back(*pieces_[i].column);
  }
}

// ------------------------------------------------------------------------------------------------- using

std::string PathPattern::plain() const { return pieces_.empty() ? "" : pieces_.front().text; }

std::string PathPattern::folder() const {
  const std::string& first = pieces_.front().text;
  const size_t slash = first.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : first.substr(0, slash);
}

bool PathPattern::put_name(const Batch& batch, size_t row, std::string& name) const {
  const size_t begin = name.size();
  for (const Piece& piece : pieces_) {
    if (piece.column) {
      put_value(batch.column(*piece.column), row, name);
    } else if (piece.is_part) {
      name += kPartMark;
    } else {
      name += piece.text;
    }
  }
  return fits(std::string_view(name).substr(begin), part_digits_);
}

std::string PathPattern::path_of(std::string_view name, uint64_t part) const {
  std::string path(name);
  if (const size_t mark = path.find(kPartMark); mark != std::string::npos)
    path.replace(mark, 1, fmt::format("{:0{}}", part, part_digits_));
  return path;
}

}  // namespace leat::io
