// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Text from outside (names, headers, messages of others) that is printed for people must not steer
// their terminal. See terminal_text.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace leat::io {

/// Does a terminal carry out the character `code_point`, or let it change how others are shown? All
/// control characters, and the marks that turn the direction of text.
bool acts_on_terminal(int32_t code_point);

/// `text` with `?` for every character that acts on a terminal, but line feeds and tabs; and for
/// bytes that are no UTF-8 and would be control characters on a terminal of 8 bits.
std::string terminal_text(std::string_view text);

/// The cells of a line of the terminal behind `descriptor`; 0 when it is none.
size_t terminal_width(int descriptor);

}  // namespace leat::io
