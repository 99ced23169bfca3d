// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the programs of runtime.py's peers have in common: PROGRAM CASE PROCS N prints nanoseconds
// for one operation; exit code 3 says that the library does not have the thing.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace leat::peer {

constexpr int kHasNoSuchThing = 3;

struct Case {
  std::string_view name;
  double (*run)(long n, int procs);
  int procs_max;  // more are not for it
};

using Clock = std::chrono::steady_clock;

inline double nanoseconds_each(Clock::time_point start, long n) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count() /
         static_cast<double>(n);
}

inline void check(bool is_right) {
  if (!is_right) std::abort();
}

inline int run_case(int argc, char** argv, const std::vector<Case>& cases) {
  if (argc != 4) return 2;
  const int procs = std::atoi(argv[2]);
  for (const Case& c : cases) {
    if (c.name != argv[1] || procs > c.procs_max) continue;
    std::printf("%.4f\n", c.run(std::atol(argv[3]), procs));
    return 0;
  }
  return kHasNoSuchThing;
}

}  // namespace leat::peer
