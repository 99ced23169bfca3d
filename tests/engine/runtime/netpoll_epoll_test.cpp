// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

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

// Somebody read "would block" of a file, which was then closed; its PollFile is another file's now.
TEST(Netpoll, WhoWaitsForAClosedFileIsNotQueuedForTheNext) {
  Netpoll netpoll;
  int first[2];
  int second[2];
  ASSERT_EQ(pipe2(first, O_NONBLOCK | O_CLOEXEC), 0);
  ASSERT_EQ(pipe2(second, O_NONBLOCK | O_CLOEXEC), 0);
  PollFile* const file = netpoll.open(first[0]);
  ASSERT_NE(file, nullptr);
  const uint64_t generation = file->generation.load();
  netpoll.close(file, first[0]);
  ASSERT_EQ(netpoll.open(second[0]), file) << "the test is about one that is used again";
  EXPECT_EQ(netpoll.wait_ready(file, IoSide::kRead, generation, {.until_ns = 1}), WaitEnd::kServed);
  EXPECT_EQ(netpoll.wait_ready(file, IoSide::kRead, file->generation.load(), {.until_ns = 1}),
            WaitEnd::kTimedOut);
  netpoll.close(file, second[0]);
  for (const int fd : {first[0], first[1], second[0], second[1]}) ::close(fd);
}

// A wait that is over may still be in the queue: then the event is for whoever comes next.
TEST(Netpoll, AnEventThatOnlyMeetsWaitsThatAreOverIsKept) {
  Netpoll netpoll;
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
  PollFile* const file = netpoll.open(ends[0]);
  ASSERT_NE(file, nullptr);
  Waiter over;
  Claim claim;
  over.claim = &claim;
  ASSERT_TRUE(claim.win(&over));
  file->waiters[0].push(&over);
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  WakeList wakes;
  netpoll.collect(wakes);
  EXPECT_TRUE(wakes.empty());
  EXPECT_EQ(netpoll.wait_ready(file, IoSide::kRead, file->generation.load(), {.until_ns = 1}),
            WaitEnd::kServed);
  netpoll.close(file, ends[0]);
  for (const int fd : ends) ::close(fd);
}

}  // namespace
}  // namespace leat::runtime
