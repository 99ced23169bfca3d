// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Text made after a pattern: PostgreSQL's format, C's printf, and what SQL and people want to read.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

constexpr auto kBytesMax = static_cast<int64_t>(kResultBytesMax);

// ------------------------------------------------------------------------------------------------------- quotes

/// PostgreSQL's key words that are no names without quotes, sorted.
constexpr auto kKeyWords = std::to_array<std::string_view>({"all",
                                                            "analyse",
                                                            "analyze",
                                                            "and",
                                                            "any",
                                                            "array",
                                                            "as",
                                                            "asc",
                                                            "asymmetric",
                                                            "authorization",
                                                            "between",
                                                            "bigint",
                                                            "binary",
                                                            "bit",
                                                            "boolean",
                                                            "both",
                                                            "case",
                                                            "cast",
                                                            "char",
                                                            "character",
                                                            "check",
                                                            "coalesce",
                                                            "collate",
                                                            "collation",
                                                            "column",
                                                            "concurrently",
                                                            "constraint",
                                                            "create",
                                                            "cross",
                                                            "current_catalog",
                                                            "current_date",
                                                            "current_role",
                                                            "current_schema",
                                                            "current_time",
                                                            "current_timestamp",
                                                            "current_user",
                                                            "dec",
                                                            "decimal",
                                                            "default",
                                                            "deferrable",
                                                            "desc",
                                                            "distinct",
                                                            "do",
                                                            "else",
                                                            "end",
                                                            "except",
                                                            "exists",
                                                            "extract",
                                                            "false",
                                                            "fetch",
                                                            "float",
                                                            "for",
                                                            "foreign",
                                                            "freeze",
                                                            "from",
                                                            "full",
                                                            "grant",
                                                            "greatest",
                                                            "group",
                                                            "grouping",
                                                            "having",
                                                            "ilike",
                                                            "in",
                                                            "initially",
                                                            "inner",
                                                            "inout",
                                                            "int",
                                                            "integer",
                                                            "intersect",
                                                            "interval",
                                                            "into",
                                                            "is",
                                                            "isnull",
                                                            "join",
                                                            "lateral",
                                                            "leading",
                                                            "least",
                                                            "left",
                                                            "like",
                                                            "limit",
                                                            "localtime",
                                                            "localtimestamp",
                                                            "national",
                                                            "natural",
                                                            "nchar",
                                                            "none",
                                                            "normalize",
                                                            "not",
                                                            "notnull",
                                                            "null",
                                                            "nullif",
                                                            "numeric",
                                                            "offset",
                                                            "on",
                                                            "only",
                                                            "or",
                                                            "order",
                                                            "out",
                                                            "outer",
                                                            "overlaps",
                                                            "overlay",
                                                            "placing",
                                                            "position",
                                                            "precision",
                                                            "primary",
                                                            "real",
                                                            "references",
                                                            "returning",
                                                            "right",
                                                            "row",
                                                            "select",
                                                            "session_user",
                                                            "setof",
                                                            "similar",
                                                            "smallint",
                                                            "some",
                                                            "substring",
                                                            "symmetric",
                                                            "table",
                                                            "tablesample",
                                                            "then",
                                                            "time",
                                                            "timestamp",
                                                            "to",
                                                            "trailing",
                                                            "treat",
                                                            "trim",
                                                            "true",
                                                            "union",
                                                            "unique",
                                                            "user",
                                                            "using",
                                                            "values",
                                                            "varchar",
                                                            "variadic",
                                                            "verbose",
                                                            "when",
                                                            "where",
                                                            "window",
                                                            "with",
                                                            "xmlattributes",
                                                            "xmlconcat",
                                                            "xmlelement",
                                                            "xmlexists",
                                                            "xmlforest",
                                                            "xmlnamespaces",
                                                            "xmlparse",
                                                            "xmlpi",
                                                            "xmlroot",
                                                            "xmlserialize",
                                                            "xmltable"});

