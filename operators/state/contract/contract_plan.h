// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What `expect` expects, compiled: of each row, of rows with the same key, of rows of other stages,
// and of all rows together.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operators/expr/expression.h"
#include "operators/operator.h"
#include "operators/state/join/join_plan.h"
#include "operators/state/written_places.h"

namespace leat::state {

/// Something that holds, or does not, for each row.
struct Expectation {
  enum class Kind : uint8_t {
    kNotNull,    ///< The value is not NULL.
    kUnique,     ///< No earlier row has the same key.
    kRule,       ///< The predicate is true.
    kReference,  ///< The value is NULL, or a row of another stage has it.
  };

  Kind kind;
  std::string name;                       ///< What rejected rows give as their reason.
  Span where;                             ///< In the pipeline.
  expr::ProgramRef program = nullptr;     ///< Of kNotNull and kRule.
  std::optional<size_t> column = {};      ///< When the program is a plain column.
  std::vector<size_t> columns_read = {};  ///< Their values are named when it is broken.
  size_t reference = 0;                   ///< Of kReference: which one.
};

/// Something that holds, or does not, for all rows together. Columns are those of
/// ContractTotals::results.
struct TotalRule {
  struct Value {
    std::string text;  ///< Of the aggregate, as written.
    size_t column;
  };

  std::string name;
  Span where;
  size_t column;  ///< Is it true?
  std::vector<Value> values;
};

struct ContractTotals {
  std::vector<TotalRule> rules;
  std::unique_ptr<Collect> results;  ///< One row.
};

/// How rows are held until it is known which of them have a key first.
struct UniquePlan {
  std::vector<expr::ProgramRef> keys;
  SchemaRef key_schema;  ///< The row's seat, then the keys.
  std::unique_ptr<Collect> firsts;
  SchemaRef held_schema;  ///< The input's columns, the seat, then place and text.
  size_t seat = 0;
  PlaceColumns place{0};
  std::optional<size_t> raw;  ///< Only rejected rows show their text.
  std::unique_ptr<Collect> rows;
};

/// THREADS: immutable once made, any.
struct ContractPlan {
  SchemaRef input;
  OnError on_error = OnError::kFail;
  std::vector<Expectation> expectations;              ///< As they are written.
  std::vector<std::unique_ptr<JoinPlan>> references;  ///< Of each side input.
  std::optional<UniquePlan> unique;
  std::optional<ContractTotals> totals;

  bool warns() const { return on_error == OnError::kWarn; }
};

}  // namespace leat::state
