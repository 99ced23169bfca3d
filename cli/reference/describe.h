// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What an operator is and takes, for people and for programs. Everything comes from its
// OperatorDef.
#pragma once

#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "operators/operator.h"

namespace leat::cli {

/// The whole page of one operator: summary, doc, options, example.
std::string describe(const OperatorDef& definition);
nlohmann::json describe_json(const OperatorDef& definition);

/// One line for each operator, grouped by kind: its name and summary.
std::string list_operators(std::span<const OperatorDef* const> operators);

/// `source`, `transform` or `sink`.
std::string_view kind_name(OperatorKind kind);

/// What may be written for the option: `text`, `whole number from 1 to 9`, `replace | append`.
std::string value_name(const OptionDef& option);

/// The JSON Schema (draft 2020-12) of a pipeline file, for editors.
nlohmann::json pipeline_schema(std::span<const OperatorDef* const> operators);

}  // namespace leat::cli
