// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: `read_csv: "*.csv"` and `write_csv: total.csv` read, from the second run on, what the
// first one wrote, and every run adds to it.
//
// Invariants:
//  1. A pattern stands for the same files whether the pipeline ran before or not.
//  2. A file that is named as it is, is read: who writes onto what he reads means it.
//
// Rejected: a mistake for every pattern that covers an output (most pipelines of one folder are
// meant just so), and leaving out what was there when the run before began (nobody knows).
#include "pipelines/load/own_outputs.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <system_error>

#include "engine/mutant.h"
#include "operators/input/file_pattern.h"

namespace leat::pipelines {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kWrittenBySinks = {"path", "manifest"};
constexpr std::string_view kStateOption = "incremental";

/// What is written for option `name`; null: nothing.
const OptionNode* option_of(const StageSpec& stage, std::string_view name) {
  const bool is_main = stage.definition->main_option == name;
  if (stage.options.kind != OptionNode::Kind::kMap)
    return is_main && stage.options.kind != OptionNode::Kind::kNull ? &stage.options : nullptr;
  for (const OptionEntry& entry : stage.options.entries) {
    if (entry.name.text() == name) return &entry.value;
  }
  return nullptr;
}

/// The texts of an option that is a scalar or a list of these.
std::vector<std::string> texts_of(const OptionNode* node) {
  std::vector<std::string> texts;
  if (node == nullptr) return texts;
  if (node->kind == OptionNode::Kind::kScalar) texts.push_back(node->scalar.text());
  for (const OptionNode& item : node->items) {
    if (item.kind == OptionNode::Kind::kScalar) texts.push_back(item.scalar.text());
  }
  return texts;
}

/// A pattern that `text` alone matches.
void put_literal(char c, std::string& pattern) {
  if (std::string_view("*?[\\").contains(c)) {
    pattern += c == '\\' ? std::string("\\\\") : std::string{'[', c, ']'};
  } else {
    pattern += c;
  }
}

/// What `path` stands for, a star for each placeholder.
std::string pattern_of(std::string_view path) {
  std::string pattern;
  for (size_t i = 0; i < path.size(); ++i) {
    const bool is_twice = i + 1 < path.size() && path[i + 1] == path[i];
    const size_t close = path[i] == '{' && !is_twice ? path.find('}', i) : std::string_view::npos;
    if (close != std::string_view::npos) {
      pattern += '*';
      i = close;
    } else {
      put_literal(path[i], pattern);
      i += (path[i] == '{' || path[i] == '}') && is_twice ? 1 : 0;
    }
  }
  return pattern;
}

std::string literal_of(const fs::path& path) {
  std::string pattern;
  for (const char c : path.string()) put_literal(c, pattern);
  return pattern;
}

/// `pattern` as relative and as absolute paths are compared with it.
void add_forms(const std::string& pattern, std::vector<std::string>& patterns) {
  std::error_code error;
  const std::string folder = literal_of(fs::current_path(error)) + "/";
  if (!pattern.starts_with('/')) {
    // With a slash: a name alone would be one in any folder.
    patterns.push_back(pattern.contains('/') ? pattern : "./" + pattern);
    if (!error) patterns.push_back(folder + pattern);
  } else {
    patterns.push_back(pattern);
    if (!error && pattern.starts_with(folder))
      patterns.push_back("./" + pattern.substr(folder.size()));
  }
}

OptionNode list_of(OptionNode first) {
  OptionNode list;
  list.kind = OptionNode::Kind::kList;
  list.span = first.span;
  list.items.push_back(std::move(first));
  return list;
}

/// Adds `excluded` to the option `exclude` of `options`.
void exclude(std::vector<OptionNode> excluded, OptionNode& options) {
  const Span place = options.span;
  if (options.kind != OptionNode::Kind::kMap) {
    OptionNode map;
    map.kind = OptionNode::Kind::kMap;
    map.span = place;
    map.entries.push_back({SourceText("path", place, {}), std::move(options)});
    options = std::move(map);
  }
  auto entry = std::find_if(options.entries.begin(), options.entries.end(),
                            [](const OptionEntry& one) { return one.name.text() == "exclude"; });
  if (entry == options.entries.end()) {
    OptionNode list = list_of(std::move(excluded.back()));
    excluded.pop_back();
    options.entries.push_back({SourceText("exclude", place, {}), std::move(list)});
    entry = std::prev(options.entries.end());
  } else if (entry->value.kind == OptionNode::Kind::kScalar) {
    entry->value = list_of(std::move(entry->value));
  }
  if (entry->value.kind != OptionNode::Kind::kList) return;  // a mistake, which is reported
  std::move(excluded.begin(), excluded.end(), std::back_inserter(entry->value.items));
}

}  // namespace

std::vector<std::string> own_outputs(const Spec& spec) {
  std::vector<std::string> patterns;
  for (const StageSpec& stage : spec.stages) {
    if (stage.definition == nullptr) continue;
    std::vector<std::string> paths;
    if (stage.definition->kind == OperatorKind::kSink) {
      for (const std::string_view option : kWrittenBySinks) {
        for (std::string& path : texts_of(option_of(stage, option)))
          paths.push_back(std::move(path));
      }
    } else if (stage.definition->kind == OperatorKind::kSource) {
      paths = texts_of(option_of(stage, kStateOption));
    }
    for (const std::string& path : paths) {
      if (!path.empty() && path != "-" && path != "stdout") add_forms(pattern_of(path), patterns);
    }
  }
  return patterns;
}

std::optional<OptionNode> without_own_outputs(const StageSpec& stage,
                                              const std::vector<std::string>& outputs) {
  const auto all = stage.definition->options;
  const bool excludes = std::any_of(
      all.begin(), all.end(), [](const OptionDef& option) { return option.name == "exclude"; });
  const std::vector<std::string> paths = texts_of(option_of(stage, "path"));
  const bool has_patterns = option_of(stage, "files_from") != nullptr ||
                            std::any_of(paths.begin(), paths.end(), io::has_wildcard);
  if (!excludes || !has_patterns || LEAT_MUTANT("own_outputs_are_read")) return std::nullopt;
  std::vector<OptionNode> excluded;
  const Span place = stage.options.span;
  for (const std::string& output : outputs) {
    const bool is_named = std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
      return !io::has_wildcard(path) && io::path_matches(path, output);
    });
    if (is_named) continue;
    OptionNode& item = excluded.emplace_back();
    item.kind = OptionNode::Kind::kScalar;
    item.scalar = SourceText(output, place, {}, true);
    item.span = place;
  }
  if (excluded.empty()) return std::nullopt;
  OptionNode options = stage.options;
  exclude(std::move(excluded), options);
  return options;
}

}  // namespace leat::pipelines
