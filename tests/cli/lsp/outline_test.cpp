// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/lsp/outline.h"

#include <gtest/gtest.h>

#include "cli/lsp/positions.h"

namespace leat::cli {
namespace {

constexpr std::string_view kText = R"(name: job
stages:
  - read_csv:
      path: in.csv
    name: orders
  - filter: price > 1
    from: orders
    on_error: skip
  - derive:
      columns:
        total: price * qty
  - join: { with: orders, on: id }
  - select:
      - id

x-end: 1
)";

/// What stands at `mark` of the text, behind its last character.
Cursor behind(std::string_view mark) {
  const Outline outline(kText);
  const EditorPosition at = position_of(kText, kText.find(mark) + mark.size());
  return outline.cursor(at.line, at.character);
}

TEST(Outline, FindsStagesWithTheirNames) {
  const Outline outline(kText);
  ASSERT_EQ(outline.stages().size(), 5u);
  EXPECT_EQ(outline.stages()[0].operator_name, "read_csv");
  EXPECT_EQ(outline.stages()[0].name, "orders");
  EXPECT_EQ(outline.stages()[0].name_line, 4u);
  EXPECT_EQ(outline.stages()[1].from, "orders");
  EXPECT_EQ(outline.stages()[1].name, "filter");
  EXPECT_EQ(outline.at(10), 2u);
  EXPECT_EQ(outline.at(0), std::nullopt);
  EXPECT_EQ(outline.at(15), std::nullopt);
  ASSERT_NE(outline.find("orders"), nullptr);
  EXPECT_EQ(outline.find("orders")->first_line, 2u);
}

TEST(Outline, KnowsWhatStandsAtAPlace) {
  using Place = Cursor::Place;
  EXPECT_EQ(behind("na").place, Place::kTopKey);
  EXPECT_EQ(behind("- id\n").place, Place::kTopKey);
  EXPECT_EQ(behind("  - fil").place, Place::kStageKey);
  EXPECT_EQ(behind("  - fil").word, "filter");
  EXPECT_EQ(behind("pat").place, Place::kOptionKey);
  EXPECT_EQ(behind("path: in").place, Place::kValue);
  EXPECT_EQ(behind("path: in").option, "path");
  EXPECT_EQ(behind("filter: pr").place, Place::kValue);
  EXPECT_EQ(behind("filter: pr").option, "where");
  EXPECT_EQ(behind("from: or").place, Place::kStageName);
  EXPECT_EQ(behind("on_error: s").place, Place::kSeverity);
  EXPECT_EQ(behind("total: pri").place, Place::kValue);
  EXPECT_EQ(behind("total: pri").option, "columns");
  EXPECT_EQ(behind("tota").place, Place::kNowhere);
  EXPECT_EQ(behind("{ wi").place, Place::kOptionKey);
  EXPECT_EQ(behind("{ with: or").option, "with");
  EXPECT_EQ(behind("orders, o").place, Place::kOptionKey);
  EXPECT_EQ(behind("      - i").place, Place::kValue);
}

TEST(Outline, AnyTextHasOne) {
  for (const std::string_view text :
       {"", "\n", "stages:", "stages:\n-", "stages:\n- ", "stages:\n  - name:\n - x",
        "- - -\n:\n: :", "stages:\n  -\n\n    \n      x: {",
        "stages:\n- read_csv:\n  - a: [\n    b"}) {
    const Outline outline(text);
    for (size_t line = 0; line < 6; ++line)
      for (size_t column = 0; column < 12; ++column) outline.cursor(line, column);
  }
}

}  // namespace
}  // namespace leat::cli
