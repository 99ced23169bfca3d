// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: complete and explain what is being typed, when the text around it cannot be parsed.
//
// Only lines and their indentation are looked at: a list below `stages:` has the stages, the first
// key of an item that is no key of all stages is the operator, what is indented further are its
// options. Where that guess is wrong somebody gets no proposal, or a useless one, and nothing else.
#include "cli/lsp/outline.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "cli/lsp/positions.h"

namespace leat::cli {
namespace {

constexpr std::array<std::string_view, 7> kStageKeys{"name",     "from",   "lanes", "capacity",
                                                     "on_error", "params", "doc"};

size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool has_content(std::string_view line) {
  const std::string_view text = trimmed(line);
  return !text.empty() && text.front() != '#';
}

bool is_item(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text == "-" || text.starts_with("- ");
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' ||
         (c & 0x80) != 0;
}

/// The key at the begin of `text`, and what stands behind its colon; nullopt: there is no colon.
struct KeyText {
  std::string_view key;
  std::string_view value;
};

std::optional<KeyText> key_in(std::string_view text) {
  for (size_t at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
    if (at + 1 == text.size() || text[at + 1] == ' ')
      return KeyText{trimmed(text.substr(0, at)), trimmed(text.substr(at + 1))};
  }
  return std::nullopt;
}

std::string unquoted(std::string_view text) {
  text = trimmed(text.substr(0, text.find(" #")));
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  return std::string(text);
}

/// Inside an open `{` of `before`: what stands behind it, or behind the last comma.
std::optional<std::string_view> in_braces(std::string_view before) {
  size_t depth = 0;
  for (size_t at = before.size(); at > 0; --at) {
    const char c = before[at - 1];
    if (c == '}' || c == ')' || c == ']') ++depth;
    if ((c == '(' || c == '[') && depth > 0) --depth;
    if (c != '{') continue;
    if (depth > 0) {
      --depth;
      continue;
    }
    const std::string_view inside = before.substr(at);
    size_t open = 0;
    size_t begin = 0;
    for (size_t i = 0; i < inside.size(); ++i) {
      if (std::string_view("([{").contains(inside[i])) ++open;
      if (std::string_view(")]}").contains(inside[i]) && open > 0) --open;
      if (inside[i] == ',' && open == 0) begin = i + 1;
    }
    return inside.substr(begin);
  }
  return std::nullopt;
}

std::string_view main_option(const OutlineStage& stage) {
  const OperatorDef* const definition = find_operator(stage.operator_name);
  return definition == nullptr ? std::string_view() : definition->main_option;
}

}  // namespace

const OptionDef* find_option(const OutlineStage& stage, std::string_view name) {
  const OperatorDef* const definition = find_operator(stage.operator_name);
  if (definition == nullptr) return nullptr;
  for (const OptionDef& option : definition->options)
    if (option.name == name) return &option;
  return nullptr;
}

Outline::Outline(std::string_view text) : lines_(lines_of(text)) {
  for (size_t i = 0; i < lines_.size(); ++i)
    if (trimmed(lines_[i]) == "stages:" && has_content(lines_[i])) read_stages(i);
}

void Outline::read_stages(size_t line) {
  const size_t indent = indent_of(lines_[line]);
  std::optional<size_t> dash;  // the column of the items
  const size_t before = stages_.size();
  size_t i = line + 1;
  for (; i < lines_.size(); ++i) {
    if (!has_content(lines_[i])) continue;
    const size_t column = indent_of(lines_[i]);
    const bool begins = is_item(lines_[i]) && (dash ? column == *dash : column >= indent);
    if (begins) {
      dash = column;
      if (stages_.size() > before) stages_.back().end_line = i;
      const size_t text = lines_[i].find_first_not_of(" ", column + 1);
      stages_.push_back({.first_line = i,
                         .key_column = text == std::string_view::npos ? column + 2 : text,
                         .operator_name = {},
                         .name = {},
                         .from = {}});
    } else if (column <= (dash ? *dash : indent)) {
      break;
    }
  }
  if (stages_.size() > before) stages_.back().end_line = i;
  for (size_t at = before; at < stages_.size(); ++at) read_stage(stages_[at]);
}

void Outline::read_stage(OutlineStage& stage) {
  for (size_t i = stage.first_line; i < stage.end_line; ++i) {
    const bool is_key = i == stage.first_line || indent_of(lines_[i]) == stage.key_column;
    if (!is_key || lines_[i].size() < stage.key_column || !has_content(lines_[i])) continue;
    const std::string_view text = lines_[i].substr(stage.key_column);
    const KeyText entry = key_in(text).value_or(KeyText{trimmed(text), {}});
    if (entry.key == "name") {
      stage.name = unquoted(entry.value);
      stage.name_line = i;
    } else if (entry.key == "from") {
      std::string_view first = entry.value;
      if (first.starts_with('[')) first = first.substr(1, first.find_first_of(",]") - 1);
      stage.from = unquoted(first);
    } else if (stage.operator_name.empty() &&
               std::find(kStageKeys.begin(), kStageKeys.end(), entry.key) == kStageKeys.end()) {
      stage.operator_name = std::string(entry.key);
      stage.operator_line = i;
    }
  }
  if (stage.name.empty()) {
    stage.name = stage.operator_name;
    stage.name_line = stage.operator_line;
  }
}

std::optional<size_t> Outline::at(size_t line) const {
  for (size_t i = 0; i < stages_.size(); ++i)
    if (line >= stages_[i].first_line && line < stages_[i].end_line) return i;
  return std::nullopt;
}

const OutlineStage* Outline::find(std::string_view name) const {
  const auto found = std::find_if(stages_.begin(), stages_.end(),
                                  [&](const OutlineStage& stage) { return stage.name == name; });
  return found == stages_.end() ? nullptr : &*found;
}

Cursor Outline::cursor(size_t line, size_t column) const {
  if (line >= lines_.size()) return {};
  const std::string_view text = lines_[line];
  size_t begin = std::min(column, text.size());
  size_t end = begin;
  while (begin > 0 && is_word(text[begin - 1])) --begin;
  while (end < text.size() && is_word(text[end])) ++end;
  const std::string_view before = text.substr(0, std::min(column, text.size()));
  Cursor cursor;
  const bool is_free = !has_content(text) && before.empty();
  if (const std::optional<size_t> stage = is_free ? std::nullopt : at(line)) {
    cursor = in_stage(*stage, line, before);
    cursor.stage = stage;
  } else if (indent_of(before) == 0 && !before.starts_with('#') && !before.contains(':')) {
    cursor.place = Cursor::Place::kTopKey;
  }
  cursor.word = text.substr(begin, end - begin);
  return cursor;
}

Cursor Outline::in_stage(size_t number, size_t line, std::string_view before) const {
  const OutlineStage& stage = stages_[number];
  if (trimmed(before).starts_with('#')) return {};
  const bool is_key_line = line == stage.first_line ||
                           indent_of(lines_[line]) == stage.key_column ||
                           (!has_content(lines_[line]) && before.size() <= stage.key_column);
  if (!is_key_line) return in_option(number, line, before);
  const std::optional<KeyText> entry =
      before.size() < stage.key_column ? std::nullopt : key_in(before.substr(stage.key_column));
  if (!entry) return {.place = Cursor::Place::kStageKey, .stage = {}};
  if (entry->key == "from") return {.place = Cursor::Place::kStageName, .stage = {}};
  if (entry->key == "on_error") return {.place = Cursor::Place::kSeverity, .stage = {}};
  if (entry->key != stage.operator_name) return {};
  const std::optional<std::string_view> inside = in_braces(before);
  if (!inside) return {.place = Cursor::Place::kValue, .stage = {}, .option = main_option(stage)};
  const std::optional<KeyText> option = key_in(*inside);
  if (!option) return {.place = Cursor::Place::kOptionKey, .stage = {}};
  return {.place = Cursor::Place::kValue, .stage = {}, .option = option->key};
}

Cursor Outline::in_option(size_t number, size_t line, std::string_view before) const {
  const OutlineStage& stage = stages_[number];
  // Options stand where the first line below the operator begins.
  std::optional<size_t> column;
  for (size_t i = stage.operator_line + 1; i < stage.end_line && !column; ++i) {
    if (!has_content(lines_[i])) continue;
    if (indent_of(lines_[i]) <= stage.key_column) break;
    column = indent_of(lines_[i]);
  }
  const size_t indent = has_content(lines_[line]) ? indent_of(lines_[line]) : before.size();
  const bool is_list = column && is_item(lines_[line]) && indent == *column;
  if (is_list) return {.place = Cursor::Place::kValue, .stage = {}, .option = main_option(stage)};
  if (!column || indent <= *column) {
    const std::optional<KeyText> entry = key_in(before);
    if (!entry) return {.place = Cursor::Place::kOptionKey, .stage = {}};
    return {.place = Cursor::Place::kValue, .stage = {}, .option = entry->key};
  }
  for (size_t i = line; i > stage.operator_line; --i) {
    if (!has_content(lines_[i - 1]) || indent_of(lines_[i - 1]) != *column) continue;
    const std::optional<KeyText> entry = key_in(lines_[i - 1]);
    if (!entry) break;
    const OptionDef* const option = find_option(stage, entry->key);
    const bool has_names = option != nullptr && (option->type == OptionType::kNamed ||
                                                 option->type == OptionType::kNamedLists);
    if (has_names && !key_in(before) && !is_item(lines_[line])) return {};
    return {.place = Cursor::Place::kValue, .stage = {}, .option = entry->key};
  }
  return {};
}

}  // namespace leat::cli
