// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Kernels that run a program over the elements of lists: what lambdas are made of, and `any`, `all`
// and casts of lists.
#pragma once

#include <memory>

#include "operators/expr/kernels/kernel.h"

namespace leat::expr {

class Program;

/// The state of these kernels. Their inputs are the lists (and for reduce the value to begin with),
/// then what the program uses of the row. Its columns are the element and the number of the element
/// in its list, from 1 (for reduce before them the value so far), then what it uses of the row.
struct ElementProgram {
  std::shared_ptr<const Program> program;
};

/// A list of the program's values.
Result<Vector> list_map_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// The elements for which the program is true.
Result<Vector> list_filter_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// `or` and `and` of the program's values.
Result<Vector> list_any_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> list_all_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// What the program makes of the value so far and an element, from the first to the last. Without a
/// value to begin with (inputs[1] of type null) it is the first element.
Result<Vector> list_reduce_kernel(const KernelContext& context, std::span<const Vector> inputs);

}  // namespace leat::expr
