// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The operator: options, columns and mistakes. Pages are tested in
// tests/operators/html/html_tables_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/operators/sources/json_source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_html_table;

namespace {

using test::Opt;
using ::testing::ElementsAre;

TEST(ReadHtmlTable, TypesAndPlaces) {
  const test::TempDir folder;
  const std::string path = folder.write(
      "a.html", "<table>\n<tr><th>n<th>d\n<tr><td>1<td>2025-01-02\n<tr><td>x<td></table>");
  const test::Binding guessed = test::bind_source(operator_read_html_table, Opt(path));
  ASSERT_TRUE(guessed.bound);
  EXPECT_THAT(test::ReadAll(guessed).output.rows, ElementsAre("1|20090", "x|NULL"));
  const test::Binding declared =
      test::bind_source(operator_read_html_table,
                        Opt::map({{"path", path}, {"columns", Opt::map({{"n", "int64"}})}}));
  test::ReadAll all(declared, OnError::kSkip);
  EXPECT_THAT(all.output.rows, ElementsAre("1"));
  EXPECT_THAT(test::text_of(all.fixture.faults.absorbed().at(0)),
              ::testing::EndsWith("a.html:4:0"));
}

TEST(ReadHtmlTable, Mistakes) {
  const test::TempDir folder;
  const std::string path = folder.write("a.html", "<table id=t><tr><td>1</table>");
  EXPECT_THAT(
      test::bind_source(operator_read_html_table, Opt::map({{"path", path}, {"table", "x"}}))
          .mistakes,
      ElementsAre(path + ": the page has no table with the id or caption 'x' [" + path + "]"));
  EXPECT_THAT(
      test::bind_source(operator_read_html_table, Opt::map({{"path", path}, {"table", "0"}}))
          .mistakes,
      ::testing::Contains("there is no such table [0]"));
}

}  // namespace
}  // namespace leat
