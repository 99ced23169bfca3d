// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// For verification: arrays of plugins are released later, and in another order, than a run would.
#pragma once

#include <vector>

#include "operators/plugin/plugin_abi.h"

namespace leat::plugin {

/// While it lives, what plugins emit is kept, columns moved out of their arrays; in the end the
/// arrays are released first and their columns from the last to the first. One at a time. THREADS:
/// one.
class LateReleases {
 public:
  LateReleases();
  ~LateReleases();
  LateReleases(const LateReleases&) = delete;
  LateReleases& operator=(const LateReleases&) = delete;

  /// Takes what is not released yet.
  void take(ArrowArray* array);

 private:
  std::vector<ArrowArray> arrays_;
  std::vector<ArrowArray> columns_;
};

}  // namespace leat::plugin
