// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Puts a column together from pieces that were computed for different rows: the branches of `case`
// and `coalesce`.
#pragma once

#include <span>

#include "operators/expr/kernels/kernel.h"

namespace leat::expr {

/// `vector` holds the values of `rows`.
struct Piece {
  const Rows* rows;
  Vector vector;
};

/// A column of `context.type()` and `context.length()`. Pieces share no row; rows of no piece are
/// NULL. REQUIRES: the type of all pieces is that of the context. ERRORS: kMemory.
Result<Vector> assemble(const KernelContext& context, std::span<const Piece> pieces);

}  // namespace leat::expr
