// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/names.h"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace leat::runtime {
namespace {

TEST(Names, EqualTextsAreOnePointer) {
  const char* a = intern("rows");
  EXPECT_EQ(a, intern(std::string("ro") + "ws"));
  EXPECT_NE(a, intern("rows2"));
  EXPECT_STREQ(a, "rows");
  EXPECT_EQ(intern(""), nullptr);
}

TEST(Names, ManyThreadsAgree) {
  std::vector<const char*> found[4];
  std::vector<std::thread> threads;
  for (auto& mine : found) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 500; ++i) mine.push_back(intern("name" + std::to_string(i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& mine : found) EXPECT_EQ(mine, found[0]);
}

}  // namespace
}  // namespace leat::runtime
