// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/shown_rows.h"

#include <memory>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

ShownRows two_rows() {
  return {std::make_shared<Schema>(Schema({{"id", kInt64Type}, {"a|\"<", kUtf8Type}})),
          {{"1", "x|y"}, {"2", "NULL"}}};
}

TEST(ShownRows, EachFormatHasItsFrame) {
  EXPECT_EQ(format_rows(RowFormat::kVertical, two_rows(), 40, 0),
            "-- row 1 --\nid    1\na|\"<  x|y\n-- row 2 --\nid    2\na|\"<  NULL\n");
  EXPECT_EQ(format_rows(RowFormat::kMarkdown, two_rows(), 40, 0),
            "| id | a\\|\"< |\n|---:|---|\n| 1 | x\\|y |\n| 2 | NULL |\n");
  EXPECT_EQ(format_rows(RowFormat::kCsv, two_rows(), 40, 0), "id,\"a|\"\"<\"\n1,x|y\n2,NULL\n");
  EXPECT_EQ(format_rows(RowFormat::kHtml, two_rows(), 40, 0),
            "<table>\n<tr><th>id</th><th>a|&quot;&lt;</th></tr>\n"
            "<tr><td>1</td><td>x|y</td></tr>\n<tr><td>2</td><td>NULL</td></tr>\n</table>\n");
}

TEST(ShownRows, JsonIsAListOfObjects) {
  ShownRows shown = two_rows();
  shown.rows[0][1] = "\"x\"";
  shown.rows[1][1] = "null";
  EXPECT_EQ(format_rows(RowFormat::kJson, shown, 40, 0),
            "[\n  {\"id\": 1, \"a|\\\"<\": \"x\"},\n  {\"id\": 2, \"a|\\\"<\": null}\n]\n");
  shown.rows.clear();
  EXPECT_EQ(format_rows(RowFormat::kJson, shown, 40, 0), "[]\n");
}

}  // namespace
}  // namespace leat::io
