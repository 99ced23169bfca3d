// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/sources/json_source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {
extern const OperatorDef operator_read_json;

namespace {

using test::Binding;
using test::Opt;
using test::ReadAll;
using test::schema_text;
using test::TempDir;
using Rows = std::vector<std::string>;
using Options = std::vector<std::pair<std::string, Opt>>;

class ReadJsonTest : public ::testing::Test {
 protected:
  Binding bind(const std::string& text, Options options = {}) {
    options.emplace_back("path", Opt(dir_.write("x.json", text)));
    return test::bind_source(operator_read_json, Opt::map(std::move(options)));
  }
  /// `columns; row; row`, or the mistakes, or the error of the run.
  std::string read(const std::string& text, Options options = {}) {
    const Binding binding = bind(text, std::move(options));
    if (!binding.bound) return without_folder(fmt::format("{}", fmt::join(binding.mistakes, "; ")));
    const ReadAll all(binding);
    if (!all.status) return without_folder(all.status.error().message);
    std::string result = schema_text(binding.output());
    for (const std::string& row : all.output.rows) result += "; " + row;
    return result;
  }
  std::string without_folder(std::string text) const {
    const std::string folder = dir_.file("");
    for (size_t at = text.find(folder); at != std::string::npos; at = text.find(folder))
      text.erase(at, folder.size());
    return text;
  }

