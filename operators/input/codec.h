// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// One face for the decompression libraries.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "engine/error.h"
#include "operators/input/compressed_source.h"

namespace leat::io {

/// Unpacks one part after another. THREADS: one.
class Codec {
 public:
  struct Progress {
    size_t consumed = 0;
    size_t produced = 0;
    bool part_done =
        false;  ///< A part is complete and its checksum was right; the next byte begins another.
    size_t wants = 0;  ///< Bytes of memory without which it cannot go on; see grant.
  };

  virtual ~Codec() = default;
  /// Bytes of memory that the library takes for the part that begins with `head` (kHeadBytes, or
  /// all there is): asked before a byte of it is unpacked, and charged.
  virtual size_t memory_needed(std::span<const uint8_t> head) const = 0;
  /// Allows `bytes` in all, which run() wanted. Formats that do not say in their head what they
  /// take ask in the middle.
  virtual void grant(size_t bytes) { static_cast<void>(bytes); }
  /// Unpacks from `in` (empty when there is no more) to `out` (not empty) as far as it gets. The
  /// error, if any, is a message fragment such as `its checksum is wrong`.
  virtual std::expected<Progress, std::string> run(std::span<const uint8_t> in,
                                                   std::span<uint8_t> out) = 0;
  /// Readies for the next part. Called after part_done.
  virtual void restart() = 0;
};

/// What Codec::memory_needed wants to see.
inline constexpr size_t kHeadBytes = 18;

/// REQUIRES: compression is not kNone.
std::unique_ptr<Codec> make_codec(Compression compression);

/// `gzip`, `zstd`, ...
std::string_view to_string(Compression compression);

}  // namespace leat::io
