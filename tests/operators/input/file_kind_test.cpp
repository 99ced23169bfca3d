// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/file_kind.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

using std::string_view_literals::operator""sv;

std::string kind(std::string_view text) {
  const std::optional<ForeignKind> found = recognise_foreign(text, "f.csv");
  return found ? found->what : "";
}

TEST(FileKind, WhatIsNoTextIsNamed) {
  EXPECT_EQ(kind("PAR1\x15\x04"), "a Parquet file, not text");
  EXPECT_EQ(kind("PK\x03\x04\x14\0\0\0[Content_Types].xml xl/workbook.xml"sv),
            "an xlsx workbook, not text");
  EXPECT_EQ(kind("PK\x03\x04\x14\0\0\0[Content_Types].xml word/"sv),
            "an Office document, not text");
  EXPECT_EQ(kind("PK\x03\x04\x14\0\0\0data.csv"sv), "a zip archive, not text");
  std::string tar = "data.csv" + std::string(249, '\0') + "ustar" + std::string(250, '\0');
  EXPECT_EQ(kind(tar), "a tar archive, not text");
  tar.resize(100);
  EXPECT_EQ(kind(tar), "");
}

TEST(FileKind, OtherEncodingsWithAndWithoutAMark) {
  constexpr std::string_view kUtf16 = "encoded in UTF-16, not in UTF-8";
  EXPECT_EQ(kind("\xFF\xFE"
                 "a\0"sv),
            kUtf16);
  EXPECT_EQ(kind("\xFE\xFF\0a"sv), kUtf16);
  EXPECT_EQ(kind("a\0,\0b\0\n\0"sv), kUtf16);
  EXPECT_EQ(kind("\0a\0,\0b\0\n"sv), kUtf16);
  EXPECT_EQ(kind("\xFF\xFE\0\0a\0\0\0"sv), "encoded in UTF-32, not in UTF-8");
  EXPECT_EQ(recognise_foreign("a\0,\0b\0\n\0"sv, "f.csv")->hint,
            "set 'encoding: UTF-16LE', or 'encoding: auto'");
}

TEST(FileKind, TextIsText) {
  for (const std::string_view text : {""sv, "a,b\n1,2\n"sv, "PARIS,1\n"sv, "a\0b\0"sv, "ORC\n"sv,
                                      "PK,name\n"sv, "\0"sv, "Obj,1"sv, "%PD"sv})
    EXPECT_EQ(kind(text), "") << text;
}

}  // namespace
}  // namespace leat::io
