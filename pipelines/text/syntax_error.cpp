// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The YAML library says "end of map not found" and stands at the end of the file; the person forgot
// a quote on line 7. From the place where it gave up and its words, this file finds the line that
// is wrong and what is wrong with it.
//
// Invariants:
//  1. Explanations are tried from the certain to the vague; the library's own words are the last
//     resort.
//  2. A corrected line is offered only where the text on it shows what was meant.
//  3. Everything looks at one line, or at the text from the last understood node on; no
//     explanation costs more than a few passes over the text.
//
// Rejected: going on after a syntax error to find more: what follows a wrong quote or indent is
// noise.
#include "pipelines/text/syntax_error.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "engine/codes/form.h"
#include "operators/text/ascii.h"
#include "pipelines/text/correction.h"
#include "pipelines/text/cut_values.h"
#include "pipelines/text/position_map.h"

namespace leat::pipelines {
namespace {

/// What the explanations look at.
struct Scene {
  const Document& document;
  const SyntaxError& error;
  std::string_view text;
  uint32_t focus;  ///< Where the trouble began, as far as known.
  uint32_t line_begin;
  std::string_view line;

  Scene(const Document& doc, const SyntaxError& syntax, uint32_t at)
      : document(doc), error(syntax), text(doc.text()), focus(at) {
    const uint64_t number = document.line_number(at);
    line_begin = document.line_begin(number);
    line = document.line(number);
  }
  bool says(std::string_view words) const { return error.message.find(words) != std::string::npos; }
  uint32_t line_end() const { return line_begin + static_cast<uint32_t>(line.size()); }
};

using Explanation = std::optional<Diagnostic>;

/// The first `: ` at or after `at` (an offset in the line), outside of quotes.
std::optional<size_t> find_colon(std::string_view line, size_t at) {
  char quote = 0;
  for (; at < line.size(); ++at) {
    if (quote != 0) {
      if (line[at] == quote) quote = 0;
    } else if (line[at] == '"' || line[at] == '\'') {
      quote = line[at];
    } else if (line[at] == ':' && (at + 1 == line.size() || is_blank(line[at + 1]))) {
      return at;
    }
  }
  return std::nullopt;
}

/// Where the first value of the line begins: behind its dashes, and its key if it has one.
size_t value_begin(std::string_view line) {
  const auto skip = [&line](size_t at) {
    while (at < line.size() && is_blank(line[at])) ++at;
    return at;
  };
  size_t at = skip(0);
  while (at + 1 < line.size() && line[at] == '-' && is_blank(line[at + 1])) at = skip(at + 1);
  const auto colon = find_colon(line, at);
  return colon ? skip(*colon + 1) : at;
}

Explanation tab_indent(const Scene& scene) {
  const size_t indent = scene.line.find_first_not_of(" \t");
  const size_t tab = scene.line.find('\t');
  const bool indented =
      tab != std::string_view::npos && (indent == std::string_view::npos || tab < indent);
  if (!indented && !scene.says("illegal tab")) return std::nullopt;
  const uint32_t at = indented ? scene.line_begin + static_cast<uint32_t>(tab) : scene.error.offset;
  return Diagnostic{code::kTab, {at, at + 1}, "a tab cannot indent a line in YAML", "use spaces"};
}

/// A quote that nothing closes, behind the last understood node.
std::optional<uint32_t> unclosed_quote(std::string_view text, uint32_t from) {
  for (size_t at = from; at < text.size(); ++at) {
    if (text[at] != '"' && text[at] != '\'') continue;
    size_t before = at;
    while (before > 0 &&
           (is_blank(text[before - 1]) || text[before - 1] == '\n' || text[before - 1] == '\r'))
      --before;
    const bool begins_value =
        before == 0 || (std::string_view(":-,").contains(text[before - 1]) && before != at) ||
        std::string_view("[{").contains(text[before - 1]);
    if (!begins_value) continue;
    const auto end = end_of_quoted(text, static_cast<uint32_t>(at));
    if (!end) return static_cast<uint32_t>(at);
    at = *end - 1;
  }
  return std::nullopt;
}

std::vector<Diagnostic> cut_values(const Scene& scene) {
  if (scene.error.open_flow) {
    auto cuts = explain_cut_values(scene.document, *scene.error.open_flow);
    if (!cuts.empty()) return cuts;
  }
  const size_t value = value_begin(scene.line);
  for (size_t at = value; at < scene.line.size(); ++at) {
    if (scene.line[at] != '{' && scene.line[at] != '[') continue;
    if (at != value && !is_blank(scene.line[at - 1])) continue;
    return explain_cut_values(scene.document, scene.line_begin + static_cast<uint32_t>(at));
  }
  return {};
}

Explanation quote_not_closed(const Scene& scene) {
  if (!scene.says("EOF in scalar") && !scene.says("document indicator in scalar"))
    return std::nullopt;
  return Diagnostic{
      code::kUnclosed, {scene.focus, scene.focus + 1}, "this quote is never closed", {}};
}

Explanation flow_not_closed(const Scene& scene) {
  if (!scene.error.open_flow || !scene.says("flow not found")) return std::nullopt;
  const uint32_t open = *scene.error.open_flow;
  const char bracket = scene.text[open];
  if (scene.error.offset < scene.text.size() &&
      scene.document.place(open).line == scene.document.place(scene.focus).line) {
    return Diagnostic{
        code::kUnclosed,
        {scene.focus, scene.focus + 1},
        fmt::format("a ',' or the closing '{}' is missing before this", bracket == '{' ? '}' : ']'),
        {}};
  }
  return Diagnostic{
      code::kUnclosed, {open, open + 1}, fmt::format("this '{}' is never closed", bracket), {}};
}

/// `filter: 'web' = source`
Explanation goes_on_after_quote(const Scene& scene) {
  const size_t begin = value_begin(scene.line);
  if (begin >= scene.line.size() || (scene.line[begin] != '"' && scene.line[begin] != '\''))
    return std::nullopt;
  const auto end = end_of_quoted(scene.text, scene.line_begin + static_cast<uint32_t>(begin));
  if (!end || *end >= scene.line_end()) return std::nullopt;
  const std::string_view rest = scene.text.substr(*end, scene.line_end() - *end);
  const size_t next = rest.find_first_not_of(" \t");
  if (next == std::string_view::npos || rest[next] == '#' || rest[next] == ':') return std::nullopt;
  const auto at = static_cast<uint32_t>(*end + next);
  const Span whole = rest_of_value(scene.document, scene.line_begin + static_cast<uint32_t>(begin));
  return Diagnostic{code::kNeedsQuotes,
                    {at, whole.end},
                    "YAML ends the value at its closing quote, but it goes on",
                    fmt::format("quote all of it:\n{}", quoted_line(scene.document, whole))};
}

/// The word of the line above when that is an item of a list and nothing else: `- show`.
std::string bare_item_above(const Scene& scene) {
  std::string_view above = scene.text.substr(0, scene.line_begin);
  above = above.substr(0, above.find_last_not_of(" \t\r\n") + 1);
  above = above.substr(above.find_last_of('\n') + 1);
  above.remove_prefix(std::min(above.find_first_not_of(" \t"), above.size()));
  if (!above.starts_with("- ")) return {};
  above.remove_prefix(std::min(above.find_first_not_of(' ', 1), above.size()));
  const bool is_word = !above.empty() && std::all_of(above.begin(), above.end(), is_name_byte);
  return is_word ? std::string(above) : std::string();
}

Explanation second_colon(const Scene& scene) {
  if (!scene.says("illegal map value")) return std::nullopt;
  const uint32_t at =
      std::min<uint32_t>(scene.error.offset, static_cast<uint32_t>(scene.text.size()));
  const size_t column = at - scene.line_begin;
  const size_t begin = value_begin(scene.line);
  if (begin <= column && begin < scene.line.size()) {
    const Span whole =
        rest_of_value(scene.document, scene.line_begin + static_cast<uint32_t>(begin));
    return Diagnostic{code::kNeedsQuotes,
                      {at, at + 1},
                      "': ' cannot stand in a plain value: it begins a mapping",
                      fmt::format("quote the value:\n{}", quoted_line(scene.document, whole))};
  }
  const size_t first = scene.line.find_first_not_of(" \t");
  const auto start =
      scene.line_begin + static_cast<uint32_t>(first == std::string_view::npos ? 0 : first);
  if (const std::string bare = bare_item_above(scene); !bare.empty()) {
    return Diagnostic{code::kIndentation,
                      {start, std::max(at, start)},
                      fmt::format("'{}' stands alone, so no key can follow below it", bare),
                      fmt::format("end its line with a colon: - {}:", bare)};
  }
  return Diagnostic{code::kIndentation,
                    {start, std::max(at, start)},
                    "this line is indented as if it continued the value above it",
                    "indent it like the key it belongs beside"};
}

/// Does the library complain of a character that means something else than itself?
bool is_about_first_character(const Scene& scene) {
  return scene.says("unknown token") || scene.says("alias") || scene.says("anchor") ||
         scene.says("tag handle") || scene.says("verbatim tag");
}

constexpr std::string_view kNoFirstCharacters = "*&!@`%";

/// `[* except (a, b), c]`
Explanation bad_first_character_in_flow(const Scene& scene) {
  if (!is_about_first_character(scene) || scene.error.offset <= scene.line_begin)
    return std::nullopt;
  size_t at = scene.error.offset - scene.line_begin;
  if (at >= scene.line.size() || !kNoFirstCharacters.contains(scene.line[at])) --at;
  if (at >= scene.line.size() || !kNoFirstCharacters.contains(scene.line[at])) return std::nullopt;
  const size_t before = scene.line.substr(0, at).find_last_not_of(" \t");
  if (before == std::string_view::npos || !std::string_view("[{,").contains(scene.line[before]))
    return std::nullopt;
  size_t end = at;
  for (int depth = 0; end < scene.line.size(); ++end) {
    const char c = scene.line[end];
    if (depth == 0 && std::string_view(",]}").contains(c)) break;
    if (c == '(') ++depth;
    if (c == ')') --depth;
  }
  const auto begin = scene.line_begin + static_cast<uint32_t>(at);
  const Span whole{begin, scene.line_begin + static_cast<uint32_t>(end)};
  return Diagnostic{code::kNeedsQuotes,
                    {begin, begin + 1},
                    fmt::format("a value cannot begin with '{}' in YAML", scene.line[at]),
                    fmt::format("quote the value:\n{}", quoted_line(scene.document, whole))};
}

Explanation bad_first_character(const Scene& scene) {
  if (!is_about_first_character(scene)) return std::nullopt;
  const size_t begin = value_begin(scene.line);
  const auto at = scene.line_begin + static_cast<uint32_t>(begin);
  if (begin >= scene.line.size() || !kNoFirstCharacters.contains(scene.line[begin]))
    return std::nullopt;
  const Span whole = rest_of_value(scene.document, at);
  if (scene.says("referenced anchor")) {
    return Diagnostic{code::kAlias, whole,
                      fmt::format("'{}' repeats a value that nothing above is marked with",
                                  scene.text.substr(whole.begin, whole.end - whole.begin)),
                      fmt::format("if the '*' belongs to the value, quote it:\n{}",
                                  quoted_line(scene.document, whole))};
  }
  return Diagnostic{code::kNeedsQuotes,
                    {at, at + 1},
                    fmt::format("a value cannot begin with '{}' in YAML", scene.line[begin]),
                    fmt::format("quote the value:\n{}", quoted_line(scene.document, whole))};
}

/// `write_csv: -`
Explanation lone_dash(const Scene& scene) {
  const size_t begin = value_begin(scene.line);
  const bool after_key = find_colon(scene.line, 0).value_or(begin) < begin;
  if (!after_key || begin >= scene.line.size() || scene.line[begin] != '-') return std::nullopt;
  const auto at = scene.line_begin + static_cast<uint32_t>(begin);
  const Span whole = rest_of_value(scene.document, at);
  if (whole.end != at + 1) return std::nullopt;
  return Diagnostic{code::kNeedsQuotes, whole, "a '-' by itself begins a list",
                    fmt::format("quote it:\n{}", quoted_line(scene.document, whole))};
}

Explanation escape(const Scene& scene) {
  const bool unknown = scene.says("unknown escape");
  if (!unknown && !scene.says("hex number") && !scene.says("invalid unicode")) return std::nullopt;
  const uint32_t end = scene.error.offset;
  const size_t slash =
      scene.text.substr(0, end).rfind('\\', end >= 2 && unknown ? end - 2 : std::string_view::npos);
  const auto begin = slash == std::string_view::npos ? end : static_cast<uint32_t>(slash);
  return Diagnostic{
      code::kUnknownEscape,
      {begin, end},
      fmt::format("'{}' is not an escape that YAML knows", scene.text.substr(begin, end - begin)),
      "write '\\\\' for a backslash, or use single quotes, which have no escapes"};
}

Explanation by_words(const Scene& scene) {
  const uint32_t at = scene.error.offset;
  if (scene.says("block scalar")) {
    return Diagnostic{code::kYamlSyntax,
                      {at, at + 1},
                      "nothing but a comment may follow '|' or '>' on their line",
                      "begin the text on the next line"};
  }
  if (scene.says("flow end")) {
    return Diagnostic{code::kYamlSyntax,
                      {at, at + 1},
                      "this bracket closes nothing",
                      "quote the value if it belongs to it"};
  }
  if (scene.says("bad file"))
    return Diagnostic{code::kTooLarge, {at, at}, "the pipeline is nested too deeply", {}};
  if (scene.says("end of map") || scene.says("end of sequence") || scene.says("block entry") ||
      scene.says("map key")) {
    const size_t first = scene.line.find_first_not_of(" \t");
    const auto begin =
        scene.line_begin + static_cast<uint32_t>(first == std::string_view::npos ? 0 : first);
    return Diagnostic{code::kIndentation,
                      {std::max(begin, at), scene.line_end()},
                      "this fits no list or mapping above it",
                      "check its indentation, and that a space follows each '-' and ':'"};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Diagnostic> explain_syntax_error(const Document& document, const SyntaxError& error) {
  uint32_t focus = error.offset;
  const bool in_quotes = error.message.find("in scalar") != std::string::npos;
  if (in_quotes) focus = unclosed_quote(document.text(), error.last_event).value_or(focus);
  const Scene scene(document, error, focus);
  if (auto tab = tab_indent(scene)) return {std::move(*tab)};
  if (auto cuts = cut_values(scene); !cuts.empty()) return cuts;
  for (const auto explain :
       {quote_not_closed, goes_on_after_quote, flow_not_closed, second_colon,
        bad_first_character_in_flow, bad_first_character, lone_dash, escape, by_words}) {
    if (auto explained = explain(scene)) return {std::move(*explained)};
  }
  return {Diagnostic{
      code::kYamlSyntax, {focus, focus}, fmt::format("YAML syntax error: {}", error.message), {}}};
}

}  // namespace leat::pipelines
