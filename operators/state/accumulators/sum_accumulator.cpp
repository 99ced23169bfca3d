// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// sum, avg, var and stddev. Floats are summed exactly (exact_sum.h) and rounded once; int64 and
// decimal are summed as integers of 192 bits and checked against their type once: 2^40 values
// cannot overflow on the way, in whichever order they come.
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/exact_sum.h"

namespace leat::state {

namespace {

/// The wide sums of the few groups that have values outside the window.
template <typename Side>
class SideTable {
 public:
  explicit SideTable(MemoryAccount& memory) : index_(memory), sums_(memory) {}

  /// The wide sum of `group`, or null.
  const Side* find(size_t group) const {
    const bool has = group < index_.size() && index_[group] != 0;
    return has ? &sums_[index_[group] - 1] : nullptr;
  }
  /// The wide sum of `group`, made if need be.
  Result<Side*> at(size_t group) {
    if (group >= index_.size()) LEAT_TRY(index_.resize(group + 1, 0));
    if (index_[group] == 0) {
      LEAT_TRY(sums_.push_back(Side{}));
      index_[group] = static_cast<uint32_t>(sums_.size());
    }
    return &sums_[index_[group] - 1];
  }
  Status merge(const SideTable& other, const GroupNumbers& group_of) {
    for (size_t i = 0; i < other.index_.size(); ++i) {
      const Side* const from = other.find(i);
      if (from == nullptr) continue;
      LEAT_TRY_ASSIGN(Side* const to, at(group_of[i]));
      add_words(to->words, from->words);
    }
    return {};
  }

 private:
  GroupArray<uint32_t> index_;  // plus 1; 0: none
  GroupArray<Side> sums_;
};

/// A value that did not fit the window of its group's sum.
struct Misfit {
  uint32_t group;
  double value;
};

template <typename Sum>
void merge_sums(Sum& ours, const Sum& theirs) {
  ours.merge(theirs);
}

Error overflow(const Type& type) {
  return Error(ErrorCode::kData, fmt::format("overflows {}", to_string(type)));
}

// ------------------------------------------------------------------------------------- sum and avg

/// 10^exponent times `value`.
void scale_up(BigInteger& value, unsigned exponent) {
  for (; exponent > 0; --exponent) value.multiply(10);
}

/// Builds a column of float64 or of integers of some width from the sums of groups. NULL for groups
/// without values.
template <typename Builder, typename Append>
Result<ColumnRef> build_results(const GroupArray<ExactSum>& sums, std::span<const uint32_t> groups,
                                uint64_t fewest, Builder builder, Append&& append) {
  LEAT_TRY(builder.reserve(groups.size()));
  LEAT_TRY(for_each_state(sums, groups, [&](size_t i, const ExactSum& sum) -> Status {
    return sum.count() < fewest ? builder.append_null() : append(builder, i, groups[i]);
  }));
  return builder.finish();
}

class FloatSumAccumulator final : public Accumulator {
 public:
  explicit FloatSumAccumulator(MemoryAccount& memory) : sums_(memory), side_(memory) {}

  Status resize(size_t groups) override { return sums_.resize(groups, ExactSum{}); }

  Status update(const FoldRows& rows) override {
    if (rows.argument->type().is(TypeId::kNull)) return {};
    const double* const values = rows.argument->values<double>();
    fold_rows<true>(sums_, rows, [&](ExactSum& sum, size_t row) {
      if (!sum.add(values[row])) [[unlikely]]
        misfits_.push_back({rows.group_of[row], values[row]});
    });
    for (const Misfit& misfit : misfits_) {
      LEAT_TRY_ASSIGN(SideSum* const side, side_.at(misfit.group));
      side->add(misfit.value);
    }
    misfits_.clear();
    return {};
  }

  Status merge(const Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const FloatSumAccumulator&>(other);
    merge_states(sums_, from.sums_, group_of, [](ExactSum& ours, ExactSum theirs) {
      if (LEAT_MUTANT("float_sum_naive") && theirs.count() > 0) {
        const uint64_t meta = theirs.meta;
        const double rounded = sum_to_double(theirs, nullptr);
        theirs = ExactSum{};
        theirs.add(rounded);
        theirs.meta = meta;
      }
      ours.merge(theirs);
    });
    return side_.merge(from.side_, group_of);
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    const FixedBuilder<double> builder(result.type, result.memory);
    return build_results(
        sums_, result.groups, 1, builder, [&](auto& out, size_t, uint32_t group) -> Status {
          const SideSum* const side = side_.find(group);
          out.append(result.fold == Fold::kSum ? sum_to_double(sums_[group], side)
                                               : mean_to_double(sums_[group], side));
          return {};
        });
  }

