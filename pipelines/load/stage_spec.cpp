// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From the tree of a stage to a StageSpec.
//
// A stage has one operator key beside the engine's keys, so the operator is found by elimination,
// and a key that is neither may be an option one level too far out, an engine key one level too
// deep, a second operator, a reserved word, or a typing mistake. Each gets its own message.
//
// Invariants:
//  1. Every key of the tree ends up in the StageSpec or in a diagnostic, and in one of them only,
//     except that a misplaced key is reported and used as if it stood in its place; so one wrong
//     indent does not make the required option missing as well.
//  2. Nothing is looked at inside collections that were cut (cut_values.h).
//  3. A stage that cannot be read leaves a broken one in its place, so that those around it have
//     neighbours.
//
// Rejected: a key that holds the operator's name (`op: filter`), which would make every stage a
// line longer to spare this search.
#include "pipelines/load/stage_spec.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/form.h"
#include "engine/codes/graph.h"
#include "operators/plugin/connectors.h"

namespace leat::pipelines {
namespace {

const std::vector<std::string>& stage_keys() {
  static const std::vector<std::string> keys{"name",     "from",     "lanes",
                                             "capacity", "on_error", "doc"};
  return keys;
}

/// What other tools call what leat does in another way.
constexpr std::pair<std::string_view, std::string_view> kElsewhere[] = {
    {"where", "rows are chosen with 'filter'"},
    {"having", "rows are chosen with 'filter', behind the 'aggregate'"},
    {"group_by", "groups are made with 'aggregate': by: [...], columns: { total: sum(x) }"},
    {"groupby", "groups are made with 'aggregate': by: [...], columns: { total: sum(x) }"},
    {"summarize", "groups are made with 'aggregate': by: [...], columns: { total: sum(x) }"},
    {"map", "columns are computed with 'derive'"},
    {"mutate", "columns are computed with 'derive'"},
    {"with_columns", "columns are computed with 'derive'"},
    {"rename", "columns are renamed with 'select': [old as new]"},
    {"drop", "name the columns that go on with 'select'"},
    {"order_by", "rows are ordered with 'sort'"},
    {"head", "the first rows are taken with 'limit'"},
    {"print", "rows are shown with 'show'"},
    {"read_text", "lines of text are read with 'read_lines'"},
    {"merge", "rows of two stages are brought together with 'join'"},
    {"unique", "duplicate rows are dropped with 'distinct'"},
    {"dedupe", "duplicate rows are dropped with 'distinct'"},
    {"drop_duplicates", "duplicate rows are dropped with 'distinct'"},
    {"union_all", "the rows of several stages are brought together with 'union'"},
    {"concat", "the rows of several stages are brought together with 'union'"},
};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_option(const OperatorDef* definition, std::string_view name) {
  return definition != nullptr &&
         std::any_of(definition->options.begin(), definition->options.end(),
                     [name](const OptionDef& option) { return option.name == name; });
}

constexpr std::string_view kUse = "use";

const std::vector<std::string>& use_keys() {
  static const std::vector<std::string> keys{"use", "name", "from", "params", "doc"};
  return keys;
}

class StageReader : public TreeReader {
 public:
  StageReader(const Document& document, const std::vector<Span>& cuts,
              const KnownOperators& operators, Diagnostics& diagnostics)
      : TreeReader(cuts, diagnostics),
        document_(document),
        operators_(operators.definitions),
        are_all_(operators.are_all) {}

  std::optional<StageSpec> read(const OptionNode& node) {
    if (node.kind != OptionNode::Kind::kMap) return not_a_mapping(node);
    StageSpec stage;
    stage.span = node.span;
    stage.broken = is_cut(node);
    std::vector<const Entry*> others;
    for (const Entry& entry : node.entries) {
      if (!engine_key(entry, stage)) others.push_back(&entry);
    }
    const Entry* const operator_entry = pick_operator(others);
    if (operator_entry == nullptr) {
      if (!stage.broken) {
        report(code::kStageForm, {node.span.begin, node.span.begin + 1},
               "this stage has no operator", "begin it with one, as in '- filter: amount > 0'");
      }
      return std::nullopt;
    }
    if (operator_entry->name.text() == kUse)
      return use_of_group(others, operator_entry, std::move(stage));
    stage.operator_key = operator_entry->name;
    stage.options = operator_entry->value;
    stage.definition = find_operator_in(operators_, stage.operator_key.text());
    // In a cut stage in braces, the keys beside the operator's are pieces of its value.
    const bool scattered = stage.broken && document_.text()[node.span.begin] == '{';
    if (stage.definition == nullptr && !scattered) {
      unknown_operator(stage.operator_key);
      stage.definition = meant_operator(stage.operator_key.text());
      stage.is_guess = stage.definition != nullptr;
    }
    if (!scattered) other_keys(others, operator_entry, stage);
    options_too_deep(stage);
    return stage;
  }

