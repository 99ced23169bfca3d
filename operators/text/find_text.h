// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where one text stands in another. See find_text.cpp.
#pragma once

#include <cstddef>
#include <string_view>

namespace leat::io {

/// The first place of `part` in `text`, or npos. Of valid UTF-8 in valid UTF-8 it is the begin of a
/// character.
size_t find_text(std::string_view text, std::string_view part);

}  // namespace leat::io
