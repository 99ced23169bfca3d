// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The value of another row: lag and lead count rows of the partition, first_value, last_value and
// nth_value those of the frame. What counts (rows that pass the filter; with `ignore nulls` those
// with a value) is listed once for each partition, so that each row's answer is one look-up.
#include <algorithm>

#include "operators/state/windows/window_input.h"

namespace leat::state {

Result<PagedArray<uint8_t>> live_rows(const WindowInput& input, NullRows nulls) {
  PagedArray<uint8_t> live(input.memory, input.rows.pages());
  LEAT_TRY(live.resize(input.rows.rows(), 1));
  std::vector<size_t> arguments;
  if (nulls == NullRows::kSkip && input.call.argument) arguments.push_back(*input.call.argument);
  if (nulls == NullRows::kSkip && input.call.function == WindowFunction::kAggregate)
    arguments.assign(input.call.values().begin(), input.call.values().end());
  std::vector<uint8_t> passes;
  size_t position = 0;
  for (size_t i = 0; i < input.rows.batch_count(); ++i) {
    checkpoint();
    LEAT_TRY_ASSIGN(const Batch batch, input.rows.batch(i));
    passes.assign(batch.rows(), 1);
    if (input.call.filter) {
      const Column& filter = batch.column(*input.call.filter);
      for (size_t row = 0; row < batch.rows(); ++row)
        passes[row] = filter.is_valid(row) && filter.bool_at(row) ? 1 : 0;
    }
    for (const size_t column : arguments) {
      const Column& argument = batch.column(column);
      if (!argument.may_have_nulls() && !argument.type().is(TypeId::kNull)) continue;
      for (size_t row = 0; row < batch.rows(); ++row) passes[row] &= argument.is_valid(row) ? 1 : 0;
    }
    for (const uint8_t pass : passes) live.set(position++, pass);
  }
  LEAT_TRY(live.finish());
  return live;
}

namespace {

/// The live places of one partition. Where all are, nothing is listed.
class LivePlaces {
 public:
  explicit LivePlaces(const WindowInput& input)
      : input_(input), places_(input.memory, pages()), before_(input.memory, pages()) {}

  /// `live` is empty when all rows are.
  Status list(const PagedArray<uint8_t>& live, size_t partition) {
    first_ = input_.arranged.partitions[partition];
    const uint32_t rows = input_.arranged.partitions[partition + 1] - first_;
    all_ = live.size() == 0;
    count_ = all_ ? rows : 0;
    if (all_) return {};
    if (before_.size() < rows + size_t{1} || input_.arranged.paged) {
      places_ = PagedArray<uint32_t>(input_.memory, pages());
      before_ = PagedArray<uint32_t>(input_.memory, pages());
      LEAT_TRY(places_.resize(rows, 0));
      LEAT_TRY(before_.resize(rows + size_t{1}, 0));
    }
    for (uint32_t i = 0; i < rows; ++i) {
      before_.set(i, count_);
      if (live[input_.arranged.position(first_ + i)] != 0) places_.set(count_++, first_ + i);
    }
    before_.set(rows, count_);
    LEAT_TRY(places_.finish());
    return before_.finish();
  }

  uint32_t count() const { return count_; }
  /// How many lie before `place`, which may be one past the last.
  uint32_t before(uint32_t place) const { return all_ ? place - first_ : before_[place - first_]; }
  /// Live place `index`.
  uint32_t operator[](uint32_t index) const { return all_ ? first_ + index : places_[index]; }

 private:
  PageStore* pages() const { return input_.rows.pages(); }

  const WindowInput& input_;
  uint32_t first_ = 0;
  uint32_t count_ = 0;
  bool all_ = true;
  PagedArray<uint32_t> places_;
  PagedArray<uint32_t> before_;
};

/// The live rows of a frame, by number.
class LiveFrame {
 public:
  LiveFrame(const LivePlaces& live, const FrameRows& frame, uint32_t place)
      : live_(live),
        place_(place),
        first_(live.before(frame.begin)),
        ahead_(live.before(frame.hole_begin) - first_),
        behind_first_(live.before(frame.hole_end)),
        behind_(live.before(frame.end) - behind_first_),
        puts_back_(frame.puts_back && live.before(place + 1) > live.before(place)) {}

