// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: one row of each key is kept, and which one is known when all rows have come; a row that
// is kept now may give way later, and memory may end before the keys do.
//
// Each lane keeps of each key the row that it would keep of those it has seen. Then the lanes' rows
// are compared in the same way: in memory, or, where that ended, partition by partition of the keys
// from disk (spilled_partitions.h), in which a kept row is written as it is, with the number of
// rows it stands for and its place among all rows the lane has held.
//
// Invariants
// 1. A batch that is refused memory has changed nothing, but for keys without a row; it is taken
//    again once the lane has written its rows, in halves if need be.
// 2. What writing takes is set aside before rows are taken.
//
// Rejected: writing the rows that come instead of those that are kept (as often as they come).
#include "operators/state/keyed/distinct_rows.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/data/take.h"
#include "operators/state/keyed/picked_rows.h"
#include "operators/state/spill/spill_room.h"

namespace leat::state {

namespace {

/// What taking a batch needs beside copies of its rows.
constexpr size_t kBatchBytes = size_t{64} << 10;

}  // namespace

// ------------------------------------------------------------------------------------------- keys

KeptKeys::KeptKeys(const DistinctPlan& plan, MemoryAccount& memory)
    : plan_(plan),
      memory_(memory),
      table_(GroupTable::make(plan.partitions.key_types(), memory)),
      rows_(std::make_unique<GroupedRows>(plan.partitions.order, memory)),
      kept_(memory),
      copies_(memory),
      key_of_(memory) {}

Result<uint64_t> KeptKeys::take(const PreparedRows& prepared, const int64_t* weights) {
  const Selection& selection = prepared.rows.selection();
  chosen_.clear();
  if (selection.count() == 0) return 0;
  LEAT_TRY(key_of_.resize(std::max(prepared.rows.length(), key_of_.size()), 0));
  LEAT_TRY(table_->assign(prepared.keys, selection, key_of_.data()));
  LEAT_TRY(kept_.resize(table_->size(), GroupedRows::kNone));
  if (plan_.count) LEAT_TRY(copies_.resize(table_->size(), 0));
  LEAT_TRY(rows_->begin(prepared.rows));
  changes_.clear();
  uint64_t dropped = 0;
  size_t replaced = 0;
  for_each_row(selection, [&](size_t row) {
    Handle& kept = kept_[key_of_[row]];
    const Handle candidate = rows_->pending(row);
    const bool is_new = kept == GroupedRows::kNone;
    dropped += is_new ? 0 : 1;
    if (!is_new && !replaces(candidate, kept)) return;
    if (!is_new && kept < rows_->size()) ++replaced;
    changes_.push_back({key_of_[row], kept});
    kept = candidate;
  });
  if (Status status = keep_chosen(selection); !status) {
    while (!changes_.empty()) {
      kept_[changes_.back().key] = changes_.back().before;
      changes_.pop_back();
    }
    return std::unexpected(std::move(status).error());
  }
  replaced_ += replaced;
  if (plan_.count) {
    for_each_row(selection, [&](size_t row) {
      copies_[key_of_[row]] += weights == nullptr ? 1 : static_cast<uint64_t>(weights[row]);
    });
  }
  return dropped;
}

/// Holds those rows of the batch that are kept so far.
Status KeptKeys::keep_chosen(const Selection& selection) {
  LEAT_TRY_ASSIGN(BufferRef buffer, memory_.allocate(selection.count() * sizeof(uint32_t)));
  uint32_t* const chosen = buffer->mutable_as<uint32_t>();
  size_t count = 0;
  for_each_row(selection, [&](size_t row) {
    chosen[count] = static_cast<uint32_t>(row);
    count += kept_[key_of_[row]] == rows_->pending(row) ? 1 : 0;
  });
  const auto first = static_cast<Handle>(rows_->size());
  LEAT_TRY(rows_->keep(Selection(buffer, count), key_of_.data()));
  chosen_.assign(chosen, chosen + count);
  for (size_t i = 0; i < count; ++i) kept_[key_of_[chosen[i]]] = first + static_cast<Handle>(i);
  return {};
}

Status KeptKeys::drop_replaced() {
  GroupArray<uint8_t> wanted(memory_);
  GroupNumbers moved(memory_);
  LEAT_TRY(wanted.resize(rows_->size(), 0));
  for (size_t key = 0; key < kept_.size(); ++key) wanted[kept_[key]] = 1;
  LEAT_TRY(rows_->retain(wanted, moved));
  for (size_t key = 0; key < kept_.size(); ++key) kept_[key] = moved[kept_[key]];
  replaced_ = 0;
  return {};
}

Result<uint64_t> KeptKeys::absorb(KeptKeys& other) {
  GroupNumbers key_of(memory_);
  LEAT_TRY(table_->absorb(*other.table_, key_of));
  const auto offset = static_cast<Handle>(rows_->size());
  LEAT_TRY(rows_->absorb(*other.rows_, key_of));
  LEAT_TRY(kept_.resize(table_->size(), GroupedRows::kNone));
  uint64_t dropped = 0;
  for (size_t key = 0; key < other.kept_.size(); ++key) {
    if (key % kBetweenCheckpoints == 0) checkpoint();
    Handle& kept = kept_[key_of[key]];
    const Handle candidate = other.kept_[key] + offset;
    const bool is_new = kept == GroupedRows::kNone;
    dropped += is_new ? 0 : 1;
    if (is_new || (replaces(candidate, kept) && !LEAT_MUTANT("distinct_keeps_any_lane")))
      kept = candidate;
  }
  if (!plan_.count) return dropped;
  LEAT_TRY(copies_.resize(table_->size(), 0));
  for (size_t key = 0; key < other.copies_.size(); ++key)
    copies_[key_of[key]] += other.copies_[key];
  return dropped;
}

// ----------------------------------------------------------------------------------------- a lane

DistinctRows::DistinctRows(const DistinctPlan& plan, const LaneContext& context)
    : plan_(plan),
      context_(context),
      reader_(plan.partitions, context),
      keys_(std::make_unique<KeptKeys>(plan, context.memory)) {}

/// Takes what invariant 2 is about.
Status DistinctRows::start() {
  if (context_.spill == nullptr || rows_memory_) return {};
  LEAT_TRY_ASSIGN(work_memory_, context_.memory.lease(spill_work_bytes(0)));
  LEAT_TRY_ASSIGN(rows_memory_, context_.memory.lease(0));
  keys_ = std::make_unique<KeptKeys>(plan_, memory());
  return {};
}

/// Adds to a refusal of memory what it was wanted for.
Status DistinctRows::explain(Status status) const {
  if (status || status.error().code != ErrorCode::kMemory) return status;
  Error error = without_area(std::move(status).error(), context_.spill);
  error.message += fmt::format("; the stage had found {} distinct keys", keys_before_ + keys());
  return std::unexpected(std::move(error));
}

/// What `attempt` returns; when memory is refused, once more after the lane has given up its rows.
template <typename Attempt>
auto DistinctRows::with_room(Attempt&& attempt) {
  auto result = attempt();
  if (result || result.error().code != ErrorCode::kMemory || context_.spill == nullptr)
    return result;
  if (Status spilled = spill(context_.ledger); !spilled)
    return decltype(result)(std::unexpected(std::move(spilled).error()));
  return attempt();
}

Status DistinctRows::consume(const Batch& batch) {
  LEAT_TRY(start());
  LEAT_TRY_ASSIGN(const PreparedRows prepared,
                  with_room([&] { return reader_.prepare_all(batch); }));
  LEAT_TRY(explain(take_between(prepared, 0, prepared.rows.length())));
  const bool is_over = context_.spill != nullptr && spillable() > context_.spill->lane_bytes();
  if (keys_->has_replaced()) {
    if (context_.spill == nullptr) return explain(keys_->drop_replaced());
    if (!is_over && set_aside(memory(), spillable())) return explain(keys_->drop_replaced());
    return spill(context_.ledger);
  }
  return is_over ? spill(context_.ledger) : Status();
}

/// Takes the rows in physical places [begin, end); see invariant 1.
Status DistinctRows::take_between(const PreparedRows& prepared, size_t begin, size_t end) {
  PreparedRows some = prepared;
  if (begin > 0 || end < prepared.rows.length()) {
    LEAT_TRY_ASSIGN(Selection rows,
                    rows_between(prepared.rows.selection(), begin, end, work_memory_.account()));
    some.rows = prepared.rows.with_selection(std::move(rows));
  }
  const Status taken = with_room([&] { return take(some); });
  if (taken || taken.error().code != ErrorCode::kMemory || context_.spill == nullptr ||
      end - begin < 2)
    return taken;
  // What the refused batch has left of keys goes.
  LEAT_TRY(spill(context_.ledger));
  const size_t middle = begin + (end - begin) / 2;
  LEAT_TRY(take_between(prepared, begin, middle));
  return take_between(prepared, middle, end);
}

Status DistinctRows::take(const PreparedRows& prepared) {
  if (work_memory_) {
    LEAT_TRY(set_aside(work_memory_.account(), spill_work_bytes(complete_ + prepared.rows.rows())));
    size_t bytes = kBatchBytes;
    for (const ColumnRef& column : prepared.rows.columns())
      bytes += 2 * copied_bytes(*column, prepared.rows.selection());
    LEAT_TRY(set_aside(memory(), bytes));
  }
  LEAT_TRY_ASSIGN(const uint64_t dropped, keys_->take(prepared));
  context_.ledger.add(Counter::kDropped, dropped);
  complete_ = keys_->size();
  return {};
}

// --------------------------------------------------------------------------------------- to the disk

namespace {

/// The columns on disk: those of the rows, the keys that are no columns of them, how many rows each
/// stands for, and the order of arrival.
SchemaRef written_schema(const DistinctPlan& plan) {
  std::vector<Field> fields = plan.partitions.order.stored->fields();
  const std::vector<Type> types = plan.partitions.key_types();
  for (size_t i = 0; i < types.size(); ++i) {
    if (!plan.partitions.keys[i].column) fields.push_back({"key", types[i]});
  }
  return with_integers(std::make_shared<const Schema>(std::move(fields)), {"copies", "arrival"});
}

}  // namespace

Status DistinctRows::spill(Ledger& ledger) {
  if (complete_ > 0) {
    const KeptKeys& keys = *keys_;
    const SchemaRef schema = written_schema(plan_);
    const RowTaker taker(keys.rows().batches(), plan_.partitions.order.stored);
    KeysToWrite what{complete_, spillable() / complete_ + 1,
                     [&](uint32_t key) { return keys.table().tag(key); }, nullptr};
    what.rows = [&](std::span<const uint32_t> some, MemoryAccount& work) -> Result<Batch> {
      std::vector<RowRef> places;
      for (const uint32_t key : some) places.push_back(keys.rows().place(keys.kept(key)));
      LEAT_TRY_ASSIGN(const Batch rows, taker.pick(places, work));
      std::vector<ColumnRef> columns = rows.columns();
      LEAT_TRY_ASSIGN(const std::vector<ColumnRef> values, keys.table().keys_of(some, work));
      for (size_t i = 0; i < values.size(); ++i) {
        if (!plan_.partitions.keys[i].column) columns.push_back(values[i]);
      }
      LEAT_TRY_ASSIGN(ColumnRef copies, integer_column(some.size(), work, [&](size_t i) {
                        return plan_.count && !LEAT_MUTANT("distinct_forgets_spilled_copies")
                                   ? keys.copies(some[i])
                                   : 1;
                      }));
      columns.push_back(std::move(copies));
      LEAT_TRY_ASSIGN(ColumnRef arrivals, integer_column(some.size(), work, [&](size_t i) {
                        return held_before_ + keys.kept(some[i]);
                      }));
      columns.push_back(std::move(arrivals));
      return rows.with_columns(schema, std::move(columns));
    };
    LEAT_TRY_ASSIGN(
        SpilledPartitions written,
        write_partitions(what, {*context_.spill, ledger, context_.memory, work_memory_.account()}));
    spilled_.push_back(std::move(written));
    held_before_ += keys.rows().size();
    keys_before_ += complete_;
  }
  keys_ = std::make_unique<KeptKeys>(plan_, memory());
  complete_ = 0;
  return {};
}

// ----------------------------------------------------------------------------------------- all lanes

bool DistinctRows::make_room_for(std::span<const std::unique_ptr<DistinctRows>> others) {
  if (!rows_memory_) return true;
  size_t bytes = spillable();
  for (const std::unique_ptr<DistinctRows>& other : others) bytes += 2 * other->spillable();
  return set_aside(memory(), bytes).has_value();
}

Status DistinctRows::absorb(DistinctRows& other, Ledger& ledger) {
  Result<uint64_t> dropped = keys_->absorb(*other.keys_);
  if (!dropped) return explain(std::unexpected(std::move(dropped).error()));
  ledger.add(Counter::kDropped, *dropped);
  return {};
}

namespace {

/// The kept rows, each with the number of rows that had its key.
class CountedRows final : public PickedRows {
 public:
  CountedRows(const DistinctPlan& plan, std::unique_ptr<GroupedRows> rows, StateArray<RowRef> order,
              GroupArray<uint64_t> copies)
      : PickedRows(std::move(rows), std::move(order)), plan_(plan), copies_(std::move(copies)) {}

