// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a head and its lanes are goroutines with stacks, or threads under ThreadModel::kKernel.
// Thousands of `limit`s in a row would take more of them than there are.
//
// Invariants
// 1. A stage has a segment of its own, or runs in the lanes of its first input (its home).
// 2. Where sequential stages are many, those that follow another one run in its lane, which is the
//    only one of its segment and so has the rows in order. The stages alone decide it, never the
//    processors, as ordinals are given anew there.
// 3. What reads a source keeps a head of its own, so that reading stays the work of all lanes.
//
// Rejected: starting segments one after the other (each sends rows to the next: all must be there);
// small stacks (expressions, libraries and plugins recurse).
#include "pipelines/run/heads.h"

#include <algorithm>

namespace leat::pipelines {
namespace {

/// So many segments of sequential stages are no burden.
constexpr size_t kSequentialSegments = 64;

}  // namespace

Heads::Heads(const Pipeline& pipeline, Folding folding)
    : pipeline_(pipeline),
      folding_(folding),
      own_(pipeline.stages.size()),
      homes_(pipeline.stages.size()),
      folded_(pipeline.stages.size(), false) {
  size_t sequential = 0;
  std::vector<bool> read_rejects(pipeline.stages.size(), false);
  for (size_t stage = 0; stage < pipeline.stages.size(); ++stage) {
    sequential += species<Sequential>(pipeline, stage) != nullptr ? 1 : 0;
    for (const From& from : pipeline.stages[stage].from) {
      if (from.port == From::kRejects) read_rejects[from.stage] = true;
    }
  }
  many_ = sequential > kSequentialSegments;
  for (size_t stage = 0; stage < pipeline.stages.size(); ++stage) {
    folded_[stage] = folds(stage);
    const auto head = folded_[stage] ? std::nullopt : head_of(stage);
    if (head) own_[stage] = add(*head, stage);
    homes_[stage] = head ? *own_[stage] : home(pipeline.stages[stage].from.front());
    const Map* const map = species<Map>(pipeline, stage);
    const bool has_sides = map != nullptr && !map->sides().empty();
    for (size_t i = 1; has_sides && i <= map->sides().size(); ++i)
      sides_[{stage, i}] = add(Segment::Head::kSide, stage, i);
    // Rejects that arise in more than one segment, and that somebody reads, meet.
    const bool several = species<Collect>(pipeline, stage) || species<Union>(pipeline, stage);
    if ((several || has_sides) && read_rejects[stage])
      rejects_[stage] = add(Segment::Head::kRejects, stage);
  }
}

bool Heads::receives_rows(SegmentIndex index) const {
  const Segment::Head head = segments_[index].head;
  return head == Segment::Head::kSequential || head == Segment::Head::kUnion ||
         head == Segment::Head::kRejects;
}

std::optional<SegmentIndex> Heads::rejects(size_t stage) const {
  const auto found = rejects_.find(stage);
  return found == rejects_.end() ? std::nullopt : std::optional(found->second);
}

SegmentIndex Heads::home(From from) const {
  if (from.port == From::kRejects) {
    if (const auto meeting = rejects(from.stage)) return *meeting;
  }
  return homes_[from.stage];
}

std::optional<SegmentIndex> Heads::behind(size_t stage, size_t input) const {
  if (species<Map>(pipeline_, stage))
    return input == 0 ? std::nullopt : std::optional(side(stage, input));
  return own(stage);
}

std::optional<Segment::Head> Heads::head_of(size_t stage) const {
  if (species<Source>(pipeline_, stage)) return Segment::Head::kSource;
  if (species<Collect>(pipeline_, stage)) return Segment::Head::kFinal;
  if (species<Sequential>(pipeline_, stage)) return Segment::Head::kSequential;
  if (species<Union>(pipeline_, stage)) return Segment::Head::kUnion;
  return std::nullopt;
}

bool Heads::folds(size_t stage) const {
  if (!many_ || folding_ == Folding::kNever || !species<Sequential>(pipeline_, stage)) return false;
  return segments_[home(pipeline_.stages[stage].from.front())].head == Segment::Head::kSequential;
}

SegmentIndex Heads::add(Segment::Head head, size_t stage, size_t input) {
  Segment segment;
  segment.head = head;
  segment.stage = stage;
  segment.input = input;
  segments_.push_back(std::move(segment));
  return static_cast<SegmentIndex>(segments_.size() - 1);
}

}  // namespace leat::pipelines
