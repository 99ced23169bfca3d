// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: which row has a key first, and what holds for all rows together, is known when every
// lane has seen its last row; until then no row with a key may leave, and memory may end.
//
// Lanes hold rows as a spool does, and their keys as `distinct` does, which both go on on disk.
// Each held row has a seat, a number that its key carries as well: of the keys that `distinct`
// keeps, the seats make a bitmap, and rows are judged by it as they leave in their order. Rows lose
// the text they came from when they are held, so their places, and the text itself where rejected
// rows show it, are held with them.
//
// Invariants
// 1. Seats say who is who and nothing else: no result depends on them.
// 2. Rows are held only where keys are unique; else they leave as they come.
// 3. What all rows are asked together is answered before the first held row leaves.
//
// Rejected: a table of keys that rows meet one after another in one goroutine (no lanes, and no way
// to go on when it is full); ordinals in place of seats (rows made of one row share theirs).
#include "operators/state/contract/contract_state.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/expr/kernels/constant.h"
#include "operators/state/written_places.h"

namespace leat::state {

namespace {

/// Keeps the one batch of a result.
class OneBatch final : public Output {
 public:
  Status emit(Batch batch) override {
    batch_ = std::move(batch);
    return {};
  }
  const Batch& batch() const { return batch_; }

 private:
  Batch batch_;
};

/// Sets the bit of each seat that it is given, in the first column.
class SeatMarks final : public Output {
 public:
  explicit SeatMarks(BufferRef bits) : bits_(std::move(bits)) {}
  Status emit(Batch batch) override {
    const int64_t* const seats = batch.column(0).values<int64_t>();
    for_each_row(batch.selection(), [&](size_t row) {
      set_bit(bits_->mutable_data(), static_cast<size_t>(seats[row]));
    });
    return {};
  }

 private:
  BufferRef bits_;
};

/// Judges held rows on their way out.
class JudgedOutput final : public Output {
 public:
  JudgedOutput(const ContractPlan& plan, RowRules& rules, const uint8_t* firsts, size_t part,
               Output& output)
      : plan_(plan), rules_(rules), firsts_(firsts), next_(part, 0), output_(output) {}

  Status emit(Batch held) override {
    const UniquePlan& unique = *plan_.unique;
    const Firsts firsts{firsts_, held.column(unique.seat).values<int64_t>()};
    RowPlaces places{next_, {}, nullptr};
    const bool has_places = held.length() > 0 && !held.column(unique.place.file).view_at(0).empty();
    if (has_places)
      places.origin = std::make_shared<WrittenOrigin>(held, unique.place, unique.raw, next_);
    next_ = next_ + held.length();
    const auto& columns = held.columns();
    const Batch rows = held.with_columns(
        plan_.input,
        {columns.begin(), columns.begin() + static_cast<ptrdiff_t>(plan_.input->size())});
    return rules_.pass(rows.with_places(std::move(places)), &firsts, output_);
  }

 private:
  const ContractPlan& plan_;
  RowRules& rules_;
  const uint8_t* firsts_;
  Ordinal next_;
  Output& output_;
};

class HeldRows final : public Collected {
 public:
  HeldRows(const ContractPlan& plan, const ContractState& state, Sides sides, CollectedRef rows,
           BufferRef firsts)
      : plan_(plan),
        state_(state),
        sides_(sides.begin(), sides.end()),
        rows_(std::move(rows)),
        firsts_(std::move(firsts)),
        left_(rows_->parts()) {}

  size_t parts() const override { return rows_->parts(); }
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override {
    RowRules rules(plan_, context, sides_);
    JudgedOutput judged(plan_, rules, firsts_->data(), part, output);
    LEAT_TRY(rows_->emit_part(part, context, judged));
    if (!plan_.warns()) return {};
    state_.add(0, rules.broken());
    if (left_.fetch_sub(1) == 1) state_.warn(context.watch);
    return {};
  }

