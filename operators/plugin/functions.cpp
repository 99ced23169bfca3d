// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: expressions compute columns of which only some rows are wanted; a plugin is to see
// nothing but the rows it must compute.
//
// Invariants:
//  1. A plugin gets compact arguments: the wanted rows, and unless it sees NULLs only those without.
//  2. Rows it was not asked for are NULL in the result.
//  3. A rejected row is a fault of the expression like any other.
//
// Rejected: calling row by row (the call would cost more than most functions).
#include "operators/plugin/functions.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/plugin.h"
#include "operators/data/arrow_export.h"
#include "operators/data/arrow_import.h"
#include "operators/data/take.h"
#include "operators/expr/kernels/constant.h"
#include "operators/plugin/bound.h"

namespace leat::plugin {
namespace {

using expr::KernelContext;
using expr::Vector;

struct FunctionCall final : leat_call {
  FunctionCall(const PluginFunction& of, const KernelContext& kernel,
               const std::vector<uint32_t>& computed)
      : leat_call(of.site, &kernel.memory(), nullptr), context(kernel), rows(computed) {}

  Status emit(const leat_output& output) override {
    const auto wrong = [&](std::string what) {
      return std::unexpected(broken_contract(site, what));
    };
    if (result != nullptr) return wrong("it gave two results");
    if (output.array == nullptr || output.array->release == nullptr)
      return wrong("it gave no array");
    if (output.array->length != static_cast<int64_t>(rows.size()))
      return wrong(fmt::format("it gave {} values for {} rows", output.array->length, rows.size()));
    if (output.array->n_children != 1) return wrong("a function gives one column");
    const Schema declared({{"value", context.type()}});
    if (output.schema != nullptr) {
      const auto given = import_schema(*output.schema);
      if (!given || (*given)->size() != 1 || !((**given)[0].type == context.type()))
        return wrong(fmt::format("its value is not of type {}", to_string(context.type())));
    }
    const ArrowSchemaRef schema(declared, text);
    auto columns = import_columns(output.schema != nullptr ? *output.schema : schema.get(),
                                  declared, *output.array, {0, rows.size()}, {0}, context.memory());
    if (!columns && columns.error().code == ErrorCode::kPlugin)
      return wrong(columns.error().message);
    if (!columns) return std::unexpected(std::move(columns).error());
    LEAT_TRY(check_times(site, *columns));
    result = std::move(columns->front());
    return {};
  }

  Status reject(uint64_t row, std::string reason) override {
    if (row >= rows.size())
      return std::unexpected(broken_contract(site, "it rejected a row that did not come"));
    context.fault(code::kPluginFailed, rows[row], std::move(reason));
    return {};
  }

  const KernelContext& context;
  const std::vector<uint32_t>& rows;
  ArrowText text = ArrowText::kContiguous;
  ColumnRef result;
};

/// The arguments for `rows`, compact.
Result<Batch> arguments_of(const KernelContext& context, std::span<const Vector> inputs,
                           const std::vector<uint32_t>& rows) {
  MemoryAccount& memory = context.memory();
  LEAT_TRY_ASSIGN(BufferRef chosen, memory.allocate(rows.size() * sizeof(uint32_t)));
  std::copy(rows.begin(), rows.end(), chosen->mutable_as<uint32_t>());
  const Selection selection(std::move(chosen), rows.size());
  std::vector<Field> fields;
  std::vector<ColumnRef> columns;
  for (size_t i = 0; i < inputs.size(); ++i) {
    fields.push_back({fmt::format("argument_{}", i + 1), inputs[i]->type()});
    if (inputs[i].is_constant) {
      LEAT_TRY_ASSIGN(ColumnRef repeated,
                      expr::repeat_constant(*inputs[i].column, rows.size(), memory));
      columns.push_back(std::move(repeated));
      continue;
    }
    const auto schema = std::make_shared<const Schema>(std::vector<Field>{fields.back()});
    const Batch whole(schema, {inputs[i].column}, context.length(), RowPlaces());
    LEAT_TRY_ASSIGN(const Batch picked, compact(whole.with_selection(selection), memory));
    columns.push_back(picked.columns().front());
  }
  return Batch(std::make_shared<const Schema>(std::move(fields)), std::move(columns), rows.size(),
               RowPlaces());
}

/// `values` at the places of `rows`, NULL elsewhere.
Result<Vector> spread(const KernelContext& context, const ColumnRef& values,
                      const std::vector<uint32_t>& rows) {
  const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"value", context.type()}});
  const std::array<Batch, 2> parts = {
      Batch(schema, {values}, values->length(), RowPlaces()),
      Batch(schema, {expr::null_constant(context.type())}, 1, RowPlaces())};
  std::vector<RowRef> picked(context.length(), RowRef{1, 0});
  for (size_t i = 0; i < rows.size(); ++i) picked[rows[i]] = {0, static_cast<uint32_t>(i)};
  LEAT_TRY_ASSIGN(const Batch all, take(parts, picked, context.memory()));
  return Vector{all.columns().front(), false};
}

Result<Vector> plugin_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  const auto& function = context.state<PluginFunction>();
  const leat_function& table = *function.table;
  BufferRef validity;
  if ((table.flags & LEAT_SEES_NULLS) == 0) {
    LEAT_TRY_ASSIGN(validity, expr::all_valid(context, inputs));
  }
  std::vector<uint32_t> rows;
  expr::for_each_valid(context, validity,
                       [&](size_t row) { rows.push_back(static_cast<uint32_t>(row)); });
  FunctionCall call(function, context, rows);
  call.text = table.text == LEAT_TEXT_VIEWS ? ArrowText::kViews : ArrowText::kContiguous;
  if (!rows.empty()) {
    LEAT_TRY_ASSIGN(const Batch arguments, arguments_of(context, inputs, rows));
    ArrowArray array{};
    LEAT_TRY(export_batch(arguments, call.text, context.memory(), &array));
    const ArrayGuard released(&array);
    const leat_rows given{sizeof(leat_rows), &array, 0, nullptr};
    LEAT_TRY(enter(call, "evaluate", [&] { return table.evaluate(&table, &call, &given); }));
    if (call.result == nullptr)
      return std::unexpected(broken_contract(function.site, "it gave no result"));
    return spread(context, call.result, rows);
  }
  LEAT_TRY_ASSIGN(ColumnRef nulls, expr::repeat_constant(*expr::null_constant(context.type()),
                                                         context.length(), context.memory()));
  return Vector{std::move(nulls), false};
}

}  // namespace

expr::Function describe(const PluginFunction& function) {
  const leat_function& table = *function.table;
  const bool sees_nulls = (table.flags & LEAT_SEES_NULLS) != 0;
  return {
      .name = function.site.name,
      .signature = function.signature,
      .doc = {table.doc == nullptr ? "" : table.doc, table.errors == nullptr ? "" : table.errors},
      .example = table.example == nullptr ? "" : table.example,
      .result = table.result == nullptr ? "" : table.result,
      .kernel = plugin_kernel,
      .prepare = nullptr,
      .nulls = sees_nulls ? expr::Nulls::kVisible : expr::Nulls::kStrict,
      .section = "plugins",
      .plugin = &function};
}

}  // namespace leat::plugin
