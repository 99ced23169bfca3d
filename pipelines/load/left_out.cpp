// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: of a folder for each day, a pipeline that wants one day should open the files of one;
// and a file that knows what its parts hold should not be read whole.
//
// Invariants:
//  1. The rows behind the filter are the same as if all files were read.
//  2. Nobody else sees the source's rows or rejects; else all files are read.
//
// Rejected: an option of sources with the condition (it would stand twice, and the second time it
// could be wrong).
#include "pipelines/load/left_out.h"

#include <algorithm>
#include <memory>
#include <variant>

#include "operators/input/source_options.h"
#include "operators/row_condition.h"
#include "operators/wanted_files.h"

namespace leat::pipelines {
namespace {

/// The stage that reads `source`, if there is but one.
std::optional<size_t> only_reader(size_t source, const Graph& graph) {
  std::optional<size_t> reader;
  for (size_t i = 0; i < graph.stages.size(); ++i) {
    for (const From& from : graph.stages[i].inputs) {
      if (from.stage != source) continue;
      if (reader || from.port != From::kRows) return std::nullopt;
      reader = i;
    }
  }
  return reader;
}

}  // namespace

void leave_out_files(const BindInput& input,
                     const std::vector<std::optional<OptionValues>>& options,
                     std::vector<BoundStage>& stages) {
  for (size_t i = 0; i < stages.size(); ++i) {
    auto* const species = std::get_if<std::unique_ptr<Source>>(&stages[i].bound->species);
    if (species == nullptr) continue;
    auto* const files = dynamic_cast<io::FileSource*>(species->get());
    auto* const others = dynamic_cast<ConditionedSource*>(species->get());
    const bool can_use = files != nullptr || others != nullptr;
    const auto reader = can_use ? only_reader(i, input.graph) : std::nullopt;
    if (!reader || input.spec.stages[*reader].definition->name != "filter") continue;
    const SourceText where = options[*reader]->source("where");
    const SchemaRef& schema = stages[i].bound->output;
    const expr::Environment& environment = input.environments[input.spec.stages[*reader].scope];
    const std::vector<RowCondition> conditions = row_conditions(where, *schema, environment);
    if (others != nullptr) others->leave_out(conditions);
    if (files == nullptr) continue;
    files->leave_out(conditions);
    if (files->paths().empty()) continue;
    files->keep(wanted_files(files->paths(), files->left(), where, schema, environment));
  }
}

}  // namespace leat::pipelines
