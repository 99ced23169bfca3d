// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/check.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "engine/codes/machine.h"
#include "engine/runtime/dump.h"

namespace leat {

void check_failed(const char* condition, const char* file, int line, const char* message) {
  static std::atomic<bool> reported{false};
  const bool is_first = !reported.exchange(true);  // a check that fails below must not report again
  std::fprintf(stderr, "leat: internal error: %s [E%04d]\n  check failed: %s\n  at %s:%d\n",
               message, static_cast<int>(code::kInternal), condition, file, line);
  if (is_first) {
    runtime::print_current_goroutine(stderr);
    runtime::print_other_goroutines(stderr);
  }
  std::fflush(stderr);
  std::abort();
}

}  // namespace leat
