// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the rows of a window stage are on disk, its calls look at partitions in several
// arrangements, and the result has to be in the order of the input.
//
// Sorts do all the moving. A pass for each arrangement reads the rows by partition and in the order
// of that, some partitions at a time computes the calls as they are computed in memory, and gives
// the rows with the values to the sort of the next pass; behind the last one they are sorted by
// where they stood. Each sort stays in memory or spills, as any sort does.
//
// A partition that does not fit is written to a run of its own, in its order, and its arrays are in
// pages (paged_array.h): what moves over it in memory moves over it on disk.
//
// Invariants
// 1. A partition is computed whole, and always by the same code: the values are the same.
// 2. What is refused is asked for again after the next sort has given up its rows.
// 3. No error of a row ends a pass: it goes on with the row, and is told where the row stands.
//
// Rejected: partitions by hash (each has to be sorted all the same, and one that does not fit has
// nowhere to go); results apart from the rows (as many sorts, and a merge of all of them).
#include "operators/state/windows/spilled_windows.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/machine.h"
#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/state/windows/window_evaluation.h"
#include "operators/state/written_places.h"

namespace leat::state {

namespace {

/// What lanes may hold, by those who work on it at the same time.
constexpr size_t kChunkShare = 8;
constexpr size_t kMergeShare = 4;
constexpr size_t kSortShare = 4;
constexpr size_t kChunkBytesMin = size_t{256} << 10;
/// A partition is large when it has so many times as many bytes as a chunk.
constexpr size_t kLargeChunks = 2;
/// Pages of arrays that are read or written at the same time, and blocks of rows.
constexpr size_t kPagesBytes = size_t{2} << 20;
/// Digits of the call that stands in front of a fault.
constexpr size_t kCallDigits = 8;

// -------------------------------------------------------------------------------------------- a pass

/// Takes rows in the order of a pass.
class Pass final : public Output {
 public:
  Pass(const WindowPlan& plan, size_t index, const LaneContext& context, size_t chunk_bytes,
       LaneSort& next)
      : plan_(plan),
        index_(index),
        context_(context),
        chunk_bytes_(chunk_bytes),
        next_(next),
        partition_by_(plan.rows.arrangements[index].partition_by),
        schema_(index + 1 < plan.spill.passes.size() ? plan.spill.passes[index + 1].rows
                                                     : plan.spill.rows) {}

  Status emit(Batch batch) override {
    if (context_.watch != nullptr && context_.watch->cancelled())
      return fail(code::kInterrupted, ErrorCode::kCancelled, "the run was interrupted");
    checkpoint();
    if (large_) {
      LEAT_TRY_ASSIGN(batch, go_on(std::move(batch)));
      if (batch.rows() == 0) return {};
    }
    find_border(batch);
    bytes_ += retained_bytes(batch);
    chunk_.push_back(std::move(batch));
    if (bytes_ <= chunk_bytes_) return {};
    if (border_) return compute_before_border();
    return bytes_ > kLargeChunks * chunk_bytes_ ? begin_large() : Status();
  }
  /// All rows were emitted.
  Status finish() { return large_ ? end_large() : compute(std::exchange(chunk_, {})); }

 private:
  /// What `attempt` returns; when memory is refused, once more without the rows of the next sort.
  template <typename Attempt>
  auto with_room(Attempt&& attempt) {
    auto result = attempt();
    if (result || result.error().code != ErrorCode::kMemory) return result;
    if (Status spilled = next_.spill(context_.ledger); !spilled)
      return decltype(result)(std::unexpected(std::move(spilled).error()));
    return attempt();
  }

  /// Notes the last row of `batch` that begins a partition, unless it is the first of the chunk.
  void find_border(const Batch& batch) {
    for (size_t row = batch.rows(); row-- > 0;) {
      if (row == 0 && chunk_.empty()) return;
      const Batch& before = row == 0 ? chunk_.back() : batch;
      const size_t row_before = row == 0 ? before.rows() - 1 : row - 1;
      if (are_equal(partition_by_, before, row_before, batch, row)) continue;
      border_ = {static_cast<uint32_t>(chunk_.size()), static_cast<uint32_t>(row)};
      return;
    }
  }

