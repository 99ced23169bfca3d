// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/param_file.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/command.h"
#include "operators/options.h"
#include "operators/text/ascii.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::cli {
namespace {

bool is_variable(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// An element of a list as read_list of parameters reads it back.
std::string element(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::vector<std::pair<std::string, std::string>> read_params(const pipelines::Document& document,
                                                             Diagnostics& diagnostics) {
  std::vector<std::pair<std::string, std::string>> params;
  const std::optional<OptionNode> root = pipelines::parse_tree(document, diagnostics);
  if (!root || root->kind == OptionNode::Kind::kNull) return params;
  if (root->kind != OptionNode::Kind::kMap) {
    diagnostics.error(code::kParamFile, root->span,
                      "a file of parameters is a mapping of names to values",
                      "write a line for each: 'name: value'");
    return params;
  }
  for (const OptionEntry& entry : root->entries) {
    const OptionNode& value = entry.value;
    const bool plain_list = value.kind == OptionNode::Kind::kList &&
                            std::all_of(value.items.begin(), value.items.end(), [](const auto& i) {
                              return i.kind == OptionNode::Kind::kScalar;
                            });
    if (value.kind == OptionNode::Kind::kScalar) {
      params.emplace_back(entry.name.text(), value.scalar.text());
    } else if (plain_list) {
      std::vector<std::string> elements;
      for (const OptionNode& item : value.items) elements.push_back(element(item.scalar.text()));
      params.emplace_back(entry.name.text(), fmt::format("[{}]", fmt::join(elements, ", ")));
    } else {
      const bool is_null = value.kind == OptionNode::Kind::kNull;
      diagnostics.error(code::kParamFile, is_null ? entry.name.span() : value.span,
                        fmt::format("the parameter '{}' has no single value", entry.name.text()),
                        "write a value or a list of values; left out, it has its default");
    }
  }
  return params;
}

Result<Variables> parse_env_file(std::string_view text, const std::string& file) {
  Variables variables;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    if (constexpr std::string_view kExport = "export "; line.starts_with(kExport))
      line = trimmed(line.substr(kExport.size()));
    const size_t equals = line.find('=');
    const std::string_view name = trimmed(line.substr(0, std::min(equals, line.size())));
    if (equals == std::string_view::npos || !is_variable(name)) {
      return fail(code::kParamFile, ErrorCode::kInvalid,
                  fmt::format("{}:{}: the line is not of the form NAME=VALUE", file, number),
                  "write NAME=VALUE; comments begin with '#'");
    }
    std::string_view value = trimmed(line.substr(equals + 1));
    const bool quoted = value.size() >= 2 && value.front() == value.back() &&
                        (value.front() == '"' || value.front() == '\'');
    if (quoted) value = value.substr(1, value.size() - 2);
    variables.insert_or_assign(std::string(name), std::string(value));
  }
  return variables;
}

}  // namespace leat::cli
