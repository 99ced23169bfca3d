// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The text of UUIDs. A column keeps the canonical one, `a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11`,
// whose order is that of the numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leat::io {

inline constexpr size_t kUuidTextBytes = 36;
using UuidBytes = std::array<uint8_t, 16>;

/// 32 hexadecimal digits of either case, perhaps in braces, with a hyphen behind any four of them
/// or without: what PostgreSQL takes.
std::optional<UuidBytes> parse_uuid(std::string_view text);

/// The canonical text.
std::string format_uuid(const UuidBytes& bytes);

/// `bytes` with a version (RFC 9562) and the variant that goes with it.
UuidBytes with_uuid_version(UuidBytes bytes, uint8_t version);

}  // namespace leat::io
