// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Time for goroutines: sleeping, one alarm, a beat. Nothing here is early; how late it is depends
// on the machine alone, some ten microseconds if a processor is free.
#pragma once

#include <chrono>
#include <cstdint>

#include "engine/channel.h"
#include "engine/runtime/timers.h"

namespace leat {

class CancelScope;
enum class WaitStatus : uint8_t;

/// A clock that only goes forward; it stands still while the machine sleeps.
struct Clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;

  /// THREADS: any.
  static time_point now();
  /// `delay` from now, or time_point::max() if that cannot be expressed.
  static time_point after(duration delay);
};

/// Returns after `delay` or later; at once if it is not positive. On a thread that is not a
/// goroutine's it blocks the thread. SUSPENDS
void sleep_for(Clock::duration delay);
void sleep_until(Clock::time_point moment);
/// The same, but ends early, with kCancelled, when `scope` is cancelled. SUSPENDS
WaitStatus sleep_for(Clock::duration delay, CancelScope& scope);
WaitStatus sleep_until(Clock::time_point moment, CancelScope& scope);

/// One alarm: its channel gets the time, once, when it expires. May be destroyed at any time.
/// REQUIRES: on a goroutine, in the run in which it was made; one goroutine at a time calls stop()
/// and reset().
class Timer {
 public:
  /// Expires after `delay`.
  explicit Timer(Clock::duration delay);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// For recv() and select; do not send to it or close it.
  Channel<Clock::time_point>& channel() { return channel_; }

  /// Takes the alarm back: nothing is in the channel any more when this returns, and nothing will
  /// come. True: it was set, and nobody has received its time.
  bool stop();

  /// stop(), then expires after `delay`. Returns what stop() did.
  bool reset(Clock::duration delay);

 private:
  friend class Ticker;

  Timer(Clock::duration delay, Clock::duration period);
  void set(Clock::duration delay, Clock::duration period);
  static void fire(runtime::TimerNode& timer, int64_t now_ns, runtime::WakeList& wakes);

  Channel<Clock::time_point> channel_;
  runtime::TimerNode timer_;
};

/// A beat: its channel gets the time every `period`. A receiver that is late finds one tick, the
/// others are dropped. REQUIRES: as Timer.
class Ticker {
 public:
  /// REQUIRES: period > 0.
  explicit Ticker(Clock::duration period);

  Channel<Clock::time_point>& channel() { return timer_.channel(); }

  /// No ticks any more, nor one that was not received. The channel is not closed.
  void stop();
  /// Begins a new period now. REQUIRES: period > 0.
  void reset(Clock::duration period);

 private:
  Timer timer_;
};

}  // namespace leat
