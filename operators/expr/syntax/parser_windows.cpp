// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// `ignore nulls` and `over (...)` behind a call.
#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/syntax/grammar.h"

namespace leat::expr {

bool Parser::missing(std::string_view wanted) {
  unexpected(wanted);
  return false;
}

AstRef Parser::window_clause(AstRef node) {
  if (!node) return node;
  const bool ignores = current().is_word("ignore");
  if ((ignores || current().is_word("respect")) && ahead(1).is_word("nulls")) {
    node->ignore_nulls = ignores;
    skip(2);
    node->range = join(node->range, previous().range);
  }
  if (!current().is_word("over")) return node;
  const Range begin = take().range;
  if (!expect("(")) return nullptr;
  auto over = std::make_shared<AstWindow>();
  if (!window(*over)) return nullptr;
  node->range = join(node->range, previous().range);
  over->range = join(begin, previous().range);
  node->over = std::move(over);
  return node;
}

/// What stands between the parentheses, and the closing one.
bool Parser::window(AstWindow& window) {
  if (accept_word("partition")) {
    if (!expect_word("by")) return false;
    do {
      window.partition_by.push_back(expression(kLowest));
      if (!window.partition_by.back()) return false;
    } while (accept(","));
  }
  if (accept_word("order")) {
    if (!expect_word("by")) return false;
    do {
      window.order_by.push_back(sort_term());
      if (!window.order_by.back().key) return false;
    } while (accept(","));
  }
  const Token& unit = current();
  if (unit.is_word("rows") || unit.is_word("range") || unit.is_word("groups")) {
    if (!frame(window.frame.emplace())) return false;
  }
  if (accept(")")) return true;
  return missing(window.frame ? "'exclude' or ')'"
                 : window.order_by.empty()
                     ? "'partition by', 'order by', 'rows', 'range' or 'groups'"
                     : "',', 'rows', 'range', 'groups' or ')'");
}

bool Parser::frame(AstFrame& frame) {
  const Token unit = take();
  frame.unit = unit.lower == "rows"    ? FrameUnit::kRows
               : unit.lower == "range" ? FrameUnit::kRange
                                       : FrameUnit::kGroups;
  if (accept_word("between")) {
    if (!frame_bound(frame.start) || !expect_word("and") || !frame_bound(frame.end)) return false;
  } else {
    if (!frame_bound(frame.start)) return false;
    frame.end.range = frame.start.range;  // to the current row
  }
  frame.range = join(unit.range, previous().range);
  return check_order(frame) && frame_exclusion(frame);
}

bool Parser::frame_bound(AstFrame::Bound& bound) {
  const Range begin = current().range;
  if (current().is_word("current") && ahead(1).is_word("row")) {
    skip(2);
    bound.edge = FrameEdge::kCurrentRow;
  } else {
    const bool unbounded = accept_word("unbounded");
    if (!unbounded) {
      bound.offset = expression(kLowest);
      if (!bound.offset) return false;
    }
    if (accept_word("preceding")) {
      bound.edge = unbounded ? FrameEdge::kUnboundedPreceding : FrameEdge::kPreceding;
    } else if (accept_word("following")) {
      bound.edge = unbounded ? FrameEdge::kUnboundedFollowing : FrameEdge::kFollowing;
    } else {
      return missing("'preceding' or 'following'");
    }
  }
  bound.range = join(begin, previous().range);
  return true;
}

/// Does the frame begin before it ends?
bool Parser::check_order(const AstFrame& frame) {
  constexpr std::string_view kHint = "a frame goes from what precedes to what follows";
  if (frame.start.edge == FrameEdge::kUnboundedFollowing) {
    fail(code::kFrame, frame.start.range, "a frame cannot begin with 'unbounded following'",
         std::string(kHint));
    return false;
  }
  if (frame.end.edge == FrameEdge::kUnboundedPreceding) {
    fail(code::kFrame, frame.end.range, "a frame cannot end with 'unbounded preceding'",
         std::string(kHint));
    return false;
  }
  if (frame.start.edge > frame.end.edge) {
    fail(code::kFrame, frame.range, "the frame ends before it begins", std::string(kHint));
    return false;
  }
  return true;
}

bool Parser::frame_exclusion(AstFrame& frame) {
  if (!accept_word("exclude")) return true;
  if (current().is_word("current") && ahead(1).is_word("row")) {
    skip(2);
    frame.exclusion = FrameExclusion::kCurrentRow;
  } else if (current().is_word("no") && ahead(1).is_word("others")) {
    skip(2);
  } else if (accept_word("group")) {
    frame.exclusion = FrameExclusion::kGroup;
  } else if (accept_word("ties")) {
    frame.exclusion = FrameExclusion::kTies;
  } else {
    return missing("'current row', 'group', 'ties' or 'no others' after 'exclude'");
  }
  frame.range = join(frame.range, previous().range);
  return true;
}

}  // namespace leat::expr
