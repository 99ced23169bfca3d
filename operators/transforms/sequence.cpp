// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// sequence: numbers the rows, in the order of the input.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/data/builder.h"
#include "operators/emit_columns.h"
#include "operators/operator.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/keyed/keyed_plan.h"
#include "operators/state/keyed/picked_rows.h"

namespace leat {

namespace {

using state::GroupArray;
using state::GroupTable;
using state::KeyedPlan;

struct SequencePlan {
  KeyedPlan partitions;
  int64_t start = 1;
  Span where;  ///< Of `start` in the pipeline.
  SchemaRef output;
};

class SequenceState final : public SequentialState {
 public:
  SequenceState(const SequencePlan& plan, const LaneContext& context)
      : plan_(plan),
        context_(context),
        reader_(plan.partitions, context),
        table_(GroupTable::make(plan.partitions.key_types(), context.memory)),
        numbered_(context.memory),
        group_of_(context.memory) {}

  Result<Demand> process(Batch batch, Output& output) override {
    LEAT_TRY_ASSIGN(state::PreparedRows prepared, reader_.prepare(batch));
    const Batch& rows = prepared.rows;
    LEAT_TRY(group_of_.resize(std::max(rows.length(), group_of_.size()), 0));
    LEAT_TRY(table_->assign(prepared.keys, rows.selection(), group_of_.data()));
    LEAT_TRY(numbered_.resize(table_->size(), 0));
    std::vector<RowFault> faults;
    LEAT_TRY_ASSIGN(ColumnRef numbers, number(rows, faults));
    std::vector<ColumnRef> columns = rows.columns();
    columns.push_back(std::move(numbers));
    LEAT_TRY(
        emit_columns(rows, plan_.output, std::move(columns), std::move(faults), context_, output));
    if (prepared.error) return std::unexpected(std::move(*prepared.error));
    return Demand::kMore;
  }

  Status finish(Output&) override { return {}; }

 private:
  Result<ColumnRef> number(const Batch& rows, std::vector<RowFault>& faults) {
    LEAT_TRY_ASSIGN(BufferRef values, context_.memory.allocate(rows.length() * sizeof(int64_t)));
    int64_t* const out = values->mutable_as<int64_t>();
    std::fill_n(out, rows.length(), 0);
    for_each_row(rows.selection(), [&](size_t row) {
      uint64_t& before = numbered_[group_of_[row]];
      if (__builtin_add_overflow(plan_.start, before, &out[row])) {
        Error error(code::kOutOfRange, ErrorCode::kData, "the number of the row does not fit int64",
                    "begin with a smaller 'start'");
        error.pipeline = plan_.where;
        faults.push_back({static_cast<uint32_t>(row), std::move(error)});
      } else {
        ++before;
      }
    });
    Column::Parts parts;
    parts.values = std::move(values);
    return std::make_shared<Column>(kInt64Type, rows.length(), std::move(parts));
  }

  const SequencePlan& plan_;
  LaneContext context_;
  state::KeyedReader reader_;
  std::unique_ptr<GroupTable> table_;
  GroupArray<uint64_t> numbered_;  // rows of each partition that have a number
  state::StateArray<uint32_t> group_of_;
};

class Sequence final : public Sequential {
 public:
  explicit Sequence(SequencePlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<SequentialState> start(const LaneContext& context) const override {
    return std::make_unique<SequenceState>(plan_, context);
  }

 private:
  SequencePlan plan_;
};

std::optional<BoundOperator> bind_sequence(const OptionValues& options,
                                           const BindContext& context) {
  const std::optional<std::string> name = state::new_column_name(options, "column", context);
  std::optional<KeyedPlan> partitions = state::make_keyed_plan(options, context, {.order = {}});
  if (!name || !partitions) return std::nullopt;
  SequencePlan plan{std::move(*partitions), options.integer("start"), options.span("start"),
                    state::with_field(context.input(), *name, kInt64Type)};
  BoundOperator bound;
  state::describe_keyed(plan.partitions, bound);
  bound.output = plan.output;
  bound.column_inputs.emplace_back();
  bound.equations = passing_equations();
  bound.species = std::make_unique<Sequence>(std::move(plan));
  return bound;
}

constexpr std::array<OptionDef, 3> kSequenceOptions{{
    {.name = "column",
     .type = OptionType::kText,
     .doc = "The name of the column to add.",
     .required = true},
    {.name = "start",
     .type = OptionType::kInteger,
     .doc = "The number of the first row.",
     .default_text = "1"},
    {.name = "partition_by",
     .type = OptionType::kExpressions,
     .doc = "Columns or expressions: each combination of their values is numbered by itself. Left "
            "out, all rows are one partition."},
}};

}  // namespace

extern const OperatorDef operator_sequence;
const OperatorDef operator_sequence{
    .name = "sequence",
    .kind = OperatorKind::kTransform,
    .summary = "Numbers the rows.",
    .doc =
        R"(Adds a column of type `int64`: the number of the row in the order of the input, in all of it or in its
partition. Rows stay where they are. NULL is a partition of its own.)",
    .example = R"(- sequence:
    column: id
    start: 1000
)",
    .main_option = "column",
    .options = kSequenceOptions,
    .bind = &bind_sequence,
};

}  // namespace leat
