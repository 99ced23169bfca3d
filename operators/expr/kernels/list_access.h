// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Elements of lists.
#pragma once

#include "operators/expr/kernels/kernels.h"

namespace leat::expr {

/// `list[index]`, the first element is 1 and the last is -1; NULL when the list has no such
/// element.
Result<Vector> element_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// How many elements a list has.
Result<Vector> cardinality_kernel(const KernelContext& context, std::span<const Vector> inputs);

}  // namespace leat::expr
