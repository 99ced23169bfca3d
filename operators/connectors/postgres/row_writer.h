// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows of leat as binary COPY takes them. See row_writer.cpp.
#pragma once

#include <leat/plugin_abi.h>

#include <optional>
#include <string>
#include <vector>

#include "operators/connectors/postgres/types.h"

namespace leat::connectors {

/// The type of a column that comes with `schema`; nullopt: the server has none for it.
std::optional<ColumnType> type_of_format(const ArrowSchema& schema);

/// THREADS: immutable, any.
class RowWriter {
 public:
  RowWriter(std::vector<std::string> names, std::vector<ColumnType> types)
      : names_(std::move(names)), types_(std::move(types)) {}

  /// Appends row `row` of the struct array `rows`. Otherwise `out` is as before, and this says why
  /// the server cannot have it.
  std::optional<std::string> put(const ArrowArray& rows, int64_t row, std::string& out) const;

  const std::vector<std::string>& names() const { return names_; }
  const std::vector<ColumnType>& types() const { return types_; }

  /// What stands before the first row, and behind the last.
  static std::string header();
  static std::string trailer();

 private:
  std::vector<std::string> names_;
  std::vector<ColumnType> types_;
};

}  // namespace leat::connectors