/// Must SQL have quotes around this name?
bool needs_quotes(std::string_view name) {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  if (name.empty() || !is_plain(name[0])) return true;
  if (!std::all_of(name.begin(), name.end(),
                   [&](char c) { return is_plain(c) || (c >= '0' && c <= '9'); }))
    return true;
  return std::binary_search(kKeyWords.begin(), kKeyWords.end(), name);
}

/// `text` between quotes, those in it doubled. A text with backslashes is PostgreSQL's E'...',
/// which doubles them, too.
void append_quoted(std::string_view text, char quote, ResultText& out) {
  const bool escapes = quote == '\'' && text.find('\\') != std::string_view::npos;
  const std::array<char, 2> doubled = {quote, escapes ? '\\' : quote};
  const std::string_view special(doubled.data(), doubled.size());
  if (escapes) out.append("E");
  out.append({&quote, 1});
  for (size_t begin = 0; begin < text.size() && out.is_whole();) {
    const size_t end = std::min(text.find_first_of(special, begin), text.size());
    out.append(text.substr(begin, end - begin));
    if (end < text.size()) out.append(2, text[end]);
    begin = end + 1;
  }
  out.append({&quote, 1});
}

/// How many characters append_quoted adds.
int64_t quoting_length(std::string_view text, char quote) {
  int64_t length = 2 + std::count(text.begin(), text.end(), quote);
  if (quote == '\'' && text.find('\\') != std::string_view::npos)
    length += 1 + std::count(text.begin(), text.end(), '\\');
  return length;
}

constexpr auto kQuoteIdent = [](TextCall& call, std::string_view name) {
  if (!needs_quotes(name)) return call.share(0, name);
  ResultText& result = call.result();
  append_quoted(name, '"', result);
  call.write(result);
};
constexpr auto kQuoteLiteral = [](TextCall& call, std::string_view text) {
  ResultText& result = call.result();
  append_quoted(text, '\'', result);
  call.write(result);
};
Result<Vector> quote_nullable(const KernelContext& context, std::span<const Vector> inputs) {
  TextWriter writer(context);
  ResultText text(context);
  for_each_row(context.rows(), [&](size_t row) {
    text.start(row);
    const size_t at = inputs[0].at(row);
    if (inputs[0]->is_valid(at)) {
      append_quoted(inputs[0]->view_at(at), '\'', text);
    } else {
      text.append("NULL");
    }
    text.write_to(writer);
  });
  LEAT_TRY(text.finish());
  return writer.finish(BufferRef());
}

// ------------------------------------------------------------------------------------------------------- format

/// `%s`, `%3$s`, `%-10s`, `%I`, `%L`: one place of a format, and the text after it.
struct FormatPlace {
  size_t argument = 0;  // from 1; 0: the next
  int64_t width = 0;
  bool left = false;
  char letter = 0;  // s, I, L or %; 0: a mistake
};

int64_t read_digits(std::string_view& text) {
  int64_t value = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9' && value <= kBytesMax) {
    value = value * 10 + (text[0] - '0');
    text.remove_prefix(1);
  }
  return value;
}

/// Reads what follows a percent sign.
FormatPlace read_place(std::string_view& text) {
  FormatPlace place;
  std::string_view ahead = text;
  const int64_t number = read_digits(ahead);
  if (ahead.starts_with('$') && number > 0) {
    place.argument = static_cast<size_t>(number);
    text = ahead.substr(1);
  }
  if (text.starts_with('-')) {
    place.left = true;
    text.remove_prefix(1);
  }
  place.width = read_digits(text);
  constexpr std::string_view kLetters = "sIL%";
  if (text.empty() || kLetters.find(text[0]) == std::string_view::npos) return place;
  place.letter = text[0];
  text.remove_prefix(1);
  return place;
}

