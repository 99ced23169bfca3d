// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// union: the rows of several inputs under common columns. Lanes give each input's rows the columns
// of the output; the run puts them in order.
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "operators/emit_columns.h"
#include "operators/expr/expression.h"
#include "operators/expr/kernels/constant.h"
#include "operators/operator.h"

namespace leat {

namespace {

/// How a column of the output is made of one input: a column as it is, a program over the input, or
/// one value for all rows.
struct Aligned {
  std::optional<size_t> column;
  expr::ProgramRef program;
  ColumnRef constant;
};

struct UnionPlan {
  SchemaRef output;
  std::vector<std::vector<Aligned>> inputs;
  Union::Order order = Union::Order::kInputs;
};

class AlignLane final : public MapLane {
 public:
  AlignLane(const UnionPlan& plan, size_t input, const LaneContext& context)
      : plan_(plan), columns_(plan.inputs[input]), context_(context) {
    for (const Aligned& column : columns_) {
      evaluators_.emplace_back();
      if (column.program) evaluators_.back().emplace(column.program, context.memory);
    }
  }

  Status process(Batch batch, Output& output) override {
    std::vector<ColumnRef> columns;
    std::vector<RowFault> faults;
    for (size_t i = 0; i < columns_.size(); ++i) {
      LEAT_TRY_ASSIGN(ColumnRef column, make(i, batch, faults));
      columns.push_back(std::move(column));
    }
    return emit_columns(batch, plan_.output, std::move(columns), std::move(faults), context_,
                        output);
  }

 private:
  Result<ColumnRef> make(size_t index, const Batch& batch, std::vector<RowFault>& faults) {
    const Aligned& column = columns_[index];
    if (column.column) return batch.columns()[*column.column];
    if (column.program) return evaluators_[index]->evaluate(batch, batch.selection(), faults);
    return expr::repeat_constant(*column.constant, batch.length(), context_.memory);
  }

  const UnionPlan& plan_;
  const std::vector<Aligned>& columns_;
  LaneContext context_;
  std::vector<std::optional<expr::Evaluator>> evaluators_;
};

class RowUnion final : public Union {
 public:
  explicit RowUnion(UnionPlan plan) : plan_(std::move(plan)) {}

  Order order() const override { return plan_.order; }
  std::unique_ptr<MapLane> align(size_t input, const LaneContext& context) const override {
    return std::make_unique<AlignLane>(plan_, input, context);
  }

