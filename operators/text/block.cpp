// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/block.h"

namespace leat::io {

uint64_t count_newlines(const uint8_t* begin, const uint8_t* end) {
  uint64_t count = 0;
  for (; begin + kBlockBytes <= end; begin += kBlockBytes) {
    count += static_cast<uint64_t>(std::popcount(Block(begin).equal('\n')));
  }
  for (; begin < end; ++begin) count += *begin == '\n';
  return count;
}

}  // namespace leat::io
