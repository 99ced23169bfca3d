// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Tables written as text, and expressions evaluated over them, for tests.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operators/data/batch.h"
#include "operators/data/memory.h"
#include "operators/expr/expression.h"
#include "operators/expr/program.h"
#include "operators/expr/syntax/ast.h"

namespace leat::expr {

/// A column of text values; nullopt is NULL.
struct TextColumn {
  std::string name;
  Type type;
  std::vector<std::optional<std::string>> values;
};

/// What an expression gave.
struct Outcome {
  std::vector<std::string> values;         ///< Of the selected rows, as text; `null` for NULL.
  std::map<uint32_t, std::string> faults;  ///< By physical row.
  Type type;
};

/// THREADS: one.
class ExpressionTester {
 public:
  ExpressionTester() : account_(budget_.open_account("test")) {}

  /// Adds a column; all have equally many values.
  ExpressionTester& add(const TextColumn& column);
  Batch batch() const;
  const Schema& schema() const { return schema_; }
  MemoryAccount& memory() { return account_; }

  /// Compiles without mistakes, or fails the test and returns null.
  ProgramRef compiled(const std::string& text);
  /// Over all rows, or those of `rows`.
  Outcome evaluate(const std::string& text, const std::vector<uint32_t>* rows = nullptr);
  /// The value in the first row (of one row when there are no columns); `error: ...` for a fault or
  /// a mistake.
  std::string value(const std::string& text);
  /// The rows a predicate selects.
  std::vector<uint32_t> selected(const std::string& text,
                                 const std::vector<uint32_t>* rows = nullptr);
  /// Mistakes as `[part of the text] message (hint)`, one a line.
  std::string mistakes(const std::string& text, bool quoted = false);

  Environment environment;

 private:
  MemoryBudget budget_{size_t{1} << 30};
  MemoryAccount& account_;
  Schema schema_;
  std::vector<ColumnRef> columns_;
  size_t length_ = 1;
};

/// A text in which every offset is its own place.
SourceText source_of(const std::string& text, bool quoted = false);
/// Mistakes as ExpressionTester::mistakes writes them.
std::string mistakes_text(const Diagnostics& diagnostics, const std::string& text);
/// The tree in prefix form, (+ a (* b 2)), or the mistakes.
std::string parsed(const std::string& text);
std::string tree_of(const Ast& ast);
Selection selection_of(const std::vector<uint32_t>& rows, MemoryAccount& memory);

}  // namespace leat::expr
