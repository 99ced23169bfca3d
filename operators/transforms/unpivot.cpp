// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// unpivot: columns to rows. Each row becomes one for each name, with the values of the columns that
// belong to it.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/data/builder.h"
#include "operators/data/take.h"
#include "operators/expr/column_items.h"
#include "operators/operator.h"
#include "operators/repeated_rows.h"

namespace leat {

namespace {

/// A column of values: for each name the column of the input that it comes from.
struct ValueColumn {
  Field field;
  std::vector<std::optional<size_t>> sources;  ///< nullopt: there is none for the name, NULL.
  std::vector<expr::ProgramRef> programs;      ///< To the common type; null where it is that.
};

struct UnpivotPlan {
  std::vector<size_t> kept;  ///< Columns of the input that stay.
  std::vector<std::string> names;
  std::vector<ValueColumn> values;
  bool drop_nulls = false;
  SchemaRef output;
};

class UnpivotLane final : public MapLane {
 public:
  UnpivotLane(const UnpivotPlan& plan, const LaneContext& context)
      : plan_(plan), context_(context) {
    for (const ValueColumn& value : plan.values) {
      for (const expr::ProgramRef& program : value.programs) {
        evaluators_.emplace_back();
        if (program) evaluators_.back().emplace(program, context.memory);
      }
    }
  }

  Status process(Batch batch, Output& output) override {
    std::optional<Error> error;
    LEAT_TRY_ASSIGN(batch, prepare(std::move(batch), error));
    for (size_t index = 0; index < batch.rows(); ++index) {
      const uint32_t row = batch.selection()[index];
      uint32_t made = 0;
      for (uint32_t name = 0; name < plan_.names.size(); ++name) {
        if (plan_.drop_nulls && !has_value(name, row)) continue;
        rows_.push_back(row);
        picked_.push_back({name, row});
        ++made;
        if (rows_.size() == kBatchRowsMax) LEAT_TRY(emit(batch, output));
      }
      context_.ledger.add(made > 0 ? Counter::kPassed : Counter::kDropped, 1);
    }
    LEAT_TRY(emit(batch, output));
    if (error) return std::unexpected(std::move(*error));
    return {};
  }

 private:
  /// Computes the values of all names and takes out the bad rows.
  Result<Batch> prepare(Batch batch, std::optional<Error>& error) {
    std::vector<RowFault> faults;
    values_.clear();
    size_t next = 0;
    for (const ValueColumn& value : plan_.values) {
      std::vector<ColumnRef>& columns = values_.emplace_back();
      for (const std::optional<size_t>& source : value.sources) {
        std::optional<expr::Evaluator>& evaluator = evaluators_[next++];
        if (!source) {
          LEAT_TRY_ASSIGN(ColumnRef none,
                          null_column(value.field.type, batch.length(), context_.memory));
          columns.push_back(std::move(none));
        } else if (evaluator) {
          LEAT_TRY_ASSIGN(ColumnRef cast, evaluator->evaluate(batch, batch.selection(), faults));
          columns.push_back(std::move(cast));
        } else {
          columns.push_back(batch.columns()[*source]);
        }
      }
    }
    if (faults.empty()) return batch;
    LEAT_TRY_ASSIGN(Settled settled,
                    context_.faults.settle(batch, batch.selection(), std::move(faults)));
    error = std::move(settled.error);
    return batch.with_selection(std::move(settled.selection));
  }

  bool has_value(uint32_t name, uint32_t row) const {
    return std::any_of(values_.begin(), values_.end(), [&](const std::vector<ColumnRef>& value) {
      return value[name]->is_valid(row);
    });
  }

