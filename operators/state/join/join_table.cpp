// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_table.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/state/groups/group_slots.h"

namespace leat::state {

namespace {

constexpr size_t kBetweenCheckpoints = size_t{1} << 14;

/// What of a right row decides besides its keys.
struct RowCodes {
  explicit RowCodes(MemoryAccount& memory) : lows(memory), highs(memory) {}
  StateArray<uint64_t> lows;
  StateArray<uint64_t> highs;
};

std::vector<JoinValue> bounds_of(const JoinPlan& plan) {
  std::vector<JoinValue> values;
  if (plan.range && plan.range->low) values.push_back(plan.range->low->right);
  if (plan.range && plan.range->high) values.push_back(plan.range->high->right);
  if (plan.asof) values.push_back(plan.asof->right);
  return values;
}

}  // namespace

// ------------------------------------------------------------------------------------------- a lane

/// The right rows of one lane.
class JoinPartial final : public Partial {
 public:
  JoinPartial(const JoinPlan& plan, const LaneContext& context)
      : plan_(plan),
        context_(context),
        bounds_(bounds_of(plan)),
        key_values_(plan.right_keys, context.memory),
        kept_values_(plan.kept, context.memory),
        bound_values_(bounds_, context.memory),
        groups_(GroupTable::make(plan.key_types, context.memory)),
        keeper_(context.memory, plan.keep_places()),
        group_of_(context.memory),
        row_groups_(context.memory),
        codes_(context.memory),
        batch_codes_(context.memory) {}

  Status consume(const Batch& batch) override {
    std::vector<RowFault> faults;
    const Selection& all = batch.selection();
    LEAT_TRY_ASSIGN(const auto keys, key_values_.evaluate(batch, all, faults));
    LEAT_TRY_ASSIGN(auto kept, kept_values_.evaluate(batch, all, faults));
    LEAT_TRY_ASSIGN(const auto bounds, bound_values_.evaluate(batch, all, faults));
    if (plan_.keys_identify) refuse_nulls(plan_.right_keys, keys, all, faults);
    Selection good = all;
    std::optional<Error> error;
    if (!faults.empty()) {
      LEAT_TRY_ASSIGN(Settled settled, context_.faults.settle(batch, all, std::move(faults)));
      good = std::move(settled.selection);
      error = std::move(settled.error);
    }
    LEAT_TRY(fold(batch, good, keys, std::move(kept), bounds));
    // Whether a row stays is known later where keys identify rows.
    if (!plan_.keys_identify) context_.ledger.add(Counter::kFolded, good.count());
    if (error) return std::unexpected(std::move(*error));
    return {};
  }
  Status seal() override { return keeper_.seal(); }

 private:
  friend class JoinBuild;

  Status fold(const Batch& batch, const Selection& rows, const std::vector<ColumnRef>& keys,
              std::vector<ColumnRef> kept, const std::vector<ColumnRef>& bounds) {
    Selection keyed = rows;
    if (!plan_.null_keys_match) {
      LEAT_TRY_ASSIGN(keyed, without_nulls(keys, keyed, context_.memory));
    }
    LEAT_TRY_ASSIGN(keyed, without_nulls(bounds, keyed, context_.memory));
    LEAT_TRY(group_of_.resize(std::max(batch.length(), group_of_.size()), kNoGroup));
    for_each_row(rows, [&](size_t row) { group_of_[row] = kNoGroup; });
    LEAT_TRY(groups_->assign(keys, keyed, group_of_.data()));
    if (plan_.keys_only()) return {};
    const Selection& chosen = plan_.keeps_right() ? rows : keyed;
    size_t next = row_groups_.size();
    LEAT_TRY(row_groups_.resize(next + chosen.count(), kNoGroup));
    for_each_row(chosen, [&](size_t row) { row_groups_[next++] = group_of_[row]; });
    LEAT_TRY(append_codes(chosen, keyed, batch.length(), bounds));
    const Batch columns = batch.with_columns(plan_.kept_schema, std::move(kept));
    return keeper_.keep(columns.with_selection(chosen));
  }

  Status append_codes(const Selection& chosen, const Selection& keyed, size_t length,
                      const std::vector<ColumnRef>& bounds) {
    if (bounds.empty()) return {};
    LEAT_TRY(batch_codes_.resize(std::max(length, batch_codes_.size()), 0));
    for (size_t i = 0; i < bounds.size(); ++i) {
      // The ends of ranges with a low bound alone, or of times, are not asked for.
      const bool is_high = plan_.range && !(i == 0 && plan_.range->low);
      StateArray<uint64_t>& codes = is_high ? codes_.highs : codes_.lows;
      write_order_codes(*bounds[i], keyed, batch_codes_.data());
      size_t next = codes.size();
      LEAT_TRY(codes.resize(next + chosen.count(), 0));
      for_each_row(chosen, [&](size_t row) { codes[next++] = batch_codes_[row]; });
    }
    return {};
  }

