// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a plugin must see options and schemas as C, and its mistakes must be reported with the
// places that those of built-in operators have.
//
// Invariants:
//  1. All strings that a plugin sees during `bind` live in the call; it copies what it keeps.
//  2. `bind` returns nullopt only after something was reported.
//  3. A source decodes only columns that are read, whether it looks at `wanted` or not.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "engine/codes/expression.h"
#include "engine/codes/graph.h"
#include "engine/codes/plugin.h"
#include "operators/expr/functions/functions.h"
#include "operators/plugin/bound.h"

namespace leat::plugin {
namespace {

/// The options of one stage as C.
class OptionTexts {
 public:
  OptionTexts(std::span<const OptionDef> definitions, const OptionValues& values) {
    texts_.resize(definitions.size());
    names_.resize(definitions.size());
    for (size_t i = 0; i < definitions.size(); ++i) read(definitions[i], values, i);
    pointers_.resize(definitions.size());
    name_pointers_.resize(definitions.size());
    for (size_t i = 0; i < definitions.size(); ++i) {
      for (const std::string& text : texts_[i]) pointers_[i].push_back(text.c_str());
      for (const std::string& name : names_[i]) name_pointers_[i].push_back(name.c_str());
      const OptionDef& definition = definitions[i];
      options_.push_back(
          {sizeof(leat_option), definition.name.data(), values.has(definition.name), 0,
           texts_[i].size(), pointers_[i].data(),
           definition.type == OptionType::kNamed ? name_pointers_[i].data() : nullptr});
    }
  }
  const std::vector<leat_option>& options() const { return options_; }

 private:
  void read(const OptionDef& definition, const OptionValues& values, size_t i) {
    const bool written = values.has(definition.name);
    if (!written && definition.default_text.empty()) return;
    if (definition.type == OptionType::kNamed) {
      for (const auto& [name, value] : values.named(definition.name)) {
        names_[i].push_back(name.text());
        texts_[i].push_back(value.text());
      }
    } else if (definition.type == OptionType::kTextList) {
      for (const SourceText& item : values.list(definition.name)) texts_[i].push_back(item.text());
    } else {
      texts_[i].push_back(values.text(definition.name));
    }
  }

  std::vector<std::vector<std::string>> texts_;
  std::vector<std::vector<std::string>> names_;
  std::vector<std::vector<const char*>> pointers_;
  std::vector<std::vector<const char*>> name_pointers_;
  std::vector<leat_option> options_;
};

/// The call in which a plugin declares its output.
struct BindCall final : leat_call {
  BindCall(const PluginOperator& of, const OptionValues& values, const BindContext& binding)
      : leat_call(of.site, nullptr, nullptr),
        kind(of.table->kind),
        options(values),
        context(binding) {}

  Status keep_column(size_t index) override {
    if (kind != LEAT_MAP)
      return std::unexpected(
          broken_contract(site, "it kept a column of the input, which only a map can"));
    if (context.inputs.empty() || index >= context.input()->size())
      return std::unexpected(
          broken_contract(site, fmt::format("it kept column {}, which is not there", index + 1)));
    return add((*context.input())[index]);
  }
  Status add_column(std::string_view name, std::string_view type) override {
    if (name.empty() || !simdjson::validate_utf8(name.data(), name.size()))
      return std::unexpected(
          broken_contract(site, name.empty() ? "it declared a column without a name"
                                             : "it declared a column whose name is not UTF-8"));
    const std::optional<Type> parsed = parse_type(type);
    if (!parsed || parsed->is(TypeId::kNull))
      return std::unexpected(broken_contract(
          site, fmt::format("column '{}' was declared with the unknown type '{}'", name, type)));
    return add({std::string(name), *parsed});
  }
  Status need_memory(size_t bytes) override {
    memory_minimum = bytes;
    return {};
  }
  void mistake(std::string_view option, std::string text, std::string what_to_do) override {
    const bool known =
        std::any_of(context.definition->options.begin(), context.definition->options.end(),
                    [&](const OptionDef& one) { return one.name == option; });
    if (!known && !option.empty())
      text = fmt::format("'{}' of the plugin {}, which has no option '{}', says: {}", site.name,
                         site.file, option, text);
    context.diagnostics.error(code::kPluginMistake, known ? options.span(option) : options.stage(),
                              std::move(text), std::move(what_to_do));
  }

