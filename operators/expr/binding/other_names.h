// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What other languages call a function, and how it is written here.
#pragma once

#include <string>
#include <string_view>

namespace leat::expr {

/// What to write instead of the function `name` (lower case), as a hint; empty when it is unknown.
std::string other_name_of(std::string_view name);

}  // namespace leat::expr
