// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the groups of all lanes in the order of their first rows, although every lane has seen
// only some of the rows, and a lane may have met a group later than another.
//
// Lanes take splits in ascending order, so each lane met its groups in ascending order of rows, and
// numbered them so. Only rows that come in another order than that of their identities (behind a
// sort) need sorting. When two lanes come together, each group stays in the sequence of the one
// that met it first, is dropped from the other's, and the two are merged. Which of two rows comes
// first is as good as random: the loops take no branch on it.
//
// Rows of one identity, should there be any, are met by one lane: their groups stay as numbered.
//
// Rejected: one merge of all lanes at the end, with a heap (a mispredicted branch or two for each
// group, and all sequences are kept until then).
#include "operators/state/groups/group_order.h"

#include <algorithm>
#include <compare>
#include <utility>

#include "engine/check.h"
#include "engine/go.h"
#include "engine/mutant.h"
#include "engine/parallel.h"
#include "operators/state/state_array.h"

namespace leat::state {

// --------------------------------------------------------------------------------------------- note

Status GroupOrder::note(const Batch& batch, const Selection& rows, const uint32_t* group_of,
                        size_t groups) {
  const RowPlaces& ids = batch.places();
  const size_t count = rows.count();
  if (count == 0) return {};
  const bool ascending = !ids.ordinals && (empty_ || ids[rows[0]].packed() > highest_id_);
  if (!ascending) {
    LEAT_TRY(note_any(ids, rows, group_of));
  } else {
    // The usual case: groups that are known were seen earlier.
    for (size_t i = 0, left = groups - size(); i < count && left > 0; ++i) {
      const size_t row = rows[i];
      if (group_of[row] != size()) continue;
      LEAT_TRY(first_.push_back(ids[row].packed()));
      --left;
    }
    highest_id_ = ids[rows[count - 1]].packed();
  }
  empty_ = false;
  return {};
}

Status GroupOrder::note_empty() { return first_.push_back(0); }

Status GroupOrder::note_any(const RowPlaces& ids, const Selection& rows, const uint32_t* group_of) {
  for (size_t i = 0; i < rows.count(); ++i) {
    const size_t row = rows[i];
    const uint64_t id = ids[row].packed();
    highest_id_ = std::max(highest_id_, id);
    const uint32_t group = group_of[row];
    if (group == size()) {
      sorted_ = sorted_ && (group == 0 || first_[group - 1] <= id);
      LEAT_TRY(first_.push_back(id));
    } else if (id < first_[group]) {
      sorted_ = false;
      first_[group] = id;
    }
  }
  return {};
}

// -------------------------------------------------------------------------------------------- order

namespace {

constexpr size_t kAhead = 16;
}  // namespace

struct GroupOrder::Ranked {
  uint64_t first;
  uint32_t group;
  auto operator<=>(const Ranked&) const = default;
};

size_t GroupOrder::work_bytes(size_t groups) {
  constexpr size_t kArrays = 8;
  constexpr size_t kBytesEach = sizeof(Ranked) + sizeof(uint64_t) + 4 * sizeof(uint32_t) + 1;
  constexpr size_t kSmallestArray = size_t{1} << 10;
  // An array is of up to twice the size that is needed.
  return 2 * groups * kBytesEach + kArrays * kSmallestArray;
}

Status GroupOrder::sort() {
  if (sorted_) return {};
  StateArray<Ranked> all(*memory_);
  LEAT_TRY(all.resize(size(), Ranked{}));
  LEAT_TRY(ranked_.resize(size(), 0));
  for (size_t group = 0; group < size(); ++group)
    all[group] = {first_[group], static_cast<uint32_t>(group)};
  std::sort(all.data(), all.data() + all.size());
  for (size_t i = 0; i < size(); ++i) ranked_[i] = all[i].group;
  sorted_ = true;
  return {};
}

Status GroupOrder::absorb(GroupOrder other, GroupNumbers group_of, size_t groups) {
  LEAT_TRY(sort());
  LEAT_TRY(other.sort());
  const size_t known = size();
  LEAT_TRY(first_.resize(groups, UINT64_MAX));  // after all rows
  GroupArray<uint8_t> lowered(*memory_);        // 1: the other met it first
  LEAT_TRY(lowered.resize(groups, 0));
  parallel_for(other.size(), kParallelGroups, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (i % kBetweenCheckpoints == 0) checkpoint();
      if (i + kAhead < end) __builtin_prefetch(&first_[group_of[i + kAhead]], 1);
      uint64_t& first = first_[group_of[i]];
      lowered[group_of[i]] = other.first_[i] < first ? 1 : 0;
      first = std::min(first, other.first_[i]);
    }
  });
  const bool as_numbered = ranked_.size() == 0;
  if (as_numbered) {
    LEAT_TRY(ranked_.resize(known, 0));
    number(known);
  }
  const size_t ours = drop_lowered(lowered, known);
  // Theirs are translated and picked where they lie.
  size_t theirs = 0;
  GroupNumbers& sequence = other.ranked_.size() == 0 ? group_of : other.ranked_;
  for (size_t i = 0; i < other.size(); ++i) {
    if (i % kBetweenCheckpoints == 0) checkpoint();
    const uint32_t group = group_of[other.ranked_.size() == 0 ? i : other.ranked_[i]];
    sequence[theirs] = group;
    theirs += lowered[group];
  }
  LEAT_CHECK(ours + theirs == groups, "a group was lost or counted twice in the order of groups");
  return merge(sequence, ours, theirs);
}

