// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The text of a pipeline, with the files it includes, and the way from byte offsets to files, lines
// and columns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace leat::pipelines {

/// The text of a pipeline file, and behind it that of those it includes. THREADS: once nothing is
/// appended any more, any.
class Document {
 public:
  /// Longer texts are refused, all files together: a pipeline is written by people.
  static constexpr size_t kBytesMax = size_t{4} << 20;

  /// `file` is what messages call it. REQUIRES: text.size() <= kBytesMax.
  Document(std::string file, std::string text);

  /// One that nobody has written, about the data file `file`: messages do not show its lines.
  static Document made(std::string file, std::string text);

  /// Reads the file, or standard input for "-" (called `stdin` in messages). SUSPENDS (blocking).
  /// ERRORS: kIo; kInvalid when it is longer than kBytesMax.
  static Result<Document> read(const std::string& path);

  /// Puts the text of an included file behind all others, on lines of its own. What stands at an
  /// offset of `included` stands here so many bytes further as the result says. REQUIRES: there is
  /// room_for() it; nothing was appended to `included`.
  uint32_t append(const Document& included);
  bool room_for(const Document& included) const;
  /// Takes all of them out again.
  void forget_included();

  /// Files are numbered in the order in which they were appended, from 0 for the pipeline's own.
  size_t files() const { return parts_.size(); }
  /// Where the text of a file begins, and where it ends.
  Span file_span(size_t number) const;
  /// The pipeline's own file.
  const std::string& file() const { return parts_.front().file; }
  /// Of all files.
  const std::string& text() const { return text_; }
  /// Has it lines that somebody can look at?
  bool is_written() const { return is_written_; }
  /// Was it read from standard input, of which then nothing is left?
  bool is_stdin() const { return is_stdin_; }

  /// File, line and column (both from 1, columns in bytes) of a byte; offsets past the end count as
  /// the end.
  TextPlace place(uint32_t offset) const;
  /// `line 12`, of an included file `line 12 of shared.yaml`.
  std::string named_line(uint32_t offset) const;

  /// The number of the line (from 1) a byte stands in, of all files together.
  uint64_t line_number(uint32_t offset) const;
  /// The line of such a number without its line break; "" past the end.
  std::string_view line(uint64_t number) const;
  /// The offset at which it begins. REQUIRES: 1 <= number <= lines().
  uint32_t line_begin(uint64_t number) const;
  uint64_t lines() const { return line_begins_.size(); }

 private:
  struct Part {
    std::string file;
    uint32_t begin;
    uint64_t lines_before;
  };
  const Part& part_of(uint32_t offset) const;

  std::vector<Part> parts_;  // in the order of their offsets
  std::string text_;
  std::vector<uint32_t> line_begins_;
  bool is_stdin_ = false;
  bool is_written_ = true;
};

}  // namespace leat::pipelines
