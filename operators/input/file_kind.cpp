// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: archives, workbooks and columnar files under a name that says `.csv`, or behind a
// pattern that matches too much.
//
// Invariants: only what no table of text begins with is recognised; a wrong guess would make a
// readable file unreadable. So marks of two letters (`BM`, `MZ`) are left out.
//
// Not chosen: names (`.xlsx`), which lie as often as they tell, and a library (libmagic), whose
// thousand kinds are not worth its parser of hostile bytes.
#include "operators/input/file_kind.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace leat::io {
namespace {

using std::string_view_literals::operator""sv;

struct Mark {
  size_t at;
  std::string_view bytes;
  std::string_view what;
  std::string_view hint;  ///< `{}` is the file's name.
};

constexpr std::string_view kAsText = "write its rows as CSV or JSON lines first";

constexpr std::array<Mark, 12> kMarks = {{
    {0, "PAR1"sv, "a Parquet file, not text", kAsText},
    {0, "ORC\x01"sv, "an ORC file, not text", kAsText},
    {0, "Obj\x01"sv, "an Avro file, not text", kAsText},
    {0, "ARROW1\0\0"sv, "an Arrow file, not text", kAsText},
    {0, "SQLite format 3\0"sv, "an SQLite database, not text", kAsText},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an old Office document (such as .xls), not text",
     "save the sheet as CSV"},
    {0, "%PDF-"sv, "a PDF document, not text", "extract its tables first"},
    {0, "7z\xBC\xAF\x27\x1C"sv, "a 7z archive, not text", "unpack it first: 7z x '{}'"},
    {0, "Rar!\x1A\x07"sv, "a RAR archive, not text", "unpack it first: unrar x '{}'"},
    {257, "ustar"sv, "a tar archive, not text", "unpack it first: tar -xf '{}'"},
    {0, "\xFF\xFE\0\0"sv, "encoded in UTF-32, not in UTF-8",
     "convert it first: iconv -f UTF-32 -t UTF-8 '{}'"},
    {0, "\0\0\xFE\xFF"sv, "encoded in UTF-32, not in UTF-8",
     "convert it first: iconv -f UTF-32 -t UTF-8 '{}'"},
}};

/// What a zip archive is, by the names of its members near the beginning.
ForeignKind zip_kind(std::string_view text, std::string_view name) {
  if (text.contains("xl/")) return {"an xlsx workbook, not text", "save the sheet as CSV"};
  if (text.contains("[Content_Types].xml") || text.contains("mimetypeapplication/vnd."))
    return {"an Office document, not text", "save its table as CSV"};
  return {"a zip archive, not text", fmt::format("unpack it first: unzip '{}'", name)};
}

enum class ZeroBytes : uint8_t { kEven, kOdd };

/// Is every other byte of the beginning 0, as in UTF-16 of Latin letters?
bool has_every_other_zero(std::string_view text, ZeroBytes where) {
  constexpr size_t kLooked = 64;
  constexpr size_t kEnough = 8;
  const size_t length = std::min(text.size(), kLooked) & ~size_t{1};
  for (size_t i = 0; i < length; ++i) {
    const bool zero = (i % 2 == 0) == (where == ZeroBytes::kEven);
    if ((text[i] == '\0') != zero) return false;
  }
  return length >= kEnough;
}

}  // namespace

std::optional<ForeignKind> recognise_foreign(std::string_view text, std::string_view name) {
  for (const Mark& mark : kMarks) {
    if (text.size() < mark.at || !text.substr(mark.at).starts_with(mark.bytes)) continue;
    return ForeignKind{std::string(mark.what), fmt::format(fmt::runtime(mark.hint), name)};
  }
  if (text.starts_with("PK\x03\x04"sv) || text.starts_with("PK\x05\x06"sv))
    return zip_kind(text, name);
  const bool little = text.starts_with("\xFF\xFE"sv) || has_every_other_zero(text, ZeroBytes::kOdd);
  if (little || text.starts_with("\xFE\xFF"sv) || has_every_other_zero(text, ZeroBytes::kEven)) {
    const bool marked = text[0] != '\0' && static_cast<uint8_t>(text[0]) >= 0xFE;
    const std::string_view encoding = marked ? "UTF-16" : little ? "UTF-16LE" : "UTF-16BE";
    return ForeignKind{"encoded in UTF-16, not in UTF-8",
                       fmt::format("convert it first: iconv -f {} -t UTF-8 '{}'", encoding, name)};
  }
  return std::nullopt;
}

}  // namespace leat::io
