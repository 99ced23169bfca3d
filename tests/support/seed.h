// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The seed of a random test: chosen anew in every run, printed when the test fails, and set by
// LEAT_SEED=N to repeat one.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace leat::test {

/// Keep it alive while the test runs: its message is part of every failure in its scope.
class Seed {
 public:
  Seed()
      : value_(choose()),
        trace_(__FILE__, __LINE__, "repeat with LEAT_SEED=" + std::to_string(value_)) {}

  uint64_t value() const { return value_; }

  /// A generator that gives the same numbers for the same seed and `stream`.
  std::mt19937_64 generator(uint64_t stream = 0) const { return std::mt19937_64(value_ + stream); }

 private:
  static uint64_t choose() {
    if (const char* given = std::getenv("LEAT_SEED")) return std::strtoull(given, nullptr, 10);
    return std::random_device()();
  }

  uint64_t value_;
  ::testing::ScopedTrace trace_;
};

}  // namespace leat::test
