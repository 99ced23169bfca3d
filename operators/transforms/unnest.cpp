// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// unnest: lists to rows, structs to columns.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/expr/column_items.h"
#include "operators/operator.h"
#include "operators/repeated_rows.h"
#include "operators/unnesting.h"

namespace leat {

namespace {

using Part = UnnestPlan::Part;

class UnnestLane final : public MapLane {
 public:
  UnnestLane(const UnnestPlan& plan, const LaneContext& context) : unnester_(plan, context) {}

  Status process(Batch batch, Output& output) override { return unnester_.process(batch, output); }

 private:
  Unnester unnester_;
};

class Unnest final : public Map {
 public:
  explicit Unnest(UnnestPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<UnnestLane>(plan_, context);
  }

 private:
  UnnestPlan plan_;
};

class UnnestBinder {
 public:
  UnnestBinder(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        input_(*context.input()),
        prefix_(options.text("prefix")),
        errors_before_(context.diagnostics.count()) {}

  std::optional<BoundOperator> bind() {
    const std::vector<SourceText> items = options_.list("columns");
    if (items.empty())
      mistake(code::kOptionEmpty, options_.span("columns"), "'columns' is an empty list",
              "name at least one list or struct");
    chosen_ = expr::meant_columns(items, input_, context_.diagnostics);
    for (const size_t column : chosen_) check_type(column);
    if (!ok()) return std::nullopt;
    for (size_t i = 0; i < input_.size(); ++i) add_column(i);
    add_position();
    if (plan_.lists.empty() && options_.has("empty")) {
      mistake(code::kOptionIdle, options_.span("empty"),
              "'empty' is about lists, and there is none among the columns", "remove it");
    }
    return ok() ? std::optional(finish()) : std::nullopt;
  }

 private:
  bool ok() const { return context_.diagnostics.count() == errors_before_; }
  void mistake(Code number, Span where, std::string message, std::string hint = {}) {
    context_.diagnostics.error(number, where, std::move(message), std::move(hint));
  }

  void check_type(size_t column) {
    const Type& type = input_[column].type;
    if (type.is(TypeId::kList) || type.is(TypeId::kStruct)) return;
    std::string hint = "only lists and structs can be unnested";
    if (type.is(TypeId::kJson)) {
      hint = fmt::format(
          "give it a type where it is read, such as list<struct<sku utf8, qty int64>>, or derive a "
          "list before: json_array_elements({0}), json_each({0})",
          input_[column].name);
    } else if (type.is(TypeId::kUtf8)) {
      hint =
          fmt::format("to take a text apart: split: {{ column: {}, separator: ';', into: rows }}",
                      input_[column].name);
    }
    mistake(code::kWrongColumnType, options_.span("columns"),
            fmt::format("column '{}' is of type {}, neither a list nor a struct",
                        input_[column].name, to_string(type)),
            std::move(hint));
  }

  void add_column(size_t column) {
    const Field& field = input_[column];
    if (std::find(chosen_.begin(), chosen_.end(), column) == chosen_.end())
      return add(field, {Part::kColumn, column});
    if (field.type.is(TypeId::kStruct)) return add_fields(field.type, {Part::kStructField, column});
    plan_.lists.push_back(column);
    const Type& element = field.type.element();
    if (element.is(TypeId::kStruct)) return add_fields(element, {Part::kElementField, column});
    add({field.name, element}, {Part::kElement, column});
  }

  void add_fields(const Type& type, UnnestPlan::Made made) {
    for (const Field& field : type.fields()) {
      add({prefix_ + field.name, field.type}, made);
      ++made.field;
    }
  }

  void add(Field field, UnnestPlan::Made made) {
    const auto [owner, is_new] = owners_.emplace(field.name, made.column);
    if (!is_new) clash(field.name, owner->second, made.column);
    fields_.push_back(std::move(field));
    plan_.made.push_back(made);
  }

  void clash(const std::string& name, size_t first, size_t second) {
    const bool first_is_nested = std::find(chosen_.begin(), chosen_.end(), first) != chosen_.end();
    const std::string& nested = input_[first_is_nested ? first : second].name;
    mistake(code::kColumnTwice, options_.span("columns"),
            fmt::format("'{}' has a field '{}', and there is a column of that name", nested, name),
            fmt::format("'prefix: {}_' goes before the names of all fields, or rename the column "
                        "before",
                        nested));
  }

  void add_position() {
    if (!options_.has("position")) return;
    const SourceText name = options_.source("position");
    if (plan_.lists.empty()) {
      mistake(code::kOptionIdle, name.span(),
              "only the elements of lists have a position, and there is no list among "
              "the columns",
              "remove 'position'");
    } else if (name.text().empty() || owners_.contains(name.text())) {
      mistake(code::kColumnTwice, name.span(),
              name.text().empty() ? "the column needs a name"
                                  : fmt::format("there is a column '{}' already", name.text()),
              "choose another name");
    } else {
      fields_.push_back({name.text(), kInt64Type});
      plan_.made.push_back({Part::kPosition, plan_.lists.front()});
    }
  }

  BoundOperator finish() {
    BoundOperator bound;
    for (const UnnestPlan::Made& made : plan_.made) bound.column_inputs.push_back({made.column});
    // Which rows there are depends on the lists, whoever reads their elements.
    bound.always_read = input_columns(plan_.lists);
    plan_.output = std::make_shared<const Schema>(std::move(fields_));
    if (options_.text("empty") == "keep") plan_.empty = UnnestPlan::Empty::kKeep;
    bound.output = plan_.output;
    bound.equations = repeating_equations();
    bound.species = std::make_unique<Unnest>(std::move(plan_));
    return bound;
  }

  const OptionValues& options_;
  const BindContext& context_;
  const Schema& input_;
  const std::string prefix_;
  const size_t errors_before_;
  std::vector<size_t> chosen_;
  UnnestPlan plan_;
  std::vector<Field> fields_;
  std::map<std::string, size_t> owners_;  // of each name, the column of the input behind it
};

std::optional<BoundOperator> bind_unnest(const OptionValues& options, const BindContext& context) {
  return UnnestBinder(options, context).bind();
}

constexpr std::array<std::string_view, 2> kEmpty{"drop", "keep"};

constexpr std::array<OptionDef, 4> kUnnestOptions{{
    {.name = "columns",
     .type = OptionType::kExpressions,
     .doc = "Lists and structs: names, and `columns('pattern')`. Several lists go in step.",
     .required = true},
    {.name = "position",
     .type = OptionType::kText,
     .doc = "The name of a column to add, with the number of the element in its list, from 1."},
    {.name = "empty",
     .type = OptionType::kChoice,
     .doc = "What becomes of a row without elements: it is left out, or kept once with NULLs.",
     .default_text = "drop",
     .choices = kEmpty},
    {.name = "prefix",
     .type = OptionType::kText,
     .doc = "Goes before the names of the columns that fields become."},
}};

}  // namespace

extern const OperatorDef operator_unnest;
const OperatorDef operator_unnest{
    .name = "unnest",
    .kind = OperatorKind::kTransform,
    .summary = "Makes a row of each element of a list, and columns of the fields of a struct.",
    .doc =
        R"(The elements take the place of their list; of a list of structs, the fields do. One level is taken apart
at a time: what is still nested needs another `unnest`. Rows come in the order of the input, and those
of one row in the order of its elements.

NULL is an empty list. Of several lists the longest decides how many rows there are, and the shorter
ones end with NULLs. The ledger shows rows without elements under `dropped`. A struct that is NULL has
NULL fields. A field that is called like another column is a mistake; `prefix` helps.)",
    .example = R"(- unnest:
    columns: items
    position: line_number
    empty: keep
)",
    .main_option = "columns",
    .options = kUnnestOptions,
    .bind = &bind_unnest,
};

}  // namespace leat
