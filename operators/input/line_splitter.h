// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Splits for formats in which a record is a line: JSON lines, logs, CSV without quotes.
#pragma once

#include <memory>

#include <re2/re2.h>

#include "operators/input/record_splitter.h"
#include "operators/input/split_place.h"

namespace leat::io {

/// How a line begins that begins a record of several lines; those behind it that begin otherwise
/// belong to it. THREADS: immutable, any.
class RecordStart {
 public:
  /// REQUIRES: `pattern` is one.
  explicit RecordStart(std::unique_ptr<const re2::RE2> pattern) : pattern_(std::move(pattern)) {}
  bool matches(std::string_view line) const {
    return pattern_->Match({line.data(), line.size()}, 0, line.size(), re2::RE2::ANCHOR_START,
                           nullptr, 0);
  }

 private:
  std::unique_ptr<const re2::RE2> pattern_;
};
using RecordStartRef = std::shared_ptr<const RecordStart>;

/// Records end before a line that matches `start`. A line is looked at when its end is there, so
/// that no pattern sees half of one.
class RecordStartFinder final : public BoundaryFinder {
 public:
  explicit RecordStartFinder(RecordStartRef start) : start_(std::move(start)) {}
  Boundary find(std::string_view text, size_t scanned) override;
  uint64_t count_rows(std::string_view text) const override;
  Error too_long(const Input& input, std::string_view text, uint64_t line,
                 const std::string& limit) const override;

 private:
  const RecordStartRef start_;
};

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
/// carriage return before one belongs to the line break. With `start`, which outlives it, the lines
/// are the records that begin so; line breaks between their lines are part of them.
class LineWalker {
 public:
  explicit LineWalker(std::string_view text, const RecordStart* start = nullptr)
      : text_(text), start_(start) {}
  /// Moves to the next line; false at the end. A final line break does not begin another line.
  bool next();
  /// Where the line begins in the text.
  size_t begin() const { return begin_; }
  /// Where the next one does.
  size_t next_begin() const { return next_; }
  /// The line without its line break.
  std::string_view line() const { return line_; }

 private:
  size_t line_end(size_t begin) const;

  std::string_view text_;
  const RecordStart* start_;
  size_t next_ = 0;
  size_t begin_ = 0;
  std::string_view line_;
};

/// Row origin for formats in which row n of a split is its n-th line, empty lines counted or not.
/// Asking for ascending rows costs one pass over the split together.
enum class EmptyLines : uint8_t { kAreRows, kAreIgnored };
RowOriginRef make_line_origin(Split split, EmptyLines empty_lines, RecordStartRef start = nullptr);

}  // namespace leat::io
