// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Unpacks what was written, with the libraries themselves and not with our reader.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "operators/input/compressed_source.h"

namespace leat::test {

/// All gzip members of `packed`; counts them in `parts`.
inline std::string gunzip(std::string_view packed, size_t* parts = nullptr) {
  std::string text;
  std::string room(1 << 16, '\0');
  size_t members = 0;
  while (!packed.empty()) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    int result = Z_OK;
    while (result == Z_OK) {
      stream.next_out = reinterpret_cast<Bytef*>(room.data());
      stream.avail_out = static_cast<uInt>(room.size());
      result = inflate(&stream, Z_NO_FLUSH);
      text.append(room, 0, room.size() - stream.avail_out);
    }
    EXPECT_EQ(result, Z_STREAM_END);
    if (result != Z_STREAM_END) packed = {};
    packed.remove_prefix(packed.size() - std::min<size_t>(packed.size(), stream.avail_in));
    inflateEnd(&stream);
    ++members;
  }
  if (parts != nullptr) *parts = members;
  return text;
}

/// All zstd frames of `packed`; counts them in `parts`.
inline std::string unzstd(std::string_view packed, size_t* parts = nullptr) {
  std::string text;
  size_t frames = 0;
  while (!packed.empty()) {
    const size_t size = ZSTD_findFrameCompressedSize(packed.data(), packed.size());
    EXPECT_FALSE(ZSTD_isError(size));
    if (ZSTD_isError(size)) break;
    std::string frame(ZSTD_getFrameContentSize(packed.data(), size), '\0');
    EXPECT_EQ(ZSTD_decompress(frame.data(), frame.size(), packed.data(), size), frame.size());
    text += frame;
    packed.remove_prefix(size);
    ++frames;
  }
  if (parts != nullptr) *parts = frames;
  return text;
}

inline std::string unpack(io::Compression compression, std::string_view packed,
                          size_t* parts = nullptr) {
  return compression == io::Compression::kGzip ? gunzip(packed, parts) : unzstd(packed, parts);
}

}  // namespace leat::test