/// Puts the first `groups` as they are numbered.
void GroupOrder::number(size_t groups) {
  for (size_t group = 0; group < groups; ++group) {
    if (group % kBetweenCheckpoints == 0) checkpoint();
    ranked_[group] = static_cast<uint32_t>(group);
  }
}

/// Keeps those of the first `known` groups of ranked_ that were not lowered; returns how many.
size_t GroupOrder::drop_lowered(const GroupArray<uint8_t>& lowered, size_t known) {
  size_t kept = 0;
  for (size_t i = 0; i < known; ++i) {
    if (i % kBetweenCheckpoints == 0) checkpoint();
    const uint32_t group = ranked_[i];
    ranked_[kept] = group;
    kept += 1 - lowered[group];
  }
  return kept;
}

/// Makes ranked_, of which the first `our_count` are ours, the merge of these and `theirs`. The
/// ranges of the result are made at once; where each begins in both sequences is found as in Odeh,
/// Green, Mwassi, Shmueli and Birk, "Merge Path" (2012).
Status GroupOrder::merge(const GroupNumbers& theirs, size_t our_count, size_t their_count) {
  GroupNumbers merged(*memory_);
  LEAT_TRY(merged.resize(our_count + their_count, 0));
  const auto out = merged.pieces();
  const auto a = std::as_const(ranked_).pieces();
  const auto b = theirs.pieces();
  const auto first = std::as_const(first_).pieces();
  parallel_for(merged.size(), kParallelGroups, [&](size_t begin, size_t end) {
    size_t i = begin - std::min(begin, their_count);
    for (size_t above = std::min(begin, our_count); i < above;) {
      const size_t middle = i + (above - i) / 2;
      if (first[a[middle]] < first[b[begin - 1 - middle]]) {
        i = middle + 1;
      } else {
        above = middle;
      }
    }
    size_t j = begin - i;
    for (; begin < end && i < our_count && j < their_count; ++begin) {
      if (begin % kBetweenCheckpoints == 0) checkpoint();
      if (i + kAhead < our_count) __builtin_prefetch(&first[a[i + kAhead]]);
      if (j + kAhead < their_count) __builtin_prefetch(&first[b[j + kAhead]]);
      const size_t is_theirs = first[b[j]] < first[a[i]] ? 1 : 0;
      out[begin] = is_theirs != 0 ? b[j] : a[i];
      j += is_theirs;
      i += 1 - is_theirs;
    }
    for (; begin < end && i < our_count; ++begin) out[begin] = a[i++];
    for (; begin < end; ++begin) out[begin] = b[j++];
  });
  ranked_ = std::move(merged);
  return {};
}

Result<GroupNumbers> GroupOrder::rank() {
  LEAT_TRY(sort());
  if (ranked_.size() == 0 || LEAT_MUTANT("group_order_by_lane")) {
    LEAT_TRY(ranked_.resize(size(), 0));
    number(size());
  }
  return std::move(ranked_);
}

}  // namespace leat::state