 private:
  const ContractPlan& plan_;
  const ContractState& state_;  // one of the sides
  std::vector<CollectedRef> sides_;
  CollectedRef rows_;
  BufferRef firsts_;
  mutable std::atomic<size_t> left_;  // parts
};

std::string broken_text(const TotalRule& rule, const Batch& results) {
  std::string values;
  for (const TotalRule::Value& value : rule.values) {
    values += fmt::format("{}{} was {}", values.empty() ? "" : ", ", value.text,
                          expr::constant_text(results.column(value.column)));
  }
  return fmt::format("'{}' does not hold{}{}", rule.name, values.empty() ? "" : ": ", values);
}

}  // namespace

void ContractState::take(ContractPart part) const {
  add(part.rows, part.broken);
  const std::lock_guard lock(mutex_);
  parts_.push_back(std::move(part));
}

void ContractState::add(uint64_t rows, const std::vector<Broken>& broken) const {
  const std::lock_guard lock(mutex_);
  rows_ += rows;
  for (size_t i = 0; i < broken.size(); ++i) broken_[i].add(broken[i]);
}

Result<CollectedRef> ContractState::finish(const Collect& collect,
                                           std::unique_ptr<Partial> ContractPart::* which,
                                           const LaneContext& context) const {
  const std::unique_ptr<Final> whole = collect.final(context);
  for (ContractPart& part : parts_) {
    if (part.*which != nullptr) LEAT_TRY(whole->absorb(std::move(part.*which)));
  }
  return whole->finish();
}

Status ContractState::check_totals(const LaneContext& context) const {
  Ledger ledger;  // these are not rows of the stage
  const LaneContext apart{context.memory, context.faults, ledger, context.watch, context.spill};
  OneBatch row;
  LEAT_TRY_ASSIGN(const CollectedRef results,
                  finish(*plan_.totals->results, &ContractPart::totals, apart));
  LEAT_TRY(results->emit_part(0, apart, row));
  std::optional<Error> error;
  for (const TotalRule& rule : plan_.totals->rules) {
    const Column& holds = row.batch().column(rule.column);
    if (holds.is_valid(0) && holds.bool_at(0)) continue;
    Error broken(code::kExpectationBroken, ErrorCode::kData, broken_text(rule, row.batch()));
    broken.pipeline = rule.where;
    if (plan_.warns()) {
      if (context.watch != nullptr) context.watch->warn(std::move(broken));
    } else if (!error) {
      error = std::move(broken);
    } else {
      error->message += "; " + broken.message;
    }
  }
  if (!error || LEAT_MUTANT("expect_publishes_broken_totals")) return {};
  return std::unexpected(std::move(*error));
}

Result<CollectedRef> ContractState::release(const LaneContext& context, Sides sides) const {
  Ledger ledger;  // keys are not rows of the stage
  const LaneContext apart{context.memory, context.faults, ledger, context.watch, context.spill};
  LEAT_TRY_ASSIGN(const BufferRef bits,
                  context.memory.allocate(bitmap_bytes(std::max<uint64_t>(seats(), 1))));
  std::fill_n(bits->mutable_data(), bits->size(), uint8_t{0});
  {
    LEAT_TRY_ASSIGN(const CollectedRef firsts,
                    finish(*plan_.unique->firsts, &ContractPart::firsts, apart));
    SeatMarks marks(bits);
    for (size_t part = 0; part < firsts->parts(); ++part)
      LEAT_TRY(firsts->emit_part(part, apart, marks));
  }
  LEAT_TRY_ASSIGN(CollectedRef rows, finish(*plan_.unique->rows, &ContractPart::held, context));
  if (rows->parts() == 0) warn(context.watch);
  return std::make_shared<HeldRows>(plan_, *this, sides, std::move(rows), bits);
}

void ContractState::warn(const RunWatch* watch) const {
  if (!plan_.warns() || watch == nullptr) return;
  for (size_t i = 0; i < broken_.size(); ++i) {
    const Broken& broken = broken_[i];
    if (broken.rows == 0) continue;
    Error warning(code::kExpectationBroken, ErrorCode::kData,
                  fmt::format("{} of {} rows {} the expectation '{}'", broken.rows, rows_,
                              broken.rows == 1 ? "breaks" : "break", plan_.expectations[i].name));
    warning.pipeline = plan_.expectations[i].where;
    warning.data = broken.place;
    watch->warn(std::move(warning));
  }
}

}  // namespace leat::state
