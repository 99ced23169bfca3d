// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/frame_cursor.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/mutant.h"
#include "operators/data/decimal_values.h"
#include "operators/data/value_order.h"
#include "operators/expr/kernels/calendar.h"

namespace leat::state {

namespace {

using expr::FrameEdge;
using expr::FrameExclusion;
using expr::FrameUnit;

constexpr Int128 kFarthest = static_cast<Int128>(~UInt128{0} >> 1);

Int128 add(Int128 value, Int128 addend) {
  Int128 sum = 0;
  if (!__builtin_add_overflow(value, addend, &sum) && sum >= -kFarthest) return sum;
  return addend < 0 ? -kFarthest : kFarthest;
}

Int128 shift_time(int64_t micros, Interval interval, bool back) {
  if (back) {
    const std::optional<Interval> negated = expr::negate(interval);
    if (!negated) return -kFarthest;
    interval = *negated;
  }
  const std::optional<int64_t> shifted = expr::add_interval(micros, interval);
  if (shifted) return *shifted;
  return back ? -kFarthest : kFarthest;
}

}  // namespace

bool needs_range_keys(const expr::WindowFrame& frame) {
  const auto counts = [](FrameEdge edge) {
    return edge == FrameEdge::kPreceding || edge == FrameEdge::kFollowing;
  };
  return frame.unit == FrameUnit::kRange && (counts(frame.start.edge) || counts(frame.end.edge));
}

Result<RangeKeys> RangeKeys::make(const PartitionedRows& rows, const ArrangedRows& arranged,
                                  const SortPlan& order, MemoryAccount& memory) {
  const SortPlan::Key& key = order.keys.front();
  RangeKeys keys(memory, rows.pages());
  keys.type_ = rows.type(key.stored);
  keys.descending_ = key.descending;
  LEAT_TRY(keys.nulls_.resize(rows.rows(), 0));
  if (keys.type_.is(TypeId::kDecimal)) {
    LEAT_TRY(keys.wide_.resize(rows.rows(), 0));
  } else {
    LEAT_TRY(keys.narrow_.resize(rows.rows(), 0));
  }
  size_t place = 0;
  if (arranged.positions.size() > 0) {
    for (; place < rows.rows(); ++place) {
      const RowRef at = rows.locate(arranged.position(place));
      keys.note(place, rows.batches()[at.batch].column(key.stored), at.row);
    }
    return keys;
  }
  for (size_t i = 0; i < rows.batch_count(); ++i) {
    LEAT_TRY_ASSIGN(const Batch batch, rows.batch(i));
    for (size_t row = 0; row < batch.rows(); ++row)
      keys.note(place++, batch.column(key.stored), row);
  }
  LEAT_TRY(keys.nulls_.finish());
  LEAT_TRY(keys.wide_.finish());
  LEAT_TRY(keys.narrow_.finish());
  return keys;
}

void RangeKeys::note(size_t place, const Column& column, size_t row) {
  if (!column.is_valid(row)) return nulls_.set(place, 1);
  if (type_.is(TypeId::kDecimal)) {
    const Int128 value = decimal_at(column, row);
    return wide_.set(place, descending_ ? -value : value);
  }
  int64_t value = 0;
  switch (type_.id()) {
    case TypeId::kFloat64: value = order_of(column.values<double>()[row]); break;
    case TypeId::kDate: value = int64_t{column.values<int32_t>()[row]} * kMicrosPerDay; break;
    default: value = column.values<int64_t>()[row];
  }
  // One less than the negative, so that the least has one as well.
  narrow_.set(place, descending_ ? ~value : value);
}

Int128 RangeKeys::from(size_t place, const expr::WindowFrame::Bound& bound) const {
  const bool back = (bound.edge == FrameEdge::kPreceding) != descending_;
  if (narrow_.size() == 0) {
    const Int128 value = descending_ ? -wide_[place] : wide_[place];
    const Int128 shifted = add(value, back ? -bound.units : bound.units);
    return descending_ ? -shifted : shifted;
  }
  const int64_t value = descending_ ? ~narrow_[place] : narrow_[place];
  Int128 shifted = 0;
  switch (type_.id()) {
    case TypeId::kFloat64: {
      const auto number = float_of_order(static_cast<int64_t>(value));
      shifted = order_of(back ? number - bound.number : number + bound.number);
      break;
    }
    case TypeId::kInt64: shifted = add(value, back ? -bound.units : bound.units); break;
    default: shifted = shift_time(value, bound.interval, back);
  }
  return descending_ ? -shifted - 1 : shifted;
}

FrameCursor::FrameCursor(const expr::WindowFrame& frame, const ArrangedRows& arranged,
                         const RangeKeys* keys, size_t partition)
    : frame_(frame),
      keys_(keys),
      arranged_(arranged),
      first_group_(arranged.peer_at(arranged.partitions[partition])),
      groups_(arranged.peer_at(arranged.partitions[partition + 1]) - first_group_),
      first_(arranged.partitions[partition]),
      last_(arranged.partitions[partition + 1]),
      valued_first_(first_),
      valued_last_(last_) {
  if (keys_ != nullptr) {
    while (valued_first_ < last_ && keys_->is_null(valued_first_)) ++valued_first_;
    while (valued_last_ > valued_first_ && keys_->is_null(valued_last_ - 1)) --valued_last_;
  }
  start_ = end_ = valued_first_;
}

uint32_t FrameCursor::range_start(uint32_t place) {
  if (keys_->is_null(place)) return peers(group_);
  const Int128 bound = keys_->from(place, frame_.start);
  while (start_ < valued_last_ && keys_->at(start_) < bound) ++start_;
  return start_;
}

uint32_t FrameCursor::range_end(uint32_t place) {
  if (keys_->is_null(place)) return peers(group_ + 1);
  const Int128 bound = keys_->from(place, frame_.end);
  while (end_ < valued_last_ && keys_->at(end_) <= bound) ++end_;
  return end_;
}

uint32_t FrameCursor::start_of(uint32_t place) {
  const uint64_t count = frame_.start.count;
  switch (frame_.start.edge) {
    case FrameEdge::kUnboundedPreceding: return first_;
    case FrameEdge::kCurrentRow: return frame_.unit == FrameUnit::kRows ? place : peers(group_);
    case FrameEdge::kPreceding:
      if (frame_.unit == FrameUnit::kRange) return range_start(place);
      if (frame_.unit == FrameUnit::kGroups) return count > group_ ? first_ : peers(group_ - count);
      return count > place - first_ ? first_ : place - static_cast<uint32_t>(count);
    default:
      if (frame_.unit == FrameUnit::kRange) return range_start(place);
      if (frame_.unit == FrameUnit::kGroups)
        return count >= groups_ - group_ ? last_ : peers(group_ + count);
      return count >= last_ - place ? last_ : place + static_cast<uint32_t>(count);
  }
}

uint32_t FrameCursor::end_of(uint32_t place) {
  const uint64_t count = frame_.end.count;
  switch (frame_.end.edge) {
    case FrameEdge::kUnboundedFollowing: return last_;
    case FrameEdge::kCurrentRow:
      return frame_.unit == FrameUnit::kRows ? place + 1 : peers(group_ + 1);
    case FrameEdge::kPreceding:
      if (frame_.unit == FrameUnit::kRange) return range_end(place);
      if (frame_.unit == FrameUnit::kGroups)
        return count > group_ ? first_ : peers(group_ - count + 1);
      return count > place - first_ ? first_ : place - static_cast<uint32_t>(count) + 1;
    default:
      if (frame_.unit == FrameUnit::kRange) return range_end(place);
      if (frame_.unit == FrameUnit::kGroups)
        return count >= groups_ - group_ ? last_ : peers(group_ + count + 1);
      return count >= last_ - place ? last_ : place + static_cast<uint32_t>(count) + 1;
  }
}

FrameRows FrameCursor::at(uint32_t place) {
  while (peers(group_ + 1) <= place) ++group_;
  const uint32_t begin = start_of(place);
  const uint32_t end = std::max(begin, end_of(place));
  if (frame_.exclusion == FrameExclusion::kNone) return {begin, end, end, end, false};
  const bool one = frame_.exclusion == FrameExclusion::kCurrentRow;
  const uint32_t hole_begin = one ? place : peers(group_);
  const uint32_t hole_end = one ? place + 1 : peers(group_ + 1);
  const bool puts_back = frame_.exclusion == FrameExclusion::kTies && begin <= place && place < end;
  if (LEAT_MUTANT("window_excludes_nothing")) return {begin, end, end, end, false};
  return {begin, std::clamp(hole_begin, begin, end), std::clamp(hole_end, begin, end), end,
          puts_back};
}

}  // namespace leat::state
