// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Parameters: declared with a type, given by `-p name=value` or by default, and checked before
// anything uses them.
//
// Invariants:
//  1. Every declared parameter is in the table, broken or not, so a mistake in one never makes the
//     expressions that use it "unknown parameter" mistakes too.
//  2. A value in the table that is not broken can be read as its type; the forms are those of text
//     in files and of casts.
//  3. A value from the command line is taken as it is; defaults are interpolated, with environment
//     variables only.
//  4. What reads as a value of the type is one: `2026-01-01` is a date, not a difference. Only a
//     default that does not, and into which nothing was put from outside, is an expression: no value
//     can become code.
//
// Rejected: guessing the type from the default (2026-01-01 is a date to one reader and a text to
// the other), and parameters that are structs (there is no way to write them on a command line).
#include "pipelines/load/params.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/command.h"
#include "engine/codes/expression.h"
#include "engine/codes/graph.h"
#include "engine/mutant.h"
#include "operators/expr/constant_value.h"
#include "operators/text/ascii.h"
#include "operators/text/value_format.h"
#include "pipelines/load/interpolate.h"
#include "pipelines/load/param_values.h"

namespace leat::pipelines {
namespace {

constexpr std::string_view kTypes =
    "text, bool, int64, float64, decimal(p,s), date, time, timestamp, timestamptz, uuid, inet, or "
    "list<...> of these";

bool is_param_name(std::string_view text) {
  return !text.empty() && !is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), is_name_byte);
}

/// Was `text`, which is no value, meant to be an expression?
bool looks_like_expression(std::string_view text) {
  for (const std::string_view sign : {"(", "::", "current_", "interval", "'"}) {
    if (text.contains(sign)) return true;
  }
  return false;
}

/// A value from elsewhere than the default.
struct GivenValue {
  std::string text;
  Span where;
  /// Instead of the text: a list, whose texts are as they are to be taken.
  std::optional<OptionNode> list = {};
};

/// Puts its values into `${...}` of all texts of `node`. False: a mistake was reported.
bool replace_in(OptionNode& node, Interpolator& interpolator) {
  bool ok = true;
  for (OptionNode& item : node.items) ok = replace_in(item, interpolator) && ok;
  if (node.kind != OptionNode::Kind::kScalar) return ok;
  auto text = interpolator.replace(node.scalar);
  if (text) node.scalar = std::move(*text);
  return text.has_value();
}

class ParamResolver {
 public:
  ParamResolver(const EnvironmentLookup& environment, int64_t now, Diagnostics& diagnostics)
      : now_(now), diagnostics_(diagnostics), defaults_(nullptr, environment, diagnostics) {}

  /// `how` says how to give a value.
  Param resolve(const ParamSpec& spec, const GivenValue* given, std::string_view how) {
    Param param;
    param.broken = spec.broken;
    if (spec.secret)
      param.is_secret = read_switch("secret", *spec.secret, diagnostics_).value_or(true);
    if (!is_param_name(spec.name.text())) {
      diagnostics_.error(code::kBadName, spec.name.span(),
                         fmt::format("'{}' cannot be the name of a parameter", spec.name.text()),
                         "use letters, digits and '_', beginning with a letter");
      param.broken = true;
    }
    if (spec.type) read_type(*spec.type, param);
    if (given != nullptr && given->list) {
      take_list(param, *given->list, fmt::format("the value of '{}'", spec.name.text()));
    } else if (given != nullptr) {
      take(param, given->text, given->where,
           fmt::format("the value '{}' given for '{}'", given->text, spec.name.text()));
    } else if (!spec.default_value) {
      if (!param.broken)
        diagnostics_.error(code::kParameterUnset, spec.name.span(),
                           fmt::format("the parameter '{}' has no value", spec.name.text()),
                           fmt::format("give it with '{}', or write a default",
                                       fmt::format(fmt::runtime(how), spec.name.text())));
      param.broken = true;
    } else if (spec.default_value->kind == OptionNode::Kind::kList) {
      OptionNode list = *spec.default_value;
      param.broken |= !replace_in(list, defaults_);
      take_list(param, list, "the default");
    } else if (spec.default_value->kind == OptionNode::Kind::kScalar) {
      take_default(param, spec.default_value->scalar);
    }
    if (param.broken) param.text.reset();
    return param;
  }

