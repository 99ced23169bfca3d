// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a terminal, or a collector of logs, gets to see of a run while it goes on.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "pipelines/run/progress.h"

namespace leat::cli {

/// The progress of the pipeline `name` on one line of at most `width` cells: what matters least is
/// left out where there is no room.
///
///     orders  42 %  1.2 GiB of 2.9 GiB  3.1M rows/s  0:12 left  17 rejected  memory 380 MiB
std::string progress_text(std::string_view name, const pipelines::RunProgress& progress,
                          size_t width);

/// The fields of the event `heartbeat`.
nlohmann::ordered_json progress_json(std::string_view name, const pipelines::RunProgress& progress);

/// The last line of a terminal, written over and over. THREADS: any.
class ProgressLine {
 public:
  explicit ProgressLine(int descriptor) : descriptor_(descriptor) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(std::string_view name, const pipelines::RunProgress& progress);
  /// Takes the line away, so that something else can be written.
  void clear();

 private:
  const int descriptor_;
  std::mutex mutex_;
  bool is_shown_ = false;  // guarded by mutex_
};

}  // namespace leat::cli
