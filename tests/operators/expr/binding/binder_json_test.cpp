// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

TEST(BinderJson, Mistakes) {
  ExpressionTester tester;
  tester.add({"s", kUtf8Type, {"{}"}});
  EXPECT_EQ(tester.mistakes("json_build_object('a')"),
            "[json_build_object] 'json_build_object' needs a value for each key (write "
            "json_build_object('name', value, ...))");
  EXPECT_EQ(tester.mistakes("to_json(1, 2)"), "[to_json] 'to_json' takes one value");
  EXPECT_EQ(tester.mistakes("s #> '{a}'"), "[#>] 's' is no json: it is utf8 (cast it: s::json)");
  EXPECT_EQ(tester.mistakes("s::json #>> 1"),
            "[1] a path of json is text like '{a,b,0}', not int64");
  EXPECT_EQ(tester.value("s::json #> '{a'"), "error: '{a' is no path of json like '{a,b,0}'");
}

TEST(BinderJson, KeysAreText) {
  ExpressionTester tester;
  EXPECT_EQ(tester.value("json_object(1, 2, true, null)"), "{\"1\":2,\"true\":null}");
  EXPECT_EQ(tester.value("to_json(null)"), "null");
}

}  // namespace
}  // namespace leat::expr
