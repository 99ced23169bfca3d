// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: what is said of one column may contradict itself, its type, or what is said of the file,
// and each such contradiction would make every row bad, or worse, wrong.
//
// Invariants:
//  1. What a key cannot mean for the column's type is a mistake at that key, not ignored.
//  2. What the file says holds for the columns that it can mean something for, and a column that
//     says otherwise of itself is believed. Contradictions are judged of the two together.
//  3. All mistakes of all columns are reported.
//
// Not chosen: options of the file for all of this (`date_format`), as exports have several forms of
// dates in a row.
#include "operators/csv/column_options.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/expression.h"
#include "engine/codes/form.h"
#include "engine/codes/option.h"
#include "operators/expr/kernels/foreign_time_format.h"
#include "operators/text/unicode.h"
#include "operators/text/value_parser.h"
#include "operators/type_hint.h"

namespace leat::io {
namespace {

constexpr std::array<std::string_view, 7> kKeys = {
    "type", "format", "timezone", "words", "strip", "decimal_separator", "thousands_separator"};

bool is_one_character(std::string_view text) {
  return !text.empty() && expr::next_character(text, 0) == text.size();
}

/// May `character` be a part of a number in any way of writing it?
bool is_of_numbers(std::string_view character) {
  return std::string_view("0123456789+-eE").contains(character);
}

/// What is wrong with `text` as a separator in numbers, as an end of "'x' must be ..."; empty:
/// nothing.
std::string separator_mistake(std::string_view option, std::string_view text) {
  if (!is_one_character(text)) return fmt::format("'{}' must be one character", option);
  if (is_of_numbers(text))
    return fmt::format("'{}' cannot be '{}', which is a part of numbers", option, text);
  return {};
}

/// Does what a format of times reads say which instant it is?
bool has_offset(std::string_view format) { return format.contains("%z") || format.contains("%s"); }

void check_separators(const FieldFormat& format, Span place, Diagnostics& diagnostics) {
  if (format.decimal_separator != format.thousands_separator) return;
  diagnostics.error(
      code::kOptionsExclude, place,
      fmt::format("'decimal_separator' and 'thousands_separator' are both '{}'",
                  format.decimal_separator),
      format.decimal_separator == "." ? "write 'decimal_separator: \",\"' as well" : "change one");
}

class ColumnReader {
 public:
  ColumnReader(PlainColumn plain, const FieldFormat& base, Diagnostics& diagnostics)
      : plain_(plain), base_(base), diagnostics_(diagnostics) {}

  /// nullopt after reporting.
  std::optional<DeclaredColumn> read(const OptionEntry& entry) {
    const size_t errors_before = diagnostics_.count();
    column_ = DeclaredColumn{entry.name, kUtf8Type, base_, {}, false};
    parts_.clear();
    if (entry.value.kind == OptionNode::Kind::kMap) {
      read_mapping(entry);
    } else if (entry.value.kind != OptionNode::Kind::kScalar) {
      diagnostics_.error(
          code::kColumnDeclaration,
          entry.value.kind == OptionNode::Kind::kNull ? entry.name.span() : entry.value.span,
          fmt::format("'{}' has no value", entry.name.text()), form_hint());
    } else if (plain_ == PlainColumn::kPlace) {
      column_.at = entry.value.scalar;
    } else {
      read_type(entry.value.scalar);
    }
    if (diagnostics_.count() > errors_before) return std::nullopt;
    return std::move(column_);
  }

 private:
  std::string form_hint() const {
    return plain_ == PlainColumn::kPlace
               ? "write where it stands, as '1-8', or { at: 1-8, type: int64 }"
               : "write a type such as 'int64', or { type: date, format: '%d.%m.%Y' }";
  }

  void read_mapping(const OptionEntry& entry) {
    const size_t errors_before = diagnostics_.count();
    for (const OptionEntry& part : entry.value.entries) take_part(part);
    const OptionNode* const type = part_of("type");
    const OptionNode* const at = part_of("at");
    const bool known = diagnostics_.count() == errors_before;
    if (at != nullptr) column_.at = at->scalar;
    if (plain_ == PlainColumn::kPlace && at == nullptr && known) {
      diagnostics_.error(code::kColumnDeclaration, entry.value.span,
                         fmt::format("where does '{}' stand?", entry.name.text()), form_hint());
    }
    if (type != nullptr) {
      if (!read_type(type->scalar)) return;
    } else if (plain_ == PlainColumn::kType) {
      if (known) {
        diagnostics_.error(code::kColumnDeclaration, entry.value.span,
                           fmt::format("'{}' needs a type", entry.name.text()), form_hint());
      }
      return;
    }
    read_zone();
    read_format();
    read_words();
    read_strip();
    read_separator("decimal_separator", column_.format.decimal_separator);
    read_separator("thousands_separator", column_.format.thousands_separator);
    const OptionNode* const written = part_of("thousands_separator")
                                          ? part_of("thousands_separator")
                                          : part_of("decimal_separator");
    if (written != nullptr) check_separators(column_.format, written->span, diagnostics_);
  }

