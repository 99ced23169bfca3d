// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Makes string views of text that lies in a chunk, in the inner loops of decoders.
#pragma once

#include <cstdint>
#include <cstring>

#include "operators/data/column.h"

#if defined(__SSE4_1__)
#include <smmintrin.h>
#endif

namespace leat::io {

/// A view of `length` bytes at `text`, stored in place if short, without a branch on the length.
/// `text` begins at `offset` of the column's data buffer `buffer`. REQUIRES: 16 readable bytes.
inline void store_view(const char* text, uint32_t length, uint32_t buffer, uint32_t offset,
                       Utf8View* out) {
#if defined(__SSE4_1__)
  alignas(16) static constexpr uint8_t kOnes[32] = {
      0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0,
      0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0, 0, 0, 0};
  const uint32_t kept = length < Utf8View::kInlineBytes ? length : Utf8View::kInlineBytes;
  const __m128i mask =
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(kOnes + (Utf8View::kInlineBytes - kept)));
  const __m128i bytes =
      _mm_and_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text)), mask);
  const __m128i view = _mm_insert_epi32(_mm_slli_si128(bytes, 4), static_cast<int>(length), 0);
  const auto low = static_cast<uint64_t>(_mm_cvtsi128_si64(view));
  const auto high_inline = static_cast<uint64_t>(_mm_extract_epi64(view, 1));
  const uint64_t high_ref = buffer | static_cast<uint64_t>(offset) << 32;
  const uint64_t high = length <= Utf8View::kInlineBytes ? high_inline : high_ref;
  auto* const words = reinterpret_cast<char*>(out);
  std::memcpy(words, &low, 8);
  std::memcpy(words + 8, &high, 8);
#else
  *out = Utf8View::of({text, length}, buffer, offset);
#endif
}

}  // namespace leat::io
