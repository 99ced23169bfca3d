// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Compresses texts for tests.
#pragma once

#include <string>
#include <string_view>

#include <bzlib.h>
#include <gtest/gtest.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "operators/input/compressed_source.h"

namespace leat::test {

inline std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

inline std::string pack(io::Compression compression, std::string_view text) {
  std::string packed(text.size() + text.size() / 50 + 4096, '\0');
  switch (compression) {
    case io::Compression::kGzip: return gzip(text);
    case io::Compression::kZstd:
      packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
      break;
    case io::Compression::kLz4: {
      LZ4F_preferences_t preferences{};
      preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
      packed.resize(LZ4F_compressFrameBound(text.size(), &preferences));
      packed.resize(
          LZ4F_compressFrame(packed.data(), packed.size(), text.data(), text.size(), &preferences));
      break;
    }
    case io::Compression::kBzip2: {
      auto size = static_cast<unsigned>(packed.size());
      EXPECT_EQ(BZ2_bzBuffToBuffCompress(packed.data(), &size, const_cast<char*>(text.data()),
                                         static_cast<unsigned>(text.size()), 9, 0, 0),
                BZ_OK);
      packed.resize(size);
      break;
    }
    case io::Compression::kXz: {
      size_t size = 0;
      EXPECT_EQ(lzma_easy_buffer_encode(
                    1, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const uint8_t*>(text.data()),
                    text.size(), reinterpret_cast<uint8_t*>(packed.data()), &size, packed.size()),
                LZMA_OK);
      packed.resize(size);
      break;
    }
    case io::Compression::kNone: return std::string(text);
  }
  return packed;
}

inline constexpr io::Compression kCompressions[] = {io::Compression::kGzip, io::Compression::kZstd,
                                                    io::Compression::kLz4, io::Compression::kBzip2,
                                                    io::Compression::kXz};

}  // namespace leat::test
