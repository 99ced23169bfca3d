// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What is made of sums of products: skewness and kurtosis of one number, correlation, covariance
// and linear regression of two.
//
// The sums are exact (wide_sum.h), and so are the differences of their products, in which sums in
// float64 lose most of their digits; what is left is rounded when all cancelling is over. So
// results depend neither on the order of rows nor on how far the values are from zero. Decimals are
// turned into the nearest float64 first.
#include <algorithm>
#include <cmath>
#include <limits>

#include "operators/data/builder.h"
#include "operators/state/accumulators/accumulator.h"
#include "operators/state/accumulators/float_result.h"
#include "operators/state/accumulators/number_reader.h"
#include "operators/state/accumulators/state_columns.h"
#include "operators/state/accumulators/wide_sum.h"

namespace leat::state {

namespace {

/// Values that are not finite, of x; of y three bits higher.
constexpr uint64_t kNan = 1;
constexpr uint64_t kPlusInfinity = 2;
constexpr uint64_t kMinusInfinity = 4;
constexpr unsigned kFlagsOfY = 3;
constexpr uint64_t kFlagsOfX = (1 << kFlagsOfY) - 1;

uint64_t flags_of(double value) {
  if (std::isfinite(value)) return 0;
  if (std::isnan(value)) return kNan;
  return value > 0 ? kPlusInfinity : kMinusInfinity;
}

/// Of one number the sums of its first four powers; of x and y those of x, y, xx, xy, yy.
constexpr size_t kSums = 5;
enum PairSum : size_t { kX, kY, kXX, kXY, kYY };

/// Integers below this have products of two, and fourth powers below the other, of which 2^60 do
/// not overflow 128 bits.
constexpr int64_t kSmallFactor = int64_t{1} << 33;
constexpr int64_t kSmallPowered = int64_t{1} << 16;

struct Moments {
  WideSum sums[kSums];
  Int128 small[kSums];  // what sums of integers have besides
  uint64_t count;
  uint64_t flags;

  Exact sum(size_t index) const { return Exact(sums[index]).plus(Exact(small[index])); }
};

// ------------------------------------------------------------------------------------ one number

double skewness(double n, double m2, double m3) {
  return std::sqrt(n * (n - 1)) / (n - 2) * m3 / (m2 * std::sqrt(m2));
}

std::optional<double> of_one(const Moments& moments, Fold fold) {
  const uint64_t n = moments.count;
  const uint64_t fewest = fold == Fold::kSkewness ? 3 : fold == Fold::kKurtosis ? 4 : 2;
  if (n < fewest) return std::nullopt;
  if (moments.flags != 0) return std::numeric_limits<double>::quiet_NaN();
  const Exact s1 = moments.sum(0);
  const Exact s2 = moments.sum(1);
  const Exact s3 = moments.sum(2);
  // n^k times the k-th central moment is a whole number of products.
  const Exact square = s1.times(s1);
  const Exact m2 = s2.times(n).minus(square);
  if (m2.is_zero()) return std::nullopt;
  // What is divided is brought near 1 first, by a power of two that cancels.
  const int scale = m2.scale() / 2;
  const double second = m2.to_double(2 * scale);
  const auto count = static_cast<double>(n);
  if (fold == Fold::kSkewness) {
    const Exact m3 =
        s3.times(n).times(n).minus(s1.times(s2).times(n).times(3)).plus(square.times(s1).times(2));
    return skewness(count, second, m3.to_double(3 * scale));
  }
  const Exact s4 = moments.sum(3);
  const Exact m4 = s4.times(n)
                       .times(n)
                       .times(n)
                       .minus(s1.times(s3).times(n).times(n).times(4))
                       .plus(square.times(s2).times(n).times(6))
                       .minus(square.times(square).times(3));
  const double ratio = m4.to_double(4 * scale) / (second * second);
  if (fold == Fold::kKurtosisPopulation) return ratio - 3;
  return (count - 1) * ((count + 1) * ratio - 3 * (count - 1)) / ((count - 2) * (count - 3));
}

// ----------------------------------------------------------------------------------- two numbers

/// The mean of a number with these flags.
double mean(const Exact& sum, uint64_t flags, uint64_t count) {
  if (flags == 0) return sum.divided(count);
  if (flags == kPlusInfinity) return std::numeric_limits<double>::infinity();
  if (flags == kMinusInfinity) return -std::numeric_limits<double>::infinity();
  return std::numeric_limits<double>::quiet_NaN();
}

/// n times the sums of squares and products of deviations.
struct Deviations {
  Exact xx;
  Exact xy;
  Exact yy;

  explicit Deviations(const Moments& moments) {
    const Exact x = moments.sum(kX);
    const Exact y = moments.sum(kY);
    xx = moments.sum(kXX).times(moments.count).minus(x.times(x));
    xy = moments.sum(kXY).times(moments.count).minus(x.times(y));
    yy = moments.sum(kYY).times(moments.count).minus(y.times(y));
  }

