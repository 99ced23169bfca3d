// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a filter looks for a word in each of a million short texts, and what a search prepares
// for the word (memmem of glibc fills a table of 256 bytes each time) takes longer than the search.
//
// The first and the last byte of the word are looked for at 16 places at once; only where both
// stand is the rest compared. After W. Muła, "SIMD-friendly algorithms for substring searching".
//
// Invariant: no byte outside of the text is read: the last 16 places are looked at again together
// with some before them.
//
// Rejected: Two-Way and its like, whose bound for the worst case costs more than it saves on texts
// of one line; texts that are full of both bytes take len(text) * len(part) steps at most.
#include "operators/text/find_text.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace leat::io {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kPlaces = 16;

#if defined(__SSE2__)
/// Bit i: `first` stands at i, and `last` at i + `distance`.
uint32_t places(const char* at, size_t distance, __m128i first, __m128i last) {
  const auto load = [](const char* from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  };
  return static_cast<uint32_t>(_mm_movemask_epi8(
      _mm_and_si128(_mm_cmpeq_epi8(load(at), first), _mm_cmpeq_epi8(load(at + distance), last))));
}
#endif

/// REQUIRES: 2 <= part.size(), fewer than kPlaces places.
size_t find_in_short(std::string_view text, std::string_view part) {
  for (size_t at = 0; at + part.size() <= text.size(); ++at) {
    if (text[at] == part.front() && std::memcmp(text.data() + at, part.data(), part.size()) == 0)
      return at;
  }
  return kNone;
}

}  // namespace

size_t find_text(std::string_view text, std::string_view part) {
  if (part.size() > text.size()) return kNone;
  if (part.empty()) return 0;
  if (part.size() == 1) return text.find(part.front());
  const size_t starts = text.size() - part.size() + 1;
  if (starts < kPlaces) return find_in_short(text, part);
#if defined(__SSE2__)
  const __m128i first = _mm_set1_epi8(part.front());
  const __m128i last = _mm_set1_epi8(part.back());
  for (size_t at = 0; at < starts;) {
    for (uint32_t found = places(text.data() + at, part.size() - 1, first, last); found != 0;
         found &= found - 1) {
      const size_t place = at + static_cast<size_t>(std::countr_zero(found));
      if (std::memcmp(text.data() + place + 1, part.data() + 1, part.size() - 2) == 0) return place;
    }
    if (at + kPlaces == starts) break;
    at = std::min(at + kPlaces, starts - kPlaces);
  }
  return kNone;
#else
  return text.find(part);
#endif
}

}  // namespace leat::io
