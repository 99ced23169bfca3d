// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which columns a source must decode follows from the end of the pipeline backwards: a sink reads
// all of its input, and every other stage needs of its input what its wanted output columns are
// made of, and what it reads in any case.
//
// Invariants:
//  1. A column that a stage computes is needed, wanted or not: the stage binds the same
//     expressions whatever is wanted of it. Only columns that pass through unchanged, under their
//     own name, are free to be left out.
//  2. A source that is read by several stages decodes the union of what they need. Readers of
//     rejects need no column: rejects have a schema of their own.
//  3. More than needed is never wrong, only slower; `Reading` widens a stage's needs when it
//     cannot be bound with less.
//
// Rejected: asking operators for a minimal input schema (one more thing that every operator would
// have to get right).
#include "pipelines/load/projection.h"

#include <algorithm>

#include "engine/check.h"

namespace leat::pipelines {
namespace {

/// Does the output column hold an input column unchanged, under the same name?
bool passes_through(const BoundStage& stage, size_t column) {
  const std::vector<InputColumn>& made_of = stage.bound->column_inputs[column];
  if (made_of.size() != 1) return false;
  const InputColumn from = made_of.front();
  return (*stage.inputs[from.input])[from.column] == (*stage.bound->output)[column];
}

/// The columns that `stage` needs of each input, given what is wanted of its output.
std::vector<std::vector<bool>> needed_inputs(const BoundStage& stage,
                                             const std::vector<bool>& wanted, Reading reading) {
  const BoundOperator& bound = *stage.bound;
  const bool all = bound.output == nullptr || reading == Reading::kAll;
  std::vector<std::vector<bool>> needed;
  for (const SchemaRef& input : stage.inputs) needed.emplace_back(input->size(), all);
  if (all) return needed;
  LEAT_CHECK(bound.column_inputs.size() == bound.output->size(),
             "an operator says what each output column is made of");
  for (const InputColumn read : bound.always_read) needed.at(read.input).at(read.column) = true;
  for (size_t column = 0; column < bound.column_inputs.size(); ++column) {
    if (reading == Reading::kUsed && !wanted[column] && passes_through(stage, column)) continue;
    for (const InputColumn read : bound.column_inputs[column])
      needed.at(read.input).at(read.column) = true;
  }
  return needed;
}

}  // namespace

std::vector<std::optional<std::vector<std::string>>> wanted_columns(
    const Graph& graph, const std::vector<BoundStage>& stages,
    const std::vector<Reading>& readings) {
  std::vector<std::vector<bool>> wanted(stages.size());
  for (size_t i = 0; i < stages.size(); ++i) {
    if (stages[i].bound->output != nullptr)
      wanted[i].resize(stages[i].bound->output->size(), false);
  }
  for (auto at = graph.order.rbegin(); at != graph.order.rend(); ++at) {
    const std::vector<From>& inputs = graph.stages[*at].inputs;
    if (inputs.empty()) continue;
    const auto needed = needed_inputs(stages[*at], wanted[*at], readings[*at]);
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i].port == From::kRejects) continue;
      std::vector<bool>& target = wanted[inputs[i].stage];
      // Of a further port it is not known what its columns are made of: the stage gets all.
      const bool same = inputs[i].port == From::kRows;
      for (size_t column = 0; column < target.size(); ++column)
        target[column] = target[column] || !same || needed[i][column];
    }
  }
  std::vector<std::optional<std::vector<std::string>>> names(stages.size());
  for (size_t i = 0; i < stages.size(); ++i) {
    if (std::find(wanted[i].begin(), wanted[i].end(), false) == wanted[i].end()) continue;
    names[i].emplace();
    for (size_t column = 0; column < wanted[i].size(); ++column) {
      if (wanted[i][column]) names[i]->push_back((*stages[i].bound->output)[column].name);
    }
  }
  return names;
}

}  // namespace leat::pipelines
