// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The state of one aggregate function over all groups: arrays indexed by group number. Accumulators
// work batch-wise; whatever they compute is the same for every order of rows and every way of
// dealing rows to lanes.
//
// All state lies in memory of the budget and can leave it: save() writes the states of some groups
// as columns, which the batch encoding knows, and load() merges them into an accumulator of the
// same kind. A group may be saved in pieces, from several accumulators; loading all of them gives
// what one accumulator would have had. Rows of one ordinal are told apart by the order of arrival
// alone, so what one lane saved earlier is loaded before what it saved later, and before anything
// that it met later is merged.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/go.h"
#include "engine/parallel.h"
#include "operators/data/batch.h"
#include "operators/data/memory.h"
#include "operators/operator.h"
#include "operators/state/groups/group_array.h"

namespace leat::state {

/// What is asked of an accumulator's state at the end.
enum class Fold : uint8_t {
  kCount,
  kCountDistinct,
  kSum,
  kMean,
  kVarianceSample,
  kVariancePopulation,
  kDeviationSample,
  kDeviationPopulation,
  kMinimum,
  kMaximum,
  kFirst,
  kLast,
  kFirstOrdered,  ///< The first argument in the first row of an order.
  kLastOrdered,
  kArgument,  ///< As kFirstOrdered, over the rows whose key is not NULL.
  kQuantileContinuous,
  kQuantileDiscrete,
  kMode,
  kHistogram,
  kEntropy,            ///< In bits, of how often each value is there.
  kAbsoluteDeviation,  ///< The median of the distances from the median.
  kApproxQuantile,
  kApproxCountDistinct,
  kList,
  kText,
  kTop,      ///< A list of the first argument in the first rows of an order, whose key is not NULL.
  kProduct,  ///< In the order of the rows.
  kBitAnd,
  kBitOr,
  kBitXor,
  // Of one number.
  kSkewness,
  kKurtosis,
  kKurtosisPopulation,
  // Of y and x, in the order of PostgreSQL's arguments.
  kCorrelation,
  kCovariancePopulation,
  kCovarianceSample,
  kRegressionMeanX,
  kRegressionMeanY,
  kRegressionCount,
  kRegressionIntercept,
  kRegressionR2,
  kRegressionSlope,
  kRegressionSxx,
  kRegressionSxy,
  kRegressionSyy,
};

/// The direction of a key; `nulls_first` counts as it is, whatever the direction.
struct KeyOrder {
  bool descending = false;
  bool nulls_first = false;

  bool operator==(const KeyOrder&) const = default;
};

/// What decides the kind of an accumulator.
struct FoldSpec {
  Fold fold;
  std::vector<Type> types;  ///< Of the arguments, then of the order's keys; empty for count(*).
  std::vector<KeyOrder> order = {};
  bool distinct = false;  ///< Of equal arguments only one counts.

  size_t arguments() const { return types.size() - order.size(); }
  bool operator==(const FoldSpec&) const = default;
};

/// What differs between calls of one state.
struct FoldParameters {
  double fraction = 0.5;    ///< Of quantiles.
  bool descending = false;  ///< Quantiles count from the greatest value.
  std::string separator = {};
  uint64_t count = 0;  ///< Of kTop.

