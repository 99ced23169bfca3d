// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: partitions make the rows of a join in any order, and a join that explodes makes more of
// them than any disk holds.
//
// What partitions make is sorted by the left row: pairs, and rows that only say what is to be done
// when their turn comes. A row with many partners refers to them, and meets them here, block by
// block; a bad row is told of here, behind the rows before it.
//
// Rejected: pairs alone (10^7 equal keys on both sides are 10^14 of them); references alone (a
// block is read for each left row, where most have one partner).
#include "operators/state/join/spilled_result.h"

#include <algorithm>

#include "engine/go.h"
#include "operators/state/join/join_probe.h"

namespace leat::state {

namespace {

/// Right rows that were written, as a table. ERRORS: kMemory.
Result<std::shared_ptr<const JoinTable>> table_of(const JoinPlan& plan, const Batch& rows,
                                                  const LaneContext& context) {
  const std::unique_ptr<Collect> side = make_join_side(plan);
  std::unique_ptr<Partial> partial = side->partial(context);
  LEAT_TRY(partial->consume(rows));
  LEAT_TRY(partial->seal());
  const std::unique_ptr<Final> final = side->final(context);
  LEAT_TRY(final->absorb(std::move(partial)));
  LEAT_TRY_ASSIGN(const CollectedRef made, final->finish());
  return std::static_pointer_cast<const JoinTable>(made);
}

/// Makes the join's rows of those of SpillPlan::result.
class ResultOutput final : public Output {
 public:
  ResultOutput(const JoinPlan& plan, const SpilledRows& rows, size_t part,
               const LaneContext& context, Output& output)
      : plan_(plan),
        spill_(*plan.spill),
        rows_(rows),
        context_(context),
        table_context_{context.memory, context.faults, unread_, context.watch, nullptr},
        output_(output),
        next_(Ordinal(part, 0).packed()),
        keys_(plan.left_keys, context.memory),
        pairs_(*this) {}

  Status emit(Batch batch) override {
    const int64_t* const kinds = batch.column(spill_.result_kind).values<int64_t>();
    for (size_t begin = 0; begin < batch.rows();) {
      size_t end = begin + 1;
      while (end < batch.rows() && kinds[end] == kinds[begin]) ++end;
      Batch piece = batch;
      if (end - begin < batch.rows()) {
        LEAT_TRY_ASSIGN(piece, slice(batch, begin, end));
      }
      LEAT_TRY(emit_kind(kinds[begin], piece));
      begin = end;
    }
    return {};
  }

 private:
  /// Takes pairs of a left row with partners that were referred to.
  class Pairs final : public Output {
   public:
    explicit Pairs(ResultOutput& result) : result_(result) {}
    Status emit(Batch batch) override {
      result_.context_.ledger.add(Counter::kMade, batch.rows());
      return result_.emit_ready(batch);
    }

   private:
    ResultOutput& result_;
  };

  Result<Batch> slice(const Batch& batch, size_t begin, size_t end) const {
    LEAT_TRY_ASSIGN(BufferRef rows, context_.memory.allocate((end - begin) * sizeof(uint32_t)));
    for (size_t row = begin; row < end; ++row)
      rows->mutable_as<uint32_t>()[row - begin] = static_cast<uint32_t>(row);
    return compact(batch.with_selection(Selection(std::move(rows), end - begin)), context_.memory);
  }

  Status emit_kind(int64_t kind, const Batch& rows) {
    switch (static_cast<ResultKind>(kind)) {
      case ResultKind::kReady: return emit_ready(rows);
      case ResultKind::kUnmatched: return emit_unmatched(rows);
      case ResultKind::kFault: return tell(rows);
    }
    const FarGroup& group = rows_.far_groups[static_cast<size_t>(kind)];
    for (size_t row = 0; row < rows.rows(); ++row) {
      LEAT_TRY_ASSIGN(const Batch one, slice(rows, row, row + 1));
      LEAT_TRY(expand(one, group));
    }
    return {};
  }

  RowPlaces places_of(const Batch& rows) {
    RowPlaces places{Ordinal::from_packed(next_), {}, nullptr};
    if (const auto& place = spill_.left_columns.place)
      places.origin =
          std::make_shared<WrittenOrigin>(rows, *place, spill_.left_columns.raw, places.first);
    next_ += rows.length();
    return places;
  }

  Status emit_ready(const Batch& rows) {
    std::vector<ColumnRef> columns;
    if (plan_.is_filter()) {
      for (size_t i = 0; i < plan_.output->size(); ++i) columns.push_back(rows.columns()[i]);
    } else {
      std::vector<RowFault> none;  // they were computed before
      LEAT_TRY_ASSIGN(const auto keys, keys_.evaluate(rows, rows.selection(), none));
      for (const JoinPlan::LeftColumn& left : plan_.left_out)
        columns.push_back(left.key ? keys[*left.key] : rows.columns()[left.column]);
      for (size_t i = 0; i < plan_.right_out.size(); ++i)
        columns.push_back(rows.columns()[spill_.left->size() + i]);
    }
    return output_.emit(Batch(plan_.output, std::move(columns), rows.length(), places_of(rows)));
  }