  TempDir dir_;
};

TEST_F(ReadJsonTest, ListsDocumentsAndValuesOneAfterAnother) {
  EXPECT_EQ(read("[{\"a\":1},\n{\"a\":2,\"b\":\"x\"}]"), "a int64, b utf8; 1|NULL; 2|x");
  EXPECT_EQ(read("{\n \"a\": 1,\n \"b\": [1.5]\n}\n"), "a int64, b list<float64>; 1|[1.5]");
  EXPECT_EQ(read("{\"a\":1}{\"a\":\n2} [{\"a\":3}]"), "a int64; 1; 2; 3");
}

TEST_F(ReadJsonTest, ListsThatAreRows) {
  const std::pair<std::string, Opt> columns = {"columns",
                                               Opt::map({{"a", "int64"}, {"b", "utf8"}})};
  const std::string rows = "a int64, b utf8; 1|x; 2|NULL; NULL|y";
  EXPECT_EQ(read("[1,\"x\"]\n[2]\n[null,\"y\",[3]]\n", {columns}), rows);
  EXPECT_EQ(read("[[1,\"x\"],[2],\n[null , \"y\" , 3 ]]", {columns}), rows);
  EXPECT_EQ(read("[1, \"x\"]", {columns}), "a int64, b utf8; 1|x") << "one row";
  EXPECT_EQ(read("[[]]", {columns}), "a int64, b utf8; NULL|NULL");
  EXPECT_EQ(read("[{\"b\":\"x\"}, [1]]", {columns}), "a int64, b utf8; NULL|x; 1|NULL");
  EXPECT_EQ(read("[1,\"x\",2]\n", {columns, {"unknown_fields", "error"}}),
            "the list has more elements than there are columns, 2");
  EXPECT_EQ(read("[\"x\",1]\n", {columns}), "field \"a\": \"x\" is no int64");
  EXPECT_EQ(read("[1 \"x\"]\n[", {columns}),
            "the value is not valid JSON: here should be a ',' or ']'");
  EXPECT_EQ(read("[1,2]\n[3]\n", {{"columns", Opt::map({{"value", "list<int64>"}})}}),
            "value list<int64>; [1,2]; [3]");
}

TEST_F(ReadJsonTest, RecordsThatAreNullAreValues) {
  EXPECT_EQ(read("[null, {\"a\":2}]"), "value json; NULL; {\"a\":2}");
  EXPECT_EQ(read("{\"a\":2}\nnull\n"), "value json; {\"a\":2}; NULL");
}

TEST_F(ReadJsonTest, ValuesThatAreNoObjectsAreAColumn) {
  EXPECT_EQ(read("[1,2,null]"), "value int64; 1; 2; NULL");
  EXPECT_EQ(read("\"x\""), "value utf8; x");
  EXPECT_EQ(read("[1,2]\n[3]\n"), "value list<int64>; [1,2]; [3]");
  EXPECT_EQ(read("[[1,2],[3]]"), "value list<int64>; [1,2]; [3]");
  EXPECT_EQ(read("[1,{\"a\":2}]"), "value json; 1; {\"a\":2}");
  EXPECT_EQ(read("{}"), "value json; {}");
  EXPECT_EQ(read("[]"), "value json");
  EXPECT_EQ(read("[{\"a\":1},2]", {{"columns", Opt::map({{"value", "json"}})}}),
            "value json; {\"a\":1}; 2");
  EXPECT_EQ(read("[{\"value\":1},2]", {{"columns", Opt::map({{"value", "int64"}})}}),
            "value int64; 1; 2");
}

TEST_F(ReadJsonTest, RecordsLeadsToThem) {
  const std::string text = R"({"data":{"n":2,"items":[{"a":1},{"a":2}]},"items":[3]})";
  EXPECT_EQ(read(text, {{"records", "$.data.items[*]"}}), "a int64; 1; 2");
  EXPECT_EQ(read(text, {{"records", "$.data.n"}}), "value int64; 2");
  EXPECT_EQ(read(text, {{"records", "$.data.things[*]"}}),
            "'records: $.data.things[*]' leads to nothing in 'x.json': '$.data' has no field "
            "'things' [x.json]");
  EXPECT_EQ(read(text, {{"records", "$.things"}, {"columns", Opt::map({{"a", "int64"}})}}),
            "'records: $.things' leads to nothing in 'x.json': '$' has no field 'things'");
  EXPECT_EQ(read(text, {{"records", "items"}}),
            "'items' is no path to records: it does not begin with '$', the whole value [items]");
  EXPECT_EQ(read("[[1],[2]]", {{"records", "$"}}), "value list<list<int64>>; [[1],[2]]");
}

TEST_F(ReadJsonTest, ADocumentIsOneValue) {
  EXPECT_EQ(read("[{\"a\":1}]\n", {{"document", "true"}}), "a int64; 1");
  EXPECT_EQ(read("{\"a\":1}\n{\"a\":2}", {{"document", "true"}}),
            "the file is not valid JSON: behind the value there is more text");
  EXPECT_EQ(read(" \n", {{"document", "true"}}),
            "x.json:2:1: the file is not valid JSON: here should be a value [x.json]");
}

TEST_F(ReadJsonTest, DuplicateKeysByPolicy) {
  const std::string text = R"({"a":1,"b":{"c":[1]},"a":2,"b":{"c":[2,3],"c":[4]}})";
  const auto with = [&](const char* policy) { return read(text, {{"duplicate_keys", policy}}); };
  EXPECT_EQ(with("first"), "a int64, b struct<c list<int64>>; 1|{[1]}");
  EXPECT_EQ(with("last"), "a int64, b struct<c list<int64>>; 2|{[4]}");
  EXPECT_EQ(with("error"), "the field \"a\" stands twice in one object");
  EXPECT_EQ(read(text), with("error"));
  EXPECT_EQ(read(text, {{"document", "true"}}), with("last"));
}

TEST_F(ReadJsonTest, RowsHaveNumbersAndFiles) {
  std::string text = "[";
  for (int i = 0; i < 300; ++i) text += fmt::format("{}{{\"a\":{}}}", i == 0 ? "" : ",\n", i);
  const Binding binding =
      bind(text + "]", {{"row_column", "n"}, {"chunk", "1KiB"}, {"file_column", "f"}});
  ASSERT_TRUE(binding.bound);
  const ReadAll all(binding);
  ASSERT_EQ(all.output.rows.size(), 300u);
  for (size_t i = 0; i < 300; ++i)
    EXPECT_EQ(all.output.rows[i], fmt::format("{}|{}|{}", i, dir_.file("x.json"), i + 1));
  EXPECT_TRUE(std::is_sorted(all.output.ids.begin(), all.output.ids.end()));
}

TEST_F(ReadJsonTest, WhatCannotBeReadSaysWhere) {
  EXPECT_EQ(read(""), "'x.json' is empty, so the columns are not known [x.json]");
  EXPECT_EQ(read("[nul]"),
            "x.json:1:2: the value is not valid JSON: here should be a value [x.json]");
  EXPECT_EQ(read("\n[1,]"),
            "x.json:2:4: the file is not valid JSON: here should be a value [x.json]");
  EXPECT_EQ(read("[{\"a\":1},{\"b\":2}]", {{"sample", "1"}}),
            "the field \"b\" is not among the columns");
}

TEST_F(ReadJsonTest, EmptyFilesAreReadIfColumnsAreDeclared) {
  EXPECT_EQ(read("", {{"columns", Opt::map({{"a", "int64"}})}}), "a int64");
  EXPECT_EQ(read("", {{"columns", Opt::map({{"a", "int64"}})}, {"records", "$.x[*]"}}), "a int64");
}

TEST_F(ReadJsonTest, ObjectsOfManyFields) {
  std::string text = "[{\"k0\":0";
  for (int i = 1; i < 20'000; ++i) text += fmt::format(",\"k{0}\":{0}", i);
  const Binding binding = bind(text + "}]");
  ASSERT_TRUE(binding.bound);
  EXPECT_EQ(binding.output().size(), 20'000u);
}

}  // namespace
}  // namespace leat
