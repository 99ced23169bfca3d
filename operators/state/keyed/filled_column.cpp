// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Values that are copied are known by the row they come from, whatever their type. Interpolated
// ones are computed where both ends are known, whole numbers and decimals exactly as long as 128
// bits suffice.
#include "operators/state/keyed/filled_column.h"

#include <bit>
#include <cmath>
#include <utility>

#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/data/decimal_values.h"

namespace leat::state {

namespace {

constexpr uint32_t kComputed = UINT32_MAX;

/// `numerator / denominator` with halves away from zero. REQUIRES: denominator is positive.
Int128 divide_rounded(Int128 numerator, Int128 denominator) {
  const Int128 quotient = numerator / denominator;
  const Int128 rest = numerator % denominator;
  const Int128 size = rest < 0 ? -rest : rest;
  if (size < denominator - size) return quotient;
  return numerator < 0 ? quotient - 1 : quotient + 1;
}

/// How far a row lies between two others: `part / whole`.
struct Between {
  Int128 part = 0;
  Int128 whole = 0;  // positive; 0: `share` says it
  double share = 0;

  double as_double() const {
    return whole == 0 ? share : static_cast<double>(part) / static_cast<double>(whole);
  }
};

Int128 whole_at(const Column& column, size_t row) {
  switch (column.type().id()) {
    case TypeId::kDecimal: return decimal_at(column, row);
    case TypeId::kDate: return column.values<int32_t>()[row];
    default: return column.values<int64_t>()[row];
  }
}

Between between_wholes(Int128 from, Int128 at, Int128 to) {
  Between result;
  if (to < from) {
    std::swap(from, to);
    at = from + (to - at);
  }
  result.part = at - from;
  result.whole = to - from;
  return result;
}

Between between(const Column& from, size_t row_from, const Column& at, size_t row_at,
                const Column& to, size_t row_to) {
  if (!from.type().is(TypeId::kFloat64)) {
    return between_wholes(whole_at(from, row_from), whole_at(at, row_at), whole_at(to, row_to));
  }
  const double begin = from.values<double>()[row_from];
  const double length = to.values<double>()[row_to] - begin;
  Between result;
  result.share = length == 0 ? 0 : (at.values<double>()[row_at] - begin) / length;
  return result;
}

Int128 interpolate_whole(Int128 from, Int128 to, const Between& place) {
  Int128 length = 0;
  Int128 product = 0;
  if (!__builtin_sub_overflow(to, from, &length) && place.whole > 0 &&
      !__builtin_mul_overflow(length, place.part, &product))
    return from + divide_rounded(product, place.whole);
  const double step = static_cast<double>(to) - static_cast<double>(from);
  return from + static_cast<Int128>(std::round(step * place.as_double()));
}

Int128 interpolate_value(const Column& from, size_t row_from, const Column& to, size_t row_to,
                         const Between& place) {
  if (!from.type().is(TypeId::kFloat64))
    return interpolate_whole(whole_at(from, row_from), whole_at(to, row_to), place);
  const double begin = from.values<double>()[row_from];
  const double value = begin + (to.values<double>()[row_to] - begin) * place.as_double();
  return static_cast<Int128>(std::bit_cast<int64_t>(value));
}

}  // namespace

FilledColumn::FilledColumn(const PartitionedRows& rows, size_t column, MemoryAccount& memory)
    : rows_(&rows), sources_(memory), computed_(memory) {
  if (rows.batches().empty()) return;
  const Field& field = (*rows.batches().front().schema())[column];
  const auto schema = std::make_shared<const Schema>(std::vector<Field>{field});
  for (const Batch& batch : rows.batches())
    values_.push_back(batch.with_columns(schema, {batch.columns()[column]}));
  taker_ = std::make_unique<RowTaker>(values_, schema);
}

Result<FilledColumn> FilledColumn::make(const PartitionedRows& rows, const ArrangedRows& arranged,
                                        size_t column, const FillRule& rule,
                                        MemoryAccount& memory) {
  FilledColumn filled(rows, column, memory);
  LEAT_TRY(filled.sources_.resize(rows.rows(), 0));
  if (rule.method == FillMethod::kLinear) LEAT_TRY(filled.computed_.resize(rows.rows(), 0));
  for (uint32_t position = 0; position < rows.rows(); ++position)
    filled.sources_[position] = position;
  for (size_t i = 0; i < arranged.partition_count(); ++i) {
    if (rule.method == FillMethod::kLinear) {
      filled.interpolate(arranged.partition(i), rule);
    } else {
      filled.copy_neighbours(arranged.partition(i), rule);
    }
  }
  return filled;
}

bool FilledColumn::is_valid(uint32_t position) const {
  const RowRef row = rows_->locate(position);
  return values_[row.batch].column(0).is_valid(row.row);
}

void FilledColumn::copy_neighbours(std::span<const uint32_t> partition, const FillRule& rule) {
  const size_t count = partition.size();
  const bool backward =
      rule.method == FillMethod::kBackward && !LEAT_MUTANT("fill_looks_the_other_way");
  std::optional<uint32_t> last;
  uint64_t filled = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t position = partition[backward ? count - 1 - i : i];
    if (is_valid(position)) {
      last = position;
      filled = 0;
    } else if (last && (!rule.limit || filled < *rule.limit)) {
      sources_[position] = *last;
      ++filled;
    }
  }
}

