// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_probe.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/machine.h"
#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/expr/kernels/constant.h"

namespace leat::state {

void JoinProbe::Verdict::add(uint32_t number) {
  if (count == 0) first = number;
  if (count == 1) second = number;
  last = number;
  ++count;
}

JoinProbe::JoinProbe(const JoinPlan& plan, const JoinTable& table, const LaneContext& context,
                     LeftOwners* owners, FarPairs* far)
    : plan_(plan),
      table_(table),
      context_(context),
      owners_(owners),
      far_(far),
      is_plain_(!plan.condition && !plan.is_filter() && owners == nullptr),
      lookup_(plan, table, context) {
  if (plan.condition) condition_.emplace(plan.condition, context.memory);
}

Status JoinProbe::check_cancelled() const {
  checkpoint();
  if (context_.watch == nullptr || !context_.watch->cancelled()) return {};
  return fail(code::kInterrupted, ErrorCode::kCancelled, "the run was asked to stop");
}

// ------------------------------------------------------------------------------------------- the condition

/// Asks the condition for `pairs`; `left_rows` has the left row of each.
Status JoinProbe::judge(Partners pairs, Selection& passing, std::vector<RowFault>& faults,
                        const uint32_t* left_rows) {
  std::vector<ColumnRef> columns(plan_.condition_schema->size());
  const std::span<const uint32_t> left(left_rows, pairs.count);
  const std::span<const uint32_t> right(pairs.rows, pairs.count);
  for (const JoinPlan::ConditionColumn& column : plan_.condition_columns) {
    Result<ColumnRef> taken =
        column.is_left ? take_column(batch_->column(column.source), left, context_.memory)
                       : table_.rows().pick_column(column.source, right, context_.memory);
    if (!taken) return std::unexpected(taken.error());
    columns[column.number] = std::move(*taken);
  }
  const Batch batch(plan_.condition_schema, std::move(columns), pairs.count, RowPlaces());
  LEAT_TRY_ASSIGN(passing, condition_->select(batch, batch.selection(), faults));
  return {};
}

Status JoinProbe::judge_waiting() {
  if (spots_.empty()) return {};
  Selection passing;
  std::vector<RowFault> faults;
  if (waiting_ > 0)
    LEAT_TRY(judge({waiting_right_.data(), waiting_}, passing, faults, waiting_left_.data()));
  size_t next = 0;
  size_t next_fault = 0;
  for (const Spot& spot : spots_) {
    if (stopped_) break;
    Verdict verdict;
    uint32_t* const partners = waiting_right_.data() + spot.begin;
    for (; next < passing.count() && passing[next] < spot.begin + spot.count; ++next) {
      const uint32_t number = waiting_right_[passing[next]];
      partners[verdict.count] = number;
      verdict.add(number);
    }
    for (; next_fault < faults.size() && faults[next_fault].row < spot.begin + spot.count;
         ++next_fault) {
      if (!verdict.fault) verdict.fault = std::move(faults[next_fault].error);
    }
    LEAT_TRY(decide(spot.row, verdict, {partners, verdict.count}));
  }
  spots_.clear();
  waiting_ = 0;
  return {};
}

/// A left row with more candidates than a batch has rows: one pass to judge it, one to pair it.
Status JoinProbe::judge_large(uint32_t row, Partners candidates) {
  Verdict verdict;
  const bool first_is_enough = plan_.is_filter() || plan_.matches == JoinMatches::kFirst;
  std::fill(waiting_left_.begin(), waiting_left_.end(), row);
  for (size_t begin = 0; begin < candidates.count; begin += kBatchRowsMax) {
    LEAT_TRY(check_cancelled());
    const size_t count = std::min(kBatchRowsMax, candidates.count - begin);
    for (size_t i = 0; i < count; ++i) waiting_right_[i] = candidates[begin + i];
    Selection passing;
    std::vector<RowFault> faults;
    LEAT_TRY(judge({waiting_right_.data(), count}, passing, faults, waiting_left_.data()));
    if (!faults.empty()) {
      verdict.fault = std::move(faults.front().error);
      break;
    }
    for_each_row(passing, [&](size_t i) {
      verdict.add(waiting_right_[i]);
      if (owners_ != nullptr) claim(row, {&waiting_right_[i], 1}, verdict);
    });
    if (first_is_enough && verdict.count > 0) break;
  }
  const bool pairs_all = verdict.count > 1 && !plan_.is_filter() &&
                         plan_.matches == JoinMatches::kAll && !plan_.one_right && !verdict.fault;
  if (!pairs_all) {
    const uint32_t only = plan_.matches == JoinMatches::kLast ? verdict.last : verdict.first;
    return decide(row, verdict, {&only, verdict.count > 0 ? size_t{1} : 0});
  }
  context_.ledger.add(Counter::kMatched, 1);
  context_.ledger.add(Counter::kPaired, verdict.count);
  return far_ != nullptr ? refer_large(row, candidates) : pair_large(row, candidates);
}

Status JoinProbe::pair_large(uint32_t row, Partners candidates) {
  for (size_t begin = 0; begin < candidates.count; begin += kBatchRowsMax) {
    LEAT_TRY(check_cancelled());
    const size_t count = std::min(kBatchRowsMax, candidates.count - begin);
    for (size_t i = 0; i < count; ++i) waiting_right_[i] = candidates[begin + i];
    Selection passing;
    std::vector<RowFault> faults;
    LEAT_TRY(judge({waiting_right_.data(), count}, passing, faults, waiting_left_.data()));
    for (size_t i = 0; i < passing.count(); ++i) LEAT_TRY(pair(row, waiting_right_[passing[i]]));
  }
  return {};
}

/// As pair_large, for pairs that are made later: it is only known who has met a partner.
Status JoinProbe::refer_large(uint32_t row, Partners candidates) {
  for (size_t begin = 0; plan_.keeps_right() && begin < candidates.count; begin += kBatchRowsMax) {
    LEAT_TRY(check_cancelled());
    const size_t count = std::min(kBatchRowsMax, candidates.count - begin);
    for (size_t i = 0; i < count; ++i) waiting_right_[i] = candidates[begin + i];
    Selection passing;
    std::vector<RowFault> faults;
    LEAT_TRY(judge({waiting_right_.data(), count}, passing, faults, waiting_left_.data()));
    for (size_t i = 0; i < passing.count(); ++i) mark(waiting_right_[passing[i]]);
  }
  return far_->refer(row, lookup_.group(row));
}

// ------------------------------------------------------------------------------------------- what comes out

Status JoinProbe::take_row(uint32_t row) {
  LEAT_TRY_ASSIGN(const Partners found, lookup_.candidates(row));
  if (is_plain_ && found.count == 1) {
    ++matched_;
    return pair(row, found[0]);
  }
  if (!condition_) {
    Verdict verdict;
    verdict.count = found.count;
    if (found.count > 0 && !plan_.keys_only()) {
      verdict.first = found[0];
      verdict.last = found[found.count - 1];
      if (found.count > 1) verdict.second = found[1];
    }
    return decide(row, verdict, found);
  }
  if (found.count > kBatchRowsMax) {
    LEAT_TRY(judge_waiting());
    return stopped_ ? Status() : judge_large(row, found);
  }
  if (waiting_ + found.count > kBatchRowsMax) LEAT_TRY(judge_waiting());
  spots_.push_back({row, static_cast<uint32_t>(waiting_), static_cast<uint32_t>(found.count)});
  for (size_t i = 0; i < found.count; ++i) {
    waiting_left_[waiting_] = row;
    waiting_right_[waiting_++] = found[i];
  }
  return {};
}

/// What becomes of `row`, whose partners are `partners`; where only one of them is wanted any one
/// may be left out.
Status JoinProbe::decide(uint32_t row, const Verdict& verdict, Partners partners) {
  if (verdict.fault) {
    fault(row, *verdict.fault);
    return {};
  }
  if (plan_.is_filter()) {
    const bool wanted = (verdict.count > 0) == (plan_.how == JoinHow::kSemi);
    context_.ledger.add(wanted ? Counter::kPassed : Counter::kDropped, 1);
    if (wanted) left_rows_[pairs_++] = row;
    return {};
  }
  uint32_t only = kNoRow;
  if (plan_.matches != JoinMatches::kAll && verdict.count > 0) {
    only = plan_.matches == JoinMatches::kFirst ? verdict.first : verdict.last;
    partners = {&only, 1};
  } else if (plan_.one_right && verdict.count > 1) {
    fault(row, too_many_partners(verdict));
    return {};
  }
  if (owners_ != nullptr) {
    Verdict claimed;
    if (!claim(row, partners, claimed)) {
      fault(row, std::move(*claimed.fault));
      return {};
    }
  }
  if (partners.count > 0) {
    context_.ledger.add(Counter::kMatched, 1);
    context_.ledger.add(Counter::kPaired, partners.count);
    if (far_ != nullptr && partners.count > FarPairs::kPartnersMax) {
      for (size_t i = 0; i < partners.count; ++i) mark(partners[i]);
      return far_->refer(row, lookup_.group(row));
    }
    for (size_t i = 0; i < partners.count; ++i) LEAT_TRY(pair(row, partners[i]));
    return {};
  }
  if (plan_.missing_is_error) {
    fault(row, no_partner(row));
    return {};
  }
  if (LEAT_MUTANT("join_forgets_unmatched") && row % 5 == 3) return {};
  context_.ledger.add(Counter::kUnmatched, 1);
  if (apart_ != nullptr) set_apart(row);
  return plan_.keeps_left() ? pair(row, kNoRow) : Status();
}

/// Makes `row` the owner of partners that have none; false when one has another.
bool JoinProbe::claim(uint32_t row, Partners partners, Verdict& verdict) {
  const auto number = static_cast<uint32_t>(owners_->begin + row);
  for (size_t i = 0; i < partners.count; ++i) {
    uint32_t& owner = owners_->first[partners[i]];
    if (owner == kNoRow) owner = number;
    if (owner != number && !verdict.fault) verdict.fault = second_partner(partners[i], owner);
  }
  return !verdict.fault;
}

Status JoinProbe::pair(uint32_t row, uint32_t number) {
  left_rows_[pairs_] = row;
  right_rows_[pairs_++] = number;
  if (number == kNoRow) {
    ++padded_;
  } else {
    mark(number);
  }
  return pairs_ == kBatchRowsMax ? flush() : Status();
}

void JoinProbe::mark(uint32_t number) {
  if (plan_.keeps_right()) table_.mark(number);
}

void JoinProbe::set_apart(uint32_t row) {
  if (LEAT_MUTANT("join_unmatched_not_set_apart") && apart_count_ == 1) return;
  apart_rows_[apart_count_++] = row;
}

void JoinProbe::fault(uint32_t row, Error error) {
  faults_.push_back({row, std::move(error)});
  stopped_ = plan_.on_error == OnError::kFail;
}

Error JoinProbe::too_many_partners(const Verdict& verdict) const {
  return Error(
      code::kCardinality, ErrorCode::kData,
      fmt::format("the row has several partners in '{}': {} and {}", plan_.right_name,
                  describe(table_.place(verdict.first)), describe(table_.place(verdict.second))),
      "cardinality says that it has one at most; take one with matches: first, or correct "
      "the data");
}

Error JoinProbe::second_partner(uint32_t number, uint32_t owner) const {
  return Error(code::kCardinality, ErrorCode::kData,
               fmt::format("its partner in '{}', {}, has a partner already: {}", plan_.right_name,
                           describe(table_.place(number)), describe(owners_->place(owner))),
               "cardinality says that rows of the right side have one at most");
}

Error JoinProbe::no_partner(uint32_t row) const {
  std::string values;
  for (size_t i = 0; i < lookup_.keys().size(); ++i) {
    values += fmt::format("{}{} = {}", i == 0 ? " with " : ", ",
                          expr::default_name(*plan_.left_keys[i].program),
                          expr::constant_text(*lookup_.keys()[i], row));
  }
  return Error(code::kNoPartner, ErrorCode::kData,
               fmt::format("there is no partner in '{}'{}", plan_.right_name, values),
               "without missing: error such rows are dropped; how: left keeps them");
}

/// The left column for the pairs that come out. A key of both sides has been widened.
Result<ColumnRef> JoinProbe::left_column(const JoinPlan::LeftColumn& column) {
  const Column& source = column.key ? *lookup_.keys()[*column.key] : batch_->column(column.column);
  return take_column(source, {left_rows_.data(), pairs_}, context_.memory);
}

Status JoinProbe::flush() {
  if (pairs_ == 0) return {};
  std::vector<ColumnRef> columns;
  columns.reserve(plan_.output->size());
  for (const JoinPlan::LeftColumn& left : plan_.left_out) {
    LEAT_TRY_ASSIGN(ColumnRef column, left_column(left));
    columns.push_back(std::move(column));
  }
  for (const size_t kept : plan_.right_out) {
    LEAT_TRY_ASSIGN(ColumnRef column,
                    table_.rows().pick_column(kept, {right_rows_.data(), pairs_}, context_.memory));
    columns.push_back(std::move(column));
  }
  RowPlaces places;
  places.origin = batch_->places().origin;
  LEAT_TRY_ASSIGN(places.ordinals, context_.memory.allocate(pairs_ * sizeof(uint64_t)));
  for (size_t i = 0; i < pairs_; ++i)
    places.ordinals->mutable_as<uint64_t>()[i] = batch_->places()[left_rows_[i]].packed();
  places.first = batch_->places()[left_rows_[0]];
  Batch joined(plan_.output, std::move(columns), pairs_, std::move(places));
  context_.ledger.add(Counter::kPadded, padded_);
  context_.ledger.add(Counter::kMade, joined.rows() - padded_);
  pairs_ = padded_ = 0;
  LEAT_TRY(check_cancelled());
  return output_->emit(std::move(joined));
}

/// The batch with the left rows `rows`, as they came.
Result<Batch> JoinProbe::chosen(const uint32_t* rows, size_t count) const {
  LEAT_TRY_ASSIGN(BufferRef buffer, context_.memory.allocate(count * sizeof(uint32_t)));
  std::copy_n(rows, count, buffer->mutable_as<uint32_t>());
  Batch batch = batch_->with_selection(Selection(std::move(buffer), count));
  return is_sparse(batch) ? compact(batch, context_.memory) : batch;
}

/// The left rows that a semi or anti join lets through.
Status JoinProbe::flush_chosen() {
  if (pairs_ == 0) return {};
  LEAT_TRY_ASSIGN(Batch batch, chosen(left_rows_.data(), std::exchange(pairs_, 0)));
  return output_->emit(std::move(batch));
}

Status JoinProbe::flush_apart() {
  if (apart_count_ == 0) return {};
  LEAT_TRY_ASSIGN(Batch batch, chosen(apart_rows_.data(), std::exchange(apart_count_, 0)));
  return apart_->emit(std::move(batch));
}

Status JoinProbe::conclude(std::optional<Error> key_error) {
  context_.ledger.add(Counter::kMatched, matched_);
  context_.ledger.add(Counter::kPaired, matched_);
  LEAT_TRY(plan_.is_filter() ? flush_chosen() : flush());
  LEAT_TRY(flush_apart());
  if (!faults_.empty()) {
    LEAT_TRY_ASSIGN(Settled settled,
                    context_.faults.settle(*batch_, lookup_.rows(), std::exchange(faults_, {})));
    if (settled.error) return std::unexpected(std::move(*settled.error));
  }
  if (key_error) return std::unexpected(std::move(*key_error));
  return {};
}

Status JoinProbe::process(const Batch& batch, Output& output) {
  batch_ = &batch;
  output_ = &output;
  apart_ = plan_.sets_unmatched_apart() ? output.port(0) : nullptr;
  stopped_ = false;
  spots_.clear();
  waiting_ = pairs_ = padded_ = matched_ = apart_count_ = 0;
  LEAT_TRY_ASSIGN(std::optional<Error> key_error, lookup_.start(batch));
  const Selection& rows = lookup_.rows();
  for (size_t i = 0; i < rows.count() && !stopped_; ++i) LEAT_TRY(take_row(rows[i]));
  if (!stopped_) LEAT_TRY(judge_waiting());
  return conclude(std::move(key_error));
}

}  // namespace leat::state
