// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How far a run is, told while it runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "engine/channel.h"
#include "engine/sync.h"
#include "pipelines/load/pipeline.h"

namespace leat::pipelines {

/// A look at a run. What is counted has happened; what happens meanwhile may be missing.
struct RunProgress {
  double seconds = 0;
  uint64_t bytes_read = 0;   ///< Of all inputs, as they lie on disk.
  uint64_t bytes_total = 0;  ///< 0: not known, as with pipes.
  uint64_t rows_read = 0;
  uint64_t rejected = 0;
  uint64_t spilled = 0;  ///< Bytes on disk now.
  size_t memory = 0;     ///< Bytes in use.
};

/// Who wants to know, and how often.
struct ProgressOptions {
  std::chrono::milliseconds first{0};  ///< How long after the start of the run.
  std::chrono::milliseconds every{0};
  /// Called by one goroutine at a time; empty: nobody. May block (in `blocking`).
  std::function<void(const RunProgress&)> tell = {};
  /// Called when nothing more is told, before anything is published. May be empty.
  std::function<void()> ended = {};
};

/// The bytes of the inputs of `pipeline`. SUSPENDS (blocking).
uint64_t input_bytes(const Pipeline& pipeline);
/// What of them was read so far. THREADS: any.
uint64_t bytes_read(const Pipeline& pipeline);

/// Tells from its construction until stop(). THREADS: the goroutine that made it.
class ProgressTeller {
 public:
  /// `look` is called by a goroutine of this. Both are kept by reference.
  ProgressTeller(const ProgressOptions& options, const std::function<RunProgress()>& look);
  ~ProgressTeller() { stop(); }
  ProgressTeller(const ProgressTeller&) = delete;
  ProgressTeller& operator=(const ProgressTeller&) = delete;

  /// Nothing is told afterwards. SUSPENDS.
  void stop();

 private:
  void tell_until_stopped();

  const ProgressOptions& options_;
  const std::function<RunProgress()>& look_;
  Channel<bool> stopped_;
  WaitGroup ended_;
  bool is_running_ = false;
};

}  // namespace leat::pipelines
