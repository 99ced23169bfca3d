// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The untyped half of select; tests/engine/select_test.cpp has the behaviour.
#include "engine/runtime/select_core.h"

#include <chrono>
#include <limits>
#include <optional>
#include <vector>

#include "engine/cancel.h"
#include "engine/channel.h"
#include "engine/runtime/channel_access.h"
#include "engine/select.h"
#include "engine/sync.h"
#include "engine/time.h"
#include "tests/support/engine_fixture.h"

namespace leat::runtime {
namespace {

TEST(SelectCore, SaysWhichCaseWentAheadAndHow) {
  Channel<int> empty(1), closed(0);
  closed.close();
  std::optional<int> out;
  const std::vector<SelectCase> cases{receiving(empty, out), receiving(closed, out)};
  const SelectOutcome outcome = select_any(cases, {.returns = true});
  EXPECT_EQ(outcome.index, 1u);
  EXPECT_EQ(outcome.status, ChannelStatus::kClosed);
  EXPECT_EQ(select_any({cases.data(), 1}, {.returns = true}).status, ChannelStatus::kWouldBlock);
}

TEST(SelectCore, LeavesNoLockAndNoWaiterBehind) {
  Channel<int> a(0), b(0);
  std::optional<int> out;
  int value = 1;
  const std::vector<SelectCase> cases{receiving(a, out), sending(b, value), sending(a, value)};
  EXPECT_EQ(select_any(cases, {.limits = {.until_ns = 1}}).status, ChannelStatus::kWouldBlock);
  for (ChannelCore* core : {&ChannelAccess::core(a), &ChannelAccess::core(b)}) {
    EXPECT_FALSE(ChannelAccess::lock(*core).is_locked());
    EXPECT_TRUE(ChannelAccess::senders(*core).empty());
    EXPECT_TRUE(ChannelAccess::receivers(*core).empty());
  }
}

// Here on a thread outside of any runtime.
TEST(SelectCore, AMomentLongAgoIsOver) {
  Channel<int> empty(1);
  std::optional<int> out;
  const std::vector<SelectCase> cases{receiving(empty, out)};
  const SelectElse otherwise{.limits = {.until_ns = std::numeric_limits<int64_t>::min()}};
  EXPECT_EQ(select_any(cases, otherwise).status, ChannelStatus::kWouldBlock);
}

class SelectCoreTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(SelectCoreTest);

// Whoever got a value may destroy the channel, so the sender must not lock it any more.
TEST_P(SelectCoreTest, AChannelThatServedIsNotTouchedAgain) {
  run([] {
    Channel<int> channel(0), other(0);
    SpinLock& lock = ChannelAccess::lock(ChannelAccess::core(channel));
    CancelScope scope;
    for (const bool selects : {false, true}) {
      Event sent;
      go([&] {
        int value = 1;
        std::optional<int> none;
        if (selects)
          select(sending(channel, value), receiving(other, none));
        else
          static_cast<void>(channel.send(value, scope));
        sent.set();
      });
      test::wait_for([&] { return !ChannelAccess::senders(ChannelAccess::core(channel)).empty(); });
      channel.recv();
      lock.lock();  // as if the memory were another's now
      CancelScope patience(Clock::after(std::chrono::seconds(10)));
      const WaitStatus end = sent.wait(patience);
      lock.unlock();
      EXPECT_EQ(end, WaitStatus::kOk) << "the sender waits for the lock";
      sent.wait();
    }
  });
}

TEST(SelectCore, TheOrderOfTrialChanges) {
  Channel<int> full[4] = {Channel<int>(1000), Channel<int>(1000), Channel<int>(1000),
                          Channel<int>(1000)};
  std::optional<int> out;
  std::vector<SelectCase> cases;
  for (Channel<int>& channel : full) {
    for (int i = 0; i < 1000; ++i) channel.send(i);
    cases.push_back(receiving(channel, out));
  }
  std::vector<int> chosen(4);
  for (int i = 0; i < 1000; ++i) ++chosen[select_any(cases, {}).index];
  for (const int times : chosen) EXPECT_NEAR(times, 250, 137);  // ten standard deviations
}

}  // namespace
}  // namespace leat::runtime
