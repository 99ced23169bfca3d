// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Paths of sinks in which `{column}` stands for the row's value and `{part}` for the number of a
// part: `out/{country}/part-{part:05}.csv`. See path_pattern.cpp for how values become names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/data/batch.h"
#include "operators/diagnostic.h"

namespace leat::io {

/// File systems take names of at most so many bytes.
inline constexpr size_t kNameBytesMax = 255;

/// THREADS: any, it is immutable.
class PathPattern {
 public:
  /// `path` with `{{` and `}}` for braces that are meant. Text of parameters stands for itself.
  /// Returns nullopt after reporting a malformed placeholder, or a column that is not there or
  /// makes no name.
  static std::optional<PathPattern> read(const SourceText& path, const Schema& input,
                                         Diagnostics& diagnostics);

  /// Does it stand for more than one file?
  bool is_many() const { return has_part() || !columns_.empty(); }
  bool has_part() const { return has_part_; }
  /// The columns whose values are in it, in its order, each once.
  const std::vector<size_t>& columns() const { return columns_; }
  /// Those of them that a folder `name={column}` holds.
  const std::vector<size_t>& folder_columns() const { return folder_columns_; }
  /// The path itself. REQUIRES: not is_many().
  std::string plain() const;
  /// The folder that holds all files, or the folders of all files.
  std::string folder() const;

  /// Appends to `name` the path of row `row` of `batch`, with a NUL for the number of the part.
  /// False when no file can have it; then the name is left as it is so far.
  bool put_name(const Batch& batch, size_t row, std::string& name) const;
  /// What put_name made, as part `part`.
  std::string path_of(std::string_view name, uint64_t part) const;

 private:
  /// A piece of the path: text, a column's value, or the part.
  struct Piece {
    std::string text;
    std::optional<size_t> column;
    bool is_part = false;
  };
  class Reader;

  void find_folder_columns();

  std::vector<Piece> pieces_;
  std::vector<size_t> columns_;
  std::vector<size_t> folder_columns_;
  bool has_part_ = false;
  size_t part_digits_ = 1;
};

/// Appends `value` to `name` as part of the name of a file or folder.
void put_escaped(std::string_view value, std::string& name);

}  // namespace leat::io
