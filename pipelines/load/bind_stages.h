// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Binds the operators of a graph: every expression is typed, every output column has a name,
// sources decode what is read.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "operators/diagnostic.h"
#include "operators/environment.h"
#include "operators/operator.h"
#include "pipelines/load/graph.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

/// A stage after binding; same index as in Spec::stages.
struct BoundStage {
  std::vector<SchemaRef> inputs;  ///< As GraphStage::inputs.
  std::optional<BoundOperator> bound;
  bool is_unchecked = false;  ///< It uses a function of a plugin that was not loaded.
};

/// Which columns do sources decode?
enum class SourceColumns : uint8_t {
  kRead,  ///< Those that somebody reads.
  kAll,   ///< All: whether a row is rejected depends on them.
};

/// What binding looks at.
struct BindInput {
  const Document& document;
  const Spec& spec;
  const Graph& graph;
  const std::vector<expr::Environment>& environments;  ///< As Spec::scopes.
  SourceColumns sources = SourceColumns::kRead;
  Diagnostics* of_test = nullptr;  ///< Gets what is wrong with rows that are given; null: nobody.
  const std::function<void()>* before_stdin = nullptr;  ///< LoadOptions::before_stdin.
  bool full_refresh = false;                            ///< LoadOptions::full_refresh.
};

/// Binds all stages that can be bound; says nothing of those whose input could not be. When
/// everything could be bound, and nothing is reported yet, sources are bound again to decode only
/// the columns that are read. SUSPENDS (sources may open files).
std::vector<BoundStage> bind_stages(const BindInput& input, Diagnostics& diagnostics);

}  // namespace leat::pipelines
