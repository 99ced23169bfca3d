// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Frames of windows: what is written against what the order allows.
#pragma once

#include <optional>

#include "operators/expr/binding/mistakes.h"
#include "operators/expr/window_expression.h"

namespace leat::expr {

/// What mistakes are found with.
struct FrameScope {
  Mistakes& mistakes;
  const Schema& input;
  const Environment& environment;
};

/// The frame that `parsed` stands for in an order by `order_by`. Returns nullopt after reporting.
std::optional<WindowFrame> bind_frame(const AstFrame& parsed, const std::vector<SortKey>& order_by,
                                      const FrameScope& scope);

/// A whole number that is the same for all rows: what ntile, nth_value and lag take. `what` begins
/// a message. Returns nullopt after reporting.
std::optional<uint64_t> bind_count(const Ast& ast, uint64_t least, std::string_view what,
                                   std::string_view hint, const FrameScope& scope);

}  // namespace leat::expr
