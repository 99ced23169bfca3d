// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the keys of all lanes are on disk, some of them many times; they become one result in
// the order of their ordinals, in a fixed amount of memory.
//
// Partitions of the hash are restored one after another: a key is in the same partition everywhere.
// What does not fit is read again for each of the next bits alone. The results of a partition are
// put in order and written as a run; the runs are merged as those of a sort (spilled_merge.h).
//
// Invariants
// 1. What one lane has written earlier is loaded before what it wrote later.
// 2. Results of one ordinal come from one lane: the order in which this lane met their keys, which is
//    saved with each, decides. So the order is that of the input, wherever the keys lay.
// 3. What is restored is counted once it is complete: a partition that does not fit was not.
//
// Rejected: writing the parts of a large partition anew before they are read (the disk is written
// again to save reading, which is cheaper).
#include "operators/state/groups/spilled_partitions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/machine.h"
#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/data/take.h"
#include "operators/expr/expression.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/sorting/spilled_merge.h"
#include "operators/state/state_array.h"

namespace leat::state {

namespace {

constexpr uint32_t kTagBits = 32;
/// By how many bits a partition that does not fit is split.
constexpr uint32_t kSplitBits = 2;
constexpr size_t kBlockBytes = size_t{64} << 10;
constexpr size_t kFewestBytes = size_t{1} << 20;
/// Ordinals as values of a signed column, in their order.
constexpr uint64_t kSignBit = uint64_t{1} << 63;
/// A block as it is made, encoded and packed.
constexpr size_t kWorkBytes = size_t{768} << 10;

}  // namespace

SchemaRef with_integers(const SchemaRef& schema, std::initializer_list<const char*> names) {
  std::vector<Field> fields = schema->fields();
  for (const char* const name : names) fields.push_back({name, kInt64Type});
  return std::make_shared<const Schema>(std::move(fields));
}

// ----------------------------------------------------------------------------------------- writing

size_t spill_work_bytes(size_t keys) {
  const size_t order = keys * sizeof(uint32_t);
  return kWorkBytes + order + std::min(order, kChunkBytes);
}

Result<SpilledPartitions> write_partitions(const KeysToWrite& what, const SpillInto& into) {
  MemoryAccount& memory = into.block_memory;
  const auto partition_of = [&](size_t key) {
    return what.tag(static_cast<uint32_t>(key)) >> (kTagBits - kPartitionBits);
  };
  std::array<size_t, kPartitions + 1> begins{};
  for (size_t key = 0; key < what.keys; ++key) ++begins[partition_of(key) + 1];
  for (size_t i = 0; i < kPartitions; ++i) begins[i + 1] += begins[i];
  GroupNumbers order(memory);
  LEAT_TRY(order.resize(what.keys, 0));
  std::array<size_t, kPartitions + 1> next = begins;
  for (size_t key = 0; key < what.keys; ++key) {
    if (key % kBetweenCheckpoints == 0) checkpoint();
    order[next[partition_of(key)]++] = static_cast<uint32_t>(key);
  }
  const size_t rows_each = std::clamp<size_t>(kBlockBytes / what.bytes_each, 1, kBatchRowsMax);
  SpillWriter writer(into.area, memory);
  SpilledPartitions written;
  uint32_t blocks = 0;
  std::vector<uint32_t> some;
  for (uint32_t partition = 0; partition < kPartitions; ++partition) {
    written.blocks[partition] = blocks;
    for (size_t at = begins[partition]; at < begins[partition + 1]; at += some.size()) {
      some.clear();
      for (size_t i = at; i < std::min(at + rows_each, begins[partition + 1]); ++i)
        some.push_back(order[i]);
      LEAT_TRY_ASSIGN(const Batch batch, what.rows(some, memory));
      LEAT_TRY(writer.append(batch));
      ++blocks;
    }
  }
  written.blocks[kPartitions] = blocks;
  into.ledger.add(Counter::kSpilled, writer.rows());
  LEAT_TRY_ASSIGN(written.run, writer.finish(into.memory));
  return written;
}

// --------------------------------------------------------------------------------------- restoring

namespace {

/// The hashes whose high `bits` are `value`.
struct Part {
  uint32_t bits;
  uint32_t value;

