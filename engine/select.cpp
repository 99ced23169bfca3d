// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/select.h"

#include "engine/panic.h"
#include "engine/runtime/park.h"
#include "engine/runtime/stack.h"

namespace leat {

namespace {

int run(std::span<const SelectCase> cases, const runtime::SelectElse& otherwise, int if_none) {
  const runtime::SelectOutcome outcome = runtime::select_any(cases, otherwise);
  switch (outcome.status) {
    case ChannelStatus::kWouldBlock: return if_none;
    case ChannelStatus::kCancelled: return kSelectCancelled;
    case ChannelStatus::kClosed:
      if (cases[outcome.index].sends) panic_send_on_closed();
      break;
    case ChannelStatus::kOk: break;
  }
  if (runtime::G* g = runtime::current_g()) runtime::checkpoint(g);
  return static_cast<int>(outcome.index);
}

}  // namespace

int select(std::span<const SelectCase> cases) { return run(cases, {}, kNoneReady); }

int select(CancelScope& scope, std::span<const SelectCase> cases) {
  return run(cases, {.limits = {.scope = &scope}}, kNoneReady);
}

int try_select(std::span<const SelectCase> cases) {
  return run(cases, {.returns = true}, kNoneReady);
}

int select_until(Clock::time_point moment, std::span<const SelectCase> cases) {
  return run(cases, {.limits = {.until_ns = moment.time_since_epoch().count()}}, kSelectTimedOut);
}

}  // namespace leat
