// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as a workbook, and as the sheet, the texts and the formats in one: what is XML has the
// same rows and faults whatever the chunks, and nothing unpacks without end.
#include <expat.h>

#include "operators/xlsx/sheet_sample.h"
#include "operators/xlsx/sheet_source.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/workbook.h"

namespace leat {
namespace {

std::string path_of(const std::string& content) {
  static const test::TempDir folder;
  return folder.write("input", content);
}

/// A workbook in which `text` is one of the parts.
std::string workbook_with(std::string text, size_t part) {
  test::WorkbookText workbook{
      {{"S", "<row><c t=\"s\"><v>0</v></c><c s=\"1\"><v>45000</v></c></row>"}},
      {"<t>a</t>"},
      std::string(test::kTimeStyles)};
  if (part == 0) workbook.sheets[0].second = std::move(text);
  if (part == 1) workbook.strings[0] = std::move(text);
  if (part == 2) workbook.styles = std::move(text);
  return workbook.file();
}

/// What is no XML may be refused or not, according to where it is cut.
bool is_xml(std::string_view text) {
  const std::string document = "<sheetData>" + std::string(text) + "</sheetData>";
  XML_Parser const parser = XML_ParserCreate("UTF-8");
  const bool ok =
      XML_Parse(parser, document.data(), static_cast<int>(document.size()), 1) == XML_STATUS_OK;
  XML_ParserFree(parser);
  return ok;
}

fuzz::Reading read(const std::string& path, const io::SheetSample& shown, size_t chunk) {
  io::SheetTable table;
  table.format.columns = {{{"a", kUtf8Type}, 1}, {{"b", kDateType}, 3}};
  table.format.schema = test::make_schema({{"a", kUtf8Type}, {"b", kDateType}});
  table.format.shape.dialect = {.delimiter = 0, .quote = 0};
  table.format.nulls = io::NullWords({});
  table.columns = {0, 1};
  table.names = {"a", "b"};
  table.layouts = {shown.layout};
  const auto shared = std::make_shared<const io::SheetTable>(std::move(table));
  test::OperatorFixture fixture(size_t{1} << 28, OnError::kSkip);
  const auto splitter = io::make_sheet_splitter(test::inputs_of({path}), shared, fixture.memory,
                                                {.chunk_bytes = chunk, .count_rows = true});
  const auto decoder = io::make_sheet_decoder(shared, fixture.lane());
  return fuzz::read(fixture, *splitter, *decoder);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  leat::fuzz::stop_at_first_failure();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  const size_t part = input.below(4);
  io::SheetReading reading;
  reading.header = input.below(2) == 0;
  if (part == 0 && !is_xml(input.rest())) return 0;
  const std::string path = path_of(part == 3 ? std::string(input.rest())
                                             : workbook_with(std::string(input.rest()), part));
  std::vector<io::TypeSniffer> sniffers;
  const auto shown = io::sample_sheet(test::inputs_of({path})[0], reading, 10, sniffers);
  if (!shown) return 0;
  const fuzz::Reading whole = read(path, *shown, size_t{1} << 16);
  for (const size_t chunk : {size_t{16}, size_t{67}}) {
    const fuzz::Reading pieces = read(path, *shown, chunk);
    EXPECT_EQ(pieces.error.empty(), whole.error.empty()) << pieces << whole;
    if (whole.error.empty()) EXPECT_EQ(pieces, whole);
  }
  return 0;
}

}  // namespace leat
