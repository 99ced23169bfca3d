// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the language server says of the words of a pipeline, and which ones it proposes.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "cli/lsp/outline.h"
#include "operators/operator.h"

namespace leat::cli {

// Markdown.
std::string operator_page(const OperatorDef& definition);
std::string option_page(const OptionDef& option);
/// Empty when there is no function of this name.
std::string function_page(std::string_view name);
/// `columns`: a list with `name` and `type`.
std::string columns_page(const nlohmann::json& columns);

// Lists of CompletionItem.
nlohmann::json propose_top_keys();
/// Operators, and keys that every stage may have.
nlohmann::json propose_stage_keys();
nlohmann::json propose_options(const OutlineStage& stage);
nlohmann::json propose_stages(const Outline& outline);
nlohmann::json propose_severities();
/// What may be written as the value of `option` (null: it is not known): its choices, or columns
/// and functions.
nlohmann::json propose_values(const OptionDef* option, const Outline& outline,
                              const nlohmann::json& columns);

/// Do its values consist of columns and functions?
bool takes_columns(const OptionDef* option);

}  // namespace leat::cli
