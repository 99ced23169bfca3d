// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/type_hint.h"

#include <string>

#include <gtest/gtest.h>

#include "operators/data/type.h"

namespace leat {
namespace {

TEST(TypeHint, NamesTheNearestTypeAlsoInSqlSpelling) {
  EXPECT_EQ(type_hint("flot64"), "did you mean 'float64'?");
  EXPECT_EQ(type_hint("integr"), "did you mean 'integer'?");
}

TEST(TypeHint, DecimalsNeedTheirDigits) {
  for (const char* const text : {"decimal", "decimal(50,2)", "numeric(3,4)"}) {
    ASSERT_FALSE(parse_type(text)) << text;
    EXPECT_TRUE(type_hint(text).starts_with("write decimal(p,s): p digits, at most 38")) << text;
  }
}

TEST(TypeHint, ListsTheTypesWhenNoneIsNear) {
  const std::string hint = type_hint("quaternion");
  for (const TypeId id : {TypeId::kBool, TypeId::kInt64, TypeId::kUtf8, TypeId::kTimestamp})
    EXPECT_TRUE(hint.contains(to_string(Type(id)))) << hint;
}

}  // namespace
}  // namespace leat
