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

#include <array>

#include <fmt/format.h>

#include "operators/input/text_encoding.h"

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

constexpr std::array<Mark, 10> kMarks = {{
    {0, "PAR1"sv, "a Parquet file, not text", "read it with read_parquet"},
    {0, "ORC\x01"sv, "an ORC file, not text", kAsText},
    {0, "Obj\x01"sv, "an Avro file, not text", kAsText},
    {0, "ARROW1\0\0"sv, "an Arrow file, not text", kAsText},
    {0, "SQLite format 3\0"sv, "an SQLite database, not text", kAsText},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an old Office document (such as .xls), not text",
     "save the sheet as CSV"},
    {0, "%PDF-"sv, "a PDF document, not text", "extract its tables first"},
    {0, "7z\xBC\xAF\x27\x1C"sv, "a 7z archive, not text", "unpack it first: 7z x '{}'"},
    {0, "Rar!\x1A\x07"sv, "a RAR archive, not text", "unpack it first: unrar x '{}'"},
    {257, "ustar"sv, "a tar archive, not text", "name its members: '{}::*.csv'"},
}};

/// What a zip archive is, by the names of its members near the beginning.
ForeignKind zip_kind(std::string_view text, std::string_view name) {
  if (text.contains("xl/")) return {"an xlsx workbook, not text", "read it with read_xlsx"};
  if (text.contains("[Content_Types].xml") || text.contains("mimetypeapplication/vnd."))
    return {"an Office document, not text", "save its table as CSV"};
  return {"a zip archive, not text", fmt::format("name its members: '{}::*.csv'", name)};
}

}  // namespace

std::optional<ForeignKind> recognise_foreign(std::string_view text, std::string_view name) {
  for (const Mark& mark : kMarks) {
    if (text.size() < mark.at || !text.substr(mark.at).starts_with(mark.bytes)) continue;
    return ForeignKind{std::string(mark.what), fmt::format(fmt::runtime(mark.hint), name)};
  }
  if (text.starts_with("PK\x03\x04"sv) || text.starts_with("PK\x05\x06"sv))
    return zip_kind(text, name);
  if (const std::string_view encoding = recognise_unicode(text); !encoding.empty()) {
    return ForeignKind{fmt::format("encoded in {}, not in UTF-8", encoding.substr(0, 6)),
                       fmt::format("set 'encoding: {}', or 'encoding: auto'", encoding)};
  }
  return std::nullopt;
}

}  // namespace leat::io
