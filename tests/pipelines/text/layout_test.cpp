// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/text/layout.h"

#include <gtest/gtest.h>

namespace leat::pipelines {
namespace {

std::string after(const std::string& text) {
  const Result<std::string> result = laid_out(Document("job.yaml", text));
  return result ? *result : "refused: " + result.error().message;
}

TEST(Layout, CollectionsAreIndentedByTwo) {
  EXPECT_EQ(after("stages:\n"
                  "- read_csv:\n"
                  "     path: in.csv\n"
                  "     columns:\n"
                  "         n:   int64\n"
                  "- select:\n"
                  "  - a\n"
                  "  - b as c\n"),
            "stages:\n"
            "  - read_csv:\n"
            "      path: in.csv\n"
            "      columns:\n"
            "        n: int64\n"
            "  - select:\n"
            "      - a\n"
            "      - b as c\n");
}

TEST(Layout, TheOperatorIsTheFirstKeyOfItsStage) {
  EXPECT_EQ(after("groups:\n"
                  "  g:\n"
                  "    stages:\n"
                  "      - name: a\n"
                  "        show:\n"
                  "stages:\n"
                  "  # the orders\n"
                  "  - on_error: skip\n"
                  "    # as they came\n"
                  "    name: orders\n"
                  "    read_csv: in.csv\n"),
            "groups:\n"
            "  g:\n"
            "    stages:\n"
            "      - show:\n"
            "        name: a\n"
            "stages:\n"
            "  # the orders\n"
            "  - read_csv: in.csv\n"
            "    # as they came\n"
            "    name: orders\n"
            "    on_error: skip\n");
  EXPECT_EQ(after("stages:\n"
                  "- name: orders\n"
                  "  read_csv:\n"
                  "    path: in.csv\n"
                  "    # no columns\n"
                  "\n"
                  "- show\n"),
            "stages:\n"
            "  - read_csv:\n"
            "      path: in.csv\n"
            "      # no columns\n"
            "    name: orders\n"
            "\n"
            "  - show\n");
}

TEST(Layout, OrderOfOptionsStays) {
  const std::string text =
      "stages:\n"
      "  - derive:\n"
      "      name: 1\n"
      "      a: 2\n"
      "      from: 3\n";
  EXPECT_EQ(after(text), text);
}

TEST(Layout, CommentsStayWhereTheyStand) {
  EXPECT_EQ(after("\n# first\n\n\n"
                  "params:   # of all\n"
                  "    since: 2026-01-01     # a day\n"
                  "    until: x              # another\n"
                  "    # none left\n"
                  "\n"
                  "\n"
                  "# stages now\n"
                  "stages:\n"
                  "\n"
                  "  - read_csv: in.csv # short\n"
                  "  # - filter: x > 1\n"
                  "  -\n"
                  "    # what is left\n"
                  "    show:\n"
                  "# the end\n\n"),
            "# first\n\n"
            "params:   # of all\n"
            "  since: 2026-01-01       # a day\n"
            "  until: x                # another\n"
            "  # none left\n"
            "\n"
            "# stages now\n"
            "stages:\n"
            "  - read_csv: in.csv  # short\n"
            "  # - filter: x > 1\n"
            "  # what is left\n"
            "  - show:\n"
            "# the end\n");
}

TEST(Layout, TextsKeepTheirQuotesAndLines) {
  EXPECT_EQ(after("a: 'it''s'\n"
                  "b: \"x # y\"  # z\n"
                  "c:\n"
                  "    one\n"
                  "    two\n"
                  "\n"
                  "    three\n"
                  "d: 'one\n"
                  "\n"
                  "      two'\n"
                  "e: |-\n"
                  "        select 1\n"
                  "          + 2\n"
                  "\n"
                  "        , 3\n"
                  "f: >2\n"
                  "   one\n"
                  "g:\n"
                  "  # why\n"
                  "  x\n"),
            "a: 'it''s'\n"
            "b: \"x # y\"  # z\n"
            "c: one\n"
            "  two\n"
            "\n"
            "  three\n"
            "d: 'one\n"
            "\n"
            "  two'\n"
            "e: |-\n"
            "  select 1\n"
            "    + 2\n"
            "\n"
            "  , 3\n"
            "f: >2\n"
            "   one\n"
            "# why\n"
            "g: x\n");
}

TEST(Layout, BracketsStayAsTheyAre) {
  EXPECT_EQ(after("stages:\n"
                  "- read_csv: {path: in.csv,  columns: { n: int64 }}\n"
                  "- lookup:\n"
                  "    table: {   # codes\n"
                  "      DE: \"a } b\",\n"
                  "      FR: it's,\n"
                  "    }          # done\n"),
            "stages:\n"
            "  - read_csv: {path: in.csv,  columns: { n: int64 }}\n"
            "  - lookup:\n"
            "      table: {   # codes\n"
            "        DE: \"a } b\",\n"
            "        FR: it's,\n"
            "      }        # done\n");
}

TEST(Layout, AnchorsMergesAndNestedListsStay) {
  EXPECT_EQ(after("x-base: &base\n"
                  "    on_error: skip\n"
                  "stages:\n"
                  "- <<: *base\n"
                  "  read_csv: in.csv\n"
                  "- &last\n"
                  "  show:\n"
                  "- - a\n"
                  "  - b\n"
                  "-\n"),
            "x-base: &base\n"
            "  on_error: skip\n"
            "stages:\n"
            "  - <<: *base\n"
            "    read_csv: in.csv\n"
            "  - &last\n"
            "    show:\n"
            "  - - a\n"
            "    - b\n"
            "  -\n");
}

TEST(Layout, WordsThatOtherReadersTakeForBooleansAreQuoted) {
  EXPECT_EQ(after("settings:\n  fuse: off\n"
                  "stages:\n"
                  "  - rows:\n"
                  "      - { code: NO, name: Norway }\n"
                  "      - { code: 'SE', name: true }\n"
                  "  - join:\n"
                  "      on: on\n"),
            "settings:\n  fuse: off\n"
            "stages:\n"
            "  - rows:\n"
            "      - { code: \"NO\", name: Norway }\n"
            "      - { code: 'SE', name: true }\n"
            "  - join:\n"
            "      on: \"on\"\n");
}

TEST(Layout, LineEndsAndMarksAreThoseOfUnix) {
  EXPECT_EQ(after("\xEF\xBB\xBF---\r\na: 1  \r\n\r\n\r\nb: 2"), "---\na: 1\n\nb: 2\n");
}

TEST(Layout, WhatIsNotKnownIsRefused) {
  EXPECT_TRUE(after("? a\n: b\n").starts_with("refused: line 1: a key behind '?'"))
      << after("? a\n: b\n");
  EXPECT_TRUE(after("a: \"x\\ \n  y\"\n").starts_with("refused: it would mean something else"))
      << "a blank that is escaped at the end of a line";
  EXPECT_TRUE(after("a: 1\n...\n").starts_with("refused: line 2: what stands here is a form"))
      << after("a: 1\n...\n");
}

}  // namespace
}  // namespace leat::pipelines