  const JoinPlan& plan_;
  LaneContext context_;
  std::vector<JoinValue> bounds_;
  JoinValues key_values_;
  JoinValues kept_values_;
  JoinValues bound_values_;
  std::unique_ptr<GroupTable> groups_;
  RowKeeper keeper_;
  StateArray<uint32_t> group_of_;    // of the rows of a batch
  StateArray<uint32_t> row_groups_;  // of the rows kept, kNoGroup: they match nothing
  RowCodes codes_;                   // of the rows kept
  StateArray<uint64_t> batch_codes_;
};

// ------------------------------------------------------------------------------------------- the table

/// One table of the lanes' rows.
class JoinBuild final : public Final {
 public:
  JoinBuild(const JoinPlan& plan, const LaneContext& context)
      : plan_(plan),
        context_(context),
        memory_(context.memory),
        table_(std::make_shared<JoinTable>(plan, context.memory)),
        row_groups_(context.memory),
        codes_(context.memory) {}

  Status absorb(std::unique_ptr<Partial> partial) override {
    auto& from = static_cast<JoinPartial&>(*partial);
    GroupNumbers moved(memory_);
    const bool is_first = table_->groups_ == nullptr;
    if (is_first) {
      table_->groups_ = std::move(from.groups_);
    } else {
      LEAT_TRY(table_->groups_->absorb(*from.groups_, moved));
    }
    const size_t before = row_groups_.size();
    const size_t more = from.row_groups_.size();
    LEAT_TRY(row_groups_.resize(before + more, kNoGroup));
    for (size_t i = 0; i < more; ++i) {
      if (i % kBetweenCheckpoints == 0) checkpoint();
      const uint32_t group = from.row_groups_[i];
      row_groups_[before + i] = is_first || group == kNoGroup ? group : moved[group];
    }
    LEAT_TRY(append(from.codes_.lows, codes_.lows));
    LEAT_TRY(append(from.codes_.highs, codes_.highs));
    return table_->rows_.absorb(from.keeper_);
  }

  Result<CollectedRef> finish() override {
    JoinTable& table = *table_;
    if (table.groups_ == nullptr) table.groups_ = GroupTable::make(plan_.key_types, memory_);
    LEAT_TRY(table.groups_->seal());
    LEAT_TRY(table.rows_.finish());
    if (!plan_.keys_only()) LEAT_TRY(list_rows());
    table.rows_.forget_arrivals();
    if (plan_.keeps_right()) {
      const size_t bytes = (table.rows_.rows() + 63) / 64 * sizeof(uint64_t);
      LEAT_TRY_ASSIGN(table.marks_, memory_.allocate(std::max<size_t>(bytes, sizeof(uint64_t))));
      std::memset(table.marks_->mutable_data(), 0, bytes);
    }
    if (plan_.keys_identify) LEAT_TRY(refuse_duplicates());
    return std::move(table_);
  }

 private:
  /// Right rows with the key of an earlier one are bad: they are marked, and met by nobody.
  Status refuse_duplicates() {
    const JoinTable& table = *table_;
    StateArray<uint64_t> pairs(memory_);  // the row, and the first with its key
    for (uint32_t group = 0; group < table.groups_->size(); ++group) {
      for (size_t at = table.begin_of(group) + 1; at < table.end_of(group); ++at) {
        LEAT_TRY(pairs.push_back(uint64_t{table.row_at(at)} << 32 |
                                 table.row_at(table.begin_of(group))));
      }
    }
    std::sort(pairs.data(), pairs.data() + pairs.size());
    for (size_t i = 0; i < pairs.size(); ++i) {
      const auto number = static_cast<uint32_t>(pairs[i] >> 32);
      LEAT_TRY_ASSIGN(const Batch row, table.rows_.range(number, number + size_t{1}, memory_));
      LEAT_TRY_ASSIGN(
          const Settled settled,
          context_.faults.settle(
              row, row.selection(),
              {{0, duplicate_key(table.rows_.place(static_cast<uint32_t>(pairs[i])))}}));
      if (settled.error) return std::unexpected(*settled.error);
      table.mark(number);
    }
    context_.ledger.add(Counter::kFolded, table.rows_.rows() - pairs.size());
    return {};
  }

