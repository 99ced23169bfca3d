// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Lines that end with carriage returns alone. See line_ends.cpp.
#pragma once

#include <memory>

#include "operators/input/byte_source.h"

namespace leat::io {

/// So much of a text decides how its lines end.
inline constexpr size_t kLineEndProbeBytes = size_t{64} << 10;

/// `text` with line feeds for its carriage returns, if kLineEndProbeBytes of its beginning hold
/// carriage returns and no line feed; else as it is. ERRORS: those of `text`.
std::unique_ptr<ByteSource> unify_line_ends(std::unique_ptr<ByteSource> text);

}  // namespace leat::io
