// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the code of a stage works with: where rows go, what becomes of bad ones, memory, the ledger,
// the run. Below operator.h, so that formats, expressions and state know the context and not the
// species.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "operators/data/batch.h"
#include "operators/data/memory.h"
#include "operators/ledger.h"

namespace leat {

namespace io {
class OutputTransaction;
}

namespace state {
class SpillArea;
}

// ---------------------------------------------------------------------------------------------- rows that are wrong

/// kWarn is for operators that say so (OperatorDef::can_warn), and they see to it themselves.
enum class OnError : uint8_t { kFail, kSkip, kReject, kWarn };

/// A row that cannot be processed. `row` is the physical row in its batch.
struct RowFault {
  uint32_t row;
  Error error;
};

/// What is left of a selection after its bad rows were dealt with. `error` is set only under
/// `on_error: fail`: then `selection` holds the rows before the first bad one; the operator emits
/// those and returns the error.
struct Settled {
  Selection selection;
  std::optional<Error> error;
};

/// Applies `on_error` for one stage in one lane; counts what it skips and rejects. THREADS: the
/// lane's goroutine.
class FaultPolicy {
 public:
  virtual ~FaultPolicy() = default;
  /// Takes the faulty rows out of `selection` of `batch`. Several faults of one row count once; the
  /// first stays. ERRORS: kMemory, or what the reader of the rejects reports.
  virtual Result<Settled> settle(const Batch& batch, const Selection& selection,
                                 std::vector<RowFault> faults) = 0;
  /// A record that never became a row (decoders): `row` of the split that `origin` describes.
  /// Returns the error itself, with its place filled in, when the stage must stop; success when the
  /// record was skipped or rejected.
  virtual Status record(const RowOriginRef& origin, Ordinal row, Error error) = 0;
};

/// Where a stage puts its rows: the next stage of the lane, or an edge. Counts them.
class Output {
 public:
  virtual ~Output() = default;
  /// Batches without rows may be emitted and are dropped. ERRORS: what stages further down report;
  /// pass them on.
  virtual Status emit(Batch batch) = 0;
  /// A further port of the stage (OperatorDef::ports, from 0); null when nobody reads it.
  virtual Output* port([[maybe_unused]] size_t number) { return nullptr; }
};

/// What code inside a stage may ask of its run, and tell it. THREADS: any.
class RunWatch {
 public:
  virtual ~RunWatch() = default;
  /// Is the run no longer wanted? For code that computes for long and can stop.
  virtual bool cancelled() const = 0;
  /// One line for whoever runs the pipeline; `from` is the operator that says it.
  virtual void note(std::string_view from, std::string_view message) const = 0;
  /// Something that whoever runs the pipeline should know, and that fails nothing.
  virtual void warn(Error warning) const { static_cast<void>(warning); }
};

/// What one lane of one stage works with. Lives as long as the lane.
struct LaneContext {
  MemoryAccount& memory;
  FaultPolicy& faults;
  Ledger& ledger;
  const RunWatch* watch = nullptr;    ///< Null: never cancelled.
  state::SpillArea* spill = nullptr;  ///< Where state goes when memory is refused; null: nowhere.
};

/// What the serial part of a stage works with. Lives as long as the run.
struct StageContext {
  MemoryAccount& memory;
  Ledger& ledger;
  io::OutputTransaction& outputs;
  const RunWatch* watch = nullptr;    ///< Null: never cancelled.
  int tables = 1;                     ///< The descriptor that gets tables for people.
  state::SpillArea* spill = nullptr;  ///< For what a sink cannot write yet; null: nowhere.
};

}  // namespace leat
