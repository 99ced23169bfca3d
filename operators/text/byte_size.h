// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Sizes as people write them: `256MiB`, `64k`, `1000000`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leat::io {

/// Reads a whole number with an optional unit: `B`; `K KiB M MiB G GiB T TiB` (powers of 1024); `KB
/// MB GB TB` (powers of 1000). Case does not matter, one space before the unit is allowed. nullopt
/// when the text is no size or does not fit.
std::optional<uint64_t> parse_bytes(std::string_view text);

/// `2 MiB`, `1.5 GiB`, `17 bytes`.
std::string format_bytes(uint64_t bytes);

}  // namespace leat::io