  bool operator==(const FoldParameters&) const = default;
};

/// The fold of the aggregate function `name` (sum, avg, stddev, ...), or nullopt. `ordered`: its
/// call has an order; `several`: its result is a list of values.
std::optional<Fold> fold_of(std::string_view name, bool distinct, bool ordered = false,
                            bool several = false);

/// Do two folds over the same rows share one state? sum and avg do.
bool share_state(const FoldSpec& a, const FoldSpec& b);

/// Does it make a difference to `fold` whether equal values count once? If not, FoldSpec::distinct
/// is not to be set.
bool heeds_distinct(Fold fold);

/// Can an accumulator be made for `spec`?
bool can_fold(const FoldSpec& spec);

/// The rows of one batch to fold. All pointers are into the batch.
struct FoldRows {
  const Column* argument;  ///< Null for count(*).
  const Selection& rows;
  const uint32_t* group_of;  ///< By physical row.
  const RowPlaces& ids;
  /// All arguments, the one above included, then the order's keys.
  std::span<const ColumnRef> columns = {};
};

/// Where results go: one value for each of `groups`.
struct FoldResult {
  std::span<const uint32_t> groups;
  Fold fold;
  const Type& type;
  MemoryAccount& memory;
  /// Groups whose value cannot be represented: RowFault::row is the index in `groups`, the message
  /// completes `<call> ...`.
  std::vector<RowFault>& faults;
  FoldParameters parameters = {};
};

/// THREADS: one at a time. ERRORS of all calls: kMemory.
class Accumulator {
 public:
  virtual ~Accumulator() = default;

  /// REQUIRES: can_fold(spec).
  static std::unique_ptr<Accumulator> make(const FoldSpec& spec, MemoryAccount& memory);

  /// There are `groups` groups; new ones are empty. Called before update, merge and load mention
  /// them.
  virtual Status resize(size_t groups) = 0;
  virtual Status update(const FoldRows& rows) = 0;
  /// Takes over the state of `other`, which is of the same kind, not sealed, and of no use
  /// afterwards; its group i is our `group_of[i]`, no two of them the same. SUSPENDS
  virtual Status merge(Accumulator& other, const GroupNumbers& group_of) = 0;

  /// The types of the columns of save(): at least one.
  virtual std::vector<Type> state_types() const = 0;
  /// Merges saved states: row i of `states`, as save() made them, is of our group `group_of[i]`;
  /// several rows may be of one group. REQUIRES: not sealed.
  virtual Status load(std::span<const ColumnRef> states, const uint32_t* group_of) = 0;

  /// Everything is in: called once, before save or finish. SUSPENDS
  virtual Status seal() { return {}; }
  /// The states of `groups`, a row each, in columns of state_types(). REQUIRES: sealed. THREADS: as
  /// finish.
  virtual Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                              MemoryAccount& memory) const = 0;
  /// REQUIRES: sealed. THREADS: any, with different groups at the same time.
  virtual Result<ColumnRef> finish(const FoldResult& result) const = 0;
};

/// A value that takes more than a quarter of the budget cannot travel: what to say of one of
/// `bytes`, to complete `<call> ...`.
std::optional<Error> too_large(size_t bytes, const MemoryAccount& memory);

// What each kind of accumulator is made by; see the files of the same names.
std::unique_ptr<Accumulator> make_sum_accumulator(const Type& type, MemoryAccount& memory);
/// sum and avg of intervals.
std::unique_ptr<Accumulator> make_interval_accumulator(MemoryAccount& memory);
std::unique_ptr<Accumulator> make_variance_accumulator(const Type& type, MemoryAccount& memory);
std::unique_ptr<Accumulator> make_extreme_accumulator(Fold fold, const Type& type,
                                                      MemoryAccount& memory);
std::unique_ptr<Accumulator> make_edge_accumulator(Fold fold, const Type& type,
                                                   MemoryAccount& memory);
std::unique_ptr<Accumulator> make_ordered_edge_accumulator(const FoldSpec& spec,
                                                           MemoryAccount& memory);
std::unique_ptr<Accumulator> make_quantile_accumulator(const Type& type, MemoryAccount& memory);
std::unique_ptr<Accumulator> make_count_distinct_accumulator(const FoldSpec& spec,
                                                             MemoryAccount& memory);
/// Any fold of one argument, over different values.
std::unique_ptr<Accumulator> make_distinct_accumulator(const FoldSpec& spec, MemoryAccount& memory);
std::unique_ptr<Accumulator> make_frequency_accumulator(const Type& type, MemoryAccount& memory);
std::unique_ptr<Accumulator> make_approx_quantile_accumulator(const Type& type,
                                                              MemoryAccount& memory);