  uint64_t count() const { return uint64_t{ahead_} + (puts_back_ ? 1 : 0) + behind_; }
  /// The place of live row `index` of the frame.
  uint32_t operator[](uint64_t index) const {
    if (index < ahead_) return live_[first_ + static_cast<uint32_t>(index)];
    index -= ahead_;
    if (puts_back_ && index-- == 0) return place_;
    return live_[behind_first_ + static_cast<uint32_t>(index)];
  }

 private:
  const LivePlaces& live_;
  uint32_t place_;
  uint32_t first_;
  uint32_t ahead_;
  uint32_t behind_first_;
  uint32_t behind_;
  bool puts_back_;
};

/// Calls `source(places of the partition, cursor, place)`, which returns a place or nothing, for
/// each row.
template <typename Source>
Status refer_rows(const WindowInput& input, WindowColumn& out, uint32_t otherwise,
                  Source&& source) {
  LEAT_TRY(out.use_sources());
  const bool ignores = input.call.ignore_nulls;
  PagedArray<uint8_t> live(input.memory, nullptr);
  if (ignores || input.call.filter) {
    LEAT_TRY_ASSIGN(live, live_rows(input, ignores ? NullRows::kSkip : NullRows::kKeep));
  }
  const ArrangedRows& arranged = input.arranged;
  return for_places(arranged, [&](const PlaceRange& range) -> Status {
    LivePlaces places(input);
    for (size_t i = range.first; i < range.last; ++i) {
      checkpoint();
      LEAT_TRY(places.list(live, i));
      FrameCursor cursor(input.call.frame, arranged, input.keys, i);
      const uint32_t end = range.end_in(arranged, i);
      for (uint32_t place = range.begin_in(arranged, i); place < end; ++place) {
        const std::optional<uint32_t> found = source(places, cursor, place);
        out.refer(arranged.position(place), found ? arranged.position(*found) : otherwise);
      }
    }
    return {};
  });
}

}  // namespace

Status compute_shifts(const WindowInput& input, WindowColumn& out) {
  const bool back = input.call.function == WindowFunction::kLag;
  const uint64_t number = input.call.number;
  const uint32_t otherwise = input.call.fallback ? WindowColumn::kFallback : WindowColumn::kNoRow;
  return refer_rows(
      input, out, otherwise,
      [=](const LivePlaces& places, FrameCursor&, uint32_t place) -> std::optional<uint32_t> {
        if (number == 0) return place;
        const uint32_t before = places.before(place);
        if (back)
          return number <= before ? std::optional(places[static_cast<uint32_t>(before - number)])
                                  : std::nullopt;
        const uint64_t index = places.before(place + 1) + number - 1;
        return index < places.count() ? std::optional(places[static_cast<uint32_t>(index)])
                                      : std::nullopt;
      });
}

Status compute_frame_values(const WindowInput& input, WindowColumn& out) {
  const WindowPlan::Call& call = input.call;
  const bool from_end =
      call.function == WindowFunction::kLastValue ||
      (call.function == WindowFunction::kAggregate && call.spec.fold == Fold::kLast);
  const uint64_t number = call.function == WindowFunction::kNthValue ? call.number : 1;
  return refer_rows(input, out, WindowColumn::kNoRow,
                    [=](const LivePlaces& places, FrameCursor& cursor,
                        uint32_t place) -> std::optional<uint32_t> {
                      const LiveFrame frame(places, cursor.at(place), place);
                      if (number > frame.count()) return std::nullopt;
                      return frame[from_end ? frame.count() - 1 : number - 1];
                    });
}

}  // namespace leat::state
