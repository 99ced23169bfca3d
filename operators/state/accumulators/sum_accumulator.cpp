// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// sum and avg. Floats are summed exactly (exact_sum.h) and rounded once; int64 and
// decimal are summed as integers of 128 or 192 bits and checked against their type once: 2^40
// values cannot overflow on the way, in whichever order they come.
#include <limits>

#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/data/decimal.h"
#include "operators/data/exact_sum.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/float_result.h"
#include "operators/state/accumulators/side_table.h"

namespace leat::state {

namespace {

// ------------------------------------------------------------------------------------- sum and avg

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

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
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

  std::vector<Type> state_types() const override {
    std::vector<Type> types = word_types<ExactSum>();
    types.push_back(kBinaryType);
    return types;
  }

  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    std::vector<ColumnRef> columns;
    LEAT_TRY(save_words<ExactSum>(groups, memory, columns,
                                  [&](uint32_t group) { return sums_[group]; }));
    LEAT_TRY_ASSIGN(ColumnRef side, side_.save(groups, memory));
    columns.push_back(std::move(side));
    return columns;
  }

  Status load(std::span<const ColumnRef> columns, const uint32_t* group_of) override {
    for (size_t row = 0; row < columns[0]->length(); ++row)
      sums_[group_of[row]].merge(load_words<ExactSum>(columns, row));
    return side_.load(*columns[kWordsOf<ExactSum>], group_of);
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    const FixedBuilder<double> builder(result.type, result.memory);
    return build_results(
        sums_, result.groups, 1, builder, [&](auto& out, size_t i, uint32_t group) -> Status {
          const ExactSum& sum = sums_[group];
          const SideSum* const side = side_.find(group);
          return append_float(
              out, result, i,
              result.fold == Fold::kSum ? sum_to_double(sum, side) : mean_to_double(sum, side),
              sum.is_finite());
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
    fold_rows<true>(sums_, rows, [=](ExactSum& sum, size_t row) {
      if constexpr (kIsShort) {
        sum.add_short_units(values[row]);
      } else {
        sum.add_units(values[row]);
      }
    });
    return {};
  }

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const UnitSumAccumulator&>(other);
    merge_states(sums_, from.sums_, group_of,
                 [](ExactSum& ours, const ExactSum& theirs) { ours.merge(theirs); });
    return {};
  }

  std::vector<Type> state_types() const override { return word_types<ExactSum>(); }

  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    std::vector<ColumnRef> columns;
    LEAT_TRY(save_words<ExactSum>(groups, memory, columns,
                                  [&](uint32_t group) { return sums_[group]; }));
    return columns;
  }

  Status load(std::span<const ColumnRef> columns, const uint32_t* group_of) override {
    for (size_t row = 0; row < columns[0]->length(); ++row)
      sums_[group_of[row]].merge(load_words<ExactSum>(columns, row));
    return {};
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    switch (result.type.id()) {
      case TypeId::kFloat64: return finish_floats(result);
      case TypeId::kDecimal:
        return finish_units<Int128>(result, decimal_power(result.type.precision()) - 1);
      default: return finish_units<int64_t>(result, std::numeric_limits<int64_t>::max());
    }
  }

 private:
  static constexpr bool kIsShort = sizeof(Value) == sizeof(int64_t);

  ExactSum sum_of(uint32_t group) const {
    ExactSum sum = sums_[group];
    if (kIsShort && !LEAT_MUTANT("short_sums_lose_their_sign")) sum.spread_sign();
    return sum;
  }

  Result<ColumnRef> finish_floats(const FoldResult& result) const {
    const FixedBuilder<double> builder(result.type, result.memory);
    return build_results(sums_, result.groups, 1, builder,
                         [&](auto& out, size_t, uint32_t group) -> Status {
                           ExactSum sum = sum_of(group);
                           if (result.fold == Fold::kSum)
                             sum.meta = 1;  // the mean of one value is the value
                           out.append(units_mean_to_double(sum, scale_));
                           return {};
                         });
  }

  static bool units_of(const ExactSum& sum, const FoldResult& result, unsigned scale,
                       Int128& units) {
    LEAT_CHECK(result.type.scale() >= scale,
               "the result of an aggregate has a smaller scale than its argument");
    const unsigned digits = result.type.scale() - scale;
    return result.fold == Fold::kMean ? mean_units(sum, digits, units)
                                      : sum_units(sum, digits, units);
  }

  template <typename Unit>
  Result<ColumnRef> finish_units(const FoldResult& result, Int128 largest) const {
    const Int128 smallest = result.type.is(TypeId::kDecimal) ? -largest : -largest - 1;
    const FixedBuilder<Unit> builder(result.type, result.memory);
    return build_results(
        sums_, result.groups, 1, builder, [&](auto& out, size_t i, uint32_t group) -> Status {
          Int128 units = 0;
          if (units_of(sum_of(group), result, scale_, units) && units >= smallest &&
              units <= largest) {
            out.append(static_cast<Unit>(units));
            return {};
          }
          result.faults.push_back({static_cast<uint32_t>(i), overflow_error(result.type)});
          return out.append_null();
        });
  }

  unsigned scale_;
  GroupArray<ExactSum> sums_;
};

}  // namespace

std::unique_ptr<Accumulator> make_sum_accumulator(const Type& type, MemoryAccount& memory) {
  switch (type.id()) {
    case TypeId::kInt64: return std::make_unique<UnitSumAccumulator<int64_t>>(type, memory);
    case TypeId::kDecimal:
      if (type.is_short_decimal())
        return std::make_unique<UnitSumAccumulator<int64_t>>(type, memory);
      return std::make_unique<UnitSumAccumulator<Int128>>(type, memory);
    default: return std::make_unique<FloatSumAccumulator>(memory);
  }
}

}  // namespace leat::state
