// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Messages of the Language Server Protocol on descriptors: a header with the length, then JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace leat::cli {

/// THREADS: one.
class MessageReader {
 public:
  /// Longer messages end the stream: no editor sends them.
  static constexpr size_t kBytesMax = size_t{64} << 20;

  explicit MessageReader(int descriptor) : descriptor_(descriptor) {}

  /// The content of the next message; nullopt at the end, also in the middle of a message. A header
  /// without a length is passed over.
  std::optional<std::string> next();
  /// Is there more to read at once?
  bool is_ready() const;

 private:
  bool fill();
  /// Takes a line off the buffer, without its end; nullopt at the end of the stream.
  std::optional<std::string> line();

  const int descriptor_;
  std::string buffer_;
};

/// False when nobody reads any more.
bool write_message(int descriptor, std::string_view content);

}  // namespace leat::cli
