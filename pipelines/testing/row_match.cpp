// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: who reads that a test failed wants to see which row, which column, and both values.
//
// Invariants:
//  1. A column that an expected row does not name is not compared.
//  2. Values are compared as what they are written as, of one type: 20 is not 20.0 for text, and is
//     for a decimal.
//
// Rejected: the longest common part of both (where one row is missing it says so more nicely, and
// where a value differs it says worse).
#include "pipelines/testing/row_match.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace leat::pipelines {
namespace {

constexpr size_t kRowsShown = 5;

using Row = std::vector<std::string>;
using Wanted = std::vector<WantedRows::Cell>;

std::string rows_text(size_t rows) { return fmt::format("{} row{}", rows, rows == 1 ? "" : "s"); }

bool matches(const Row& found, const Wanted& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const auto& cell) { return found[cell.column] == cell.value; });
}

std::string row_text(const FoundRows& found, const Wanted& wanted) {
  std::string text;
  for (const auto& [column, value] : wanted)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", found.columns[column], value);
  return fmt::format("{{ {} }}", text);
}

std::string row_text(const FoundRows& found, const Row& row) {
  std::string text;
  for (size_t i = 0; i < row.size(); ++i)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", found.columns[i], row[i]);
  return fmt::format("{{ {} }}", text);
}

/// The columns that are compared, one on each line.
std::string columns_text(const FoundRows& found, const Row& row, const Wanted& wanted) {
  size_t name_width = std::string_view("column").size();
  size_t value_width = std::string_view("expected").size();
  for (const auto& [column, value] : wanted) {
    name_width = std::max(name_width, found.columns[column].size());
    value_width = std::max(value_width, value.size());
  }
  std::string text =
      fmt::format("    {:<{}}  {:<{}}  found\n", "column", name_width, "expected", value_width);
  for (const auto& [column, value] : wanted) {
    const bool same = row[column] == value;
    text += fmt::format("  {} {:<{}}  {:<{}}  {}\n", same ? ' ' : '!', found.columns[column],
                        name_width, value, value_width, row[column]);
  }
  return text;
}

template <typename Rows>
std::string list_rows(std::string_view what, const FoundRows& found, const Rows& rows) {
  std::string text;
  for (size_t i = 0; i < std::min(rows.size(), kRowsShown); ++i)
    text += fmt::format("  {}: {}\n", what, row_text(found, *rows[i]));
  if (rows.size() > kRowsShown)
    text += fmt::format("  {}: {} more\n", what, rows_text(rows.size() - kRowsShown));
  return text;
}

std::string counts(const FoundRows& found, const WantedRows& wanted) {
  return fmt::format("{} expected, {} found\n", rows_text(wanted.rows.size()), found.rows.size());
}

std::string in_order(const FoundRows& found, const WantedRows& wanted) {
  const size_t both = std::min(found.rows.size(), wanted.rows.size());
  for (size_t i = 0; i < both; ++i) {
    if (matches(found.rows[i], wanted.rows[i])) continue;
    const bool same_count = found.rows.size() == wanted.rows.size();
    return fmt::format("row {} differs{}{}", i + 1,
                       same_count ? ":\n" : "; " + counts(found, wanted),
                       columns_text(found, found.rows[i], wanted.rows[i]));
  }
  if (found.rows.size() == wanted.rows.size()) return {};
  std::vector<const Wanted*> missing;
  for (size_t i = both; i < wanted.rows.size(); ++i) missing.push_back(&wanted.rows[i]);
  std::vector<const Row*> further;
  for (size_t i = both; i < found.rows.size(); ++i) further.push_back(&found.rows[i]);
  return counts(found, wanted) + list_rows("missing", found, missing) +
         list_rows("not expected", found, further);
}

/// Rows that leave the most others their partners come first: those that name more columns.
std::string in_any_order(const FoundRows& found, const WantedRows& wanted) {
  std::vector<const Wanted*> open;
  for (const Wanted& row : wanted.rows) open.push_back(&row);
  std::stable_sort(open.begin(), open.end(),
                   [](const Wanted* a, const Wanted* b) { return a->size() > b->size(); });
  std::vector<bool> taken(found.rows.size(), false);
  std::vector<const Wanted*> missing;
  for (const Wanted* const row : open) {
    size_t at = 0;
    while (at < found.rows.size() && (taken[at] || !matches(found.rows[at], *row))) ++at;
    if (at < found.rows.size()) {
      taken[at] = true;
    } else {
      missing.push_back(row);
    }
  }
  std::vector<const Row*> further;
  for (size_t i = 0; i < found.rows.size(); ++i) {
    if (!taken[i]) further.push_back(&found.rows[i]);
  }
  if (missing.empty() && further.empty()) return {};
  return counts(found, wanted) + list_rows("missing", found, missing) +
         list_rows("not expected", found, further);
}

}  // namespace

std::string difference(const FoundRows& found, const WantedRows& wanted, bool unordered) {
  return unordered ? in_any_order(found, wanted) : in_order(found, wanted);
}

}  // namespace leat::pipelines
