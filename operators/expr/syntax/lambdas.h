// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The functions that take a lambda. The parser knows them, as where a lambda is expected `->` is
// never json access.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace leat::expr {

/// What a function does with a lambda.
enum class LambdaUse : uint8_t {
  kTransform,  ///< A list of its values.
  kFilter,     ///< The elements for which it is true.
  kReduce,     ///< What it makes of the value so far and each element.
  kAny,        ///< Is it true for one element?
  kAll,        ///< Is it true for all elements?
};

/// What the function `name` (lower case) does with the lambda that is its second argument; nullopt
/// when it takes none.
std::optional<LambdaUse> lambda_use_of(std::string_view name);

}  // namespace leat::expr
