// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Looks at the beginning of CSV inputs while binding: headers, number of fields, types.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/error.h"
#include "operators/csv/csv_columns.h"
#include "operators/csv/csv_splitter.h"
#include "operators/csv/field_format.h"
#include "operators/data/split.h"
#include "operators/text/type_sniffer.h"

namespace leat::io {

/// What the beginning of one input shows.
struct CsvSample {
  std::vector<std::string> names;  ///< Of the header; empty when it has none.
  std::vector<size_t> nameless;    ///< Positions of those that are empty in the header.
  size_t fields = 0;  ///< Of the header, or else of the first record; 0 when there is neither.
  size_t rows = 0;    ///< Records looked at.
};

/// What the pipeline does not say and is to be found out, besides the delimiter.
struct OpenDialect {
  bool quote = true;
  bool header = true;
  bool numbers = true;  ///< The separators in numbers.
  /// Was the delimiter said in a line of its own (CsvPreamble::may_name_delimiter)?
  bool was_named = false;
};

/// How inputs are read while binding.
struct CsvReading {
  TextEncoding encoding = {};
  CsvDialect dialect = {};
  CsvPreamble preamble = {};
  NullWords nulls{{std::string()}};
  FieldFormat format = {};               ///< Of columns that say nothing else of themselves.
  std::optional<OpenDialect> open = {};  ///< Set: to be found out (csv_dialect_sniffer.h).
};

/// Reads up to `rows` records from the beginning of `input` and shows their fields to `columns`,
/// one sniffer a field (grown as needed); records with another number of fields are left out.
/// SUSPENDS. ERRORS: kIo; kData when the header does not end within kBeginningBytesMax, has faulty
/// quotes or is not UTF-8, unless preamble.replace_invalid_utf8; when lines end with carriage
/// returns, and when the file is no text.
Result<CsvSample> sample_csv(const Input& input, const CsvReading& reading, size_t rows,
                             std::vector<TypeSniffer>& columns);

/// Shows `text`, a field as it stands in a record, to the sniffer of its column; what stands for
/// NULL says nothing.
void sample_csv_field(std::string_view text, const CsvReading& reading, TypeSniffer& column);

}  // namespace leat::io
