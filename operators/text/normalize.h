// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Unicode's normal forms, and text without accents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leat::expr {

enum class NormalForm : uint8_t { kNfc, kNfd, kNfkc, kNfkd };

/// Reads NFC, nfd, ...; nullopt when it is none.
std::optional<NormalForm> parse_normal_form(std::string_view text);

/// `text` in a normal form. REQUIRES: valid UTF-8 of less than 2 GiB.
std::string normalized(std::string_view text, NormalForm form);

/// `text` without the marks of its letters, and letters that are none of ASCII but have a usual
/// spelling there (ß, ø, æ, ł) in that.
std::string without_accents(std::string_view text);

}  // namespace leat::expr