  /// Emits the rows that were gathered.
  Status emit(const Batch& batch, Output& output) {
    if (rows_.empty()) return {};
    std::vector<ColumnRef> columns;
    for (const size_t column : plan_.kept) {
      LEAT_TRY_ASSIGN(ColumnRef kept, take_column(batch.column(column), rows_, context_.memory));
      columns.push_back(std::move(kept));
    }
    LEAT_TRY_ASSIGN(ColumnRef names, names_column());
    columns.push_back(std::move(names));
    for (const std::vector<ColumnRef>& value : values_) {
      LEAT_TRY_ASSIGN(ColumnRef picked, take_column(value, picked_, context_.memory));
      columns.push_back(std::move(picked));
    }
    LEAT_TRY_ASSIGN(RowPlaces places, places_of_repeated(batch, rows_, context_.memory));
    Batch made(plan_.output, std::move(columns), rows_.size(), std::move(places));
    context_.ledger.add(Counter::kMade, rows_.size());
    rows_.clear();
    picked_.clear();
    return output.emit(std::move(made));
  }

  Result<ColumnRef> names_column() {
    ViewBuilder builder(kUtf8Type, context_.memory);
    LEAT_TRY(builder.reserve(picked_.size()));
    for (const RowRef& picked : picked_) LEAT_TRY(builder.append_copy(plan_.names[picked.batch]));
    return builder.finish();
  }

  const UnpivotPlan& plan_;
  LaneContext context_;
  std::vector<std::optional<expr::Evaluator>> evaluators_;  // of all programs, in order
  std::vector<std::vector<ColumnRef>> values_;              // of the batch: by value, by name
  std::vector<uint32_t> rows_;                              // that are to be emitted
  std::vector<RowRef> picked_;                              // their names, as `batch`
};

class Unpivot final : public Map {
 public:
  explicit Unpivot(UnpivotPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<UnpivotLane>(plan_, context);
  }

