// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Small programs of goroutines whose outcome is known, for soak.cpp: in the simulation build one of
// them is one seed's worth of steps, elsewhere they are larger and run on real threads. A scenario
// that finds a promise broken calls fault(), which ends the process.
#pragma once

#include <cstdint>
#include <random>
#include <span>

namespace leat::soak {

/// The choices of one run.
class Choices {
 public:
  explicit Choices(uint64_t seed) : random_(seed) {}
  /// At least `low`, at most `high`.
  int between(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<uint64_t>(high - low + 1));
  }
  bool one_in(int n) { return between(1, n) == 1; }
  uint64_t number() { return random_(); }

 private:
  std::mt19937_64 random_;
};

struct Scenario {
  const char* name;
  void (*run)(uint64_t seed, Choices& choices);
};

/// All of them.
std::span<const Scenario> scenarios();

/// Adds one to what is printed at the end beside `what`, which lives as long as the program.
void count(const char* what);

/// Ends the process with a message if `holds` is false.
void expect(bool holds, const char* what);

}  // namespace leat::soak
