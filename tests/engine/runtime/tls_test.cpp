// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/tls.h"

#include <cerrno>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

namespace leat::runtime {
namespace {

TEST(Tls, ErrnoSlotIsErrno) {
  *thread_errno_slot() = 33;
  EXPECT_EQ(errno, 33);
}

TEST(Tls, SlotsDifferBetweenThreads) {
  int* errno_here = thread_errno_slot();
  EhGlobals* eh_here = thread_eh_slot();
  std::thread other([&] {
    EXPECT_NE(thread_errno_slot(), errno_here);
    EXPECT_NE(thread_eh_slot(), eh_here);
  });
  other.join();
}

TEST(Tls, EhSlotKnowsTheCaughtException) {
  EXPECT_EQ(thread_eh_slot()->caught, nullptr);
  try {
    throw std::runtime_error("x");
  } catch (const std::exception&) {
    EXPECT_NE(thread_eh_slot()->caught, nullptr);
  }
  EXPECT_EQ(thread_eh_slot()->caught, nullptr);
}

}  // namespace
}  // namespace leat::runtime
