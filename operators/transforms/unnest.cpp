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

/// Takes apart what another level made.
class NextLevel final : public Output {
 public:
  NextLevel(std::vector<Unnester>& levels, size_t level, Output& output)
      : levels_(levels), level_(level), output_(output) {}

  Status emit(Batch batch) override {
    if (level_ == levels_.size()) return output_.emit(std::move(batch));
    NextLevel next(levels_, level_ + 1, output_);
    return levels_[level_].process(batch, next);
  }

 private:
  std::vector<Unnester>& levels_;
  const size_t level_;
  Output& output_;
};

class UnnestLane final : public MapLane {
 public:
  UnnestLane(const std::vector<UnnestPlan>& plans, const LaneContext& context) {
    for (const UnnestPlan& plan : plans) levels_.emplace_back(plan, context);
  }

  Status process(Batch batch, Output& output) override {
    return NextLevel(levels_, 0, output).emit(std::move(batch));
  }

 private:
  std::vector<Unnester> levels_;
};

class Unnest final : public Map {
 public:
  explicit Unnest(std::vector<UnnestPlan> plans) : plans_(std::move(plans)) {}

  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<UnnestLane>(plans_, context);
  }

 private:
  std::vector<UnnestPlan> plans_;  // of each level, the outermost first
};

class UnnestBinder {
 public:
  UnnestBinder(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        input_(context.input()),
        prefix_(options.text("prefix")),
        errors_before_(context.diagnostics.count()) {
    for (size_t i = 0; i < input_->size(); ++i) origins_.push_back(i);
  }

  std::optional<BoundOperator> bind() {
    const std::vector<SourceText> items = options_.list("columns");
    if (items.empty())
      mistake(code::kOptionEmpty, options_.span("columns"), "'columns' is an empty list",
              "name at least one list or struct");
    chosen_ = expr::meant_columns(items, *input_, context_.diagnostics);
    for (const size_t column : chosen_) check_type(column);
    if (!ok()) return std::nullopt;
    const bool recursive = options_.flag("recursive");
    do {
      add_level();
    } while (ok() && recursive && !chosen_.empty());
    if (!has_lists_ && options_.has("empty")) {
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

  /// Takes the chosen columns of input_ apart; then input_ is what was made, and chosen_ what of it
  /// is still nested.
  void add_level() {
    plan_ = {};
    plan_.is_first = plans_.empty();
    plan_.is_last = false;
    if (options_.text("empty") == "keep") plan_.empty = UnnestPlan::Empty::kKeep;
    fields_.clear();
    owners_.clear();
    for (size_t i = 0; i < input_->size(); ++i) add_column(i);
    if (plans_.empty()) add_position();
    has_lists_ = has_lists_ || !plan_.lists.empty();
    // Which rows there are depends on the lists, whoever reads their elements.
    for (const size_t list : plan_.lists) always_read_.push_back(origins_[list]);
    std::vector<size_t> origins;
    chosen_.clear();
    for (size_t i = 0; i < fields_.size(); ++i) {
      const UnnestPlan::Made& made = plan_.made[i];
      origins.push_back(origins_[made.column]);
      const bool nested = fields_[i].type.is(TypeId::kList) || fields_[i].type.is(TypeId::kStruct);
      if (made.part != Part::kColumn && nested) chosen_.push_back(i);
    }
    origins_ = std::move(origins);
    plan_.output = input_ = std::make_shared<const Schema>(std::move(fields_));
    plans_.push_back(std::move(plan_));
  }

  void check_type(size_t column) {
    const Type& type = (*input_)[column].type;
    if (type.is(TypeId::kList) || type.is(TypeId::kStruct)) return;
    std::string hint = "only lists and structs can be unnested";
    if (type.is(TypeId::kJson)) {
      hint = fmt::format(
          "give it a type where it is read, such as list<struct<sku utf8, qty int64>>, or derive a "
          "list before: json_array_elements({0}), json_each({0})",
          (*input_)[column].name);
    } else if (type.is(TypeId::kUtf8)) {
      hint =
          fmt::format("to take a text apart: split: {{ column: {}, separator: ';', into: rows }}",
                      (*input_)[column].name);
    }
    mistake(code::kWrongColumnType, options_.span("columns"),
            fmt::format("column '{}' is of type {}, neither a list nor a struct",
                        (*input_)[column].name, to_string(type)),
            std::move(hint));
  }

  void add_column(size_t column) {
    const Field& field = (*input_)[column];
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
    const std::string& nested = (*input_)[first_is_nested ? first : second].name;
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
    for (const size_t origin : origins_) bound.column_inputs.push_back({origin});
    std::sort(always_read_.begin(), always_read_.end());
    always_read_.erase(std::unique(always_read_.begin(), always_read_.end()), always_read_.end());
    bound.always_read = input_columns(always_read_);
    bound.output = input_;
    bound.equations = repeating_equations();
    plans_.back().is_last = true;
    bound.species = std::make_unique<Unnest>(std::move(plans_));
    return bound;
  }

  const OptionValues& options_;
  const BindContext& context_;
  SchemaRef input_;  // of the level
  const std::string prefix_;
  const size_t errors_before_;
  std::vector<size_t> chosen_;
  std::vector<size_t> origins_;  // of each column of input_, that of the stage's input
  std::vector<size_t> always_read_;
  std::vector<UnnestPlan> plans_;
  bool has_lists_ = false;
  // Of the level:
  UnnestPlan plan_;
  std::vector<Field> fields_;
  std::map<std::string, size_t> owners_;  // of each name, the column of the input behind it
};

std::optional<BoundOperator> bind_unnest(const OptionValues& options, const BindContext& context) {
  return UnnestBinder(options, context).bind();
}

constexpr std::array<std::string_view, 2> kEmpty{"drop", "keep"};

constexpr std::array<OptionDef, 5> kUnnestOptions{{
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
    {.name = "recursive",
     .type = OptionType::kBoolean,
     .doc = "Takes apart what comes out nested as well, level by level, until nothing is.",
     .default_text = "false"},
}};

}  // namespace

extern const OperatorDef operator_unnest;
const OperatorDef operator_unnest{
    .name = "unnest",
    .kind = OperatorKind::kTransform,
    .summary = "Makes a row of each element of a list, and columns of the fields of a struct.",
    .doc =
        R"(The elements take the place of their list; of a list of structs, the fields do. One level is taken apart
at a time: what is still nested needs another `unnest`, or `recursive: true`. Rows come in the order of the
input, and those of one row in the order of its elements.

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
