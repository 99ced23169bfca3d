// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How many goroutines should run at the same time here.
#pragma once

#include <optional>
#include <string>

namespace leat {

inline constexpr int kProcsMax = 1024;

/// GOMAXPROCS of the environment if it is a number from 1 to kProcsMax, else what the machine
/// allows: the processors this process may run on, but no more than its CPU quota (rounded up, at
/// least 2). THREADS: any.
int default_procs();

/// The processors that this process may run on. THREADS: any.
int affinity_count();

/// The CPU quota of a control group in processors (2.5 = two and a half), or nothing if there is
/// none. `root` is put before every path that is read ("" in earnest). Reads version 1 and 2.
/// THREADS: any.
std::optional<double> cpu_quota(const std::string& root);

/// min(affinity, max(2, ceil(quota))): the rule of Go 1.25.
int procs_for(int affinity, std::optional<double> quota);

/// GOMAXPROCS of the environment, if it is a number from 1 to kProcsMax. THREADS: any.
std::optional<int> procs_of_environment();

/// What the machine allows, to be asked again and again: where this process stands among the
/// control groups is looked up once, then only the quota itself is read. One thread at a time.
class MachineLimits {
 public:
  /// `root` as for cpu_quota().
  explicit MachineLimits(const std::string& root);
  int procs() const;

 private:
  std::optional<std::string> folder_;
  bool is_v1_ = false;
};

}  // namespace leat
