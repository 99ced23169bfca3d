// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/path_columns.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/targets/path_pattern.h"
#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_csv;
extern const OperatorDef operator_read_jsonl;
extern const OperatorDef operator_read_lines;

namespace io {
namespace {

using test::Opt;
using ::testing::ElementsAre;

constexpr OptionDef kOptions[] = {{.name = "path", .type = OptionType::kTextList, .doc = "Path."},
                                  kFolderColumnsOption};

/// All that was reported.
std::string said(const test::Binding& binding) {
  return fmt::format("{}", fmt::join(binding.mistakes, "\n"));
}

class PathColumnsTest : public ::testing::Test {
 protected:
  /// `name type: values` of each column.
  std::vector<std::string> find(const std::string& path, const std::vector<std::string>& files,
                                const std::string& which = "auto") {
    test::OptionDocument document;
    const SourceText key = document.scalar("read");
    Diagnostics diagnostics;
    const auto values = read_options(
        kOptions, "path", document.node(Opt::map({{"path", path}, {"path_columns", which}})), key,
        diagnostics);
    found_ = PathColumns::find(*values, test::inputs_of(files), diagnostics);
    found_.cast({}, diagnostics);
    mistakes_.clear();
    for (const Diagnostic& error : diagnostics.errors()) mistakes_.push_back(error.message);
    std::vector<std::string> columns;
    for (const PathColumns::PathColumn& column : found_.columns()) {
      std::string& text = columns.emplace_back(column.name + " " + to_string(column.type) + ":");
      for (const PathValue& value : column.values)
        text += " " + test::value_text(**repeat_value(value, column.type, 1, fixture_.memory), 0);
    }
    return columns;
  }
  test::OperatorFixture fixture_;
  PathColumns found_;
  std::vector<std::string> mistakes_;
};

TEST(UnescapePathValue, IsTheOppositeOfWhatSinksWrite) {
  for (const std::string text : {"DE", "", "a/b", "..", ".x", " y ", "100%", "%41", "x=y", "a\tb",
                                 "__NULL__", "__EMPTY__", "ü", "\xC2\x85"}) {
    std::string name;
    put_escaped(text, name);
    EXPECT_EQ(unescape_path_value(name), text) << name;
  }
  EXPECT_EQ(unescape_path_value("__NULL__"), std::nullopt);
  EXPECT_EQ(unescape_path_value("__HIVE_DEFAULT_PARTITION__"), std::nullopt);
  EXPECT_EQ(unescape_path_value("100%"), "100%");
  EXPECT_EQ(unescape_path_value("%4"), "%4");
}

TEST_F(PathColumnsTest, FoldersThatThePathWritesWithAPattern) {
  const std::vector<std::string> files{"o/a=1/day=2026-01-31/x=9/f.csv",
                                       "o/a=__NULL__/day=2026-02-01/x=9/f.csv"};
  EXPECT_THAT(find("o/a=*/day=2026-*/x=9/f.csv", files),
              ElementsAre("a int64: 1 NULL", "day date: 20484 20485"));
  EXPECT_THAT(find("o/**/f.csv", files), ElementsAre());
  EXPECT_THAT(find("o/**/f.csv", files, "all"),
              ElementsAre("a int64: 1 NULL", "day date: 20484 20485", "x int64: 9 9"));
  EXPECT_THAT(find("o/a=*/day=2026-*/x=9/f.csv", files, "none"), ElementsAre());
}

TEST_F(PathColumnsTest, TypesAreGuessedCautiously) {
  EXPECT_THAT(find("m=*/f", {"m=01/f", "m=02/f"}), ElementsAre("m utf8: 01 02"));
  EXPECT_THAT(find("m=*/f", {"m=a%2Fb/f", "m=__EMPTY__/f"}), ElementsAre("m utf8: a/b "));
  EXPECT_THAT(find("t.tar::m=*/f", {"t.tar::m=1/f", "t.tar::m=2/f"}), ElementsAre("m int64: 1 2"));
}

TEST_F(PathColumnsTest, EveryPathHasAllColumns) {
  EXPECT_THAT(find("m=*/f", {"m=01/f", "other/f"}), ElementsAre());
  EXPECT_THAT(mistakes_, ElementsAre("there is no folder 'm=' in the path of 'other/f'"));
}

class PathColumnsOfSources : public ::testing::Test {
 protected:
  test::Binding bind(const OperatorDef& definition, std::vector<std::pair<std::string, Opt>> more,
                     const std::string& path) {
    more.emplace_back("path", folder_.file(path));
    return test::bind(definition, Opt::map(std::move(more)), nullptr);
  }
  test::TempDir folder_;
};

TEST_F(PathColumnsOfSources, TheyStandBehindThoseOfTheRows) {
  folder_.write("c=DE/x.csv", "id\n1\n2\n");
  folder_.write("c=FR/x.csv", "id\n3\n");
  folder_.write("c=DE/x.jsonl", "{\"id\":1}\n");
  test::OperatorFixture fixture;
  const auto csv = bind(operator_read_csv, {{"row_column", "nr"}}, "c=*/x.csv");
  ASSERT_TRUE(csv.bound) << said(csv);
  EXPECT_THAT(test::run_source(fixture, *csv.bound).rows,
              ElementsAre("1|DE|1", "2|DE|2", "3|FR|1"));
  const auto json = bind(operator_read_jsonl, {}, "c=*/x.jsonl");
  ASSERT_TRUE(json.bound) << said(json);
  EXPECT_THAT(test::run_source(fixture, *json.bound).rows, ElementsAre("1|DE"));
  const auto lines = bind(operator_read_lines, {}, "c=*/x.csv");
  ASSERT_TRUE(lines.bound) << said(lines);
  EXPECT_THAT(test::run_source(fixture, *lines.bound).rows,
              ElementsAre("id|DE", "1|DE", "2|DE", "id|FR", "3|FR"));
}

TEST_F(PathColumnsOfSources, TheirTypesCanBeDeclared) {
  folder_.write("n=007/x.csv", "id\n1\n");
  const auto bound = bind(operator_read_csv,
                          {{"columns", Opt::map({{"n", "int64"}, {"id", "utf8"}})}}, "n=*/x.csv");
  ASSERT_TRUE(bound.bound) << said(bound);
  EXPECT_EQ((*bound.bound->output)[1].type, kInt64Type);
  EXPECT_THAT(said(bind(operator_read_csv, {{"types", Opt::map({{"n", "date"}})}}, "n=*/x.csv")),
              ::testing::HasSubstr("'007' of the folder 'n=' is not a value of type date"));
}

TEST_F(PathColumnsOfSources, NamesMustBeNew) {
  folder_.write("id=7/x.csv", "id\n1\n");
  EXPECT_THAT(said(bind(operator_read_csv, {}, "id=*/x.csv")),
              ::testing::HasSubstr("the input has a column 'id', and its path as well"));
  const auto none = bind(operator_read_csv, {{"path_columns", "none"}}, "id=*/x.csv");
  ASSERT_TRUE(none.bound) << said(none);
  EXPECT_EQ(none.bound->output->size(), 1u);
}

}  // namespace
}  // namespace io
}  // namespace leat