 protected:
  Result<Batch> complete(Batch batch, std::span<const RowRef> picked,
                         const LaneContext& context) const override {
    if (!plan_.count) return batch;
    LEAT_TRY_ASSIGN(ColumnRef copies, integer_column(picked.size(), context.memory, [&](size_t i) {
                      return copies_[rows().group(rows().handle(picked[i]))];
                    }));
    return with_column(batch, plan_.output, std::move(copies));
  }

 private:
  const DistinctPlan& plan_;
  GroupArray<uint64_t> copies_;
};

}  // namespace

Result<CollectedRef> DistinctRows::finish() {
  const KeptKeys& keys = *keys_;
  StateArray<SortEntry> stood(memory());
  LEAT_TRY(stood.resize(keys.size(), SortEntry{}));
  for (size_t key = 0; key < keys.size(); ++key) {
    const SortEntry& entry = keys.rows().entry(keys.kept(key));
    stood[key] = {keys.rows().ordinal(keys.kept(key)).packed(), entry.batch, entry.row};
  }
  std::sort(stood.data(), stood.data() + stood.size(), by_place);
  StateArray<RowRef> order(memory());
  LEAT_TRY(order.resize(stood.size(), RowRef{}));
  for (size_t i = 0; i < stood.size(); ++i) order[i] = {stood[i].batch, stood[i].row};
  auto made = std::make_shared<const CountedRows>(plan_, keys_->take_rows(), std::move(order),
                                                  keys_->take_copies());
  // What was set aside is for the stages behind.
  for (MemoryLease* const lease : {&work_memory_, &rows_memory_}) *lease = MemoryLease();
  return CollectedRef(std::move(made));
}

// --------------------------------------------------------------------------------------- from the disk

namespace {

/// The keys of one partition.
class PartitionKeys final : public PartitionState {
 public:
  PartitionKeys(const DistinctPlan& plan, MemoryAccount& memory)
      : plan_(plan), memory_(memory), keys_(plan, memory), arrivals_(memory) {}

