// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Splits of CSV text: record boundaries outside quotes, and the header of each input.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "operators/csv/csv_scanner.h"
#include "operators/csv/csv_walker.h"
#include "operators/input/line_splitter.h"
#include "operators/input/record_splitter.h"

namespace leat::io {

/// The header of one input.
struct CsvHeader {
  std::vector<std::string> names;
  size_t columns = 1;  ///< Fields of a record.
};

/// What stands around the records of every input.
struct CsvPreamble {
  uint64_t skip_lines = 0;
  bool header = true;
  std::vector<std::string> names;     ///< What every header must say.
  std::string names_from;             ///< The input whose header that is.
  bool replace_invalid_utf8 = false;  ///< In the header; else it is an error there.
  bool trim_names = false;            ///< Are blanks around names no part of them?
  /// May the first line say the delimiter, as `sep=;`? Then it is none of the records.
  bool may_name_delimiter = false;
  /// By Input::index, where inputs differ; empty: all have `names`.
  std::vector<CsvHeader> headers = {};
  size_t footer_lines = 0;  ///< Behind the records: drop_footer.
};

/// The delimiter that `line`, without its line break, says as Excel does, `sep=;`; 0: it does not.
char named_delimiter(std::string_view line);

/// The field names of a header record: texts without quotes, empty names replaced by `columnN`, and
/// what is no UTF-8 by U+FFFD. `trim`: without the blanks around those that are not in quotes.
/// `nameless` gets the positions of the empty ones, unless it is null.
std::vector<std::string> csv_header_names(std::string_view record, const CsvDialect& dialect,
                                          bool trim = false,
                                          std::vector<size_t>* nameless = nullptr);

/// What makes a record that is to be a header none, or is lost when it is read: a quote that stays
/// open, text behind a quote, carriage returns as line ends.
struct CsvRecordFault {
  Code number;
  size_t position;  ///< In the record's text.
  std::string message;
  std::string hint;
};
/// The first of those in `record`; only carriage returns if `only_line_ends`.
std::optional<CsvRecordFault> find_record_fault(std::string_view record, const CsvDialect& dialect,
                                                bool only_line_ends);

/// What to do about headers that differ.
inline constexpr std::string_view kDifferentHeadersHint =
    "'columns_by: name' reads files whose columns differ, 'columns_by: position' takes no notice "
    "of "
    "names";

/// How the header `names` of `file` differs from the one expected; empty if it does not.
std::string describe_header_difference(const CsvPreamble& expected,
                                       const std::vector<std::string>& names,
                                       const std::string& file);

/// Where the header and what is before it lie in a text.
struct CsvHeaderPlace {
  size_t begin = 0;  ///< Of the header record; equals `end` when there is none.
  size_t end = 0;
  size_t next = 0;  ///< Of what follows it.
};
/// Finds the header in `text`, the beginning of an input (64 more bytes are readable). nullopt:
/// more text is needed to tell; never when `complete`.
std::optional<CsvHeaderPlace> find_csv_header(std::string_view text, const CsvPreamble& preamble,
                                              const CsvDialect& dialect, bool complete);

/// Where `position` of `text`, the beginning of `file`, lies.
TextPlace place_in(const std::string& file, std::string_view text, size_t position);

class CsvFinder final : public BoundaryFinder {
 public:
  /// `columns`: how many fields a record has, which tells whether an empty line is one.
  CsvFinder(const CsvDialect& dialect, CsvPreamble preamble, size_t columns)
      : dialect_(dialect), preamble_(std::move(preamble)), columns_(columns), scanner_(dialect) {}
  Result<std::optional<Boundary>> preamble(const Input& input, std::string_view text,
                                           bool complete) override;
  Boundary find(std::string_view text, size_t scanned) override;
  uint64_t count_rows(std::string_view text) const override;
  Error too_long(const Input& input, std::string_view text, uint64_t line,
                 const std::string& limit) const override;

 private:
  /// How the header `names` differs from what it must be; empty if it does not.
  std::string difference(const Input& input, const std::vector<std::string>& names) const;

  const CsvDialect dialect_;
  const CsvPreamble preamble_;
  size_t columns_;
  CsvScanner scanner_;
  LineFinder lines_only_;  // for text without quotes
  uint64_t lines_ = 0;     // line feeds in what was scanned
};

}  // namespace leat::io
