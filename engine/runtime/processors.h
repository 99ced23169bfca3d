// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The table of a scheduler's Ps: it only grows, so that anybody may walk it at any time.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "engine/procs.h"
#include "engine/runtime/p.h"

namespace leat::runtime {

/// Ghosts at the same time, at most.
inline constexpr uint32_t kGhostsMax = 64;

class Processors {
 public:
  static constexpr uint32_t kMax = kProcsMax + kGhostsMax;

  /// Ps that exist. THREADS: any.
  uint32_t size() const { return size_.load(std::memory_order_acquire); }
  /// REQUIRES: i < size(). THREADS: any.
  P& operator[](uint32_t i) { return *table_[i]; }
  const P& operator[](uint32_t i) const { return *table_[i]; }

  /// A new P of `scheduler`, kIdle and in no list; null if there are kMax. REQUIRES: one caller at
  /// a time.
  P* add(Scheduler* scheduler);

 private:
  std::unique_ptr<P> table_[kMax];
  std::atomic<uint32_t> size_{0};
};

/// Steps at which a walk over n Ps meets each once, from any start: primes above every n have no
/// divisor in common with it.
inline constexpr std::array<uint32_t, 8> kStrides{1091, 1097, 1109, 1123, 1129, 1151, 1163, 1187};
static_assert(kStrides.front() > Processors::kMax);

}  // namespace leat::runtime
