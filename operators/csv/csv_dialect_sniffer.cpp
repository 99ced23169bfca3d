// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: whoever gets a file does not know its dialect; whoever guesses it wrong reads 1,234 as
// 1.234 and does not notice.
//
// Invariants:
//  1. The rule is the one that kDelimiterOption states, a function of the first records alone; what is
//     found is shown, and can be written down instead.
//  2. Commas come last: they stand in numbers and in texts, where the others hardly do.
//  3. What can be read in two ways decides nothing: `1,234` is no evidence of a decimal comma, nor
//     of thousands. Then numbers stay text, which nobody overlooks.
//
// Not chosen: scores and probabilities (nobody can say beforehand what they choose), and looking at
// all of a file (a pipe has no second reading).
#include "operators/csv/csv_dialect_sniffer.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/mutant.h"
#include "operators/csv/csv_walker.h"
#include "operators/input/text_beginning.h"

namespace leat::io {
namespace {

constexpr size_t kRecordsLooked = 100;
constexpr std::array<char, 4> kDelimiters = {'\t', ';', '|', ','};

/// The fields of a record as they stand in the text.
using Record = std::vector<std::string_view>;

/// The first whole records; what may be cut off counts only if there is nothing else.
std::vector<Record> first_records(std::string_view text, bool complete, const CsvDialect& dialect) {
  std::vector<Record> records;
  for (CsvWalker walker(text, dialect); records.size() < kRecordsLooked && walker.next();) {
    if (walker.is_comment() || walker.is_empty_line()) continue;
    if (!walker.terminated() && !complete && !records.empty()) break;
    Record& record = records.emplace_back();
    for (const CsvWalker::Piece& piece : walker.pieces()) record.push_back(piece.text);
  }
  return records;
}

/// How many records have the number of fields that most have; 0 if that is one.
size_t records_alike(const std::vector<Record>& records) {
  std::map<size_t, size_t> counts;
  for (const Record& record : records) ++counts[record.size()];
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() || most->first < 2 ? 0 : most->second;
}

bool is_taken(char character, const CsvDialect& dialect) {
  return character == dialect.quote || character == dialect.escape || character == dialect.comment;
}

/// Gives `dialect` the delimiter that fits best beside its other characters; the records that it
/// makes.
std::vector<Record> choose_delimiter(std::string_view text, bool complete, CsvDialect& dialect) {
  size_t best = 0;
  std::vector<Record> chosen;
  CsvDialect candidate = dialect;
  for (const char delimiter : kDelimiters) {
    if (is_taken(delimiter, dialect)) continue;
    candidate.delimiter = delimiter;
    std::vector<Record> records = first_records(text, complete, candidate);
    const size_t alike = records_alike(records);
    if (alike <= best || 2 * alike <= records.size()) continue;
    best = alike;
    dialect.delimiter = delimiter;
    chosen = std::move(records);
  }
  return best > 0 ? chosen : first_records(text, complete, dialect);
}

/// Do quotes of `dialect` stand around fields, and nowhere that they may not?
bool are_quoted(const std::vector<Record>& records, const CsvDialect& dialect) {
  bool any = false;
  for (const Record& record : records) {
    for (const std::string_view text : record) {
      const CsvField field = read_csv_field(text, dialect);
      if (field.quoted && (!field.closed || field.junk > 0)) return false;
      any |= field.quoted;
    }
  }
  return any;
}

/// What a text says of the way in which numbers are written with `decimal` for the point and
/// `group` between thousands.
struct NumberForm {
  bool decimal = false;  ///< It is a number with a decimal separator that can be nothing else.
  bool grouped = false;  ///< It is one with separated thousands.
};

NumberForm number_form(std::string_view text, char decimal, char group) {
  text.remove_prefix(text.starts_with('-') || text.starts_with('+'));
  NumberForm form;
  size_t digits = 0;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] >= '0' && text[i] <= '9') {
      ++digits;
    } else if (text[i] == group &&
               (form.grouped ? digits == kGroupDigits : digits > 0 && digits <= kGroupDigits)) {
      form.grouped = true;
      digits = 0;
    } else {
      break;
    }
  }
  if (digits == 0 || (form.grouped && digits != kGroupDigits)) return {};
  if (i == text.size()) return form;
  const std::string_view fraction = text.substr(i + 1);
  if (text[i] != decimal || fraction.empty() ||
      fraction.find_first_not_of("0123456789") != std::string_view::npos)
    return {};
  const bool may_be_group =
      fraction.size() == kGroupDigits && i <= kGroupDigits && !text.starts_with('0');
  form.decimal = form.grouped || !may_be_group;
  return form;
}

/// How often numbers are written in one way.
struct Evidence {
  size_t decimals = 0;
  size_t groups = 0;
};

