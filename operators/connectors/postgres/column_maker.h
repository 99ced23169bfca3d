// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Columns made of what binary COPY gives. See column_maker.cpp.
#pragma once

#include <leat/plugin_abi.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/connectors/postgres/types.h"

namespace leat::connectors {

/// Takes values one by one. THREADS: one.
class ColumnMaker {
 public:
  /// `type` outlives it.
  explicit ColumnMaker(const ColumnType& type);

  void add_null();
  /// The bytes of a value that is not NULL. Why leat cannot have it, or nullptr.
  const char* add(std::string_view field);
  /// Takes back what was added behind the first `rows` values.
  void truncate(size_t rows);
  size_t rows() const { return rows_; }
  size_t bytes() const;
  /// Hands the values over and begins anew.
  void finish(ArrowArray* out);

 private:
  struct Buffers;

  const char* add_value(std::string_view field);
  const char* add_text(std::string_view text);
  const char* add_array(std::string_view field);
  const char* add_numeric(std::string_view field);
  const char* add_time(std::string_view field);
  template <typename T>
  void store(T value) {
    fixed_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  bool is_text() const;
  size_t width() const;
  void end_value(bool is_valid);

  const ColumnType& type_;
  size_t rows_ = 0;
  std::string validity_;
  std::string fixed_;  // values, or offsets of texts and lists
  std::string data_;   // bytes of texts
  std::unique_ptr<ColumnMaker> element_;
};

/// One row of binary COPY into `columns`. nullopt: it is in them. Otherwise they are as before, and
/// this says why leat cannot have it.
std::optional<std::string> add_row(std::string_view row, std::vector<ColumnMaker>& columns,
                                   const std::vector<std::string>& names);

/// Takes the header off the first bytes of a COPY.
std::string_view without_header(std::string_view bytes);
/// Does the row stand for the end?
bool is_trailer(std::string_view row);

}  // namespace leat::connectors
