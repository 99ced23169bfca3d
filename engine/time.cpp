// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/time.h"

#include "engine/cancel.h"
#include "engine/check.h"
#include "engine/runtime/channel_access.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/limited_wait.h"
#include "engine/runtime/scheduler.h"

namespace leat {

namespace {

int64_t to_ns(Clock::time_point moment) { return moment.time_since_epoch().count(); }

WaitStatus sleep(Clock::time_point moment, CancelScope* scope) {
  const runtime::WaitEnd end = runtime::sleep_limited({.scope = scope, .until_ns = to_ns(moment)});
  return end == runtime::WaitEnd::kCancelled ? WaitStatus::kCancelled : WaitStatus::kOk;
}

}  // namespace

Clock::time_point Clock::now() { return time_point(duration(runtime::now_ns())); }

Clock::time_point Clock::after(duration delay) {
  return time_point(duration(runtime::saturating_add(runtime::now_ns(), delay.count())));
}

void sleep_until(Clock::time_point moment) { sleep(moment, nullptr); }

void sleep_for(Clock::duration delay) {
  if (delay > Clock::duration::zero()) sleep(Clock::after(delay), nullptr);
}

WaitStatus sleep_until(Clock::time_point moment, CancelScope& scope) {
  return sleep(moment, &scope);
}

WaitStatus sleep_for(Clock::duration delay, CancelScope& scope) {
  return sleep(Clock::after(delay), &scope);
}

// -------- Timer

Timer::Timer(Clock::duration delay) : Timer(delay, Clock::duration::zero()) {}

Timer::Timer(Clock::duration delay, Clock::duration period) : channel_(1, "timer") {
  timer_.owner = this;
  timer_.fire = fire;
  set(delay, period);
}

Timer::~Timer() { runtime::Timers::remove(timer_); }

void Timer::set(Clock::duration delay, Clock::duration period) {
  runtime::G* g = runtime::current_g();
  LEAT_CHECK(g != nullptr, "a timer belongs on a goroutine");
  timer_.when_ns = to_ns(Clock::after(delay));
  timer_.period_ns = period.count();
  if (timer_.when_ns == runtime::kNever) return;
  runtime::M* m = g->m.load(std::memory_order_relaxed);
  g->scheduler->arm(timer_, m->p.load(std::memory_order_relaxed));
}

void Timer::fire(runtime::TimerNode& timer, int64_t now_ns, runtime::WakeList& wakes) {
  auto* const self = static_cast<Timer*>(timer.owner);
  runtime::ChannelAccess::offer(self->channel_, Clock::time_point(Clock::duration(now_ns)), wakes);
}

bool Timer::stop() {
  const bool was_set = runtime::Timers::remove(timer_);
  // It cannot fire any more: what is in the channel now is the last.
  return runtime::ChannelAccess::discard(channel_) || was_set;
}

bool Timer::reset(Clock::duration delay) {
  const bool was_set = stop();
  set(delay, Clock::duration::zero());
  return was_set;
}

// -------- Ticker

Ticker::Ticker(Clock::duration period) : timer_(period, period) {
  LEAT_CHECK(period > Clock::duration::zero(), "the period of a ticker must be positive");
}

void Ticker::stop() { timer_.stop(); }

void Ticker::reset(Clock::duration period) {
  LEAT_CHECK(period > Clock::duration::zero(), "the period of a ticker must be positive");
  timer_.stop();
  timer_.set(period, period);
}

}  // namespace leat
