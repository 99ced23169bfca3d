// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The text that a function makes of one row, while its length is not known yet: charged to the
// stage as it grows, and no longer than kResultBytesMax, whatever the arguments ask for.
#pragma once

#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/expr/kernels/kernel.h"
#include "operators/text/text_buffer.h"

namespace leat::expr {

/// Longer results are a mistake in the arguments, and would not fit the memory of a stage.
inline constexpr size_t kResultBytesMax = size_t{64} << 20;
inline constexpr std::string_view kResultTooLong = "the text would be longer than 64 MiB";

/// One text after another. What does not fit is a fault of its row; after that, and once memory was
/// refused, nothing is appended.
class ResultText {
 public:
  explicit ResultText(const KernelContext& context)
      : context_(context), buffer_(context.memory()) {}

  /// Begins the text of `row`.
  void start(size_t row) {
    row_ = row;
    is_whole_ = !error_;
    if (buffer_.size() > 0) buffer_.advance(buffer_.cursor() - buffer_.size());
  }
  void append(std::string_view text) {
    if (reserve(text.size())) static_cast<void>(buffer_.append(text));
  }
  void append(size_t count, char c) {
    if (!reserve(count)) return;
    std::memset(buffer_.cursor(), c, count);
    buffer_.advance(buffer_.cursor() + count);
  }
  /// `text`, `count` times.
  void repeat(std::string_view text, size_t count) {
    if (text.empty()) return;
    if (!reserve(count > kResultBytesMax / text.size() ? kResultBytesMax + 1 : count * text.size()))
      return;
    for (; count > 0; --count) static_cast<void>(buffer_.append(text));
  }
  /// False after a fault: then the row has no result.
  bool is_whole() const { return is_whole_; }
  std::string_view text() const { return buffer_.text(); }
  /// Puts the text into its row, unless there was a fault.
  void write_to(TextWriter& writer) const {
    if (is_whole_) writer.write(row_, text());
  }
  /// ERRORS: kMemory, of earlier calls.
  Status finish() {
    if (error_) return std::unexpected(std::move(*error_));
    return {};
  }

 private:
  bool reserve(size_t bytes) {
    if (!is_whole_) return false;
    const size_t used = buffer_.size();
    if (bytes > kResultBytesMax - used && !LEAT_MUTANT("results_grow_on")) {
      is_whole_ = false;
      context_.fault(code::kOutOfRange, row_, std::string(kResultTooLong));
      return false;
    }
    const Status room = begun_ ? buffer_.ensure(bytes) : buffer_.start(bytes);
    begun_ = true;
    if (!room) error_ = room.error();
    is_whole_ = room.has_value();
    return is_whole_;
  }

  const KernelContext& context_;
  io::TextBuffer buffer_;
  std::optional<Error> error_;
  size_t row_ = 0;
  bool begun_ = false;
  bool is_whole_ = true;
};

}  // namespace leat::expr