  uint32_t partition() const { return value >> (bits - kPartitionBits); }
  bool is_whole() const { return bits == kPartitionBits; }
  bool can_split() const { return bits + kSplitBits <= kTagBits; }
  bool has(uint32_t tag) const { return tag >> (kTagBits - bits) == value; }
};

/// The rows of `block` that are of `part`.
Result<Batch> rows_of_part(const RestorePlan& plan, const Batch& block, const Part& part,
                           MemoryAccount& memory) {
  if (part.is_whole()) return block;
  const std::unique_ptr<GroupTable> table = GroupTable::make(plan.key_types, memory);
  std::vector<ColumnRef> keys;
  for (const size_t column : plan.key_columns) keys.push_back(block.columns()[column]);
  StateArray<uint32_t> group_of(memory);
  LEAT_TRY(group_of.resize(block.length(), 0));
  LEAT_TRY(table->assign(keys, block.selection(), group_of.data()));
  std::vector<RowRef> rows;
  for (uint32_t row = 0; row < block.length(); ++row) {
    if (part.has(table->tag(group_of[row]))) rows.push_back({0, row});
  }
  if (rows.empty()) return Batch();
  return take({&block, 1}, rows, memory);
}

/// The error of the first key, in the order of the result, whose value cannot be represented.
struct ResultFault {
  uint64_t ordinal;
  uint64_t arrival;
  Error error;
};

/// Merged results, up to the key at which the run fails.
class RestoredResults final : public Collected {
 public:
  RestoredResults(std::unique_ptr<SortPlan> order, std::shared_ptr<SpilledMerge> merge,
                  std::optional<ResultFault> fault)
      : order_(std::move(order)), merge_(std::move(merge)), fault_(std::move(fault)) {}

  // A part more for the fault: there may be no result behind it, or none at all.
  size_t parts() const override { return merge_->parts() + (fault_ ? 1 : 0); }
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override {
    if (!fault_) return merge_->emit_part(part, context, output);
    if (part == merge_->parts()) return std::unexpected(fault_->error);
    CutOutput cut(*fault_, output);
    return merge_->emit_part(part, context, cut);
  }

 private:
  /// Passes on the results before the fault.
  class CutOutput final : public Output {
   public:
    CutOutput(const ResultFault& fault, Output& output) : fault_(fault), output_(output) {}
    Status emit(Batch batch) override {
      size_t before = 0;
      while (before < batch.rows() && batch.ordinal(before).packed() < fault_.ordinal) ++before;
      if (before == batch.rows()) return output_.emit(std::move(batch));
      LEAT_TRY(output_.emit(batch.with_selection(batch.selection().prefix(before))));
      return std::unexpected(fault_.error);
    }

   private:
    const ResultFault& fault_;
    Output& output_;
  };

  std::unique_ptr<SortPlan> order_;  // of merge_
  std::shared_ptr<SpilledMerge> merge_;
  std::optional<ResultFault> fault_;
};

class Restorer {
 public:
  Restorer(const RestorePlan& plan, const LaneContext& context,
           std::vector<std::vector<SpilledPartitions>> lanes, MemoryLease memory,
           size_t memory_bytes)
      : plan_(plan),
        context_(context),
        lanes_(std::move(lanes)),
        memory_(std::move(memory)),
        limit_(memory_bytes / 2),
        order_(std::make_unique<SortPlan>()) {
    order_->input = plan.output;
    order_->stored = with_integers(plan.output, {"ordinal", "arrival"});
    for (const size_t stored : {plan.output->size(), plan.output->size() + 1}) {
      order_->keys.push_back(
          {expr::column_program(*order_->stored, stored), std::nullopt, stored, false, false});
    }
  }

  Result<CollectedRef> run(size_t merge_bytes) {
    for (uint32_t partition = 0; partition < kPartitions; ++partition) {
      if (LEAT_MUTANT("partition_skipped") && partition == kPartitions / 2) continue;
      LEAT_TRY(restore({kPartitionBits, partition}));
    }
    lanes_.clear();
    memory_ = MemoryLease();
    LEAT_TRY_ASSIGN(std::shared_ptr<SpilledMerge> merge,
                    SpilledMerge::make(*order_, context_, std::move(runs_), merge_bytes));
    return CollectedRef(std::make_shared<const RestoredResults>(std::move(order_), std::move(merge),
                                                                std::move(fault_)));
  }

 private:
  /// Makes a run of the results of a part, or several when it does not fit.
  Status restore(const Part& part) {
    bool can_split = false;
    Status status = restore_whole(part, can_split);
    if (status || status.error().code != ErrorCode::kMemory || !can_split) return status;
    for (uint32_t more = 0; more < 1U << kSplitBits; ++more)
      LEAT_TRY(restore({part.bits + kSplitBits, part.value << kSplitBits | more}));
    return {};
  }

  Status restore_whole(const Part& part, bool& can_split) {
    const std::unique_ptr<PartitionState> state = plan_.make(memory_.account());
    uint64_t rows = 0;
    const auto attempt = [&]() -> Status {
      LEAT_TRY(load(part, *state, rows));
      if (state->size() == 0) return {};
      LEAT_TRY_ASSIGN(const GroupNumbers order, state->finish());
      return write_results(*state, order);
    };
    Status status = attempt();
    if (status) {
      context_.ledger.add(Counter::kRestored, rows);
      state->complete(context_.ledger);
    }
    can_split = state->size() > 1 && part.can_split();
    if (status || status.error().code != ErrorCode::kMemory || can_split) return status;
    return too_large(std::move(status).error(), *state);
  }

