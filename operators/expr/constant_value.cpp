// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/constant_value.h"

#include <utility>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/kernels/constant.h"

namespace leat::expr {

namespace {

/// Enough for the longest text that a function makes.
constexpr size_t kConstantBytes = size_t{64} << 20;

}  // namespace

ColumnRef compile_constant(const SourceText& source, const Schema& input,
                           const Environment& environment, Diagnostics& diagnostics) {
  const ProgramRef program = compile(source, input, environment, diagnostics);
  if (!program) return nullptr;
  if (!columns_read(*program).empty()) {
    diagnostics.error(code::kNotConstant, source.span(),
                      fmt::format("this must be the same for all rows, and '{}' is a column",
                                  input[columns_read(*program).front()].name),
                      "write a constant or a parameter");
    return nullptr;
  }
  MemoryBudget budget(kConstantBytes);
  Evaluator evaluator(program, budget.open_account("constants"));
  const Batch one_row(std::make_shared<Schema>(), {}, 1, RowPlaces());
  std::vector<RowFault> faults;
  const Result<ColumnRef> value = evaluator.evaluate(one_row, one_row.selection(), faults);
  if (value && faults.empty()) return constant_of(**value, 0);
  Error error = value ? std::move(faults.front().error) : value.error();
  diagnostics.error(error.number, error.pipeline.value_or(source.span()), std::move(error.message),
                    std::move(error.hint));
  return nullptr;
}

ColumnRef compile_constant_as(const SourceText& source, const Type& type, const Schema& input,
                              const Environment& environment, Diagnostics& diagnostics) {
  ColumnRef value = compile_constant(source, input, environment, diagnostics);
  if (!value || value->type() == type) return value;
  if (!value->is_valid(0)) return null_constant(type);
  Diagnostics ignored;
  const std::string name = to_string(type);
  const SourceText widened(fmt::format("coalesce(cast(null as {}), {})", name, source.text()),
                           source.span(), {});
  ColumnRef result = compile_constant(widened, input, environment, ignored);
  if (result && result->type() == type) return result;
  diagnostics.error(code::kNoCast, source.span(),
                    fmt::format("a value of type {} does not go into a column of type {}",
                                to_string(value->type()), name),
                    fmt::format("cast it: ({})::{}", source.text(), name));
  return nullptr;
}

}  // namespace leat::expr
