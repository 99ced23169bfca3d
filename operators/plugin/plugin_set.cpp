// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: what plugins say of themselves must be as good as what built-in operators say, before it
// appears in listings, checks and pipelines.
//
// Invariants:
//  1. A plugin is taken as a whole or not at all.
//  2. A name belongs to one file. Loading the same file again changes nothing.
//  3. Every OperatorDef points to text that lives as long as the process.
//  4. An operator has the functions that its kind calls for; what is missing is found here, not in
//     the middle of a run.
//
// Rejected: a table of plugins for the whole process (tests and checks of several pipelines would
// see each other's).
#include "operators/plugin/plugin_set.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/graph.h"
#include "engine/codes/plugin.h"
#include "engine/mutant.h"
#include "operators/plugin/connectors.h"

namespace leat::plugin {
namespace {

// The sizes of tables in minor 0.
constexpr size_t kOperatorBytes = offsetof(leat_operator, file_open);
constexpr size_t kPluginBytes = offsetof(leat_plugin, connection_type);

std::string_view given_text(const char* text) { return text == nullptr ? "" : text; }

bool is_word(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

/// Element `index` of an array of structures that may be longer than ours.
template <typename T>
const T& element(const T* array, size_t index) {
  return *reinterpret_cast<const T*>(reinterpret_cast<const std::byte*>(array) +
                                     index * array->size);
}

std::unexpected<Error> wrong(const std::string& file, std::string_view what,
                             std::string_view hint = "tell its author") {
  return fail(code::kPluginUnusable, ErrorCode::kInvalid,
              fmt::format("the plugin {} cannot be used: {}", file, what), std::string(hint));
}

OptionType type_of(uint32_t type) {
  switch (type) {
    case LEAT_OPTION_CHARACTER: return OptionType::kCharacter;
    case LEAT_OPTION_INTEGER: return OptionType::kInteger;
    case LEAT_OPTION_NUMBER: return OptionType::kNumber;
    case LEAT_OPTION_BOOLEAN: return OptionType::kBoolean;
    case LEAT_OPTION_CHOICE: return OptionType::kChoice;
    case LEAT_OPTION_TEXT_LIST: return OptionType::kTextList;
    case LEAT_OPTION_NAMED: return OptionType::kNamed;
    default: return OptionType::kText;
  }
}

/// What is wrong with the default of an option, as if it had been written.
std::string default_mistake(const OptionDef& option) {
  if (option.default_text.empty()) return {};
  if (option.type == OptionType::kNamed) return "a mapping has no default";
  OptionNode value;
  value.kind = OptionNode::Kind::kScalar;
  value.scalar = SourceText(std::string(option.default_text), Span{}, {});
  OptionNode all;
  all.kind = OptionNode::Kind::kMap;
  all.entries.push_back({SourceText(std::string(option.name), Span{}, {}), std::move(value)});
  Diagnostics found;
  read_options({&option, 1}, "", all, SourceText("default", Span{}, {}), found);
  return found.ok() ? std::string() : found.errors().front().message;
}

/// What is wrong with the options of an operator, or "".
std::string options_mistake(const std::vector<OptionDef>& options, const leat_operator& table) {
  for (size_t i = 0; i < options.size(); ++i) {
    const OptionDef& option = options[i];
    const uint32_t type =
        i < table.option_count ? element(table.options, i).type : uint32_t{LEAT_OPTION_TEXT};
    if (!is_word(option.name))
      return fmt::format("option {} has the name '{}', which is no word of small letters", i + 1,
                         option.name);
    if (type < LEAT_OPTION_TEXT || type > LEAT_OPTION_CONNECTION)
      return fmt::format("option '{}' has the unknown type {}", option.name, type);
    if (option.doc.empty()) return fmt::format("option '{}' has no documentation", option.name);
    if (option.type == OptionType::kChoice && option.choices.empty())
      return fmt::format("option '{}' has no choices", option.name);
    for (size_t j = 0; j < i; ++j) {
      if (options[j].name == option.name)
        return fmt::format("two options are called '{}'", option.name);
    }
    if (std::string mistake = default_mistake(option); !mistake.empty())
      return fmt::format("the default of an option is wrong: {}", mistake);
  }
  const bool found = table.main_option == nullptr ||
                     std::any_of(options.begin(), options.end(), [&](const OptionDef& option) {
                       return option.name == table.main_option;
                     });
  return found ? std::string()
               : fmt::format("its main option '{}' is not among its options", table.main_option);
}

OptionDef option_of(const leat_option_def& table, std::span<const std::string_view> choices) {
  OptionDef option{.name = given_text(table.name),
                   .type = type_of(table.type),
                   .doc = given_text(table.doc),
                   .default_text = given_text(table.default_text),
                   .required = (table.flags & LEAT_REQUIRED) != 0,
                   .choices = choices};
  if ((table.flags & LEAT_HAS_MINIMUM) != 0) option.minimum = table.minimum;
  if ((table.flags & LEAT_HAS_MAXIMUM) != 0) option.maximum = table.maximum;
  return option;
}

OperatorKind kind_of(uint32_t kind) {
  if (kind == LEAT_SOURCE) return OperatorKind::kSource;
  return kind == LEAT_SINK ? OperatorKind::kSink : OperatorKind::kTransform;
}

}  // namespace

std::string operator_mistake(const leat_operator& table) {
  const auto missing = [](std::string_view what) { return fmt::format("it has no '{}'", what); };
  if (!is_word(given_text(table.name)))
    return fmt::format("its name '{}' is no word of small letters", given_text(table.name));
  if (table.kind < LEAT_SOURCE || table.kind > LEAT_SINK)
    return fmt::format("its kind {} is unknown to this leat", table.kind);
  if (given_text(table.summary).empty()) return missing("summary");
  if (table.bind == nullptr) return missing("bind");
  if (table.open != nullptr && table.close == nullptr) return missing("close");
  switch (table.kind) {
    case LEAT_SOURCE: return table.next == nullptr ? missing("next") : "";
    case LEAT_MAP: return table.process == nullptr ? missing("process") : "";
    case LEAT_AGGREGATE:
      if (table.open == nullptr) return missing("open");
      if (table.process == nullptr) return missing("process");
      if (table.merge == nullptr) return missing("merge");
      return table.finish == nullptr ? missing("finish") : "";
    default:
      if (table.process == nullptr) return missing("process");
      if ((table.flags & LEAT_WRITES_FILES) != 0) {
        if (table.file_open == nullptr) return missing("file_open");
        if (table.file_write == nullptr) return missing("file_write");
        if (table.file_finish == nullptr) return missing("file_finish");
        return table.file_close == nullptr ? missing("file_close") : "";
      }
      if ((table.flags & LEAT_WRITES_FILE) != 0) return {};
      if (table.target_open == nullptr) return missing("target_open");
      if (table.target_write == nullptr) return missing("target_write");
      if (table.target_prepare == nullptr) return missing("target_prepare");
      if (table.target_commit == nullptr) return missing("target_commit");
      return table.target_abort == nullptr ? missing("target_abort") : "";
  }
}

bool PluginSet::has(const std::string& path) const {
  struct stat ours{};
  if (::stat(path.c_str(), &ours) != 0) return false;
  return std::any_of(files_.begin(), files_.end(), [&](const std::string& other) {
    struct stat theirs{};
    return ::stat(other.c_str(), &theirs) == 0 && theirs.st_dev == ours.st_dev &&
           theirs.st_ino == ours.st_ino;
  });
}

Status PluginSet::load(const std::string& file) {
  LEAT_TRY_ASSIGN(const std::string path, find_file(file));
  if (has(path)) return {};
  LEAT_TRY_ASSIGN(const leat_plugin* const plugin, open_file(path));
  return add(plugin, path);
}

Status PluginSet::add(const leat_plugin* plugin, const std::string& file) {
  if (plugin->size < kPluginBytes)
    return wrong(file, fmt::format("what it says of itself is {} bytes long instead of {}",
                                   plugin->size, kPluginBytes));
  if (plugin->needs_minor > LEAT_PLUGIN_MINOR && !LEAT_MUTANT("plugin_minor_ignored")) {
    return wrong(file,
                 fmt::format("it needs version {}.{} of the plugin interface, and this leat {} has "
                             "{}.{}",
                             LEAT_PLUGIN_ABI, plugin->needs_minor, LEAT_VERSION, LEAT_PLUGIN_ABI,
                             LEAT_PLUGIN_MINOR),
                 "use a newer leat, or build the plugin for this one");
  }
  if (!is_word(given_text(plugin->vendor)))
    return wrong(file, fmt::format("its vendor '{}' is no word of small letters",
                                   given_text(plugin->vendor)));
  if (plugin->operator_count + plugin->function_count == 0)
    return wrong(file, "it has neither operators nor functions");
  const size_t names = names_.size();
  const size_t operators = operators_.size();
  const size_t functions = functions_.size();
  Status status;
  for (size_t i = 0; i < plugin->operator_count && status; ++i)
    status = add_operator(*plugin, element(plugin->operators, i), file);
  for (size_t i = 0; i < plugin->function_count && status; ++i)
    status = add_function(*plugin, element(plugin->functions, i), file);
  if (!status) {
    names_.resize(names);
    operators_.resize(operators);
    functions_.resize(functions);
    return status;
  }
  files_.push_back(file);
  if (plugin->size >= sizeof(leat_plugin) && plugin->connection_type != nullptr &&
      plugin->try_connection != nullptr) {
    const bool is_own = given_text(plugin->vendor) == kOwnVendor;
    connecting_.push_back({plugin->connection_type,
                           {file, std::string(plugin->connection_type), true, is_own},
                           plugin->try_connection});
  }
  return {};
}

namespace {

/// The call in which a plugin says what is wrong with a connection.
struct TryCall final : leat_call {
  TryCall(const Site& of, const Connection& tried, Diagnostics& to)
      : leat_call(of, nullptr, nullptr), connection(tried), diagnostics(to) {}