void append_place(const FormatPlace& place, std::optional<std::string_view> value,
                  ResultText& out) {
  char quote = '\0';
  if (value && place.letter == 'L') quote = '\'';
  if (value && place.letter == 'I' && needs_quotes(*value)) quote = '"';
  const std::string_view text = value.value_or(place.letter == 's' ? "" : "NULL");
  auto length = static_cast<int64_t>(count_characters(text));
  if (quote != '\0') length += quoting_length(text, quote);
  const auto blanks = static_cast<size_t>(std::max<int64_t>(0, place.width - length));
  if (!place.left) out.append(blanks, ' ');
  if (quote != '\0') {
    append_quoted(text, quote, out);
  } else {
    out.append(text);
  }
  if (place.left) out.append(blanks, ' ');
}

/// Appends to `out`, which knows whether it came to the end; false after another fault.
bool format_row(const KernelContext& context, std::span<const Vector> inputs, size_t row,
                ResultText& out) {
  std::string_view format = inputs[0]->view_at(inputs[0].at(row));
  size_t next = 1;
  for (size_t percent = 0;
       (percent = format.find('%')) != std::string_view::npos && out.is_whole();) {
    out.append(format.substr(0, percent));
    format.remove_prefix(percent + 1);
    const FormatPlace place = read_place(format);
    if (place.letter == '%') {
      out.append("%");
      continue;
    }
    if (place.argument > 0) next = place.argument;
    if (place.letter == 0 || next >= inputs.size() || place.width > kBytesMax / 4) {
      context.fault(code::kBadArgument, row,
                    place.letter == 0 ? "a percent sign is followed by s, I, L or %"
                    : next >= inputs.size()
                        ? fmt::format("there is no argument {} for the format", next)
                        : "the text would be longer than 16 million characters");
      return false;
    }
    const Vector& argument = inputs[next++];
    const size_t at = argument.at(row);
    if (place.letter == 'I' && !argument->is_valid(at)) {
      context.fault(code::kBadArgument, row, "NULL is no name that %I can write");
      return false;
    }
    append_place(place,
                 argument->is_valid(at) ? std::optional(argument->view_at(at)) : std::nullopt, out);
  }
  out.append(format);
  return true;
}

Result<Vector> format(const KernelContext& context, std::span<const Vector> inputs) {
  BufferRef validity;
  LEAT_TRY_ASSIGN(validity, all_valid(context, inputs.first(1)));
  if (inputs[0].is_null_constant()) {
    LEAT_TRY_ASSIGN(validity, new_zero_bits(context));
  }
  TextWriter writer(context);
  ResultText text(context);
  for_each_valid(context, validity, [&](size_t row) {
    text.start(row);
    if (format_row(context, inputs, row, text)) text.write_to(writer);
  });
  LEAT_TRY(text.finish());
  return writer.finish(std::move(validity));
}

// ------------------------------------------------------------------------------------------------------- printf

/// `%-08.2f`: one place of C's printf.
struct PrintfPlace {
  bool left = false;
  bool plus = false;
  bool space = false;
  bool zeros = false;
  bool alternative = false;
  int64_t width = 0;
  std::optional<int64_t> precision;
  char letter = 0;
};

constexpr int64_t kPrecisionMax = 100;
constexpr int64_t kPrintfWidthMax = 1'000'000;

PrintfPlace read_printf_place(std::string_view& text) {
  PrintfPlace place;
  for (; !text.empty(); text.remove_prefix(1)) {
    if (text[0] == '-') {
      place.left = true;
    } else if (text[0] == '+') {
      place.plus = true;
    } else if (text[0] == ' ') {
      place.space = true;
    } else if (text[0] == '0') {
      place.zeros = true;
    } else if (text[0] == '#') {
      place.alternative = true;
    } else {
      break;
    }
  }
  place.width = read_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    place.precision = read_digits(text);
  }
  while (text.starts_with('l') || text.starts_with('h')) text.remove_prefix(1);
  if (text.empty()) return place;
  place.letter = text[0];
  text.remove_prefix(1);
  return place;
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The digits of a whole number without its sign, which goes into `sign` with what stands for it.
std::string whole_digits(const PrintfPlace& place, int64_t number, std::string& sign) {
  const bool is_signed = place.letter == 'd' || place.letter == 'i';
  if (is_signed && number < 0) sign = "-";
  if (!is_signed) sign.clear();
  const auto bits = static_cast<uint64_t>(number);
  const uint64_t magnitude = is_signed && number < 0 ? 0 - bits : bits;
  const char base = is_signed || place.letter == 'u' ? 'd' : place.letter;
  std::string digits = fmt::format(fmt::runtime(fmt::format("{{:{}}}", base)), magnitude);
  const auto least = static_cast<size_t>(place.precision.value_or(0));
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  if (place.alternative && base != 'd' && magnitude != 0)
    sign = base == 'o' ? "0" : fmt::format("0{}", base);
  return digits;
}

