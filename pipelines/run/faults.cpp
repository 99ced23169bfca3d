// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a bad row must never flow on as if it were good, and must be accounted for exactly once.
//
// Invariants
// 1. Every faulty row of a selection leaves it, and is counted once as skipped or rejected, however many faults it has.
// 2. Under `fail` the selection keeps exactly the rows before the first faulty one, so a later
//    stage still meets its own
//    errors of earlier rows; the row of the error is noted in `failed_`.
// 3. Rejected rows keep the order in which the stage met them: rows of a batch ascending.
//
// Rejected alternative: operators that apply the policy themselves (each would get it wrong in its
// own way).
#include "pipelines/run/faults.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/data/cell_place.h"
#include "operators/json/json_encoder.h"
#include "operators/text/table_text.h"
#include "operators/text/text_buffer.h"
#include "operators/text/utf8.h"

namespace leat::pipelines {

namespace {

/// Rejected rows are handed on in batches of so many rows, or bytes, at most: before that they are
/// not counted against the budget.
constexpr size_t kRejectRows = 1024;
constexpr size_t kRejectBytes = size_t{64} << 10;

/// A row without a place, by its values: `{"id":42,"price":10}`.
std::string values_of(const Batch& batch, size_t row, MemoryAccount& memory) {
  constexpr size_t kBytesMax = 4096;
  const io::JsonWriter writer(io::NonFinite::kQuote);
  io::TextBuffer text(memory);
  Status status = text.start(256);
  for (size_t i = 0; status && i < batch.columns().size() && text.size() < kBytesMax; ++i) {
    const std::string& name = (*batch.schema())[i].name;
    if (name.empty()) continue;  // an operator's own
    const Column& column = *batch.columns()[i];
    status = text.append((text.size() == 0 ? "{" : ",") + io::json_quote(name) + ":");
    if (status)
      status = column.is_valid(row) ? writer.write(column, row, text) : text.append("null");
  }
  return !status || text.size() == 0 ? std::string() : std::string(text.text()) + "}";
}

/// As much of it as a message bears.
std::string in_the_row(const std::string& values) {
  constexpr size_t kShownMax = 120;
  if (values.empty()) return {};
  return ", in the row " + io::fit_cell(values, kShownMax);
}

}  // namespace

Error StageFaults::located(const RowOriginRef& origin, Ordinal row, Error error) const {
  if (!error.data && origin) error.data = origin->locate(row.row());
  if (!error.pipeline) error.pipeline = identity_.span;
  if (error.stage.empty()) error.stage = identity_.name;
  return error;
}

Status StageFaults::set_aside(const RowOriginRef& origin, Ordinal row, Error error,
                              const Batch* batch, uint32_t at) {
  if (identity_.on_error == OnError::kSkip) {
    ledger_.add(Counter::kSkipped, 1);
    return {};
  }
  ledger_.add(Counter::kRejected, 1);
  if (identity_.rejected != nullptr) identity_.rejected->fetch_add(1, std::memory_order_relaxed);
  Error full = located(origin, row, std::move(error));
  if (!first_reject_ || row < first_reject_->first) first_reject_.emplace(row, full);
  if (rejects_ == nullptr) return {};
  RejectedRow rejected{row, full.data.value_or(TextPlace{}), std::move(full.message), {}};
  if (origin) rejected.raw = origin->raw(row.row());
  if (rejected.raw.empty() && batch != nullptr) rejected.raw = values_of(*batch, at, memory_);
  rejected_bytes_ += sizeof(rejected) + rejected.reason.size() + rejected.raw.size();
  rejected_.push_back(std::move(rejected));
  const bool full_batch = rejected_.size() >= kRejectRows || rejected_bytes_ >= kRejectBytes;
  return full_batch && !LEAT_MUTANT("rejects_pile_up") ? flush() : Status();
}

Status StageFaults::flush() {
  if (rejected_.empty()) return {};
  rejected_bytes_ = 0;
  const std::vector<RejectedRow> rows = std::exchange(rejected_, {});
  LEAT_TRY_ASSIGN(Batch batch, make_rejects_batch(rows, identity_.name, memory_));
  return rejects_->emit(std::move(batch));
}

Status StageFaults::record(const RowOriginRef& origin, Ordinal row, Error error) {
  if (identity_.on_error == OnError::kFail || error.code != ErrorCode::kData) {
    failed_ = {row, identity_.index};
    return std::unexpected(located(origin, row, std::move(error)));
  }
  return set_aside(origin, row, std::move(error), nullptr, 0);
}

Result<Settled> StageFaults::settle(const Batch& batch, const Selection& selection,
                                    std::vector<RowFault> faults) {
  if (faults.empty()) return Settled{selection, {}};
  std::stable_sort(faults.begin(), faults.end(),
                   [](const RowFault& a, const RowFault& b) { return a.row < b.row; });
  const RowOriginRef& origin = batch.places().origin;
  if (identity_.on_error == OnError::kFail) {
    RowFault& first = faults.front();
    size_t before = 0;
    while (before < selection.count() && selection[before] < first.row) ++before;
    failed_ = {batch.places()[first.row], identity_.index};
    Error error = located(origin, failed_.row, std::move(first.error));
    if (!error.data) error.message += in_the_row(values_of(batch, first.row, memory_));
    return Settled{selection.prefix(before), std::move(error)};
  }
  // A selection of our own, by way of the bytes of a plain vector: bad rows are rare and this path
  // may be slow.
  std::vector<bool> bad(batch.length(), false);
  for (RowFault& fault : faults) {
    if (bad[fault.row]) continue;
    bad[fault.row] = true;
    LEAT_TRY(
        set_aside(origin, batch.places()[fault.row], std::move(fault.error), &batch, fault.row));
  }
  if (LEAT_MUTANT("bad_row_flows_on")) return Settled{selection, {}};
  LEAT_TRY_ASSIGN(BufferRef rows,
                  memory_.allocate(std::max<size_t>(selection.count(), 1) * sizeof(uint32_t)));
  size_t count = 0;
  for_each_row(selection, [&](size_t row) {
    if (!bad[row]) rows->mutable_as<uint32_t>()[count++] = static_cast<uint32_t>(row);
  });
  return Settled{Selection(std::move(rows), count), {}};
}

Result<Batch> make_rejects_batch(const std::vector<RejectedRow>& rows, const std::string& stage,
                                 MemoryAccount& memory) {
  ViewBuilder file(kUtf8Type, memory);
  FixedBuilder<int64_t> line(kInt64Type, memory);
  FixedBuilder<int64_t> column(kInt64Type, memory);
  ViewBuilder stage_name(kUtf8Type, memory);
  ViewBuilder reason(kUtf8Type, memory);
  ViewBuilder raw(kUtf8Type, memory);
  for (Status status :
       {file.reserve(rows.size()), line.reserve(rows.size()), column.reserve(rows.size()),
        stage_name.reserve(rows.size()), reason.reserve(rows.size()), raw.reserve(rows.size())}) {
    LEAT_TRY(std::move(status));
  }
  LEAT_TRY_ASSIGN(BufferRef ids,
                  memory.allocate(std::max<size_t>(rows.size(), 1) * sizeof(uint64_t)));
  for (size_t i = 0; i < rows.size(); ++i) {
    const RejectedRow& row = rows[i];
    ids->mutable_as<uint64_t>()[i] = row.row.packed();
    LEAT_TRY(row.place.file.empty() ? file.append_null() : file.append_copy(file_of(row.place)));
    if (row.place.line == 0) {
      LEAT_TRY(line.append_null());
    } else {
      line.append(static_cast<int64_t>(row.place.line));
    }
    if (row.place.column == 0) {
      LEAT_TRY(column.append_null());
    } else {
      column.append(static_cast<int64_t>(row.place.column));
    }
    LEAT_TRY(stage_name.append_copy(stage));
    LEAT_TRY(reason.append_copy(row.reason));
    LEAT_TRY(raw.append_copy(io::replace_invalid_utf8(row.raw)));
  }
  std::vector<ColumnRef> columns{file.finish(),       line.finish(),   column.finish(),
                                 stage_name.finish(), reason.finish(), raw.finish()};
  return Batch(rejects_schema(), std::move(columns), rows.size(),
               RowPlaces{Ordinal(), std::move(ids), nullptr});
}

}  // namespace leat::pipelines
