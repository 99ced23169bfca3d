// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// var and stddev, from exact sums of values and of squares, rounded once.
#include <cmath>

#include "operators/data/builder.h"
#include "operators/data/decimal_values.h"
#include "operators/data/exact_sum.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/float_result.h"
#include "operators/state/accumulators/number_reader.h"
#include "operators/state/accumulators/side_table.h"

namespace leat::state {

namespace {

/// Sums of values and of squares. Decimals are turned into the nearest float64 first.
class VarianceAccumulator final : public Accumulator {
 public:
  VarianceAccumulator(const Type& type, MemoryAccount& memory)
      : reader_(type), sums_(memory), squares_(memory), side_(memory), side_squares_(memory) {}

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
      case TypeId::kDecimal:
        return visit_decimals(*rows.argument, [&](const auto* values) {
          return update_floats(rows,
                               [=, this](size_t row) { return reader_.decimal(values[row]); });
        });
      default: {
        const double* const values = rows.argument->values<double>();
        return update_floats(rows, [=](size_t row) { return values[row]; });
      }
    }
  }

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const VarianceAccumulator&>(other);
    merge_states(sums_, from.sums_, group_of,
                 [](ExactSum& ours, const ExactSum& theirs) { ours.merge(theirs); });
    merge_states(squares_, from.squares_, group_of,
                 [](SquareSum& ours, const SquareSum& theirs) { ours.merge(theirs); });
    LEAT_TRY(side_.merge(from.side_, group_of));
    return side_squares_.merge(from.side_squares_, group_of);
  }

  std::vector<Type> state_types() const override {
    std::vector<Type> types(kWordsOf<ExactSum> + kWordsOf<SquareSum>, kInt64Type);
    types.insert(types.end(), 2, kBinaryType);
    return types;
  }

  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    std::vector<ColumnRef> columns;
    LEAT_TRY(save_words<ExactSum>(groups, memory, columns,
                                  [&](uint32_t group) { return sums_[group]; }));
    LEAT_TRY(save_words<SquareSum>(groups, memory, columns,
                                   [&](uint32_t group) { return squares_[group]; }));
    LEAT_TRY_ASSIGN(ColumnRef side, side_.save(groups, memory));
    columns.push_back(std::move(side));
    LEAT_TRY_ASSIGN(ColumnRef side_squares, side_squares_.save(groups, memory));
    columns.push_back(std::move(side_squares));
    return columns;
  }

  Status load(std::span<const ColumnRef> columns, const uint32_t* group_of) override {
    const std::span<const ColumnRef> squares = columns.subspan(kWordsOf<ExactSum>);
    for (size_t row = 0; row < columns[0]->length(); ++row) {
      sums_[group_of[row]].merge(load_words<ExactSum>(columns, row));
      squares_[group_of[row]].merge(load_words<SquareSum>(squares, row));
    }
    LEAT_TRY(side_.load(*squares[kWordsOf<SquareSum>], group_of));
    return side_squares_.load(*squares[kWordsOf<SquareSum> + 1], group_of);
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    const bool sample =
        result.fold == Fold::kVarianceSample || result.fold == Fold::kDeviationSample;
    const bool root =
        result.fold == Fold::kDeviationSample || result.fold == Fold::kDeviationPopulation;
    const FixedBuilder<double> builder(result.type, result.memory);
    return build_results(sums_, result.groups, sample ? 2 : 1, builder,
                         [&](auto& out, size_t i, uint32_t group) -> Status {
                           const double variance =
                               variance_to_double(sums_[group], squares_[group], side_.find(group),
                                                  side_squares_.find(group), sample ? 1 : 0);
                           return append_float(out, result, i,
                                               root ? std::sqrt(variance) : variance,
                                               sums_[group].is_finite());
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

  const NumberReader reader_;
  GroupArray<ExactSum> sums_;
  GroupArray<SquareSum> squares_;
  SideTable<SideSum> side_;
  SideTable<SideSquareSum> side_squares_;
  std::vector<Misfit> misfits_;  // of one batch
  std::vector<Misfit> square_misfits_;
};

}  // namespace

std::unique_ptr<Accumulator> make_variance_accumulator(const Type& type, MemoryAccount& memory) {
  return std::make_unique<VarianceAccumulator>(type, memory);
}

}  // namespace leat::state