 private:
  using Entry = OptionEntry;

  /// `- use: GROUP`, which stands for the stages of the group.
  std::optional<StageSpec> use_of_group(const std::vector<const Entry*>& entries,
                                        const Entry* use_entry, StageSpec stage) {
    stage.operator_key = use_entry->name;
    stage.use = scalar(use_entry->name, use_entry->value);
    if (!stage.use) stage.broken = true;
    for (const Entry* entry : entries) {
      const auto& [key, value] = *entry;
      if (entry == use_entry) continue;
      if (key.text() != "params") {
        unknown_key(key, "the use of a group", use_keys());
      } else if (value.kind == OptionNode::Kind::kMap) {
        stage.given = value.entries;
      } else if (value.kind != OptionNode::Kind::kNull && !is_cut(value)) {
        report(code::kWrongShape, value.span, "'params' must be a mapping of names and values");
      }
    }
    for (const auto& [key, field] :
         {std::pair{"on_error", &stage.on_error}, std::pair{"lanes", &stage.lanes},
          std::pair{"capacity", &stage.capacity}}) {
      if (!*field) continue;
      report(code::kMisplaced, (*field)->span(),
             fmt::format("'{}' belongs to single stages, not to a group", key),
             "write it at the stages of the group");
      field->reset();
    }
    return stage;
  }

  static bool needs_no_options(const OperatorDef& definition) {
    return std::none_of(definition.options.begin(), definition.options.end(),
                        [](const OptionDef& option) { return option.required; });
  }

  /// An item of `stages` that is no mapping; the name of an operator alone is a stage.
  std::optional<StageSpec> not_a_mapping(const OptionNode& node) {
    if (is_cut(node)) return std::nullopt;
    if (node.kind == OptionNode::Kind::kNull) {
      report(code::kStageForm, node.span, "this stage is empty", "remove the '-'");
      return std::nullopt;
    }
    if (node.kind == OptionNode::Kind::kList) {
      report(code::kStageForm, {node.span.begin, node.span.begin + 1},
             "a stage must be a mapping, not a list", "write one '-' before its operator");
      return std::nullopt;
    }
    StageSpec stage;  // if broken, it holds the place, so that the stages around it have neighbours
    stage.operator_key = node.scalar;
    stage.options.span = node.span;
    stage.span = node.span;
    const OperatorDef* const whole = find_operator_in(operators_, node.scalar.text());
    const bool is_stage = whole != nullptr && needs_no_options(*whole);
    if (is_stage) stage.definition = whole;
    stage.broken = !is_stage;
    if (!is_stage) explain_text(node);
    return stage;
  }

  /// What a text in the place of a stage was meant to be.
  void explain_text(const OptionNode& node) {
    const std::string& text = node.scalar.text();
    const size_t colon = text.find(':');
    const size_t space = text.find(' ');
    if (colon != std::string::npos && colon < space) {
      const auto changed = fmt::format("{}: {}", text.substr(0, colon), text.substr(colon + 1));
      return report(code::kStageForm, node.scalar.span(colon, colon + 1),
                    "a space must follow the ':'", fmt::format("write:\n- {}", changed));
    }
    const std::string word = text.substr(0, space);
    const bool name = !word.empty() && std::isalpha(static_cast<unsigned char>(word[0])) != 0;
    report(code::kStageForm, node.span,
           "a stage must be a mapping: an operator, a ':' and its options",
           fmt::format("write:\n- {}: ...", name ? word : "filter"));
  }

  /// Takes `entry` into the stage when it is a key of the engine or a reserved word.
  bool engine_key(const Entry& entry, StageSpec& stage) {
    const auto& [key, value] = entry;
    const std::string& name = key.text();
    if (name == "name") {
      stage.name = scalar(key, value);
    } else if (name == "from") {
      if (!is_cut(value)) stage.from = value;
    } else if (name == "on_error") {
      stage.on_error = scalar(key, value);
    } else if (name == "lanes") {
      stage.lanes = scalar(key, value);
    } else if (name == "capacity") {
      stage.capacity = scalar(key, value);
    } else if (name == "doc") {
      stage.doc = doc(key, value);
    } else if (std::any_of(std::begin(kReserved), std::end(kReserved),
                           [&](const auto& row) { return row.first == name; })) {
      unknown_key(key, "the stage", stage_keys());
    } else {
      return false;
    }
    return true;
  }