std::unique_ptr<Accumulator> make_approx_count_accumulator(MemoryAccount& memory);
std::unique_ptr<Accumulator> make_list_accumulator(const FoldSpec& spec, MemoryAccount& memory);
std::unique_ptr<Accumulator> make_bit_accumulator(Fold fold, MemoryAccount& memory);
std::unique_ptr<Accumulator> make_moment_accumulator(const FoldSpec& spec, MemoryAccount& memory);

// ------------------------------------------------------------------------------------ shared loops

/// States beyond this do not stay in the first cache levels: then they are fetched ahead of their
/// use.
inline constexpr size_t kFarStateBytes = size_t{512} << 10;
inline constexpr size_t kFarRows = 16;

/// `states` is indexed by group: GroupArray::Pieces, or a pointer.
template <bool kFar, bool kNulls, typename States, typename Function>
void fold_loop(States states, const FoldRows& in, const uint8_t* validity, Function& function) {
  const size_t count = in.rows.count();
  const uint32_t* const rows = in.rows.rows();
  for (size_t i = 0; i < count; ++i) {
    if constexpr (kFar) {
      if (i + kFarRows < count) {
        const size_t ahead = rows == nullptr ? i + kFarRows : rows[i + kFarRows];
        __builtin_prefetch(&states[in.group_of[ahead]], 1);
      }
    }
    const size_t row = rows == nullptr ? i : rows[i];
    if constexpr (kNulls) {
      if (!get_bit(validity, row)) continue;
    }
    function(states[in.group_of[row]], row);
  }
}

/// Calls `function(state of the row's group, row)` for each row; with `skip_nulls` only for rows
/// whose argument is not NULL.
template <bool kSkipNulls, typename State, typename Function>
void fold_rows(GroupArray<State>& states, const FoldRows& in, Function&& function) {
  const uint8_t* validity = nullptr;
  if (kSkipNulls && in.argument != nullptr) {
    if (in.argument->type().is(TypeId::kNull)) return;
    if (in.argument->parts().validity) validity = in.argument->parts().validity->data();
  }
  if (states.size() * sizeof(State) > kFarStateBytes) {
    if (validity == nullptr) return fold_loop<true, false>(states.pieces(), in, nullptr, function);
    return fold_loop<true, true>(states.pieces(), in, validity, function);
  }
  State* const near = states.in_one_piece();
  if (validity == nullptr) return fold_loop<false, false>(near, in, nullptr, function);
  return fold_loop<false, true>(near, in, validity, function);
}

/// Calls `merge(state of ours, state of theirs)` for each of their groups; of many, on several
/// goroutines, so what it does must concern these two states alone. SUSPENDS
template <typename State, typename Merge>
void merge_states(GroupArray<State>& ours, const GroupArray<State>& theirs,
                  const GroupNumbers& group_of, Merge&& merge) {
  parallel_for(group_of.size(), kParallelGroups, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (i % kBetweenCheckpoints == 0) checkpoint();
      if (i + kFarRows < end) __builtin_prefetch(&ours[group_of[i + kFarRows]], 1);
      merge(ours[group_of[i]], theirs[i]);
    }
  });
}

/// Calls `function(index, state)` for each of the groups of a result; the states are fetched ahead.
/// Stops at the first error. ERRORS: those of function.
template <typename State, typename Function>
Status for_each_state(const GroupArray<State>& states, std::span<const uint32_t> groups,
                      Function&& function) {
  for (size_t i = 0; i < groups.size(); ++i) {
    if (i + kFarRows < groups.size()) __builtin_prefetch(&states[groups[i + kFarRows]]);
    LEAT_TRY(function(i, states[groups[i]]));
  }
  return {};
}

}  // namespace leat::state