  Status append(const StateArray<uint64_t>& from, StateArray<uint64_t>& to) {
    const size_t before = to.size();
    LEAT_TRY(to.resize(before + from.size(), 0));
    if (from.size() > 0)
      std::memcpy(to.data() + before, from.data(), from.size() * sizeof(uint64_t));
    return {};
  }

  /// Rows group by group, each in the order of rows.
  Status list_rows() {
    JoinTable& table = *table_;
    const size_t groups = table.groups_->size();
    const size_t rows = table.rows_.rows();
    LEAT_TRY(table.begins_.resize(groups + 1, 0));
    uint32_t* const begins = table.begins_.data();
    size_t listed = 0;
    for (size_t i = 0; i < rows; ++i) {
      if (row_groups_[i] == kNoGroup) continue;
      ++begins[row_groups_[i] + 1];
      ++listed;
    }
    for (size_t group = 0; group < groups; ++group) begins[group + 1] += begins[group];
    const bool has_codes = codes_.lows.size() + codes_.highs.size() > 0;
    // One group of all rows needs no list.
    if (plan_.key_types.empty() && !has_codes) return {};
    LEAT_TRY(table.listed_.resize(listed, 0));
    StateArray<uint64_t> lows(memory_);
    StateArray<uint64_t> highs(memory_);
    if (codes_.lows.size() > 0) LEAT_TRY(lows.resize(listed, 0));
    if (codes_.highs.size() > 0) LEAT_TRY(highs.resize(listed, 0));
    // begins[g] moves to the end of group g while it is filled, and back afterwards.
    for (uint32_t number = 0; number < rows; ++number) {
      if (number % kBetweenCheckpoints == 0) checkpoint();
      const size_t arrival = table.rows_.arrival(number);
      const uint32_t group = row_groups_[arrival];
      if (group == kNoGroup) continue;
      const uint32_t at = begins[group]++;
      table.listed_[at] = number;
      if (lows.size() > 0) lows[at] = codes_.lows[arrival];
      if (highs.size() > 0) highs[at] = codes_.highs[arrival];
    }
    for (size_t group = groups; group > 0; --group) begins[group] = begins[group - 1];
    begins[0] = 0;
    if (!has_codes) {
      // Most often the key identifies the row: one access less for each row that asks.
      table.each_has_one_ = listed == groups;
      if (table.each_has_one_) table.begins_.clear();
      return {};
    }
    return table.ranges_.build({begins, groups + 1}, {table.listed_.data(), listed},
                               std::move(lows), std::move(highs));
  }

  const JoinPlan& plan_;
  LaneContext context_;
  MemoryAccount& memory_;
  std::shared_ptr<JoinTable> table_;
  StateArray<uint32_t> row_groups_;  // by arrival
  RowCodes codes_;                   // by arrival
};

JoinTable::JoinTable(const JoinPlan& plan, MemoryAccount& memory)
    : rows_(plan.kept_schema, memory), begins_(memory), listed_(memory), ranges_(memory) {}

void JoinTable::mark(uint32_t number) const {
  if (LEAT_MUTANT("join_loses_mark") && number % 7 == 0) return;
  // Read first: rows of a key are met again and again. Relaxed: seal() comes before rest().
  std::atomic_ref<uint64_t> word(marks_->mutable_as<uint64_t>()[number / 64]);
  const uint64_t bit = uint64_t{1} << (number % 64);
  if ((word.load(std::memory_order_relaxed) & bit) == 0)
    word.fetch_or(bit, std::memory_order_relaxed);
}

bool JoinTable::is_marked(uint32_t number) const {
  return (marks_->as<uint64_t>()[number / 64] >> (number % 64) & 1) != 0;
}

void JoinTable::hold(std::unique_ptr<RowKeeper> keeper) const {
  const std::lock_guard lock(held_mutex_);
  held_.push_back(std::move(keeper));
}

std::vector<std::unique_ptr<RowKeeper>> JoinTable::take_held() const {
  const std::lock_guard lock(held_mutex_);
  return std::move(held_);
}

namespace {

class JoinSide final : public Collect {
 public:
  explicit JoinSide(const JoinPlan& plan) : plan_(plan) {}
  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<JoinPartial>(plan_, context);
  }
  std::unique_ptr<Final> final(const LaneContext& context) const override {
    return std::make_unique<JoinBuild>(plan_, context);
  }

 private:
  const JoinPlan& plan_;
};

}  // namespace

std::unique_ptr<Collect> make_join_side(const JoinPlan& plan) {
  return std::make_unique<JoinSide>(plan);
}

}  // namespace leat::state
