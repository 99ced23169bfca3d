// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: of a tree of folders `country=DE/day=2026-01-31` the path says what the rows leave out,
// and which files a filter does not need.
//
// Invariants:
//  1. A name is read as sinks write it: %XX is a byte, __NULL__ is NULL, __EMPTY__ the empty text.
//     Hive's own word for NULL is known as well. A percent sign that begins no byte is text.
//  2. All inputs have the same columns, or it is a mistake: a column is never NULL because a path
//     lacks it.
//
// Not chosen: taking every `name=value` in any path for a column (who names one file knows its
// path, and the file may have the column itself).
#include "operators/input/path_columns.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/input/file_pattern.h"
#include "operators/text/decimal_parser.h"
#include "operators/text/stored_value.h"
#include "operators/text/type_sniffer.h"
#include "operators/text/utf8.h"
#include "operators/text/value_parser.h"

namespace leat::io {
namespace {

constexpr std::string_view kNullNames[] = {"__NULL__", "__HIVE_DEFAULT_PARTITION__"};
constexpr std::string_view kEmptyName = "__EMPTY__";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// The folders of `path`; those in an archive are folders, too.
std::vector<std::string_view> folders_of(std::string_view path) {
  std::vector<std::string_view> folders;
  size_t begin = 0;
  for (size_t at = 0; at < path.size(); ++at) {
    const bool member = path.substr(at).starts_with("::");
    if (path[at] != '/' && !member) continue;
    folders.push_back(path.substr(begin, at - begin));
    begin = at + (member ? 2 : 1);
    at = begin - 1;
  }
  return folders;
}

/// `name` and `value` of a folder `name=value`.
std::optional<std::pair<std::string_view, std::string_view>> split_folder(std::string_view folder) {
  const size_t equals = folder.find('=');
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  return std::pair(folder.substr(0, equals), folder.substr(equals + 1));
}

void add_name(std::string_view name, std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

/// The names of columns that the paths ask for.
std::vector<std::string> wanted_names(const OptionValues& options, const Inputs& inputs) {
  std::vector<std::string> names;
  const std::string which = options.text(kFolderColumnsOption.name);
  if (which == "all") {
    for (const auto& input : inputs) {
      for (const std::string_view folder : folders_of(input->name)) {
        if (const auto parts = split_folder(folder)) add_name(parts->first, names);
      }
    }
  } else if (which == "auto") {
    for (const SourceText& path : options.list("path")) {
      for (const std::string_view folder : folders_of(path.text())) {
        const auto parts = split_folder(folder);
        if (parts && !has_wildcard(parts->first) && has_wildcard(parts->second))
          add_name(parts->first, names);
      }
    }
  }
  return names;
}

/// What stands behind `name=` in `path`, the last time.
std::optional<std::string_view> value_in(std::string_view path, std::string_view name) {
  std::optional<std::string_view> value;
  for (const std::string_view folder : folders_of(path)) {
    if (const auto parts = split_folder(folder); parts && parts->first == name)
      value = parts->second;
  }
  return value;
}

/// What `parse` makes of `text`; nullopt: nothing.
template <typename T, typename Parse>
std::optional<PathValue> parsed(const std::string& text, const Parse& parse) {
  T value{};
  if (!parse(text, value)) return std::nullopt;
  if constexpr (std::is_same_v<T, int32_t>) {
    return PathValue(int64_t{value});
  } else {
    return PathValue(value);
  }
}

/// The value of `type` that `text` is; nullopt: it is none.
std::optional<PathValue> parse_value(const std::string& text, const Type& type) {
  if (is_converted(type)) {
    std::string scratch;
    const auto stored = stored_text(type, text, scratch);
    return stored ? std::optional<PathValue>(std::string(*stored)) : std::nullopt;
  }
  switch (type.id()) {
    case TypeId::kUtf8: return text;
    case TypeId::kBool: return parsed<bool>(text, parse_bool);
    case TypeId::kInt64:
      return parsed<int64_t>(text, [&](const std::string& number, int64_t& value) {
        return parse_int64(number, value) && (type.limit() == nullptr || is_in_limit(type, value));
      });
    case TypeId::kFloat64:
      return parsed<double>(text, [&](const std::string& number, double& value) {
        if (!parse_float64(number, value)) return false;
        const std::optional<double> stored = stored_float(type, value);
        value = stored.value_or(0);
        return stored.has_value();
      });
    case TypeId::kDate: return parsed<int32_t>(text, parse_date);
    case TypeId::kTimestamp:
      return parsed<int64_t>(text, [&](const std::string& time, int64_t& micros) {
        if (type.is_time_of_day()) return parse_time_of_day(time, micros);
        return parse_timestamp(time, micros) && has_zone(time) == type.is_zoned();
      });
    case TypeId::kDecimal:
      return parsed<Int128>(text, [&](const std::string& number, Int128& unscaled) {
        return parse_decimal(number, type.precision(), type.scale(), unscaled) ==
                   DecimalResult::kExact &&
               (type.limit() == nullptr || is_in_limit(type, unscaled));
      });
    default: return std::nullopt;
  }
}

/// `length` copies of a value of fixed width.
template <typename T>
Status fill(T value, size_t length, MemoryAccount& memory, Column::Parts& parts) {
  LEAT_TRY_ASSIGN(parts.values, memory.allocate(length * sizeof(T)));
  std::fill_n(parts.values->mutable_as<T>(), length, value);
  return {};
}

Status fill_bits(bool value, size_t length, MemoryAccount& memory, BufferRef& bits) {
  LEAT_TRY_ASSIGN(bits, memory.allocate(bitmap_bytes(length)));
  std::memset(bits->mutable_data(), value ? 0xFF : 0, bitmap_bytes(length));
  return {};
}

Status fill_text(const std::string& text, size_t length, MemoryAccount& memory,
                 Column::Parts& parts) {
  LEAT_TRY_ASSIGN(BufferRef bytes, memory.allocate(std::max<size_t>(text.size(), 1)));
  std::memcpy(bytes->mutable_data(), text.data(), text.size());
  LEAT_TRY(fill(Utf8View::of({bytes->as<char>(), text.size()}, 0, 0), length, memory, parts));
  parts.data.push_back(std::move(bytes));
  return {};
}

}  // namespace

std::string unescape_bytes(std::string_view text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_byte = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                         hex_digit(text[i + 2]) >= 0;
    if (!is_byte || LEAT_MUTANT("names_stay_escaped")) {
      bytes += text[i];
    } else {
      bytes += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    }
  }
  return bytes;
}

std::optional<std::string> unescape_path_value(std::string_view name) {
  if (std::find(std::begin(kNullNames), std::end(kNullNames), name) != std::end(kNullNames))
    return std::nullopt;
  return name == kEmptyName ? std::string() : unescape_bytes(name);
}

PathColumns PathColumns::find(const OptionValues& options, const Inputs& inputs,
                              Diagnostics& diagnostics) {
  PathColumns found;
  for (std::string& name : wanted_names(options, inputs)) {
    PathColumn column{.name = std::move(name), .texts = {}, .values = {}};
    TypeSniffer sniffer;
    for (const auto& input : inputs) {
      const auto value = value_in(input->name, column.name);
      if (!value) {
        diagnostics.error(
            code::kPathColumns, options.span("path"),
            fmt::format("there is no folder '{}=' in the path of '{}'", column.name, input->name),
            "read it in a stage of its own, or set 'path_columns: none'");
        return {};
      }
      std::optional<std::string> text = unescape_path_value(*value);
      if (text) text = replace_invalid_utf8(*text);
      if (text) sniffer.add(*text);
      column.texts.push_back(std::move(text));
    }
    column.type = sniffer.type();
    found.columns_.push_back(std::move(column));
  }
  return found;
}

bool PathColumns::declare(std::string_view name, const Type& type) {
  const auto column =
      std::find_if(columns_.begin(), columns_.end(), [&](auto& one) { return one.name == name; });
  if (column == columns_.end()) return false;
  column->type = type;
  column->guessed = false;
  return true;
}

void PathColumns::cast(Span place, Diagnostics& diagnostics) {
  for (PathColumn& column : columns_) {
    if (!is_parsed_type(column.type)) {
      diagnostics.error(code::kPathColumns, place,
                        fmt::format("the name of the folder '{}=' cannot be read as {}",
                                    column.name, to_string(column.type)),
                        "read it as utf8 and cast it in a later stage");
      return;
    }
    for (const std::optional<std::string>& text : column.texts) {
      std::optional<PathValue> value = text ? parse_value(*text, column.type) : PathValue();
      if (!value) {
        diagnostics.error(code::kPathColumns, place,
                          fmt::format("'{}' of the folder '{}=' is not a value of type {}", *text,
                                      column.name, to_string(column.type)),
                          "give the column another type");
        return;
      }
      column.values.push_back(std::move(*value));
    }
  }
}

const PathColumns::PathColumn* PathColumns::find_name(std::string_view name) const {
  const auto column =
      std::find_if(columns_.begin(), columns_.end(), [&](auto& one) { return one.name == name; });
  return column == columns_.end() ? nullptr : &*column;
}

Result<ColumnRef> repeat_value(const PathValue& value, const Type& type, size_t length,
                               MemoryAccount& memory) {
  Column::Parts parts;
  const bool is_null = std::holds_alternative<std::monostate>(value);
  if (is_null) LEAT_TRY(fill_bits(false, length, memory, parts.validity));
  const auto as = [&]<typename T>(T none) {
    const T* const known = std::get_if<T>(&value);
    return known != nullptr ? *known : none;
  };
  switch (type.id()) {
    case TypeId::kBool: LEAT_TRY(fill_bits(as(false), length, memory, parts.values)); break;
    case TypeId::kFloat64: LEAT_TRY(fill(as(double{0}), length, memory, parts)); break;
    case TypeId::kDecimal:
      if (type.is_short_decimal()) {
        LEAT_TRY(fill(static_cast<int64_t>(as(Int128{0})), length, memory, parts));
      } else {
        LEAT_TRY(fill(as(Int128{0}), length, memory, parts));
      }
      break;
    case TypeId::kDate:
      LEAT_TRY(fill(static_cast<int32_t>(as(int64_t{0})), length, memory, parts));
      break;
    case TypeId::kInt64:
    case TypeId::kTimestamp: LEAT_TRY(fill(as(int64_t{0}), length, memory, parts)); break;
    default: LEAT_TRY(fill_text(as(std::string()), length, memory, parts)); break;
  }
  return std::make_shared<Column>(type, length, std::move(parts));
}

}  // namespace leat::io