  void mistake(std::string_view field, std::string text, std::string what_to_do) override {
    const auto& fields = connection.type->fields;
    const bool is_field = std::any_of(fields.begin(), fields.end(),
                                      [&](const OptionDef& one) { return one.name == field; });
    const Span where = is_field ? connection.values.span(field) : connection.name.span();
    diagnostics.error(code::kConnectionFailed, where, std::move(text), std::move(what_to_do));
  }

  const Connection& connection;
  Diagnostics& diagnostics;
};

}  // namespace

bool PluginSet::try_connection(const Connection& connection, Diagnostics& diagnostics) const {
  const auto plugin =
      std::find_if(connecting_.begin(), connecting_.end(),
                   [&](const Connecting& one) { return one.type == connection.type->name; });
  if (plugin == connecting_.end()) return true;
  const size_t before = diagnostics.count();
  TryCall call(plugin->site, connection, diagnostics);
  const ConnectionTexts texts(connection);
  const Status status =
      enter(call, "try_connection", [&] { return plugin->try_connection(&call, &texts.get()); });
  if (!status && diagnostics.count() == before) {
    diagnostics.error(code::kConnectionFailed, connection.name.span(), status.error().message,
                      status.error().hint);
  }
  return diagnostics.count() == before;
}

Status PluginSet::claim(const std::string& name, const std::string& file) {
  for (const auto& [known, by] : names_) {
    if (known != name) continue;
    return wrong(file,
                 by == file ? fmt::format("it has two things called '{}'", name)
                            : fmt::format("'{}' is also in {}, which is loaded already", name, by),
                 by == file ? "its author must name them apart"
                            : "load one of the two; a vendor of your own keeps names apart");
  }
  names_.emplace_back(name, file);
  return {};
}

Status PluginSet::add_operator(const leat_plugin& plugin, const leat_operator& given,
                               const std::string& file) {
  if (given.size < kOperatorBytes)
    return wrong(file, fmt::format("what it says of an operator is {} bytes long instead of {}",
                                   given.size, kOperatorBytes));
  leat_operator table{};
  std::memcpy(&table, &given, std::min(given.size, sizeof(table)));
  const bool is_own = plugin.vendor == kOwnVendor;
  const std::string name = is_own ? std::string(given_text(table.name))
                                  : fmt::format("{}.{}", plugin.vendor, given_text(table.name));
  if (find_operator(name) != nullptr) return wrong(file, fmt::format("'{}' is built in", name));
  if (const std::string mistake = operator_mistake(table); !mistake.empty())
    return wrong(file, fmt::format("operator '{}': {}", name, mistake));
  LEAT_TRY(claim(name, file));
  Definition& definition = operators_.emplace_back();
  definition.table = table;
  definition.plugin = {
      {file, name, table.kind == LEAT_SOURCE, is_own}, &definition.table, &given, &connections_};
  for (size_t i = 0; i < table.option_count; ++i) {
    const leat_option_def& option = element(table.options, i);
    if (option.size < sizeof(leat_option_def))
      return wrong(file, fmt::format("operator '{}': option {} is {} bytes long instead of {}",
                                     name, i + 1, option.size, sizeof(leat_option_def)));
    std::vector<std::string_view>& choices = definition.choices.emplace_back();
    for (const char* const* choice = option.choices; choice != nullptr && *choice != nullptr;
         ++choice)
      choices.emplace_back(*choice);
    definition.options.push_back(option_of(option, choices));
  }
  const std::span<const OptionDef> of_files = file_options(table);
  definition.options.insert(definition.options.end(), of_files.begin(), of_files.end());
  if (const std::string mistake = options_mistake(definition.options, table); !mistake.empty())
    return wrong(file, fmt::format("operator '{}': {}", name, mistake));
  definition.def = {.name = definition.plugin.site.name,
                    .kind = kind_of(table.kind),
                    .summary = given_text(table.summary),
                    .doc = given_text(table.doc),
                    .example = given_text(table.example),
                    .main_option = table.main_option == nullptr && !of_files.empty()
                                       ? "path"
                                       : given_text(table.main_option),
                    .options = definition.options,
                    .bind = bind_plugin,
                    .plugin = &definition.plugin};
  return {};
}

Status PluginSet::add_function(const leat_plugin& plugin, const leat_function& table,
                               const std::string& file) {
  const std::string name = fmt::format("{}.{}", plugin.vendor, given_text(table.name));
  if (table.size < sizeof(leat_function))
    return wrong(file, fmt::format("what it says of a function is {} bytes long instead of {}",
                                   table.size, sizeof(leat_function)));
  if (!is_word(given_text(table.name)))
    return wrong(file, fmt::format("the name '{}' of a function is no word of small letters",
                                   given_text(table.name)));
  if (table.evaluate == nullptr)
    return wrong(file, fmt::format("function '{}': it has no 'evaluate'", name));
  LEAT_TRY(claim(name, file));
  functions_.push_back(
      {{file, name}, &table, fmt::format("{}.{}", plugin.vendor, given_text(table.signature))});
  if (!expr::can_read_signature(describe(functions_.back()))) {
    return wrong(file,
                 fmt::format("function '{}': its signature '{}' cannot be read", name,
                             given_text(table.signature)),
                 "write it like \"name(text utf8, count int64) -> utf8\", with scalar types");
  }
  return {};
}

std::vector<const OperatorDef*> PluginSet::operators() const {
  std::vector<const OperatorDef*> all;
  for (const Definition& definition : operators_) all.push_back(&definition.def);
  std::sort(all.begin(), all.end(),
            [](const OperatorDef* a, const OperatorDef* b) { return a->name < b->name; });
  return all;
}

std::shared_ptr<const expr::FunctionSet> PluginSet::functions(
    expr::Completeness completeness) const {
  if (functions_.empty() && completeness == expr::Completeness::kComplete) return nullptr;
  std::vector<expr::Function> all;
  for (const PluginFunction& function : functions_) all.push_back(describe(function));
  return std::make_shared<const expr::FunctionSet>(std::move(all), completeness);
}

}  // namespace leat::plugin
