// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/window_expression.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/expr/aggregate_forms.h"
#include "operators/expr/binding/binder.h"
#include "operators/expr/binding/call_parts.h"
#include "operators/expr/binding/frame_binder.h"
#include "operators/expr/program.h"
#include "operators/expr/syntax/parser.h"

namespace leat::expr {
namespace {

template <typename Function>
const Function* find_in(const std::vector<Function>& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Function& function) { return function.name == name; });
  return found == table.end() ? nullptr : &*found;
}

bool has_call(const Ast& ast) {
  if (ast.kind == AstKind::kCall && (ast.over || is_window_function(ast.text) ||
                                     find_in(aggregate_functions(), ast.text) != nullptr))
    return true;
  const auto inside = [](const AstRef& input) { return has_call(*input); };
  return std::any_of(ast.inputs.begin(), ast.inputs.end(), inside) ||
         std::any_of(ast.order.begin(), ast.order.end(),
                     [](const ParsedSortKey& term) { return has_call(*term.key); }) ||
         (ast.extra && has_call(*ast.extra));
}

/// Does the function look at the frame, and not at the partition?
bool has_frame(std::string_view name) {
  return name == "first_value" || name == "last_value" || name == "nth_value";
}

/// Cuts the calls over windows out of one expression.
class WindowCompiler {
 public:
  WindowCompiler(Mistakes& mistakes, const Schema& input, const WindowSpec& stage,
                 const Environment& environment)
      : mistakes_(mistakes),
        input_(input),
        stage_(stage),
        environment_(environment),
        scope_{mistakes, input, environment} {}

  std::optional<WindowExpression> compile(const Ast& ast) {
    collect(ast);
    if (mistakes_.any()) return std::nullopt;
    if (calls_.empty()) {
      wrong(code::kWindowHere, ast.range, "there is no window function in this column",
            "compute it with derive, which needs no other rows");
      return std::nullopt;
    }
    ProgramBuilder builder(mistakes_);
    Binder binder(mistakes_, {input_, environment_, &positions_, &columns_, nullptr, true},
                  builder);
    const Bound result = binder.bind(ast);
    if (!result.ok || mistakes_.any()) return std::nullopt;
    WindowExpression expression;
    expression.calls = std::move(calls_);
    expression.result = builder.finish(result.node, mistakes_.quote(ast.range));
    return expression;
  }

 private:
  void collect(const Ast& ast) {
    if (ast.kind == AstKind::kCall) {
      const WindowFunction* const function = find_in(window_functions(), ast.text);
      if (function != nullptr || find_in(aggregate_functions(), ast.text) != nullptr)
        return add_call(ast, function);
      if (ast.over) {
        wrong(code::kClauseHere, ast.operation, fmt::format("'{}' is no window function", ast.text),
              "`leat functions` lists window functions and aggregates");
        return;
      }
    }
    for (const AstRef& input : ast.inputs) collect(*input);
    if (ast.extra) collect(*ast.extra);
  }

  void add_call(const Ast& ast, const WindowFunction* function) {
    const std::string text = mistakes_.quote(ast.range);
    const std::string known_as = call_key(ast, mistakes_);
    if (const auto known = known_.find(known_as); known != known_.end()) {
      positions_[&ast] = known->second;
      return;
    }
    WindowCall call;
    call.is_aggregate = function == nullptr;
    call.ignore_nulls = ast.ignore_nulls;
    if (nests(ast)) return;
    bool ok = call.is_aggregate ? aggregate(ast, call) : window(ast, *function, call);
    ok = place(ast, call) && ok;
    if (!ok) return;
    columns_.push_back({text, call.call.result});
    calls_.push_back(std::move(call));
    positions_[&ast] = known_[known_as] = input_.size() + calls_.size() - 1;
  }