/// The number of a place with its sign; nullopt when the value is no such number.
std::optional<std::string> printf_number(const PrintfPlace& place, std::string_view value) {
  const bool is_float = std::string_view("eEfFgG").find(place.letter) != std::string_view::npos;
  std::string sign = place.plus ? "+" : place.space ? " " : "";
  std::string digits;
  if (is_float) {
    const std::optional<double> number = number_of<double>(value);
    if (!number) return std::nullopt;
    if (std::signbit(*number)) sign = "-";
    const std::string pattern = fmt::format("{{:{}.{}{}}}", place.alternative ? "#" : "",
                                            place.precision.value_or(6), place.letter);
    digits = fmt::format(fmt::runtime(pattern), std::fabs(*number));
  } else {
    const std::optional<int64_t> number = number_of<int64_t>(value);
    if (!number) return std::nullopt;
    digits = whole_digits(place, *number, sign);
  }
  const auto width = static_cast<size_t>(place.width);
  const bool fills = place.zeros && !place.left && (is_float || !place.precision);
  if (fills && sign.size() + digits.size() < width)
    digits.insert(0, width - sign.size() - digits.size(), '0');
  return sign + digits;
}

void append_filled(const PrintfPlace& place, std::string_view text, ResultText& out) {
  const auto width = static_cast<size_t>(place.width);
  const size_t length = count_characters(text);
  const size_t blanks = width > length ? width - length : 0;
  if (!place.left) out.append(blanks, ' ');
  out.append(text);
  if (place.left) out.append(blanks, ' ');
}

/// Why a place cannot be written; empty after writing it.
std::string printf_place(const PrintfPlace& place, std::string_view value, ResultText& out) {
  constexpr std::string_view kNumbers = "diuxXoeEfFgG";
  if (place.width > kPrintfWidthMax || place.precision.value_or(0) > kPrecisionMax)
    return "a width is 1000000 and a precision 100 at most";
  if (place.letter == 's') {
    const size_t characters =
        place.precision ? static_cast<size_t>(*place.precision) : value.size();
    append_filled(place, value.substr(0, byte_of_character(value, characters)), out);
    return {};
  }
  if (place.letter == '\0' || kNumbers.find(place.letter) == std::string_view::npos)
    return "a percent sign is followed by d, i, u, x, X, o, e, E, f, F, g, G, s or %";
  const std::optional<std::string> number = printf_number(place, value);
  if (!number)
    return fmt::format("'{}' is no number that %{} can write", value.substr(0, 40), place.letter);
  append_filled(place, *number, out);
  return {};
}

Result<Vector> printf_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  ResultText text(context);
  for_each_valid(context, validity, [&](size_t row) {
    text.start(row);
    std::string_view format = inputs[0]->view_at(inputs[0].at(row));
    size_t next = 1;
    for (size_t percent = 0;
         (percent = format.find('%')) != std::string_view::npos && text.is_whole();) {
      text.append(format.substr(0, percent));
      format.remove_prefix(percent + 1);
      if (format.starts_with('%')) {
        text.append("%");
        format.remove_prefix(1);
        continue;
      }
      const PrintfPlace place = read_printf_place(format);
      if (next >= inputs.size())
        return context.fault(code::kBadArgument, row,
                             fmt::format("there is no argument {} for the format", next));
      const Vector& argument = inputs[next++];
      std::string wrong = printf_place(place, argument->view_at(argument.at(row)), text);
      if (!wrong.empty()) return context.fault(code::kBadArgument, row, std::move(wrong));
    }
    text.append(format);
    text.write_to(writer);
  });
  LEAT_TRY(text.finish());
  return writer.finish(std::move(validity));
}

