// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as CSV, in several dialects: rows, faults and errors are the same whatever the chunks
// the file is read in, and every record is accounted for.
#include "operators/csv/csv_decoder.h"
#include "operators/csv/csv_splitter.h"
#include "tests/fuzz/fuzz.h"

namespace leat {
namespace {

io::CsvDialect dialect_of(size_t choice) {
  io::CsvDialect dialect;
  if (choice == 1) dialect.quote = 0;
  if (choice == 2) dialect.escape = '\\';
  if (choice == 3) dialect.comment = '#';
  if (choice == 4) dialect.delimiter = ';';
  if (choice == 5) dialect.long_delimiter = "||";
  if (choice == 6) dialect.long_delimiter = "aab";
  return dialect;
}

/// Of columns whose values are written in ways of their own.
io::FieldFormat field_format(size_t choice) {
  io::FieldFormat format;
  std::string wrong;
  if (choice == 1) format.trim = true;
  if (choice == 2) format.decimal_separator = ";";
  if (choice == 2) format.thousands_separator = ".";
  if (choice == 3) format.strip = {"\u20ac", "%"};
  if (choice == 4) format.time = io::TimeForm{"%d.%m", *expr::TimeFormat::parse("%d.%m", wrong)};
  return format;
}

std::shared_ptr<const io::CsvFormat> format_of(const io::CsvDialect& dialect, io::Ragged ragged,
                                               const io::FieldFormat& written) {
  const std::vector<Field> fields{
      {"a", kInt64Type}, {"b", kUtf8Type}, {"c", kFloat64Type}, {"d", kTimestampType}};
  io::CsvFormat format;
  format.shape = {dialect, fields.size(), ragged};
  for (size_t i = 0; i < fields.size(); ++i)
    format.columns.push_back({fields[i], i, true, written});
  format.schema = test::make_schema(fields);
  return std::make_shared<const io::CsvFormat>(std::move(format));
}

fuzz::Reading read(const std::string& path, const std::shared_ptr<const io::CsvFormat>& format,
                   OnError on_error, size_t chunk) {
  test::OperatorFixture fixture(size_t{1} << 28, on_error);
  auto finder = std::make_unique<io::CsvFinder>(
      format->shape.dialect, io::CsvPreamble{0, false, {}, {}, false}, format->shape.columns);
  io::RecordSplitter splitter(test::inputs_of({path}), std::move(finder), fixture.memory,
                              {chunk, io::kMaxRecordDefault, true});
  io::CsvDecoder decoder(format, fixture.lane());
  return fuzz::read(fixture, splitter, decoder);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  leat::fuzz::stop_at_first_failure();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  const io::CsvDialect dialect = dialect_of(input.below(7));
  const size_t ragged = input.below(4);
  const auto format = format_of(dialect, {.pads = (ragged & 1) != 0, .truncates = ragged > 1},
                                field_format(input.below(5)));
  const OnError on_error = input.below(2) == 0 ? OnError::kSkip : OnError::kFail;
  const std::string path = fuzz::file_with(input.rest());
  const fuzz::Reading whole = read(path, format, on_error, size_t{1} << 16);
  EXPECT_EQ(read(path, format, on_error, 16), whole);
  EXPECT_EQ(read(path, format, on_error, 67), whole);
  return 0;
}

}  // namespace leat