  Status add(Field field) {
    for (const Field& other : fields) {
      if (other.name == field.name)
        return fail(code::kColumnTwice, ErrorCode::kInvalid,
                    fmt::format("'{}' would give two columns called '{}'", site.name, field.name));
    }
    fields.push_back(std::move(field));
    return {};
  }

  const uint32_t kind;
  const OptionValues& options;
  const BindContext& context;
  std::vector<Field> fields;
  size_t memory_minimum = 0;
};

/// Calls `bind` of the plugin with the input `rows`, null for sources, and the files of `files`;
/// false after reporting.
bool call_bind(const PluginOperator& plugin, BindCall& call, const Schema* rows,
               const std::optional<SourceFiles>& files, const Connection* named, void** handle) {
  std::optional<ConnectionTexts> connection;
  if (named != nullptr) connection.emplace(*named);
  const OptionTexts texts(call.context.definition->options, call.options);
  std::unique_ptr<ArrowSchemaRef> input;
  if (rows != nullptr) {
    const bool views = plugin.table->text == LEAT_TEXT_VIEWS;
    input =
        std::make_unique<ArrowSchemaRef>(*rows, views ? ArrowText::kViews : ArrowText::kContiguous);
  }
  std::vector<const char*> paths;
  if (files) {
    for (const auto& one : files->inputs) paths.push_back(one->name.c_str());
  }
  std::vector<const char*> wanted;
  if (call.context.projection) {
    for (const std::string& name : *call.context.projection) wanted.push_back(name.c_str());
  }
  const leat_binding binding{sizeof(leat_binding),
                             texts.options().data(),
                             texts.options().size(),
                             input == nullptr ? nullptr : &input->get(),
                             call.context.projection ? wanted.data() : nullptr,
                             wanted.size(),
                             paths.data(),
                             paths.size(),
                             connection ? &connection->get() : nullptr,
                             plugin.connections->is_online ? 1U : 0U,
                             0};
  const size_t before = call.context.diagnostics.count();
  int code = LEAT_OK;
  Status status = enter(call, "bind", [&] {
    return code = plugin.table->bind(plugin.given, &call, &binding, handle);
  });
  if (code == LEAT_ERROR_OFFLINE && !plugin.connections->is_online &&
      call.context.diagnostics.count() == before) {
    call.context.diagnostics.error(code::kUnchecked, call.options.stage(),
                                   std::string(expr::kNotChecked));
  } else if (!status && call.context.diagnostics.count() == before) {
    call.context.diagnostics.error(status.error().number, call.options.stage(),
                                   std::move(status.error().message),
                                   std::move(status.error().hint));
  }
  return call.context.diagnostics.count() == before;
}

/// The connection that the stage names; null after reporting what is wrong with its name, and for
/// operators without one.
struct NamedConnection {
  bool is_right = true;
  const Connection* connection = nullptr;
};

/// Option `index` of an operator whose table may be longer than ours.
const leat_option_def& option_at(const leat_operator& table, size_t index) {
  return *reinterpret_cast<const leat_option_def*>(reinterpret_cast<const char*>(table.options) +
                                                   index * table.options->size);
}

/// The option of type LEAT_OPTION_CONNECTION, of which there is one at most; null: there is none.
const leat_option_def* connection_option(const leat_operator& table) {
  for (size_t i = 0; i < table.option_count; ++i) {
    if (option_at(table, i).type == LEAT_OPTION_CONNECTION) return &option_at(table, i);
  }
  return nullptr;
}

NamedConnection find_connection(const PluginOperator& plugin, const OptionValues& options,
                                Diagnostics& diagnostics) {
  const leat_option_def* const option = connection_option(*plugin.table);
  if (option == nullptr || !options.has(option->name)) return {};
  const std::string name = options.text(option->name);
  const Connections& known = *plugin.connections;
  const Connection* const connection = known.find(name);
  if (connection == nullptr) {
    std::vector<std::string> names;
    for (const Connection& one : known.all) names.push_back(one.name.text());
    std::string hint = did_you_mean(name, names);
    if (hint.empty()) hint = "write what it is under 'connections', or in a file for --connections";
    diagnostics.error(code::kUnknownConnection, options.span(option->name),
                      fmt::format("there is no connection '{}'", name), std::move(hint));
    return {false, nullptr};
  }
  bool fits = false;
  for (const char* const* type = option->choices; type != nullptr && *type != nullptr; ++type)
    fits |= connection->type->name == *type;
  if (!fits)
    diagnostics.error(code::kUnknownConnection, options.span(option->name),
                      fmt::format("'{}' cannot use the connection '{}', which is of type {}",
                                  plugin.site.name, name, connection->type->name));
  return {fits, connection};
}

/// Reports values that were put into code: whatever they hold would be run. False then.
bool is_free_of_values(const leat_operator& table, const OptionValues& options,
                       Diagnostics& diagnostics) {
  bool is_free = true;
  for (size_t i = 0; i < table.option_count; ++i) {
    const leat_option_def& option = option_at(table, i);
    if ((option.flags & LEAT_IS_CODE) == 0 || !options.has(option.name)) continue;
    const SourceText text = options.source(option.name);
    for (size_t at = 0; at < text.text().size(); ++at) {
      if (!text.is_inserted(at)) continue;
      diagnostics.error(code::kParameterPlace, text.span(at, at + 1),
                        fmt::format("a value cannot be put into '{}', which is code", option.name),
                        "let a stage behind it compare with the parameter: filter: x = $x");
      is_free = false;
      break;
    }
  }
  return is_free;
}

/// The numbers of the declared columns that the stage gives.
std::vector<size_t> wanted_columns(const std::vector<Field>& declared,
                                   const std::optional<std::vector<std::string>>& projection) {
  std::vector<size_t> wanted;
  for (size_t i = 0; i < declared.size(); ++i) {
    const bool read = !projection || std::find(projection->begin(), projection->end(),
                                               declared[i].name) != projection->end();
    if (read) wanted.push_back(i);
  }
  return wanted;
}

}  // namespace

std::optional<BoundOperator> bind_plugin(const OptionValues& options, const BindContext& context) {
  const auto& plugin = *static_cast<const PluginOperator*>(context.definition->plugin);
  const uint32_t kind = plugin.table->kind;
  const uint32_t flags = plugin.table->flags;
  std::optional<SourceFiles> files;
  std::optional<io::FileTarget> target;
  if (kind == LEAT_SOURCE && (flags & LEAT_READS_FILES) != 0) {
    files = read_source_files(options, context);
    if (!files) return std::nullopt;
  }
  SchemaRef input = context.inputs.empty() ? nullptr : context.input();
  const bool has_target =
      kind == LEAT_SINK && (flags & (LEAT_WRITES_FILE | LEAT_WRITES_FILES)) != 0;
  if (has_target) target = read_sink_target(*plugin.table, options, input, context.diagnostics);
  // A sink writes what is left of the columns when those of its path are left out.
  if (target && target->schema != nullptr) input = target->schema;
  const NamedConnection named = find_connection(plugin, options, context.diagnostics);
  const bool is_free = is_free_of_values(*plugin.table, options, context.diagnostics);
  if (!named.is_right || !is_free) return std::nullopt;
  BindCall call(plugin, options, context);
  void* handle = nullptr;
  const bool ok = call_bind(plugin, call, input.get(), files, named.connection, &handle) &&
                  target.has_value() == has_target;
  if (kind == LEAT_MAP && call.fields.empty()) call.fields = context.input()->fields();
  SchemaRef declared = kind == LEAT_SINK ? nullptr : std::make_shared<const Schema>(call.fields);
  const std::vector<size_t> wanted =
      wanted_columns(call.fields, kind == LEAT_SOURCE ? context.projection : std::nullopt);
  // Owns the handle from here on, also when something was wrong.
  const auto bound_plugin = std::make_shared<const Bound>(plugin, handle, declared, wanted);
  if (!ok) return std::nullopt;
  // Of a source it may be that only its rows are counted.
  if (declared != nullptr && declared->size() == 0 &&
      !(kind == LEAT_SOURCE && context.projection)) {
    context.diagnostics.error(code::kPluginContract, options.stage(),
                              fmt::format("'{}' declared no columns", plugin.site.name));
    return std::nullopt;
  }
  BoundOperator bound;
  bound.output = bound_plugin->output();
  bound.memory_minimum = call.memory_minimum;
  switch (kind) {
    case LEAT_MAP: bind_map(bound_plugin, *context.input(), bound); break;
    case LEAT_AGGREGATE: bind_collect(bound_plugin, *context.input(), bound); break;
    case LEAT_SOURCE:
      if (!files) {
        bind_source(bound_plugin, bound);
      } else if (!bind_file_source(bound_plugin, std::move(*files), options, context, bound)) {
        return std::nullopt;
      }
      break;
    default: bind_sink(bound_plugin, std::move(target), options, bound);
  }
  return bound;
}

}  // namespace leat::plugin
