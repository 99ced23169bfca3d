// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/check.h"
#include "engine/codes/form.h"
#include "engine/codes/option.h"

namespace leat {

namespace {

// --------------------------------------------------------------------------------- reading scalars

/// The whole of `text` as a number; from_chars takes no leading plus, people write it.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_finite(std::string_view text) {
  const std::optional<double> value = parse_number<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<bool> parse_boolean(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<char> parse_character(std::string_view text) {
  if (text == "\\t") return '\t';
  return text.size() == 1 ? std::optional(text[0]) : std::nullopt;
}

// --------------------------------------------------------------------------------- checking values

std::string_view shape(OptionNode::Kind kind) {
  switch (kind) {
    case OptionNode::Kind::kNull: return "nothing";
    case OptionNode::Kind::kScalar: return "a single value";
    case OptionNode::Kind::kList: return "a list";
    case OptionNode::Kind::kMap: return "a mapping";
  }
  return "nothing";
}

std::string range_text(const OptionDef& definition) {
  if (definition.minimum && definition.maximum) {
    return fmt::format("from {} to {}", *definition.minimum, *definition.maximum);
  }
  return definition.minimum ? fmt::format("of {} or more", *definition.minimum)
                            : fmt::format("of {} or less", *definition.maximum);
}

bool in_range(const OptionDef& definition, double value) {
  return !(definition.minimum && value < static_cast<double>(*definition.minimum)) &&
         !(definition.maximum && value > static_cast<double>(*definition.maximum));
}

bool in_range(const OptionDef& definition, int64_t value) {
  return !(definition.minimum && value < *definition.minimum) &&
         !(definition.maximum && value > *definition.maximum);
}

/// What is wrong with the scalar `text` as a value of the option, or "".
std::string scalar_mistake(const OptionDef& definition, const std::string& text) {
  const std::string got =
      fmt::format("option '{}' has the value '{}', which is ", definition.name, text);
  switch (definition.type) {
    case OptionType::kCharacter: return parse_character(text) ? "" : got + "not a single character";
    case OptionType::kInteger: {
      const std::optional<int64_t> value = parse_number<int64_t>(text);
      const bool bounded = definition.minimum || definition.maximum;
      if (value && in_range(definition, *value)) return "";
      const bool digits = text.find_first_not_of("+-0123456789") == std::string::npos;
      if (!value && digits && !definition.maximum) return got + "too large";
      return got + "not a whole number" + (bounded ? " " + range_text(definition) : "");
    }
    case OptionType::kNumber: {
      const std::optional<double> value = parse_finite(text);
      if (!value) return got + "not a number";
      return in_range(definition, *value) ? "" : got + "not a number " + range_text(definition);
    }
    case OptionType::kBoolean: return parse_boolean(text) ? "" : got + "neither 'true' nor 'false'";
    case OptionType::kChoice:
      for (const std::string_view choice : definition.choices) {
        if (choice == text) return "";
      }
      return got + "none of its choices";
    default: return "";
  }
}

std::string scalar_hint(const OptionDef& definition, const std::string& text) {
  if (definition.type == OptionType::kChoice) {
    const std::vector<std::string> choices(definition.choices.begin(), definition.choices.end());
    std::string nearest = did_you_mean(text, choices);
    return nearest.empty() ? fmt::format("choose one of '{}'", fmt::join(choices, "', '"))
                           : nearest;
  }
  if (definition.type == OptionType::kBoolean) {
    if (text == "yes" || text == "on" || text == "True" || text == "TRUE") return "write 'true'";
    if (text == "no" || text == "off" || text == "False" || text == "FALSE") return "write 'false'";
  }
  if (definition.type == OptionType::kCharacter) return "write one character, or \\t for a tab";
  return {};
}

/// Checks the values written for the options of one operator.
class OptionReader {
 public:
  OptionReader(std::span<const OptionDef> definitions, const SourceText& key,
               Diagnostics& diagnostics)
      : definitions_(definitions), key_(key), diagnostics_(diagnostics) {}

  const OptionDef* find(std::string_view name) const {
    for (const OptionDef& definition : definitions_) {
      if (definition.name == name) return &definition;
    }
    return nullptr;
  }

  /// Reports that there is no such option; returns the one that was meant, or "".
  std::string unknown(const SourceText& name) const {
    std::vector<std::string> names;
    for (const OptionDef& definition : definitions_) names.emplace_back(definition.name);
    std::string hint = did_you_mean(name.text(), names);
    constexpr std::array<std::string_view, 7> kDirections{
        "desc", "descending", "asc", "ascending", "reverse", "direction", "order"};
    const bool is_direction =
        std::find(kDirections.begin(), kDirections.end(), name.text()) != kDirections.end();
    if (is_direction && find("by") != nullptr) {
      hint = "the direction stands behind the column: by: price desc";
    } else if (hint.empty() && !names.empty())
      hint = fmt::format("its options are '{}'", fmt::join(names, "', '"));
    diagnostics_.error(code::kUnknownOption, name.span(),
                       fmt::format("'{}' has no option '{}'", key_.text(), name.text()),
                       std::move(hint));
    const std::string* const meant = nearest_name(name.text(), names);
    return meant == nullptr ? "" : *meant;
  }

  void check(const OptionDef& definition, const OptionNode& node) const {
    switch (definition.type) {
      case OptionType::kTextList:
      case OptionType::kExpressions: return check_list(definition, node);
      case OptionType::kNamed:
      case OptionType::kReferences:
      case OptionType::kNamedLists: return check_named(definition, node);
      case OptionType::kTree:
      case OptionType::kExpressionTree: return check_tree(definition, node);
      default: return check_scalar(definition, node);
    }
  }

 private:
  void wrong_shape(const OptionDef& definition, const OptionNode& node,
                   std::string_view wanted) const {
    if (node.kind == OptionNode::Kind::kNull) {
      const std::string& word = node.scalar.text();
      diagnostics_.error(
          code::kOptionEmpty, node.span, fmt::format("option '{}' has no value", definition.name),
          word.empty()
              ? fmt::format("write {} after it, or remove it", wanted)
              : fmt::format("YAML takes {0} for no value; to mean the text, write \"{0}\"", word));
      return;
    }
    diagnostics_.error(
        code::kOptionShape, node.span,
        fmt::format("option '{}' must be {}, not {}", definition.name, wanted, shape(node.kind)),
        shape_hint(definition, node));
  }

  /// What people mean who write the wrong shape.
  static std::string shape_hint(const OptionDef& definition, const OptionNode& node) {
    if (definition.type == OptionType::kNamed || definition.type == OptionType::kNamedLists)
      return "write one 'name: value' on each line, indented below it";
    if (definition.type == OptionType::kReferences)
      return "write one 'column: STAGE.COLUMN' on each line, indented below it";
    if (definition.type == OptionType::kExpression && node.kind == OptionNode::Kind::kList)
      return node.items.size() > 1 ? "join conditions with 'and' or 'or'" : "remove the brackets";
    return {};
  }

  void check_scalar(const OptionDef& definition, const OptionNode& node) const {
    // `null` as one of the choices is a word like the others.
    const bool word = node.kind == OptionNode::Kind::kNull &&
                      definition.type == OptionType::kChoice && !node.scalar.text().empty();
    if (node.kind != OptionNode::Kind::kScalar && !word)
      return wrong_shape(definition, node, "a single value");
    const std::string& text = node.scalar.text();
    std::string mistake = scalar_mistake(definition, text);
    if (!mistake.empty())
      diagnostics_.error(code::kOptionValue, node.span, std::move(mistake),
                         scalar_hint(definition, text));
  }

  void check_list(const OptionDef& definition, const OptionNode& node) const {
    if (node.kind == OptionNode::Kind::kScalar) return;
    if (node.kind != OptionNode::Kind::kList) return wrong_shape(definition, node, "a list");
    check_items(fmt::format("option '{}'", definition.name), node);
  }

  void check_items(const std::string& of, const OptionNode& list) const {
    for (const OptionNode& item : list.items) {
      if (item.kind == OptionNode::Kind::kScalar) continue;
      diagnostics_.error(
          code::kOptionShape, item.span,
          fmt::format("the items of {} must be single values, not {}", of, shape(item.kind)));
    }
  }

  void check_named(const OptionDef& definition, const OptionNode& node) const {
    if (node.kind != OptionNode::Kind::kMap)
      return wrong_shape(definition, node, "a mapping of names to values");
    for (size_t i = 0; i < node.entries.size(); ++i) {
      const auto& [name, value] = node.entries[i];
      if (value.kind == OptionNode::Kind::kNull) {
        diagnostics_.error(code::kOptionEmpty, name.span(),
                           fmt::format("'{}' has no value", name.text()));
      } else if (definition.type == OptionType::kNamedLists &&
                 value.kind == OptionNode::Kind::kList) {
        check_items(fmt::format("'{}'", name.text()), value);
      } else if (value.kind != OptionNode::Kind::kScalar) {
        diagnostics_.error(
            code::kOptionShape, value.span,
            fmt::format("'{}' must be a single value, not {}", name.text(), shape(value.kind)));
      }
      for (size_t j = 0; j < i; ++j) {
        if (node.entries[j].name.text() != name.text()) continue;
        diagnostics_.error(code::kKeyTwice, name.span(),
                           fmt::format("'{}' is written twice", name.text()), "remove one of them");
        break;
      }
    }
  }

  void check_tree(const OptionDef& definition, const OptionNode& node) const {
    // The word `null` may be one of the values that an operator knows.
    if (node.kind == OptionNode::Kind::kNull && node.scalar.text().empty())
      wrong_shape(definition, node, "a value");
  }

  std::span<const OptionDef> definitions_;
  const SourceText& key_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<Reference> split_reference(const SourceText& text) {
  const std::string& whole = text.text();
  const bool quoted = whole.size() > 2 && whole.back() == '"';
  const size_t name = quoted ? whole.find(".\"") : whole.rfind('.');
  if (name == std::string::npos || name == 0 || name + 1 == whole.size()) return std::nullopt;
  std::string column = whole.substr(name + 1);
  if (quoted) column = column.substr(1, column.size() - 2);
  return Reference{SourceText(whole.substr(0, name), text.span(0, name), {}),
                   SourceText(std::move(column), text.span(name + 1, whole.size()), {})};
}

bool takes_whole_mapping(std::span<const OptionDef> definitions, std::string_view main_option) {
  if (definitions.size() != 1 || definitions.front().name != main_option) return false;
  const OptionType type = definitions.front().type;
  return type == OptionType::kNamed || type == OptionType::kTree ||
         type == OptionType::kExpressionTree;
}

std::optional<OptionValues> read_options(std::span<const OptionDef> definitions,
                                         std::string_view main_option, const OptionNode& node,
                                         const SourceText& operator_key, Diagnostics& diagnostics) {
  const OptionReader reader(definitions, operator_key, diagnostics);
  const size_t errors_before = diagnostics.count();
  OptionValues values(definitions, operator_key.span());
  const OptionDef* const main = reader.find(main_option);
  const bool mapping_is_main = takes_whole_mapping(definitions, main_option);

  std::set<std::string, std::less<>> misspelt;
  if (node.kind == OptionNode::Kind::kMap && !mapping_is_main) {
    for (const auto& [name, value] : node.entries) {
      const OptionDef* const definition = reader.find(name.text());
      if (definition == nullptr) {
        misspelt.insert(reader.unknown(name));
      } else if (!values.values_.emplace(name.text(), value).second) {
        diagnostics.error(code::kKeyTwice, name.span(),
                          fmt::format("option '{}' is written twice", name.text()),
                          "remove one of them");
      } else {
        reader.check(*definition, value);
      }
    }
  } else if (node.kind != OptionNode::Kind::kNull) {
    if (main != nullptr) {
      values.values_.emplace(main_option, node);
      reader.check(*main, node);
    } else {
      diagnostics.error(code::kOptionShape, node.span,
                        fmt::format("'{}' takes its options as a mapping, not {}",
                                    operator_key.text(), shape(node.kind)));
    }
  }
  for (const OptionDef& definition : definitions) {
    if (!definition.required) continue;
    if (const OptionNode* const value = values.find(definition.name)) {
      // An empty list may mean something; each operator knows.
      const bool is_named =
          definition.type == OptionType::kNamed || definition.type == OptionType::kNamedLists;
      if (is_named && value->kind == OptionNode::Kind::kMap && value->entries.empty()) {
        diagnostics.error(code::kOptionEmpty, value->span,
                          fmt::format("'{}' is an empty mapping", definition.name),
                          std::string(definition.doc));
      }
      continue;
    }
    if (misspelt.contains(definition.name)) continue;  // that says it
    diagnostics.error(
        code::kOptionMissing, operator_key.span(),
        fmt::format("'{}' needs the option '{}'", operator_key.text(), definition.name),
        std::string(definition.doc));
  }
  if (diagnostics.count() != errors_before) return std::nullopt;
  return values;
}

// ----------------------------------------------------------------------------------------- getters

const OptionDef& OptionValues::definition(std::string_view name) const {
  for (const OptionDef& definition : definitions_) {
    if (definition.name == name) return definition;
  }
  check_failed("definition exists", __FILE__, __LINE__,
               "an operator asks for an option that its table does not have");
}

const OptionNode* OptionValues::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

Span OptionValues::span(std::string_view name) const {
  const OptionNode* const node = find(name);
  return node == nullptr ? stage_ : node->span;
}

SourceText OptionValues::source(std::string_view name) const {
  const OptionNode* const node = find(name);
  if (node != nullptr) return node->scalar;
  return SourceText(std::string(definition(name).default_text), stage_, {});
}

std::string OptionValues::text(std::string_view name) const {
  const OptionNode* const node = find(name);
  return node != nullptr ? node->scalar.text() : std::string(definition(name).default_text);
}

char OptionValues::character(std::string_view name) const {
  const std::optional<char> value = parse_character(text(name));
  LEAT_CHECK(value.has_value(), "the option is not a character");
  return *value;
}

int64_t OptionValues::integer(std::string_view name) const {
  const std::optional<int64_t> value = parse_number<int64_t>(text(name));
  LEAT_CHECK(value.has_value(), "the option is not a whole number");
  return *value;
}

double OptionValues::number(std::string_view name) const {
  const std::optional<double> value = parse_finite(text(name));
  LEAT_CHECK(value.has_value(), "the option is not a number");
  return *value;
}

bool OptionValues::flag(std::string_view name) const {
  const std::optional<bool> value = parse_boolean(text(name));
  LEAT_CHECK(value.has_value(), "the option is not a boolean");
  return *value;
}

std::vector<SourceText> OptionValues::list(std::string_view name) const {
  std::vector<SourceText> result;
  const OptionNode* const node = find(name);
  if (node == nullptr) {
    if (!definition(name).default_text.empty()) result.push_back(source(name));
  } else if (node->kind == OptionNode::Kind::kScalar) {
    result.push_back(node->scalar);
  } else {
    for (const OptionNode& item : node->items) result.push_back(item.scalar);
  }
  return result;
}

std::vector<std::pair<SourceText, SourceText>> OptionValues::named(std::string_view name) const {
  std::vector<std::pair<SourceText, SourceText>> result;
  if (const OptionNode* const node = find(name)) {
    for (const auto& [key, value] : node->entries) result.emplace_back(key, value.scalar);
  }
  return result;
}

}  // namespace leat