void find_separators(const std::vector<Record>& records, CsvReading& reading) {
  Evidence comma;
  Evidence point;
  const auto count = [](const NumberForm& form, Evidence& evidence) {
    evidence.decimals += form.decimal;
    evidence.groups += form.grouped;
  };
  for (const Record& record : records) {
    for (const std::string_view text : record) {
      const CsvField field = read_csv_field(text, reading.dialect);
      const std::string_view value = trim_blanks(field.content);
      count(number_form(value, ',', '.'), comma);
      count(number_form(value, '.', ','), point);
    }
  }
  if (comma.decimals > 0 && (point.decimals == 0 || LEAT_MUTANT("commas_always_decimal"))) {
    reading.format.decimal_separator = ",";
    if (comma.groups > 0) reading.format.thousands_separator = ".";
  } else if (point.decimals > 0 && comma.decimals == 0 && point.groups > 0) {
    reading.format.thousands_separator = ",";
  }
}

/// Does the first record look like those behind it, rather than like names?
bool has_no_header(const std::vector<Record>& records, const CsvReading& reading) {
  bool any = false;
  for (size_t column = 0; column < records.front().size(); ++column) {
    TypeSniffer below;
    for (size_t row = 1; row < records.size(); ++row) {
      if (records[row].size() == records.front().size())
        sample_csv_field(records[row][column], reading, below);
    }
    if (below.type().is(TypeId::kUtf8)) continue;
    any = true;
    TypeSniffer first;
    sample_csv_field(records.front()[column], reading, first);
    first.merge(below);
    if (first.type().is(TypeId::kUtf8) || records.front()[column].empty()) return false;
  }
  return any;
}

/// Does `text` begin with a line that says the delimiter? Then `dialect` gets it, and `text` goes
/// on behind the line.
bool take_named_delimiter(std::string_view& text, CsvDialect& dialect) {
  const size_t newline = text.find('\n');
  const char delimiter = named_delimiter(text.substr(0, newline));
  if (newline == std::string_view::npos || delimiter == 0 || is_taken(delimiter, dialect))
    return false;
  if (LEAT_MUTANT("named_delimiter_is_a_record")) return false;
  dialect.delimiter = delimiter;
  text.remove_prefix(newline + 1);
  return true;
}

}  // namespace

bool sniff_csv_dialect(std::string_view text, bool complete, CsvReading& reading) {
  OpenDialect& open = *reading.open;
  CsvPreamble before = reading.preamble;
  before.header = false;
  before.may_name_delimiter = false;
  const auto place = find_csv_header(text, before, reading.dialect, complete);
  if (!place) return false;
  text.remove_prefix(place->next);
  open.was_named = take_named_delimiter(text, reading.dialect);
  std::vector<Record> records = open.was_named ? first_records(text, complete, reading.dialect)
                                               : choose_delimiter(text, complete, reading.dialect);
  if (records.empty()) return false;
  CsvDialect single = reading.dialect;
  single.quote = '\'';
  if (open.quote && !are_quoted(records, reading.dialect) && !is_taken('\'', reading.dialect)) {
    std::vector<Record> quoted = open.was_named ? first_records(text, complete, single)
                                                : choose_delimiter(text, complete, single);
    if (are_quoted(quoted, single)) {
      reading.dialect = single;
      records = std::move(quoted);
    }
  }
  if (open.numbers) find_separators(records, reading);
  if (open.header) reading.preamble.header = !has_no_header(records, reading);
  return true;
}

std::vector<std::pair<std::string, std::string>> found_options(const CsvReading& reading) {
  std::vector<std::pair<std::string, std::string>> found;
  if (!reading.open) return found;
  found.emplace_back("delimiter", reading.dialect.delimiter_text());
  if (reading.open->was_named)
    found.emplace_back("skip", std::to_string(reading.preamble.skip_lines + 1));
  if (reading.open->quote && reading.dialect.quote != '"')
    found.emplace_back("quote", std::string(1, reading.dialect.quote));
  if (reading.open->header && !reading.preamble.header) found.emplace_back("header", "false");
  if (reading.open->numbers && reading.format.decimal_separator != ".")
    found.emplace_back("decimal_separator", reading.format.decimal_separator);
  if (reading.open->numbers && !reading.format.thousands_separator.empty())
    found.emplace_back("thousands_separator", reading.format.thousands_separator);
  return found;
}

void sniff_csv_dialect(const Inputs& inputs, CsvReading& reading) {
  for (const auto& input : inputs) {
    auto beginning = TextBeginning::open(*input, reading.encoding, reading.preamble.footer_lines);
    if (!beginning || !beginning->grow()) return;
    if (sniff_csv_dialect(beginning->text(), beginning->complete(), reading)) return;
  }
}

}  // namespace leat::io