  /// Computes the partitions that are complete.
  Status compute_before_border() {
    const RowRef border = *std::exchange(border_, std::nullopt);
    const Batch cut = chunk_[border.batch];
    std::vector<Batch> later(chunk_.begin() + border.batch + 1, chunk_.end());
    chunk_.resize(border.batch);
    if (border.row > 0) {
      LEAT_TRY_ASSIGN(Batch head, slice(cut, 0, border.row));
      chunk_.push_back(std::move(head));
    }
    LEAT_TRY(compute(std::exchange(chunk_, {})));
    LEAT_TRY_ASSIGN(Batch tail, slice(cut, border.row, cut.rows()));
    chunk_.push_back(std::move(tail));
    bytes_ = 0;
    for (Batch& batch : later) chunk_.push_back(std::move(batch));
    for (const Batch& batch : chunk_) bytes_ += retained_bytes(batch);
    return {};
  }
  Result<Batch> slice(const Batch& batch, size_t begin, size_t end) {
    std::vector<RowRef> rows;
    for (size_t row = begin; row < end; ++row) rows.push_back({0, static_cast<uint32_t>(row)});
    return with_room([&] { return take({&batch, 1}, rows, context_.memory); });
  }

  /// Computes whole partitions, and gives their rows to the next sort.
  Status compute(std::vector<Batch> batches) {
    if (batches.empty()) return {};
    if (LEAT_MUTANT("window_partition_skipped") && skipped_++ == 1) return {};
    PartitionedRows rows(plan_.rows, context_.memory);
    LEAT_TRY(rows.take_arranged(std::move(batches)));
    std::vector<std::unique_ptr<WindowColumn>> values;
    const Status computed = with_room([&] { return compute(rows, values); });
    if (!computed && computed.error().code == ErrorCode::kMemory) {
      values.clear();
      return compute_on_disk(rows.give_back());
    }
    LEAT_TRY(computed);
    return hand_on(rows, values);
  }
  Status compute(const PartitionedRows& rows,
                 std::vector<std::unique_ptr<WindowColumn>>& values) const {
    values.clear();
    LEAT_TRY_ASSIGN(const ArrangedRows arranged, rows.arranged(index_));
    return compute_calls(plan_, index_, rows, arranged, context_.memory, values);
  }

  Status hand_on(const PartitionedRows& rows,
                 const std::vector<std::unique_ptr<WindowColumn>>& values) {
    for (size_t i = 0; i < rows.batch_count(); ++i) {
      checkpoint();
      LEAT_TRY_ASSIGN(Batch made, with_room([&]() -> Result<Batch> {
                        LEAT_TRY_ASSIGN(const Batch batch, rows.batch(i));
                        return with_values(batch, rows.begin_of(i), values);
                      }));
      if (rows.pages() != nullptr) LEAT_TRY(rows.pages()->status());
      LEAT_TRY(next_.consume(made));
      if (LEAT_MUTANT("window_rows_written_twice") && i == 1) LEAT_TRY(next_.consume(made));
    }
    return {};
  }

  // ---------------------------------------------------------------------------------- large partitions

  /// Rows that are written in their order.
  struct Large {
    explicit Large(MemoryLease lease, SpillArea& area)
        : memory(std::move(lease)), writer(area, memory.account()) {}
    Status append(const Batch& batch) {
      block_rows.push_back(static_cast<uint32_t>(batch.rows()));
      return writer.append(batch);
    }

    MemoryLease memory;
    SpillWriter writer;
    std::vector<uint32_t> block_rows;
    Batch last;
  };

