// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// distinct: one row for each key. Each lane keeps the row of each key that it would keep of those
// it has seen; then the lanes' rows are compared in the same way.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/operator.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/keyed/keyed_plan.h"
#include "operators/state/keyed/picked_rows.h"

namespace leat {

namespace {

using state::GroupArray;
using state::GroupedRows;
using state::GroupNumbers;
using state::GroupTable;
using state::KeyedPlan;
using state::PickedRows;
using state::StateArray;
using Handle = GroupedRows::Handle;

/// What a lane without rows holds: scratch of one batch and the first table.
constexpr size_t kMemoryMinimum = size_t{1} << 20;
constexpr size_t kBetweenCheckpoints = 4096;

struct DistinctPlan {
  KeyedPlan partitions;
  bool keep_last = false;
  bool count = false;
  SchemaRef output;
};

/// One row for each key seen, by one lane or by all.
class KeptRows {
 public:
  KeptRows(const DistinctPlan& plan, const LaneContext& context)
      : plan_(plan),
        context_(context),
        reader_(plan.partitions, context),
        table_(GroupTable::make(plan.partitions.key_types(), context.memory)),
        rows_(std::make_unique<GroupedRows>(plan.partitions.order, context.memory)),
        kept_(context.memory),
        copies_(context.memory),
        group_of_(context.memory) {}

  Status consume(const Batch& batch) {
    LEAT_TRY_ASSIGN(const state::PreparedRows prepared, reader_.prepare_all(batch));
    return explain(fold(prepared));
  }

  Status absorb(std::unique_ptr<KeptRows> other) {
    if (other->table_->size() > table_->size()) {
      // The larger table stays: fewer keys to look up.
      std::swap(table_, other->table_);
      std::swap(rows_, other->rows_);
      std::swap(kept_, other->kept_);
      std::swap(copies_, other->copies_);
    }
    return explain(merge(*other));
  }

  /// The kept rows in the order in which they stood. Nothing may be consumed after that.
  Result<CollectedRef> finish();

 private:
  bool replaces(Handle row, Handle kept) const {
    return plan_.keep_last ? rows_->before(kept, row) : rows_->before(row, kept);
  }

  Status fold(const state::PreparedRows& prepared);
  Status keep_chosen(const Selection& selection);
  Status drop_replaced();
  Status merge(KeptRows& other);
  Status explain(Status status) const;

  const DistinctPlan& plan_;
  LaneContext context_;
  state::KeyedReader reader_;
  std::unique_ptr<GroupTable> table_;
  std::unique_ptr<GroupedRows> rows_;
  GroupNumbers kept_;            // of each key, the handle of its row
  GroupArray<uint64_t> copies_;  // of each key, its rows; only if they are to be counted
  StateArray<uint32_t> group_of_;
  size_t replaced_ = 0;  // held rows that are no longer kept
};

Status KeptRows::fold(const state::PreparedRows& prepared) {
  const Selection& selection = prepared.rows.selection();
  if (selection.count() == 0) return {};
  LEAT_TRY(group_of_.resize(std::max(prepared.rows.length(), group_of_.size()), 0));
  LEAT_TRY(table_->assign(prepared.keys, selection, group_of_.data()));
  LEAT_TRY(kept_.resize(table_->size(), GroupedRows::kNone));
  if (plan_.count) {
    LEAT_TRY(copies_.resize(table_->size(), 0));
    for_each_row(selection, [&](size_t row) { ++copies_[group_of_[row]]; });
  }
  LEAT_TRY(rows_->begin(prepared.rows));
  uint64_t dropped = 0;
  for_each_row(selection, [&](size_t row) {
    Handle& kept = kept_[group_of_[row]];
    const Handle candidate = rows_->pending(row);
    const bool is_new = kept == GroupedRows::kNone;
    dropped += is_new ? 0 : 1;
    if (!is_new && !replaces(candidate, kept)) return;
    if (!is_new && kept < rows_->size()) ++replaced_;
    kept = candidate;
  });
  context_.ledger.add(Counter::kDropped, dropped);
  LEAT_TRY(keep_chosen(selection));
  return replaced_ > rows_->size() / 2 + kBatchRowsMax ? drop_replaced() : Status();
}

/// Holds those rows of the batch that are kept so far.
Status KeptRows::keep_chosen(const Selection& selection) {
  LEAT_TRY_ASSIGN(BufferRef buffer, context_.memory.allocate(selection.count() * sizeof(uint32_t)));
  uint32_t* const chosen = buffer->mutable_as<uint32_t>();
  size_t count = 0;
  for_each_row(selection, [&](size_t row) {
    chosen[count] = static_cast<uint32_t>(row);
    count += kept_[group_of_[row]] == rows_->pending(row) ? 1 : 0;
  });
  const auto first = static_cast<Handle>(rows_->size());
  LEAT_TRY(rows_->keep(Selection(buffer, count), group_of_.data()));
  for (size_t i = 0; i < count; ++i) kept_[group_of_[chosen[i]]] = first + static_cast<Handle>(i);
  return {};
}

Status KeptRows::drop_replaced() {
  GroupArray<uint8_t> wanted(context_.memory);
  GroupNumbers moved(context_.memory);
  LEAT_TRY(wanted.resize(rows_->size(), 0));
  for (size_t key = 0; key < kept_.size(); ++key) wanted[kept_[key]] = 1;
  LEAT_TRY(rows_->retain(wanted, moved));
  for (size_t key = 0; key < kept_.size(); ++key) kept_[key] = moved[kept_[key]];
  replaced_ = 0;
  return {};
}

Status KeptRows::merge(KeptRows& other) {
  GroupNumbers group_of(context_.memory);
  LEAT_TRY(table_->absorb(*other.table_, group_of));
  const auto offset = static_cast<Handle>(rows_->size());
  LEAT_TRY(rows_->absorb(*other.rows_, group_of));
  LEAT_TRY(kept_.resize(table_->size(), GroupedRows::kNone));
  uint64_t dropped = 0;
  for (size_t key = 0; key < other.kept_.size(); ++key) {
    if (key % kBetweenCheckpoints == 0) checkpoint();
    Handle& kept = kept_[group_of[key]];
    const Handle candidate = other.kept_[key] + offset;
    const bool is_new = kept == GroupedRows::kNone;
    dropped += is_new ? 0 : 1;
    if (is_new || (replaces(candidate, kept) && !LEAT_MUTANT("distinct_keeps_any_lane")))
      kept = candidate;
  }
  context_.ledger.add(Counter::kDropped, dropped);
  if (!plan_.count) return {};
  LEAT_TRY(copies_.resize(table_->size(), 0));
  for (size_t key = 0; key < other.copies_.size(); ++key)
    copies_[group_of[key]] += other.copies_[key];
  return {};
}

/// Adds to a refusal of memory what it was wanted for.
Status KeptRows::explain(Status status) const {
  if (status || status.error().code != ErrorCode::kMemory) return status;
  Error error = std::move(status).error();
  error.message += fmt::format("; the stage had found {} distinct keys", table_->size());
  return std::unexpected(std::move(error));
}

/// The kept rows, each with the number of rows that had its key.
class DistinctRows final : public PickedRows {
 public:
  DistinctRows(const DistinctPlan& plan, std::unique_ptr<GroupedRows> rows,
               StateArray<RowRef> order, GroupArray<uint64_t> copies)
      : PickedRows(std::move(rows), std::move(order)), plan_(plan), copies_(std::move(copies)) {}

