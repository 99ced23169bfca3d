// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// `on_error` at work: what happens to a row that a stage cannot process. One StageFaults for each
// stage in each lane.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operators/operator.h"

namespace leat::pipelines {

/// A rejected row, as the rejects port shows it.
struct RejectedRow {
  Ordinal row;
  TextPlace place;
  std::string reason;
  std::string raw;
};

/// The lowest row that a stage rejected, and why.
using FirstReject = std::pair<Ordinal, Error>;

/// Rows for the rejects port of `stage`, in the order given.
Result<Batch> make_rejects_batch(const std::vector<RejectedRow>& rows, const std::string& stage,
                                 MemoryAccount& memory);

/// What errors and rejects say of their stage.
struct StageIdentity {
  std::string name;
  Span span;  ///< Of the operator key.
  OnError on_error = OnError::kFail;
  uint32_t index = 0;
  std::atomic<uint64_t>* rejected = nullptr;  ///< Counts the rejected rows of the run; or null.
};

/// The row and stage of the error returned last: lanes order errors by it.
struct FailedRow {
  Ordinal row;
  uint32_t stage = 0;

  auto operator<=>(const FailedRow&) const = default;
};

/// THREADS: the lane's goroutine.
class StageFaults final : public FaultPolicy {
 public:
  /// `failed` is set with every error returned.
  StageFaults(const StageIdentity& identity, Ledger& ledger, MemoryAccount& memory,
              FailedRow& failed)
      : identity_(identity), ledger_(ledger), memory_(memory), failed_(failed) {}

  Result<Settled> settle(const Batch& batch, const Selection& selection,
                         std::vector<RowFault> faults) override;
  Status record(const RowOriginRef& origin, Ordinal row, Error error) override;

  /// Where rejected rows go, in batches; null: nowhere, they are only counted.
  void set_rejects(Output* rejects) { rejects_ = rejects; }
  /// Emits what was rejected and is not emitted yet. ERRORS: kMemory, what readers report. SUSPENDS
  Status flush();
  std::optional<FirstReject> take_first_reject() { return std::exchange(first_reject_, {}); }

 private:
  Error located(const RowOriginRef& origin, Ordinal row, Error error) const;
  /// Where no text is behind the row, its values are told: those of row `at` of `batch`, unless
  /// null.
  Status set_aside(const RowOriginRef& origin, Ordinal row, Error error, const Batch* batch,
                   uint32_t at);

  StageIdentity identity_;
  Ledger& ledger_;
  MemoryAccount& memory_;
  FailedRow& failed_;
  Output* rejects_ = nullptr;
  std::vector<RejectedRow> rejected_;  // a batch at most
  size_t rejected_bytes_ = 0;
  std::optional<FirstReject> first_reject_;
};

}  // namespace leat::pipelines
