// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a row may break several expectations, and leaves once, with the first of them as the
// reason; under `warn` it stays, and each expectation counts for itself.
//
// Invariants
// 1. Expectations are asked in the order in which they are written, of those rows that broke none
//    so far; under `warn` of all rows.
// 2. What an expectation says of a row does not depend on what others say of other rows: the first
//    row with a key has it also when it is bad for another reason.
// 3. An expectation that cannot be computed for a row is broken by it.
//
// Rejected: one predicate of all rules (it knows not which of them failed).
#include "operators/state/contract/row_rules.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/expr/kernels/constant.h"
#include "operators/state/groups/group_slots.h"
#include "operators/state/join/join_table.h"
#include "operators/state/row_faults.h"
#include "operators/state/written_places.h"

namespace leat::state {

namespace {

/// Calls `function` with the rows of `rows` that are not in `without`, a part of it.
template <typename Function>
void for_each_without(const Selection& rows, const Selection& without, Function&& function) {
  size_t next = 0;
  for_each_row(rows, [&](size_t row) {
    if (next < without.count() && without[next] == row) {
      ++next;
    } else {
      function(row);
    }
  });
}

/// `a = 1, b = null`, of those columns that can be shown.
std::string values_text(const Batch& batch, const std::vector<size_t>& columns, size_t row) {
  std::string text;
  for (const size_t column : columns) {
    const Field& field = (*batch.schema())[column];
    if (field.type.is(TypeId::kList) || field.type.is(TypeId::kStruct)) continue;
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", field.name,
                        expr::constant_text(batch.column(column), row));
  }
  return text;
}

}  // namespace

void Broken::add(const Broken& other) {
  if (other.rows > 0 && (rows == 0 || other.first < first)) {
    first = other.first;
    place = other.place;
  }
  rows += other.rows;
}

RowRules::RowRules(const ContractPlan& plan, const LaneContext& context, Sides sides)
    : plan_(plan), context_(context), broken_(plan.warns() ? plan.expectations.size() : 0) {
  for (const Expectation& expectation : plan.expectations) {
    programs_.emplace_back();
    if (expectation.program && !expectation.column)
      programs_.back().emplace(expectation.program, context.memory);
  }
  if (plan.unique) {
    for (const expr::ProgramRef& key : plan.unique->keys) keys_.emplace_back(key, context.memory);
  }
  for (size_t i = 0; i < plan.references.size(); ++i) {
    lookups_.push_back(std::make_unique<JoinLookup>(
        *plan.references[i], static_cast<const JoinTable&>(*sides[i]), context));
  }
}

Status RowRules::pass(const Batch& batch, const Firsts* firsts, Output& output) {
  Faults faults;
  Selection left = batch.selection();
  for (size_t i = 0; i < plan_.expectations.size(); ++i) {
    Faults found;
    LEAT_TRY(find(i, batch, left, firsts, found));
    if (found.empty()) continue;
    if (plan_.warns()) {
      note(i, batch, found);
      continue;
    }
    LEAT_TRY_ASSIGN(left, without_faults(left, found, context_.memory));
    for (RowFault& one : found) faults.push_back(std::move(one));
  }
  std::optional<Error> error;
  if (!faults.empty() && !LEAT_MUTANT("expect_lets_broken_row_through")) {
    LEAT_TRY_ASSIGN(Settled settled,
                    context_.faults.settle(batch, batch.selection(), std::move(faults)));
    left = std::move(settled.selection);
    error = std::move(settled.error);
  } else {
    left = batch.selection();
  }
  Batch passed = batch.with_selection(std::move(left));
  if (passed.rows() > 0) {
    context_.ledger.add(Counter::kPassed, passed.rows());
    LEAT_TRY(output.emit(std::move(passed)));
  }
  if (error) return std::unexpected(std::move(*error));
  return {};
}

Status RowRules::find(size_t index, const Batch& batch, const Selection& rows, const Firsts* firsts,
                      Faults& found) {
  switch (plan_.expectations[index].kind) {
    case Expectation::Kind::kNotNull: return find_nulls(index, batch, rows, found);
    case Expectation::Kind::kUnique: return find_repeated(index, batch, rows, *firsts, found);
    case Expectation::Kind::kRule: return find_untrue(index, batch, rows, found);
    case Expectation::Kind::kReference: return find_strangers(index, batch, rows, found);
  }
  return {};
}

