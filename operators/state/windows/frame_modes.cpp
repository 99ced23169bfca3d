// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// mode over frames: values are numbered, and of each it is known how often it lies in the frame and
// where first. A tournament of the values, by count and then by first row, has the mode on top; a
// row that comes or goes plays the matches of its value again.
//
// Rejected: counts of counts (they know how often the mode is there, and not which of several came
// first); what is left out of the middle of a frame keeps an account of its own, so that the first
// row of a value is at the front of what is on either side.
#include <bit>

#include "operators/state/windows/frame_distinct.h"

namespace leat::state {

namespace {

constexpr uint32_t kNever = UINT32_MAX;

/// For each place with a value, the next place with the same one.
Result<StateArray<uint32_t>> next_places(const WindowInput& input, const NumberedValues& values,
                                         const PagedArray<uint8_t>& live) {
  StateArray<uint32_t> next(input.memory);
  StateArray<uint32_t> last(input.memory);
  LEAT_TRY(next.resize(input.rows.rows(), kNever));
  LEAT_TRY(last.resize(values.count + 1, kNever));
  for (size_t place = input.rows.rows(); place-- > 0;) {
    const uint32_t position = input.arranged.position(place);
    if (live[position] == 0) continue;
    uint32_t& known = last[values.numbers[position]];
    next[place] = known;
    known = static_cast<uint32_t>(place);
  }
  return next;
}

/// The values of a frame.
class Tournament {
 public:
  static Result<Tournament> make(size_t values, MemoryAccount& memory) {
    Tournament made(memory);
    made.leaves_ = std::bit_ceil(std::max<size_t>(values, 1));
    LEAT_TRY(made.entries_.resize(made.leaves_, Entry{}));
    LEAT_TRY(made.winners_.resize(made.leaves_, 0));
    for (size_t node = made.leaves_; node-- > 1;) made.play(node);
    return made;
  }

  /// Some rows of one value on one side of what a frame leaves out.
  struct Side {
    uint32_t count = 0;
    uint32_t first = kNever;
  };
  enum Which : uint8_t { kAhead, kPutBack, kBehind };

  Side& side(uint32_t value, Which which) { return entries_[value].sides[which]; }
  /// To be called when a side of `value` has changed.
  void update(uint32_t value) {
    for (size_t node = (leaves_ + value) / 2; node > 0; node /= 2) play(node);
  }
  /// The first place of the mode; kNever: there is no value.
  uint32_t best() const { return first(leaves_ == 1 ? 0 : winners_[1]); }

 private:
  struct Entry {
    Side sides[3];
  };

  explicit Tournament(MemoryAccount& memory) : entries_(memory), winners_(memory) {}

  uint32_t count(uint32_t value) const {
    const Entry& entry = entries_[value];
    return entry.sides[0].count + entry.sides[1].count + entry.sides[2].count;
  }
  uint32_t first(uint32_t value) const {
    for (const Side& side : entries_[value].sides) {
      if (side.count > 0) return side.first;
    }
    return kNever;
  }
  uint32_t winner(size_t node) const {
    return node >= leaves_ ? static_cast<uint32_t>(node - leaves_) : winners_[node];
  }
  void play(size_t node) {
    const uint32_t a = winner(2 * node);
    const uint32_t b = winner(2 * node + 1);
    const uint32_t count_a = count(a);
    const uint32_t count_b = count(b);
    const bool a_wins = count_a != count_b ? count_a > count_b : first(a) <= first(b);
    winners_[node] = a_wins ? a : b;
  }

  size_t leaves_ = 1;
  StateArray<Entry> entries_;
  StateArray<uint32_t> winners_;  // by node, from 1
};

class ModeFinder {
 public:
  ModeFinder(const WindowInput& input, const NumberedValues& values,
             const PagedArray<uint8_t>& live, const StateArray<uint32_t>& next,
             Tournament values_in)
      : input_(input),
        values_(values),
        live_(live),
        next_(next),
        tournament_(std::move(values_in)) {}

  void find(size_t partition, uint32_t begin, uint32_t end, WindowColumn& out) {
    FrameCursor cursor(input_.call.frame, input_.arranged, input_.keys, partition);
    FrameStretch ahead;
    FrameStretch behind;
    const auto add = [&](Tournament::Which which) {
      return [this, which](uint32_t place) { change(place, which, true); };
    };
    const auto remove = [&](Tournament::Which which) {
      return [this, which](uint32_t place) { change(place, which, false); };
    };
    for (uint32_t place = begin; place < end; ++place) {
      const FrameRows frame = cursor.at(place);
      ahead.move(frame.begin, frame.hole_begin, add(Tournament::kAhead),
                 remove(Tournament::kAhead));
      behind.move(frame.hole_end, frame.end, add(Tournament::kBehind), remove(Tournament::kBehind));
      if (frame.puts_back) change(place, Tournament::kPutBack, true);
      const uint32_t best = tournament_.best();
      if (best != kNever)
        out.refer(input_.arranged.position(place), input_.arranged.position(best));
      if (frame.puts_back) change(place, Tournament::kPutBack, false);
      if (place % kBatchRowsMax == 0) checkpoint();
    }
    ahead.empty(remove(Tournament::kAhead));
    behind.empty(remove(Tournament::kBehind));
  }

 private:
  /// The row comes at the end of its side, or goes from the front.
  void change(uint32_t place, Tournament::Which which, bool comes) {
    const uint32_t position = input_.arranged.position(place);
    if (live_[position] == 0) return;
    const uint32_t value = values_.numbers[position];
    Tournament::Side& side = tournament_.side(value, which);
    if (comes && side.count++ == 0) side.first = place;
    if (!comes && --side.count > 0) side.first = next_[place];
    tournament_.update(value);
  }

  const WindowInput& input_;
  const NumberedValues& values_;
  const PagedArray<uint8_t>& live_;
  const StateArray<uint32_t>& next_;
  Tournament tournament_;
};

}  // namespace

Status compute_frame_modes(const WindowInput& input, WindowColumn& out) {
  LEAT_TRY(out.use_sources());
  LEAT_TRY_ASSIGN(const PagedArray<uint8_t> live, live_rows(input, NullRows::kSkip));
  LEAT_TRY_ASSIGN(const NumberedValues values, number_values(input));
  LEAT_TRY_ASSIGN(const StateArray<uint32_t> next, next_places(input, values, live));
  return for_places(input.arranged, [&](const PlaceRange& range) -> Status {
    LEAT_TRY_ASSIGN(Tournament tournament, Tournament::make(values.count, input.memory));
    ModeFinder finder(input, values, live, next, std::move(tournament));
    for (size_t i = range.first; i < range.last; ++i) {
      checkpoint();
      finder.find(i, range.begin_in(input.arranged, i), range.end_in(input.arranged, i), out);
    }
    return {};
  });
}

}  // namespace leat::state