  /// REQUIRES: both vary.
  double correlation() const {
    const int scale_x = xx.scale() / 2;
    const int scale_y = yy.scale() / 2;
    const double product = xx.to_double(2 * scale_x) * yy.to_double(2 * scale_y);
    return std::clamp(xy.to_double(scale_x + scale_y) / std::sqrt(product), -1.0, 1.0);
  }
  double r2() const {
    const int scale_x = xx.scale() / 2;
    const int scale_y = yy.scale() / 2;
    const double product = xx.to_double(2 * scale_x) * yy.to_double(2 * scale_y);
    const double both = xy.to_double(scale_x + scale_y);
    return std::min(both * both / product, 1.0);
  }
};

double quotient(const Exact& dividend, const Exact& divisor) {
  if (dividend.is_zero()) return 0;
  const int above = dividend.scale();
  const int below = divisor.scale();
  return std::ldexp(dividend.to_double(above) / divisor.to_double(below), above - below);
}

std::optional<double> of_two(const Moments& moments, Fold fold) {
  const uint64_t n = moments.count;
  if (n == 0 || (n == 1 && fold == Fold::kCovarianceSample)) return std::nullopt;
  const uint64_t flags_x = moments.flags & kFlagsOfX;
  const uint64_t flags_y = moments.flags >> kFlagsOfY;
  if (fold == Fold::kRegressionMeanX) return mean(moments.sum(kX), flags_x, n);
  if (fold == Fold::kRegressionMeanY) return mean(moments.sum(kY), flags_y, n);
  const bool needs_x = fold != Fold::kRegressionSyy;
  const bool needs_y = fold != Fold::kRegressionSxx;
  if ((needs_x && flags_x != 0) || (needs_y && flags_y != 0))
    return std::numeric_limits<double>::quiet_NaN();
  const Deviations of(moments);
  switch (fold) {
    case Fold::kCovariancePopulation: return of.xy.divided(n, n);
    case Fold::kCovarianceSample: return of.xy.divided(n, n - 1);
    case Fold::kRegressionSxx: return of.xx.divided(n);
    case Fold::kRegressionSxy: return of.xy.divided(n);
    case Fold::kRegressionSyy: return of.yy.divided(n);
    default: break;
  }
  if (of.xx.is_zero()) return std::nullopt;
  if (fold == Fold::kRegressionSlope) return quotient(of.xy, of.xx);
  if (fold == Fold::kRegressionIntercept) {
    const Exact x = moments.sum(kX);
    const Exact y = moments.sum(kY);
    return quotient(y.times(of.xx).minus(x.times(of.xy)), of.xx.times(n));
  }
  if (of.yy.is_zero()) return fold == Fold::kRegressionR2 ? std::optional(1.0) : std::nullopt;
  return fold == Fold::kRegressionR2 ? of.r2() : of.correlation();
}

// ------------------------------------------------------------------------------------------- state

class MomentAccumulator final : public Accumulator {
 public:
  MomentAccumulator(const FoldSpec& spec, MemoryAccount& memory)
      : types_(spec.types),
        all_integers_(std::all_of(types_.begin(), types_.end(),
                                  [](const Type& type) { return type.is(TypeId::kInt64); })),
        states_(memory),
        arena_(memory) {}

  Status resize(size_t groups) override { return states_.resize(groups, Moments{}); }

  Status update(const FoldRows& rows) override {
    Status status;
    for_each_row(rows.rows, [&](size_t row) {
      for (const ColumnRef& column : rows.columns) {
        if (!column->is_valid(row)) return;
      }
      if (!status) return;
      Moments& moments = states_[rows.group_of[row]];
      ++moments.count;
      status = types_.size() == 1 ? add_one(moments, *rows.columns[0], row)
                                  : add_two(moments, rows.columns, row);
    });
    return status;
  }

  Status merge(Accumulator& other, const GroupNumbers& group_of) override {
    const auto& from = static_cast<const MomentAccumulator&>(other);
    for (size_t i = 0; i < group_of.size(); ++i) {
      if (i % kBatchRowsMax == 0) checkpoint();
      Moments& ours = states_[group_of[i]];
      const Moments& theirs = from.states_[i];
      for (size_t k = 0; k < kSums; ++k) {
        LEAT_TRY(ours.sums[k].merge(theirs.sums[k], arena_));
        ours.small[k] += theirs.small[k];
      }
      ours.count += theirs.count;
      ours.flags |= theirs.flags;
    }
    return {};
  }

  std::vector<Type> state_types() const override {
    std::vector<Type> types = word_types<Words>();
    types.insert(types.end(), kSums, kBinaryType);
    return types;
  }

  Result<std::vector<ColumnRef>> save(std::span<const uint32_t> groups,
                                      MemoryAccount& memory) const override {
    std::vector<ColumnRef> columns;
    LEAT_TRY(save_words<Words>(groups, memory, columns, [&](uint32_t group) {
      const Moments& moments = states_[group];
      Words words{moments.count, moments.flags, {}, {}};
      for (size_t k = 0; k < kSums; ++k) {
        words.low[k] = moments.sums[k].low;
        words.small[k] = moments.small[k];
      }
      return words;
    }));
    for (size_t k = 0; k < kSums; ++k) {
      LEAT_TRY_ASSIGN(ColumnRef sums, save_bytes(groups, memory, [&](uint32_t group) {
                        return std::optional(states_[group].sums[k].words_bytes());
                      }));
      columns.push_back(std::move(sums));
    }
    return columns;
  }

