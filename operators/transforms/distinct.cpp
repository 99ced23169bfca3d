// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// distinct: one row for each key. Each lane keeps the row of each key that it would keep of those
// it has seen; then the lanes' rows are compared in the same way.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "operators/operator.h"
#include "operators/state/keyed/distinct_rows.h"
#include "operators/state/keyed/picked_rows.h"

namespace leat {

namespace {

using state::DistinctPlan;
using state::DistinctRows;
using state::KeyedPlan;

/// What a lane needs to write its rows to disk, scratch of one batch and the first table.
constexpr size_t kMemoryMinimum = size_t{2} << 20;

// ----------------------------------------------------------------------------------------- species

class DistinctPartial final : public Partial {
 public:
  DistinctPartial(const DistinctPlan& plan, const LaneContext& context)
      : ledger_(context.ledger), rows_(std::make_unique<DistinctRows>(plan, context)) {}

  Status consume(const Batch& batch) override { return rows_->consume(batch); }
  Status seal() override { return {}; }
  size_t spillable() const override { return rows_->spillable(); }
  Status spill() override { return rows_->spill(ledger_); }
  std::unique_ptr<DistinctRows> take() { return std::move(rows_); }

 private:
  Ledger& ledger_;
  std::unique_ptr<DistinctRows> rows_;
};

class DistinctFinal final : public Final {
 public:
  DistinctFinal(const DistinctPlan& plan, const LaneContext& context)
      : plan_(plan), context_(context) {}

  Status absorb(std::unique_ptr<Partial> partial) override {
    lanes_.push_back(static_cast<DistinctPartial&>(*partial).take());
    return {};
  }
  Result<CollectedRef> finish() override {
    if (lanes_.empty()) lanes_.push_back(std::make_unique<DistinctRows>(plan_, context_));
    // The largest table stays: fewer keys to look up.
    std::stable_sort(lanes_.begin(), lanes_.end(),
                     [](const auto& a, const auto& b) { return a->keys() > b->keys(); });
    const bool spilled = std::any_of(lanes_.begin(), lanes_.end(),
                                     [](const auto& lane) { return lane->has_spilled(); });
    DistinctRows& whole = *lanes_.front();
    if (spilled || !whole.make_room_for(std::span(lanes_).subspan(1))) return restore();
    for (size_t lane = 1; lane < lanes_.size(); ++lane) {
      LEAT_TRY(whole.absorb(*lanes_[lane], context_.ledger));
      lanes_[lane].reset();
    }
    return whole.finish();
  }

 private:
  /// Lanes that had room for all of their rows write them to disk now: the others' are there.
  Result<CollectedRef> restore() {
    const size_t memory = lanes_.size() * context_.spill->lane_bytes();
    std::vector<std::vector<state::SpilledPartitions>> spilled;
    for (std::unique_ptr<DistinctRows>& lane : lanes_) {
      LEAT_TRY(lane->spill(context_.ledger));
      spilled.push_back(lane->take_spilled());
      lane.reset();
    }
    return state::restore_partitions(state::restore_plan(plan_), context_, std::move(spilled),
                                     memory);
  }

  const DistinctPlan& plan_;
  LaneContext context_;
  std::vector<std::unique_ptr<DistinctRows>> lanes_;
};

class Distinct final : public Collect {
 public:
  explicit Distinct(DistinctPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<DistinctPartial>(plan_, context);
  }
  std::unique_ptr<Final> final(const LaneContext& context) const override {
    return std::make_unique<DistinctFinal>(plan_, context);
  }

 private:
  DistinctPlan plan_;
};

// ----------------------------------------------------------------------------------------- binding

/// Makes every column of the input a key.
bool add_whole_rows(const OptionValues& options, const BindContext& context, KeyedPlan& plan) {
  const Schema& input = *context.input();
  bool ok = true;
  for (size_t i = 0; i < input.size(); ++i) {
    if (state::is_groupable(input[i].type)) {
      plan.keys.push_back({expr::column_program(input, i), i});
      continue;
    }
    context.diagnostics.error(
        options.stage(),
        fmt::format("whole rows cannot be compared: column '{}' has the type {}", input[i].name,
                    to_string(input[i].type)),
        "name the columns to compare with 'by', or leave this one out with 'select' before");
    ok = false;
  }
  return ok;
}

std::optional<BoundOperator> bind_distinct(const OptionValues& options,
                                           const BindContext& context) {
  const size_t errors_before = context.diagnostics.count();
  DistinctPlan plan;
  if (options.has("by") && options.list("by").empty()) {
    context.diagnostics.error(options.span("by"), "'by' is an empty list",
                              "name at least one key, or leave 'by' out to compare whole rows");
  }
  std::optional<KeyedPlan> partitions = state::make_keyed_plan(options, context, {.keys = "by"});
  plan.output = context.input();
  if (options.has("count")) {
    const std::optional<std::string> name = state::new_column_name(options, "count", context);
    if (name) plan.output = state::with_field(context.input(), *name, kInt64Type);
  }
  if (!partitions || context.diagnostics.count() != errors_before) return std::nullopt;
  plan.partitions = std::move(*partitions);
  if (!options.has("by") && !add_whole_rows(options, context, plan.partitions)) return std::nullopt;
  plan.keep_last = options.text("keep") == "last";
  plan.count = options.has("count");
  BoundOperator bound;
  state::describe_keyed(plan.partitions, bound);
  bound.output = plan.output;
  if (plan.count) bound.column_inputs.emplace_back();
  bound.equations = {
      {{Counter::kIn}, {Counter::kMade, Counter::kDropped, Counter::kSkipped, Counter::kRejected}},
      {{Counter::kSpilled}, {Counter::kRestored}},
      {{Counter::kOut}, {Counter::kMade}}};
  bound.memory_minimum = kMemoryMinimum;
  bound.species = std::make_unique<Distinct>(std::move(plan));
  return bound;
}

constexpr std::array<std::string_view, 2> kKeep{"first", "last"};

constexpr std::array<OptionDef, 4> kOptions{{
    {.name = "by",
     .type = OptionType::kExpressions,
     .doc = "The keys: columns or expressions. Left out, rows are compared as a whole."},
    {.name = "order_by",
     .type = OptionType::kExpressions,
     .doc = "The order that `keep` goes by, as `sort` takes it. Left out: the order of the input."},
    {.name = "keep",
     .type = OptionType::kChoice,
     .doc = "Which row of each key is kept: the first or the last one of the order.",
     .default_text = "first",
     .choices = kKeep},
    {.name = "count",
     .type = OptionType::kText,
     .doc = "The name of a column to add, with the number of rows that had the key; the one that "
            "is kept counts, too."},
}};

}  // namespace

extern const OperatorDef operator_distinct;
const OperatorDef operator_distinct{
    .name = "distinct",
    .kind = OperatorKind::kTransform,
    .summary = "Keeps one row of each key.",
    .doc =
        R"(Rows come out in the order in which the kept rows stood in the input, also with `order_by`. NULL
equals NULL, and two rows that are equal in `order_by` count in the order of the input. The ledger of
the run shows under `dropped` how many rows were not kept.

One row of each key is held until the last row has come: in memory, or on disk (`settings.spill`) when
they do not fit.)",
    .example = R"(- distinct:
    by: customer_id
    order_by: updated_at desc
    count: versions
)",
    .main_option = "by",
    .options = kOptions,
    .bind = &bind_distinct,
    .keeps_columns = false,
};

}  // namespace leat