  Status emit_unmatched(const Batch& rows) {
    Output* const port = output_.port(0);
    if (port == nullptr) return {};
    const std::vector<ColumnRef>& all = rows.columns();
    std::vector<ColumnRef> columns(all.begin(),
                                   all.begin() + static_cast<ptrdiff_t>(plan_.left->size()));
    return port->emit(Batch(plan_.left, std::move(columns), rows.length(), places_of(rows)));
  }

  Status tell(const Batch& rows) {
    const Column& texts = rows.column(*spill_.left_columns.fault);
    std::vector<RowFault> faults;
    for (uint32_t row = 0; row < rows.rows(); ++row)
      faults.push_back({row, unpack_fault(texts.view_at(row))});
    const Batch placed = rows.with_places(places_of(rows));
    LEAT_TRY_ASSIGN(Settled settled,
                    context_.faults.settle(placed, placed.selection(), std::move(faults)));
    if (settled.error) return std::unexpected(std::move(*settled.error));
    return {};
  }

  Status expand(const Batch& row, const FarGroup& group) {
    std::vector<ColumnRef> columns(
        row.columns().begin(), row.columns().begin() + static_cast<ptrdiff_t>(spill_.left->size()));
    const Batch left(spill_.left, std::move(columns), 1, RowPlaces());
    for (size_t i = 0; i < group.blocks; ++i) {
      checkpoint();
      LEAT_TRY(load(group.run, group.first_block + i));
      LEAT_TRY(probe_->process(left, pairs_));
    }
    return {};
  }
  /// Makes a table of a block; neighbours often want the same.
  Status load(size_t run, size_t block) {
    if (table_ != nullptr && run == loaded_run_ && block == loaded_block_) return {};
    probe_.reset();
    table_.reset();
    LEAT_TRY_ASSIGN(const Batch rows, rows_.far_runs[run]->read(block, context_.memory));
    LEAT_TRY_ASSIGN(table_, table_of(spill_.expand, rows, table_context_));
    probe_.emplace(spill_.expand, *table_, table_context_);
    loaded_run_ = run;
    loaded_block_ = block;
    return {};
  }

  const JoinPlan& plan_;
  const SpillPlan& spill_;
  const SpilledRows& rows_;
  LaneContext context_;
  Ledger unread_;  // what meeting partners again counts
  LaneContext table_context_;
  Output& output_;
  uint64_t next_;
  JoinValues keys_;
  Pairs pairs_;
  std::shared_ptr<const JoinTable> table_;
  std::optional<JoinProbe> probe_;
  size_t loaded_run_ = 0;
  size_t loaded_block_ = 0;
};

/// Right rows without a partner.
class RightOutput final : public Output {
 public:
  RightOutput(const JoinPlan& plan, size_t part, const LaneContext& context, Output& output)
      : plan_(plan), context_(context), output_(output), next_(Ordinal(part, 0).packed()) {}

  Status emit(Batch rows) override {
    std::vector<ColumnRef> columns;
    for (const JoinPlan::LeftColumn& left : plan_.left_out) {
      if (left.key) {
        columns.push_back(rows.columns()[left.kept]);
        continue;
      }
      LEAT_TRY_ASSIGN(ColumnRef none, null_column((*plan_.output)[columns.size()].type,
                                                  rows.length(), context_.memory));
      columns.push_back(std::move(none));
    }
    for (const size_t kept : plan_.right_out) columns.push_back(rows.columns()[kept]);
    context_.ledger.add(Counter::kPadded, rows.rows());
    const Ordinal first = Ordinal::from_packed(next_);
    next_ += rows.length();
    return output_.emit(
        Batch(plan_.output, std::move(columns), rows.length(), RowPlaces{first, {}, nullptr}));
  }

 private:
  const JoinPlan& plan_;
  LaneContext context_;
  Output& output_;
  uint64_t next_;
};

class SpilledResult final : public Collected {
 public:
  SpilledResult(const JoinPlan& plan, std::shared_ptr<const JoinTable> table, SpilledRows rows)
      : plan_(plan), table_(std::move(table)), rows_(std::move(rows)) {}

  size_t parts() const override { return left_parts() + (rows_.right ? rows_.right->parts() : 0); }
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override {
    // What is sorted counts as made only where it becomes a row.
    Ledger sorted;
    const LaneContext inner{context.memory, context.faults, sorted, context.watch, context.spill};
    Status status;
    if (part < left_parts()) {
      ResultOutput result(plan_, rows_, part, context, output);
      const size_t last = rows_.far_groups.empty() ? part + 1 : rows_.left->parts();
      for (; status && part < last; ++part) status = rows_.left->emit_part(part, inner, result);
    } else {
      RightOutput result(plan_, part, context, output);
      status = rows_.right->emit_part(part - left_parts(), inner, result);
    }
    context.ledger.add(Counter::kRestored, sorted[Counter::kRestored]);
    return status;
  }

 private:
  /// A part with references may have more rows than a part can number, unless it is alone.
  size_t left_parts() const {
    return rows_.far_groups.empty() ? rows_.left->parts()
                                    : std::min<size_t>(rows_.left->parts(), 1);
  }

  const JoinPlan& plan_;
  std::shared_ptr<const JoinTable> table_;
  SpilledRows rows_;
};

}  // namespace

CollectedRef make_spilled_result(const JoinPlan& plan, std::shared_ptr<const JoinTable> table,
                                 SpilledRows rows) {
  return std::make_shared<SpilledResult>(plan, std::move(table), std::move(rows));
}

}  // namespace leat::state