  Status load(const Batch& rows) override {
    const std::vector<ColumnRef>& columns = rows.columns();
    const SchemaRef& stored = plan_.partitions.order.stored;
    PreparedRows prepared;
    size_t next = stored->size();
    for (const KeyedPlan::Key& key : plan_.partitions.keys)
      prepared.keys.push_back(columns[key.column ? *key.column : next++]);
    prepared.rows = rows.with_columns(
        stored, {columns.begin(), columns.begin() + static_cast<ptrdiff_t>(stored->size())});
    LEAT_TRY_ASSIGN(const uint64_t dropped, keys_.take(prepared, columns[next]->values<int64_t>()));
    dropped_ += dropped;
    LEAT_TRY(arrivals_.resize(keys_.size(), 0));
    for (const uint32_t row : keys_.chosen())
      arrivals_[keys_.key_of(row)] = columns[next + 1]->values<uint64_t>()[row];
    return keys_.has_replaced() ? keys_.drop_replaced() : Status();
  }

  size_t size() const override { return keys_.size(); }

  Result<GroupNumbers> finish() override {
    struct Place {
      uint64_t ordinal;
      uint64_t arrival;
      uint32_t key;
      auto operator<=>(const Place&) const = default;
    };
    StateArray<Place> places(memory_);
    LEAT_TRY(places.resize(size(), Place{}));
    for (uint32_t key = 0; key < size(); ++key)
      places[key] = {keys_.rows().ordinal(keys_.kept(key)).packed(), arrivals_[key], key};
    std::sort(places.data(), places.data() + places.size());
    GroupNumbers order(memory_);
    LEAT_TRY(order.resize(size(), 0));
    for (size_t i = 0; i < size(); ++i) order[i] = places[i].key;
    taker_.emplace(keys_.rows().batches(), plan_.partitions.order.input);
    return order;
  }