 protected:
  Result<Batch> complete(Batch batch, std::span<const RowRef> picked,
                         const LaneContext& context) const override {
    if (!plan_.count) return batch;
    FixedBuilder<int64_t> builder(kInt64Type, context.memory);
    LEAT_TRY(builder.reserve(picked.size()));
    for (const RowRef& row : picked)
      builder.append(static_cast<int64_t>(copies_[rows().group(rows().handle(row))]));
    return state::with_column(batch, plan_.output, builder.finish());
  }

 private:
  const DistinctPlan& plan_;
  GroupArray<uint64_t> copies_;
};

Result<CollectedRef> KeptRows::finish() {
  StateArray<state::SortEntry> stood(context_.memory);
  LEAT_TRY(stood.resize(kept_.size(), state::SortEntry{}));
  for (size_t key = 0; key < kept_.size(); ++key) {
    const state::SortEntry& entry = rows_->entry(kept_[key]);
    stood[key] = {rows_->ordinal(kept_[key]).packed(), entry.batch, entry.row};
  }
  std::sort(stood.data(), stood.data() + stood.size(), state::by_place);
  StateArray<RowRef> order(context_.memory);
  LEAT_TRY(order.resize(stood.size(), RowRef{}));
  for (size_t i = 0; i < stood.size(); ++i) order[i] = {stood[i].batch, stood[i].row};
  return std::make_shared<const DistinctRows>(plan_, std::move(rows_), std::move(order),
                                              std::move(copies_));
}

// ----------------------------------------------------------------------------------------- species

class DistinctPartial final : public Partial {
 public:
  DistinctPartial(const DistinctPlan& plan, const LaneContext& context)
      : kept_(std::make_unique<KeptRows>(plan, context)) {}

  Status consume(const Batch& batch) override { return kept_->consume(batch); }
  Status seal() override { return {}; }
  std::unique_ptr<KeptRows> take() { return std::move(kept_); }

 private:
  std::unique_ptr<KeptRows> kept_;
};

class DistinctFinal final : public Final {
 public:
  DistinctFinal(const DistinctPlan& plan, const LaneContext& context) : kept_(plan, context) {}

  Status absorb(std::unique_ptr<Partial> partial) override {
    return kept_.absorb(static_cast<DistinctPartial&>(*partial).take());
  }
  Result<CollectedRef> finish() override { return kept_.finish(); }

 private:
  KeptRows kept_;
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

One row of each key is held in memory until the last row has come.)",
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
