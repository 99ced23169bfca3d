// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/error.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "engine/codes/data.h"

namespace leat {
namespace {

Status refuse_odd(int number) {
  if (number % 2 != 0) return fail(code::kNotOfType, ErrorCode::kData, "odd", "use an even number");
  return {};
}

Result<int> half(int number) {
  LEAT_TRY(refuse_odd(number));
  return number / 2;
}

Result<int> quarter(int number) {
  LEAT_TRY_ASSIGN(const int first, half(number));
  LEAT_TRY_ASSIGN(const int second, half(first));
  return second;
}

TEST(Error, TryPassesSuccessOn) { EXPECT_EQ(quarter(12).value(), 3); }

TEST(Error, TryReturnsTheFirstErrorUnchanged) {
  for (const int number : {7, 6}) {
    const Result<int> result = quarter(number);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kData);
    EXPECT_EQ(result.error().message, "odd");
    EXPECT_EQ(result.error().hint, "use an even number");
  }
}

TEST(Error, ErrnoTextIsTheSystemsOwn) {
  EXPECT_EQ(errno_text(ENOENT), "No such file or directory");
  EXPECT_EQ(errno_text(ENOSPC), "No space left on device");
}

}  // namespace
}  // namespace leat