void FilledColumn::interpolate(std::span<const uint32_t> partition, const FillRule& rule) {
  // Rows without a place along the order are neither filled nor filled from: they come at one end.
  const auto has_place = [&](uint32_t position) {
    if (!rule.along) return true;
    const RowRef row = rows_->locate(position);
    return rows_->batches()[row.batch].column(*rule.along).is_valid(row.row);
  };
  std::optional<size_t> last;
  for (size_t i = 0; i < partition.size(); ++i) {
    if (!has_place(partition[i]) || !is_valid(partition[i])) continue;
    if (last) fill_gap(partition.subspan(*last, i - *last + 1), rule);
    last = i;
  }
}

/// Fills the rows between the first and the last of `gap`, which have values.
void FilledColumn::fill_gap(std::span<const uint32_t> gap, const FillRule& rule) {
  const RowRef from = rows_->locate(gap.front());
  const RowRef to = rows_->locate(gap.back());
  for (size_t i = 1; i + 1 < gap.size() && (!rule.limit || i <= *rule.limit); ++i) {
    Between place;
    if (rule.along) {
      const auto along = [&](const RowRef& row) -> const Column& {
        return rows_->batches()[row.batch].column(*rule.along);
      };
      const RowRef at = rows_->locate(gap[i]);
      place = between(along(from), from.row, along(at), at.row, along(to), to.row);
    } else {
      place = between_wholes(0, static_cast<Int128>(i), static_cast<Int128>(gap.size() - 1));
    }
    sources_[gap[i]] = kComputed;
    computed_[gap[i]] = interpolate_value(values_[from.batch].column(0), from.row,
                                          values_[to.batch].column(0), to.row, place);
  }
}

Result<ColumnRef> FilledColumn::of_batch(size_t index, MemoryAccount& memory) const {
  const uint32_t begin = rows_->begin_of(index);
  const size_t count = values_[index].rows();
  if (computed_.size() > 0) return computed(index, memory);
  std::vector<RowRef> refs;
  bool changed = false;
  refs.reserve(count);
  for (uint32_t row = 0; row < count; ++row) {
    const uint32_t source = sources_[begin + row];
    changed = changed || source != begin + row;
    refs.push_back(rows_->locate(source));
  }
  if (!changed) return values_[index].columns().front();
  LEAT_TRY_ASSIGN(const Batch picked, taker_->pick(refs, memory));
  return picked.columns().front();
}

namespace {

template <typename Value, typename ValueAt>
Result<ColumnRef> build(const Column& column, const uint32_t* sources, MemoryAccount& memory,
                        ValueAt&& value_at) {
  FixedBuilder<Value> builder(column.type(), memory);
  LEAT_TRY(builder.reserve(column.length()));
  for (size_t row = 0; row < column.length(); ++row) {
    if (sources[row] == kComputed) {
      builder.append(value_at(row));
    } else if (column.is_valid(row)) {
      if constexpr (std::is_same_v<Value, Int128>) {
        builder.append(decimal_at(column, row));
      } else {
        builder.append(column.values<Value>()[row]);
      }
    } else {
      LEAT_TRY(builder.append_null());
    }
  }
  return builder.finish();
}

}  // namespace

Result<ColumnRef> FilledColumn::computed(size_t index, MemoryAccount& memory) const {
  const Column& column = values_[index].column(0);
  const uint32_t* const sources = sources_.data() + rows_->begin_of(index);
  const Int128* const computed = computed_.data() + rows_->begin_of(index);
  switch (column.type().id()) {
    case TypeId::kDecimal:
      return build<Int128>(column, sources, memory, [=](size_t row) { return computed[row]; });
    case TypeId::kFloat64:
      return build<double>(column, sources, memory, [=](size_t row) {
        return std::bit_cast<double>(static_cast<int64_t>(computed[row]));
      });
    default:
      return build<int64_t>(column, sources, memory,
                            [=](size_t row) { return static_cast<int64_t>(computed[row]); });
  }
}

}  // namespace leat::state
