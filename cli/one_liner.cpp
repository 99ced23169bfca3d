// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/one_liner.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cli/data_file.h"
#include "engine/codes/command.h"
#include "operators/operator.h"
#include "operators/text/ascii.h"

namespace leat::cli {
namespace {

/// Cuts at ` | ` outside quotes and brackets.
Result<std::vector<std::string_view>> split_stages(std::string_view line) {
  std::vector<std::string_view> stages;
  size_t begin = 0;
  int depth = 0;
  char quote = 0;
  for (size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '\'' || c == '"') quote = c;
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    const bool is_bar = c == '|' && at > 0 && kBlanks.contains(line[at - 1]) &&
                        (at + 1 == line.size() || kBlanks.contains(line[at + 1]));
    if (!is_bar || depth > 0) continue;
    stages.push_back(trimmed(line.substr(begin, at - begin)));
    begin = at + 1;
  }
  if (quote != 0) {
    return fail(code::kOneLiner, ErrorCode::kInvalid,
                fmt::format("a quote ({}) is never closed", quote),
                "close it, or write a quote inside a text twice");
  }
  stages.push_back(trimmed(line.substr(begin)));
  return stages;
}

/// Would YAML read `value` as the text it is?
bool is_plain(std::string_view value) {
  return !value.contains(": ") && !value.contains(" #") && !value.contains('\n') &&
         !value.ends_with(':') && !std::string_view("&*!|>%@`\"'#,?:-").contains(value.front());
}

bool is_flow(std::string_view value) {
  return (value.starts_with('{') && value.ends_with('}')) ||
         (value.starts_with('[') && value.ends_with(']'));
}

bool is_data_file(std::string_view name) {
  return name.ends_with(".csv") || name.ends_with(".tsv") || reader_of(name) != "read_csv";
}

/// Where the name of `name: expression` ends, the only column that is given to an operator which
/// takes any names; npos: it is none.
size_t name_end(std::string_view operator_name, std::string_view value) {
  const OperatorDef* const definition = find_operator(operator_name);
  if (definition == nullptr || !takes_whole_mapping(definition->options, definition->main_option))
    return std::string_view::npos;
  const size_t end = value.find(": ");
  const bool is_name =
      end != std::string_view::npos && end > 0 &&
      std::all_of(value.begin(), value.begin() + static_cast<ptrdiff_t>(end), is_name_byte);
  return is_name ? end : std::string_view::npos;
}

/// A stage as an item of the list in YAML.
std::string stage_item(std::string_view name, std::string_view value) {
  if (value.empty()) return fmt::format("  - {}:\n", name);
  if (const size_t end = name_end(name, value); end != std::string_view::npos) {
    return fmt::format("  - {}:\n      {}: |-\n        {}\n", name, value.substr(0, end),
                       trimmed(value.substr(end + 1)));
  }
  if (is_flow(value) || is_plain(value)) return fmt::format("  - {}: {}\n", name, value);
  std::string block(value);
  std::replace(block.begin(), block.end(), '\n', ' ');
  return fmt::format("  - {}: |-\n      {}\n", name, block);
}

}  // namespace

Result<std::string> pipeline_of_line(std::string_view line) {
  LEAT_TRY_ASSIGN(const std::vector<std::string_view> stages, split_stages(line));
  std::string text = "stages:\n";
  const OperatorDef* last = nullptr;
  for (const std::string_view stage : stages) {
    if (stage.empty()) {
      return fail(code::kOneLiner, ErrorCode::kInvalid, "a stage is empty",
                  "write an operator on both sides of each ' | '");
    }
    const size_t colon = stage.find(':');
    const std::string_view name = trimmed(stage.substr(0, colon));
    if (!name.empty() && std::none_of(name.begin(), name.end(), is_name_byte)) {
      return fail(code::kOneLiner, ErrorCode::kInvalid, fmt::format("'{}' is not a stage", stage),
                  "write operators and ' | ' between them: 'read_csv: a.csv | show'");
    }
    if (colon == std::string_view::npos && name.find_first_of(kBlanks) == std::string_view::npos &&
        is_data_file(name) && find_operator(name) == nullptr) {
      return fail(code::kOneLiner, ErrorCode::kInvalid, fmt::format("'{}' is not a stage", stage),
                  fmt::format("write '{}: {}' to read it", reader_of(name), name));
    }
    if (name.find_first_of(kBlanks) != std::string_view::npos) {
      const std::string_view word = name.substr(0, name.find_first_of(kBlanks));
      return fail(code::kOneLiner, ErrorCode::kInvalid, fmt::format("'{}' is not a stage", stage),
                  fmt::format("write the operator, ':' and its options, such as '{}: {}'", word,
                              trimmed(stage.substr(word.size()))));
    }
    text +=
        stage_item(name, colon == std::string_view::npos ? "" : trimmed(stage.substr(colon + 1)));
    last = find_operator(name);
  }
  if (last != nullptr && last->kind != OperatorKind::kSink) text += "  - show:\n";
  return text;
}

}  // namespace leat::cli
