// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows come encoded from many lanes, and a workbook is a zip archive whose sheet says the
// number of each of them.
//
// Invariants
// 1. The file is written from front to back, so it may be a pipe, and nothing of it is held: lengths
//    and checksum of the sheet stand behind it.
// 2. Bytes depend on rows, sheet name and level alone: times are those of 1980-01-01, blocks are cut
//    by their position (packed_file.h), and packed by zlib at once.
// 3. A workbook that spreadsheet programs could not open is an error, not a file.
//
// Written here: the forty bytes of zip's headers. Libraries write archives as one thread packs
// them; a sheet of a million rows would take ten times as long.
#include "operators/xlsx/xlsx_file.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <isa-l/crc.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/text/unicode.h"
#include "operators/xlsx/cell_range.h"
#include "operators/xlsx/xlsx_encoder.h"

namespace leat::io {
namespace {

constexpr uint16_t kVersion = 20;
constexpr uint16_t kLengthsBehind = 8;  // a flag: so it is when a member is written
constexpr uint16_t kNamesAreUtf8 = 0x800;
constexpr uint16_t kStored = 0;
constexpr uint16_t kDeflated = 8;
constexpr uint16_t kDate = 0x21;            // 1980-01-01, before which the format knows no time
constexpr uint64_t kBytesMax = UINT32_MAX;  // without the 64 bits that not all programs read
constexpr size_t kSheetNameMax = 31;
constexpr size_t kPieceBytes = size_t{64} << 10;  // numbered at a time
constexpr std::string_view kSheetMember = "xl/worksheets/sheet1.xml";

constexpr std::string_view kXml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

constexpr std::string_view kContentTypes =
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
    "<Default Extension=\"rels\" "
    "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/"
    "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
    "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/"
    "vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
    "<Override PartName=\"/xl/styles.xml\" ContentType=\"application/"
    "vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/></Types>\n";

constexpr std::string_view kRelations =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
    "relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>\n";

constexpr std::string_view kWorkbookRelations =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
    "relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
    "relationships/styles\" Target=\"styles.xml\"/></Relationships>\n";

/// The formats of XlsxStyle, in its order.
constexpr std::string_view kStyles =
    "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
    "<numFmts count=\"3\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>"
    "<numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/>"
    "<numFmt numFmtId=\"166\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss.000\"/></numFmts>"
    "<fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
    "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
    "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"
    "</cellStyleXfs><cellXfs count=\"4\">"
    "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
    "<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
    "applyNumberFormat=\"1\"/>"
    "<xf numFmtId=\"165\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
    "applyNumberFormat=\"1\"/>"
    "<xf numFmtId=\"166\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
    "applyNumberFormat=\"1\"/></cellXfs>"
    "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>"
    "</styleSheet>\n";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string workbook_text(const std::string& sheet) {
  return fmt::format(
      "{}<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
      "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>"
      "<sheet name=\"{}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>\n",
      kXml, escaped(sheet));
}

void put16(std::string& out, uint64_t value) {
  out += static_cast<char>(value & 0xFF);
  out += static_cast<char>(value >> 8 & 0xFF);
}
void put32(std::string& out, uint64_t value) {
  put16(out, value & 0xFFFF);
  put16(out, value >> 16);
}

uint32_t checksum_of(uint32_t before, std::string_view text) {
  return crc32_gzip_refl(before, reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

}  // namespace

std::string sheet_name_mistake(std::string_view name) {
  if (name.empty()) return "a sheet needs a name";
  if (name.find_first_of("[]:*?/\\") != std::string_view::npos)
    return "the name of a sheet cannot hold any of [ ] : * ? / \\";
  if (name.starts_with('\'') || name.ends_with('\''))
    return "the name of a sheet cannot begin or end with an apostrophe";
  if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<uint8_t>(c) < 0x20; }))
    return "the name of a sheet cannot hold control characters";
  const size_t length = expr::count_characters(name);
  return length > kSheetNameMax
             ? fmt::format("the name of a sheet has at most {} characters, this one has {}",
                           kSheetNameMax, length)
             : std::string();
}

XlsxFile::XlsxFile(std::string sheet, int level, StagedFile& file, MemoryAccount& memory)
    : sheet_(std::move(sheet)),
      file_(file),
      packed_(file_,
              {.compression = Compression::kGzip, .level = level, .form = PackedForm::kStream},
              memory) {}

Status XlsxFile::begin() {
  const auto document = [](std::string_view text) { return fmt::format("{}{}", kXml, text); };
  LEAT_TRY(store("[Content_Types].xml", document(kContentTypes)));
  LEAT_TRY(store("_rels/.rels", document(kRelations)));
  LEAT_TRY(store("xl/workbook.xml", workbook_text(sheet_)));
  LEAT_TRY(store("xl/_rels/workbook.xml.rels", document(kWorkbookRelations)));
  LEAT_TRY(store("xl/styles.xml", document(kStyles)));
  return begin_member({.name = std::string(kSheetMember), .is_stream = true});
}

