// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a mistake in a connection is one mistake, however many stages use it, and is to be told
// where the connection is written.
//
// Invariants:
//  1. A connection is checked by the table of its type (operators/plugin/connections.cpp) as the
//     options of an operator are, after its values were put in.
//  2. Whoever only looks makes no connection. Otherwise each that is used is made once before
//     anything is bound: what its fields say wrong is told at them.
//  3. What a file for --connections says wins over the pipeline: so one pipeline is run here and
//     there.
//
// Rejected: making connections while stages are bound (the same wrong password would be told at
// each of them).
#include "pipelines/load/connections.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/blocking.h"
#include "engine/codes/form.h"
#include "engine/codes/graph.h"

namespace leat::pipelines {
namespace {

constexpr std::string_view kOption = "connection";
constexpr std::string_view kType = "type";

/// The name of the connection that a stage writes; null: it writes none.
const SourceText* connection_of(const StageSpec& stage) {
  for (const OptionEntry& entry : stage.options.entries) {
    if (entry.name.text() == kOption && entry.value.kind == OptionNode::Kind::kScalar)
      return &entry.value.scalar;
  }
  return nullptr;
}

bool is_used(const Spec& spec, std::string_view name) {
  const auto names = [name](const StageSpec& stage) {
    const SourceText* const used = connection_of(stage);
    // What a parameter names is known for stages alone that were not broken before.
    return used != nullptr && (used->text() == name || used->text().contains("${"));
  };
  return std::any_of(spec.stages.begin(), spec.stages.end(), names) ||
         std::any_of(spec.groups.begin(), spec.groups.end(), [&](const GroupSpec& group) {
           return std::any_of(group.stages.begin(), group.stages.end(), names);
         });
}

std::vector<std::string> names_of_types() {
  std::vector<std::string> names;
  for (const plugin::ConnectionType& type : plugin::connection_types())
    names.emplace_back(type.name);
  return names;
}

/// Reads one connection after another.
class ConnectionReader {
 public:
  ConnectionReader(Interpolator& interpolator, Redactions* redactions, Diagnostics& diagnostics)
      : interpolator_(interpolator), redactions_(redactions), diagnostics_(diagnostics) {}

  /// nullopt after reporting.
  std::optional<plugin::Connection> read(ConnectionSpec& spec) {
    const plugin::ConnectionType* const type = find_type(spec);
    if (type == nullptr || !put_in_values(*type, spec.fields)) return std::nullopt;
    OptionNode fields = spec.fields;
    std::erase_if(fields.entries, [](const auto& one) { return one.name.text() == kType; });
    const size_t before = diagnostics_.count();
    Diagnostics found;
    auto values = read_options(type->fields, "", fields, spec.name, found);
    for (const Diagnostic& one : found.errors())
      diagnostics_.error(code::kConnectionForm, one.where, one.message, one.hint);
    if (!values || diagnostics_.count() != before) return std::nullopt;
    return plugin::Connection{spec.name, type, std::move(*values)};
  }

 private:
  /// Null after reporting.
  const plugin::ConnectionType* find_type(const ConnectionSpec& spec) {
    const auto& fields = spec.fields.entries;
    const auto entry = std::find_if(fields.begin(), fields.end(),
                                    [](const auto& one) { return one.name.text() == kType; });
    const std::vector<std::string> known = names_of_types();
    if (entry == fields.end() || entry->value.kind != OptionNode::Kind::kScalar) {
      const bool is_missing = entry == fields.end();
      diagnostics_.error(code::kConnectionForm, is_missing ? spec.name.span() : entry->value.span,
                         fmt::format("the connection '{}' has no type", spec.name.text()),
                         fmt::format("write 'type: {}'", known.front()));
      return nullptr;
    }
    const SourceText& text = entry->value.scalar;
    const plugin::ConnectionType* const type = plugin::find_connection_type(text.text());
    if (type == nullptr) {
      std::string hint = did_you_mean(text.text(), known);
      if (hint.empty()) hint = fmt::format("the types are: {}", fmt::join(known, ", "));
      diagnostics_.error(code::kConnectionForm, text.span(),
                         fmt::format("there are no connections of type '{}'", text.text()),
                         std::move(hint));
    }
    return type;
  }

  /// False after reporting.
  bool put_in_values(const plugin::ConnectionType& type, OptionNode& fields) {
    bool ok = true;
    for (OptionEntry& entry : fields.entries) {
      if (entry.value.kind != OptionNode::Kind::kScalar) continue;
      auto text = interpolator_.replace(entry.value.scalar);
      ok = ok && text.has_value();
      if (!text) continue;
      if (redactions_ != nullptr && type.is_secret(entry.name.text()))
        redactions_->add(text->text(), "***");
      entry.value.scalar = std::move(*text);
    }
    return ok;
  }

  Interpolator& interpolator_;
  Redactions* const redactions_;
  Diagnostics& diagnostics_;
};

/// Stages whose connection was reported are left alone.
void leave_out_broken(Spec& spec, const plugin::Connections& connections) {
  for (StageSpec& stage : spec.stages) {
    const SourceText* const name = connection_of(stage);
    if (name != nullptr && connections.is_broken(name->text())) stage.broken = true;
  }
}

}  // namespace

plugin::Connections resolve_connections(Spec& spec, Interpolator& interpolator,
                                        Redactions* redactions, Diagnostics& diagnostics) {
  plugin::Connections connections;
  ConnectionReader reader(interpolator, redactions, diagnostics);
  for (ConnectionSpec& one : spec.connections) {
    if (one.fields.kind != OptionNode::Kind::kMap) {
      connections.broken.push_back(one.name.text());  // reported when it was read
      continue;
    }
    auto connection = reader.read(one);
    if (!connection) {
      connections.broken.push_back(one.name.text());
      continue;
    }
    connections.all.push_back(std::move(*connection));
    if (!one.is_shared && !is_used(spec, one.name.text()))
      diagnostics.error(code::kUnusedConnection, one.name.span(),
                        fmt::format("no stage uses the connection '{}'", one.name.text()),
                        "leave it out, or keep it in a file for --connections");
  }
  leave_out_broken(spec, connections);
  return connections;
}

void try_connections(Spec& spec, const plugin::PluginSet& plugins, Diagnostics& diagnostics) {
  plugin::Connections failed;
  for (const plugin::Connection& connection : plugins.connections().all) {
    const std::string& name = connection.name.text();
    if (!is_used(spec, name)) continue;
    if (!blocking([&] { return plugins.try_connection(connection, diagnostics); }))
      failed.broken.push_back(name);
  }
  leave_out_broken(spec, failed);
}

}  // namespace leat::pipelines
