// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Paths of SQL/JSON, as PostgreSQL's jsonpath has them: `$.orders[*] ? (@.total > 100).id`. In lax
// mode, the only one there is: an array is taken apart where a step wants its elements, a single
// value counts as an array of one, and what is not there is no mistake.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "operators/expr/functions/regexp.h"

namespace leat::expr {

/// A copy of `text` with room behind it, into which scanners of JSON may read.
inline std::string scannable(std::string_view text) {
  constexpr size_t kReadBeyond = 32;
  std::string copy;
  copy.reserve(text.size() + kReadBeyond);
  copy.append(text);
  return copy;
}

enum class QueryKind : uint8_t {
  kRoot,      ///< $
  kCurrent,   ///< @
  kLast,      ///< The index of an array's last element.
  kLiteral,   ///< `text` is JSON, scannable.
  kVariable,  ///< `text` is its name.
  kPath,      ///< The steps from inputs[0].
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kPlus,
  kMinus,
  // Conditions.
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAnd,
  kOr,
  kNot,
  kIsUnknown,
  kExists,
  kStartsWith,
  kLikeRegex,
};

enum class StepKind : uint8_t {
  kMember,
  kAnyMember,
  kAnyElement,
  kElements,
  kDeep,  ///< Values from level `first` to level `last` below.
  kFilter,
  kMethod,
};

enum class QueryMethod : uint8_t {
  kType,
  kSize,
  kDouble,
  kNumber,
  kCeiling,
  kFloor,
  kAbs,
  kString,
  kKeyvalue,
};

struct QueryNode;
using QueryRef = std::unique_ptr<QueryNode>;

struct QueryStep;

struct QueryNode {
  QueryKind kind = QueryKind::kRoot;
  std::string text;
  std::vector<QueryRef> inputs;
  std::vector<QueryStep> steps;
  Pattern pattern;

  bool is_condition() const { return kind >= QueryKind::kEqual; }
};

struct QueryStep {
  /// `[from]` or `[from to to]`
  struct Range {
    QueryRef from;
    QueryRef to;
  };
  static constexpr uint32_t kLeaves = UINT32_MAX;

  StepKind kind = StepKind::kMember;
  std::string name = {};
  std::vector<Range> ranges = {};
  uint32_t first = 0;  ///< kLeaves, both: values that have no parts.
  uint32_t last = kLeaves;
  QueryRef filter = nullptr;
  QueryMethod method = QueryMethod::kType;
};

/// THREADS: immutable, any.
class JsonQuery {
 public:
  /// ERRORS: kInvalid, with the place in the text.
  static Result<std::shared_ptr<const JsonQuery>> parse(std::string_view text);
  /// The member `key` of an object.
  static std::shared_ptr<const JsonQuery> member(std::string_view key);

  const QueryNode& root() const { return *root_; }
  /// Can there be no more than one value at its end?
  bool is_single() const;

 private:
  QueryRef root_;
};

/// What is called for each value that is found; false ends the search. Refers to `visit`.
class QueryVisit {
 public:
  template <typename Visit>
  QueryVisit(const Visit& visit)  // implicit, as std::function_ref
      : object_(&visit), call_([](const void* object, std::string_view json) {
          return (*static_cast<const Visit*>(object))(json);
        }) {}

  bool operator()(std::string_view json) const { return call_(object_, json); }

 private:
  const void* object_;
  bool (*call_)(const void*, std::string_view);
};

/// Finds what `query` leads to in `json`, with the members of `variables` for `$name`. Values are
/// parts of `json`, or valid only while `visit` runs. Returns what is wrong, if something is.
/// REQUIRES: both are valid JSON values in buffers.
std::optional<std::string> find_json(const JsonQuery& query, std::string_view json,
                                     std::string_view variables, QueryVisit visit);

}  // namespace leat::expr
