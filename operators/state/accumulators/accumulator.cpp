// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The table of aggregate functions, and the accumulators that need no file of their own.
#include "operators/state/accumulators/accumulator.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/machine.h"
#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/data/take.h"
#include "operators/state/accumulators/state_columns.h"
#include "operators/state/groups/pair_table.h"
#include "operators/text/byte_size.h"

namespace leat::state {

namespace {

struct NamedFold {
  std::string_view name;
  Fold fold;
};

constexpr std::array<NamedFold, 65> kFolds{{
    {"any_value", Fold::kFirst},
    {"approx_count_distinct", Fold::kApproxCountDistinct},
    {"approx_quantile", Fold::kApproxQuantile},
    {"arg_max", Fold::kArgument},
    {"arg_min", Fold::kArgument},
    {"array_agg", Fold::kList},
    {"avg", Fold::kMean},
    {"bit_and", Fold::kBitAnd},
    {"bit_or", Fold::kBitOr},
    {"bit_xor", Fold::kBitXor},
    {"bool_and", Fold::kMinimum},  // false is less than true
    {"bool_or", Fold::kMaximum},
    {"corr", Fold::kCorrelation},
    {"count", Fold::kCount},
    {"count_if", Fold::kCount},
    {"countif", Fold::kCount},
    {"covar_pop", Fold::kCovariancePopulation},
    {"covar_samp", Fold::kCovarianceSample},
    {"entropy", Fold::kEntropy},
    {"every", Fold::kMinimum},
    {"first", Fold::kFirst},
    {"geomean", Fold::kMean},
    {"geometric_mean", Fold::kMean},
    {"group_concat", Fold::kText},
    {"histogram", Fold::kHistogram},
    {"json_agg", Fold::kList},
    {"json_object_agg", Fold::kList},
    {"jsonb_agg", Fold::kList},
    {"jsonb_object_agg", Fold::kList},
    {"kurtosis", Fold::kKurtosis},
    {"kurtosis_pop", Fold::kKurtosisPopulation},
    {"last", Fold::kLast},
    {"list", Fold::kList},
    {"listagg", Fold::kText},
    {"mad", Fold::kAbsoluteDeviation},
    {"max", Fold::kMaximum},
    {"max_by", Fold::kArgument},
    {"median", Fold::kQuantileContinuous},
    {"min", Fold::kMinimum},
    {"min_by", Fold::kArgument},
    {"mode", Fold::kMode},
    {"percentile_cont", Fold::kQuantileContinuous},
    {"percentile_disc", Fold::kQuantileDiscrete},
    {"product", Fold::kProduct},
    {"quantile", Fold::kQuantileDiscrete},
    {"quantile_cont", Fold::kQuantileContinuous},
    {"quantile_disc", Fold::kQuantileDiscrete},
    {"regr_avgx", Fold::kRegressionMeanX},
    {"regr_avgy", Fold::kRegressionMeanY},
    {"regr_count", Fold::kRegressionCount},
    {"regr_intercept", Fold::kRegressionIntercept},
    {"regr_r2", Fold::kRegressionR2},
    {"regr_slope", Fold::kRegressionSlope},
    {"regr_sxx", Fold::kRegressionSxx},
    {"regr_sxy", Fold::kRegressionSxy},
    {"regr_syy", Fold::kRegressionSyy},
    {"skewness", Fold::kSkewness},
    {"stddev", Fold::kDeviationSample},
    {"stddev_pop", Fold::kDeviationPopulation},
    {"stddev_samp", Fold::kDeviationSample},
    {"string_agg", Fold::kText},
    {"sum", Fold::kSum},
    {"var_pop", Fold::kVariancePopulation},
    {"var_samp", Fold::kVarianceSample},
    {"variance", Fold::kVarianceSample},
}};

bool is_between(Fold fold, Fold first, Fold last) { return fold >= first && fold <= last; }

bool is_variance(Fold fold) {
  return is_between(fold, Fold::kVarianceSample, Fold::kDeviationPopulation);
}
bool is_of_one(Fold fold) { return is_between(fold, Fold::kSkewness, Fold::kKurtosisPopulation); }
bool is_of_two(Fold fold) { return is_between(fold, Fold::kCorrelation, Fold::kRegressionSyy); }

/// Folds of one state share their number here.
Fold state_of(Fold fold) {
  if (fold == Fold::kMean) return Fold::kSum;
  if (fold == Fold::kQuantileDiscrete) return Fold::kQuantileContinuous;
  if (fold == Fold::kHistogram || fold == Fold::kEntropy) return Fold::kMode;
  if (fold == Fold::kAbsoluteDeviation) return Fold::kQuantileContinuous;
  if (is_variance(fold)) return Fold::kVarianceSample;
  if (is_of_one(fold)) return Fold::kSkewness;
  return is_of_two(fold) ? Fold::kCorrelation : fold;
}

/// Can a QuantileAccumulator hold the values?
bool is_number_or_time(const Type& type) {
  return type.is_numeric() || type.is(TypeId::kDate) || type.is(TypeId::kTimestamp);
}

}  // namespace

std::optional<Fold> fold_of(std::string_view name, bool distinct, bool ordered, bool several) {
  for (const NamedFold& known : kFolds) {
    if (known.name != name) continue;
    if (several) return Fold::kTop;
    if (distinct && known.fold == Fold::kCount) return Fold::kCountDistinct;
    if (ordered && known.fold == Fold::kFirst) return Fold::kFirstOrdered;
    if (ordered && known.fold == Fold::kLast) return Fold::kLastOrdered;
    return known.fold;
  }
  return std::nullopt;
}

bool share_state(const FoldSpec& a, const FoldSpec& b) {
  return state_of(a.fold) == state_of(b.fold) && a.types == b.types && a.order == b.order &&
         a.distinct == b.distinct;
}

bool heeds_distinct(Fold fold) {
  switch (fold) {
    case Fold::kMinimum:
    case Fold::kMaximum:
    case Fold::kBitAnd:
    case Fold::kBitOr:
    case Fold::kCountDistinct: return false;
    default: return true;
  }
}

bool can_fold(const FoldSpec& spec) {
  if (spec.fold == Fold::kCount) return true;
  const Type& type = spec.types[0];
  if (spec.distinct && !is_distinguishable(type)) return false;
  if (type.is(TypeId::kNull)) return true;
  switch (spec.fold) {
    case Fold::kCountDistinct:
      return std::all_of(spec.types.begin(), spec.types.end(), is_distinguishable);
    case Fold::kMinimum:
    case Fold::kMaximum:
    case Fold::kMode:
    case Fold::kHistogram:
    case Fold::kEntropy:
    case Fold::kApproxCountDistinct: return is_groupable(type);
    case Fold::kFirst:
    case Fold::kLast:
    case Fold::kFirstOrdered:
    case Fold::kLastOrdered:
    case Fold::kArgument:
    case Fold::kTop:
    case Fold::kList: return true;
    case Fold::kSum:
    case Fold::kMean: return type.is_numeric() || type.is(TypeId::kInterval);
    case Fold::kText: return type.is(TypeId::kUtf8);
    case Fold::kBitAnd:
    case Fold::kBitOr:
    case Fold::kBitXor: return type.is(TypeId::kInt64);
    case Fold::kQuantileContinuous: return is_number_or_time(type);
    case Fold::kQuantileDiscrete: return is_groupable(type) || type.is(TypeId::kInterval);
    default: return type.is_numeric();
  }
}

std::optional<Error> too_large(size_t bytes, const MemoryAccount& memory) {
  // Views have lengths of 32 bits.
  const size_t most = std::min<size_t>(memory.limit() / 4, INT32_MAX);
  if (bytes <= most) return std::nullopt;
  return Error(code::kMemoryLimit, ErrorCode::kData,
               fmt::format("exceeds {}, a quarter of the memory limit, with a value of {}",
                           io::format_bytes(most), io::format_bytes(bytes)),
               "raise the limit with --memory, or make smaller groups");
}

namespace {

/// count(*) and count(x).
class CountAccumulator final : public Accumulator {
 public:
  explicit CountAccumulator(MemoryAccount& memory) : counts_(memory) {}

