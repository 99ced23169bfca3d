// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows that were found beside rows that were expected, and where they differ. See row_match.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace leat::pipelines {

/// Rows as JSON values, column by column of each.
struct FoundRows {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// Rows with the columns that they name.
struct WantedRows {
  struct Cell {
    size_t column;  ///< Of the rows that were found.
    std::string value;
  };
  std::vector<std::vector<Cell>> rows;
};

/// What is different, in lines for people; "" when nothing is. In order, the first row that differs
/// is shown column by column; else the rows that have no partner.
std::string difference(const FoundRows& found, const WantedRows& wanted, bool unordered);

}  // namespace leat::pipelines
