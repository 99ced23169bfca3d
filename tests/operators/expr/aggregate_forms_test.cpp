// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/aggregate_forms.h"

#include <gtest/gtest.h>

#include "operators/expr/syntax/parser.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

std::string expanded(const std::string& text) {
  Diagnostics diagnostics;
  const SourceText source = source_of(text);
  Mistakes mistakes(source, diagnostics);
  const AstRef ast = parse(mistakes);
  if (!ast) return mistakes_text(diagnostics, text);
  expand_aggregates(*ast);
  return tree_of(*ast);
}

std::string plain(const std::string& text) { return parsed(text); }

TEST(AggregateForms, StandForOthers) {
  EXPECT_EQ(expanded("any_value(x)"), plain("first(x) filter (where x is not null)"));
  EXPECT_EQ(expanded("count_if(x > 1) filter (where y)"),
            plain("count(*) filter (where y and x > 1)"));
  EXPECT_EQ(expanded("1 + geomean(x)"), plain("1 + exp(avg(ln(x)))"));
  EXPECT_EQ(expanded("json_agg(x order by y desc)"),
            plain("to_json(array_agg(x order by y desc))"));
  EXPECT_EQ(expanded("json_object_agg(k, v) filter (where y)"),
            plain("json_from_entries(array_agg({'key': cast(k as utf8), 'value': to_json(v)}) "
                  "filter (where y))"));
  EXPECT_EQ(expanded("quantile_cont(x, [0.1, 0.9])"),
            plain("case when quantile_cont(x, 0.1) is not null then [quantile_cont(x, 0.1), "
                  "quantile_cont(x, 0.9)] end"));
}

TEST(AggregateForms, CallsOfAnotherFormStay) {
  for (const char* const text :
       {"any_value(x, y)", "count_if(distinct x)", "geomean(*)", "json_object_agg(distinct k, v)",
        "quantile_cont(x, 0.5)", "quantile_cont(x, [])", "sum(x)"})
    EXPECT_EQ(expanded(text), plain(text)) << text;
}

}  // namespace
}  // namespace leat::expr
