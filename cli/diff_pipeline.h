// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The pipeline behind `leat diff`, and what it found, for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace leat::cli {

/// What is compared, and how much of it is shown.
struct DiffQuestion {
  std::vector<std::string> keys;
  std::vector<std::string> ignored;  ///< Columns.
  int64_t rows = 20;                 ///< That are shown.
};

/// A pipeline of two readers, whose stages are given without a name, that shows three tables of
/// JSON: differences, how many there are of each kind, and how many of each column.
std::string diff_pipeline(const std::string& reader_of_old, const std::string& reader_of_new,
                          const DiffQuestion& question);

/// The two sides as they are called.
struct DiffSides {
  std::string old_name;
  std::string new_name;
  std::vector<std::string> only_old = {};  ///< Columns.
  std::vector<std::string> only_new = {};
};

/// `tables`: what the pipeline showed. Members: `same`, `added`, `removed`, `changed`, `columns`,
/// `only_in_old`, `only_in_new`, `differences`.
nlohmann::ordered_json diff_result(const std::string& tables, const DiffSides& sides,
                                   const DiffQuestion& question);

/// A sentence, and a line for each difference, none of these longer than `width` cells if that is
/// not 0.
std::string diff_text(const nlohmann::ordered_json& result, const DiffSides& sides,
                      const DiffQuestion& question, size_t width);

}  // namespace leat::cli