  Status resize(size_t groups) override { return counts_.resize(groups, 0); }
  Status update(const FoldRows& rows) override {
    fold_rows<true>(counts_, rows, [](int64_t& count, size_t) { ++count; });
    return {};
  }
  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const CountAccumulator&>(other);
    merge_states(counts_, from.counts_, group_of,
                 [](int64_t& ours, int64_t theirs) { ours += theirs; });
    return {};
  }
  std::vector<Type> state_types() const override { return {kInt64Type}; }
  Status load(std::span<const ColumnRef> states, const uint32_t* group_of) override {
    if (LEAT_MUTANT("accumulator_state_lost")) return {};
    for (size_t row = 0; row < states[0]->length(); ++row)
      counts_[group_of[row]] += load_words<int64_t>(states, row);
    return {};
  }
  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    std::vector<ColumnRef> columns;
    LEAT_TRY(save_words<int64_t>(groups, memory, columns,
                                 [&](uint32_t group) { return counts_[group]; }));
    return columns;
  }
  Result<ColumnRef> finish(const FoldResult& result) const override {
    FixedBuilder<int64_t> builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (const uint32_t group : result.groups) builder.append(counts_[group]);
    return builder.finish();
  }

 private:
  GroupArray<int64_t> counts_;
};

/// Any fold that is NULL (or 0) without values, of a column that has none.
class NothingAccumulator final : public Accumulator {
 public:
  Status resize(size_t) override { return {}; }
  Status update(const FoldRows&) override { return {}; }
  Status merge(Accumulator&, const GroupNumbers&) override { return {}; }
  std::vector<Type> state_types() const override { return {kNullType}; }
  Status load(std::span<const ColumnRef>, const uint32_t*) override { return {}; }
  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    LEAT_TRY_ASSIGN(ColumnRef column, null_column(kNullType, groups.size(), memory));
    return std::vector<ColumnRef>{std::move(column)};
  }
  Result<ColumnRef> finish(const FoldResult& result) const override {
    if (result.fold != Fold::kApproxCountDistinct && result.fold != Fold::kRegressionCount)
      return null_column(result.type, result.groups.size(), result.memory);
    FixedBuilder<int64_t> builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (size_t i = 0; i < result.groups.size(); ++i) builder.append(0);
    return builder.finish();
  }
};

