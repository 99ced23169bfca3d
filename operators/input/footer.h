// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Lines at the end of a text that are no records. See footer.cpp.
#pragma once

#include <cstddef>
#include <memory>

#include "operators/data/memory.h"
#include "operators/input/byte_source.h"

namespace leat::io {

/// A footer is not longer than this.
inline constexpr size_t kFooterBytesMax = size_t{16} << 20;

/// `text`, which is that of `input`, without its last `lines` lines that are not empty, and without
/// empty ones among and behind these. What is held back is charged to `memory` unless that is null.
/// ERRORS: those of `text`, kMemory, and kData when the footer is longer than kFooterBytesMax.
std::unique_ptr<ByteSource> drop_footer(std::unique_ptr<ByteSource> text, const Input& input,
                                        size_t lines, MemoryAccount* memory);

}  // namespace leat::io
