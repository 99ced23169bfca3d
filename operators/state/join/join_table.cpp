// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_table.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <numeric>
#include <utility>

#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/state/groups/group_slots.h"

namespace leat::state {

namespace {

constexpr size_t kSlotsBetweenCheckpoints = size_t{1} << 14;

/// What of a right row decides besides its keys.
struct RowCodes {
  explicit RowCodes(MemoryAccount& memory) : lows(memory), highs(memory) {}
  StateArray<uint64_t> lows;
  StateArray<uint64_t> highs;
};

}  // namespace

// ------------------------------------------------------------------------------------------- a lane

/// The right rows of one lane: in memory, or on disk once it was refused there.
class JoinPartial final : public Partial {
 public:
  JoinPartial(const JoinPlan& plan, const LaneContext& context)
      : plan_(plan),
        context_(context),
        bounds_(right_bounds(plan)),
        key_values_(plan.right_keys, context.memory),
        kept_values_(plan.kept, context.memory),
        bound_values_(bounds_, context.memory),
        group_of_(context.memory),
        batch_codes_{StateArray<uint64_t>(context.memory), StateArray<uint64_t>(context.memory)} {}

  Status consume(const Batch& batch) override {
    LEAT_TRY(start());
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
    LEAT_TRY(take({batch, good, keys, std::move(kept), bounds}));
    // Whether a row stays is known later where keys identify rows.
    if (!plan_.keys_identify) context_.ledger.add(Counter::kFolded, good.count());
    if (error) return std::unexpected(std::move(*error));
    return {};
  }
  Status seal() override {
    if (writer_ != nullptr) return writer_->writer().flush();
    if (held_ == nullptr) return {};
    const Status sealed = held_->keeper.seal();
    return !sealed && can_spill() && sealed.error().code == ErrorCode::kMemory ? spill() : sealed;
  }
  size_t spillable() const override { return rows_memory_ && held_ != nullptr ? held_bytes() : 0; }
  Status spill() override {
    if (writer_ != nullptr || !can_spill()) return {};
    LEAT_TRY(start());
    writer_ = std::make_unique<RightWriter>(*plan_.spill, *context_.spill, work_memory_.account());
    LEAT_TRY(plan_.keys_only() ? write_keys() : write_rows());
    held_.reset();
    return {};
  }

 private:
  friend class JoinBuild;

  /// A batch with what was computed of it.
  struct Rows {
    const Batch& batch;
    const Selection& good;
    const std::vector<ColumnRef>& keys;
    std::vector<ColumnRef> kept;
    const std::vector<ColumnRef>& bounds;
  };
  /// What is in memory. Groups are not what is refused first: they stay when lanes are merged.
  struct Held {
    Held(const JoinPlan& plan, MemoryAccount& rows, MemoryAccount& stage)
        : groups(GroupTable::make(plan.key_types, stage)),
          keeper(rows, plan.keep_places()),
          row_groups(rows),
          codes(rows) {}
    std::unique_ptr<GroupTable> groups;
    RowKeeper keeper;
    StateArray<uint32_t> row_groups;  // of the rows kept, kNoGroup: they match nothing
    RowCodes codes;                   // of the rows kept
  };

  bool can_spill() const { return plan_.spill != nullptr && context_.spill != nullptr; }

  /// Takes what writing to disk needs before the first row is kept.
  Status start() {
    if (held_ != nullptr || writer_ != nullptr) return {};
    if (can_spill()) {
      LEAT_TRY_ASSIGN(work_memory_, context_.memory.lease(PartitionWriter::kWorkBytes));
      LEAT_TRY_ASSIGN(rows_memory_, context_.memory.lease(0));
    }
    held_ = std::make_unique<Held>(plan_, can_spill() ? rows_memory_.account() : context_.memory,
                                   context_.memory);
    return {};
  }
  /// Of a group a table takes its slots and about as much for the key. REQUIRES: it can spill.
  size_t held_bytes() const {
    constexpr size_t kGroupBytes = 32;
    return rows_memory_.account().used() + held_->groups->size() * kGroupBytes;
  }

  /// Keeps the rows, or writes them.
  Status take(Rows rows) {
    Selection keyed = rows.good;
    if (!plan_.null_keys_match) {
      LEAT_TRY_ASSIGN(keyed, without_nulls(rows.keys, keyed, context_.memory));
    }
    LEAT_TRY_ASSIGN(keyed, without_nulls(rows.bounds, keyed, context_.memory));
    if (plan_.kept_match) {
      const ColumnRef match = rows.batch.columns()[*plan_.kept_match];
      LEAT_TRY_ASSIGN(keyed, without_nulls({&match, 1}, keyed, context_.memory));
    }
    const Selection& chosen = plan_.keeps_right() ? rows.good : keyed;
    LEAT_TRY(write_codes(rows, keyed));
    const Batch kept =
        rows.batch.with_columns(plan_.kept_schema, std::move(rows.kept)).with_selection(chosen);
    if (writer_ != nullptr) return write(kept, keyed, rows.keys);
    const uint64_t before = held_->keeper.rows();
    const Status held = fold(kept, keyed, rows.keys);
    if (held) {
      return can_spill() && held_bytes() > context_.spill->lane_bytes() ? spill() : Status();
    }
    if (held.error().code != ErrorCode::kMemory || plan_.spill == nullptr) return held;
    if (!can_spill()) return std::unexpected(without_area(held.error(), context_.spill));
    // The batch may be there already, and only making it compact was refused.
    const bool is_kept = held_->keeper.rows() != before;
    LEAT_TRY(spill());
    return is_kept ? Status() : write(kept, keyed, rows.keys);
  }

