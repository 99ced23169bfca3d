// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// min and max over frames: a queue of candidates, each better than all that come behind it, for the
// rows in front of what a frame excludes and one for those behind. Each row enters and leaves a
// queue once.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "operators/data/decimal_values.h"
#include "operators/state/windows/window_input.h"

namespace leat::state {

namespace {

/// A double as an integer; -0.0 comes before 0.0, so that the extreme is one value.
int64_t extreme_order_of(double value) {
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  const auto bits = std::bit_cast<int64_t>(value);
  return bits ^ ((bits >> 63) & std::numeric_limits<int64_t>::max());
}

/// Places that can still be the extreme of a stretch.
class Candidates {
 public:
  explicit Candidates(MemoryAccount& memory) : places_(memory) {}

  void clear() { head_ = tail_ = 0; }
  /// `beats(a, b)`: does place a, which comes later, make b useless? ERRORS: kMemory.
  template <typename Beats>
  Status push(uint32_t place, Beats&& beats) {
    while (tail_ > head_ && beats(place, places_[tail_ - 1])) --tail_;
    if (tail_ == places_.size()) LEAT_TRY(make_room());
    places_[tail_++] = place;
    return {};
  }
  void drop_before(uint32_t place) {
    while (head_ < tail_ && places_[head_] < place) ++head_;
  }
  bool empty() const { return head_ == tail_; }
  uint32_t best() const { return places_[head_]; }

 private:
  /// As long as half of the places are in use, they are moved to the front.
  Status make_room() {
    if (head_ <= places_.size() / 2) return places_.resize(std::max<size_t>(64, 2 * tail_), 0);
    std::copy(places_.data() + head_, places_.data() + tail_, places_.data());
    tail_ -= std::exchange(head_, 0);
    return {};
  }

  StateArray<uint32_t> places_;
  size_t head_ = 0;
  size_t tail_ = 0;
};

template <bool kMaximum, typename Key>
Status find_extremes(const WindowInput& input, const FlatValues<Key>& keys, WindowColumn& out) {
  LEAT_TRY_ASSIGN(const PagedArray<uint8_t> live, live_rows(input, NullRows::kSkip));
  const ArrangedRows& arranged = input.arranged;
  const auto beats = [&](uint32_t a, uint32_t b) {
    const Key key_a = keys[arranged.position(a)];
    const Key key_b = keys[arranged.position(b)];
    return kMaximum ? key_a > key_b : key_a < key_b;
  };
  return for_places(arranged, [&](const PlaceRange& range) -> Status {
    Candidates ahead(input.memory);
    Candidates behind(input.memory);
    for (size_t i = range.first; i < range.last; ++i) {
      checkpoint();
      const uint32_t end = range.end_in(arranged, i);
      ahead.clear();
      behind.clear();
      FrameCursor cursor(input.call.frame, arranged, input.keys, i);
      FrameStretch before;
      FrameStretch after;
      Status pushed;
      const auto into = [&](Candidates& candidates) {
        return [&](uint32_t place) {
          if (pushed && live[arranged.position(place)] != 0) pushed = candidates.push(place, beats);
        };
      };
      const auto nothing = [](uint32_t) {};
      for (uint32_t place = range.begin_in(arranged, i); place < end; ++place) {
        const FrameRows frame = cursor.at(place);
        before.move(frame.begin, frame.hole_begin, into(ahead), nothing);
        after.move(frame.hole_end, frame.end, into(behind), nothing);
        LEAT_TRY(pushed);
        ahead.drop_before(frame.begin);
        behind.drop_before(frame.hole_end);
        std::optional<uint32_t> best;
        const auto consider = [&](uint32_t candidate) {
          if (!best || beats(candidate, *best)) best = candidate;
        };
        if (!ahead.empty()) consider(ahead.best());
        if (!behind.empty()) consider(behind.best());
        if (frame.puts_back && live[arranged.position(place)] != 0) consider(place);
        if (best) out.refer(arranged.position(place), arranged.position(*best));
        if (place % kBatchRowsMax == 0) checkpoint();
      }
    }
    return {};
  });
}

template <typename Key, typename KeyOf>
Status with_keys(const WindowInput& input, WindowColumn& out, KeyOf&& key_of) {
  LEAT_TRY_ASSIGN(const FlatValues<Key> keys,
                  FlatValues<Key>::make(input, *input.call.argument, key_of));
  return input.call.spec.fold == Fold::kMaximum ? find_extremes<true, Key>(input, keys, out)
                                                : find_extremes<false, Key>(input, keys, out);
}

}  // namespace

Status compute_frame_extremes(const WindowInput& input, WindowColumn& out) {
  LEAT_TRY(out.use_sources());
  switch (input.argument_type().id()) {
    case TypeId::kNull: return {};
    case TypeId::kBool:
      return with_keys<int64_t>(input, out, [](const Column& column, size_t row) {
        return int64_t{column.bool_at(row)};
      });
    case TypeId::kDate:
      return with_keys<int64_t>(input, out, [](const Column& column, size_t row) {
        return int64_t{column.values<int32_t>()[row]};
      });
    case TypeId::kFloat64:
      return with_keys<int64_t>(input, out, [](const Column& column, size_t row) {
        return extreme_order_of(column.values<double>()[row]);
      });
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return with_keys<std::string_view>(
          input, out, [](const Column& column, size_t row) { return column.view_at(row); });
    case TypeId::kDecimal:
      if (!input.argument_type().is_short_decimal())
        return with_keys<Int128>(input, out, decimal_at);
      [[fallthrough]];
    default:
      return with_keys<int64_t>(input, out, [](const Column& column, size_t row) {
        return column.values<int64_t>()[row];
      });
  }
}

}  // namespace leat::state
