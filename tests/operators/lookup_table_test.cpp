// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/lookup_table.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"
#include "tests/support/temp_dir.h"

namespace leat {
namespace {

using Rows = std::vector<std::string>;

/// The entries of a file with `content`, or what is wrong with it after the file's name.
Rows entries_of(const std::string& content) {
  const test::TempDir folder;
  const std::string path = folder.path() + "/t.csv";
  std::ofstream(path) << content;
  Diagnostics diagnostics;
  const expr::Environment environment;
  const BindContext context{{}, std::nullopt, environment, OnError::kFail, diagnostics};
  test::OptionDocument document;
  const auto table = read_lookup_table(document.node(test::Opt(path)), context);
  Rows rows;
  for (const Diagnostic& error : diagnostics.errors())
    rows.push_back(error.message.substr(error.message.find("t.csv")));
  if (table) {
    for (const LookupTable::Entry& entry : table->entries) {
      rows.push_back(entry.key + "=" + entry.value.value_or("NULL") + " " +
                     entry.place.substr(entry.place.find("t.csv")));
    }
  }
  return rows;
}

TEST(LookupTable, AFileWithAHeaderAndTwoColumns) {
  EXPECT_EQ(entries_of("\xEF\xBB\xBFk,v\r\nDE,\"Ger\nmany\"\r\n\r\n\"a,b\",\nx,\"\"\n"),
            (Rows{"DE=Ger\nmany t.csv:2", "a,b=NULL t.csv:5", "x= t.csv:6"}));
  EXPECT_EQ(entries_of(""), Rows{});
}

TEST(LookupTable, WhatIsNoTable) {
  EXPECT_EQ(entries_of("k,v\na,b\nc\n"),
            (Rows{"t.csv:3 has 1 fields, and a table has a key and a value"}));
  EXPECT_EQ(entries_of("k,v\na,\"b\n").size(), 1u);
  EXPECT_EQ(entries_of("k,v\na,\xFF\n"), (Rows{"t.csv' is not valid UTF-8 at byte 7"}));
  EXPECT_EQ(entries_of(std::string(kLookupFileBytesMax + 1, 'x')),
            (Rows{"t.csv' has more than 16 MiB, too much for 'lookup'"}));
}

}  // namespace
}  // namespace leat
