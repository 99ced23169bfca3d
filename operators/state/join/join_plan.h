// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a join does, compiled: which rows of the left and of the right input belong together, and
// what comes out of them. The right input is the held side, the left one the probe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operators/expr/pair_expression.h"
#include "operators/operator.h"
#include "operators/state/join/kept_rows.h"

namespace leat::state {

struct SpillPlan;

enum class JoinHow : uint8_t { kInner, kLeft, kRight, kFull, kSemi, kAnti, kCross };
enum class JoinMatches : uint8_t { kAll, kFirst, kLast };
enum class AsofDirection : uint8_t { kBackward, kForward, kNearest };

/// A value of rows of one side.
struct JoinValue {
  expr::ProgramRef program;
  std::optional<size_t> column;  ///< When the program is a plain column.
};

/// One end of a range of the right row, and what of the left row is compared with it.
struct RangeBound {
  JoinValue right;
  JoinValue left;  ///< Of a low bound the end of the left range, of a high one its beginning.
  bool strict = false;
};

/// The right row's range, [low, high], and the left row's, which it must overlap. Bounds that are
/// missing hold for every row.
struct RangeMatch {
  std::optional<RangeBound> low;
  std::optional<RangeBound> high;
};

struct AsofMatch {
  JoinValue left;
  JoinValue right;
  Type type;
  AsofDirection direction = AsofDirection::kBackward;
  bool exact = true;           ///< Does an equal time count?
  expr::ProgramRef tolerance;  ///< Over the earlier and the later time; null: any distance.
  size_t kept = 0;             ///< The right time among the kept columns, with a tolerance.
};

/// THREADS: immutable once made, any.
struct JoinPlan {
  /// A left column of the output.
  struct LeftColumn {
    size_t column;
    /// Filled from whichever side has it: the key, and the kept column with the right side's.
    std::optional<size_t> key;
    size_t kept = 0;
  };
  /// A column that the condition reads, with its number among those of both sides.
  struct ConditionColumn {
    size_t number;
    bool is_left;
    size_t source;  ///< A left column, or a kept one.
  };

  JoinHow how = JoinHow::kInner;
  JoinMatches matches = JoinMatches::kAll;
  bool null_keys_match = false;
  bool one_right = false;  ///< No left row may have two partners.
  bool one_left = false;   ///< No right row may have two partners.
  bool missing_is_error = false;
  /// Keys identify rows: right rows without one, or with that of an earlier row, are bad.
  bool keys_identify = false;
  OnError on_error = OnError::kFail;
  std::string left_name;
  std::string right_name;

  std::vector<JoinValue> left_keys;
  std::vector<JoinValue> right_keys;
  std::vector<Type> key_types;

  std::vector<JoinValue> kept;  ///< What is kept of right rows.
  SchemaRef kept_schema = std::make_shared<Schema>();

  SchemaRef left;
  std::vector<LeftColumn> left_out;
  std::vector<size_t> right_out;  ///< Kept columns.
  SchemaRef output;

  expr::ProgramRef condition;  ///< Null: none.
  SchemaRef condition_schema;
  std::vector<ConditionColumn> condition_columns;
  std::optional<RangeMatch> range;
  std::optional<AsofMatch> asof;

  /// How the join goes on on disk when memory ends; null: it cannot.
  std::shared_ptr<const SpillPlan> spill;
  /// Of right rows that were on disk: where their file stands among the kept columns, the line
  /// behind it, and the column that is NULL in rows that match nothing.
  std::optional<size_t> kept_place;
  std::optional<size_t> kept_match;

  bool is_filter() const { return how == JoinHow::kSemi || how == JoinHow::kAnti; }
  bool keeps_left() const { return how == JoinHow::kLeft || how == JoinHow::kFull; }
  bool keeps_right() const { return how == JoinHow::kRight || how == JoinHow::kFull; }
  /// Is it enough to know which keys there are?
  bool keys_only() const {
    return is_filter() && !condition && !range && !asof && !one_right && !one_left;
  }
  /// Which left row is the second partner of a right row is known when all of them are: then the
  /// left side is held, too, and everything comes behind the last row.
  bool holds_left() const { return one_left; }
  /// May a message name right rows?
  bool names_right() const { return one_right || one_left; }
  /// Do left rows without a partner come out, if at all, by a port of their own?
  bool sets_unmatched_apart() const { return how == JoinHow::kInner || how == JoinHow::kRight; }
  KeepPlaces keep_places() const {
    return names_right() && !kept_place ? KeepPlaces::kYes : KeepPlaces::kNo;
  }
};

/// What of right rows, and of left ones, decides besides their keys: low bounds before high ones,
/// or times.
std::vector<JoinValue> right_bounds(const JoinPlan& plan);
std::vector<JoinValue> left_bounds(const JoinPlan& plan);

/// The values of `values` for `selection` of `batch`; faults are appended.
class JoinValues {
 public:
  JoinValues(std::span<const JoinValue> values, MemoryAccount& memory);
  /// ERRORS: kMemory.
  Result<std::vector<ColumnRef>> evaluate(const Batch& batch, const Selection& selection,
                                          std::vector<RowFault>& faults);

 private:
  std::span<const JoinValue> values_;
  std::vector<std::optional<expr::Evaluator>> evaluators_;
};

/// Adds a fault for each row of `selection` in which one of `columns`, the values of `keys`, is
/// NULL.
void refuse_nulls(std::span<const JoinValue> keys, std::span<const ColumnRef> columns,
                  const Selection& selection, std::vector<RowFault>& faults);
/// A row has the key of an earlier one, which stands at `first`.
Error duplicate_key(const TextPlace& first);

/// The rows of `selection` in which none of `columns` is NULL. ERRORS: kMemory.
Result<Selection> without_nulls(std::span<const ColumnRef> columns, const Selection& selection,
                                MemoryAccount& memory);

}  // namespace leat::state