  Status begin_large() {
    LEAT_TRY(next_.spill(context_.ledger));
    LEAT_TRY_ASSIGN(MemoryLease memory, context_.memory.lease(kPagesBytes));
    large_ = std::make_unique<Large>(std::move(memory), *context_.spill);
    for (Batch& batch : chunk_) {
      LEAT_TRY(large_->append(batch));
      large_->last = std::move(batch);
    }
    chunk_.clear();
    bytes_ = 0;
    return {};
  }

  /// Writes the rows of `batch` that belong to the large partition; returns the others.
  Result<Batch> go_on(Batch batch) {
    const Batch& last = large_->last;
    size_t row = 0;
    while (row < batch.rows() &&
           (row == 0 ? are_equal(partition_by_, last, last.rows() - 1, batch, 0)
                     : are_equal(partition_by_, batch, row - 1, batch, row)))
      ++row;
    if (row == batch.rows()) {
      LEAT_TRY(large_->append(batch));
      large_->last = std::move(batch);
      return Batch();
    }
    if (row > 0) {
      LEAT_TRY_ASSIGN(const Batch head, slice(batch, 0, row));
      LEAT_TRY(large_->append(head));
    }
    LEAT_TRY_ASSIGN(Batch tail, slice(batch, row, batch.rows()));
    LEAT_TRY(end_large());
    return tail;
  }

  Status end_large() {
    const std::unique_ptr<Large> large = std::exchange(large_, nullptr);
    large->last = Batch();
    const uint64_t written = large->writer.rows();
    LEAT_TRY_ASSIGN(SpillRunRef run, large->writer.finish(context_.memory));
    context_.ledger.add(Counter::kSpilled, written);
    LEAT_TRY(next_.spill(context_.ledger));
    PageStore pages(*context_.spill, large->memory.account());
    PartitionedRows rows(plan_.rows, context_.memory);
    LEAT_TRY(rows.take_arranged(std::move(run), large->block_rows, pages));
    std::vector<std::unique_ptr<WindowColumn>> values;
    LEAT_TRY(compute(rows, values));
    LEAT_TRY(hand_on(rows, values));
    context_.ledger.add(Counter::kRestored, written);
    return {};
  }

  Status compute_on_disk(std::vector<Batch> batches) {
    chunk_ = std::move(batches);
    LEAT_TRY(begin_large());
    return end_large();
  }

  Result<Batch> with_values(const Batch& batch, uint32_t begin,
                            const std::vector<std::unique_ptr<WindowColumn>>& values) const {
    std::vector<ColumnRef> columns = batch.columns();
    std::vector<std::string> faults(batch.rows());
    for (const size_t call : plan_.spill.passes[index_].calls) {
      std::vector<RowFault> found;
      LEAT_TRY_ASSIGN(ColumnRef column,
                      values[call]->values(begin, batch.rows(), context_.memory, found));
      columns.push_back(std::move(column));
      for (const RowFault& fault : found) {
        if (faults[fault.row].empty())
          faults[fault.row] = fmt::format("{:0{}}{}", call, kCallDigits, pack_fault(fault.error));
      }
    }
    if (plan_.spill.faults[index_]) {
      ViewBuilder texts(kUtf8Type, context_.memory);
      LEAT_TRY(texts.reserve(batch.rows()));
      for (const std::string& fault : faults)
        LEAT_TRY(fault.empty() ? texts.append_null() : texts.append_copy(fault));
      columns.push_back(texts.finish());
    }
    return batch.with_columns(schema_, std::move(columns));
  }

  const WindowPlan& plan_;
  const size_t index_;
  const LaneContext& context_;
  const size_t chunk_bytes_;
  LaneSort& next_;
  const std::vector<size_t>& partition_by_;
  const SchemaRef schema_;
  std::vector<Batch> chunk_;
  size_t bytes_ = 0;
  std::optional<RowRef> border_;  // the last partition in the chunk that does not begin it
  std::unique_ptr<Large> large_;  // a partition that is being written
  size_t skipped_ = 0;            // of the mutant
};

// ------------------------------------------------------------------------------------------ the result

/// Makes the stage's rows of those behind the last pass.
class ResultOutput final : public Output {
 public:
  ResultOutput(const WindowPlan& plan, const LaneContext& context, Output& output)
      : plan_(plan), context_(context), output_(output) {}

