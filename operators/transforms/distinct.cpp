// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// distinct: one row for each key. Each lane keeps the row of each key that it would keep of those
// it has seen; then the lanes' rows are compared in the same way. When somebody reads the rows that
// are dropped all rows are held, as windows hold them, and numbered within their key.
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/operator.h"
#include "operators/state/keyed/distinct_collect.h"
#include "operators/state/keyed/partitioned_collect.h"
#include "operators/state/keyed/picked_rows.h"
#include "operators/state/windows/window_collect.h"

namespace leat {

namespace {

using state::DistinctPlan;
using state::KeyedPlan;

/// What a lane needs to write its rows to disk, scratch of one batch and the first table.
constexpr size_t kDistinctMemory = size_t{2} << 20;

// ------------------------------------------------------------------------------- with duplicates

/// Emits the rows that are kept, and those that are not by the port. The calls of a row are its
/// number within its key and the number of rows that have it.
class KeptAndDropped {
 public:
  KeptAndDropped(const DistinctPlan& plan, SchemaRef input)
      : keep_last_(plan.keep_last),
        count_(plan.count),
        output_(plan.output),
        input_(std::move(input)) {}

  Status operator()(const Batch& stored, const std::vector<ColumnRef>& calls,
                    const LaneContext& context, Output& output) const {
    const int64_t* const numbers = calls[0]->values<int64_t>();
    const int64_t* const counts = calls[1]->values<int64_t>();
    std::vector<ColumnRef> columns(
        stored.columns().begin(),
        stored.columns().begin() + static_cast<ptrdiff_t>(input_->size()));
    const auto choose = [&](bool kept) -> Result<Selection> {
      LEAT_TRY_ASSIGN(BufferRef rows,
                      context.memory.allocate((stored.rows() + 1) * sizeof(uint32_t)));
      size_t count = 0;
      for_each_row(stored.selection(), [&](size_t row) {
        const bool is_kept = numbers[row] == (keep_last_ ? counts[row] : 1);
        rows->mutable_as<uint32_t>()[count] = static_cast<uint32_t>(row);
        count += is_kept == kept ? 1 : 0;
      });
      return Selection(std::move(rows), count);
    };
    LEAT_TRY_ASSIGN(Selection dropped, choose(false));
    context.ledger.add(Counter::kDropped, dropped.count());
    if (LEAT_MUTANT("duplicates_are_lost") && dropped.count() > 0)
      dropped = dropped.prefix(dropped.count() - 1);
    if (Output* const port = output.port(0); port != nullptr && dropped.count() > 0)
      LEAT_TRY(port->emit(stored.with_columns(input_, columns).with_selection(std::move(dropped))));
    LEAT_TRY_ASSIGN(Selection kept, choose(true));
    context.ledger.add(Counter::kMade, kept.count());
    if (count_) columns.push_back(calls[1]);
    return output.emit(
        stored.with_columns(output_, std::move(columns)).with_selection(std::move(kept)));
  }

 private:
  bool keep_last_;
  bool count_;
  SchemaRef output_;
  SchemaRef input_;
};

std::unique_ptr<Collect> make_distinct_with_duplicates(const DistinctPlan& plan,
                                                       const SchemaRef& input) {
  state::WindowPlan windows;
  windows.rows = state::arranged_plan(plan.partitions);
  state::WindowPlan::Call number{};
  number.function = state::WindowFunction::kRowNumber;
  number.type = kInt64Type;
  state::WindowPlan::Call count{};
  count.function = state::WindowFunction::kAggregate;
  count.spec.fold = state::Fold::kCount;
  count.type = kInt64Type;
  count.frame.end.edge = expr::FrameEdge::kUnboundedFollowing;
  windows.calls = {std::move(number), std::move(count)};
  windows.output = plan.output;
  windows.emit = KeptAndDropped(plan, input);
  return state::make_windows(std::move(windows));
}

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
        code::kNotAKey, options.stage(),
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
    context.diagnostics.error(code::kOptionEmpty, options.span("by"), "'by' is an empty list",
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
  bound.ports = {context.input()};
  if (context.ports_read) {
    bound.memory_minimum = state::kWindowBytesMin;
    bound.species = make_distinct_with_duplicates(plan, context.input());
  } else {
    bound.memory_minimum = kDistinctMemory;
    bound.species = state::make_distinct(std::move(plan));
  }
  return bound;
}

constexpr std::array<std::string_view, 2> kKeep{"first", "last"};

constexpr std::array<OptionDef, 4> kDistinctOptions{{
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

What is not kept leaves by the port `duplicates` (`from: NAME.duplicates`), in the order of the input.

One row of each key is held until the last row has come, and all rows when somebody reads
`duplicates`: in memory, or on disk (`settings.spill`) when they do not fit.)",
    .example = R"(- distinct:
    by: customer_id
    order_by: updated_at desc
    count: versions
)",
    .main_option = "by",
    .options = kDistinctOptions,
    .bind = &bind_distinct,
    .keeps_columns = false,
    .ports = [](const OptionNode&) { return std::vector<std::string>{"duplicates"}; },
};

}  // namespace leat