 private:
  UnpivotPlan plan_;
};

// ----------------------------------------------------------------------------------------- binding

class UnpivotBinder {
 public:
  UnpivotBinder(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        input_(*context.input()),
        errors_before_(context.diagnostics.count()) {}

  std::optional<BoundOperator> bind() {
    read_values();
    if (!ok()) return std::nullopt;
    order_names();
    for (const Wanted& wanted : wanted_) add_value(wanted);
    if (!ok()) return std::nullopt;
    make_fields();
    return ok() ? std::optional(finish()) : std::nullopt;
  }

 private:
  /// A column of values as it is written.
  struct Wanted {
    SourceText name;
    Span where;
    std::vector<expr::MeantColumn> columns;
  };

  bool ok() const { return context_.diagnostics.count() == errors_before_; }
  void mistake(Code number, Span where, std::string message, std::string hint = {}) {
    context_.diagnostics.error(number, where, std::move(message), std::move(hint));
  }

  void read_values() {
    const OptionNode& values = *options_.find("values");
    if (values.kind == OptionNode::Kind::kScalar) {
      if (!options_.has("columns")) {
        return mistake(code::kOptionMissing, options_.stage(),
                       "'unpivot' needs the option 'columns'",
                       "write the columns whose values go to rows, such as columns('^m\\d+$')");
      }
      return add_wanted(values.scalar, options_.span("columns"), options_.list("columns"));
    }
    if (values.kind != OptionNode::Kind::kMap || values.entries.empty()) {
      return mistake(code::kOptionShape, values.span,
                     "'values' is the name of a column, or a mapping of names to columns",
                     "write { revenue: columns('^rev_(.*)$'), units: columns('^units_(.*)$') }");
    }
    if (options_.has("columns")) {
      mistake(code::kOptionsExclude, options_.span("columns"),
              "'columns' does not go with several columns of values",
              "the columns stand under 'values'; remove it");
    }
    for (const OptionEntry& entry : values.entries) {
      std::vector<SourceText> items;
      if (entry.value.kind == OptionNode::Kind::kScalar) items.push_back(entry.value.scalar);
      for (const OptionNode& item : entry.value.items) items.push_back(item.scalar);
      add_wanted(entry.name, entry.value.span, items);
    }
  }

  void add_wanted(const SourceText& name, Span where, const std::vector<SourceText>& items) {
    if (items.empty())
      mistake(code::kOptionEmpty, where, "there are no columns to unpivot", "name at least one");
    Wanted wanted{name, where, {}};
    for (const SourceText& item : items) {
      const auto meant = expr::meant_columns(item, input_, context_.diagnostics);
      if (!meant) continue;
      for (const expr::MeantColumn& column : *meant) add_column(wanted, item, column);
    }
    wanted_.push_back(std::move(wanted));
  }

  void add_column(Wanted& wanted, const SourceText& item, const expr::MeantColumn& column) {
    const std::string& name = input_[column.column].name;
    if (!used_.insert(column.column).second)
      return mistake(code::kNamedTwice, item.span(),
                     fmt::format("column '{}' is named twice", name), "remove one of them");
    for (const expr::MeantColumn& other : wanted.columns) {
      if (other.name != column.name) continue;
      return mistake(code::kColumnTwice, item.span(),
                     fmt::format("columns '{}' and '{}' would both have the name '{}'",
                                 input_[other.column].name, name, column.name),
                     "let group 1 of the pattern tell them apart");
    }
    wanted.columns.push_back(column);
  }

  /// Of one column of values its columns as they are written; of several, names come as the columns
  /// of the input do.
  void order_names() {
    std::map<size_t, std::string> by_column;
    for (const Wanted& wanted : wanted_) {
      for (const expr::MeantColumn& column : wanted.columns) {
        if (wanted_.size() == 1) plan_.names.push_back(column.name);
        by_column.emplace(column.column, column.name);
      }
    }
    if (wanted_.size() == 1) return;
    for (const auto& [column, name] : by_column) {
      if (std::find(plan_.names.begin(), plan_.names.end(), name) == plan_.names.end())
        plan_.names.push_back(name);
    }
  }

  void add_value(const Wanted& wanted) {
    ValueColumn value;
    std::string all;
    for (const expr::MeantColumn& column : wanted.columns)
      all += (all.empty() ? "" : ", ") + expr::quoted_name(input_[column.column].name);
    const SourceText text(fmt::format("coalesce({})", all), wanted.where, {});
    Diagnostics found;
    const expr::ProgramRef common = expr::compile(text, input_, context_.environment, found);
    value.field = {wanted.name.text(), input_[wanted.columns.front().column].type};
    const bool same = std::all_of(wanted.columns.begin(), wanted.columns.end(), [&](const auto& c) {
      return input_[c.column].type == value.field.type;
    });
    if (!same && !common) return no_common_type(wanted);
    if (!same) value.field.type = expr::result_type(*common);
    for (const std::string& name : plan_.names) {
      const auto column =
          std::find_if(wanted.columns.begin(), wanted.columns.end(),
                       [&](const expr::MeantColumn& known) { return known.name == name; });
      const bool there = column != wanted.columns.end();
      value.sources.push_back(there ? std::optional(column->column) : std::nullopt);
      value.programs.push_back(there ? cast(column->column, value.field.type, wanted.where)
                                     : nullptr);
    }
    plan_.values.push_back(std::move(value));
  }

  void no_common_type(const Wanted& wanted) {
    const Field& first = input_[wanted.columns.front().column];
    for (const expr::MeantColumn& column : wanted.columns) {
      const Field& other = input_[column.column];
      if (other.type == first.type) continue;
      return mistake(
          code::kTypesDiffer, wanted.where,
          fmt::format("column '{}' is of type {} and '{}' of type {}, which have no "
                      "common type",
                      first.name, to_string(first.type), other.name, to_string(other.type)),
          "give them one type before, with 'cast'");
    }
  }

  expr::ProgramRef cast(size_t column, const Type& type, Span where) const {
    if (input_[column].type == type) return nullptr;
    const SourceText text(
        fmt::format("cast({} as {})", expr::quoted_name(input_[column].name), to_string(type)),
        where, {});
    return expr::compile(text, input_, context_.environment, context_.diagnostics);
  }

  void make_fields() {
    for (size_t i = 0; i < input_.size(); ++i) {
      if (used_.contains(i)) continue;
      plan_.kept.push_back(i);
      fields_.push_back(input_[i]);
    }
    const SourceText names = options_.source("names");
    add_field({names.text(), kUtf8Type}, names.span());
    for (size_t i = 0; i < plan_.values.size(); ++i)
      add_field(plan_.values[i].field, wanted_[i].name.span());
  }

  void add_field(Field field, Span where) {
    if (field.name.empty()) mistake(code::kNameMissing, where, "a column needs a name");
    const bool taken = std::any_of(fields_.begin(), fields_.end(),
                                   [&](const Field& known) { return known.name == field.name; });
    if (taken) {
      mistake(code::kColumnTwice, where,
              fmt::format("two columns would be called '{}'", field.name), "choose another name");
    }
    fields_.push_back(std::move(field));
  }

  BoundOperator finish() {
    BoundOperator bound;
    const std::vector<size_t> read(used_.begin(), used_.end());
    for (const size_t column : plan_.kept) bound.column_inputs.push_back({column});
    bound.column_inputs.emplace_back();
    for (const ValueColumn& value : plan_.values) {
      std::vector<InputColumn>& made_of = bound.column_inputs.emplace_back();
      for (const auto& source : value.sources) {
        if (source) made_of.emplace_back(*source);
      }
    }
    bound.always_read = input_columns(read);
    plan_.drop_nulls = options_.text("nulls") == "drop";
    plan_.output = std::make_shared<const Schema>(std::move(fields_));
    bound.output = plan_.output;
    bound.equations = repeating_equations();
    bound.species = std::make_unique<Unpivot>(std::move(plan_));
    return bound;
  }

  const OptionValues& options_;
  const BindContext& context_;
  const Schema& input_;
  const size_t errors_before_;
  std::vector<Wanted> wanted_;
  std::set<size_t> used_;
  UnpivotPlan plan_;
  std::vector<Field> fields_;
};

std::optional<BoundOperator> bind_unpivot(const OptionValues& options, const BindContext& context) {
  return UnpivotBinder(options, context).bind();
}

constexpr std::array<std::string_view, 2> kNulls{"keep", "drop"};

constexpr std::array<OptionDef, 4> kUnpivotOptions{{
    {.name = "columns",
     .type = OptionType::kExpressions,
     .doc =
         "The columns whose values go to rows: names, and `columns('pattern')`, of which group 1 "
         "is the name."},
    {.name = "names",
     .type = OptionType::kText,
     .doc = "What the column with the names of those columns is called.",
     .required = true},
    {.name = "values",
     .type = OptionType::kExpressionTree,
     .doc = "What the column with their values is called; or, in place of `columns`, a mapping of "
            "several such names to columns.",
     .required = true},
    {.name = "nulls",
     .type = OptionType::kChoice,
     .doc = "Whether rows without a value are kept.",
     .default_text = "keep",
     .choices = kNulls},
}};

}  // namespace

extern const OperatorDef operator_unpivot;
const OperatorDef operator_unpivot{
    .name = "unpivot",
    .kind = OperatorKind::kTransform,
    .summary = "Makes rows of columns: one for each name, with its value.",
    .doc =
        R"(The other columns stay; behind them come the names and the values. Rows come in the order of the input,
and those of one row in the order of the columns as they are written; with several columns of values, as
the columns stand in the input. A name that one of these has no column for has NULL there.

Values of different types become what `case` would make of them. With `nulls: drop` a row is left out
when all its values are NULL; the ledger shows under `dropped` the rows of the input of which nothing
was left.)",
    .example = R"(- unpivot:
    columns: columns('^m\d+$')
    names: month
    values: revenue
- unpivot:
    names: year
    values:
      revenue: columns('^rev_(.*)$')
      units: columns('^units_(.*)$')
)",
    .main_option = "",
    .options = kUnpivotOptions,
    .bind = &bind_unpivot,
};

}  // namespace leat
