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
  };

  virtual ~Codec() = default;
  /// Unpacks from `in` (empty when there is no more) to `out` (not empty) as far as it gets. The
  /// error, if any, is a message fragment such as `its checksum is wrong`.
  virtual std::expected<Progress, std::string> run(std::span<const uint8_t> in,
                                                   std::span<uint8_t> out) = 0;
  /// Readies for the next part. Called after part_done.
  virtual void restart() = 0;
};

/// REQUIRES: compression is not kNone.
std::unique_ptr<Codec> make_codec(Compression compression);

/// `gzip`, `zstd`, ...
std::string_view to_string(Compression compression);

}  // namespace leat::io