  void take_part(const OptionEntry& part) {
    const std::string& name = part.name.text();
    std::vector<std::string> keys(kKeys.begin(), kKeys.end());
    if (plain_ == PlainColumn::kPlace) keys.insert(keys.begin(), "at");
    if (std::find(keys.begin(), keys.end(), name) == keys.end()) {
      std::string hint = did_you_mean(name, keys);
      if (hint.empty()) hint = fmt::format("a column has '{}'", fmt::join(keys, "', '"));
      diagnostics_.error(code::kColumnDeclaration, part.name.span(),
                         fmt::format("'{}' does not belong to a column", name), std::move(hint));
    } else if (name != "words" && part.value.kind != OptionNode::Kind::kScalar) {
      diagnostics_.error(code::kColumnDeclaration, part.name.span(),
                         fmt::format("'{}' must be a single value", name));
    } else if (!parts_.emplace(name, &part.value).second) {
      diagnostics_.error(code::kKeyTwice, part.name.span(),
                         fmt::format("'{}' is written twice", name), "remove one of them");
    }
  }

  const OptionNode* part_of(std::string_view name) const {
    const auto found = parts_.find(name);
    return found == parts_.end() ? nullptr : found->second;
  }

  bool read_type(const SourceText& text) {
    const std::optional<Type> type = parse_type(text.text());
    if (!type) {
      diagnostics_.error(code::kUnknownType, text.span(),
                         fmt::format("'{}' is not a type", text.text()), type_hint(text.text()));
      return false;
    }
    if (!is_parsed_type(*type)) {
      diagnostics_.error(code::kColumnDeclaration, text.span(),
                         fmt::format("a field of text cannot be read as {}", to_string(*type)),
                         "read it as utf8 and cast it in a later stage");
      return false;
    }
    column_.type = *type;
    column_.has_type = true;
    return true;
  }

  /// Reports that `key` is not for the column's type.
  void misplaced(const OptionNode& value, std::string_view key, std::string_view types) {
    diagnostics_.error(
        code::kColumnDeclaration, value.span,
        fmt::format("'{}' is for {}, not for {}", key, types, to_string(column_.type)),
        "remove it, or give the column another type");
  }

  void read_zone() {
    const OptionNode* const written = part_of("timezone");
    if (written == nullptr) return;
    if (column_.type.is(TypeId::kTimestamp) && !column_.type.is_zoned()) {
      diagnostics_.error(code::kColumnDeclaration, written->span,
                         "'timezone' is for timestamptz: a timestamp is what a clock shows, "
                         "wherever it hangs",
                         "its type is timestamptz");
      return;
    }
    if (!column_.type.is(TypeId::kTimestamp)) return misplaced(*written, "timezone", "timestamptz");
    column_.format.zone = expr::TimeZone::find(written->scalar.text());
    if (!column_.format.zone) {
      diagnostics_.error(code::kUnknownTimeZone, written->span,
                         fmt::format("there is no time zone '{}'", written->scalar.text()),
                         std::string(expr::kZoneHint));
    }
  }

  /// Reports what a format says, or does not say, of which instant a time is.
  void check_offset(const OptionNode& written) {
    const bool has = has_offset(written.scalar.text());
    if (part_of("timezone") != nullptr) {
      if (!has) return;
      diagnostics_.error(code::kOptionIdle, written.span,
                         "the format has a '%z' or '%s', so 'timezone' has no effect",
                         "remove one of the two");
    } else if (has != column_.type.is_zoned()) {
      diagnostics_.error(
          code::kBadFormat, written.span,
          column_.type.is_zoned() ? "the format of a timestamptz has a '%z' or '%s'"
                                  : "the format of a timestamp has no '%z' and no '%s'",
          column_.type.is_zoned() ? "say where such a clock hangs, as in 'timezone: Europe/Berlin'"
                                  : "its type is timestamptz");
    }
  }

  void read_format() {
    const OptionNode* const written = part_of("format");
    if (written == nullptr) return;
    if (column_.type.is_time_of_day() ||
        (!column_.type.is(TypeId::kDate) && !column_.type.is(TypeId::kTimestamp)))
      return misplaced(*written, "format", "dates and timestamps");
    const std::string& text = written->scalar.text();
    const size_t errors_before = diagnostics_.count();
    std::string wrong;
    auto format = expr::TimeFormat::parse(text, wrong);
    if (!format) {
      diagnostics_.error(code::kBadFormat, written->span,
                         fmt::format("'{}' is no part of a format of timestamps", wrong),
                         std::string(expr::kTimeFormatHint));
    } else if (!text.contains('%')) {
      diagnostics_.error(code::kBadFormat, written->span,
                         fmt::format("the format '{}' has no part of a date", text),
                         expr::time_format_hint(text));
    } else {
      if (column_.type.is(TypeId::kTimestamp)) check_offset(*written);
      if (diagnostics_.count() == errors_before)
        column_.format.time = TimeForm{text, std::move(*format)};
    }
  }