 private:
  void read_type(const SourceText& text, Param& param) {
    const auto type = parse_type(text.text());
    if (type && is_param_type(*type)) {
      param.type = *type;
      return;
    }
    diagnostics_.error(
        code::kUnknownType, text.span(),
        fmt::format("{} '{}'", type ? "a parameter cannot be of type" : "there is no type",
                    text.text()),
        fmt::format("write {}", kTypes));
    param.broken = true;
  }

  void take_default(Param& param, const SourceText& written) {
    const auto text = defaults_.replace(written);
    param.broken |= !text;
    if (!text) return;
    const bool is_own = !written.text().contains('$') || LEAT_MUTANT("values_become_code");
    const bool is_fixed = io::is_fixed_text(param.type) && is_own;
    if (!param.broken && is_fixed && !is_value_of(param.type, text->text()) &&
        take_expression(param, *text))
      return;
    take(param, text->text(), text->span(), fmt::format("the default '{}'", text->text()));
  }

  /// False: it is none, and nothing was reported.
  bool take_expression(Param& param, const SourceText& text) {
    expr::Environment environment;
    environment.now = now_;
    Diagnostics found;
    const ColumnRef value =
        expr::compile_constant_as(text, param.type, Schema(), environment, found);
    if (value == nullptr) {
      if (!looks_like_expression(text.text())) return false;
      for (const Diagnostic& mistake : found.errors())
        diagnostics_.error(mistake.number, mistake.where, mistake.message, mistake.hint);
      param.broken = true;
      return true;
    }
    if (!value->is_valid(0)) return true;
    std::string shown(io::kScalarTextBytes, '\0');
    shown.resize(static_cast<size_t>(io::format_fixed(*value, 0, shown.data()) - shown.data()));
    param.text = shown;
    param.given = std::move(shown);
    return true;
  }

  /// A value that is written as a list, of which the environment variables are replaced.
  void take_list(Param& param, const OptionNode& list, std::string_view what) {
    if (param.broken) return;
    if (!param.type.is(TypeId::kList)) {
      diagnostics_.error(
          code::kParameterType, list.span,
          fmt::format("{} is a list, and the parameter is of type {}", what, to_string(param.type)),
          fmt::format("write 'type: list<{}>'", to_string(param.type)));
      param.broken = true;
      return;
    }
    param.text = list_of_node(list, param.type, diagnostics_);
    param.given = param.text;
    param.broken = !param.text;
  }

  void take(Param& param, const std::string& text, Span where, std::string what) {
    param.text = text;
    param.given = text;
    if (!param.broken && param.type.is(TypeId::kList)) {
      param.text = list_of_text(text, param.type, where, diagnostics_);
      param.broken = !param.text;
      return;
    }
    if (param.broken || is_value_of(param.type, text)) return;
    diagnostics_.error(code::kParameterType, where,
                       fmt::format("{} is not of type {}", what, to_string(param.type)));
    param.broken = true;
  }

  int64_t now_;
  Diagnostics& diagnostics_;
  Interpolator defaults_;
};

}  // namespace

