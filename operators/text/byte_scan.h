// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Looking for special bytes in text, 16 at a time: what quoting and escaping have in common. All
// functions may read up to 16 bytes past the text, which the padding of every Buffer allows
// (operators/data/buffer.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <hwy/highway.h>

namespace leat::io {

namespace hn = hwy::HWY_NAMESPACE;
using Bytes16 = hn::FixedTag<uint8_t, 16>;
using Vec16 = hn::Vec<Bytes16>;
using Mask16 = hn::Mask<Bytes16>;

inline Vec16 load16(const char* from) {
  return hn::LoadU(Bytes16(), reinterpret_cast<const uint8_t*>(from));
}
inline void store16(Vec16 bytes, char* to) {
  hn::StoreU(bytes, Bytes16(), reinterpret_cast<uint8_t*>(to));
}

/// The index of the first marked byte, 16 if none is.
inline size_t first_marked(Mask16 marks) {
  const intptr_t first = hn::FindFirstTrue(Bytes16(), marks);
  return first < 0 ? 16 : static_cast<size_t>(first);
}

/// Is any of the first `count` bytes marked?
inline bool any_of_first(Mask16 marks, size_t count) { return first_marked(marks) < count; }

/// Copies `text` to `out` and tells whether it is free of the bytes that `specials(Vec16) ->
/// Mask16` marks; stops early when it is not.
/// REQUIRES: room for text.size() + 16 bytes.
template <typename Specials>
bool copy_if_plain(std::string_view text, char* out, const Specials& specials) {
  const char* from = text.data();
  size_t rest = text.size();
  for (; rest > 16; rest -= 16, from += 16, out += 16) {
    const Vec16 bytes = load16(from);
    store16(bytes, out);
    if (!hn::AllFalse(Bytes16(), specials(bytes))) return false;
  }
  const Vec16 bytes = load16(from);
  store16(bytes, out);
  return !any_of_first(specials(bytes), rest);
}

}  // namespace leat::io