  void read_words() {
    const OptionNode* const written = part_of("words");
    if (written == nullptr) return;
    if (!column_.type.is(TypeId::kBool)) return misplaced(*written, "words", "bool");
    if (written->kind != OptionNode::Kind::kMap || written->entries.empty()) {
      diagnostics_.error(code::kColumnDeclaration, written->span,
                         "'words' must say what is true and what is false",
                         "write { ja: true, nein: false }");
      return;
    }
    for (const OptionEntry& word : written->entries) {
      const std::string& value = word.value.scalar.text();
      const bool is_scalar = word.value.kind == OptionNode::Kind::kScalar;
      if (!is_scalar || (value != "true" && value != "false")) {
        diagnostics_.error(code::kColumnDeclaration, word.name.span(),
                           fmt::format("'{}' must be true or false", word.name.text()));
        continue;
      }
      std::string lower;
      expr::append_lower(lower, word.name.text());
      const auto known = std::find_if(column_.format.words.begin(), column_.format.words.end(),
                                      [&](const auto& one) { return one.first == lower; });
      if (known == column_.format.words.end()) {
        column_.format.words.emplace_back(std::move(lower), value == "true");
      } else if (known->second != (value == "true")) {
        diagnostics_.error(code::kColumnDeclaration, word.name.span(),
                           fmt::format("the word '{}' is both true and false", word.name.text()),
                           "words are the same in any case");
      }
    }
  }

  void read_strip() {
    const OptionNode* const written = part_of("strip");
    if (written == nullptr) return;
    if (!column_.type.is_numeric()) return misplaced(*written, "strip", "numbers");
    const std::string& text = written->scalar.text();
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = expr::next_character(text, begin);
      column_.format.strip.push_back(text.substr(begin, end - begin));
      begin = end;
      if (!is_of_numbers(column_.format.strip.back())) continue;
      diagnostics_.error(code::kColumnDeclaration, written->span,
                         fmt::format("'{}' is a part of numbers and cannot be stripped",
                                     column_.format.strip.back()));
    }
    if (text.empty())
      diagnostics_.error(code::kColumnDeclaration, written->span, "'strip' names no character");
  }

  void read_separator(std::string_view key, std::string& separator) {
    const OptionNode* const written = part_of(key);
    if (written == nullptr) return;
    const bool decimal = key == "decimal_separator";
    if (!column_.type.is_numeric() || (decimal && column_.type.is(TypeId::kInt64)))
      return misplaced(*written, key, decimal ? "float64 and decimal" : "numbers");
    const std::string& text = written->scalar.text();
    // None, although the file has one.
    const bool none = !decimal && text.empty();
    std::string mistake = none ? "" : separator_mistake(key, text);
    if (!mistake.empty()) {
      diagnostics_.error(code::kColumnDeclaration, written->span, std::move(mistake));
    } else {
      separator = text;
    }
  }

  const PlainColumn plain_;
  const FieldFormat& base_;
  Diagnostics& diagnostics_;
  DeclaredColumn column_;
  std::map<std::string, const OptionNode*, std::less<>> parts_;
};

}  // namespace

std::vector<DeclaredColumn> read_declared_columns(const OptionNode* node, PlainColumn plain,
                                                  const FieldFormat& base,
                                                  Diagnostics& diagnostics) {
  std::vector<DeclaredColumn> columns;
  if (node == nullptr) return columns;
  if (node->kind != OptionNode::Kind::kMap) {
    diagnostics.error(code::kColumnDeclaration, node->span,
                      "the columns must be a mapping of names to types",
                      "write one 'name: type' on each line, indented below it");
    return columns;
  }
  ColumnReader reader(plain, base, diagnostics);
  std::map<std::string, bool, std::less<>> names;
  for (const OptionEntry& entry : node->entries) {
    if (!names.emplace(entry.name.text(), true).second) {
      diagnostics.error(code::kKeyTwice, entry.name.span(),
                        fmt::format("'{}' is written twice", entry.name.text()),
                        "remove one of them");
      continue;
    }
    if (auto column = reader.read(entry)) columns.push_back(std::move(*column));
  }
  return columns;
}

FieldFormat read_field_format(const OptionValues& options, Diagnostics& diagnostics) {
  FieldFormat format;
  format.trim = options.has(kTrimOption.name) && options.flag(kTrimOption.name);
  if (options.has("round")) format.finer_times = FinerTimes::kRound;
  const size_t errors_before = diagnostics.count();
  const auto read = [&](std::string_view option, std::string& separator) {
    if (!options.has(option)) return;
    const std::string text = options.text(option);
    std::string mistake = separator_mistake(option, text);
    if (!mistake.empty()) {
      diagnostics.error(code::kBadCharacter, options.span(option), std::move(mistake));
    } else {
      separator = text;
    }
  };
  read(kDecimalSeparatorOption.name, format.decimal_separator);
  read(kThousandsSeparatorOption.name, format.thousands_separator);
  if (diagnostics.count() == errors_before) {
    const std::string_view written = options.has(kThousandsSeparatorOption.name)
                                         ? kThousandsSeparatorOption.name
                                         : kDecimalSeparatorOption.name;
    check_separators(format, options.span(written), diagnostics);
  }
  return format;
}

}  // namespace leat::io