// -------------------------------------------------------------------------------------------------------- sizes

constexpr auto kFormatBytes = [](TextCall& call, int64_t bytes) {
  constexpr std::array<std::string_view, 6> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  const auto bits = static_cast<uint64_t>(bytes);
  const uint64_t magnitude = bytes < 0 ? 0 - bits : bits;
  const std::string_view sign = bytes < 0 ? "-" : "";
  if (magnitude < 1024)
    return call.write(fmt::format("{}{} {}", sign, magnitude, magnitude == 1 ? "byte" : "bytes"));
  size_t unit = 0;
  uint64_t size = magnitude;
  for (; size >= 1024 * 1024; size >>= 10) ++unit;
  // Tenths that are complete, so that 1 MiB less a byte is not 1024.0 KiB.
  call.write(fmt::format("{}{}.{} {}", sign, size / 1024, size % 1024 * 10 / 1024, kUnits[unit]));
};

constexpr std::array<Function, 6> kFormatFunctions = {{
    {"format",
     "format(format utf8[, value any, ...]) -> utf8",
     {"The format with each `%s` replaced by the text of the next value, nothing for NULL; `%L` by "
      "the text in quotes, `%I` by a name as SQL needs it, `%%` by a percent sign. `%2$s` is the "
      "second value, `%10s` and `%-10s` "
      "fill up with spaces before or after it.",
      "There is no value for a place, or another letter: `format('%s %d', 1, 2)`."},
     "format('%s: %5s|%-3s|', 'a', 1.5, 'b')",
     "a:   1.5|b  |",
     format,
     nullptr,
     Nulls::kVisible,
     true},
    {"printf",
     "printf(format utf8[, value any, ...]) -> utf8",
     {"The format with values as C's printf writes them: %d, %i, %u, %x, %X and %o whole numbers, "
      "%e, %f and %g floats, %s text, %% a percent sign; with flags, width and precision, as in "
      "%-8.2f.",
      "There is no value for a place, or it is of another kind: `printf('%d', 'a')`."},
     "printf('%05d|%-6s|%.2f', 42, 'ab', 3.14159)",
     "00042|ab    |3.14",
     printf_kernel,
     nullptr,
     Nulls::kStrict,
     true},
    {"quote_ident",
     "quote_ident(name utf8) -> utf8",
     {"The name as SQL needs it: in double quotes unless it has lower case letters, digits and _ "
      "only and is no key word.",
      "The result is longer than 64 MiB: `quote_ident(repeat('\"', 34000000))`."},
     "quote_ident('Order Date')",
     "\"Order Date\"",
     text_kernel<kQuoteIdent>},
    {"quote_literal",
     "quote_literal(text utf8) -> utf8",
     {"The text in single quotes, as SQL writes it.",
      "The result is longer than 64 MiB: `quote_literal(repeat('''', 34000000))`."},
     "quote_literal('O''Reilly')",
     "'O''Reilly'",
     text_kernel<kQuoteLiteral>},
    {"quote_nullable",
     "quote_nullable(text utf8) -> utf8",
     {"As quote_literal, and NULL for NULL.",
      "The result is longer than 64 MiB: `quote_nullable(repeat('''', 34000000))`."},
     "quote_nullable(null)",
     "NULL",
     quote_nullable,
     nullptr,
     Nulls::kVisible},
    {"format_bytes", "format_bytes(bytes int64) -> utf8",
     "A number of bytes for people, in KiB, MiB, ... of 1024.", "format_bytes(16000)", "15.6 KiB",
     text_kernel<kFormatBytes>},
}};

}  // namespace

std::span<const Function> format_functions() { return kFormatFunctions; }

}  // namespace leat::expr
