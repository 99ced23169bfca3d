// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a head goes on when all lanes that feed it have ended, however they ended.
//
// Invariants
// 1. Every lane that was counted delivers exactly once, after a failure as well: nobody waits for
//    ever.
// 2. The order in which lanes deliver is the schedule's; who receives must not let it show.
//
// Rejected: a channel of partials (its capacity would have to be the number of lanes).
#include "pipelines/run/link.h"

namespace leat::pipelines {

void CollectLink::deliver(std::unique_ptr<Partial> partial) {
  if (partial != nullptr) {
    const std::lock_guard lock(mutex_);
    partials_.push_back(std::move(partial));
  }
  missing_.done();
}

std::vector<std::unique_ptr<Partial>> CollectLink::wait() {
  missing_.wait();
  const std::lock_guard lock(mutex_);
  return std::move(partials_);
}

}  // namespace leat::pipelines
