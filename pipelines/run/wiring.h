// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From stages that name their inputs to segments, lane trees and edges. See wiring.cpp.
#pragma once

#include <cstddef>
#include <optional>

#include "pipelines/run/plan.h"

namespace leat::pipelines {

/// An input of a stage.
struct InputRef {
  size_t stage = 0;
  size_t input = 0;

  bool operator==(const InputRef&) const = default;
};

/// The plan without its figures of memory. REQUIRES: blocked_input() finds none.
Plan wire(const Pipeline& pipeline, const PlanOptions& options);

/// A union in the order of rows whose inputs are not branches of one stage: the number of the input
/// that comes from elsewhere. nullopt when there is none.
std::optional<InputRef> stray_branch(const Pipeline& pipeline);

/// An input that must wait for another one of its stage, and so holds up what that other one needs
/// to end: run so, they would wait for each other. The first one at stage `from` or behind it;
/// nullopt when there is none.
std::optional<InputRef> blocked_input(const Pipeline& pipeline, size_t from = 0);

}  // namespace leat::pipelines
