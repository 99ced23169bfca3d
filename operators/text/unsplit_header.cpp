// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a file with semicolons that is read with commas has one column, called `id;name;price`.
// The mistake shows where `price` is used, stages later, as a column that is not there.
//
// Invariants: it is said only where a column is missing, so a column that is really called so can
// be used. What a name shows decides, not where it comes from: any stage may have passed it on.
//
// Not chosen: a warning of the reader, which would meet files of one column with odd names.
#include "operators/text/unsplit_header.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "engine/mutant.h"

namespace leat::io {

std::string unsplit_header_hint(const std::vector<std::string>& columns) {
  if (columns.empty() || LEAT_MUTANT("unsplit_header_unnoticed")) return {};
  if (columns[0].starts_with("sep=") && columns[0].size() <= 5)
    return "the file begins with a line of Excel that says its delimiter: write delimiter: auto";
  if (columns.size() > 1) return {};
  constexpr std::string_view kDelimiters = "\t;|,";
  const auto count = [&](char delimiter) {
    return std::count(columns[0].begin(), columns[0].end(), delimiter);
  };
  const char likely = *std::max_element(kDelimiters.begin(), kDelimiters.end(),
                                        [&](char a, char b) { return count(a) < count(b); });
  if (count(likely) == 0 || columns[0].contains(", ")) return {};
  return likely == '\t'
             ? "the file seems to be delimited by tabs: write delimiter: \"\\t\""
             : fmt::format("the file seems to be delimited by '{0}': write delimiter: '{0}'",
                           likely);
}

}  // namespace leat::io
