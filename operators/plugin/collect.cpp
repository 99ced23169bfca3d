// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: an aggregate of a plugin is a state that takes rows in, states that are merged, and rows
// at the end; the run has lanes and a serial end.
//
// Invariants:
//  1. in = folded + skipped + rejected; out = made.
//  2. The state of the first lane that is absorbed becomes the final one; the others are merged into
//     it and closed. Which one is first depends on the schedule, so a plugin must merge in any
//     order; `leat plugin verify` tries orders.
//  3. Rows at the end have the identities that the plugin gives, or are numbered as they come.
//
// Rejected: a state for the final step alone (one more kind of state, for nothing).
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "engine/codes/plugin.h"
#include "operators/plugin/bound.h"

namespace leat::plugin {
namespace {

/// Rows that were rejected in a call, as faults of the prepared batch.
struct ConsumeCall final : StateCall {
  ConsumeCall(State& of, const RunWatch* run, size_t count) : StateCall(of, run), rows(count) {}

  Status reject(uint64_t row, std::string reason) override {
    if (row >= rows)
      return std::unexpected(broken_contract(site, "it rejected a row that did not come"));
    faults.push_back({static_cast<uint32_t>(row),
                      Error(code::kPluginFailed, ErrorCode::kData, std::move(reason))});
    return {};
  }

  const size_t rows;
  std::vector<RowFault> faults;
};

/// Emits what the plugin gives, batch by batch.
struct FinishCall final : StateCall {
  FinishCall(State& of, const LaneContext& lane, Output& to)
      : StateCall(of, lane.watch), context(lane), output(to) {}

  Status emit(const leat_output& given) override {
    const Bound& bound = state.bound();
    LEAT_TRY_ASSIGN(const size_t length, bound.rows_of(given));
    for (size_t begin = 0; begin < length; begin += kBatchRowsMax) {
      const size_t count = std::min(kBatchRowsMax, length - begin);
      LEAT_TRY_ASSIGN(std::vector<ColumnRef> columns,
                      bound.import(given, begin, count, state.memory()));
      RowPlaces ids{Ordinal::from_packed(made), {}, nullptr};
      if (given.parents != nullptr) {
        LEAT_TRY_ASSIGN(ids.ordinals, state.memory().allocate(count * sizeof(uint64_t)));
        std::copy_n(given.parents + begin, count, ids.ordinals->mutable_as<uint64_t>());
      }
      Batch batch(bound.output(), std::move(columns), count, std::move(ids));
      if (given.keep != nullptr) {
        LEAT_TRY_ASSIGN(batch, kept(std::move(batch), given.keep + begin));
      }
      made += count;
      context.ledger.add(Counter::kMade, batch.rows());
      LEAT_TRY(output.emit(std::move(batch)));
    }
    return {};
  }

  Result<Batch> kept(Batch batch, const uint8_t* keep) {
    LEAT_TRY_ASSIGN(BufferRef rows, state.memory().allocate(batch.length() * sizeof(uint32_t)));
    size_t count = 0;
    for (uint32_t row = 0; row < batch.length(); ++row) {
      if (keep[row] != 0) rows->mutable_as<uint32_t>()[count++] = row;
    }
    return batch.with_selection(Selection(std::move(rows), count));
  }

  const LaneContext& context;
  Output& output;
  uint64_t made = 0;
};

class PluginPartial final : public Partial {
 public:
  PluginPartial(BoundRef bound, const LaneContext& context)
      : context_(context), state_(std::make_unique<State>(std::move(bound), context.memory)) {}

  Status consume(const Batch& batch) override {
    if (batch.rows() == 0) return {};
    LEAT_TRY_ASSIGN(const Batch prepared, prepare(batch, context_.memory));
    ConsumeCall call(*state_, context_.watch, prepared.rows());
    Status status = state_->open(context_.watch);
    if (status) status = call_process(call, prepared, 0);
    if (!status) return located(context_.faults, prepared, std::move(status).error());
    size_t folded = prepared.rows();
    if (!call.faults.empty()) {
      LEAT_TRY_ASSIGN(Settled settled, context_.faults.settle(prepared, prepared.selection(),
                                                              std::move(call.faults)));
      folded = settled.selection.count();
      if (settled.error) return std::unexpected(std::move(*settled.error));
    }
    context_.ledger.add(Counter::kFolded, folded);
    return {};
  }
  Status seal() override { return state_->open(context_.watch); }
  std::unique_ptr<State> take() { return std::move(state_); }

 private:
  LaneContext context_;
  std::unique_ptr<State> state_;
};

/// The state of all rows, whose rows the plugin emits in one go.
class PluginResult final : public Collected {
 public:
  explicit PluginResult(std::unique_ptr<State> state) : state_(std::move(state)) {}

  size_t parts() const override { return 1; }
  Status emit_part(size_t, const LaneContext& context, Output& output) const override {
    FinishCall call(*state_, context, output);
    return enter(call, "finish",
                 [&] { return state_->bound().table().finish(state_->handle(), &call); });
  }

 private:
  std::unique_ptr<State> state_;
};

class PluginFinal final : public Final {
 public:
  PluginFinal(BoundRef bound, const LaneContext& context)
      : bound_(std::move(bound)), context_(context) {}

  Status absorb(std::unique_ptr<Partial> partial) override {
    std::unique_ptr<State> from = static_cast<PluginPartial&>(*partial).take();
    if (state_ == nullptr) {
      state_ = std::move(from);
      return {};
    }
    StateCall call(*state_, context_.watch);
    return enter(call, "merge",
                 [&] { return bound_->table().merge(state_->handle(), &call, from->handle()); });
  }
  Result<CollectedRef> finish() override {
    if (state_ == nullptr) state_ = std::make_unique<State>(bound_, context_.memory);
    LEAT_TRY(state_->open(context_.watch));
    return std::make_shared<const PluginResult>(std::move(state_));
  }

 private:
  BoundRef bound_;
  LaneContext context_;
  std::unique_ptr<State> state_;
};

class PluginCollect final : public Collect {
 public:
  explicit PluginCollect(BoundRef bound) : bound_(std::move(bound)) {}

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<PluginPartial>(bound_, context);
  }
  std::unique_ptr<Final> final(const LaneContext& context) const override {
    return std::make_unique<PluginFinal>(bound_, context);
  }

 private:
  BoundRef bound_;
};

}  // namespace

void bind_collect(const BoundRef& plugin, const Schema& input, BoundOperator& bound) {
  for (size_t i = 0; i < input.size(); ++i) bound.always_read.push_back(i);
  bound.column_inputs.resize(plugin->output()->size());
  bound.equations = {
      Equation({Counter::kIn}, {Counter::kFolded, Counter::kSkipped, Counter::kRejected}),
      Equation({Counter::kOut}, {Counter::kMade})};
  bound.species = std::make_unique<PluginCollect>(plugin);
}

}  // namespace leat::plugin