  /// Reports a call inside the call.
  bool nests(const Ast& ast) {
    bool found = false;
    const auto look = [&](const Ast& part) {
      if (!has_call(part)) return;
      found = true;
      wrong(code::kWindowHere, part.range,
            fmt::format("'{}' takes no call that itself looks at other rows", ast.text),
            "compute the inner one in a window or aggregate stage before this one");
    };
    for (const AstRef& input : ast.inputs) look(*input);
    for (const ParsedSortKey& term : ast.order) look(*term.key);
    if (ast.extra) look(*ast.extra);
    if (!ast.over) return found;
    for (const AstRef& key : ast.over->partition_by) look(*key);
    for (const ParsedSortKey& key : ast.over->order_by) look(*key.key);
    return found;
  }

  bool aggregate(const Ast& ast, WindowCall& call) {
    if (ast.ignore_nulls) {
      return wrong(code::kClauseHere, ast.operation,
                   fmt::format("'{}' takes no 'ignore nulls'", ast.text),
                   "write a filter: filter (where ... is not null)");
    }
    std::optional<AggregateCall> bound = bind_aggregate_call(ast, mistakes_, input_, environment_);
    if (!bound) return false;
    call.call = std::move(*bound);
    return true;
  }

  // ------------------------------------------------------------------------------ window functions

  bool window(const Ast& ast, const WindowFunction& function, WindowCall& call) {
    call.call.function = ast.text;
    call.call.source = mistakes_.source();
    call.call.begin = ast.range.begin;
    call.call.end = ast.range.end;
    const std::string_view name = function.name;
    const bool shifts = name == "lag" || name == "lead";
    const bool takes_value = shifts || has_frame(name);
    const std::string hint = fmt::format("it is used so: {}", function.signature);
    const size_t least = name == "nth_value" ? 2 : takes_value || name == "ntile" ? 1 : 0;
    const size_t most = shifts ? 3 : least;
    if (ast.star || ast.distinct || ast.inputs.size() < least || ast.inputs.size() > most) {
      return wrong(code::kArguments, ast.operation,
                   fmt::format("'{}' takes {}", name,
                               most == 0   ? "no argument"
                               : most == 3 ? "one to three arguments"
                               : most == 2 ? "two arguments"
                                           : "one argument"),
                   hint);
    }
    if (ast.ignore_nulls && !takes_value)
      return wrong(code::kClauseHere, ast.operation,
                   fmt::format("'{}' takes no 'ignore nulls'", name), hint);
    if (!ast.order.empty()) {
      return wrong(code::kClauseHere, ast.operation,
                   fmt::format("'{}' takes no order of its own", name),
                   "it follows that of its window: over (order by ...)");
    }
    if (ast.extra && !has_frame(name)) {
      return wrong(code::kClauseHere, ast.extra->range, fmt::format("'{}' takes no filter", name),
                   "aggregates, first_value, last_value and nth_value take one");
    }
    call.call.result = name == "percent_rank" || name == "cume_dist" ? kFloat64Type : kInt64Type;
    if (takes_value) return value_and_number(ast, call);
    return name != "ntile" || number(*ast.inputs[0], 1, "the number of parts", hint, call);
  }

  bool value_and_number(const Ast& ast, WindowCall& call) {
    const std::string& name = call.call.function;
    const ProgramRef value = program(*ast.inputs[0]);
    bool ok = value != nullptr;
    if (ok) call.call.result = value->type();
    call.call.arguments.push_back(value);
    if (name == "nth_value") {
      ok = number(*ast.inputs[1], 1, "the number of the row", "rows of a frame count from 1",
                  call) &&
           ok;
    } else if (ast.inputs.size() > 1) {
      const std::string other = name == "lag" ? "lead" : "lag";
      ok = number(*ast.inputs[1], 0, fmt::format("the offset of '{}'", name),
                  fmt::format("'{}' looks the other way", other), call) &&
           ok;
    }
    if (ast.inputs.size() > 2 && value) {
      call.call.arguments.push_back(program(*ast.inputs[2], value->type(), "the default"));
      ok = ok && call.call.arguments.back() != nullptr;
    }
    if (ast.extra) {
      call.call.filter = program(*ast.extra, kBoolType, "the filter");
      ok = ok && call.call.filter != nullptr;
    }
    return ok;
  }