Status XlsxFile::store(std::string name, std::string_view text) {
  LEAT_TRY(begin_member({.name = std::move(name),
                         .checksum = checksum_of(0, text),
                         .packed = text.size(),
                         .bytes = text.size()}));
  return file_.write(text);
}

Status XlsxFile::begin_member(Member member) {
  member.begin = file_.written();
  std::string header = "PK\x03\x04";
  put16(header, kVersion);
  put16(header, kNamesAreUtf8 | (member.is_stream ? kLengthsBehind : 0));
  put16(header, member.is_stream ? kDeflated : kStored);
  put16(header, 0);
  put16(header, kDate);
  put32(header, member.checksum);
  put32(header, member.packed);
  put32(header, member.bytes);
  put16(header, member.name.size());
  put16(header, 0);
  header += member.name;
  members_.push_back(std::move(member));
  return file_.write(header);
}

Status XlsxFile::write(std::string_view text) {
  if (members_.empty()) LEAT_TRY(begin());
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, kPieceBytes);
    text.remove_prefix(piece.size());
    numbered_.clear();
    LEAT_TRY(number_rows(piece));
    Member& sheet = members_.back();
    sheet.checksum = checksum_of(sheet.checksum, numbered_);
    sheet.bytes += numbered_.size();
    LEAT_TRY(check_size());
    LEAT_TRY(packed_.write(numbered_));
  }
  return {};
}

/// `text` with numbers for its marks, to numbered_.
Status XlsxFile::number_rows(std::string_view text) {
  std::string number = std::to_string(row_);
  size_t copied = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (static_cast<uint8_t>(text[at]) > static_cast<uint8_t>(kNextRowMark)) continue;
    numbered_.append(text, copied, at - copied);
    copied = at + 1;
    if (text[at] == kNextRowMark) number = std::to_string(++row_);
    numbered_ += number;
  }
  numbered_.append(text, copied);
  if (row_ <= kSheetRowsMax || LEAT_MUTANT("sheets_have_any_rows")) return {};
  return fail(code::kNotWritable, ErrorCode::kData,
              fmt::format("'{}' would have more than {} rows, which is all that a sheet can hold",
                          file_.target(), kSheetRowsMax),
              "write several files, with {part} in the path and 'max_rows: 1000000', or write CSV");
}

Status XlsxFile::check_size() const {
  if (members_.back().bytes <= kBytesMax && file_.written() <= kBytesMax) return {};
  return fail(code::kNotWritable, ErrorCode::kData,
              fmt::format("the sheet of '{}' would be longer than 4 GiB, which is all that the "
                          "format can hold",
                          file_.target()),
              "write several files, with {part} in the path and 'max_bytes: 1GiB', or write CSV");
}

Status XlsxFile::finish() {
  if (members_.empty()) LEAT_TRY(begin());
  LEAT_TRY(packed_.finish());
  LEAT_TRY(file_.write(kDeflateEnd));
  LEAT_TRY(check_size());
  Member& sheet = members_.back();
  sheet.packed = file_.written() - sheet.begin - (30 + sheet.name.size());
  std::string lengths = "PK\x07\x08";
  put32(lengths, sheet.checksum);
  put32(lengths, sheet.packed);
  put32(lengths, sheet.bytes);
  LEAT_TRY(file_.write(lengths));
  return write_directory();
}

Status XlsxFile::write_directory() {
  const uint64_t begin = file_.written();
  std::string directory;
  for (const Member& member : members_) {
    directory += "PK\x01\x02";
    put16(directory, kVersion);
    put16(directory, kVersion);
    put16(directory, kNamesAreUtf8 | (member.is_stream ? kLengthsBehind : 0));
    put16(directory, member.is_stream ? kDeflated : kStored);
    put16(directory, 0);
    put16(directory, kDate);
    put32(directory, member.checksum);
    put32(directory, member.packed);
    put32(directory, member.bytes);
    put16(directory, member.name.size());
    for (int i = 0; i < 4; ++i) put16(directory, 0);  // no extra field, comment, disk, attributes
    put32(directory, 0);
    put32(directory, member.begin);
    directory += member.name;
  }
  const size_t bytes = directory.size();
  directory += "PK\x05\x06";
  put32(directory, 0);
  put16(directory, members_.size());
  put16(directory, members_.size());
  put32(directory, bytes);
  put32(directory, begin);
  put16(directory, 0);
  return file_.write(directory);
}

}  // namespace leat::io