 private:
  GroupArray<ExactSum> sums_;
  SideTable<SideSum> side_;
  std::vector<Misfit> misfits_;  // of one batch
};

/// int64 and decimal: sums of whole units of 10^-scale.
template <typename Value>
class UnitSumAccumulator final : public Accumulator {
 public:
  UnitSumAccumulator(const Type& type, MemoryAccount& memory)
      : scale_(type.scale()), sums_(memory) {}

  Status resize(size_t groups) override { return sums_.resize(groups, ExactSum{}); }

  Status update(const FoldRows& rows) override {
    if (rows.argument->type().is(TypeId::kNull)) return {};
    const Value* const values = rows.argument->template values<Value>();
    fold_rows<true>(sums_, rows, [=](ExactSum& sum, size_t row) { sum.add_units(values[row]); });
    return {};
  }

  Status merge(const Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const UnitSumAccumulator&>(other);
    merge_states(sums_, from.sums_, group_of, merge_sums<ExactSum>);
    return {};
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    switch (result.type.id()) {
      case TypeId::kFloat64: return finish_floats(result);
      case TypeId::kDecimal:
        return finish_units<Int128>(result, power_of_ten(result.type.precision()) - 1);
      default: return finish_units<int64_t>(result, std::numeric_limits<int64_t>::max());
    }
  }

 private:
  static Int128 power_of_ten(unsigned exponent) {
    Int128 power = 1;
    for (; exponent > 0; --exponent) power *= 10;
    return power;
  }

  Result<ColumnRef> finish_floats(const FoldResult& result) const {
    const FixedBuilder<double> builder(result.type, result.memory);
    return build_results(sums_, result.groups, 1, builder,
                         [&](auto& out, size_t, uint32_t group) -> Status {
                           ExactSum sum = sums_[group];
                           if (result.fold == Fold::kSum)
                             sum.meta = 1;  // the mean of one value is the value
                           out.append(units_mean_to_double(sum, scale_));
                           return {};
                         });
  }

  /// The sum, or the mean rounded half away from zero, in units of the result's scale.
  static bool units_of(const ExactSum& sum, const FoldResult& result, unsigned scale,
                       Int128& units) {
    BigInteger total(sum.words);
    LEAT_CHECK(result.type.scale() >= scale,
               "the result of an aggregate has a smaller scale than its argument");
    scale_up(total, result.type.scale() - scale);
    if (result.fold == Fold::kMean) {
      const std::array<uint64_t, 2> count{sum.count(), 0};
      BigInteger half(count);
      if (total.is_negative()) half.negate();
      total.shift_left(1);
      total.add(half);
      total.divide(sum.count());
      total.divide(2);
    }
    return total.to_int128(units);
  }

  template <typename Unit>
  Result<ColumnRef> finish_units(const FoldResult& result, Int128 largest) const {
    const Int128 smallest = result.type.is(TypeId::kDecimal) ? -largest : -largest - 1;
    const FixedBuilder<Unit> builder(result.type, result.memory);
    return build_results(
        sums_, result.groups, 1, builder, [&](auto& out, size_t i, uint32_t group) -> Status {
          Int128 units = 0;
          if (units_of(sums_[group], result, scale_, units) && units >= smallest &&
              units <= largest) {
            out.append(static_cast<Unit>(units));
            return {};
          }
          result.faults.push_back({static_cast<uint32_t>(i), overflow(result.type)});
          return out.append_null();
        });
  }

  unsigned scale_;
  GroupArray<ExactSum> sums_;
};

// --------------------------------------------------------------------------------------- variances

/// Sums of values and of squares. Decimals are turned into the nearest float64 first.
class VarianceAccumulator final : public Accumulator {
 public:
  VarianceAccumulator(const Type& type, MemoryAccount& memory)
      : scale_(type.scale()),
        sums_(memory),
        squares_(memory),
        side_(memory),
        side_squares_(memory) {}

