// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_binder.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/join/join_probe.h"
#include "operators/state/join/range_index.h"
#include "operators/state/join/spill_plan.h"

namespace leat::state {

namespace {

/// What a lane needs to write its rows to disk, and the references to its first batches.
constexpr size_t kMemoryMinimum = size_t{2} << 20;

JoinHow how_of(const std::string& text) {
  const std::map<std::string_view, JoinHow> names{
      {"inner", JoinHow::kInner}, {"left", JoinHow::kLeft}, {"right", JoinHow::kRight},
      {"full", JoinHow::kFull},   {"semi", JoinHow::kSemi}, {"anti", JoinHow::kAnti},
      {"cross", JoinHow::kCross}};
  return names.at(text);
}

JoinValue value_of(expr::ProgramRef program) {
  JoinValue value{std::move(program), std::nullopt};
  value.column = expr::as_column(*value.program);
  return value;
}

expr::PairColumns pair_columns(const BindContext& context) {
  expr::PairColumns columns{*context.inputs[0], *context.inputs[1]};
  if (context.input_names.size() > 1) {
    columns.left_name = context.input_names[0];
    columns.right_name = context.input_names[1];
  }
  return columns;
}

class JoinBinder {
 public:
  JoinBinder(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        left_(*context.inputs[0]),
        right_(*context.inputs[1]),
        plan_(std::make_unique<JoinPlan>()) {}

  std::optional<BoundOperator> bind() {
    const size_t before = context_.diagnostics.count();
    read_words();
    check_combinations();
    if (auto pairs = bind_keys(options_, context_)) {
      pairs_ = std::move(*pairs);
      use_keys(pairs_, *plan_);
      bind_asof();
      bind_condition();
    } else {
      for (const SourceText& key : options_.list("on")) unbound_keys_.insert(key.text());
    }
    if (says_what_matches()) bind_output();
    if (context_.diagnostics.count() != before) return std::nullopt;
    return finish();
  }

 private:
  void mistake(Code number, std::string_view option, std::string message, std::string hint) {
    context_.diagnostics.error(number, options_.span(option), std::move(message), std::move(hint));
  }

  void read_words() {
    plan_->how = how_of(options_.text("how"));
    const std::string matches = options_.text("matches");
    plan_->matches = matches == "first"  ? JoinMatches::kFirst
                     : matches == "last" ? JoinMatches::kLast
                                         : JoinMatches::kAll;
    plan_->null_keys_match = options_.text("null_keys") == "match";
    const std::string cardinality = options_.has("cardinality") ? options_.text("cardinality") : "";
    plan_->one_right = cardinality == "many_to_one" || cardinality == "one_to_one";
    plan_->one_left = cardinality == "one_to_many" || cardinality == "one_to_one";
    plan_->missing_is_error = options_.text("missing") == "error";
    plan_->on_error = context_.on_error;
    plan_->left = context_.inputs[0];
    const expr::PairColumns columns = pair_columns(context_);
    plan_->left_name = columns.left_name;
    plan_->right_name = columns.right_name;
  }

  bool says_what_matches() const {
    return plan_->how == JoinHow::kCross || options_.has("on") || options_.has("where") ||
           options_.has("asof");
  }

  /// What `how: ...` does not go with.
  void refuse(std::initializer_list<std::string_view> names, std::string_view why) {
    for (const std::string_view name : names) {
      if (options_.has(name))
        mistake(code::kOptionsExclude, name,
                fmt::format("'{}' does not go with how: {}", name, options_.text("how")),
                std::string(why));
    }
  }

  void check_combinations() {
    const JoinHow how = plan_->how;
    if (plan_->is_filter()) {
      refuse({"columns", "prefix", "cardinality", "matches"},
             "left rows come out as they are, once at most");
    }
    if (how == JoinHow::kCross) {
      refuse({"on", "where", "asof", "null_keys"},
             "every row meets every row; with a condition the join is inner");
    } else if (!says_what_matches()) {
      context_.diagnostics.error(
          code::kOptionMissing, options_.stage(), "the join does not say which rows match",
          "name the keys: on: COLUMN, or a condition: where: ...; how: cross "
          "pairs every row with every row");
    }
    if (how != JoinHow::kInner)
      refuse({"missing"}, "rows without a partner are kept or sorted out");
    if (options_.has("asof")) {
      if (how != JoinHow::kInner && how != JoinHow::kLeft)
        mistake(code::kOptionsExclude, "asof",
                fmt::format("'asof' does not go with how: {}", options_.text("how")),
                "it is inner or left");
      if (options_.has("where"))
        mistake(code::kOptionsExclude, "where", "'where' does not go with 'asof'",
                "filter the right side before the join, or the pairs behind it");
    } else {
      for (const std::string_view name : {"direction", "tolerance", "exact"}) {
        if (options_.has(name))
          mistake(code::kOptionIdle, name,
                  fmt::format("'{}' says how 'asof' matches, and there is no 'asof'", name),
                  "add asof: LEFT_TIME = RIGHT_TIME, or remove it");
      }
    }
  }

  void bind_asof() {
    if (!options_.has("asof")) return;
    const SourceText source = options_.source("asof");
    auto pair = expr::compile_key_pair(source, pair_columns(context_), context_.environment,
                                       context_.diagnostics);
    if (!pair) return;
    if (!has_order_code(pair->type)) {
      mistake(code::kNotAKey, "asof", fmt::format("'asof' cannot go by {}", to_string(pair->type)),
              "it goes by int64, float64, date, timestamp or a decimal of at most 18 digits");
      return;
    }
    AsofMatch& asof = plan_->asof.emplace();
    asof.left = value_of(pair->left);
    asof.right = value_of(pair->right);
    asof.type = pair->type;
    const std::string direction = options_.text("direction");
    asof.direction = direction == "forward"   ? AsofDirection::kForward
                     : direction == "nearest" ? AsofDirection::kNearest
                                              : AsofDirection::kBackward;
    asof.exact = options_.flag("exact");
    if (!options_.has("tolerance")) return;
    asof.tolerance = expr::compile_tolerance(options_.source("tolerance"), asof.type,
                                             context_.environment, context_.diagnostics);
    tolerated_ = asof.right;
  }

  void bind_condition() {
    if (!options_.has("where") || plan_->how == JoinHow::kCross) return;
    expr::PairColumns columns = pair_columns(context_);
    for (const expr::KeyPair& pair : pairs_) {
      if (pair.left_column && pair.right_column &&
          left_[*pair.left_column].name == right_[*pair.right_column].name)
        columns.shared.push_back(left_[*pair.left_column].name);
    }
    auto condition = expr::compile_pair_condition(options_.source("where"), columns,
                                                  context_.environment, context_.diagnostics);
    if (!condition) return;
    read_ = expr::columns_read(*condition->whole);
    size_t used = 0;
    for (expr::PairComparison& comparison : condition->comparisons) used += use(comparison);
    plan_->condition = used == condition->comparisons.size() ? condition->rest : condition->whole;
    plan_->condition_schema = std::make_shared<Schema>(expr::pair_schema(left_, right_));
  }

  /// Finds ranges by the comparison, if it is the first of its direction.
  size_t use(expr::PairComparison& comparison) {
    using expr::Comparison;
    const Type& type = expr::result_type(*comparison.left);
    if (!has_range_code(type)) return 0;
    // Codes that do not tell all values apart find candidates, of which the condition is asked.
    const bool is_exact = has_order_code(type);
    if (!plan_->range) plan_->range.emplace();
    const bool is_low = comparison.comparison == Comparison::kGreater ||
                        comparison.comparison == Comparison::kGreaterEqual;
    auto& bound = is_low ? plan_->range->low : plan_->range->high;
    if (bound) return 0;
    bound.emplace();
    bound->left = value_of(std::move(comparison.left));
    bound->right = value_of(std::move(comparison.right));
    bound->strict = is_exact && (comparison.comparison == Comparison::kGreater ||
                                 comparison.comparison == Comparison::kLess);
    return is_exact || LEAT_MUTANT("addresses_by_their_code") ? 1 : 0;
  }

  // ----------------------------------------------------------------------------------------- columns

  size_t keep(JoinValue value) {
    if (value.column) {
      const auto [known, is_new] = kept_columns_.try_emplace(*value.column, plan_->kept.size());
      if (!is_new) return known->second;
    }
    const size_t index = plan_->kept.size();
    const std::string name = value.column ? (*context_.inputs[1])[*value.column].name : "";
    kept_fields_.push_back({name, expr::result_type(*value.program)});
    plan_->kept.push_back(std::move(value));
    return index;
  }
  JoinValue right_column(size_t column) const {
    const SourceText name('"' + right_[column].name + '"', Span{}, {});
    Diagnostics none;
    return value_of(expr::compile(name, right_, context_.environment, none));
  }

  /// The key that fills left column `column` from whichever side has it.
  std::optional<size_t> filling_key(size_t column) const {
    if (!plan_->keeps_right()) return std::nullopt;
    for (size_t i = 0; i < pairs_.size(); ++i) {
      if (pairs_[i].left_column == column) return i;
    }
    return std::nullopt;
  }

  void bind_output() {
    std::vector<Field> fields;
    for (size_t column = 0; column < left_.size(); ++column) {
      JoinPlan::LeftColumn out{column, filling_key(column), 0};
      Field field = left_[column];
      inputs_.push_back({InputColumn(column)});
      if (out.key) {
        field.type = plan_->key_types[*out.key];
        out.kept = keep(plan_->right_keys[*out.key]);
        add_inputs(*plan_->right_keys[*out.key].program, 1, inputs_.back());
      }
      plan_->left_out.push_back(out);
      fields.push_back(std::move(field));
    }
    if (!plan_->is_filter()) options_.has("columns") ? list_columns(fields) : all_columns(fields);
    plan_->output =
        plan_->is_filter() ? context_.inputs[0] : std::make_shared<Schema>(std::move(fields));
  }

  void all_columns(std::vector<Field>& fields) {
    std::set<size_t> keys;
    for (const expr::KeyPair& pair : pairs_) {
      const bool has_left = pair.left_column.has_value() || !plan_->keeps_right();
      if (pair.right_column && has_left) keys.insert(*pair.right_column);
    }
    for (size_t column = 0; column < right_.size(); ++column) {
      if (keys.contains(column) || unbound_keys_.contains(right_[column].name)) continue;
      Field field = right_[column];
      field.name = options_.text("prefix") + field.name;
      add_column(options_.span("with"), std::move(field), right_column(column), fields);
    }
  }

  void list_columns(std::vector<Field>& fields) {
    for (const SourceText& source : options_.list("columns")) {
      auto item = expr::compile_item(source, right_, context_.environment, context_.diagnostics);
      if (!item) continue;
      JoinValue value = value_of(item->program);
      Field field{item->name, expr::result_type(*item->program),
                  value.column && right_[*value.column].guessed};
      if (!item->is_named) field.name = options_.text("prefix") + field.name;
      add_column(source.span(), std::move(field), std::move(value), fields);
    }
  }

  void add_column(Span where, Field field, JoinValue value, std::vector<Field>& fields) {
    for (const Field& other : fields) {
      if (other.name != field.name) continue;
      const std::string& stage = plan_->right_name;
      context_.diagnostics.error(
          code::kColumnTwice, where, fmt::format("two columns are called '{}'", field.name),
          fmt::format("rename the one of '{0}': columns: [{1} as other_name]; or set prefix: {0}_",
                      stage, field.name));
      return;
    }
    inputs_.emplace_back();
    add_inputs(*value.program, 1, inputs_.back());
    if (!value.column) add_inputs(*value.program, 1, always_);
    plan_->right_out.push_back(keep(std::move(value)));
    fields.push_back(std::move(field));
  }

  void add_inputs(const expr::Program& program, size_t input, std::vector<InputColumn>& to) const {
    for (const size_t column : expr::columns_read(program)) to.emplace_back(column, input);
  }

  void use_condition_columns() {
    if (!plan_->condition) return;
    for (const size_t number : expr::columns_read(*plan_->condition)) {
      const bool is_left = number < left_.size();
      const size_t source = is_left ? number : keep(right_column(number - left_.size()));
      plan_->condition_columns.push_back({number, is_left, source});
    }
  }

  std::optional<BoundOperator> finish() {
    use_condition_columns();
    if (tolerated_) plan_->asof->kept = keep(*tolerated_);
    if (plan_->keys_only()) plan_->kept.clear(), kept_fields_.clear();
    plan_->kept_schema = std::make_shared<Schema>(std::move(kept_fields_));
    BoundOperator bound;
    bound.output = plan_->output;
    bound.column_inputs = std::move(inputs_);
    for (const JoinValue& key : plan_->left_keys) add_inputs(*key.program, 0, always_);
    for (const JoinValue& key : plan_->right_keys) add_inputs(*key.program, 1, always_);
    if (plan_->asof) {
      add_inputs(*plan_->asof->left.program, 0, always_);
      add_inputs(*plan_->asof->right.program, 1, always_);
    }
    for (const size_t number : read_) {
      const bool is_left = number < left_.size();
      always_.emplace_back(is_left ? number : number - left_.size(), is_left ? 0 : 1);
    }
    bound.always_read = std::move(always_);
    bound.memory_minimum = kMemoryMinimum;
    if (plan_->sets_unmatched_apart()) bound.ports.push_back(context_.inputs[0]);
    if (plan_->is_filter()) {
      bound.equations = {{{Counter::kIn},
                          {Counter::kFolded, Counter::kPassed, Counter::kDropped, Counter::kSkipped,
                           Counter::kRejected}},
                         {{Counter::kOut}, {Counter::kPassed}}};
    } else {
      bound.equations = {{{Counter::kIn},
                          {Counter::kFolded, Counter::kMatched, Counter::kUnmatched,
                           Counter::kSkipped, Counter::kRejected}},
                         {{Counter::kPaired}, {Counter::kMade}},
                         {{Counter::kOut}, {Counter::kMade, Counter::kPadded}}};
    }
    bound.equations.push_back({{Counter::kSpilled}, {Counter::kRestored}});
    plan_->spill = make_spill_plan(*plan_, context_.environment);
    bound.species = make_join_map(std::move(plan_));
    return bound;
  }

  const OptionValues& options_;
  const BindContext& context_;
  const Schema& left_;
  const Schema& right_;
  std::unique_ptr<JoinPlan> plan_;
  std::vector<expr::KeyPair> pairs_;
  std::set<std::string> unbound_keys_;  // as written, when one of them is a mistake
  std::vector<size_t> read_;            // by the condition
  std::optional<JoinValue> tolerated_;
  std::map<size_t, size_t> kept_columns_;  // from right columns to kept ones
  std::vector<Field> kept_fields_;
  std::vector<std::vector<InputColumn>> inputs_;  // of output columns
  std::vector<InputColumn> always_;
};

/// Every column with the one of the same name on the other side.
std::optional<std::vector<expr::KeyPair>> whole_rows(const OptionValues& options,
                                                     const BindContext& context) {
  const Schema& left = *context.inputs[0];
  const Schema& right = *context.inputs[1];
  std::vector<expr::KeyPair> pairs;
  bool ok = true;
  for (const auto& [of, other, name] :
       {std::tuple(&left, &right, 1), std::tuple(&right, &left, 0)}) {
    for (const Field& field : of->fields()) {
      if (other->find(field.name)) continue;
      const expr::PairColumns columns = pair_columns(context);
      context.diagnostics.error(
          code::kUnknownColumn, options.span("with"),
          fmt::format("whole rows are compared, and '{}' has no column '{}'",
                      name == 1 ? columns.right_name : columns.left_name, field.name),
          "name the columns to compare: on: [...]");
      ok = false;
    }
  }
  for (const Field& field : left.fields()) {
    if (!ok) break;
    // The whole stage is the place: no key is written.
    const SourceText name('"' + field.name + '"', options.span("with"), {});
    auto pair = expr::compile_key_pair(name, pair_columns(context), context.environment,
                                       context.diagnostics);
    ok = ok && pair.has_value();
    if (pair) pairs.push_back(std::move(*pair));
  }
  return ok ? std::optional(std::move(pairs)) : std::nullopt;
}

}  // namespace

std::optional<std::vector<expr::KeyPair>> bind_keys(const OptionValues& options,
                                                    const BindContext& context) {
  std::vector<expr::KeyPair> pairs;
  if (!options.has("on")) return pairs;
  if (options.list("on").empty()) {
    context.diagnostics.error(code::kOptionEmpty, options.span("on"), "'on' is an empty list",
                              "name at least one key");
    return std::nullopt;
  }
  bool ok = true;
  for (const SourceText& source : options.list("on")) {
    auto pair = expr::compile_key_pair(source, pair_columns(context), context.environment,
                                       context.diagnostics);
    if (pair && !is_groupable(pair->type)) {
      context.diagnostics.error(
          code::kNotAKey, source.span(),
          fmt::format("values of type {} cannot be keys", to_string(pair->type)),
          "make another value of them, e.g. text: x::utf8");
      pair.reset();
    }
    ok = ok && pair.has_value();
    if (pair) pairs.push_back(std::move(*pair));
  }
  return ok ? std::optional(std::move(pairs)) : std::nullopt;
}

void use_keys(const std::vector<expr::KeyPair>& pairs, JoinPlan& plan) {
  for (const expr::KeyPair& pair : pairs) {
    plan.left_keys.push_back(value_of(pair.left));
    plan.right_keys.push_back(value_of(pair.right));
    plan.key_types.push_back(pair.type);
  }
}

std::optional<BoundOperator> bind_join(const OptionValues& options, const BindContext& context) {
  LEAT_CHECK(context.inputs.size() == 2, "a join has two inputs");
  return JoinBinder(options, context).bind();
}

std::optional<BoundOperator> bind_row_filter(const OptionValues& options,
                                             const BindContext& context, JoinHow how) {
  LEAT_CHECK(context.inputs.size() == 2, "rows are looked for in a second input");
  const auto pairs = options.has("on") ? bind_keys(options, context) : whole_rows(options, context);
  if (!pairs) return std::nullopt;
  auto plan = std::make_unique<JoinPlan>();
  plan->how = how;
  plan->null_keys_match = true;
  plan->on_error = context.on_error;
  plan->left = plan->output = context.inputs[0];
  use_keys(*pairs, *plan);
  BoundOperator bound;
  bound.output = plan->output;
  for (size_t column = 0; column < bound.output->size(); ++column)
    bound.column_inputs.push_back({InputColumn(column)});
  for (size_t i = 0; i < pairs->size(); ++i) {
    for (const size_t column : expr::columns_read(*plan->left_keys[i].program))
      bound.always_read.emplace_back(column, 0);
    for (const size_t column : expr::columns_read(*plan->right_keys[i].program))
      bound.always_read.emplace_back(column, 1);
  }
  bound.memory_minimum = kMemoryMinimum;
  bound.equations = {{{Counter::kIn},
                      {Counter::kFolded, Counter::kPassed, Counter::kDropped, Counter::kSkipped,
                       Counter::kRejected}},
                     {{Counter::kOut}, {Counter::kPassed}}};
  bound.equations.push_back({{Counter::kSpilled}, {Counter::kRestored}});
  plan->spill = make_spill_plan(*plan, context.environment);
  bound.species = make_join_map(std::move(plan));
  return bound;
}

}  // namespace leat::state
