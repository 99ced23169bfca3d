// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: tell which stage a run spends its time in, although a lane calls its stages from within
// each other, and goroutines change their threads.
//
// Invariants
// 1. A goroutine has one watch, and is in one phase of it at any time: what a stage spends while it
//    waits for the call of the next one is the next one's.
// 2. Phases nest as the calls do; the end of a scope goes back to the phase before it.
// 3. Times are added up by the goroutine alone, and merged at its end.
//
// Rejected: the clock of the thread (a goroutine does not keep its thread, and what waits for a
// disk is as slow as what computes); sampling (a stage that is called once a second is never seen);
// a clock for each row.
#include "pipelines/run/stopwatch.h"

#include <chrono>

#include "engine/mutant.h"

namespace leat::pipelines {
namespace {

uint64_t now_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

uint64_t& counter_of(StageTimes& times, Doing doing) {
  switch (doing) {
    case Doing::kSending: return times.sending_ns;
    case Doing::kReceiving: return times.receiving_ns;
    case Doing::kWorking: break;
  }
  return times.working_ns;
}

}  // namespace

void Stopwatch::begin(Phase next) {
  if (LEAT_MUTANT("time_is_the_callers") && now_.stage != nullptr && next.stage != nullptr) return;
  const uint64_t now = now_ns();
  if (now_.stage != nullptr) counter_of(*now_.stage, now_.doing) += now - since_ns_;
  now_ = next;
  since_ns_ = now;
}

}  // namespace leat::pipelines