  Status resize(size_t groups) override {
    LEAT_TRY(sums_.resize(groups, ExactSum{}));
    return squares_.resize(groups, SquareSum{});
  }

  Status update(const FoldRows& rows) override {
    switch (rows.argument->type().id()) {
      case TypeId::kNull: return {};
      case TypeId::kInt64: {
        const int64_t* const values = rows.argument->values<int64_t>();
        fold_rows<true>(sums_, rows,
                        [=](ExactSum& sum, size_t row) { sum.add_integer(values[row]); });
        fold_rows<true>(squares_, rows,
                        [=](SquareSum& sum, size_t row) { sum.add_integer(values[row]); });
        return {};
      }
      case TypeId::kDecimal: {
        const Int128* const values = rows.argument->values<Int128>();
        return update_floats(rows, [=, this](size_t row) {
          ExactSum one{};
          one.add_units(values[row]);
          return units_mean_to_double(one, scale_);
        });
      }
      default: {
        const double* const values = rows.argument->values<double>();
        return update_floats(rows, [=](size_t row) { return values[row]; });
      }
    }
  }

  Status merge(const Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const VarianceAccumulator&>(other);
    merge_states(sums_, from.sums_, group_of, merge_sums<ExactSum>);
    merge_states(squares_, from.squares_, group_of, merge_sums<SquareSum>);
    LEAT_TRY(side_.merge(from.side_, group_of));
    return side_squares_.merge(from.side_squares_, group_of);
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    const bool sample =
        result.fold == Fold::kVarianceSample || result.fold == Fold::kDeviationSample;
    const bool root =
        result.fold == Fold::kDeviationSample || result.fold == Fold::kDeviationPopulation;
    const FixedBuilder<double> builder(result.type, result.memory);
    return build_results(sums_, result.groups, sample ? 2 : 1, builder,
                         [&](auto& out, size_t, uint32_t group) -> Status {
                           const double variance =
                               variance_to_double(sums_[group], squares_[group], side_.find(group),
                                                  side_squares_.find(group), sample ? 1 : 0);
                           out.append(root ? std::sqrt(variance) : variance);
                           return {};
                         });
  }

 private:
  template <typename ValueOf>
  Status update_floats(const FoldRows& rows, ValueOf&& value_of) {
    fold_rows<true>(sums_, rows, [&](ExactSum& sum, size_t row) {
      const double value = value_of(row);
      if (!sum.add(value)) [[unlikely]]
        misfits_.push_back({rows.group_of[row], value});
    });
    fold_rows<true>(squares_, rows, [&](SquareSum& sum, size_t row) {
      const double value = value_of(row);
      if (std::isfinite(value) && !sum.add(value)) [[unlikely]]
        square_misfits_.push_back({rows.group_of[row], value});
    });
    for (const Misfit& misfit : misfits_) {
      LEAT_TRY_ASSIGN(SideSum* const side, side_.at(misfit.group));
      side->add(misfit.value);
    }
    for (const Misfit& misfit : square_misfits_) {
      LEAT_TRY_ASSIGN(SideSquareSum* const side, side_squares_.at(misfit.group));
      side->add(misfit.value);
    }
    misfits_.clear();
    square_misfits_.clear();
    return {};
  }

  unsigned scale_;
  GroupArray<ExactSum> sums_;
  GroupArray<SquareSum> squares_;
  SideTable<SideSum> side_;
  SideTable<SideSquareSum> side_squares_;
  std::vector<Misfit> misfits_;  // of one batch
  std::vector<Misfit> square_misfits_;
};

}  // namespace

std::unique_ptr<Accumulator> make_sum_accumulator(const Type& type, MemoryAccount& memory) {
  switch (type.id()) {
    case TypeId::kInt64: return std::make_unique<UnitSumAccumulator<int64_t>>(type, memory);
    case TypeId::kDecimal: return std::make_unique<UnitSumAccumulator<Int128>>(type, memory);
    default: return std::make_unique<FloatSumAccumulator>(memory);
  }
}

std::unique_ptr<Accumulator> make_variance_accumulator(const Type& type, MemoryAccount& memory) {
  return std::make_unique<VarianceAccumulator>(type, memory);
}

}  // namespace leat::state
