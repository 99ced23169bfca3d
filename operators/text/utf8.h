// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where text stops being UTF-8. Whether it is, simdjson::validate_utf8 says faster.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace leat::io {

/// What a text in UTF-8 may begin with.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The position of the first byte that does not belong to a valid UTF-8 sequence; text.size() when
/// all do.
size_t first_invalid_utf8(std::string_view text);

/// `text` with U+FFFD in place of each byte that does not belong to a valid sequence.
std::string replace_invalid_utf8(std::string_view text);

}  // namespace leat::io
