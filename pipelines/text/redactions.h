// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Values that no output for people shows: those of environment variables and of secret parameters.
// See redactions.cpp.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leat::pipelines {

/// THREADS: any.
class Redactions {
 public:
  /// From now on `value` is shown as `shown`, such as `${env:TOKEN}`.
  void add(std::string_view value, std::string shown);
  /// `text` with what is to be shown in place of the values.
  std::string apply(std::string text) const;

 private:
  mutable std::mutex mutex_;                                 // guards values_
  std::vector<std::pair<std::string, std::string>> values_;  // the longest first
};

}  // namespace leat::pipelines
