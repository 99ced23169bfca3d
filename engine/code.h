// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The stable number of a kind of message, such as E0301: what `leat explain E0301` explains, tests
// of pipelines name, and programs may depend on. A code says what is wrong, whatever the words and
// the place; it is not the class of a fault (ErrorCode), on which the exit code depends.
//
// The codes are declared in engine/codes/, one header for each hundred, so that a new one compiles
// only the files that use its neighbours again. A number is never given to something else, nor
// changed: tests/errors/codes.txt holds those that are out in the world.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace leat {

/// A number of engine/codes/. 0 is no code.
enum class Code : uint16_t {};

/// A line of the table.
struct CodeInfo {
  Code code;
  std::string_view name;   ///< As in the sources: `kUnknownColumn`.
  std::string_view title;  ///< What is wrong, in a few words.
};

/// All codes, ascending.
std::span<const CodeInfo> all_codes();

/// `E0301`
std::string to_string(Code code);

/// The code that reads `E0301` (small letters will do), if there is one.
std::optional<Code> parse_code(std::string_view text);

/// Does it look like a code, whether there is one or not?
bool looks_like_code(std::string_view text);

/// What reading a file ended with.
Code read_code(int errno_value);
/// What writing a file ended with.
Code write_code(int errno_value);

}  // namespace leat

/// What the tables of engine/codes/ are put into.
#define LEAT_DECLARE_CODE(number, name, title) inline constexpr Code name{number};
