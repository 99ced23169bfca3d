// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Code that never calls the engine, for tests of what happens to goroutines beside it.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "engine/go.h"

namespace leat::test {

/// Spins without a call of the engine. Fails the test after some seconds.
inline bool spin_until(const std::function<bool()>& condition) {
  constexpr auto kPatience = std::chrono::seconds(10);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "what a hog waits for did not happen";
      return false;
    }
  }
  return true;
}

/// Keeps the thread for so long, by the real clock.
inline void compute_for_ms(int duration) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(duration);
  while (std::chrono::steady_clock::now() < until) {
  }
}

/// Starts a goroutine that does nothing before this call has returned: go() may give way.
inline void go_behind(std::function<void()> body) {
  auto returned = std::make_shared<std::atomic<bool>>(false);
  go([returned, body = std::move(body)] {
    while (!*returned) yield();
    body();
  });
  *returned = true;
}

}  // namespace leat::test