Status RowRules::find_nulls(size_t index, const Batch& batch, const Selection& rows,
                            Faults& found) {
  const Expectation& expectation = plan_.expectations[index];
  Faults uncomputed;
  ColumnRef values;
  if (expectation.column) {
    values = batch.columns()[*expectation.column];
  } else {
    LEAT_TRY_ASSIGN(values, programs_[index]->evaluate(batch, rows, uncomputed));
  }
  if (!values->may_have_nulls()) return {};
  size_t next = 0;
  for_each_row(rows, [&](size_t row) {
    if (values->is_valid(row)) return;
    while (next < uncomputed.size() && uncomputed[next].row < row) ++next;
    const bool failed = next < uncomputed.size() && uncomputed[next].row == row;
    found.push_back(fault(index, batch, row, failed ? uncomputed[next].error.message : ""));
  });
  return {};
}

Status RowRules::find_untrue(size_t index, const Batch& batch, const Selection& rows,
                             Faults& found) {
  Faults uncomputed;
  Selection passing;
  if (plan_.expectations[index].column) {
    const Column& values = batch.column(*plan_.expectations[index].column);
    for_each_row(rows, [&](size_t row) {
      if (!values.is_valid(row) || !values.bool_at(row)) found.push_back(fault(index, batch, row));
    });
    return {};
  }
  LEAT_TRY_ASSIGN(passing, programs_[index]->select(batch, rows, uncomputed));
  size_t next = 0;
  for_each_without(rows, passing, [&](size_t row) {
    while (next < uncomputed.size() && uncomputed[next].row < row) ++next;
    const bool failed = next < uncomputed.size() && uncomputed[next].row == row;
    found.push_back(fault(index, batch, row, failed ? uncomputed[next].error.message : ""));
  });
  return {};
}

Status RowRules::find_repeated(size_t index, const Batch& batch, const Selection& rows,
                               const Firsts& firsts, Faults& found) {
  Faults uncomputed;
  for_each_row(rows, [&](size_t row) {
    const int64_t seat = firsts.seats[row];
    if (seat == Firsts::kNoKey || (seat >= 0 && firsts.has(row))) return;
    found.push_back(fault(index, batch, row));
  });
  const bool any_bad = std::any_of(found.begin(), found.end(), [&](const RowFault& one) {
    return firsts.seats[one.row] == Firsts::kBadKey;
  });
  if (!any_bad) return {};
  for (expr::Evaluator& key : keys_) {
    Faults of_key;
    LEAT_TRY_ASSIGN(const ColumnRef ignored, key.evaluate(batch, rows, of_key));
    for (RowFault& one : of_key) uncomputed.push_back(std::move(one));
  }
  for (RowFault& one : found) {
    const auto why = std::find_if(uncomputed.begin(), uncomputed.end(),
                                  [&](const RowFault& other) { return other.row == one.row; });
    if (why != uncomputed.end()) one = fault(index, batch, one.row, why->error.message);
  }
  return {};
}

Status RowRules::find_strangers(size_t index, const Batch& batch, const Selection& rows,
                                Faults& found) {
  JoinLookup& lookup = *lookups_[plan_.expectations[index].reference];
  LEAT_TRY_ASSIGN(std::optional<Error> error, lookup.start(batch.with_selection(rows)));
  if (error) return std::unexpected(std::move(*error));
  const Column& key = *lookup.keys().front();
  for_each_row(rows, [&](size_t row) {
    if (key.is_valid(row) && lookup.group(static_cast<uint32_t>(row)) == kNoGroup)
      found.push_back(fault(index, batch, row));
  });
  return {};
}

/// What is wrong with `row`; `error` says why the expectation could not be computed.
RowFault RowRules::fault(size_t index, const Batch& batch, size_t row,
                         const std::string& error) const {
  const Expectation& expectation = plan_.expectations[index];
  std::string message = expectation.name + (error.empty() ? "" : ": " + error);
  std::string hint;
  if (plan_.on_error == OnError::kFail) {
    const std::string values = values_text(batch, expectation.columns_read, row);
    message = fmt::format("the row breaks the expectation '{}'{}{}{}{}", expectation.name,
                          values.empty() ? "" : " with ", values, error.empty() ? "" : ": ", error);
    hint = "on_error: reject sets such rows aside, and warn lets them pass";
  }
  Error why(code::kExpectationBroken, ErrorCode::kData, std::move(message), std::move(hint));
  why.pipeline = expectation.where;
  return {static_cast<uint32_t>(row), std::move(why)};
}

void RowRules::note(size_t index, const Batch& batch, const Faults& found) {
  const uint32_t first = found.front().row;
  const Ordinal ordinal = batch.places()[first];
  Broken now{found.size(), ordinal, std::nullopt};
  // Looking for the place is slow, and most often the first row is known.
  const bool is_first = broken_[index].rows == 0 || ordinal < broken_[index].first;
  if (is_first && batch.places().origin) now.place = place_of_row(batch, first);
  broken_[index].add(now);
}

}  // namespace leat::state