  /// A key that alone does not fit.
  Status too_large(Error error, const PartitionState& state) {
    if (state.size() > 0) {
      const Result<std::string> text = state.text_of(0);
      if (text && !text->empty())
        error.message += fmt::format("; the group {} alone takes the rest", *text);
    }
    error.pipeline = plan_.where;
    return std::unexpected(std::move(error));
  }

  Status load(const Part& part, PartitionState& state, uint64_t& rows) {
    MemoryAccount& memory = memory_.account();
    for (const std::vector<SpilledPartitions>& lane : lanes_) {
      for (const SpilledPartitions& written : lane) {
        const uint32_t end = written.blocks[part.partition() + 1];
        for (uint32_t block = written.blocks[part.partition()]; block < end; ++block) {
          if (block + 1 < end) written.run->read_ahead(block + 1);
          LEAT_TRY_ASSIGN(const Batch whole, written.run->read(block, memory));
          LEAT_TRY_ASSIGN(const Batch chosen, rows_of_part(plan_, whole, part, memory));
          if (chosen.rows() > 0) LEAT_TRY(state.load(chosen));
          rows += chosen.rows();
          // Half of the memory is for what comes of the keys.
          if (memory.used() > limit_ && state.size() > 1 && part.can_split())
            return fail(code::kMemoryLimit, ErrorCode::kMemory, "a partition does not fit");
          if (context_.watch != nullptr && context_.watch->cancelled())
            return fail(code::kInterrupted, ErrorCode::kCancelled, "the run was interrupted");
          checkpoint();
        }
      }
    }
    return {};
  }

  Status write_results(PartitionState& state, const GroupNumbers& order) {
    MemoryAccount& memory = memory_.account();
    const size_t bytes_each = memory.used() / state.size() + 1;
    const size_t rows_each = std::clamp<size_t>(kBlockBytes / bytes_each, 1, kBatchRowsMax);
    SpillWriter writer(*context_.spill, memory);
    std::optional<ResultFault> fault;
    std::vector<uint32_t> some;
    for (size_t at = 0; at < order.size() && !fault; at += some.size()) {
      some.clear();
      for (size_t i = at; i < std::min(at + rows_each, order.size()); ++i) some.push_back(order[i]);
      std::vector<RowFault> faults;
      LEAT_TRY_ASSIGN(Batch made, state.results(some, faults));
      if (!faults.empty()) {
        const uint32_t row = faults.front().row;
        fault = {made.places()[row].packed(), state.arrival(some[row]),
                 std::move(faults.front().error)};
        made = made.with_selection(made.selection().prefix(row));
      }
      LEAT_TRY(append(writer, made, state, some));
    }
    if (fault && (!fault_ || std::pair(fault->ordinal, fault->arrival) <
                                 std::pair(fault_->ordinal, fault_->arrival)))
      fault_ = std::move(fault);
    if (writer.rows() == 0) return {};
    const uint64_t rows = writer.rows();
    LEAT_TRY_ASSIGN(SpillRunRef run, writer.finish(context_.memory));
    context_.ledger.add(Counter::kSpilled, rows);
    runs_.push_back(std::move(run));
    return {};
  }

  Status append(SpillWriter& writer, const Batch& made, const PartitionState& state,
                const std::vector<uint32_t>& some) {
    MemoryAccount& memory = memory_.account();
    std::vector<ColumnRef> columns = made.columns();
    LEAT_TRY_ASSIGN(ColumnRef ordinals, integer_column(some.size(), memory, [&](size_t i) {
                      return made.places()[i].packed() ^ kSignBit;
                    }));
    LEAT_TRY_ASSIGN(ColumnRef arrivals, integer_column(some.size(), memory, [&](size_t i) {
                      return state.arrival(some[i]);
                    }));
    columns.push_back(std::move(ordinals));
    columns.push_back(std::move(arrivals));
    return writer.append(made.with_columns(order_->stored, std::move(columns)));
  }

  const RestorePlan& plan_;
  const LaneContext& context_;
  std::vector<std::vector<SpilledPartitions>> lanes_;
  MemoryLease memory_;
  const size_t limit_;
  std::unique_ptr<SortPlan> order_;  // of the runs
  std::vector<SpillRunRef> runs_;
  std::optional<ResultFault> fault_;
};

}  // namespace

Result<CollectedRef> restore_partitions(const RestorePlan& plan, const LaneContext& context,
                                        std::vector<std::vector<SpilledPartitions>> lanes,
                                        size_t memory_bytes) {
  size_t bytes = std::max(memory_bytes, kFewestBytes);
  Result<MemoryLease> memory = context.memory.lease(bytes);
  while (!memory && bytes > kFewestBytes) {
    bytes /= 2;
    memory = context.memory.lease(bytes);
  }
  if (!memory) return std::unexpected(std::move(memory).error());
  Restorer restorer(plan, context, std::move(lanes), std::move(*memory), bytes);
  return restorer.run(memory_bytes);
}

}  // namespace leat::state
