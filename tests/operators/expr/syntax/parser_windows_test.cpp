// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "operators/expr/syntax/parser.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

AstRef parse_text(const std::string& text) {
  Diagnostics diagnostics;
  const SourceText source(text, {}, {});
  Mistakes mistakes(source, diagnostics);
  AstRef ast = parse(mistakes);
  EXPECT_TRUE(ast) << text;
  return ast;
}

TEST(ParserWindows, PartsOfAWindow) {
  const AstRef ast = parse_text(
      "first_value(a) filter (where b) ignore nulls over (partition by c, d + 1 order by e desc, f "
      "nulls first groups between 2 preceding and unbounded following exclude ties)");
  ASSERT_TRUE(ast->over);
  EXPECT_TRUE(ast->extra);
  EXPECT_TRUE(ast->ignore_nulls);
  EXPECT_EQ(ast->over->partition_by.size(), 2u);
  ASSERT_EQ(ast->over->order_by.size(), 2u);
  EXPECT_TRUE(ast->over->order_by[0].descending);
  EXPECT_TRUE(ast->over->order_by[1].nulls_first);
  ASSERT_TRUE(ast->over->frame);
  EXPECT_EQ(ast->over->frame->unit, FrameUnit::kGroups);
  EXPECT_EQ(ast->over->frame->start.edge, FrameEdge::kPreceding);
  EXPECT_EQ(ast->over->frame->end.edge, FrameEdge::kUnboundedFollowing);
  EXPECT_EQ(ast->over->frame->exclusion, FrameExclusion::kTies);
}

TEST(ParserWindows, ShortFormsAndWordsThatAreNames) {
  EXPECT_TRUE(parse_text("sum(a) over ()")->over);
  EXPECT_EQ(parse_text("sum(a) over (rows 2 preceding)")->over->frame->end.edge,
            FrameEdge::kCurrentRow);
  EXPECT_FALSE(parse_text("lag(a) respect nulls over ()")->ignore_nulls);
  EXPECT_EQ(parse_text("over + rows + range")->kind, AstKind::kBinary);
}

TEST(ParserWindows, SaysWhatIsMissing) {
  EXPECT_EQ(parsed("sum(a) over b"), "[b] expected '(', found 'b'");
  EXPECT_EQ(parsed("sum(a) over (partition a)"), "[a] expected 'by', found 'a'");
  EXPECT_EQ(parsed("sum(a) over (a)"),
            "[a] expected 'partition by', 'order by', 'rows', 'range' or 'groups', found 'a'");
  EXPECT_EQ(parsed("sum(a) over (order by a b)"),
            "[b] expected ',', 'rows', 'range', 'groups' or ')', found 'b'");
  EXPECT_EQ(parsed("sum(a) over (rows between 1 preceding)"), "[)] expected 'and', found ')'");
  EXPECT_EQ(parsed("sum(a) over (rows 1 preceding exclude everything)"),
            "[everything] expected 'current row', 'group', 'ties' or 'no others' after 'exclude', "
            "found 'everything'");
}

}  // namespace
}  // namespace leat::expr