  Status load(std::span<const ColumnRef> states, const uint32_t* group_of) override {
    for (size_t row = 0; row < states[0]->length(); ++row) {
      const Words words = load_words<Words>(states, row);
      Moments& ours = states_[group_of[row]];
      for (size_t k = 0; k < kSums; ++k) {
        const std::string_view bytes = states[kWordsOf<Words> + k]->view_at(row);
        LEAT_TRY(ours.sums[k].merge_bytes(bytes, static_cast<uint16_t>(words.low[k]), arena_));
        ours.small[k] += words.small[k];
      }
      ours.count += words.count;
      ours.flags |= words.flags;
    }
    return {};
  }

  Result<ColumnRef> finish(const FoldResult& result) const override {
    if (result.fold == Fold::kRegressionCount) {
      FixedBuilder<int64_t> builder(result.type, result.memory);
      LEAT_TRY(builder.reserve(result.groups.size()));
      for (const uint32_t group : result.groups)
        builder.append(static_cast<int64_t>(states_[group].count));
      return builder.finish();
    }
    FixedBuilder<double> builder(result.type, result.memory);
    LEAT_TRY(builder.reserve(result.groups.size()));
    for (size_t i = 0; i < result.groups.size(); ++i) {
      const uint32_t group = result.groups[i];
      const std::optional<double> value = types_.size() == 1 ? of_one(states_[group], result.fold)
                                                             : of_two(states_[group], result.fold);
      if (value) {
        LEAT_TRY(append_float(builder, result, i, *value, states_[group].flags == 0));
      } else {
        LEAT_TRY(builder.append_null());
      }
    }
    return builder.finish();
  }

 private:
  struct Words {
    uint64_t count;
    uint64_t flags;
    uint64_t low[kSums + 1];  // one more: no padding before the next
    Int128 small[kSums];
  };

  /// The number in `column`, whose flags are added to `flags`; 0 when it is not finite.
  static Product read(const Column& column, const Type& type, size_t row, uint64_t& flags) {
    if (type.is(TypeId::kInt64)) return Product::of(column.values<int64_t>()[row]);
    const double value = NumberReader(type).read(column, row);
    flags = flags_of(value);
    return flags == 0 ? Product::of(value) : Product();
  }

  static bool is_small(int64_t value, int64_t limit) { return value < limit && value > -limit; }

  Status add_one(Moments& moments, const Column& column, size_t row) {
    if (all_integers_) {
      const int64_t x = column.values<int64_t>()[row];
      if (is_small(x, kSmallPowered)) {
        const int64_t square = x * x;
        moments.small[0] += x;
        moments.small[1] += square;
        moments.small[2] += square * x;
        moments.small[3] += Int128{square} * square;
        return {};
      }
    }
    uint64_t flags = 0;
    const Product x = read(column, types_[0], row, flags);
    moments.flags |= flags;
    const Product square = x.times(x);
    LEAT_TRY(moments.sums[0].add(x, arena_));
    LEAT_TRY(moments.sums[1].add(square, arena_));
    LEAT_TRY(moments.sums[2].add(square.times(x), arena_));
    return moments.sums[3].add(square.times(square), arena_);
  }

  Status add_two(Moments& moments, std::span<const ColumnRef> columns, size_t row) {
    if (all_integers_) {
      const int64_t y = columns[0]->values<int64_t>()[row];
      const int64_t x = columns[1]->values<int64_t>()[row];
      if (is_small(x, kSmallFactor) && is_small(y, kSmallFactor)) {
        moments.small[kX] += x;
        moments.small[kY] += y;
        moments.small[kXX] += Int128{x} * x;
        moments.small[kXY] += Int128{x} * y;
        moments.small[kYY] += Int128{y} * y;
        return {};
      }
    }
    uint64_t flags_y = 0;
    uint64_t flags_x = 0;
    const Product y = read(*columns[0], types_[0], row, flags_y);
    const Product x = read(*columns[1], types_[1], row, flags_x);
    moments.flags |= flags_x | flags_y << kFlagsOfY;
    LEAT_TRY(moments.sums[kX].add(x, arena_));
    LEAT_TRY(moments.sums[kY].add(y, arena_));
    LEAT_TRY(moments.sums[kXX].add(x.times(x), arena_));
    LEAT_TRY(moments.sums[kXY].add(x.times(y), arena_));
    return moments.sums[kYY].add(y.times(y), arena_);
  }

  std::vector<Type> types_;
  bool all_integers_;
  GroupArray<Moments> states_;
  Arena arena_;
};

}  // namespace

std::unique_ptr<Accumulator> make_moment_accumulator(const FoldSpec& spec, MemoryAccount& memory) {
  return std::make_unique<MomentAccumulator>(spec, memory);
}

}  // namespace leat::state
