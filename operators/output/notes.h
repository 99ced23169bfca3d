// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What outputs say to whoever runs the pipeline, each line once, and whether they are still wanted.
#pragma once

#include <mutex>
#include <set>
#include <string>

#include "operators/context.h"

namespace leat::io {

/// THREADS: any.
class Notes {
 public:
  /// `watch` outlives this; null: nobody listens, nothing is cancelled.
  explicit Notes(const RunWatch* watch = nullptr) : watch_(watch) {}

  void set_watch(const RunWatch* watch) { watch_ = watch; }
  void say(const std::string& line) {
    {
      const std::scoped_lock guard(mutex_);
      if (!said_.insert(line).second) return;
    }
    if (watch_ != nullptr) watch_->note("leat", line);
  }
  bool is_cancelled() const { return watch_ != nullptr && watch_->cancelled(); }

 private:
  const RunWatch* watch_;
  std::mutex mutex_;
  std::set<std::string> said_;  // GUARDED BY mutex_
};

}  // namespace leat::io
