// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// summarize: a row for each column with what its values are like. All of it is one aggregation,
// whose single row is turned.
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/option.h"
#include "operators/data/builder.h"
#include "operators/data/take.h"
#include "operators/expr/column_items.h"
#include "operators/operator.h"
#include "operators/state/aggregate_binder.h"
#include "operators/state/row_key.h"

namespace leat {

namespace {

/// For which columns a measure is computed; for others it is NULL.
enum class For : uint8_t { kAll, kKeys, kOrdered, kNumbers };

struct Measure {
  std::string_view name;
  For columns;
  TypeId type;
  std::string_view expression;  ///< `{}` is the column.
};

constexpr std::array<Measure, 10> kMeasures{{
    {"rows", For::kAll, TypeId::kInt64, "count(*)"},
    {"nulls", For::kAll, TypeId::kInt64, "count(*) - count({})"},
    {"distinct", For::kKeys, TypeId::kInt64, "count(distinct {})"},
    {"least", For::kOrdered, TypeId::kUtf8, "min({})::utf8"},
    {"greatest", For::kOrdered, TypeId::kUtf8, "max({})::utf8"},
    {"mean", For::kNumbers, TypeId::kFloat64, "avg({})::float64"},
    {"q25", For::kNumbers, TypeId::kFloat64, "quantile_cont({}, 0.25)::float64"},
    {"median", For::kNumbers, TypeId::kFloat64, "median({})::float64"},
    {"q75", For::kNumbers, TypeId::kFloat64, "quantile_cont({}, 0.75)::float64"},
    {"commonest", For::kKeys, TypeId::kUtf8, "mode({})::utf8"},
}};

bool is_for(For columns, const Type& type) {
  const bool time = type.is(TypeId::kDate) || type.is(TypeId::kTimestamp);
  switch (columns) {
    case For::kAll: return true;
    case For::kKeys:
      return type.is_numeric() || time || type.is(TypeId::kUtf8) || type.is(TypeId::kBool);
    case For::kOrdered: return type.is_numeric() || time || type.is(TypeId::kUtf8);
    case For::kNumbers: return type.is_numeric();
  }
  return false;
}

struct SummaryPlan {
  std::vector<Field> columns;  ///< Those that are described.
  SchemaRef output;
};

/// Keeps the one row of the aggregation.
class OneRow final : public Output {
 public:
  Status emit(Batch batch) override {
    row_ = std::move(batch);
    return {};
  }
  const Batch& row() const { return row_; }

 private:
  Batch row_;
};

class Summary final : public Collected {
 public:
  Summary(const SummaryPlan& plan, CollectedRef whole) : plan_(plan), whole_(std::move(whole)) {}

  size_t parts() const override { return 1; }
  Status emit_part(size_t, const LaneContext& context, Output& output) const override {
    OneRow values;
    Ledger inner;
    const LaneContext inner_context{context.memory, context.faults, inner, context.watch,
                                    context.spill};
    LEAT_TRY(whole_->emit_part(0, inner_context, values));
    const size_t count = plan_.columns.size();
    LEAT_TRY_ASSIGN(std::vector<ColumnRef> columns, descriptions(context.memory));
    for (size_t measure = 0; measure < kMeasures.size(); ++measure) {
      std::vector<ColumnRef> cells;
      std::vector<RowRef> rows;
      for (size_t i = 0; i < count; ++i) {
        cells.push_back(values.row().columns()[i * kMeasures.size() + measure]);
        rows.push_back({static_cast<uint32_t>(i), values.row().selection()[0]});
      }
      LEAT_TRY_ASSIGN(ColumnRef column, take_column(cells, rows, context.memory));
      columns.push_back(std::move(column));
    }
    context.ledger.add(Counter::kMade, count);
    return output.emit(Batch(plan_.output, std::move(columns), count, RowPlaces()));
  }

 private:
  /// The names and types of the columns.
  Result<std::vector<ColumnRef>> descriptions(MemoryAccount& memory) const {
    ViewBuilder names(kUtf8Type, memory);
    ViewBuilder types(kUtf8Type, memory);
    LEAT_TRY(names.reserve(plan_.columns.size()));
    LEAT_TRY(types.reserve(plan_.columns.size()));
    for (const Field& field : plan_.columns) {
      LEAT_TRY(names.append_copy(field.name));
      LEAT_TRY(types.append_copy(to_string(field.type)));
    }
    return std::vector<ColumnRef>{names.finish(), types.finish()};
  }

