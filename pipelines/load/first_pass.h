// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// An option that was left out and is found in a pass over the rows: OperatorDef::found.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/load/graph.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

/// What a first pass found for one stage.
struct FoundValues {
  size_t stage;                                    ///< Of Spec::stages.
  std::vector<std::optional<std::string>> values;  ///< In their order; nullopt is NULL.
};

/// Writes each list into the options of its stage.
void put_found(const std::vector<FoundValues>& found, Spec& spec);

/// Was the option of `stage` that a first pass finds left out?
bool lacks_found_option(const StageSpec& stage);

/// The stages that give the values which the option of `stage` is a list of, each as a text, at
/// most one more than there may be: for a chain behind what `stage` reads. REQUIRES:
/// lacks_found_option(stage).
std::vector<StageSpec> finding_stages(const StageSpec& stage);

/// A stage with the place and the scope of `beside`; of the options each is a name and a text.
StageSpec stage_beside(std::string_view operator_name,
                       const std::vector<std::pair<std::string_view, std::string>>& options,
                       const StageSpec& beside);

}  // namespace leat::pipelines
