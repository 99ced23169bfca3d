// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Pipelines in which some rows carry a number, so that one can see what becomes of them. See
// trail.cpp.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "operators/options.h"
#include "pipelines/load/pipeline.h"

namespace leat::pipelines {

/// The column that holds the numbers of rows that are followed, with commas between them, and NULL
/// in all others.
inline constexpr std::string_view kFollowedColumn = "leat_followed";

/// A row that is followed: the `row`th, from 1, of those of stage `start`. Its place is where it
/// stands in a file, if that is known.
struct FollowedRow {
  size_t start = 0;
  uint64_t row = 0;
  TextPlace place = {};

  std::string id() const;
};

/// Rows that a trail looks at.
struct TrailLook {
  enum class Kind : uint8_t {
    kFound,    ///< The rows of a start that match, the row's number last.
    kMatches,  ///< One row: how many match.
    kRows,     ///< Those of a stage that are followed.
    kPort,     ///< Those of one of its further ports.
    kRejects,  ///< What the stage rejected of the lines of the followed rows.
    kTests,    ///< The rows a filter receives that are followed, the value of each condition last.
  };

  Kind kind = Kind::kRows;
  size_t stage = 0;
  size_t port = 0;     ///< As in From.
  std::string target;  ///< The name of the stage whose rows they are.
};

/// A pipeline to be run in the place of another.
struct Trail {
  OptionNode tree;
  std::vector<TrailLook> looks;
  std::vector<bool> follows;        ///< Of each stage: do its rows carry the numbers?
  std::vector<uint32_t> of_stages;  ///< For each entry of `stages` in the tree, for which stage.
};

/// A condition that a filter joins by `and` with others.
struct TrailCondition {
  std::string text;
  std::vector<std::string> columns;  ///< That it reads.
};
std::vector<TrailCondition> conditions_of(const std::string& expression);

/// THREADS: one.
class TrailWriter {
 public:
  /// `tree` is that of the resolved text which `pipeline` was loaded from. Both outlive this.
  TrailWriter(const OptionNode& tree, const Pipeline& pipeline);

  /// Looks for the rows of `starts` for which `where` is true.
  Trail search(const std::vector<size_t>& starts, const std::string& where) const;
  /// Follows rows. What comes out of the stages in `ends` is not followed.
  Trail follow(const std::vector<FollowedRow>& rows, const std::set<size_t>& ends) const;

  /// As it is called in a trail.
  const std::string& name(size_t stage) const { return names_[stage]; }
  /// An option of a stage as written, or null.
  const OptionNode* option(size_t stage, std::string_view option) const;

 private:
  friend class TrailFollower;

  OptionNode root() const;
  /// The stage's entry with its name.
  OptionNode entry(size_t stage) const;
  std::string port_name(const From& from) const;
  /// Names what the stage reads.
  void set_inputs(size_t stage, const std::vector<std::string>& inputs, OptionNode& entry) const;

  const OptionNode& tree_;
  const Pipeline& pipeline_;
  std::vector<const OptionNode*> entries_;
  std::vector<std::string> names_;
};

}  // namespace leat::pipelines
