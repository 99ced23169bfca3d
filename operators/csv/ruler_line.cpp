// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: reports of databases have their widths in the file, and other ones after each change.
//
// Invariants: columns stand exactly where the ruler has them, so a value that is wider than its
// column is not cut at a guess; the last one goes to the end of the line, as its blanks are often
// left out. Positions count characters, and a ruler is of characters of one byte.
//
// Not chosen: widths found from columns of blanks (one long value, and they are others).
#include "operators/csv/ruler_line.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/option.h"
#include "operators/csv/field_format.h"
#include "operators/input/line_splitter.h"
#include "operators/input/text_beginning.h"
#include "operators/text/unicode.h"

namespace leat::io {
namespace {

constexpr uint64_t kLinesMax = 1000;

bool is_dash(char c) { return c == '-' || c == '='; }

/// The runs of dashes in `line`; none if it is no ruler.
std::vector<Ruler::RulerColumn> runs_of(std::string_view line) {
  std::vector<Ruler::RulerColumn> runs;
  if (line.find_first_not_of("-= \t+|") != std::string_view::npos) return runs;
  for (size_t at = 0; at < line.size(); ++at) {
    if (!is_dash(line[at])) continue;
    const size_t begin = at;
    while (at < line.size() && is_dash(line[at])) ++at;
    runs.push_back({{}, begin + 1, at});
  }
  return runs;
}

/// The text at the characters [from, to] of `line`, or to its end.
std::string_view text_at(std::string_view line, size_t from, size_t to, bool to_the_end) {
  const size_t length = expr::count_characters(line);
  if (from > length) return {};
  const size_t begin = expr::byte_of_character(line, from - 1);
  const size_t end = to_the_end || to >= length ? line.size() : expr::byte_of_character(line, to);
  return trim_blanks(line.substr(begin, end - begin));
}

std::unexpected<Error> mistake(Code number, const Input& input, uint64_t line, std::string message,
                               std::string hint) {
  Error error(number, ErrorCode::kData, std::move(message), std::move(hint));
  error.data = TextPlace{input.name, line, 1};
  return std::unexpected(std::move(error));
}

}  // namespace

Result<Ruler> find_ruler(const Input& input, const TextEncoding& encoding, uint64_t skip_lines) {
  LEAT_TRY_ASSIGN(TextBeginning beginning, TextBeginning::open(input, encoding));
  LEAT_TRY(beginning.grow());
  Ruler ruler;
  std::string_view above;
  uint64_t number = 0;
  for (LineWalker walker(beginning.text()); number < skip_lines + kLinesMax && walker.next();) {
    const std::string_view line = walker.line();
    ++number;
    if (number <= skip_lines) continue;
    ruler.columns = runs_of(line);
    if (ruler.columns.empty() || trim_blanks(above).empty()) {
      above = line;
      continue;
    }
    ruler.lines = number;
    for (size_t i = 0; i < ruler.columns.size(); ++i) {
      Ruler::RulerColumn& column = ruler.columns[i];
      const bool last = i + 1 == ruler.columns.size();
      column.name = text_at(above, column.from, column.to, last);
      if (column.name.empty()) {
        return mistake(
            code::kPositions, input, number,
            fmt::format("over the dashes at {}-{} stands no name", column.from, column.to),
            "give the columns with their positions in 'columns'");
      }
    }
    return ruler;
  }
  return mistake(
      code::kPositions, input, 1,
      fmt::format("among the first {} lines is no line of dashes under names", kLinesMax),
      "give the columns with their positions in 'columns'");
}

}  // namespace leat::io