  bool number(const Ast& ast, uint64_t least, std::string_view what, std::string_view hint,
              WindowCall& call) {
    const std::optional<uint64_t> count = bind_count(ast, least, what, hint, scope_);
    if (count) call.number = *count;
    return count.has_value();
  }

  /// With a type, what `who` names is made of it.
  ProgramRef program(const Ast& ast, const std::optional<Type>& type = std::nullopt,
                     std::string_view who = {}) {
    const size_t before = mistakes_.count();
    ProgramBuilder builder(mistakes_);
    Binder binder(mistakes_, {input_, environment_, nullptr, nullptr}, builder);
    const Bound bound = type ? binder.bind_as(ast, *type, who) : binder.bind(ast);
    if (!bound.ok || mistakes_.count() != before) return nullptr;
    return builder.finish(bound.node, fmt::format("{}{}", mistakes_.quote(ast.range),
                                                  type ? "::" + to_string(*type) : std::string()));
  }

  // ------------------------------------------------------------------------------- window and frame

  /// Where the call looks: its own window or the stage's, and the frame.
  bool place(const Ast& ast, WindowCall& call) {
    const AstWindow* const over = ast.over.get();
    const bool own =
        over != nullptr && (!over->partition_by.empty() || !over->order_by.empty() || !over->frame);
    if (!own) {
      call.window = stage_;
    } else if (!own_window(*over, call.window)) {
      return false;
    }
    if (over == nullptr || !over->frame) {
      // Everything up to the current row and its peers: without an order, all rows are peers.
      call.frame.end.edge = FrameEdge::kCurrentRow;
      return true;
    }
    if (!call.is_aggregate && !has_frame(ast.text)) {
      return wrong(code::kFrame, over->frame->range,
                   fmt::format("'{}' looks at the whole partition, not at a frame", ast.text),
                   "leave the frame out");
    }
    const std::optional<WindowFrame> frame = bind_frame(*over->frame, call.window.order_by, scope_);
    if (frame) call.frame = *frame;
    return frame.has_value();
  }

  bool own_window(const AstWindow& over, WindowSpec& window) {
    bool ok = true;
    for (const AstRef& key : over.partition_by) {
      window.partition_by.push_back(program(*key));
      ok = ok && window.partition_by.back() != nullptr;
    }
    for (const ParsedSortKey& key : over.order_by) {
      std::optional<SortKey> bound = bind_sort_key(key, mistakes_, input_, environment_);
      ok = ok && bound;
      if (bound) window.order_by.push_back(std::move(*bound));
    }
    return ok;
  }

  bool wrong(Code number, Range range, std::string message, std::string hint) {
    mistakes_.add(number, range, std::move(message), std::move(hint));
    return false;
  }

  Mistakes& mistakes_;
  const Schema& input_;
  const WindowSpec& stage_;
  const Environment& environment_;
  const FrameScope scope_;
  std::vector<WindowCall> calls_;
  std::vector<Field> columns_;              // of the calls
  std::map<const Ast*, size_t> positions_;  // of calls behind the input's columns
  std::map<std::string, size_t> known_;     // equal texts are one call
};

}  // namespace

std::optional<WindowExpression> compile_window(const SourceText& source, const Schema& input,
                                               const WindowSpec& stage,
                                               const Environment& environment,
                                               Diagnostics& diagnostics) {
  Mistakes mistakes(source, diagnostics);
  const AstRef ast = parse(mistakes);
  if (!ast) return std::nullopt;
  expand_aggregates(*ast);
  return WindowCompiler(mistakes, input, stage, environment).compile(*ast);
}

}  // namespace leat::expr
