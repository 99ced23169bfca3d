// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Looking at text 64 bytes at a time: which bytes equal this one, as a bitmap. The baseline vectors
// of each processor are wide enough, because finding the structure of text is a small part of
// decoding it.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace leat::io {

inline constexpr size_t kBlockBytes = 64;

/// 64 bytes in registers; bit i of every result belongs to byte i.
class Block {
 public:
#if defined(__SSE2__)
  /// REQUIRES: 64 readable bytes at `bytes`.
  explicit Block(const uint8_t* bytes) {
    const auto* const lanes = reinterpret_cast<const __m128i*>(bytes);
    lanes_[0] = _mm_loadu_si128(lanes);
    lanes_[1] = _mm_loadu_si128(lanes + 1);
    lanes_[2] = _mm_loadu_si128(lanes + 2);
    lanes_[3] = _mm_loadu_si128(lanes + 3);
  }
  uint64_t equal(uint8_t byte) const {
    const __m128i wanted = _mm_set1_epi8(static_cast<char>(byte));
    // Written out: at -O2 GCC keeps loops, and with them the lanes in memory.
    const uint64_t bits_0 = mask(_mm_cmpeq_epi8(lanes_[0], wanted));
    const uint64_t bits_1 = mask(_mm_cmpeq_epi8(lanes_[1], wanted));
    const uint64_t bits_2 = mask(_mm_cmpeq_epi8(lanes_[2], wanted));
    const uint64_t bits_3 = mask(_mm_cmpeq_epi8(lanes_[3], wanted));
    return bits_0 | bits_1 << 16 | bits_2 << 32 | bits_3 << 48;
  }
  /// Is any byte outside ASCII?
  bool has_high_bit() const {
    return mask(_mm_or_si128(_mm_or_si128(lanes_[0], lanes_[1]),
                             _mm_or_si128(lanes_[2], lanes_[3]))) != 0;
  }

 private:
  static uint32_t mask(__m128i lane) { return static_cast<uint32_t>(_mm_movemask_epi8(lane)); }
  __m128i lanes_[4];
#elif defined(__aarch64__)
  explicit Block(const uint8_t* bytes) {
    for (int i = 0; i < 4; ++i) lanes_[i] = vld1q_u8(bytes + 16 * i);
  }
  uint64_t equal(uint8_t byte) const {
    const uint8x16_t wanted = vdupq_n_u8(byte);
    const uint8x16_t weights = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t lanes[4];
    for (int i = 0; i < 4; ++i) lanes[i] = vandq_u8(vceqq_u8(lanes_[i], wanted), weights);
    const uint8x16_t pairs =
        vpaddq_u8(vpaddq_u8(lanes[0], lanes[1]), vpaddq_u8(lanes[2], lanes[3]));
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(pairs, pairs)), 0);
  }
  bool has_high_bit() const {
    return vmaxvq_u8(vorrq_u8(vorrq_u8(lanes_[0], lanes_[1]), vorrq_u8(lanes_[2], lanes_[3]))) >=
           0x80;
  }

 private:
  uint8x16_t lanes_[4];
#else
  explicit Block(const uint8_t* bytes) { std::memcpy(bytes_, bytes, kBlockBytes); }
  uint64_t equal(uint8_t byte) const {
    uint64_t bits = 0;
    for (size_t i = 0; i < kBlockBytes; ++i) bits |= static_cast<uint64_t>(bytes_[i] == byte) << i;
    return bits;
  }
  bool has_high_bit() const {
    uint8_t all = 0;
    for (const uint8_t byte : bytes_) all |= byte;
    return all >= 0x80;
  }

 private:
  uint8_t bytes_[kBlockBytes];
#endif
};

/// The lowest `count` bits. REQUIRES: 0 < count <= 64.
inline uint64_t low_bits(size_t count) { return ~uint64_t{0} >> (64 - count); }

/// Bit i of the result is the parity of bits 0 to i.
inline uint64_t prefix_xor(uint64_t bits) {
  for (int shift = 1; shift < 64; shift <<= 1) bits ^= bits << shift;
  return bits;
}

/// How many of the bytes in [begin, end) are line feeds.
uint64_t count_newlines(const uint8_t* begin, const uint8_t* end);

}  // namespace leat::io