  Result<Batch> results(std::span<const uint32_t> keys, std::vector<RowFault>&) override {
    std::vector<RowRef> places;
    for (const uint32_t key : keys) places.push_back(keys_.rows().place(keys_.kept(key)));
    LEAT_TRY_ASSIGN(Batch batch, taker_->pick(places, memory_));
    if (!plan_.count) return batch;
    LEAT_TRY_ASSIGN(ColumnRef copies, integer_column(keys.size(), memory_, [&](size_t i) {
                      return keys_.copies(keys[i]);
                    }));
    return with_column(batch, plan_.output, std::move(copies));
  }
  uint64_t arrival(uint32_t key) const override { return arrivals_[key]; }
  Result<std::string> text_of(uint32_t) const override { return std::string(); }
  void complete(Ledger& ledger) const override { ledger.add(Counter::kDropped, dropped_); }

 private:
  const DistinctPlan& plan_;
  MemoryAccount& memory_;
  KeptKeys keys_;
  GroupArray<uint64_t> arrivals_;
  uint64_t dropped_ = 0;
  std::optional<RowTaker> taker_;
};

}  // namespace

RestorePlan restore_plan(const DistinctPlan& plan) {
  RestorePlan restore;
  restore.output = plan.output;
  restore.key_types = plan.partitions.key_types();
  size_t next = plan.partitions.order.stored->size();
  for (const KeyedPlan::Key& key : plan.partitions.keys)
    restore.key_columns.push_back(key.column ? *key.column : next++);
  restore.make = [&plan](MemoryAccount& memory) -> std::unique_ptr<PartitionState> {
    return std::make_unique<PartitionKeys>(plan, memory);
  };
  return restore;
}

}  // namespace leat::state
