// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The beginning of an input of text, for looking at it while binding.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "operators/input/byte_source.h"
#include "operators/input/text_encoding.h"

namespace leat::io {

/// No more than this is looked at.
inline constexpr size_t kBeginningBytesMax = size_t{16} << 20;

/// Grows until it shows enough. THREADS: one.
class TextBeginning {
 public:
  /// Opens `input`, text in `encoding` with `footer_lines` at its end that do not count. SUSPENDS.
  /// ERRORS: those of open_byte_source.
  static Result<TextBeginning> open(const Input& input, const TextEncoding& encoding,
                                    size_t footer_lines = 0);

  /// Reads 64 KiB, then doubles what is there. SUSPENDS. ERRORS: kIo; kData when the input is no
  /// text.
  Status grow();
  /// What is there, without a byte order mark; 64 more bytes are readable.
  std::string_view text() const { return std::string_view(bytes_.data(), size_).substr(mark_); }
  /// Is that all of the input?
  bool complete() const { return complete_; }
  bool may_grow() const { return !complete_ && size_ < kBeginningBytesMax; }

 private:
  TextBeginning(const Input& input, std::unique_ptr<ByteSource> source)
      : input_(&input), source_(std::move(source)) {}

  const Input* input_;
  std::unique_ptr<ByteSource> source_;
  std::string bytes_;
  size_t size_ = 0;
  size_t mark_ = 0;
  bool complete_ = false;
};

}  // namespace leat::io