  Status fold(const Batch& kept, const Selection& keyed, const std::vector<ColumnRef>& keys) {
    Held& held = *held_;
    LEAT_TRY(group_of_.resize(std::max(kept.length(), group_of_.size()), kNoGroup));
    for_each_row(kept.selection(), [&](size_t row) { group_of_[row] = kNoGroup; });
    LEAT_TRY(held.groups->assign(keys, keyed, group_of_.data()));
    if (plan_.keys_only()) return {};
    const size_t before = held.row_groups.size();
    LEAT_TRY(held.row_groups.resize(before + kept.rows(), kNoGroup));
    size_t next = before;
    for_each_row(kept.selection(), [&](size_t row) { held.row_groups[next++] = group_of_[row]; });
    LEAT_TRY(append_codes(kept.selection(), batch_codes_[0], held.codes.lows));
    LEAT_TRY(append_codes(kept.selection(), batch_codes_[1], held.codes.highs));
    return held.keeper.keep(kept);
  }

  /// The order codes of the batch's bounds. The ends of ranges with a low bound alone, or of times,
  /// are not asked for.
  Status write_codes(const Rows& rows, const Selection& keyed) {
    for (StateArray<uint64_t>& codes : batch_codes_) LEAT_TRY(codes.resize(0, 0));
    for (size_t i = 0; i < rows.bounds.size(); ++i) {
      const bool is_high = plan_.range && !(i == 0 && plan_.range->low);
      StateArray<uint64_t>& codes = batch_codes_[is_high ? 1 : 0];
      LEAT_TRY(codes.resize(rows.batch.length(), 0));
      write_order_codes(*rows.bounds[i], keyed, codes.data());
    }
    return {};
  }
  static Status append_codes(const Selection& chosen, const StateArray<uint64_t>& from,
                             StateArray<uint64_t>& codes) {
    if (from.size() == 0) return {};
    size_t next = codes.size();
    LEAT_TRY(codes.resize(next + chosen.count(), 0));
    for_each_row(chosen, [&](size_t row) { codes[next++] = from[row]; });
    return {};
  }

  // ----------------------------------------------------------------------------------------- to disk

  Status write(const Batch& kept, const Selection& keyed, const std::vector<ColumnRef>& keys) {
    const auto code = [](const StateArray<uint64_t>& codes) {
      return codes.size() == 0 ? nullptr : codes.data();
    };
    const auto attempt = [&](MemoryAccount& memory) {
      return writer_->add(kept, keyed, keys, {code(batch_codes_[0]), code(batch_codes_[1])},
                          memory);
    };
    Status status = attempt(rows_memory_.account());
    if (status || status.error().code != ErrorCode::kMemory) return status;
    LEAT_TRY(writer_->writer().flush());
    return attempt(work_memory_.account());
  }

  /// Only keys were kept.
  Status write_keys() {
    const size_t groups = held_->groups->size();
    std::vector<uint32_t> numbers;
    for (size_t begin = 0; begin < groups; begin += kBatchRowsMax) {
      numbers.resize(std::min(kBatchRowsMax, groups - begin));
      std::iota(numbers.begin(), numbers.end(), static_cast<uint32_t>(begin));
      LEAT_TRY_ASSIGN(const auto keys, held_->groups->keys_of(numbers, work_memory_.account()));
      const Batch none(plan_.kept_schema, {}, numbers.size(), RowPlaces());
      LEAT_TRY(writer_->add_kept(none, none.selection(), keys, {}, nullptr, 0));
    }
    return writer_->writer().flush();
  }

  Status write_rows() {
    size_t first = 0;
    std::vector<Batch> batches = held_->keeper.take_batches();
    for (Batch& batch : batches) {
      LEAT_TRY(write_kept(std::exchange(batch, Batch()), first));
      // A few at a time: what they take besides comes from the lease.
      if (writer_->writer().waiting_rows() >= 4 * kBatchRowsMax)
        LEAT_TRY(writer_->writer().flush());
    }
    return writer_->writer().flush();
  }
  /// Rows that were kept, from number `first` on.
  Status write_kept(const Batch& batch, size_t& first) {
    const size_t rows = batch.rows();
    MemoryAccount& memory = work_memory_.account();
    const uint32_t* const groups = held_->row_groups.data() + first;
    LEAT_TRY_ASSIGN(BufferRef buffer, memory.allocate((rows + 1) * sizeof(uint32_t)));
    std::vector<uint32_t> numbers(rows, 0);
    size_t count = 0;
    for (uint32_t row = 0; row < rows; ++row) {
      if (groups[row] == kNoGroup) continue;
      buffer->mutable_as<uint32_t>()[count++] = row;
      numbers[row] = groups[row];
    }
    std::vector<ColumnRef> keys;
    if (held_->groups->size() > 0) {
      LEAT_TRY_ASSIGN(keys, held_->groups->keys_of(numbers, memory));
    } else {
      for (const Type& type : plan_.key_types) {
        LEAT_TRY_ASSIGN(ColumnRef column, null_column(type, rows, memory));
        keys.push_back(std::move(column));
      }
    }
    const auto code = [first](const StateArray<uint64_t>& codes) {
      return codes.size() == 0 ? nullptr : codes.data() + first;
    };
    LEAT_TRY(writer_->add_kept(batch, Selection(std::move(buffer), count), keys,
                               {code(held_->codes.lows), code(held_->codes.highs)},
                               &held_->keeper.lines(), first));
    first += rows;
    return {};
  }

