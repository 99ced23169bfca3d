// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Corrected lines for hints: nobody has to look up YAML's rules of quoting to act on a message.
//
// Invariants:
//  1. yaml_quoted(text), parsed as YAML, is `text` again; the test feeds it back through the
//     parser.
//  2. A correction changes nothing outside of the ranges it was given.
//
// Rejected: rewriting the stage in block style: a correction of one line can be compared with the
// line above it at a glance.
#include "pipelines/text/correction.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/check.h"

namespace leat::pipelines {
namespace {

constexpr size_t kShownBytesMax = 300;

/// The offset of the line break behind `at`.
uint32_t end_of_line(const Document& document, uint32_t at) {
  const uint64_t number = document.line_number(at);
  return document.line_begin(number) + static_cast<uint32_t>(document.line(number).size());
}

}  // namespace

std::string yaml_quoted(std::string_view text) {
  const bool needs_escapes = text.find_first_of("\"\\") != std::string_view::npos;
  if (!needs_escapes) return fmt::format("\"{}\"", text);
  if (!text.contains('\'')) return fmt::format("'{}'", text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + '"';
}

std::string corrected_line(const Document& document, const std::vector<Change>& changes) {
  LEAT_CHECK(!changes.empty(), "a correction changes something");
  const uint64_t number = document.line_number(changes.front().first.begin);
  const std::string_view line = document.line(number);
  const uint32_t base = document.line_begin(number);
  std::string out;
  size_t at = 0;
  for (const auto& [range, replacement] : changes) {
    const size_t begin = range.begin - base;
    LEAT_CHECK(begin >= at && begin <= line.size(), "changes ascend on one line");
    out.append(line.substr(at, begin - at)).append(replacement);
    at = std::min<size_t>(std::max(range.end, range.begin) - base, line.size());
  }
  out.append(line.substr(at));
  const size_t first = out.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  out = out.substr(first, out.find_last_not_of(" \t") - first + 1);
  if (out.size() <= kShownBytesMax) return out;
  size_t end = kShownBytesMax;
  while ((static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  return out.substr(0, end) + "...";
}

std::string quoted_line(const Document& document, Span range) {
  const uint32_t line_end = end_of_line(document, range.begin);
  range.end = std::clamp(range.end, range.begin, std::max(range.begin, line_end));
  const std::string_view text =
      std::string_view(document.text()).substr(range.begin, range.end - range.begin);
  return corrected_line(document, {{range, yaml_quoted(text)}});
}

Span rest_of_value(const Document& document, uint32_t begin) {
  const std::string_view text = document.text();
  uint32_t end = end_of_line(document, begin);
  char quote = 0;
  for (uint32_t at = begin; at < end; ++at) {
    const bool blank_before = at > begin && (text[at - 1] == ' ' || text[at - 1] == '\t');
    if (quote != 0) {
      if (text[at] == quote) quote = 0;
    } else if (text[at] == '"' || text[at] == '\'') {
      quote = text[at];
    } else if (text[at] == '#' && blank_before) {
      end = at;
    }
  }
  while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
  return {begin, end};
}

}  // namespace leat::pipelines