/// Is one of the arguments of a fold that skips NULL of the type that has nothing else?
bool has_no_values(const FoldSpec& spec) {
  if (spec.fold == Fold::kList || spec.fold == Fold::kFirstOrdered ||
      spec.fold == Fold::kLastOrdered || spec.fold == Fold::kArgument)
    return false;
  return spec.fold > Fold::kLast &&
         std::any_of(spec.types.begin(),
                     spec.types.begin() + static_cast<ptrdiff_t>(spec.arguments()),
                     [](const Type& type) { return type.is(TypeId::kNull); });
}

}  // namespace

std::unique_ptr<Accumulator> Accumulator::make(const FoldSpec& spec, MemoryAccount& memory) {
  if (spec.fold == Fold::kCount) return std::make_unique<CountAccumulator>(memory);
  if (has_no_values(spec)) return std::make_unique<NothingAccumulator>();
  const Type& type = spec.types[0];
  const bool sorts_out = spec.fold == Fold::kList || spec.fold == Fold::kText ||
                         spec.fold == Fold::kTop || spec.fold == Fold::kProduct;
  if (spec.distinct && !sorts_out) return make_distinct_accumulator(spec, memory);
  if (is_variance(spec.fold)) return make_variance_accumulator(type, memory);
  switch (spec.fold) {
    case Fold::kCountDistinct: return make_count_distinct_accumulator(spec, memory);
    case Fold::kSum:
    case Fold::kMean:
      return type.is(TypeId::kInterval) ? make_interval_accumulator(memory)
                                        : make_sum_accumulator(type, memory);
    case Fold::kMinimum:
    case Fold::kMaximum: return make_extreme_accumulator(spec.fold, type, memory);
    case Fold::kFirst:
    case Fold::kLast:
      return type.is(TypeId::kList) || type.is(TypeId::kStruct)
                 ? make_ordered_edge_accumulator(spec, memory)
                 : make_edge_accumulator(spec.fold, type, memory);
    case Fold::kFirstOrdered:
    case Fold::kLastOrdered:
    case Fold::kArgument: return make_ordered_edge_accumulator(spec, memory);
    case Fold::kQuantileContinuous:
    case Fold::kQuantileDiscrete:
    case Fold::kAbsoluteDeviation:
      return is_number_or_time(type) ? make_quantile_accumulator(type, memory)
                                     : make_list_accumulator(spec, memory);
    case Fold::kMode:
    case Fold::kHistogram:
    case Fold::kEntropy: return make_frequency_accumulator(type, memory);
    case Fold::kApproxQuantile: return make_approx_quantile_accumulator(type, memory);
    case Fold::kApproxCountDistinct: return make_approx_count_accumulator(memory);
    case Fold::kList:
    case Fold::kText:
    case Fold::kTop:
    case Fold::kProduct: return make_list_accumulator(spec, memory);
    case Fold::kBitAnd:
    case Fold::kBitOr:
    case Fold::kBitXor: return make_bit_accumulator(spec.fold, memory);
    default: return make_moment_accumulator(spec, memory);
  }
}

}  // namespace leat::state
