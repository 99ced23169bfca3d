// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows of several inputs as one stream, whose order is that of the inputs, or that of the
// rows they were made of.
//
// Invariants
// 1. In order of inputs, input n + 1 is received when n has ended; its segment begins then, too, so
//    nothing of it waits here.
// 2. In order of rows all branches come from the same lanes and close each split, so a split is
//    complete when all have; its rows are put in order by ordinal, then by branch. What is held are
//    splits that have credits.
// 3. Rejects of a stage that arise in several places come in the order of these places.
// 4. Once sated, or after a failure, it goes on receiving and drops.
//
// Rejected: interleaving the inputs split by split (the bytes would depend on the chunk size).
#include <algorithm>
#include <utility>

#include "operators/data/take.h"
#include "pipelines/run/head.h"

namespace leat::pipelines {
namespace {

/// One input after another, into a port.
class ChainHead final : public Head {
 public:
  explicit ChainHead(size_t port) : port_(port) {}

  void run(SegmentRun& segment) override {
    Ledger ledger;
    for (size_t i = 0; i < segment.plan().inputs.size(); ++i)
      receive(segment, segment.input(i), ledger);
    segment.stage().merge(ledger);
  }

 private:
  void receive(SegmentRun& segment, EdgeRun& edge, Ledger& ledger) {
    HeadOutput output(segment, port_);
    uint64_t received = 0;
    while (auto message = segment.receive(edge)) {
      message->ticket.reset();
      if (message->item.rows() == 0) continue;
      received += message->item.rows();
      // Rejects are counted by who rejects: all of them go on.
      if (port_ == From::kRows && segment.is_sated()) {
        ledger.add(Counter::kBeyond, message->item.rows());
      } else {
        static_cast<void>(output.emit(std::move(message->item)));
      }
    }
    edge.received.store(received);
  }

  const size_t port_;
};

/// A batch, and of which branch.
struct BranchBatch {
  Batch batch;
  size_t branch;

  Ordinal first() const { return batch.ordinal(0); }
  Ordinal last() const { return batch.ordinal(batch.rows() - 1); }
};

/// A row of one of the branches of a split.
struct BranchRow {
  Ordinal ordinal;
  size_t branch;
  RowRef row;
};

/// Branches of one stage, in the order of its rows.
class MergeHead final : public Head {
 public:
  void run(SegmentRun& segment) override {
    EdgeRun& edge = segment.input(0);
    HeadOutput output(segment, From::kRows);
    Ledger ledger;
    uint64_t received = 0;
    bool failed = false;
    while (auto message = segment.receive(edge)) {
      // The lane has a ticket until the split is closed. One that is kept here would outlive a
      // split that fails in between, and the head above would wait for it.
      message->ticket.reset();
      if (message->item.rows() != 0) {
        received += message->item.rows();
        if (!failed) batches_.push_back({std::move(message->item), message->input});
      }
      if (!message->position.last) continue;
      Status status;
      if (segment.is_sated()) {
        for (const BranchBatch& one : batches_) ledger.add(Counter::kBeyond, one.batch.rows());
      } else if (!failed) {
        status = merge(segment.stage().memory, output);
      }
      batches_.clear();
      if (status) continue;
      failed = true;
      segment.report(std::move(status).error());
    }
    edge.received.store(received);
    segment.stage().merge(ledger);
  }

 private:
  Status merge(MemoryAccount& memory, Output& output) {
    std::stable_sort(batches_.begin(), batches_.end(),
                     [](const BranchBatch& a, const BranchBatch& b) {
                       return a.first() != b.first() ? a.first() < b.first() : a.branch < b.branch;
                     });
    const auto meet = [](const BranchBatch& a, const BranchBatch& b) {
      return b.first() <= a.last();
    };
    if (std::adjacent_find(batches_.begin(), batches_.end(), meet) != batches_.end())
      return interleave(memory, output);
    for (BranchBatch& one : batches_) LEAT_TRY(output.emit(std::move(one.batch)));
    return {};
  }

  Status interleave(MemoryAccount& memory, Output& output) {
    size_t total = 0;
    std::vector<Batch> batches;
    for (const BranchBatch& one : batches_) {
      total += one.batch.rows();
      batches.push_back(one.batch);
    }
    LEAT_TRY_ASSIGN(BufferRef buffer, memory.allocate(total * sizeof(BranchRow)));
    BranchRow* const rows = buffer->mutable_as<BranchRow>();
    size_t count = 0;
    for (uint32_t i = 0; i < batches.size(); ++i) {
      for_each_row(batches[i].selection(), [&](size_t row) {
        rows[count++] = {
            batches[i].places()[row], batches_[i].branch, {i, static_cast<uint32_t>(row)}};
      });
    }
    std::stable_sort(rows, rows + count, [](const BranchRow& a, const BranchRow& b) {
      return a.ordinal != b.ordinal ? a.ordinal < b.ordinal : a.branch < b.branch;
    });
    const RowTaker taker(batches, batches.front().schema());
    std::vector<RowRef> some;
    for (size_t at = 0; at < count; at += kBatchRowsMax) {
      some.clear();
      for (size_t i = at; i < std::min(count, at + kBatchRowsMax); ++i) some.push_back(rows[i].row);
      LEAT_TRY_ASSIGN(Batch batch, taker.pick(some, memory));
      LEAT_TRY(output.emit(std::move(batch)));
    }
    return {};
  }

  std::vector<BranchBatch> batches_;
};

class UnionHead final : public Head {
 public:
  void run(SegmentRun& segment) override {
    const auto& all = std::get<std::unique_ptr<Union>>(segment.stage().stage.bound->species);
    if (all->order() == Union::Order::kRows) {
      MergeHead().run(segment);
    } else {
      ChainHead(From::kRows).run(segment);
    }
  }
};

}  // namespace

std::unique_ptr<Head> make_union_head() { return std::make_unique<UnionHead>(); }
std::unique_ptr<Head> make_rejects_head() { return std::make_unique<ChainHead>(From::kRejects); }

}  // namespace leat::pipelines
