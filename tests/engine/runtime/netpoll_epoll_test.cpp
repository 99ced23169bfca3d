// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <thread>

#include <gtest/gtest.h>

#include "engine/runtime/clock.h"
#include "engine/runtime/netpoll.h"
#include "engine/runtime/timers.h"
#include "engine/runtime/waiter.h"

namespace leat::runtime {
namespace {

TEST(Netpoll, WaitsAsLongAsItWasTold) {
  Netpoll netpoll;
  WakeList wakes;
  const int64_t before = now_ns();
  netpoll.wait(2 * kMillisecond, wakes);
  EXPECT_GE(now_ns() - before, 2 * kMillisecond);
  netpoll.wait(0, wakes);
  EXPECT_TRUE(wakes.empty());
}

TEST(Netpoll, AnInterruptEndsTheWaitThatGoesOn) {
  Netpoll netpoll;
  WakeList wakes;
  for (int i = 0; i < 100; ++i) {
    std::thread other([&] { netpoll.interrupt(); });
    netpoll.wait(kNever, wakes);  // for ever, if it were lost
    other.join();
  }
}

TEST(Netpoll, AnInterruptIsKeptForTheNextWaitAndThenForgotten) {
  Netpoll netpoll;
  WakeList wakes;
  netpoll.interrupt();
  netpoll.interrupt();
  netpoll.wait(kNever, wakes);
  const int64_t before = now_ns();
  netpoll.wait(kMillisecond, wakes);
  EXPECT_GE(now_ns() - before, kMillisecond);
}

}  // namespace
}  // namespace leat::runtime
