// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How much stack a goroutine gets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace leat {

/// Address space, not memory: a page costs memory once it has been touched.
enum class StackClass : uint8_t {
  kSmall,  ///< 256 KiB: for code that is ours and shallow.
  kStage,  ///< 8 MiB: for stages, plugins and libraries that recurse.
};

inline constexpr size_t kStackClasses = 2;

/// The size of a stack, and its alignment.
constexpr size_t stack_bytes(StackClass stack) {
  return stack == StackClass::kSmall ? size_t{256} << 10 : size_t{8} << 20;
}

}  // namespace leat
