// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What travels on an edge between stages. Every message of a split carries its position, and every
// position of a split arrives, with rows (Data) or without (Progress): an ordered reader can always
// tell whether to wait, so it never waits for silence. Watermark and barrier serve unbounded
// sources and resumable runs.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

#include "engine/error.h"
#include "operators/data/batch.h"

namespace leat {

/// Where in its stream a message stands: batch `batch` of split `split`; a map that makes several
/// batches of one numbers them with `part`. `last` marks the final message of a split: positions
/// order all messages, and `last` closes each split.
struct Position {
  uint64_t split = 0;
  uint32_t batch = 0;
  uint32_t part = 0;
  bool last = false;

  /// Order within the stream; `last` takes no part.
  std::strong_ordering operator<=>(const Position& other) const {
    if (auto order = split <=> other.split; order != 0) return order;
    if (auto order = batch <=> other.batch; order != 0) return order;
    return part <=> other.part;
  }
  bool operator==(const Position&) const = default;
};

/// Event time in microseconds UTC before which no more rows will come.
using Watermark = std::optional<int64_t>;

/// Held by all messages of one split; the last one to go lets the splitter issue another split.
/// This bounds how far lanes may run ahead of an ordered reader without any stage having to wait
/// for another.
using SplitTicket = std::shared_ptr<void>;

/// Rows.
struct Data {
  Position position;
  Batch batch;
  SplitTicket ticket;
};

/// No rows at this position (all were dropped, or the split was empty).
struct Progress {
  Position position;
  Watermark watermark;
  SplitTicket ticket;
};

/// All state up to here belongs to epoch `epoch`.
struct Barrier {
  uint64_t epoch = 0;
};

/// Nothing follows from this sender. The error itself is with the run; here is only how the stream
/// ended.
enum class EndStatus : uint8_t { kComplete, kStopped, kFailed };
struct End {
  EndStatus status = EndStatus::kComplete;
};

using Message = std::variant<Data, Progress, Barrier, End>;

}  // namespace leat
