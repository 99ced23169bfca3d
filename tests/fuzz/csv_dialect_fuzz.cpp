// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as the beginning of a CSV file whose dialect is to be found out: whatever is found is a
// dialect, its characters differ from each other, and it is found again.
#include "operators/csv/csv_dialect_sniffer.h"
#include "operators/text/block.h"
#include "tests/fuzz/fuzz.h"

namespace leat {

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  leat::fuzz::stop_at_first_failure();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  io::CsvReading reading;
  reading.open = io::OpenDialect();
  if (input.below(2) == 0) reading.dialect.comment = '|';
  if (input.below(2) == 0) reading.dialect.escape = ';';
  const bool complete = input.below(2) == 0;
  std::string text(input.rest());
  const size_t length = text.size();
  text.append(io::kBlockBytes, '\0');
  const std::string_view beginning = std::string_view(text).substr(0, length);
  io::CsvReading again = reading;
  const bool found = io::sniff_csv_dialect(beginning, complete, reading);
  EXPECT_EQ(io::sniff_csv_dialect(beginning, complete, again), found);
  EXPECT_EQ(again.dialect, reading.dialect);
  const io::CsvDialect& dialect = reading.dialect;
  EXPECT_NE(dialect.delimiter, dialect.quote);
  EXPECT_NE(dialect.delimiter, dialect.comment);
  EXPECT_NE(dialect.delimiter, dialect.escape);
  EXPECT_NE(reading.format.decimal_separator, reading.format.thousands_separator);
  return 0;
}

}  // namespace leat
