// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The face of the expression language: text -> typed program -> columns. Lexer, parser, binder and
// kernels are behind it. A program is immutable and shared by lanes; an Evaluator holds one lane's
// scratch memory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/error.h"
#include "operators/data/batch.h"
#include "operators/diagnostic.h"
#include "operators/environment.h"
#include "operators/operator.h"

namespace leat::expr {

class Program;
using ProgramRef = std::shared_ptr<const Program>;

/// Parses and types `source` against the columns of `input`. Mistakes go to `diagnostics` with
/// carets inside the expression. Returns null after reporting. THREADS: any.
ProgramRef compile(const SourceText& source, const Schema& input, const Environment& environment,
                   Diagnostics& diagnostics);

/// As compile, and demands type bool (or null), for predicates.
ProgramRef compile_predicate(const SourceText& source, const Schema& input,
                             const Environment& environment, Diagnostics& diagnostics);

/// An expression with the name of its value.
struct NamedProgram {
  ProgramRef program;
  std::string name;
  std::string text;       ///< The expression without the name, as written.
  bool is_named = false;  ///< Was the name written?
};

/// Compiles `expression [as name]`. Without `as` the name is default_name(). Returns nullopt after
/// reporting.
std::optional<NamedProgram> compile_item(const SourceText& source, const Schema& input,
                                         const Environment& environment, Diagnostics& diagnostics);

/// The program that is nothing but a column of `input`.
ProgramRef column_program(const Schema& input, size_t column);

const Type& result_type(const Program& program);
/// Indexes of the input columns the program reads, ascending.
const std::vector<size_t>& columns_read(const Program& program);
/// The column index when the program is nothing but a column, else nullopt.
std::optional<size_t> as_column(const Program& program);
/// The name a derived column gets when none is written: the column's name, or the text of the
/// expression.
std::string default_name(const Program& program);

/// Runs one program for one lane. THREADS: one at a time.
class Evaluator {
 public:
  Evaluator(ProgramRef program, MemoryAccount& memory);
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;
  Evaluator& operator=(Evaluator&&) noexcept;

  /// The value for each row in `selection`; other rows of the result are undefined but safe to
  /// read. Rows whose value cannot be computed (overflow, a cast that fails) are appended to
  /// `faults` in ascending order and are NULL in the result. ERRORS: kMemory.
  Result<ColumnRef> evaluate(const Batch& batch, const Selection& selection,
                             std::vector<RowFault>& faults);
  /// The rows of `selection` for which a predicate is true (not false, not NULL). Faults as above;
  /// a faulty row is not selected.
  Result<Selection> select(const Batch& batch, const Selection& selection,
                           std::vector<RowFault>& faults);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leat::expr