 private:
  UnionPlan plan_;
};

// ----------------------------------------------------------------------------------------- binding

std::string quoted_name(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

class UnionBinder {
 public:
  UnionBinder(const OptionValues& options, const BindContext& context)
      : options_(options), context_(context), errors_before_(context.diagnostics.count()) {}

  std::optional<BoundOperator> bind() {
    if (options_.text("match") == "position") {
      find_by_position();
    } else {
      find_by_name();
    }
    for (Target& target : targets_) widen(target);
    if (context_.diagnostics.count() != errors_before_) return std::nullopt;
    align();
    add_origin();
    if (context_.diagnostics.count() != errors_before_) return std::nullopt;
    plan_.output = std::make_shared<const Schema>(std::move(fields_));
    if (options_.text("order") == "rows") plan_.order = Union::Order::kRows;
    BoundOperator bound;
    bound.output = plan_.output;
    bound.column_inputs = std::move(made_of_);
    for (const std::vector<InputColumn>& columns : bound.column_inputs)
      bound.always_read.insert(bound.always_read.end(), columns.begin(), columns.end());
    bound.equations = {{{Counter::kIn}, {Counter::kPassed, Counter::kSkipped, Counter::kRejected}},
                       {{Counter::kPassed}, {Counter::kOut, Counter::kBeyond}}};
    bound.species = std::make_unique<RowUnion>(std::move(plan_));
    return bound;
  }

 private:
  /// A column of the output, with the column of each input it is made of; nullopt: the input has
  /// none.
  struct Target {
    std::string name;
    Type type;
    std::vector<std::optional<size_t>> of;
  };

  const Schema& input(size_t index) const { return *context_.inputs[index]; }
  size_t inputs() const { return context_.inputs.size(); }
  void mistake(Code number, std::string message, std::string hint) {
    context_.diagnostics.error(number, options_.stage(), std::move(message), std::move(hint));
  }

  void find_by_position() {
    for (size_t i = 1; i < inputs(); ++i) {
      if (input(i).size() == input(0).size()) continue;
      mistake(
          code::kInputsDiffer,
          fmt::format("the inputs '{}' and '{}' have {} and {} columns", context_.input_names[0],
                      context_.input_names[i], input(0).size(), input(i).size()),
          "leave out 'match: position' to match columns by name, or select the same number");
      return;
    }
    for (size_t column = 0; column < input(0).size(); ++column) {
      Target target{input(0)[column].name, {}, {}};
      target.of.assign(inputs(), column);
      targets_.push_back(std::move(target));
    }
  }

  void find_by_name() {
    for (size_t i = 0; i < inputs(); ++i) {
      for (size_t column = 0; column < input(i).size(); ++column)
        target_of(input(i)[column].name).of[i] = column;
    }
    if (options_.text("missing") != "error") return;
    for (const Target& target : targets_) {
      for (size_t i = 0; i < inputs(); ++i) {
        if (target.of[i]) continue;
        mistake(
            code::kInputsDiffer,
            fmt::format("the input '{}' has no column '{}'", context_.input_names[i], target.name),
            "with 'missing: null' it is NULL there");
      }
    }
  }

  Target& target_of(const std::string& name) {
    for (Target& target : targets_) {
      if (target.name == name) return target;
    }
    targets_.push_back({name, {}, std::vector<std::optional<size_t>>(inputs())});
    return targets_.back();
  }

  /// The type that the columns of all inputs can have: what `coalesce` over them has.
  void widen(Target& target) {
    std::vector<Field> fields;
    std::string text;
    for (size_t i = 0; i < inputs(); ++i) {
      if (!target.of[i]) continue;
      const Type& type = input(i)[*target.of[i]].type;
      if (!fields.empty() && fields.back().type == type) continue;
      fields.push_back({fmt::format("t{}", fields.size()), type});
      text += fmt::format("{}t{}", text.empty() ? "" : ", ", fields.size() - 1);
    }
    target.type = fields.front().type;
    if (fields.size() == 1) return;
    Diagnostics found;
    const expr::ProgramRef common =
        expr::compile(SourceText(fmt::format("coalesce({})", text), options_.stage(),
                                 {{0, options_.stage().begin}}),
                      Schema(std::move(fields)), context_.environment, found);
    if (common) {
      target.type = expr::result_type(*common);
    } else {
      report_types(target);
    }
  }

  void report_types(const Target& target) {
    std::string types;
    for (size_t i = 0; i < inputs(); ++i) {
      if (!target.of[i]) continue;
      types += fmt::format("{}{} in '{}'", types.empty() ? "" : ", ",
                           to_string(input(i)[*target.of[i]].type), context_.input_names[i]);
    }
    mistake(code::kTypesDiffer,
            fmt::format("the column '{}' has types without a common one: {}", target.name, types),
            fmt::format("cast it in one of the inputs, for example to text: {}::utf8",
                        quoted_name(target.name)));
  }

  void align() {
    plan_.inputs.resize(inputs());
    for (const Target& target : targets_) {
      fields_.push_back({target.name, target.type});
      made_of_.emplace_back();
      for (size_t i = 0; i < inputs(); ++i) {
        if (target.of[i]) made_of_.back().emplace_back(*target.of[i], i);
        plan_.inputs[i].push_back(aligned(target, i));
      }
    }
  }

  Aligned aligned(const Target& target, size_t i) {
    if (!target.of[i]) return {{}, nullptr, expr::null_constant(target.type)};
    const Field& field = input(i)[*target.of[i]];
    if (field.type == target.type) return {target.of[i], nullptr, nullptr};
    const std::string text = fmt::format("{}::{}", quoted_name(field.name), to_string(target.type));
    return {{},
            expr::compile(SourceText(text, options_.stage(), {{0, options_.stage().begin}}),
                          input(i), context_.environment, context_.diagnostics),
            nullptr};
  }

  void add_origin() {
    if (!options_.has("origin")) return;
    const std::string name = options_.text("origin");
    for (const Field& field : fields_) {
      if (field.name != name) continue;
      context_.diagnostics.error(code::kColumnTwice, options_.span("origin"),
                                 fmt::format("a column is called '{}' already", name),
                                 "give the column of names another name");
    }
    fields_.push_back({name, kUtf8Type});
    made_of_.emplace_back();
    for (size_t i = 0; i < inputs(); ++i)
      plan_.inputs[i].push_back({{}, nullptr, expr::text_constant(context_.input_names[i])});
  }

  const OptionValues& options_;
  const BindContext& context_;
  const size_t errors_before_;
  std::vector<Target> targets_;
  std::vector<Field> fields_;
  std::vector<std::vector<InputColumn>> made_of_;
  UnionPlan plan_;
};

std::optional<BoundOperator> bind_union(const OptionValues& options, const BindContext& context) {
  return UnionBinder(options, context).bind();
}

constexpr std::array<std::string_view, 2> kUnionMatches{"name", "position"};
constexpr std::array<std::string_view, 2> kUnionMissing{"null", "error"};
constexpr std::array<std::string_view, 2> kOrders{"inputs", "rows"};

constexpr std::array<OptionDef, 4> kUnionOptions{{
    {.name = "match",
     .type = OptionType::kChoice,
     .doc = "How columns of the inputs belong together: by `name`, or by `position`.",
     .default_text = "name",
     .choices = kUnionMatches},
    {.name = "missing",
     .type = OptionType::kChoice,
     .doc = "What a column is that an input does not have: `null`, or an `error`.",
     .default_text = "null",
     .choices = kUnionMissing},
    {.name = "origin",
     .type = OptionType::kText,
     .doc = "A further column with the name of the stage that a row came from."},
    {.name = "order",
     .type = OptionType::kChoice,
     .doc = "`inputs`: all rows of the first input, then those of the second, and so on. `rows`: "
            "inputs that are branches of one stage come in the order of its rows.",
     .default_text = "inputs",
     .choices = kOrders},
}};

}  // namespace

extern const OperatorDef operator_union;
const OperatorDef operator_union{
    .name = "union",
    .kind = OperatorKind::kTransform,
    .summary = "Brings the rows of several inputs together.",
    .doc =
        R"(Takes the list of its inputs in `from`. The columns are those of the first input, then new ones as
they appear in the others. Columns of different types get the type that `case` would give them: an
`int64` beside a `float64` becomes a `float64`, for example; types without a common one are a mistake.
Duplicate rows stay: put a `distinct` behind it to drop them.

With `order: rows` a row that came by several branches comes in the order of `from`, and only stages
that work row by row may lie between the stage and the union.)",
    .example = R"(- union:
    origin: year_of
  from: [y2024, y2025]
)",
    .main_option = "",
    .options = kUnionOptions,
    .bind = &bind_union,
    .many_inputs = true,
};

}  // namespace leat
