// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a dialect of four characters has many ways to contradict itself, and a scanner that is
// given one finds structure where there is none.
//
// Invariants: the characters of a dialect are ASCII and differ from each other; each mistake is
// reported at the option that makes it.
#include "operators/csv/csv_options.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/option.h"
#include "operators/csv/column_options.h"

namespace leat::io {
namespace {

/// The character that a text option names: 0 when it is empty, nullopt when it is none.
std::optional<char> character_or_none(const std::string& text) {
  if (text.empty()) return '\0';
  if (text == "\\t") return '\t';
  return text.size() == 1 ? std::optional(text[0]) : std::nullopt;
}

char read_character(const OptionValues& options, std::string_view option,
                    Diagnostics& diagnostics) {
  const std::optional<char> value = character_or_none(options.text(option));
  if (!value || static_cast<uint8_t>(*value) >= 0x80 || *value == '\n' || *value == '\r') {
    diagnostics.error(code::kBadCharacter, options.span(option),
                      fmt::format("option '{}' must be one ASCII character", option));
    return 0;
  }
  return *value;
}

/// Is the dialect to be found out?
bool is_found(const OptionValues& options) {
  return options.has("delimiter") && options.text("delimiter") == "auto";
}

/// The delimiter that the names of the files say. Reports to `diagnostics`, if there are some, that
/// they say several.
char default_delimiter(const OptionValues& options, Diagnostics* diagnostics) {
  const std::vector<SourceText> paths = options.list("path");
  const auto with_tabs = std::count_if(
      paths.begin(), paths.end(), [](const SourceText& path) { return is_tab_file(path.text()); });
  if (with_tabs == 0) return ',';
  if (static_cast<size_t>(with_tabs) < paths.size() && diagnostics != nullptr) {
    diagnostics->error(code::kOptionMissing, options.span("path"),
                       "some of these files have tabs by their names",
                       "say what the delimiter of all is, as 'delimiter: \"\\t\"'");
  }
  return '\t';
}

/// The delimiter that the pipeline names.
void read_delimiter(const OptionValues& options, CsvDialect& dialect, Diagnostics& diagnostics) {
  const std::string text = options.text("delimiter");
  if (text == "\\t" || (text.size() == 1 && static_cast<uint8_t>(text[0]) < 0x80)) {
    dialect.delimiter = read_character(options, "delimiter", diagnostics);
    return;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const bool tab = text.substr(i, 2) == "\\t";
    dialect.long_delimiter += tab ? '\t' : text[i];
    i += tab;
  }
  std::string_view fault;
  if (text.empty()) fault = "is empty";
  if (dialect.long_delimiter.size() > kDelimiterBytesMax) fault = "is longer than 16 bytes";
  if (dialect.long_delimiter.find_first_of("\r\n") != std::string::npos) fault = "ends lines";
  const auto is_letter = [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_letter)) fault = "is a word";
  if (fault.empty()) return;
  diagnostics.error(code::kBadCharacter, options.span("delimiter"),
                    fmt::format("the delimiter '{}' {}", text, fault),
                    "write what stands between fields, as ';' or '||', \\t for a tab, or auto");
  dialect.long_delimiter.clear();
}

/// Do other characters of `dialect` stand in its long delimiter? Reports that.
void check_long_delimiter(const OptionValues& options, const CsvDialect& dialect,
                          Diagnostics& diagnostics) {
  const std::pair<std::string_view, char> others[] = {
      {"quote", dialect.quote}, {"escape", dialect.escape}, {"comment", dialect.comment}};
  for (const auto& [option, character] : others) {
    if (character == 0 || dialect.long_delimiter.find(character) == std::string::npos) continue;
    diagnostics.error(
        code::kBadCharacter, options.span(options.has(option) ? option : "delimiter"),
        fmt::format("'{}' is a character of the delimiter '{}'", option, dialect.long_delimiter));
  }
}

CsvDialect read_dialect(const OptionValues& options, Diagnostics& diagnostics) {
  CsvDialect dialect;
  const bool is_auto = is_found(options);
  if (is_auto || !options.has("delimiter")) {
    dialect.delimiter = default_delimiter(options, is_auto ? nullptr : &diagnostics);
  } else {
    read_delimiter(options, dialect, diagnostics);
  }
  dialect.quote = read_character(options, "quote", diagnostics);
  dialect.escape = read_character(options, "escape", diagnostics);
  dialect.comment = read_character(options, "comment", diagnostics);
  if (dialect.escape == dialect.quote) dialect.escape = 0;
  check_long_delimiter(options, dialect, diagnostics);
  const std::pair<std::string_view, char> used[] = {
      {"delimiter", is_auto || !dialect.long_delimiter.empty() ? '\0' : dialect.delimiter},
      {"quote", dialect.quote},
      {"escape", dialect.escape},
      {"comment", dialect.comment}};
  for (size_t i = 1; i < std::size(used); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (used[i].second == 0 || used[i].second != used[j].second) continue;
      diagnostics.error(
          code::kBadCharacter,
          options.span(options.has(used[i].first) ? used[i].first : used[j].first),
          fmt::format("'{}' and '{}' are the same character", used[j].first, used[i].first));
    }
  }
  return dialect;
}

}  // namespace

bool is_tab_file(std::string_view path) {
  for (const std::string_view ending : {".gz", ".zst", ".bz2", ".xz", ".lz4"}) {
    if (path.ends_with(ending)) path.remove_suffix(ending.size());
  }
  return path.ends_with(".tsv") || path.ends_with(".tab");
}

CsvReading read_csv_reading(const OptionValues& options, Diagnostics& diagnostics) {
  CsvReading reading;
  reading.dialect = read_dialect(options, diagnostics);
  reading.format = read_field_format(options, diagnostics);
  if (is_found(options)) {
    reading.open = OpenDialect{
        .quote = !options.has("quote"),
        .header = !options.has("header"),
        .numbers = !options.has(kDecimalSeparatorOption.name) &&
                   !options.has(kThousandsSeparatorOption.name),
    };
    reading.preamble.may_name_delimiter = true;
  }
  reading.preamble.header = options.flag("header");
  reading.preamble.skip_lines = static_cast<uint64_t>(options.integer("skip"));
  reading.preamble.footer_lines = static_cast<size_t>(options.integer("footer"));
  reading.preamble.trim_names = reading.format.trim;
  if (options.has("nulls")) {
    std::vector<std::string> words;
    for (const SourceText& word : options.list("nulls")) words.push_back(word.text());
    reading.nulls = NullWords(std::move(words));
  }
  return reading;
}

}  // namespace leat::io
