// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/xlsx/sheet_rows.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

/// The rows of `text`, as `7: B=12 C='x'`, and what ended them.
std::string rows_of(std::string_view text, uint32_t next_row = 1) {
  SheetRows rows(text, next_row);
  std::string out;
  for (;;) {
    switch (rows.next()) {
      case SheetRows::Next::kRow: {
        out += std::to_string(rows.row()) + ':';
        for (const SheetCell& cell : rows.cells()) {
          out += ' ' + std::to_string(cell.column) + '=' + std::string(cell.value);
          if (cell.lacks_value) out += "(none)";
        }
        out += '|';
        break;
      }
      case SheetRows::Next::kEnd: return out + (rows.sheet_ended() ? "." : "");
      case SheetRows::Next::kCut: return out + "cut";
      case SheetRows::Next::kFault: return out + rows.fault();
    }
  }
}

TEST(SheetRows, CellsWithAndWithoutNames) {
  EXPECT_EQ(rows_of("<row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"D3\"/><c t=\"str\"><v>x</v></c>"
                    "</row> <row><c><v>2</v></c></row></sheetData>"),
            "3: 2=1 5=x|4: 1=2|.");
  EXPECT_EQ(rows_of("<x:row r=\"2\"><x:c r=\"A2\"><x:v>1</x:v></x:c></x:row>"), "2: 1=1|");
}

TEST(SheetRows, WhatCellsHold) {
  EXPECT_EQ(rows_of("<row><c><f>A1</f><v>5</v></c><c><f>A1</f></c><c><f>A1</f><v></v></c>"
                    "<c t=\"str\"><f>A1</f><v></v></c><c><v/></c></row>"),
            "1: 1=5 2=(none) 3=(none) 4=|");
  EXPECT_EQ(rows_of("<row><c t=\"inlineStr\"><is><t>a</t></is></c><c t=\"inlineStr\"><is><r><t>b"
                    "</t></r><r><t>&amp;c</t></r><rPh><t>d</t></rPh></is></c></row>"),
            "1: 1=a 2=b&c|");
  EXPECT_EQ(rows_of("<row><c t=\"str\"><v>a<![CDATA[<b>]]></v></c></row>"), "1: 1=a<b>|");
}

TEST(SheetRows, FaultsAndCuts) {
  EXPECT_EQ(rows_of("<row r=\"2\"/><row r=\"2\"/>"), "2:|row 2 behind row 2");
  EXPECT_EQ(rows_of("<row r=\"0\"/>"), "a row whose number no sheet has");
  EXPECT_EQ(rows_of("<row r=\"1048577\"/>"), "a row whose number no sheet has");
  EXPECT_EQ(rows_of("<row><c r=\"B1\"/><c r=\"A1\"/></row>"),
            "a cell that is not behind the one before it");
  EXPECT_EQ(rows_of("<row><c><v>1</v></c>"), "cut");
  EXPECT_EQ(rows_of("<row><c><v>1"), "cut");
  EXPECT_EQ(rows_of("<row><c><f><v"), "cut");
  EXPECT_EQ(rows_of("<row><c t=\"inlineStr\"><is><t>a</t></i></c></row>"),
            "a text that does not end");
  EXPECT_EQ(rows_of("<row><c><v>1</c></row>"), "a text that does not end");
  EXPECT_EQ(rows_of("<row><c><v>1</v></row>"), "a cell that does not end");
  EXPECT_EQ(rows_of("<row><c><f>1</v></c></row>"), "an element that does not end");
  EXPECT_EQ(rows_of("<row><c><v><t>1</t></v></c></row>"), "an element in a value");
  EXPECT_EQ(rows_of("<row/><row><c<v"), "1:|a '<' inside of a tag");
}

TEST(SheetRows, WhereTheDataBegins) {
  std::string fault;
  EXPECT_EQ(find_sheet_data("<a><cols><col/></cols><sheetData><row/>", fault), 33u);
  EXPECT_EQ(find_sheet_data("<a><sheetD", fault), std::nullopt);
  EXPECT_EQ(fault, "");
  EXPECT_EQ(find_sheet_data("<!DOCTYPE a>", fault), std::nullopt);
  EXPECT_NE(fault, "");
}

TEST(SheetRows, EndsAreTheSameFromTheBackAndTheFront) {
  const std::string text =
      "<row r=\"2\"><c><v>1</v></c></row><row r=\"7\"></row><x:row/><row><c t=\"str\"><v>row></v>"
      "</c></row ><row r=\"20\"/><row r=\"21\"><c><v>2</v></c></row></sheetData><rowBreaks/>";
  for (size_t length = 0; length <= text.size(); ++length) {
    const std::string piece = text.substr(0, length);
    const RowsEnd found = find_rows_end(piece, 0, 2);
    const RowsEnd walked = find_rows_end("<!-- -->" + piece, 0, 2);
    // Rows without cells may end where the next one begins.
    EXPECT_LE(found.end, walked.end > 0 ? walked.end - 8 : 0) << length;
    if (found.end == 0) continue;
    const std::string before = rows_of(piece.substr(0, found.end), 2);
    const std::string behind = rows_of(text.substr(found.end), found.next_row);
    EXPECT_EQ(before + behind, rows_of(text, 2)) << length;
  }
}

}  // namespace
}  // namespace leat::io
