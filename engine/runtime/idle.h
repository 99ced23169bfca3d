// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Who has nothing to do: idle Ps, sleeping Ms, and how many Ms are looking for work. See idle.cpp
// for the argument why no work is ever left lying beside an idle P.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/runtime/m.h"
#include "engine/runtime/p.h"

namespace leat::runtime {

class Idle {
 public:
  // -------- GUARDED BY Scheduler::lock

  void push_p(P* p);
  P* pop_p();
  void push_m(M* m);
  M* pop_m();

  // -------- any thread

  /// To be called after work was made visible in a queue of a P, if a full fence stands in between.
  /// True: the caller must now call Scheduler::wake_one(). Costs two loads while all Ps are busy.
  bool wants_wake_up() {
    sim::point();
    if (idle_ps_.load(std::memory_order_seq_cst) != 0)
      return spinning_ms_.load(std::memory_order_seq_cst) == 0;
    if (need_spinning_.load(std::memory_order_seq_cst)) return false;
    need_spinning_.store(true, std::memory_order_seq_cst);
    sim::point();
    return idle_ps_.load(std::memory_order_seq_cst) != 0;
  }

  uint32_t idle_ps() const { return idle_ps_.load(std::memory_order_seq_cst); }
  uint32_t idle_ms() const { return idle_ms_.load(std::memory_order_seq_cst); }
  uint32_t spinning_ms() const { return spinning_ms_.load(std::memory_order_seq_cst); }
  bool need_spinning() const { return need_spinning_.load(std::memory_order_seq_cst); }
  void set_need_spinning() { need_spinning_.store(true, std::memory_order_seq_cst); }

  /// Counts one more searcher, which promises to look at everything.
  void begin_spinning() {
    sim::point();
    spinning_ms_.fetch_add(1, std::memory_order_seq_cst);
    sim::point();
    need_spinning_.store(false, std::memory_order_seq_cst);
  }
  /// Counts the first searcher. False if there is one already.
  bool begin_first_spinning() {
    uint32_t none = 0;
    sim::point();
    if (!spinning_ms_.compare_exchange_strong(none, 1, std::memory_order_seq_cst)) return false;
    need_spinning_.store(false, std::memory_order_seq_cst);
    return true;
  }
  /// Counts one searcher less; returns how many are left.
  uint32_t end_spinning() {
    sim::point();
    return spinning_ms_.fetch_sub(1, std::memory_order_seq_cst) - 1;
  }

 private:
  P* ps_ = nullptr;
  M* ms_ = nullptr;
  std::atomic<uint32_t> idle_ms_{0};
  alignas(128) std::atomic<uint32_t> idle_ps_{0};
  std::atomic<uint32_t> spinning_ms_{0};
  std::atomic<bool> need_spinning_{false};
};

}  // namespace leat::runtime
