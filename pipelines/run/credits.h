// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How far a segment's lanes may run ahead of their slowest reader. See credits.cpp.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "engine/channel.h"

namespace leat::pipelines {

/// Held by all messages of one split; when the last one goes, another split may be issued.
using SplitTicket = std::shared_ptr<void>;

/// THREADS: any; outlives its tickets.
class Credits {
 public:
  explicit Credits(size_t splits) : slots_(splits, "credits") {}
  /// SUSPENDS until a split may be issued.
  SplitTicket acquire();
  /// SUSPENDS until no split is under way: true; or, false, until one has ended and `is_wanted()`
  /// is false. REQUIRES: the caller is the only one who acquires.
  bool drain(const std::function<bool()>& is_wanted);

 private:
  Channel<char> slots_;  // holds one element for each ticket that is out
};

}  // namespace leat::pipelines
