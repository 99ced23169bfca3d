// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the parser makes of an expression: names are not looked up, types are not known.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operators/expr/binding/mistakes.h"

namespace leat::expr {

enum class AstKind : uint8_t {
  kNull,
  kBoolean,       ///< `text` is true or false.
  kInteger,       ///< `text` as written.
  kFloat,         ///< `text` as written.
  kString,        ///< `text` decoded.
  kTypedLiteral,  ///< `date '2026-01-01'`: `type_name`, `text`.
  kColumn,        ///< `text`; `quoted` when in double quotes.
  kParameter,     ///< `text` without the dollar sign.
  kField,         ///< inputs[0] . `text`
  kSubscript,     ///< inputs[0] [ inputs[1] ]
  kSlice,         ///< inputs[0] [ inputs[1] : inputs[2] ]
  kList,          ///< [ inputs ]
  kStructure,     ///< { names : inputs }
  kQuantified,    ///< inputs[0] `text` any(inputs[1]); `star` for all(...)
  kLambda,        ///< names -> inputs[0]
  kUnary,         ///< `text` is + or -.
  kBinary,        ///< `text` is an operator: arithmetic, comparison, ||, ~, ->.
  kAnd,
  kOr,
  kNot,
  kIs,        ///< inputs[0] is [not] `text`: null, true, false, unknown.
  kDistinct,  ///< inputs[0] is [not] distinct from inputs[1]
  kBetween,   ///< inputs[0] [not] between inputs[1] and inputs[2]
  kIn,        ///< inputs[0] [not] in the others
  kLike,      ///< inputs[0] [not] like inputs[1] [escape inputs[2]]; `insensitive` for ilike
  kCase,      ///< when, then, when, then, ..., [else]; `extra` is the operand of the short form
  kCast,      ///< inputs[0] to `type_name`; `quiet` for try_cast
  kCall,  ///< function `text` of inputs; `star`, `distinct`, `order`, `within_group`, and `extra`
          ///< (the filter) for aggregates; `ignore_nulls` and `over` for window functions
  kExtract,  ///< field `text` of inputs[0]
};

struct Ast;
using AstRef = std::unique_ptr<Ast>;

/// `expression [asc | desc] [nulls first | nulls last]`
struct ParsedSortKey {
  AstRef key;
  bool descending = false;
  bool nulls_first = false;
};

struct AstWindow;

/// A name of a field or a parameter, and where it stands.
struct AstName {
  std::string text;
  Range range;
};

struct Ast {
  AstKind kind = AstKind::kNull;
  Range range;      ///< The whole node.
  Range operation;  ///< The operator, the function's name, or the whole node: where a fault points.
  std::string text;
  std::string type_name;
  std::vector<AstRef> inputs;
  std::vector<AstName>
      names;  ///< Of kStructure and kLambda; of kCall `name := value`, for all or none.
  AstRef extra;
  std::vector<ParsedSortKey> order;
  std::shared_ptr<const AstWindow> over;  ///< Of kCall: the window clause; null without one.
  Range type_range;                       ///< Of kCast and kTypedLiteral: the type's name.
  bool negated = false;
  bool quoted = false;
  bool insensitive = false;
  bool quiet = false;
  bool distinct = false;
  bool star = false;
  bool within_group = false;  ///< The order is that of `within group (order by ...)`.
  bool ignore_nulls = false;
  bool parenthesised = false;
};

enum class FrameUnit : uint8_t { kRows, kRange, kGroups };
enum class FrameEdge : uint8_t {
  kUnboundedPreceding,
  kPreceding,
  kCurrentRow,
  kFollowing,
  kUnboundedFollowing,
};
enum class FrameExclusion : uint8_t { kNone, kCurrentRow, kGroup, kTies };

/// `rows between 3 preceding and current row exclude ties`
struct AstFrame {
  struct Bound {
    FrameEdge edge = FrameEdge::kCurrentRow;
    AstRef offset;  ///< Of kPreceding and kFollowing.
    Range range;
  };
  FrameUnit unit = FrameUnit::kRange;
  Bound start;
  Bound end;
  FrameExclusion exclusion = FrameExclusion::kNone;
  Range range;
};

/// `over (partition by a order by b rows 3 preceding)`
struct AstWindow {
  std::vector<AstRef> partition_by;
  std::vector<ParsedSortKey> order_by;
  std::optional<AstFrame> frame;
  Range range;
};

}  // namespace leat::expr
