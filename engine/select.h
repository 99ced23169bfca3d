// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Go's select: the first of several channel operations that is possible.
//
//     std::optional<Row> row;
//     switch (select(receiving(rows, row), sending(progress, count))) {
//       case 0: if (!row) return; ...      // closed, as recv() says it
//       case 1: ...                        // `count` was moved from
//     }
//
// Of several that are possible a random one is done. A null pointer in place of a channel is a case
// that is never possible (Go's nil channel); only null ones, or none, wait for ever. Sending to a
// closed channel throws ChannelClosed when that case is chosen. Of two cases with the same channel
// one is done. THREADS: any; a thread outside the runtime blocks.
#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <span>

#include "engine/cancel.h"
#include "engine/channel.h"
#include "engine/runtime/select_core.h"
#include "engine/time.h"

namespace leat {

/// Made by sending() and receiving(); refers to the channel and the value.
using SelectCase = runtime::SelectCase;

/// What the functions below return besides the index of the case that was done.
enum SelectNone : int {
  kNoneReady = -1,        ///< try_select: nothing was possible.
  kSelectTimedOut = -2,   ///< select_for, select_until.
  kSelectCancelled = -3,  ///< The scope was cancelled; nothing was done.
};

/// The same with a channel that may be null.
template <typename T>
SelectCase sending(Channel<T>* channel, T& value) {
  return channel != nullptr ? sending(*channel, value) : SelectCase{};
}
template <typename T>
SelectCase receiving(Channel<T>* channel, std::optional<T>& out) {
  return channel != nullptr ? receiving(*channel, out) : SelectCase{};
}

/// For a number of cases that is known only when the program runs. SUSPENDS
int select(std::span<const SelectCase> cases);
int select(CancelScope& scope, std::span<const SelectCase> cases);
int try_select(std::span<const SelectCase> cases);
int select_until(Clock::time_point moment, std::span<const SelectCase> cases);

/// Does one case; the index of which it was. SUSPENDS
template <std::same_as<SelectCase>... Cases>
int select(const Cases&... cases) {
  const std::array<SelectCase, sizeof...(Cases)> all{cases...};
  return select(std::span<const SelectCase>(all));
}

/// The same, or kSelectCancelled. SUSPENDS
template <std::same_as<SelectCase>... Cases>
int select(CancelScope& scope, const Cases&... cases) {
  const std::array<SelectCase, sizeof...(Cases)> all{cases...};
  return select(scope, std::span<const SelectCase>(all));
}

/// Does not wait: kNoneReady is Go's default case.
template <std::same_as<SelectCase>... Cases>
int try_select(const Cases&... cases) {
  const std::array<SelectCase, sizeof...(Cases)> all{cases...};
  return try_select(std::span<const SelectCase>(all));
}

/// The same as select, or kSelectTimedOut. SUSPENDS
template <std::same_as<SelectCase>... Cases>
int select_until(Clock::time_point moment, const Cases&... cases) {
  const std::array<SelectCase, sizeof...(Cases)> all{cases...};
  return select_until(moment, std::span<const SelectCase>(all));
}
template <std::same_as<SelectCase>... Cases>
int select_for(Clock::duration delay, const Cases&... cases) {
  return select_until(Clock::after(delay), cases...);
}

}  // namespace leat