  /// The first known operator, else what looks most like one.
  const Entry* pick_operator(const std::vector<const Entry*>& entries) const {
    for (const Entry* entry : entries) {
      if (find_operator_in(operators_, entry->name.text()) != nullptr) return entry;
      if (entry->name.text() == kUse) return entry;
    }
    for (const Entry* entry : entries) {
      if (!did_you_mean(entry->name.text(), operator_names()).empty()) return entry;
    }
    return entries.empty() ? nullptr : entries.front();
  }

  std::vector<std::string> operator_names() const {
    std::vector<std::string> names;
    for (const OperatorDef* definition : operators_) names.emplace_back(definition->name);
    names.emplace_back(kUse);
    return names;
  }

  void unknown_operator(const SourceText& key) {
    if (!are_all_ && key.text().contains('.')) return;  // that of a plugin which was not loaded
    std::string hint;
    for (const auto& [word, instead] : kElsewhere) {
      if (key.text() == word) hint = instead;
    }
    if (const plugin::Connector* const connector = plugin::connector_of(key.text()))
      hint = fmt::format("it comes with the package {}, which is not installed beside this leat",
                         connector->package);
    if (hint.empty()) hint = did_you_mean(key.text(), operator_names());
    if (hint.empty() && key.text().contains('.'))
      hint =
          "operators with a dot are those of plugins: name the plugin's file under 'plugins:', "
          "or with --plugin";
    if (hint.empty()) hint = "'leat operators' lists what there is";
    report(code::kUnknownOperator, key.span(), fmt::format("there is no operator '{}'", key.text()),
           std::move(hint));
  }

  /// The operator that a misspelt name means, so that what stands behind it is checked, too; null
  /// when that is not plain.
  const OperatorDef* meant_operator(std::string_view name) const {
    const bool is_elsewhere = std::any_of(std::begin(kElsewhere), std::end(kElsewhere),
                                          [&](const auto& row) { return row.first == name; });
    const bool is_known = is_elsewhere || plugin::connector_of(name) != nullptr;
    const std::vector<std::string> names = operator_names();
    const std::string* const nearest = is_known ? nullptr : nearest_name(name, names);
    return nearest == nullptr ? nullptr : find_operator_in(operators_, *nearest);
  }

  void other_keys(const std::vector<const Entry*>& entries, const Entry* operator_entry,
                  StageSpec& stage) {
    std::vector<const Entry*> misplaced;
    for (const Entry* entry : entries) {
      if (entry == operator_entry) continue;
      const SourceText& key = entry->name;
      if (is_option_beside(stage, key.text()) || is_name_beside(stage, key.text())) {
        misplaced.push_back(entry);
      } else if (find_operator_in(operators_, key.text()) != nullptr) {
        report(code::kSecondOperator, key.span(),
               fmt::format("the stage has a second operator, '{}', beside '{}'", key.text(),
                           stage.operator_key.text()),
               fmt::format("begin a stage of its own: '- {}: ...'", key.text()));
      } else {
        std::vector<std::string> known = stage_keys();
        if (stage.definition != nullptr) {
          for (const OptionDef& option : stage.definition->options) known.emplace_back(option.name);
        }
        std::string hint = did_you_mean(key.text(), known);
        if (hint.empty()) hint = did_you_mean(key.text(), operator_names());
        if (hint.empty())
          hint = fmt::format("beside its operator, a stage has the keys '{}'",
                             fmt::join(stage_keys(), "', '"));
        report(code::kUnknownKey, key.span(), fmt::format("the stage has no key '{}'", key.text()),
               std::move(hint));
      }
    }
    if (!misplaced.empty()) options_too_far_out(misplaced, stage);
  }

  /// The text of an entry, each line but the first shifted so that the key would stand at column
  /// `column`.
  std::string shifted(const Entry& entry, size_t column) const {
    constexpr size_t kLinesMax = 6;
    const auto& [key, value] = entry;
    const uint32_t end = std::max(key.span().end, value.span.end);
    const TextPlace first = document_.place(key.span().begin);
    const uint64_t last_line = document_.place(end).line;
    std::string out;
    for (uint64_t line = first.line; line <= last_line && line < first.line + kLinesMax; ++line) {
      std::string_view text = document_.line(line);
      const size_t indent = std::min(text.find_first_not_of(' '), text.size());
      text.remove_prefix(line == first.line ? first.column - 1
                                            : std::min<size_t>(indent, first.column - 1));
      if (line > first.line) out += '\n';
      out += std::string(column, ' ') + std::string(text);
    }
    if (last_line >= first.line + kLinesMax)
      out += fmt::format("\n{}...", std::string(column + 2, ' '));
    return out;
  }

  /// Is `key`, beside the operator, one of its options? Not the one whose value stands behind it.
  static bool is_option_beside(const StageSpec& stage, std::string_view key) {
    if (!has_option(stage.definition, key)) return false;
    const bool has_value = stage.options.kind == OptionNode::Kind::kScalar ||
                           stage.options.kind == OptionNode::Kind::kList;
    const std::string_view main = stage.definition->main_option;
    return !has_value || (!main.empty() && main != key);
  }

