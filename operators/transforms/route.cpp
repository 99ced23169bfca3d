// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// route: rows to ports, by conditions.
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/graph.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/data/selection_sets.h"
#include "operators/emit_columns.h"
#include "operators/expr/expression.h"
#include "operators/operator.h"

namespace leat {

namespace {

constexpr std::string_view kElse = "else";

struct RoutePlan {
  std::vector<expr::ProgramRef> conditions;  ///< Of the ports, but for the last, which is `else`.
  bool all = false;
};

class RouteLane final : public MapLane {
 public:
  RouteLane(const RoutePlan& plan, const LaneContext& context) : plan_(plan), context_(context) {
    for (const expr::ProgramRef& condition : plan.conditions)
      evaluators_.emplace_back(condition, context.memory);
  }

  Status process(Batch batch, Output& output) override {
    std::vector<RowFault> faults;
    std::vector<Selection> routed;
    Selection left = batch.selection();  // in no route so far
    for (expr::Evaluator& condition : evaluators_) {
      const Selection& asked = plan_.all ? batch.selection() : left;
      LEAT_TRY_ASSIGN(Selection chosen, condition.select(batch, asked, faults));
      if (!LEAT_MUTANT("route_first_takes_all") || plan_.all) {
        LEAT_TRY_ASSIGN(left, rows_without(left, chosen, context_.memory));
      }
      routed.push_back(std::move(chosen));
    }
    routed.push_back(left);
    Selection good = batch.selection();
    std::optional<Error> error;
    if (!faults.empty()) {
      LEAT_TRY_ASSIGN(Settled settled, context_.faults.settle(batch, good, std::move(faults)));
      good = std::move(settled.selection);
      error = std::move(settled.error);
    }
    LEAT_TRY(emit(batch, good, routed, output));
    if (error) return std::unexpected(std::move(*error));
    return {};
  }

 private:
  Status emit(const Batch& batch, const Selection& good, const std::vector<Selection>& routed,
              Output& output) {
    context_.ledger.add(Counter::kPassed, good.count());
    for (size_t i = 0; i < routed.size(); ++i) {
      LEAT_TRY_ASSIGN(Selection rows, rows_in_both(routed[i], good, context_.memory));
      if (i + 1 == routed.size()) {
        context_.ledger.add(Counter::kUnmatched, rows.count());
        context_.ledger.add(Counter::kMatched, good.count() - rows.count());
      }
      Output* const port = output.port(i);
      if (port == nullptr || rows.count() == 0) continue;
      LEAT_TRY(port->emit(batch.with_selection(std::move(rows))));
    }
    return output.emit(batch.with_selection(good));
  }

  const RoutePlan& plan_;
  LaneContext context_;
  std::vector<expr::Evaluator> evaluators_;
};

class Route final : public Map {
 public:
  explicit Route(RoutePlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<RouteLane>(plan_, context);
  }

 private:
  RoutePlan plan_;
};

// ----------------------------------------------------------------------------------------- binding

/// The routes as written, and `else`. Asked before the options are checked.
std::vector<std::string> ports_of(const OptionNode& options) {
  std::vector<std::string> names;
  for (const OptionEntry& option : options.entries) {
    if (option.name.text() != "routes") continue;
    for (const OptionEntry& route : option.value.entries) names.push_back(route.name.text());
  }
  names.emplace_back(kElse);
  return names;
}

/// What is wrong with the name of a route, or "".
std::string name_mistake(const std::string& name) {
  if (name == kElse) return "'else' is the port of the rows without a route";
  if (name == "rejects") return "'rejects' is the port of the bad rows";
  const bool plain = !name.empty() && name.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyz"
                                          "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789_-") == std::string::npos;
  return plain ? "" : fmt::format("'{}' cannot be the name of a route", name);
}

std::optional<BoundOperator> bind_route(const OptionValues& options, const BindContext& context) {
  const size_t errors_before = context.diagnostics.count();
  RoutePlan plan;
  const auto routes = options.named("routes");
  if (routes.empty()) {
    context.diagnostics.error(code::kOptionEmpty, options.span("routes"), "'routes' is empty",
                              "write 'name: condition' below it");
  }
  for (const auto& [name, condition] : routes) {
    if (std::string wrong = name_mistake(name.text()); !wrong.empty()) {
      context.diagnostics.error(code::kBadName, name.span(), std::move(wrong),
                                "choose another name, of letters, digits, '_' and '-'");
    }
    plan.conditions.push_back(expr::compile_predicate(condition, *context.input(),
                                                      context.environment, context.diagnostics));
  }
  const bool ok = context.diagnostics.count() == errors_before;
  plan.all = options.text("match") == "all";
  BoundOperator bound;
  bound.output = context.input();
  bound.ports.assign(routes.size() + 1, context.input());
  for (size_t i = 0; i < context.input()->size(); ++i) bound.column_inputs.push_back({i});
  std::vector<InputColumn> read;
  for (const expr::ProgramRef& condition : plan.conditions) {
    if (!condition) continue;
    for (const size_t column : expr::columns_read(*condition)) read.emplace_back(column);
  }
  bound.always_read = std::move(read);
  bound.equations = passing_equations();
  bound.equations.push_back({{Counter::kPassed}, {Counter::kMatched, Counter::kUnmatched}});
  // After a mistake this is never run, but the ports are known, so later stages are checked.
  bound.species = std::make_unique<Route>(ok ? std::move(plan) : RoutePlan{});
  return bound;
}

constexpr std::array<std::string_view, 2> kMatch{"first", "all"};

constexpr std::array<OptionDef, 2> kRouteOptions{{
    {.name = "routes",
     .type = OptionType::kNamed,
     .doc = "Names of ports and conditions. A row goes where its condition is true.",
     .required = true},
    {.name = "match",
     .type = OptionType::kChoice,
     .doc = "Whether a row takes the first route whose condition is true, or all of them.",
     .default_text = "first",
     .choices = kMatch},
}};

}  // namespace

extern const OperatorDef operator_route;
const OperatorDef operator_route{
    .name = "route",
    .kind = OperatorKind::kTransform,
    .summary = "Sends each row to a port, by conditions.",
    .doc =
        R"(A stage reads a port with `from: NAME.ROUTE`; the rows that no condition is true for leave by
`NAME.else`. A condition that is NULL is not true. Each port has its rows in the order of the input.
`from: NAME` reads all rows, whatever their route.

With `match: first` a condition is computed only for the rows that no earlier one took. A row for which
one cannot be computed is bad, and `on_error` decides what becomes of it. A port that nobody reads costs
nothing; the ledger shows under `matched` the rows with a route, and under `unmatched` those without.)",
    .example = R"(- route:
    match: first
    routes:
      big: amount > 1000
      europe: country in ('DE', 'FR')
  name: by_size
- write_csv: big.csv
  from: by_size.big
- write_csv: rest.csv
  from: by_size.else
)",
    .main_option = "",
    .options = kRouteOptions,
    .bind = &bind_route,
    .keeps_columns = true,
    .ports = &ports_of,
};

}  // namespace leat
