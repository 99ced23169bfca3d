// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows that come back from disk have to meet as they would have met in memory, by the same
// code, and the result has to be in the same order with the same messages.
//
// Right rows are written with the values that were computed of them: what comes out, keys, and the
// order codes of bounds. So a plan over those columns, all of them plain, makes a JoinTable of them
// again. Left rows are written as they are and their keys computed anew: that cannot fail, as rows
// for which it did are written with their error.
//
// Invariants
// 1. (ordinal, arrival) is unique among the left rows, and ascends in the order of the input.
// 2. What is said of a bad row is written with it, so that it is said in the order of the rows.
//
// Rejected: keeping the rows' text alive for messages (it is the input, which does not fit); places
// for every join (a pass over the text for each row, which pays only where a message can need one).
#include "operators/state/join/spill_plan.h"

#include <algorithm>

namespace leat::state {

namespace {

/// Adds columns behind those of an input. They have no names, as nobody is to see them.
class Fields {
 public:
  explicit Fields(std::vector<Field> fields) : fields_(std::move(fields)) {}
  size_t add(const Type& type) {
    fields_.push_back({"", type});
    return fields_.size() - 1;
  }
  PlaceColumns add_place() {
    const PlaceColumns place{add(kUtf8Type)};
    add(kInt64Type);
    return place;
  }
  size_t size() const { return fields_.size(); }
  SchemaRef schema() const { return std::make_shared<const Schema>(fields_); }

 private:
  std::vector<Field> fields_;
};

JoinValue column_value(size_t column) { return {nullptr, column}; }

bool any_computed(const std::vector<JoinValue>& values) {
  return std::any_of(values.begin(), values.end(),
                     [](const JoinValue& value) { return !value.column; });
}

/// Can a left row be found bad?
bool has_bad_rows(const JoinPlan& plan) {
  return plan.condition || plan.names_right() || plan.missing_is_error ||
         any_computed(plan.left_keys) || any_computed(left_bounds(plan)) ||
         (plan.asof && plan.asof->tolerance);
}

/// Sorts rows of `schema` by two of its columns, which are int64.
SortPlan order_by(const SchemaRef& schema, size_t first, size_t second,
                  const expr::Environment& environment) {
  const Schema number({{"n", kInt64Type}});
  Diagnostics none;
  const expr::ProgramRef program =
      expr::compile(SourceText("n", Span{}, {}), number, environment, none);
  return {schema,
          schema,
          {{program, first, first, false, false}, {program, second, second, false, false}}};
}

void place_left(const JoinPlan& plan, SpillPlan& spill) {
  Fields fields(plan.left->fields());
  spill.left_columns.ordinal = fields.add(kInt64Type);
  spill.left_columns.arrival = fields.add(kInt64Type);
  if (has_bad_rows(plan)) {
    spill.left_columns.place = fields.add_place();
    if (plan.on_error == OnError::kReject && !plan.holds_left())
      spill.left_columns.raw = fields.add(kUtf8Type);
    spill.left_columns.fault = fields.add(kUtf8Type);
  }
  spill.left = fields.schema();
}

void place_right(const JoinPlan& plan, SpillPlan& spill) {
  Fields fields(plan.kept_schema->fields());
  SpillPlan::RightColumns& columns = spill.right_columns;
  columns.keys = fields.size();
  for (const Type& type : plan.key_types) fields.add(type);
  columns.codes = fields.size();
  for (size_t i = right_bounds(plan).size(); i > 0; --i) fields.add(kInt64Type);
  columns.ordinal = fields.add(kInt64Type);
  columns.arrival = fields.add(kInt64Type);
  if (plan.keeps_right()) spill.probe.kept_match = fields.add(kInt64Type);
  if (plan.names_right()) {
    columns.place = fields.add_place();
    spill.probe.kept_place = columns.place->file;
  }
  spill.right = fields.schema();
}

void read_right(const SpillPlan& spill, JoinPlan& probe) {
  const SpillPlan::RightColumns& columns = spill.right_columns;
  for (size_t i = 0; i < probe.right_keys.size(); ++i)
    probe.right_keys[i] = column_value(columns.keys + i);
  size_t code = columns.codes;
  if (probe.range && probe.range->low) probe.range->low->right = column_value(code++);
  if (probe.range && probe.range->high) probe.range->high->right = column_value(code++);
  if (probe.asof) probe.asof->right = column_value(code++);
  if (probe.keys_only()) return;
  probe.kept.clear();
  for (size_t i = 0; i < spill.right->size(); ++i) probe.kept.push_back(column_value(i));
  probe.kept_schema = spill.right;
}

/// Left rows come out as they were written.
void give_left(SpillPlan& spill) {
  JoinPlan& probe = spill.probe;
  Fields fields(spill.left->fields());
  for (const size_t kept : probe.right_out) fields.add((*spill.right)[kept].type);
  probe.left = spill.left;
  probe.output = fields.schema();
  probe.left_out.clear();
  for (size_t column = 0; column < spill.left->size(); ++column)
    probe.left_out.push_back({column, std::nullopt, 0});
  spill.result_kind = fields.add(kInt64Type);
  spill.result = fields.schema();
}

}  // namespace

std::shared_ptr<const SpillPlan> make_spill_plan(const JoinPlan& plan,
                                                 const expr::Environment& environment) {
  auto spill = std::make_shared<SpillPlan>();
  JoinPlan& probe = spill->probe;
  probe = plan;
  probe.spill = nullptr;
  // Bad rows are taken out of the way, and told of where the result is emitted.
  probe.on_error = OnError::kSkip;
  place_left(plan, *spill);
  place_right(plan, *spill);
  read_right(*spill, probe);
  give_left(*spill);
  JoinPlan& expand = spill->expand;
  expand = probe;
  expand.how = JoinHow::kInner;
  expand.matches = JoinMatches::kAll;
  expand.one_right = expand.one_left = expand.missing_is_error = false;
  const SpillPlan::LeftColumns& left = spill->left_columns;
  spill->left_order = order_by(spill->left, left.ordinal, left.arrival, environment);
  spill->result_order = order_by(spill->result, left.ordinal, left.arrival, environment);
  spill->right_order = order_by(spill->right, spill->right_columns.ordinal,
                                spill->right_columns.arrival, environment);
  return spill;
}

}  // namespace leat::state
