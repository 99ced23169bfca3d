// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a report must name a goroutine so that its author recognises it, at a moment when
// nothing else may work.
//
// Invariants:
//   1. Nothing here waits or follows a pointer that could be gone: names are
//      interned, places static.
//   2. The format is Go's, with names: `goroutine ID 'name' [state, age]:`. Ages are those of the
//      clock that sysmon keeps, some ms late: reading a clock at each park would cost as much as the
//      park.
// Locking: none, but print_other_goroutines() tries to get the list's.
//
// Rejected: printing stacks here (needs the frames of parked goroutines; the names and creation
// sites tell stages apart).
#include "engine/runtime/dump.h"

#include "engine/runtime/clock.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/stack.h"

namespace leat::runtime {

namespace {

// The clock of `since_ms` has 32 bits and begins anew after 49 days; the difference of two of its
// times is right all the same, except that a wait may have begun after `now_ms` was read.
uint64_t age_ms(int64_t now_ms, uint32_t since_ms) {
  constexpr uint32_t kLate_ms = 60'000;
  const uint32_t age = static_cast<uint32_t>(now_ms) - since_ms;
  return age > UINT32_MAX - kLate_ms ? 0 : age;
}

}  // namespace

GoroutineInfo describe(const G& g) {
  GoroutineInfo info;
  const GStatus status = g.status.get();
  info.id = g.id.get();
  if (const char* name = g.name.get()) info.name = name;
  info.state = to_string(status);
  if (status == GStatus::kWaiting) {
    info.waits_in = to_string(g.wait_reason.get());
    if (const char* object = g.waits_for.get()) info.waits_for = object;
    if (g.scheduler != nullptr) {
      info.waits_ms =
          age_ms((now_ns() - g.scheduler->started_ns) / kMillisecond, g.waiting_since_ms.get());
    }
  }
  info.is_locked = g.is_locked();
  info.created_at = g.created_at.get();
  return info;
}

void print_goroutine(std::FILE* out, const GoroutineInfo& goroutine) {
  std::fprintf(out, "goroutine %llu", static_cast<unsigned long long>(goroutine.id));
  if (*goroutine.name != '\0') std::fprintf(out, " '%s'", goroutine.name);
  std::fprintf(out, " [%s", *goroutine.waits_in != '\0' ? goroutine.waits_in : goroutine.state);
  if (*goroutine.waits_for != '\0') std::fprintf(out, " on '%s'", goroutine.waits_for);
  constexpr uint64_t kMinute_ms = 60'000;
  if (goroutine.waits_ms >= kMinute_ms)
    std::fprintf(out, ", %llu min",
                 static_cast<unsigned long long>(goroutine.waits_ms / kMinute_ms));
  else if (goroutine.waits_ms >= 1000)
    std::fprintf(out, ", %llu s", static_cast<unsigned long long>(goroutine.waits_ms / 1000));
  if (goroutine.is_locked) std::fputs(", locked to thread", out);
  std::fprintf(out, "]:\n  created at %s:%u\n", goroutine.created_at.file_name(),
               static_cast<unsigned>(goroutine.created_at.line()));
}

void print_stuck(std::FILE* out, const std::vector<GoroutineInfo>& stuck) {
  if (stuck.empty()) return;
  std::fprintf(
      out, "\npartial deadlock: %zu of these goroutines wait for each other, or for nobody:\n\n",
      stuck.size());
  for (const GoroutineInfo& goroutine : stuck) print_goroutine(out, goroutine);
}

void print_current_goroutine(std::FILE* out) {
  if (const G* g = current_g()) print_goroutine(out, describe(*g));
}

void print_other_goroutines(std::FILE* out) {
  const G* self = current_g();
  if (self == nullptr) return;
  int printed = 0;
  const bool could_look = self->scheduler->goroutines.try_for_each([&](const G& g) {
    if (&g == self || g.status.get() == GStatus::kDead || printed == kOthersPrintedMax) return;
    ++printed;
    print_goroutine(out, describe(g));
  });
  if (!could_look) std::fputs("(the other goroutines cannot be listed now)\n", out);
}

}  // namespace leat::runtime
