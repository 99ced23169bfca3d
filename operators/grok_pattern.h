// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Regular expressions with names for their usual parts, as grok has them: `%{IP:client}`. See
// grok_pattern.cpp.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <re2/re2.h>

#include "operators/diagnostic.h"
#include "operators/options.h"

namespace leat {

/// A pattern of which nothing is left to be looked up.
struct GrokPattern {
  std::string regex;
  /// Groups and their types, as written: `%{NUMBER:bytes:int}`.
  std::vector<std::pair<SourceText, SourceText>> types;
};

/// Puts in what the names in `pattern` stand for: those of `own`, pairs of a name and a pattern, or
/// else the known ones. Reports names that are not known and groups whose names are none.
GrokPattern expand_grok(const SourceText& pattern,
                        const std::vector<std::pair<SourceText, SourceText>>& own,
                        Diagnostics& diagnostics);

/// `regex` as RE2 takes it: groups in its spelling, classes of characters as functions have them
/// (to_re2_syntax). ERRORS: kInvalid.
Result<std::unique_ptr<const re2::RE2>> compile_grok(std::string_view regex);

/// The option of the operators that have patterns.
inline constexpr OptionDef kPatternsOption = {
    .name = "patterns",
    .type = OptionType::kNamed,
    .doc =
        "Patterns of your own by name, which `%{NAME}` stands for: `patterns: { ORDER: "
        "'[A-Z]{2}\\d{6}' }`."};

}  // namespace leat
