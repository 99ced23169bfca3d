// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A string that a group keeps and now and then replaces: text in an arena with room to spare, so
// that replacing it again and again wastes at most as much as is kept.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

#include "operators/state/arena.h"

namespace leat::state {

/// Memory of zeros is no text, which differs from the empty text.
struct ArenaText {
  char* data;
  uint32_t length;
  uint32_t room;  // 0: no text

  bool has_text() const { return room != 0; }
  std::string_view text() const { return {data, length}; }

  /// ERRORS: kMemory, the text is unchanged.
  Status assign(std::string_view text, Arena& arena) {
    if (text.size() > room || room == 0) {
      const size_t wanted = std::max<size_t>(16, std::bit_ceil(text.size()));
      const size_t taken = std::min<size_t>(wanted, UINT32_MAX);
      LEAT_TRY_ASSIGN(data, arena.take(taken));
      room = static_cast<uint32_t>(taken);
    }
    std::memcpy(data, text.data(), text.size());
    length = static_cast<uint32_t>(text.size());
    return {};
  }
};

}  // namespace leat::state
