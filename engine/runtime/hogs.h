// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Goroutines that keep their processor are named, once for each place where such are created.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <source_location>
#include <utility>

#include "engine/runtime.h"
#include "engine/runtime/m.h"

namespace leat::runtime {

/// CPU time that the thread of `m` has used. THREADS: any.
int64_t cpu_time_ns(const M& m);

/// Does the thread of `m` sleep in the kernel? THREADS: any.
bool is_blocked(const M& m);

/// sysmon only.
class Hogs {
 public:
  /// Whether `m` itself is to blame for not giving way, `used_ns` being the CPU time of its thread
  /// some milliseconds after its time slice began: it computes, or it is blocked. False: the kernel
  /// runs something else.
  static bool is_hog(const M& m, int64_t used_ns);

  /// Tells `on_hog`, or stderr if that is empty, unless the place was named before. `others`: how
  /// many go on beside the processors already.
  void report(const HogReport& report, const std::function<void(const HogReport&)>& on_hog,
              uint32_t others);

 private:
  std::set<std::pair<const char*, uint64_t>> named_;
};

}  // namespace leat::runtime
