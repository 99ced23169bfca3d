// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a map of a plugin gives arrays and numbers of rows; the run needs batches whose rows
// know where they came from, and an account of every row.
//
// Invariants:
//  1. Rows keep the identity of their input row. Parents ascend, and no row is given twice, so
//     identities ascend and are unique as those of built-in maps.
//  2. in = passed + dropped + skipped + rejected, counted from what came back; a row that is missing
//     without LEAT_DROPS_ROWS is an error, not a dropped row.
//  3. Nothing is emitted before the plugin returned, so its frames are never left on a stack that
//     waits for a channel.
//  4. Under `on_error: fail` the rows before the first bad one are emitted before its error.
//
// Rows that a plugin holds back until `flush` are counted and named by their number in the split;
// for these operators the lane keeps the identities of the split's rows.
//
// Rejected: several rows for one row (identities would no longer be unique, and ties of a later
// sort would be broken by chance).
#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/plugin.h"
#include "operators/plugin/bound.h"

namespace leat::plugin {
namespace {

/// What one `emit` gave.
struct Given {
  std::vector<ColumnRef> columns;
  size_t length = 0;
  uint64_t first_parent = 0;      // without `parents`: rows follow on this one
  std::vector<uint64_t> parents;  // one for each row: its number in the split

  uint64_t parent(size_t row) const { return parents.empty() ? first_parent + row : parents[row]; }
  std::vector<uint8_t> keep;  // empty: all
};

struct MapCall final : StateCall {
  MapCall(State& of, const RunWatch* run, uint64_t first, size_t count)
      : StateCall(of, run), first_row(first), rows(count) {}

  Status emit(const leat_output& output) override {
    const Bound& bound = state.bound();
    LEAT_TRY_ASSIGN(const size_t length, bound.rows_of(output));
    const auto wrong = [&](std::string what) {
      return std::unexpected(broken_contract(site, what));
    };
    if (output.parents == nullptr && length != rows)
      return wrong(
          fmt::format("it gave {} rows for {} without saying whose they are", length, rows));
    if (length > kBatchRowsMax && output.parents != nullptr && length > rows + next_parent)
      return wrong("it gave more rows than it got");
    for (size_t begin = 0; begin < length; begin += kBatchRowsMax) {
      Given part;
      part.length = std::min(kBatchRowsMax, length - begin);
      part.first_parent = first_row + begin;
      LEAT_TRY_ASSIGN(part.columns, bound.import(output, begin, part.length, state.memory()));
      for (size_t i = begin; i < begin + part.length; ++i) {
        const uint64_t parent = output.parents == nullptr ? first_row + i : output.parents[i];
        if (parent < next_parent) return wrong("the parents of its rows do not ascend");
        if (parent >= first_row + rows)
          return wrong(fmt::format("it gave a row for row {}, which did not come yet", parent));
        next_parent = parent + 1;
        if (output.parents != nullptr) part.parents.push_back(parent);
      }
      if (output.keep != nullptr)
        part.keep.assign(output.keep + begin, output.keep + begin + part.length);
      given.push_back(std::move(part));
    }
    return {};
  }

  Status reject(uint64_t row, std::string reason) override {
    if (row >= first_row + rows)
      return std::unexpected(
          broken_contract(site, fmt::format("it rejected row {}, which did not come yet", row)));
    rejected.emplace_back(row, std::move(reason));
    return {};
  }

  const uint64_t first_row;
  const size_t rows;
  uint64_t next_parent = 0;  // the least that may come
  std::vector<Given> given;
  std::vector<std::pair<uint64_t, std::string>> rejected;
};

class PluginMapLane final : public MapLane {
 public:
  PluginMapLane(BoundRef bound, const LaneContext& context)
      : state_(std::move(bound), context.memory), context_(context) {}
  ~PluginMapLane() override { context_.memory.refund(charged_); }

  Status process(Batch batch, Output& output) override {
    if (batch.rows() == 0) return {};
    LEAT_TRY_ASSIGN(const Batch prepared, prepare(batch, context_.memory));
    Status status = state_.open(context_.watch);
    MapCall call(state_, context_.watch, first_row_, prepared.rows());
    call.next_parent = next_parent_;
    if (status && holds_rows()) status = remember(prepared);
    if (status) status = call_process(call, prepared, first_row_);
    if (!status) return located(context_.faults, prepared, std::move(status).error());
    status = deliver(prepared, call, output);
    if (holds_rows()) {
      next_parent_ = call.next_parent;
      first_row_ += prepared.rows();
    }
    return status;
  }

  Status end_split(Output& output) override {
    if (!holds_rows()) return {};
    const Batch none(bound().output(), {}, 0, RowPlaces{Ordinal(), {}, origin_});
    MapCall call(state_, context_.watch, first_row_, 0);
    call.next_parent = next_parent_;
    Status status = state_.open(context_.watch);
    if (status)
      status = enter(call, "flush", [&] { return bound().table().flush(state_.handle(), &call); });
    if (!status) return located(context_.faults, none, std::move(status).error());
    status = deliver(none, call, output);
    const uint64_t lost = first_row_ - std::min(first_row_, settled_);
    if (status && lost > 0) status = drop(lost, none);
    ids_.clear();
    context_.memory.refund(std::exchange(charged_, 0));
    first_row_ = next_parent_ = settled_ = 0;
    return status;
  }

 private:
  const Bound& bound() const { return state_.bound(); }
  bool holds_rows() const { return bound().table().flush != nullptr; }

