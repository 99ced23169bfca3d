// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/foreign_time_format.h"

#include <gtest/gtest.h>

namespace leat::expr {
namespace {

TEST(ForeignTimeFormat, IsTranslated) {
  EXPECT_EQ(translated_time_format("YYYY-MM-DD"), "%Y-%m-%d");
  EXPECT_EQ(translated_time_format("dd.MM.yyyy HH:mm:ss"), "%d.%m.%Y %H:%M:%S");
  EXPECT_EQ(translated_time_format("DD/MM/YY HH:MM"), "%d/%m/%y %H:%M") << "minutes behind hours";
  EXPECT_EQ(translated_time_format("dd.mm.yyyy hh:mm"), "%d.%m.%Y %H:%M");
  EXPECT_EQ(translated_time_format("YYYYMMDD"), "%Y%m%d");
  EXPECT_EQ(translated_time_format("yyyy-MM-dd'T'HH:mm:ss.SSSXXX"), "%Y-%m-%dT%H:%M:%S.%f%z");
  EXPECT_EQ(translated_time_format("DD Mon YYYY HH24:MI"), "%d %b %Y %H:%M");
  EXPECT_EQ(translated_time_format("MM/dd/yyyy hh:mm tt"), "%m/%d/%Y %I:%M %p");
}

TEST(ForeignTimeFormat, WhatCannotBeToldIsLeft) {
  EXPECT_EQ(translated_time_format("%Y-%m-%d"), std::nullopt);
  EXPECT_EQ(translated_time_format("2025-01-01"), std::nullopt) << "a date and no format";
  EXPECT_EQ(translated_time_format("quarter"), std::nullopt);
  EXPECT_EQ(time_format_hint("DD.MM.YYYY"), "'DD.MM.YYYY' is written '%d.%m.%Y' here");
  EXPECT_EQ(time_format_hint("x"), "write it as in '%d.%m.%Y'");
}

}  // namespace
}  // namespace leat::expr
