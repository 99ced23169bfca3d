// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Splits for formats in which a record is a line: JSON lines, logs, CSV without quotes.
#pragma once

#include <memory>

#include "operators/input/record_splitter.h"
#include "operators/input/split_place.h"

namespace leat::io {

/// Records end with a line feed; the last one may lack it.
class LineFinder final : public BoundaryFinder {
 public:
  Boundary find(std::string_view text, size_t scanned) override;
  /// Every line is one.
  uint64_t count_rows(std::string_view text) const override;
  Error too_long(const Input& input, std::string_view text, uint64_t line,
                 const std::string& limit) const override;
};

/// Splits of whole lines of `inputs`; a byte order mark is left out.
std::unique_ptr<Splitter> make_line_splitter(Inputs inputs, MemoryAccount& memory,
                                             SplitterOptions options = {});

/// Walks the lines of a split's bytes: for decoders and for slow paths. Line feeds end lines; a
/// carriage return before one belongs to the line break.
class LineWalker {
 public:
  explicit LineWalker(std::string_view text) : text_(text) {}
  /// Moves to the next line; false at the end. A final line break does not begin another line.
  bool next();
  /// Where the line begins in the text.
  size_t begin() const { return begin_; }
  /// The line without its line break.
  std::string_view line() const { return line_; }

 private:
  std::string_view text_;
  size_t next_ = 0;
  size_t begin_ = 0;
  std::string_view line_;
};

/// Row origin for formats in which row n of a split is its n-th line, empty lines counted or not.
/// Asking for ascending rows costs one pass over the split together.
enum class EmptyLines : uint8_t { kAreRows, kAreIgnored };
RowOriginRef make_line_origin(Split split, EmptyLines empty_lines);

}  // namespace leat::io
