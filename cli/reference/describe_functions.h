// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the functions of expressions do and take, for people and for programs: scalar functions and
// aggregates.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "operators/expr/functions/functions.h"

namespace leat::cli {

// All of these know the built-in functions, and those in `more` unless it is null. THREADS: any.

/// The page of the function `name`: each of its signatures with doc, errors and example. Empty when
/// there is none of this name.
std::string describe_function(std::string_view name, const expr::FunctionSet* more = nullptr);

/// The signatures of `name`, or of all functions when it is empty, as a list of objects.
nlohmann::json functions_json(std::string_view name, const expr::FunctionSet* more = nullptr);

/// One line for each function, grouped by section.
std::string list_functions(const expr::FunctionSet* more = nullptr);

/// The hint for a name that no function has.
std::string similar_function(std::string_view name, const expr::FunctionSet* more = nullptr);

}  // namespace leat::cli