  Status emit(Batch batch) override {
    std::vector<ColumnRef> calls;
    for (const size_t column : plan_.spill.values) calls.push_back(batch.columns()[column]);
    return emit_windows(plan_, batch, std::move(calls), faults_of(batch), context_, output_);
  }

 private:
  /// Of each row that has any, the fault of the first call.
  std::vector<RowFault> faults_of(const Batch& batch) const {
    std::vector<RowFault> faults;
    for (uint32_t row = 0; row < batch.rows(); ++row) {
      std::string_view first;
      for (const std::optional<size_t>& column : plan_.spill.faults) {
        if (!column || !batch.column(*column).is_valid(row)) continue;
        const std::string_view text = batch.column(*column).view_at(row);
        if (first.empty() || text < first) first = text;
      }
      if (!first.empty()) faults.push_back({row, unpack_fault(first.substr(kCallDigits))});
    }
    return faults;
  }

  const WindowPlan& plan_;
  const LaneContext& context_;
  Output& output_;
};

class SpilledWindows final : public Collected {
 public:
  SpilledWindows(const WindowPlan& plan, CollectedRef rows) : plan_(plan), rows_(std::move(rows)) {}

  size_t parts() const override { return rows_->parts(); }
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override {
    Ledger counts;  // these rows are not yet those of the stage
    const LaneContext inner{context.memory, context.faults, counts, context.watch, context.spill};
    ResultOutput made(plan_, context, output);
    Status status = rows_->emit_part(part, inner, made);
    context.ledger.add(Counter::kRestored, counts[Counter::kRestored]);
    return status;
  }

 private:
  const WindowPlan& plan_;
  CollectedRef rows_;
};

}  // namespace

Result<CollectedRef> compute_spilled(const WindowPlan& plan, const LaneContext& context,
                                     std::span<WindowLane* const> lanes) {
  const size_t bytes = lanes.size() * context.spill->lane_bytes();
  Ledger counts;
  const LaneContext inner{context.memory, context.faults, counts, context.watch, context.spill};
  std::vector<LaneSort*> sorts;
  for (WindowLane* const lane : lanes) {
    LEAT_TRY(lane->spill(context.ledger));
    sorts.push_back(&lane->sorted());
  }
  const WindowSpillPlan& spill = plan.spill;
  LEAT_TRY_ASSIGN(CollectedRef rows,
                  merge_lanes(spill.passes.front().order, inner, sorts, bytes / kMergeShare));
  for (size_t i = 0; i < spill.passes.size(); ++i) {
    const bool is_last = i + 1 == spill.passes.size();
    const SortPlan& order = is_last ? spill.order : spill.passes[i + 1].order;
    LaneSort next(order, inner, bytes / kSortShare);
    LEAT_TRY(next.start());
    Pass pass(plan, i, inner, std::max(bytes / kChunkShare, kChunkBytesMin), next);
    for (size_t part = 0; part < rows->parts(); ++part)
      LEAT_TRY(rows->emit_part(part, inner, pass));
    LEAT_TRY(pass.finish());
    rows.reset();
    LEAT_TRY(next.seal());
    LaneSort* const one[] = {&next};
    LEAT_TRY_ASSIGN(rows, merge_lanes(order, inner, one, bytes / (is_last ? 2 : kMergeShare)));
  }
  context.ledger.add(Counter::kSpilled, counts[Counter::kSpilled]);
  context.ledger.add(Counter::kRestored, counts[Counter::kRestored]);
  return CollectedRef(std::make_shared<const SpilledWindows>(plan, std::move(rows)));
}

}  // namespace leat::state
