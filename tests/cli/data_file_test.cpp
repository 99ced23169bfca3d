// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/data_file.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

TEST(DataFile, TheNameTellsTheReader) {
  EXPECT_EQ(reader_of("a.csv.gz"), "read_csv");
  EXPECT_EQ(reader_of("a"), "read_csv");
  EXPECT_EQ(reader_of("a.ndjson"), "read_jsonl");
  EXPECT_EQ(reader_of("a.xlsx"), "read_xlsx");
  EXPECT_EQ(reader_of("a.xml.gz"), "read_xml");
  EXPECT_EQ(reader_of("a.htm"), "read_html_table");
  EXPECT_EQ(reader_of("a.json.gz"), "read_json");
  EXPECT_EQ(reader_of("access.log.zst"), "read_lines");
  EXPECT_TRUE(is_pipeline_file("a.yaml"));
  EXPECT_FALSE(is_pipeline_file("a.csv"));
}

TEST(DataFile, NamesThatYamlWouldReadOtherwiseAreQuoted) {
  const Schema schema({{"Betrag (EUR)", kFloat64Type}, {"null", kUtf8Type}, {"id", kInt64Type}});
  EXPECT_EQ(reader_stage("a: b.tsv", &schema, {{"delimiter", "\t"}, {"header", "false"}}),
            "  - read_csv:\n      path: \"a: b.tsv\"\n"
            "      header: false\n      columns:\n"
            "        \"Betrag (EUR)\": float64\n        \"null\": utf8\n        id: int64\n");
}

TEST(DataFile, WhatIsFoundIsWrittenDownUnlessItGoesWithoutSaying) {
  EXPECT_EQ(reader_stage("a.csv"),
            "  - read_csv:\n      path: a.csv\n      delimiter: auto\n      encoding: auto\n");
  const Schema schema({{"id", kInt64Type}});
  EXPECT_EQ(reader_stage("a.csv", &schema, {{"delimiter", ","}}),
            "  - read_csv:\n      path: a.csv\n      columns:\n        id: int64\n");
  EXPECT_EQ(written_options("a.csv", {{"delimiter", "\t"}}).front(), "delimiter: \"\\t\"");
  EXPECT_EQ(reader_stage("a.tsv", &schema, {{"delimiter", ","}, {"decimal_separator", ","}}),
            "  - read_csv:\n      path: a.tsv\n      delimiter: \",\"\n"
            "      decimal_separator: \",\"\n      columns:\n        id: int64\n");
}

TEST(DataFile, RowsAreCollectedWithTheirSchema) {
  test::TempDir directory;
  const std::string path = directory.write("in.csv", "n,w\n1,a\n2,\n3,c\n");
  RunArguments arguments;
  arguments.is_only = false;  // no sandbox: this process goes on
  arguments.portion.to = "";
  arguments.portion.source_limit = 2;
  const auto shown = collect_rows(arguments, reader_pipeline(path));
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->rows.dump(), R"([{"n":1,"w":"a"},{"n":2,"w":null}])");
  EXPECT_EQ(schema_json(shown->schema).dump(),
            R"([{"name":"n","type":"int64"},{"name":"w","type":"utf8"}])");
}

}  // namespace
}  // namespace leat::cli
