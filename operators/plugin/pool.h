// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What `leat_pool` of plugin_abi.h is: the budget for the allocator of a plugin's library. See
// pool.cpp.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>

#include "engine/error.h"
#include "operators/data/memory.h"

/// Opaque to plugins. THREADS: any.
struct leat_pool {
  /// `account` outlives it.
  explicit leat_pool(leat::MemoryAccount& account) : account_(account) {}
  ~leat_pool();
  leat_pool(const leat_pool&) = delete;
  leat_pool& operator=(const leat_pool&) = delete;

  /// ERRORS: kMemory; the first one is kept for take_refusal, too.
  leat::Status charge(size_t bytes);
  void refund(size_t bytes) noexcept;
  /// Why memory was refused since the last call; nullopt: it was not.
  std::optional<leat::Error> take_refusal();

 private:
  leat::MemoryAccount& account_;
  std::atomic<size_t> charged_{0};
  std::mutex mutex_;  // guards refusal_; held for a few instructions
  std::optional<leat::Error> refusal_;
};
