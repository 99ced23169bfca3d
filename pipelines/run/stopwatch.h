// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where the time of a run goes, stage by stage (`leat explain --analyze`). See stopwatch.cpp.
#pragma once

#include <cstdint>

namespace leat::pipelines {

/// What a goroutine does with its time.
enum class Doing : uint8_t {
  kWorking,
  kSending,    ///< It waits for room, or for a credit: those behind it are slower.
  kReceiving,  ///< It waits for rows: those before it are slower.
};

/// Nanoseconds of goroutines that did something for one stage, all of them together. A goroutine
/// that is runnable and has no processor goes on with what it did.
struct StageTimes {
  uint64_t working_ns = 0;
  uint64_t sending_ns = 0;
  uint64_t receiving_ns = 0;

  void merge(const StageTimes& other) {
    working_ns += other.working_ns;
    sending_ns += other.sending_ns;
    receiving_ns += other.receiving_ns;
  }
};

/// Of one goroutine. Does nothing until it is started. THREADS: its goroutine.
class Stopwatch {
 public:
  /// From now on the goroutine works for `stage`.
  void start(StageTimes& stage) { begin(Phase{&stage, Doing::kWorking}); }
  bool is_running() const { return now_.stage != nullptr; }
  /// What was counted stands in the stages' times from now on.
  void stop() {
    if (is_running()) begin(Phase{});
  }

 private:
  friend class Timed;
  struct Phase {
    StageTimes* stage = nullptr;
    Doing doing = Doing::kWorking;
  };

  /// Ends the phase at hand.
  void begin(Phase next);

  Phase now_;
  uint64_t since_ns_ = 0;
};

/// A stretch of a goroutine's time, until the end of the scope. Costs a comparison when nothing is
/// measured. Not for single rows.
class Timed {
 public:
  /// It works for `stage`.
  Timed(Stopwatch& watch, StageTimes& stage) : Timed(watch, {&stage, Doing::kWorking}) {}
  /// It does something else for the stage at hand.
  Timed(Stopwatch& watch, Doing doing) : Timed(watch, {watch.now_.stage, doing}) {}
  ~Timed() {
    if (watch_ != nullptr) [[unlikely]]
      watch_->begin(before_);
  }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  Timed(Stopwatch& watch, Stopwatch::Phase next) {
    if (!watch.is_running()) [[likely]]
      return;
    watch_ = &watch;
    before_ = watch.now_;
    watch.begin(next);
  }

  Stopwatch* watch_ = nullptr;  // null: nothing is measured
  Stopwatch::Phase before_;
};

}  // namespace leat::pipelines
