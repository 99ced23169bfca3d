// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_dialect_sniffer.h"

#include <string>

#include <gtest/gtest.h>

#include "operators/text/block.h"

namespace leat::io {
namespace {

/// What is found in `text`, as options; `no` if nothing is.
std::string sniff(std::string text, CsvReading reading = {}, bool complete = true) {
  if (!reading.open) reading.open = OpenDialect();
  const size_t size = text.size();
  text.append(kBlockBytes, ',');
  if (!sniff_csv_dialect(std::string_view(text).substr(0, size), complete, reading)) return "no";
  std::string found;
  for (const auto& [name, value] : found_options(reading))
    found += (found.empty() ? "" : " ") + name + " " + (value == "\t" ? "tab" : value);
  return found;
}

TEST(CsvDialectSniffer, Delimiters) {
  EXPECT_EQ(sniff("id,name\n1,a\n"), "delimiter ,");
  EXPECT_EQ(sniff("id;name\n1;a, b\n2;c\n"), "delimiter ;");
  EXPECT_EQ(sniff("id\tname\n1\ta;b\n"), "delimiter tab");
  EXPECT_EQ(sniff("id|name\r\n1|a\r\n"), "delimiter |");
  EXPECT_EQ(sniff("id,tags\n1,a;b\n2,c;d\n"), "delimiter ,") << "the header has no ;";
  EXPECT_EQ(sniff("a;b\n\"x,y;z\";1\n"), "delimiter ;");
  EXPECT_EQ(sniff("name\nBath, UK\nUlm\n"), "delimiter ,") << "one column";
  EXPECT_EQ(sniff("Report\n\nid;n\n1;2\n3;4\n"), "delimiter ;") << "most records are alike";
}

TEST(CsvDialectSniffer, FilesThatNameTheirDelimiter) {
  EXPECT_EQ(sniff("sep=;\r\nid;name\r\n1;a,b,c\r\n"), "delimiter ; skip 1");
  EXPECT_EQ(sniff("\"sep=|\"\nid|a,b\n1|a,b\n"), "delimiter | skip 1");
  EXPECT_EQ(sniff("sep=\t\nid\n1\n"), "delimiter tab skip 1");
  EXPECT_EQ(sniff("sep=,\n"), "no") << "nothing behind it";
  EXPECT_EQ(sniff("sep=\"\na,b\n"), "delimiter ,") << "a quote is none";
  EXPECT_EQ(sniff("sep=12\na,b\n1,2\n"), "delimiter ,");
  CsvReading skips;
  skips.preamble.skip_lines = 2;
  EXPECT_EQ(sniff("x\ny\nsep=;\na;b\n", skips), "delimiter ; skip 3");
}

TEST(CsvDialectSniffer, NothingToSee) {
  EXPECT_EQ(sniff(""), "no");
  EXPECT_EQ(sniff("\n\n"), "no");
  EXPECT_EQ(sniff("a;b", {}, false), "delimiter ;");
}

TEST(CsvDialectSniffer, Quotes) {
  EXPECT_EQ(sniff("a,b\n'x,y',z\n"), "delimiter , quote '");
  EXPECT_EQ(sniff("a,b\n'tis,z\n"), "delimiter ,");
  EXPECT_EQ(sniff("a,b\n\"x\",'z'\n"), "delimiter ,");
}

TEST(CsvDialectSniffer, Headers) {
  EXPECT_EQ(sniff("1,a\n2,b\n"), "delimiter , header false");
  EXPECT_EQ(sniff("id,a\n2,b\n"), "delimiter ,");
  EXPECT_EQ(sniff("x,a\ny,b\n"), "delimiter ,") << "texts say nothing";
  EXPECT_EQ(sniff("country,2024\nDE,x\n"), "delimiter ,");
  EXPECT_EQ(sniff(",n\n1,2\n"), "delimiter ,");
  EXPECT_EQ(sniff("2025-01-01,1\n2025-01-02,2\n"), "delimiter , header false");
}

TEST(CsvDialectSniffer, DecimalCommas) {
  EXPECT_EQ(sniff("a;b\nx;1,5\n"), "delimiter ; decimal_separator ,");
  EXPECT_EQ(sniff("a;b\nx;1.234,5\n"), "delimiter ; decimal_separator , thousands_separator .");
  EXPECT_EQ(sniff("a;b\nx;1,5\ny;1.234\n"),
            "delimiter ; decimal_separator , thousands_separator .");
  EXPECT_EQ(sniff("a,b\nx,\"1,50\"\n"), "delimiter , decimal_separator ,");
  EXPECT_EQ(sniff("a;b\nx;0,125\n"), "delimiter ; decimal_separator ,");
}

TEST(CsvDialectSniffer, WhatCanBeReadInTwoWaysDecidesNothing) {
  EXPECT_EQ(sniff("a;b\nx;1,234\n"), "delimiter ;");
  EXPECT_EQ(sniff("a;b\nx;1,5\ny;1.5\n"), "delimiter ;");
  EXPECT_EQ(sniff("a;b\nx;1.234.56\ny;10.1.2.3\n"), "delimiter ;");
  EXPECT_EQ(sniff("a;b\nx;31.12.2025\n"), "delimiter ;");
  EXPECT_EQ(sniff("a;b\nx;1,234.5\n"), "delimiter ; thousands_separator ,");
}

TEST(CsvDialectSniffer, WhatIsSaidStays) {
  CsvReading reading{.open = OpenDialect{.quote = false, .header = false, .numbers = false}};
  EXPECT_EQ(sniff("1;'2,5'\n3;'4,5'\n", reading), "delimiter ;");
  reading.dialect.comment = ';';
  EXPECT_EQ(sniff("a|b\n;x\n1|2\n", reading), "delimiter |");
  reading.preamble.skip_lines = 1;
  EXPECT_EQ(sniff("a,b,c,d\n1|2\n", reading), "delimiter |");
}

}  // namespace
}  // namespace leat::io
