// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Calls that block an OS thread: file I/O, system calls, libraries that wait.
#pragma once

#include <utility>

namespace leat {

namespace runtime {

/// Brackets a blocking call; outside a goroutine it does nothing.
class BlockingScope {
 public:
  BlockingScope();
  ~BlockingScope();
  BlockingScope(const BlockingScope&) = delete;
  BlockingScope& operator=(const BlockingScope&) = delete;
};

}  // namespace runtime

/// Runs `function` on the calling thread and returns what it returns. If it takes longer than some
/// 20 us while others could use this goroutine's processor, they get it; a short call costs about
/// ten nanoseconds more than without. Inside `function` nothing that SUSPENDS may be called, nor
/// blocking() itself; channels may be tried. On any thread; on one that is not a goroutine's it is
/// a plain call. SUSPENDS (after `function`, if the processor was taken, or this goroutine's slice
/// of it is over)
template <typename Function>
decltype(auto) blocking(Function&& function) {
  const runtime::BlockingScope scope;
  return std::forward<Function>(function)();
}

}  // namespace leat