  Status remember(const Batch& prepared) {
    LEAT_TRY(context_.memory.charge(prepared.rows() * sizeof(uint64_t)));
    charged_ += prepared.rows() * sizeof(uint64_t);
    const auto* const ids = prepared.places().ordinals->as<uint64_t>();
    ids_.insert(ids_.end(), ids, ids + prepared.rows());
    origin_ = prepared.places().origin;
    return {};
  }

  uint64_t id_of(const Batch& prepared, uint64_t parent) const {
    return holds_rows() ? ids_[parent]
                        : prepared.places().ordinals->as<uint64_t>()[parent - first_row_];
  }

  /// Rows that came and are neither given nor rejected.
  Status drop(uint64_t rows, const Batch& prepared) {
    if (!bound().drops_rows()) {
      return located(context_.faults, prepared,
                     broken_contract(bound().site(),
                                     fmt::format("it lost {} rows without LEAT_DROPS_ROWS", rows)));
    }
    context_.ledger.add(Counter::kDropped, rows);
    return {};
  }

  /// Applies on_error to what was rejected. Returns from which row of the split on nothing is to be
  /// emitted; `error` is set when there is such a row.
  Result<uint64_t> settle(const Batch& prepared, MapCall& call, std::optional<Error>& error) {
    auto& rejected = call.rejected;
    std::stable_sort(rejected.begin(), rejected.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    rejected.erase(std::unique(rejected.begin(), rejected.end(),
                               [](const auto& a, const auto& b) { return a.first == b.first; }),
                   rejected.end());
    for (auto& [row, reason] : rejected) {
      Status status = context_.faults.record(
          prepared.places().origin, Ordinal::from_packed(id_of(prepared, row)),
          Error(code::kPluginFailed, ErrorCode::kData, std::move(reason)));
      if (status) continue;
      error = std::move(status).error();
      return row;
    }
    return UINT64_MAX;
  }

  static bool is_rejected(const MapCall& call, uint64_t row) {
    const auto found =
        std::lower_bound(call.rejected.begin(), call.rejected.end(), row,
                         [](const auto& one, uint64_t wanted) { return one.first < wanted; });
    return found != call.rejected.end() && found->first == row;
  }

  Status deliver(const Batch& prepared, MapCall& call, Output& output) {
    std::optional<Error> error;
    LEAT_TRY_ASSIGN(const uint64_t end, settle(prepared, call, error));
    uint64_t passed = 0;
    for (Given& part : call.given) {
      LEAT_TRY_ASSIGN(Batch batch, batch_of(prepared, call, part, end));
      passed += batch.rows();
      context_.ledger.add(Counter::kPassed, batch.rows());
      LEAT_TRY(output.emit(std::move(batch)));
    }
    if (error) return std::unexpected(std::move(*error));
    const uint64_t known = passed + call.rejected.size();
    if (holds_rows()) {
      settled_ += known;
      return {};
    }
    return known < call.rows ? drop(call.rows - known, prepared) : Status();
  }

  /// The rows of `part` that are kept, were not rejected, and stand before `end`.
  Result<Batch> batch_of(const Batch& prepared, const MapCall& call, Given& part, uint64_t end) {
    MemoryAccount& memory = context_.memory;
    BufferRef ids = prepared.places().ordinals;
    if (!part.parents.empty() || part.length != prepared.length()) {
      LEAT_TRY_ASSIGN(ids, memory.allocate(part.length * sizeof(uint64_t)));
      for (size_t i = 0; i < part.length; ++i)
        ids->mutable_as<uint64_t>()[i] = id_of(prepared, part.parent(i));
    }
    Batch batch(bound().output(), std::move(part.columns), part.length,
                RowPlaces{Ordinal(), std::move(ids), prepared.places().origin});
    if (part.keep.empty() && call.rejected.empty()) return batch;
    LEAT_TRY_ASSIGN(BufferRef rows, memory.allocate(part.length * sizeof(uint32_t)));
    size_t count = 0;
    for (size_t i = 0; i < part.length; ++i) {
      const uint64_t parent = part.parent(i);
      const bool kept = part.keep.empty() || part.keep[i] != 0;
      if (kept && parent < end && !is_rejected(call, parent))
        rows->mutable_as<uint32_t>()[count++] = static_cast<uint32_t>(i);
    }
    return batch.with_selection(Selection(std::move(rows), count));
  }

  State state_;
  LaneContext context_;
  uint64_t first_row_ = 0;     // rows of the split that came before; 0 unless the plugin flushes
  uint64_t next_parent_ = 0;   // of the split; 0 unless the plugin flushes
  uint64_t settled_ = 0;       // rows of the split that were given or rejected
  std::vector<uint64_t> ids_;  // of the split's rows, while the plugin may hold them back
  size_t charged_ = 0;         // bytes of ids_
  RowOriginRef origin_;
};

class PluginMap final : public Map {
 public:
  explicit PluginMap(BoundRef bound) : bound_(std::move(bound)) {}
  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<PluginMapLane>(bound_, context);
  }

 private:
  BoundRef bound_;
};

}  // namespace

void bind_map(const BoundRef& plugin, const Schema& input, BoundOperator& bound) {
  for (size_t i = 0; i < input.size(); ++i) bound.always_read.push_back(i);
  bound.column_inputs.resize(plugin->output()->size());
  bound.equations = {Equation({Counter::kIn}, {Counter::kPassed, Counter::kDropped,
                                               Counter::kSkipped, Counter::kRejected}),
                     Equation({Counter::kOut}, {Counter::kPassed})};
  bound.species = std::make_unique<PluginMap>(plugin);
}

}  // namespace leat::plugin
