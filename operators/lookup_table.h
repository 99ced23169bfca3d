// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A small table of keys and values, written in the pipeline or read from a CSV file while binding.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "operators/operator.h"

namespace leat {

/// Texts, until types are given to them.
struct LookupTable {
  struct Entry {
    std::string key;
    std::optional<std::string> value;  ///< nullopt: NULL.
    std::string place;                 ///< Of the key, as messages show it: `file:line`, or "".
    Span span;                         ///< In the pipeline.
  };

  std::vector<Entry> entries;
  bool values_are_text = false;  ///< Is a value of the pipeline quoted?
};

/// Files that are larger are refused: `join` is for those.
inline constexpr size_t kLookupFileBytesMax = size_t{16} << 20;

/// What the option holds: a mapping, or the path of a CSV file with a header and two columns.
/// Returns nullopt after reporting. SUSPENDS (reads the file).
std::optional<LookupTable> read_lookup_table(const OptionNode& node, const BindContext& context);

}  // namespace leat