ParamTable resolve_params(const Spec& spec,
                          const std::vector<std::pair<std::string, std::string>>& given,
                          const EnvironmentLookup& environment, int64_t now,
                          Diagnostics& diagnostics) {
  std::map<std::string, std::string, std::less<>> values;
  for (const auto& [name, value] : given) {
    if (!values.emplace(name, value).second) {
      diagnostics.error(code::kArgumentValue, spec.params_key,
                        fmt::format("the parameter '{}' is given twice on the command line", name));
    }
  }
  ParamTable table;
  ParamResolver resolver(environment, now, diagnostics);
  std::vector<std::string> names;
  for (const ParamSpec& param : spec.params) {
    const auto value = values.find(param.name.text());
    std::optional<GivenValue> one;
    if (value != values.end()) one = GivenValue{value->second, param.name.span()};
    table.insert_or_assign(param.name.text(),
                           resolver.resolve(param, one ? &*one : nullptr, "-p {}=VALUE"));
    names.push_back(param.name.text());
  }
  for (const auto& [name, value] : values) {
    if (table.contains(name)) continue;
    std::string hint = did_you_mean(name, names);
    if (hint.empty())
      hint = names.empty() ? "declare it under 'params'"
                           : fmt::format("it has '{}'", fmt::join(names, "', '"));
    diagnostics.error(code::kUnknownParameter, spec.params_key,
                      fmt::format("the pipeline has no parameter '{}'", name), std::move(hint));
  }
  return table;
}

ParamTable resolve_params_of(const Scope& scope, const GroupSpec& group, const ParamTable& pipeline,
                             const ParamTable& outer, const EnvironmentLookup& environment,
                             int64_t now, Diagnostics& diagnostics) {
  Interpolator interpolator(&outer, environment, diagnostics);
  std::map<std::string, std::optional<GivenValue>, std::less<>> values;
  std::vector<std::string> names;
  for (const ParamSpec& param : group.params) names.push_back(param.name.text());
  for (const auto& [name, value] : scope.given) {
    if (std::find(names.begin(), names.end(), name.text()) == names.end()) {
      std::string hint = did_you_mean(name.text(), names);
      if (hint.empty() && !names.empty())
        hint = fmt::format("it has '{}'", fmt::join(names, "', '"));
      diagnostics.error(
          code::kUnknownParameter, name.span(),
          fmt::format("the group '{}' has no parameter '{}'", group.name.text(), name.text()),
          std::move(hint));
    } else if (value.kind == OptionNode::Kind::kList) {
      OptionNode list = value;
      const bool ok = replace_in(list, interpolator);
      values.emplace(name.text(), ok ? std::optional(GivenValue{"", value.span, std::move(list)})
                                     : std::nullopt);
    } else if (value.kind != OptionNode::Kind::kScalar) {
      diagnostics.error(code::kParameterUnset,
                        value.kind == OptionNode::Kind::kNull ? name.span() : value.span,
                        fmt::format("the parameter '{}' needs a value or a list", name.text()));
      values.emplace(name.text(), std::nullopt);
    } else {
      const auto text = interpolator.replace(value.scalar);
      values.emplace(name.text(),
                     text ? std::optional(GivenValue{text->text(), text->span()}) : std::nullopt);
    }
  }
  ParamTable table = pipeline;
  ParamResolver resolver(environment, now, diagnostics);
  for (const ParamSpec& param : group.params) {
    const auto value = values.find(param.name.text());
    ParamSpec spec = param;
    spec.broken |= value != values.end() && !value->second;
    if (value == values.end() && !spec.default_value)
      spec.name = SourceText(param.name.text(), scope.use.span(), {});
    table.insert_or_assign(
        param.name.text(),
        resolver.resolve(spec, value != values.end() && value->second ? &*value->second : nullptr,
                         "params: {{ {}: VALUE }}"));
  }
  return table;
}

expr::Environment expression_environment(const ParamTable& params, int64_t now) {
  expr::Environment environment;
  for (const auto& [name, param] : params) {
    environment.parameters.insert_or_assign(name,
                                            expr::Parameter{.type = param.type,
                                                            .text = param.text.value_or(""),
                                                            .is_null = !param.text.has_value()});
  }
  environment.now = now;
  return environment;
}

}  // namespace leat::pipelines
