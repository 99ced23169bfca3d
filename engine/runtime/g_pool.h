// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The memory of all Gs of one scheduler: slabs that only grow, dead Gs are used again.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/runtime/g.h"
#include "engine/runtime/p.h"
#include "engine/runtime/thread_sync.h"

namespace leat::runtime {

class GPool {
 public:
  GPool() = default;
  /// Frees all slabs. REQUIRES: nothing runs any more.
  ~GPool();
  GPool(const GPool&) = delete;
  GPool& operator=(const GPool&) = delete;

  /// A dead G from the cache of `p`. REQUIRES: the caller owns `p`.
  G* take(P* p) {
    if (p->free_g == nullptr) [[unlikely]]
      refill(p);
    G* g = p->free_g;
    p->free_g = g->next;
    --p->free_g_count;
    return g;
  }

  /// Gives a dead G back to the cache of `p`. REQUIRES: the caller owns `p`.
  void give(P* p, G* g) {
    g->next = p->free_g;
    p->free_g = g;
    if (++p->free_g_count >= kCacheMax) [[unlikely]]
      drain(p);
  }

  /// Without a P. THREADS: any.
  G* take_shared();
  void give_shared(G* g);

  /// Calls `visit` for every G that was ever used. THREADS: any; the Gs live on meanwhile.
  template <typename Visit>
  void for_each(Visit&& visit) {
    const Guard guard(lock_);
    for (const Slab& slab : slabs_) {
      G* const first = reinterpret_cast<G*>(slab.memory);
      for (size_t i = 0; i < slab.used; ++i) visit(first[i]);
    }
  }

  /// Like for_each(), but does nothing and returns false if somebody keeps the lock: for reports
  /// about a program that is broken.
  template <typename Visit>
  bool try_for_each(Visit&& visit) {
    if (!lock_.try_lock()) return false;
    for (const Slab& slab : slabs_) {
      G* const first = reinterpret_cast<G*>(slab.memory);
      for (size_t i = 0; i < slab.used; ++i) visit(first[i]);
    }
    lock_.unlock();
    return true;
  }

  /// Where a debugger finds the Gs: offsets of the pointers to the slabs in the pool, and of fields
  /// in a slab.
  struct DebugLayout {
    size_t slabs, slab_bytes, slab_memory, slab_used;
  };
  DebugLayout debug_layout() const;

  static constexpr uint32_t kCacheMax = 64;
  static constexpr uint32_t kBatch = 32;

 private:
  struct Slab {
    char* memory = nullptr;
    size_t capacity = 0;  // in Gs
    size_t used = 0;
    size_t mapped_bytes = 0;
    char* mapping = nullptr;
  };

  void refill(P* p);
  void drain(P* p);
  G* carve();       // REQUIRES: lock_
  void add_slab();  // REQUIRES: lock_

  ThreadMutex lock_;
  std::vector<Slab> slabs_;  // guarded by lock_
  G* free_ = nullptr;        // guarded by lock_
};

}  // namespace leat::runtime
