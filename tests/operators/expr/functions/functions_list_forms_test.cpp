// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

using Values = std::vector<std::string>;

TEST(FunctionsListForms, ZipsTheLongest) {
  ExpressionTester tester;
  tester.add({"l", Type::list(kInt64Type), {"[1, 2]", "[]", std::nullopt}});
  EXPECT_EQ(tester.evaluate("list_zip(l, ['a'])").values,
            (Values{"[{\"f1\":1,\"f2\":\"a\"},{\"f1\":2,\"f2\":null}]",
                    "[{\"f1\":null,\"f2\":\"a\"}]", "null"}));
}

TEST(FunctionsListForms, AreDocumentedUnderEachName) {
  ExpressionTester tester;
  for (const char* name : {"list_transform", "list_apply", "array_apply", "array_transform"})
    EXPECT_EQ(tester.value(std::string(name) + "([1], x -> -x)"), "[-1]") << name;
}

}  // namespace
}  // namespace leat::expr
