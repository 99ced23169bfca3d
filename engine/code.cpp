// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: what users, tests and scripts know a message by must outlive its words.
//
// Invariants:
//  1. Codes ascend and are unique, also in their names (checked while compiling).
//
// Rejected: one enumeration of all codes in the header of Error, as then each new one compiles
// everything again.
#include "engine/code.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>

#include "engine/codes/command.h"
#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "engine/codes/file.h"
#include "engine/codes/form.h"
#include "engine/codes/graph.h"
#include "engine/codes/machine.h"
#include "engine/codes/option.h"
#include "engine/codes/plugin.h"

namespace leat {
namespace {

#define LEAT_ROW_OF_CODES(number, name, title) CodeInfo{Code{number}, #name, title},

constexpr auto kCodes = std::to_array<CodeInfo>({
    // clang-format off
    LEAT_CODES_FORM(LEAT_ROW_OF_CODES)
    LEAT_CODES_GRAPH(LEAT_ROW_OF_CODES)
    LEAT_CODES_EXPRESSION(LEAT_ROW_OF_CODES)
    LEAT_CODES_DATA(LEAT_ROW_OF_CODES)
    LEAT_CODES_OPTION(LEAT_ROW_OF_CODES)
    LEAT_CODES_FILE(LEAT_ROW_OF_CODES)
    LEAT_CODES_MACHINE(LEAT_ROW_OF_CODES)
    LEAT_CODES_PLUGIN(LEAT_ROW_OF_CODES)
    LEAT_CODES_COMMAND(LEAT_ROW_OF_CODES)
    // clang-format on
});

#undef LEAT_ROW_OF_CODES

static_assert(std::adjacent_find(kCodes.begin(), kCodes.end(),
                                 [](const CodeInfo& a, const CodeInfo& b) {
                                   return a.code >= b.code;
                                 }) == kCodes.end(),
              "codes ascend, and no number is given twice");

}  // namespace

std::span<const CodeInfo> all_codes() { return kCodes; }

std::string to_string(Code code) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "E%04u", static_cast<unsigned>(code));
  return text.data();
}

bool looks_like_code(std::string_view text) {
  return text.size() == 5 && (text.front() == 'E' || text.front() == 'e') &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Code> parse_code(std::string_view text) {
  if (!looks_like_code(text)) return std::nullopt;
  uint16_t number = 0;
  std::from_chars(text.data() + 1, text.data() + text.size(), number);
  const auto found =
      std::lower_bound(kCodes.begin(), kCodes.end(), Code{number},
                       [](const CodeInfo& info, Code code) { return info.code < code; });
  if (found == kCodes.end() || found->code != Code{number}) return std::nullopt;
  return found->code;
}

Code read_code(int errno_value) {
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR: return code::kNoFile;
    case EISDIR: return code::kIsFolder;
    default: return code::kCannotRead;
  }
}

Code write_code(int errno_value) {
  switch (errno_value) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return code::kDiskFull;
    case EISDIR: return code::kIsFolder;
    default: return code::kCannotWrite;
  }
}

}  // namespace leat
