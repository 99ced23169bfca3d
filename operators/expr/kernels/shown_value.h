// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What casts say of a text that is no value of their type.
#pragma once

#include <string>
#include <string_view>

#include "operators/expr/kernels/kernel.h"

namespace leat::expr {

/// PostgreSQL ignores blanks around a value that is not text.
std::string_view trimmed(std::string_view text);

/// Row `row` cannot be cast: `'text' is not type`. Long text is cut.
void not_a(const KernelContext& context, size_t row, std::string_view text, std::string_view type);

}  // namespace leat::expr