  /// Is `key`, beside an operator that takes any names and has none, one of these?
  bool is_name_beside(const StageSpec& stage, std::string_view key) const {
    return stage.definition != nullptr && stage.options.kind == OptionNode::Kind::kNull &&
           takes_whole_mapping(stage.definition->options, stage.definition->main_option) &&
           find_operator_in(operators_, key) == nullptr;
  }

  /// The value behind the operator as what it stands for: an entry of its options.
  void name_main_option(StageSpec& stage) {
    if (stage.options.kind == OptionNode::Kind::kMap) return;
    OptionNode map;
    map.kind = OptionNode::Kind::kMap;
    map.span = stage.operator_key.span();
    if (stage.options.kind != OptionNode::Kind::kNull) {
      map.span = stage.options.span;
      map.entries.push_back(
          {SourceText(std::string(stage.definition->main_option), stage.operator_key.span(), {}),
           std::move(stage.options)});
    }
    stage.options = std::move(map);
  }

  /// `path: in.csv`, for the value that stands behind the operator; "" when there is none.
  std::string main_option_line(const StageSpec& stage) const {
    if (stage.options.kind != OptionNode::Kind::kScalar &&
        stage.options.kind != OptionNode::Kind::kList)
      return {};
    const Span span = stage.options.span;
    const bool one_line = document_.place(span.begin).line == document_.place(span.end).line;
    const std::string value =
        one_line ? document_.text().substr(span.begin, span.end - span.begin) : "...";
    return fmt::format("\n    {}: {}", stage.definition->main_option, value);
  }

  void options_too_far_out(const std::vector<const Entry*>& misplaced, StageSpec& stage) {
    std::vector<std::string> names;
    const std::string& name = stage.operator_key.text();
    const bool one = misplaced.size() == 1;
    const std::string main = main_option_line(stage);
    const bool are_options = is_option_beside(stage, misplaced.front()->name.text());
    std::string hint = main.empty() ? fmt::format("indent what belongs under '{0}':\n- {0}:", name)
                                    : fmt::format("write {} below it:\n- {}:{}",
                                                  one ? "the option" : "the options", name, main);
    name_main_option(stage);
    for (const Entry* entry : misplaced) {
      names.push_back(fmt::format("'{}'", entry->name.text()));
      hint += "\n" + shifted(*entry, 4);
      stage.options.entries.push_back(*entry);
    }
    const std::string_view where =
        one ? "is indented one level too little" : "are indented one level too little";
    report(code::kMisplaced, misplaced.front()->name.span(),
           fmt::format("{} {} '{}'{}", fmt::join(names, " and "),
                       !are_options ? (one ? "belongs to" : "belong to")
                                    : (one ? "is an option of" : "are options of"),
                       name, main.empty() ? fmt::format(" and {}", where) : ""),
           std::move(hint));
  }

  void options_too_deep(StageSpec& stage) {
    if (stage.options.kind != OptionNode::Kind::kMap || stage.definition == nullptr || stage.broken)
      return;
    const auto options = stage.definition->options;
    if (takes_whole_mapping(options, stage.definition->main_option))
      return;  // any name is a column there
    std::erase_if(stage.options.entries, [&](const Entry& entry) {
      const std::string& name = entry.name.text();
      if (!contains(stage_keys(), name) || has_option(stage.definition, name)) return false;
      report(code::kMisplaced, entry.name.span(),
             fmt::format("'{}' belongs to the stage, not to '{}', and stands one level too deep",
                         name, stage.operator_key.text()),
             fmt::format("indent it like '{0}':\n- {0}: ...\n{1}", stage.operator_key.text(),
                         corrected_entry(entry)));
      engine_key(entry, stage);
      return true;
    });
  }

  /// The entry as a line of its own beside the operator; of an entry in braces, only the entry.
  std::string corrected_entry(const Entry& entry) const {
    const uint32_t begin = entry.name.span().begin;
    const uint32_t end = std::max(entry.name.span().end, entry.value.span.end);
    if (document_.place(begin).line != document_.place(end).line) return shifted(entry, 2);
    return "  " + document_.text().substr(begin, end - begin);
  }

  const Document& document_;
  std::span<const OperatorDef* const> operators_;
  bool are_all_;
};

}  // namespace

std::optional<StageSpec> read_stage(const Document& document, const OptionNode& node,
                                    const std::vector<Span>& cuts, const KnownOperators& operators,
                                    Diagnostics& diagnostics) {
  return StageReader(document, cuts, operators, diagnostics).read(node);
}

}  // namespace leat::pipelines