  const JoinPlan& plan_;
  LaneContext context_;
  std::vector<JoinValue> bounds_;
  JoinValues key_values_;
  JoinValues kept_values_;
  JoinValues bound_values_;
  MemoryLease work_memory_;
  MemoryLease rows_memory_;
  std::unique_ptr<Held> held_;  // null before the first batch, and once it is on disk
  std::unique_ptr<RightWriter> writer_;
  StateArray<uint32_t> group_of_;  // of the rows of a batch
  StateArray<uint64_t> batch_codes_[2];
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
    lanes_.emplace_back(static_cast<JoinPartial*>(partial.release()));
    return {};
  }

  Result<CollectedRef> finish() override {
    JoinTable& table = *table_;
    if (must_spill()) {
      LEAT_TRY(spill());
      return std::move(table_);
    }
    for (std::unique_ptr<JoinPartial>& lane : lanes_) {
      if (lane->held_ != nullptr) LEAT_TRY(merge(*lane->held_));
      lane.reset();
    }
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
  /// Has a lane gone to disk, or will there be no room for making one table of all?
  bool must_spill() const {
    if (plan_.spill == nullptr || context_.spill == nullptr) return false;
    size_t rows = 0;
    size_t bytes = 0;
    for (const std::unique_ptr<JoinPartial>& lane : lanes_) {
      if (lane->writer_ != nullptr) return true;
      bytes += lane->spillable();
      if (lane->held_ != nullptr) rows += lane->held_->row_groups.size();
    }
    // Numbers, lists and references of rows; a column twice; the table of all groups.
    constexpr size_t kRowBytes = 24;
    return bytes > 0 && !memory_.lease(rows * kRowBytes + bytes / 2);
  }

  Status spill() {
    table_->spilled_ = std::make_unique<SpilledSides>();
    table_->spilled_->lanes = lanes_.size();
    for (std::unique_ptr<JoinPartial>& lane : lanes_) {
      LEAT_TRY(lane->spill());
      PartitionWriter& writer = lane->writer_->writer();
      LEAT_TRY(writer.finish(table_->spilled_->right, memory_));
      table_->spilled_->right_rows += writer.rows();
      lane.reset();
    }
    return {};
  }

  Status merge(JoinPartial::Held& from) {
    GroupNumbers moved(memory_);
    const bool is_first = table_->groups_ == nullptr;
    if (is_first) {
      table_->groups_ = std::move(from.groups);
    } else {
      LEAT_TRY(table_->groups_->absorb(*from.groups, moved));
    }
    const size_t before = row_groups_.size();
    const size_t more = from.row_groups.size();
    LEAT_TRY(row_groups_.resize(before + more, kNoGroup));
    for (size_t i = 0; i < more; ++i) {
      if (i % kSlotsBetweenCheckpoints == 0) checkpoint();
      const uint32_t group = from.row_groups[i];
      row_groups_[before + i] = is_first || group == kNoGroup ? group : moved[group];
    }
    LEAT_TRY(append(from.codes.lows, codes_.lows));
    LEAT_TRY(append(from.codes.highs, codes_.highs));
    return table_->rows_.absorb(from.keeper);
  }

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
      LEAT_TRY_ASSIGN(const Settled settled,
                      context_.faults.settle(
                          row, row.selection(),
                          {{0, duplicate_key(table.place(static_cast<uint32_t>(pairs[i])))}}));
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
      if (number % kSlotsBetweenCheckpoints == 0) checkpoint();
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
  std::vector<std::unique_ptr<JoinPartial>> lanes_;
  std::shared_ptr<JoinTable> table_;
  StateArray<uint32_t> row_groups_;  // by arrival
  RowCodes codes_;                   // by arrival
};

JoinTable::JoinTable(const JoinPlan& plan, MemoryAccount& memory)
    : rows_(plan.kept_schema, memory),
      kept_place_(plan.kept_place),
      begins_(memory),
      listed_(memory),
      ranges_(memory) {}

TextPlace JoinTable::place(uint32_t number) const {
  if (!kept_place_) return rows_.place(number);
  const PlaceColumns place{*kept_place_};
  return place_at(rows_.column(place.file), rows_.column(place.line()), number);
}

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
