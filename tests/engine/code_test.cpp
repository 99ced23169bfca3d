// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/code.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "engine/codes/expression.h"
#include "engine/codes/file.h"

namespace leat {
namespace {

TEST(Code, HasTheFormThatUsersWrite) {
  EXPECT_EQ(to_string(code::kUnknownColumn), "E0301");
  EXPECT_EQ(parse_code("E0301"), code::kUnknownColumn);
  EXPECT_EQ(parse_code("e0301"), code::kUnknownColumn);
  for (const char* const text : {"", "E", "E301", "E03010", "0301", "E03x1", "E0000", "E9999"})
    EXPECT_FALSE(parse_code(text)) << text;
  EXPECT_TRUE(looks_like_code("E9999"));
  EXPECT_FALSE(looks_like_code("./E0301"));
}

TEST(Code, EachHasANameAndATitle) {
  EXPECT_GT(all_codes().size(), 100U);
  for (const CodeInfo& info : all_codes()) {
    EXPECT_EQ(parse_code(to_string(info.code)), info.code);
    EXPECT_TRUE(info.name.starts_with('k')) << info.name;
    EXPECT_FALSE(info.title.empty() || info.title.ends_with('.')) << info.title;
  }
}

TEST(Code, TellsWhyTheSystemRefused) {
  EXPECT_EQ(read_code(ENOENT), code::kNoFile);
  EXPECT_EQ(read_code(EISDIR), code::kIsFolder);
  EXPECT_EQ(read_code(EACCES), code::kCannotRead);
  EXPECT_EQ(write_code(ENOSPC), code::kDiskFull);
  EXPECT_EQ(write_code(EDQUOT), code::kDiskFull);
  EXPECT_EQ(write_code(EACCES), code::kCannotWrite);
}

}  // namespace
}  // namespace leat
