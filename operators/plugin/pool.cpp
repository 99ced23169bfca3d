// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a library that a plugin uses allocates by itself, on threads and at times of its own,
// and what it takes belongs to the budget of the run all the same.
//
// Invariants:
//  1. What was charged and not refunded goes back when the pool goes.
//  2. Never more is given back than was taken.
//  3. The library may forget why it was refused: the pool remembers, and the call that ends with
//     LEAT_ERROR_MEMORY says it.
//
// Order: `charged_` only counts, and every change of it is one atomic operation; that the budget
// has room is decided by the account.
//
// Rejected: `charge` of the call (it ends when the call does, and is no business of other threads).
#include "operators/plugin/pool.h"

#include <utility>

#include "engine/mutant.h"

leat_pool::~leat_pool() {
  if (const size_t left = charged_.load(std::memory_order_relaxed); left > 0) account_.refund(left);
}

leat::Status leat_pool::charge(size_t bytes) {
  if (LEAT_MUTANT("pools_are_free")) return {};
  leat::Status taken = account_.charge(bytes);
  if (taken) {
    charged_.fetch_add(bytes, std::memory_order_relaxed);
    return taken;
  }
  const std::lock_guard lock(mutex_);
  if (!refusal_) refusal_ = taken.error();
  return taken;
}

void leat_pool::refund(size_t bytes) noexcept {
  size_t charged = charged_.load(std::memory_order_relaxed);
  size_t given = 0;
  do {
    given = bytes < charged ? bytes : charged;
  } while (!charged_.compare_exchange_weak(charged, charged - given, std::memory_order_relaxed));
  if (given > 0) account_.refund(given);
}

std::optional<leat::Error> leat_pool::take_refusal() {
  const std::lock_guard lock(mutex_);
  return std::exchange(refusal_, std::nullopt);
}
