// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// From the tree of a document to a Spec: which key means what, at the top and in each stage.
//
// A stage has one operator key beside the engine's keys, so the operator is found by elimination,
// and a key that is neither may be an option one level too far out, an engine key one level too
// deep, a second operator, a reserved word, or a typing mistake. Each gets its own message.
//
// Invariants:
//  1. Every key of the tree ends up in the Spec or in a diagnostic, and in one of them only,
//     except that a misplaced key is reported and used as if it stood in its place; so one wrong
//     indent does not make the required option missing as well.
//  2. Nothing is looked at inside collections that were cut (cut_values.h).
//  3. Values are taken as text; what they mean is read after interpolation (read_bytes and its
//     neighbours).
//
// Rejected: stages as bare operator names (`- distinct`), which would make a missing space after a
// colon valid.
#include "pipelines/load/spec.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/text/byte_size.h"

namespace leat::pipelines {
namespace {

const std::vector<std::string>& top_keys() {
  static const std::vector<std::string> keys{"name",   "doc",      "requires", "plugins",
                                             "params", "settings", "on_error", "max_rejects",
                                             "stages", "tests"};
  return keys;
}
const std::vector<std::string>& stage_keys() {
  static const std::vector<std::string> keys{"name",     "from",     "lanes",
                                             "capacity", "on_error", "doc"};
  return keys;
}

/// Words kept for later, and what serves today.
constexpr std::pair<std::string_view, std::string_view> kReserved[] = {
    {"if", "a 'filter' stage drops rows"},
    {"when", "a 'filter' stage drops rows"},
    {"retry", ""},
    {"order", "a 'sort' stage orders rows"},
    {"checkpoint", ""},
    {"parallel", "'lanes' limits how many lanes a stage runs in"},
    {"schema", "the option 'columns' of a source declares its columns"},
};

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
    {"read_parquet", "leat does not read Parquet yet; convert it to CSV or JSON lines"},
    {"write_parquet", "leat does not write Parquet yet; write CSV or JSON lines"},
    {"unique", "duplicate rows are dropped with 'distinct'"},
    {"dedupe", "duplicate rows are dropped with 'distinct'"},
    {"drop_duplicates", "duplicate rows are dropped with 'distinct'"},
    {"union_all", "the rows of several stages are brought together with 'union'"},
    {"concat", "the rows of several stages are brought together with 'union'"},
};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const OperatorDef* find_operator_in(std::span<const OperatorDef* const> operators,
                                    std::string_view name) {
  for (const OperatorDef* definition : operators) {
    if (definition->name == name) return definition;
  }
  return nullptr;
}

bool has_option(const OperatorDef* definition, std::string_view name) {
  return definition != nullptr &&
         std::any_of(definition->options.begin(), definition->options.end(),
                     [name](const OptionDef& option) { return option.name == name; });
}

using Version = std::array<int, 3>;

/// `1`, `1.2` or `1.2.3`
std::optional<Version> parse_version(std::string_view text) {
  Version version{};
  for (int& part : version) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (error != std::errc() || part < 0) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (text.empty()) return version;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

using Entry = OptionEntry;

class SpecReader {
 public:
  SpecReader(const Document& document, const std::vector<Span>& cuts,
             const KnownOperators& operators, Diagnostics& diagnostics)
      : document_(document),
        cuts_(cuts),
        operators_(operators.definitions),
        are_all_(operators.are_all),
        diagnostics_(diagnostics) {}

  Spec read(const OptionNode& root) {
    if (root.kind != OptionNode::Kind::kMap) {
      const bool list = root.kind == OptionNode::Kind::kList;
      report({root.span.begin, root.span.begin + 1}, "a pipeline is a mapping of keys",
             list ? "write 'stages:' above the list" : "begin with 'stages:' and a list of stages");
      return {};
    }
    bool has_stages = false;
    for (const auto& [key, value] : root.entries) {
      has_stages |= nearest_name(key.text(), {"stages"}) != nullptr;  // a misspelt one is reported
      top_entry(key, value);
    }
    if (!has_stages) {
      report({root.span.begin, root.span.begin + 1}, "the pipeline has no 'stages'",
             "write 'stages:' and below it a list such as '- read_csv: data.csv'");
    }
    return std::move(spec_);
  }

 private:
  void report(Span where, std::string message, std::string hint = {}) {
    diagnostics_.error(where, std::move(message), std::move(hint));
  }

  bool is_cut(const OptionNode& node) const {
    return std::any_of(cuts_.begin(), cuts_.end(), [&](const Span& cut) {
      return cut.begin >= node.span.begin &&
             cut.begin < std::max(node.span.end, node.span.begin + 1);
    });
  }

  void unknown_key(const SourceText& key, std::string_view of_what,
                   const std::vector<std::string>& known) {
    for (const auto& [word, instead] : kReserved) {
      if (key.text() == word) {
        report(key.span(), fmt::format("the key '{}' is reserved for later versions", word),
               std::string(instead));
        return;
      }
    }
    std::string hint = did_you_mean(key.text(), known);
    if (hint.empty()) hint = fmt::format("its keys are '{}'", fmt::join(known, "', '"));
    report(key.span(), fmt::format("{} has no key '{}'", of_what, key.text()), std::move(hint));
  }

  /// The scalar under `key`, or a report that it is none.
  std::optional<SourceText> scalar(const SourceText& key, const OptionNode& value) {
    if (value.kind == OptionNode::Kind::kScalar) return value.scalar;
    if (!is_cut(value)) {
      const bool missing = value.kind == OptionNode::Kind::kNull;
      report(
          missing ? key.span() : value.span,
          fmt::format("'{}' {}", key.text(), missing ? "has no value" : "must be a single value"));
    }
    return std::nullopt;
  }

  std::string doc(const SourceText& key, const OptionNode& value) {
    const auto text = scalar(key, value);
    return text ? text->text() : std::string();
  }

  void top_entry(const SourceText& key, const OptionNode& value) {
    const std::string& name = key.text();
    if (name == "name") {
      spec_.name = scalar(key, value);
    } else if (name == "doc") {
      spec_.doc = doc(key, value);
    } else if (name == "on_error") {
      spec_.on_error = scalar(key, value);
    } else if (name == "max_rejects") {
      spec_.max_rejects = scalar(key, value);
    } else if (name == "params") {
      spec_.params_key = key.span();
      params(key, value);
    } else if (name == "settings") {
      settings(key, value);
    } else if (name == "stages") {
      stages(key, value);
    } else if (name == "requires") {
      requirement(key, value);
    } else if (name == "tests") {
      // They are read by who tests the pipeline (pipelines/testing/test_cases.h).
    } else if (name.starts_with("x-")) {
      // Whatever stands there is for anchors of YAML.
    } else if (name == "plugins") {
      // They were loaded before, since the operators of stages may be theirs (plugins.h).
    } else if (find_operator_in(operators_, name) != nullptr) {
      report(key.span(), fmt::format("the operator '{}' stands outside of 'stages'", name),
             fmt::format("write it as an item of the list under 'stages': '- {}: ...'", name));
    } else {
      unknown_key(key, "the pipeline", top_keys());
    }
  }

  /// `requires: leat >= 1.2`
  void requirement(const SourceText& key, const OptionNode& value) {
    const std::optional<SourceText> text = scalar(key, value);
    if (!text) return;
    constexpr std::string_view kNeeded = "leat >= ";
    const std::optional<Version> needed =
        text->text().starts_with(kNeeded)
            ? parse_version(std::string_view(text->text()).substr(kNeeded.size()))
            : std::nullopt;
    if (!needed) {
      report(text->span(), fmt::format("'requires' cannot be '{}'", text->text()),
             "write the least version, as in 'leat >= 1.2'");
    } else if (*parse_version(LEAT_VERSION) < *needed) {
      report(text->span(),
             fmt::format("this pipeline needs {}, and this is leat {}", text->text(), LEAT_VERSION),
             "install a newer leat");
    }
  }

  /// Is `value` a mapping that can be looked into? Reports what it is otherwise; nothing at all is
  /// fine.
  bool is_mapping(const SourceText& key, const OptionNode& value, std::string_view of_what) {
    if (value.kind == OptionNode::Kind::kMap)
      return !is_cut(value) || document_.text()[value.span.begin] != '{';
    if (value.kind != OptionNode::Kind::kNull && !is_cut(value)) {
      report(value.span, fmt::format("'{}' must be a mapping of {}", key.text(), of_what));
    }
    return false;
  }

  void settings(const SourceText& settings_key, const OptionNode& node) {
    static const std::vector<std::string> known{"memory", "procs", "fuse", "spill", "sandbox"};
    if (!is_mapping(settings_key, node, "settings")) return;
    for (const auto& [key, value] : node.entries) {
      if (key.text() == "memory") {
        spec_.memory = scalar(key, value);
      } else if (key.text() == "procs") {
        spec_.procs = scalar(key, value);
      } else if (key.text() == "fuse") {
        spec_.fuse = scalar(key, value);
      } else if (key.text() == "sandbox") {
        spec_.sandbox = scalar(key, value);
      } else if (key.text() == "spill") {
        spill(key, value);
      } else {
        unknown_key(key, "'settings'", known);
      }
    }
  }

  void spill(const SourceText& spill_key, const OptionNode& node) {
    static const std::vector<std::string> known{"dir", "max", "compress"};
    if (!is_mapping(spill_key, node, "settings")) return;
    for (const auto& [key, value] : node.entries) {
      if (key.text() == "dir") {
        spec_.spill_dir = scalar(key, value);
      } else if (key.text() == "max") {
        spec_.spill_max = scalar(key, value);
      } else if (key.text() == "compress") {
        spec_.spill_compress = scalar(key, value);
      } else {
        unknown_key(key, "'spill'", known);
      }
    }
  }

  void params(const SourceText& params_key, const OptionNode& node) {
    if (!is_mapping(params_key, node, "parameters")) return;
    for (const auto& [name, value] : node.entries) {
      ParamSpec param{.name = name, .type = {}, .default_value = {}, .doc = {}};
      if (value.kind == OptionNode::Kind::kScalar || value.kind == OptionNode::Kind::kList) {
        report(value.span,
               fmt::format("the parameter '{}' must be a mapping of 'type', 'default' and 'doc'",
                           name.text()),
               fmt::format("write '{}: {{ type: text, default: ... }}'", name.text()));
        continue;
      }
      if (is_mapping(name, value, "'type', 'default' and 'doc'")) param_keys(value, param);
      spec_.params.push_back(std::move(param));
    }
  }

  void param_keys(const OptionNode& node, ParamSpec& param) {
    static const std::vector<std::string> known{"type", "default", "doc", "secret"};
    for (const auto& [key, value] : node.entries) {
      if (key.text() == "type") {
        param.type = scalar(key, value);
      } else if (key.text() == "doc") {
        param.doc = doc(key, value);
      } else if (key.text() == "secret") {
        param.secret = scalar(key, value);
      } else if (key.text() == "default") {
        const bool null_word =
            value.kind == OptionNode::Kind::kNull && !value.scalar.text().empty();
        if (null_word || scalar(key, value)) param.default_value = value;
      } else {
        unknown_key(key, fmt::format("the parameter '{}'", param.name.text()), known);
        param.broken = true;
      }
    }
  }

  void stages(const SourceText& key, const OptionNode& node) {
    if (node.kind != OptionNode::Kind::kList) {
      if (is_cut(node)) return;
      const bool missing = node.kind == OptionNode::Kind::kNull;
      report(missing ? key.span() : node.span,
             missing ? "'stages' is empty" : "'stages' must be a list",
             "write each stage as an item: '- read_csv: data.csv'");
      return;
    }
    if (node.items.empty())
      report(node.span, "'stages' is empty", "a pipeline needs a source and a sink");
    for (const OptionNode& item : node.items) stage(item);
  }

  void stage(const OptionNode& node) {
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
        report({node.span.begin, node.span.begin + 1}, "this stage has no operator",
               "begin it with one, as in '- filter: amount > 0'");
      }
      return;
    }
    stage.operator_key = operator_entry->name;
    stage.options = operator_entry->value;
    stage.definition = find_operator_in(operators_, stage.operator_key.text());
    // In a cut stage in braces, the keys beside the operator's are pieces of its value.
    const bool scattered = stage.broken && document_.text()[node.span.begin] == '{';
    if (stage.definition == nullptr && !scattered) unknown_operator(stage.operator_key);
    if (!scattered) other_keys(others, operator_entry, stage);
    options_too_deep(stage);
    spec_.stages.push_back(std::move(stage));
  }

