// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The text of a pipeline and the way from byte offsets to lines and columns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace leat::pipelines {

/// The text of a pipeline file. THREADS: immutable, any.
class Document {
 public:
  /// Longer texts are refused: a pipeline is written by people.
  static constexpr size_t kBytesMax = size_t{4} << 20;

  /// `file` is what messages call it. REQUIRES: text.size() <= kBytesMax.
  Document(std::string file, std::string text);

  /// Reads the file, or standard input for "-" (called `stdin` in messages). SUSPENDS (blocking).
  /// ERRORS: kIo; kInvalid when it is longer than kBytesMax.
  static Result<Document> read(const std::string& path);

  const std::string& file() const { return file_; }
  const std::string& text() const { return text_; }
  /// Was it read from standard input, of which then nothing is left?
  bool is_stdin() const { return is_stdin_; }

  /// Line and column (both from 1, columns in bytes) of a byte; offsets past the end count as the
  /// end.
  TextPlace place(uint32_t offset) const;
  /// A line (from 1) without its line break; "" past the end.
  std::string_view line(uint64_t number) const;
  /// The offset at which a line (from 1) begins. REQUIRES: 1 <= number <= lines().
  uint32_t line_begin(uint64_t number) const;
  uint64_t lines() const { return line_begins_.size(); }

 private:
  std::string file_;
  std::string text_;
  std::vector<uint32_t> line_begins_;
  bool is_stdin_ = false;
};

}  // namespace leat::pipelines
