// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which stages are the head of a segment, and where all others run. See heads.cpp.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "pipelines/run/plan.h"

namespace leat::pipelines {

/// The stage's operator if it is a `Species`, or null.
template <typename Species>
const Species* species(const Pipeline& pipeline, size_t stage) {
  const auto* const found =
      std::get_if<std::unique_ptr<Species>>(&pipeline.stages[stage].bound->species);
  return found == nullptr ? nullptr : found->get();
}

/// May sequential stages run in the lane of another one?
enum class Folding : uint8_t { kNever, kWhenMany };

/// Segments by what they are for; edges and trees are added by Wiring.
class Heads {
 public:
  explicit Heads(const Pipeline& pipeline, Folding folding = Folding::kWhenMany);

  const std::vector<Segment>& segments() const { return segments_; }
  size_t size() const { return segments_.size(); }
  /// Is the head one that rows are sent to?
  bool receives_rows(SegmentIndex index) const;
  SegmentIndex side(size_t stage, size_t input) const { return sides_.at({stage, input}); }
  std::optional<SegmentIndex> own(size_t stage) const { return own_[stage]; }
  std::optional<SegmentIndex> rejects(size_t stage) const;
  /// Where the readers of a port run.
  SegmentIndex home(From from) const;
  /// The head that input `input` of `stage` ends at; nullopt when it goes on in the lane, or to a
  /// committer.
  std::optional<SegmentIndex> behind(size_t stage, size_t input) const;
  /// Does the stage run in the lane of its input, as kInOrder?
  bool is_folded(size_t stage) const { return folded_[stage]; }

 private:
  std::optional<Segment::Head> head_of(size_t stage) const;
  bool folds(size_t stage) const;
  SegmentIndex add(Segment::Head head, size_t stage, size_t input = 0);

  const Pipeline& pipeline_;
  const Folding folding_;
  bool many_ = false;  // sequential stages
  std::vector<Segment> segments_;
  std::vector<std::optional<SegmentIndex>> own_;
  std::vector<SegmentIndex> homes_;  // of the stage's rows
  std::vector<bool> folded_;
  std::map<std::pair<size_t, size_t>, SegmentIndex> sides_;
  std::map<size_t, SegmentIndex> rejects_;
};

}  // namespace leat::pipelines