  static bool needs_no_options(const OperatorDef& definition) {
    return std::none_of(definition.options.begin(), definition.options.end(),
                        [](const OptionDef& option) { return option.required; });
  }

  /// An item of `stages` that is no mapping; the name of an operator alone is a stage.
  void not_a_mapping(const OptionNode& node) {
    if (is_cut(node)) return;
    if (node.kind == OptionNode::Kind::kNull)
      return report(node.span, "this stage is empty", "remove the '-'");
    if (node.kind == OptionNode::Kind::kList) {
      return report({node.span.begin, node.span.begin + 1}, "a stage must be a mapping, not a list",
                    "write one '-' before its operator");
    }
    StageSpec stage;  // if broken, it holds the place, so that the stages around it have neighbours
    stage.operator_key = node.scalar;
    stage.options.span = node.span;
    stage.span = node.span;
    const OperatorDef* const whole = find_operator_in(operators_, node.scalar.text());
    const bool is_stage = whole != nullptr && needs_no_options(*whole);
    if (is_stage) stage.definition = whole;
    stage.broken = !is_stage;
    spec_.stages.push_back(std::move(stage));
    if (is_stage) return;
    const std::string& text = node.scalar.text();
    const size_t colon = text.find(':');
    const size_t space = text.find(' ');
    if (colon != std::string::npos && colon < space) {
      const auto changed = fmt::format("{}: {}", text.substr(0, colon), text.substr(colon + 1));
      return report(node.scalar.span(colon, colon + 1), "a space must follow the ':'",
                    fmt::format("write:\n- {}", changed));
    }
    const std::string word = text.substr(0, space);
    const bool name = !word.empty() && std::isalpha(static_cast<unsigned char>(word[0])) != 0;
    report(node.span, "a stage must be a mapping: an operator, a ':' and its options",
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
    }
    for (const Entry* entry : entries) {
      if (!did_you_mean(entry->name.text(), operator_names()).empty()) return entry;
    }
    return entries.empty() ? nullptr : entries.front();
  }

