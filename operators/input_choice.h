// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The options of sources that choose among the files which `path` names.
#pragma once

#include <optional>

#include "operators/input/inputs.h"
#include "operators/operator.h"
#include "operators/options.h"

namespace leat {

/// What the options below say. Reports mistakes; nullopt then. `columns_known`: does the source
/// know its columns without a file? Else no file may be missing.
std::optional<io::InputChoice> read_input_choice(const OptionValues& options,
                                                 const BindContext& context, bool columns_known);

inline constexpr OptionDef kExcludeOption = {
    .name = "exclude",
    .type = OptionType::kTextList,
    .doc =
        "Patterns of files to leave out of those that `path` names. A pattern without a slash is "
        "one of names, in any folder; `old/**` is all that lies below `old`."};
inline constexpr OptionDef kNewerThanOption = {
    .name = "newer_than",
    .type = OptionType::kExpression,
    .doc =
        "Only files that were changed after this time, a constant such as `2026-01-31`, `$since` "
        "or `now() - interval '1 day'`; times without a zone are UTC."};
inline constexpr std::string_view kIfMissingChoices[] = {"error", "empty"};
inline constexpr OptionDef kIfMissingOption = {
    .name = "if_missing",
    .type = OptionType::kChoice,
    .doc =
        "What it is that there is no file: an error, or no rows (`empty`; only where the columns "
        "are declared).",
    .default_text = "error",
    .choices = kIfMissingChoices};

}  // namespace leat
