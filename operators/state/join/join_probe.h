// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Left rows meet the table of right rows: batch after batch, in the order of the left, partners in
// the order of the right.
//
// A left row's candidates come from its key, a range or a time. The condition is asked for many
// pairs at once; whole left rows stand in one such batch of pairs, so that what is decided of a row
// (is it bad, has it one partner too many) is known before any pair of it comes out. A row with
// more candidates than a batch has rows is judged first and paired after that.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "operators/state/join/join_lookup.h"

namespace leat::state {

/// Which left row each right row met first. Of use where left rows come in their order.
struct LeftOwners {
  explicit LeftOwners(MemoryAccount& memory) : first(memory) {}
  std::function<TextPlace(uint32_t)> place;  ///< Of a left row, by number.
  StateArray<uint32_t> first;                ///< By right row; kNoRow: none yet.
  size_t begin = 0;                          ///< The number of the batch's first row.
};

/// Takes left rows with so many partners that their pairs are made later.
class FarPairs {
 public:
  virtual ~FarPairs() = default;
  /// A row of the batch may meet the rows of `group`.
  virtual Status refer(uint32_t row, uint32_t group) = 0;

  /// With more partners than this.
  static constexpr size_t kPartnersMax = 16;
};

/// THREADS: one at a time.
class JoinProbe {
 public:
  /// `owners` is there when right rows may have but one partner; `far`, when rows with many have
  /// to be set aside.
  JoinProbe(const JoinPlan& plan, const JoinTable& table, const LaneContext& context,
            LeftOwners* owners = nullptr, FarPairs* far = nullptr);

  /// ERRORS: kMemory, kCancelled; the error of a bad row under `on_error: fail`.
  Status process(const Batch& batch, Output& output);

 private:
  /// A left row and its pairs that wait for the condition.
  struct Spot {
    uint32_t row;
    uint32_t begin;
    uint32_t count;
  };
  /// What the condition says of a left row.
  struct Verdict {
    uint32_t first = kNoRow;
    uint32_t second = kNoRow;
    uint32_t last = kNoRow;
    uint64_t count = 0;
    std::optional<Error> fault;

    void add(uint32_t number);
  };
  using Rows = std::array<uint32_t, kBatchRowsMax>;

  Status take_row(uint32_t row);
  Status judge(Partners pairs, Selection& passing, std::vector<RowFault>& faults,
               const uint32_t* left_rows);
  Status judge_waiting();
  Status judge_large(uint32_t row, Partners candidates);
  Status pair_large(uint32_t row, Partners candidates);
  Status refer_large(uint32_t row, Partners candidates);
  Status decide(uint32_t row, const Verdict& verdict, Partners partners);
  bool claim(uint32_t row, Partners partners, Verdict& verdict);
  Status pair(uint32_t row, uint32_t number);
  void mark(uint32_t number);
  void set_apart(uint32_t row);
  void fault(uint32_t row, Error error);
  Error too_many_partners(const Verdict& verdict) const;
  Error second_partner(uint32_t number, uint32_t owner) const;
  Error no_partner(uint32_t row) const;

  Status flush();
  Status flush_chosen();
  Status flush_apart();
  Result<Batch> chosen(const uint32_t* rows, size_t count) const;
  Result<ColumnRef> left_column(const JoinPlan::LeftColumn& column);
  Status conclude(std::optional<Error> key_error);
  Status check_cancelled() const;

  const JoinPlan& plan_;
  const JoinTable& table_;
  LaneContext context_;
  LeftOwners* owners_;
  FarPairs* far_;
  bool is_plain_;  // a single candidate is the partner, whatever else holds.
  JoinLookup lookup_;
  std::optional<expr::Evaluator> condition_;

  // Of the batch.
  const Batch* batch_ = nullptr;
  Output* output_ = nullptr;
  Output* apart_ = nullptr;  // where rows without a partner go, if anyone reads them
  std::vector<RowFault> faults_;
  bool stopped_ = false;  // at a bad row

  // Pairs that wait for the condition.
  std::unique_ptr<std::array<Rows, 5>> room_ = std::make_unique<std::array<Rows, 5>>();
  Rows& waiting_left_ = (*room_)[0];
  Rows& waiting_right_ = (*room_)[1];
  std::vector<Spot> spots_;
  size_t waiting_ = 0;
  // Pairs that come out; of a filter left rows alone.
  Rows& left_rows_ = (*room_)[2];
  Rows& right_rows_ = (*room_)[3];
  size_t pairs_ = 0;
  Rows& apart_rows_ = (*room_)[4];
  size_t apart_count_ = 0;
  size_t padded_ = 0;
  size_t matched_ = 0;  // rows with the only candidate there was
};

/// The map that joins as `plan` says.
std::unique_ptr<Map> make_join_map(std::unique_ptr<const JoinPlan> plan);

}  // namespace leat::state
