// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What operators see of the run they work for, and what they tell it.
#pragma once

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "operators/context.h"
#include "pipelines/run/run.h"
#include "pipelines/run/run_state.h"

namespace leat::pipelines {

/// Tells operators whether their work is still wanted, and whoever runs the pipeline what they say.
class Watch final : public RunWatch {
 public:
  Watch(const RunState& state, const RunControl& control, const RunOptions& options)
      : state_(state), control_(control), options_(options) {}
  bool cancelled() const override { return state_.halted() || control_.cancelled(); }
  void note(std::string_view from, std::string_view message) const override {
    if (options_.on_note) return options_.on_note(from, message);
    const std::string line = fmt::format("{}: {}\n", from, message);
    std::fwrite(line.data(), 1, line.size(), stderr);
  }
  void warn(Error warning) const override {
    const std::lock_guard lock(mutex_);
    warnings_.push_back(std::move(warning));
  }
  /// REQUIRES: nothing of the run is still running.
  std::vector<Error> take_warnings() {
    std::stable_sort(warnings_.begin(), warnings_.end(), [](const Error& a, const Error& b) {
      return a.pipeline.value_or(Span{}).begin < b.pipeline.value_or(Span{}).begin;
    });
    return std::move(warnings_);
  }

 private:
  const RunState& state_;
  const RunControl& control_;
  const RunOptions& options_;
  mutable std::mutex mutex_;  // guards warnings_
  mutable std::vector<Error> warnings_;
};

}  // namespace leat::pipelines