  std::vector<std::string> operator_names() const {
    std::vector<std::string> names;
    for (const OperatorDef* definition : operators_) names.emplace_back(definition->name);
    return names;
  }

  void unknown_operator(const SourceText& key) {
    if (!are_all_ && key.text().contains('.')) return;  // that of a plugin which was not loaded
    std::string hint;
    for (const auto& [word, instead] : kElsewhere) {
      if (key.text() == word) hint = instead;
    }
    if (hint.empty()) hint = did_you_mean(key.text(), operator_names());
    if (hint.empty() && key.text().contains('.'))
      hint =
          "operators with a dot are those of plugins: name the plugin's file under 'plugins:', "
          "or with --plugin";
    if (hint.empty()) hint = "'leat operators' lists what there is";
    report(key.span(), fmt::format("there is no operator '{}'", key.text()), std::move(hint));
  }

  void other_keys(const std::vector<const Entry*>& entries, const Entry* operator_entry,
                  StageSpec& stage) {
    std::vector<const Entry*> misplaced;
    for (const Entry* entry : entries) {
      if (entry == operator_entry) continue;
      const SourceText& key = entry->name;
      if (is_option_beside(stage, key.text())) {
        misplaced.push_back(entry);
      } else if (find_operator_in(operators_, key.text()) != nullptr) {
        report(key.span(),
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
        report(key.span(), fmt::format("the stage has no key '{}'", key.text()), std::move(hint));
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
    report(misplaced.front()->name.span(),
           fmt::format("{} {} of '{}'{}", fmt::join(names, " and "),
                       one ? "is an option" : "are options", name,
                       main.empty() ? fmt::format(" and {}", where) : ""),
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
      report(entry.name.span(),
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
  const std::vector<Span>& cuts_;
  std::span<const OperatorDef* const> operators_;
  bool are_all_;
  Diagnostics& diagnostics_;
  Spec spec_;
};

}  // namespace

Spec read_spec(const Document& document, const OptionNode& root, const std::vector<Span>& cuts,
               const KnownOperators& operators, Diagnostics& diagnostics) {
  return SpecReader(document, cuts, operators, diagnostics).read(root);
}

std::optional<uint64_t> read_bytes(const SourceText& text, Diagnostics& diagnostics) {
  const auto bytes = io::parse_bytes(text.text());
  if (bytes && *bytes > 0) return bytes;
  diagnostics.error(text.span(), fmt::format("'{}' is not an amount of memory", text.text()),
                    "write a number and a unit, such as 512MiB or 2GiB");
  return std::nullopt;
}

std::optional<int64_t> read_count(std::string_view key, const SourceText& text, int64_t maximum,
                                  Diagnostics& diagnostics) {
  const std::string& digits = text.text();
  int64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error == std::errc() && end == digits.data() + digits.size() && count >= 1 &&
      count <= maximum)
    return count;
  diagnostics.error(text.span(), fmt::format("'{}' must be a whole number from 1 to {}, not '{}'",
                                             key, maximum, digits));
  return std::nullopt;
}

std::optional<bool> read_switch(std::string_view key, const SourceText& text,
                                Diagnostics& diagnostics) {
  if (text.text() == "on" || text.text() == "true") return true;
  if (text.text() == "off" || text.text() == "false") return false;
  diagnostics.error(text.span(),
                    fmt::format("'{}' must be 'on' or 'off', not '{}'", key, text.text()));
  return std::nullopt;
}

std::optional<Settings::Sandbox> read_sandbox(const SourceText& text, Diagnostics& diagnostics) {
  if (text.text() == "off") return Settings::Sandbox::kOff;
  if (text.text() == "on") return Settings::Sandbox::kOn;
  if (text.text() == "require") return Settings::Sandbox::kRequire;
  diagnostics.error(text.span(), fmt::format("'sandbox' must be 'on', 'off' or 'require', not '{}'",
                                             text.text()));
  return std::nullopt;
}

std::optional<OnError> read_on_error(const SourceText& text, Diagnostics& diagnostics) {
  if (text.text() == "fail") return OnError::kFail;
  if (text.text() == "skip") return OnError::kSkip;
  if (text.text() == "reject") return OnError::kReject;
  if (text.text() == "warn") return OnError::kWarn;
  std::string hint = did_you_mean(text.text(), {"fail", "skip", "reject", "warn"});
  if (hint.empty()) hint = "choose one of 'fail', 'skip', 'reject'";
  diagnostics.error(text.span(), fmt::format("'{}' is not a valid on_error value", text.text()),
                    std::move(hint));
  return std::nullopt;
}

std::optional<RejectLimit> read_reject_limit(const SourceText& text, Diagnostics& diagnostics) {
  std::string_view digits = text.text();
  const bool percent = digits.ends_with('%');
  if (percent) digits.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size() && value >= 0;
  if (is_number && percent && value <= 100)
    return RejectLimit{.count = {}, .share = value / 100, .written = text};
  uint64_t count = 0;
  const auto [count_end, count_error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (!percent && count_error == std::errc() && count_end == digits.data() + digits.size()) {
    return RejectLimit{.count = count, .share = {}, .written = text};
  }
  const bool fraction = is_number && !percent && value < 1;
  const std::string plain = is_number && percent ? "a share is 100% at most"
                                                 : "write a number of rows such as 100, or a share "
                                                   "such as 0.5%";
  diagnostics.error(text.span(),
                    fmt::format("'max_rejects' must be a count or a share, not '{}'", text.text()),
                    fraction ? fmt::format("write the share as '{}%'", value * 100) : plain);
  return std::nullopt;
}

}  // namespace leat::pipelines