  const SummaryPlan& plan_;
  CollectedRef whole_;
};

class SummaryFinal final : public Final {
 public:
  SummaryFinal(const SummaryPlan& plan, std::unique_ptr<Final> inner)
      : plan_(plan), inner_(std::move(inner)) {}

  Status absorb(std::unique_ptr<Partial> partial) override {
    return inner_->absorb(std::move(partial));
  }
  Result<CollectedRef> finish() override {
    LEAT_TRY_ASSIGN(CollectedRef whole, inner_->finish());
    return std::make_shared<const Summary>(plan_, std::move(whole));
  }

 private:
  const SummaryPlan& plan_;
  std::unique_ptr<Final> inner_;
};

class Summarize final : public Collect {
 public:
  Summarize(SummaryPlan plan, std::unique_ptr<Collect> inner)
      : plan_(std::move(plan)), inner_(std::move(inner)) {}

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return inner_->partial(context);
  }
  std::unique_ptr<Final> final(const LaneContext& context) const override {
    return std::make_unique<SummaryFinal>(plan_, inner_->final(context));
  }

 private:
  SummaryPlan plan_;
  std::unique_ptr<Collect> inner_;
};

std::string expression_of(const Measure& measure, const Field& field) {
  if (!is_for(measure.columns, field.type))
    return fmt::format("cast(null as {})", to_string(Type(measure.type)));
  return fmt::format(fmt::runtime(measure.expression), expr::quoted_name(field.name));
}

std::optional<BoundOperator> bind_summarize(const OptionValues& options,
                                            const BindContext& context) {
  const Schema& input = *context.input();
  const size_t errors_before = context.diagnostics.count();
  std::vector<size_t> chosen;
  if (options.has("columns")) {
    chosen = expr::meant_columns(options.list("columns"), input, context.diagnostics);
    if (options.list("columns").empty())
      context.diagnostics.error(code::kOptionEmpty, options.span("columns"),
                                "'columns' is an empty list",
                                "name at least one column, or leave it out for all");
  } else {
    for (size_t i = 0; i < input.size(); ++i) chosen.push_back(i);
  }
  if (context.diagnostics.count() != errors_before) return std::nullopt;
  SummaryPlan plan;
  state::AggregateBinder binder(context);
  for (const size_t column : chosen) {
    plan.columns.push_back(input[column]);
    for (const Measure& measure : kMeasures) {
      const SourceText name(fmt::format("{} {}", plan.columns.size(), measure.name),
                            options.stage(), {});
      binder.add_column(name,
                        SourceText(expression_of(measure, input[column]), options.stage(), {}));
    }
  }
  if (!binder.ok()) return std::nullopt;
  BoundOperator bound = binder.finish();
  std::vector<Field> fields{{"column", kUtf8Type}, {"type", kUtf8Type}};
  for (const Measure& measure : kMeasures)
    fields.push_back({std::string(measure.name), Type(measure.type)});
  plan.output = std::make_shared<const Schema>(std::move(fields));
  bound.output = plan.output;
  bound.column_inputs.assign(plan.output->size(), input_columns(chosen));
  bound.always_read = input_columns(chosen);
  auto inner = std::move(std::get<std::unique_ptr<Collect>>(bound.species));
  bound.species = std::make_unique<Summarize>(std::move(plan), std::move(inner));
  return bound;
}

constexpr std::array<OptionDef, 1> kSummarizeOptions{{
    {.name = "columns",
     .type = OptionType::kExpressions,
     .doc = "The columns to describe: names, and `columns('pattern')`. Left out: all."},
}};

}  // namespace

extern const OperatorDef operator_summarize;
const OperatorDef operator_summarize{
    .name = "summarize",
    .kind = OperatorKind::kTransform,
    .summary = "Describes each column: NULLs, distinct values, range, quantiles.",
    .doc =
        R"(Gives a row for each column of the input, in their order: `column` and `type`; how many `rows` there are,
how many `nulls` and `distinct` values; the `least` and the `greatest` value as text; of numbers `mean`,
`q25`, `median` and `q75`; and the `commonest` value as text, of several the one that came first. What a
type does not have is NULL. Distinct values and those of quantiles are held in memory.)",
    .example = R"(- summarize
)",
    .main_option = "columns",
    .options = kSummarizeOptions,
    .bind = &bind_summarize,
};

}  // namespace leat
