// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/timers.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/runtime/waiter.h"
#include "tests/support/seed.h"

namespace leat::runtime {
namespace {

// Notes in which order timers fired.
struct Alarm : TimerNode {
  Alarm() { fire = note; }
  Alarm(int64_t when, std::vector<int64_t>* fired) : Alarm() {
    when_ns = when;
    owner = fired;
  }
  static void note(TimerNode& timer, int64_t, WakeList&) {
    static_cast<std::vector<int64_t>*>(timer.owner)->push_back(timer.when_ns);
  }
};

void run_due(Timers& timers, int64_t now) {
  WakeList wakes;
  timers.run_due(now, wakes);
  EXPECT_TRUE(wakes.empty());
}

TEST(Timers, FiresTheDueOnesInOrder) {
  Timers timers;
  std::vector<int64_t> fired;
  Alarm a(30, &fired), b(10, &fired), c(20, &fired);
  EXPECT_EQ(timers.next_when(), kNever);
  EXPECT_TRUE(timers.add(a));
  EXPECT_TRUE(timers.add(b));
  EXPECT_FALSE(timers.add(c)) << "not the earliest";
  EXPECT_EQ(timers.next_when(), 10);
  run_due(timers, 9);
  EXPECT_TRUE(fired.empty());
  run_due(timers, 25);
  EXPECT_EQ(fired, (std::vector<int64_t>{10, 20}));
  EXPECT_EQ(timers.next_when(), 30);
  EXPECT_FALSE(Timers::remove(b));
  EXPECT_TRUE(Timers::remove(a));
  EXPECT_EQ(timers.next_when(), kNever);
}

TEST(Timers, PeriodicOnesLeaveOutWhatTheyMissed) {
  Timers timers;
  std::vector<int64_t> fired;
  Alarm tick(100, &fired);
  tick.period_ns = 10;
  timers.add(tick);
  run_due(timers, 100);
  EXPECT_EQ(timers.next_when(), 110);
  run_due(timers, 145);
  EXPECT_EQ(timers.next_when(), 150);
  EXPECT_EQ(fired, (std::vector<int64_t>{100, 110}));
  EXPECT_TRUE(Timers::remove(tick));
}

TEST(Timers, AgreesWithASortedListWhateverIsAddedAndRemoved) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  Timers timers;
  std::vector<int64_t> fired;
  std::vector<std::unique_ptr<Alarm>> set;
  std::vector<int64_t> expected;
  int64_t now = 0;
  for (int step = 0; step < 20'000; ++step) {
    const uint64_t what = random() % 4;
    if (what < 2) {
      set.push_back(
          std::make_unique<Alarm>(now + 1 + static_cast<int64_t>(random() % 1000), &fired));
      timers.add(*set.back());
    } else if (what == 2 && !set.empty()) {
      std::swap(set[random() % set.size()], set.back());
      ASSERT_TRUE(Timers::remove(*set.back()));
      set.pop_back();
    } else {
      now += static_cast<int64_t>(random() % 20);
      std::sort(set.begin(), set.end(),
                [](const auto& x, const auto& y) { return x->when_ns < y->when_ns; });
      size_t due = 0;
      for (; due < set.size() && set[due]->when_ns <= now; ++due)
        expected.push_back(set[due]->when_ns);
      run_due(timers, now);
      set.erase(set.begin(), set.begin() + static_cast<std::ptrdiff_t>(due));
      ASSERT_EQ(fired, expected);
      ASSERT_EQ(timers.next_when(), set.empty() ? kNever : set.front()->when_ns);
    }
  }
  for (const auto& alarm : set) EXPECT_TRUE(Timers::remove(*alarm));
}

// A timer that is being fired is left alone only when that is over.
TEST(Timers, RemoveWaitsForTheEndOfFiring) {
  Timers timers;
  for (int round = 0; round < 2000; ++round) {
    struct Slow : TimerNode {
      std::atomic<bool> touched{false};
    };
    auto slow = std::make_unique<Slow>();
    slow->when_ns = 1;
    slow->fire = [](TimerNode& timer, int64_t, WakeList&) {
      for (int i = 0; i < 100; ++i) static_cast<Slow&>(timer).touched.store(true);
    };
    timers.add(*slow);
    std::atomic<bool> begun = false;
    std::thread other([&] {
      begun = true;
      WakeList wakes;
      timers.run_due(2, wakes);
    });
    while (!begun) std::this_thread::yield();
    const bool was_set = Timers::remove(*slow);
    EXPECT_NE(was_set, slow->touched.load());
    slow.reset();  // a use after this is what AddressSanitizer would see
    other.join();
    if (round % 100 == 0 && HasFailure()) return;
  }
}

TEST(Timers, FarMomentsDoNotWrapAround) {
  EXPECT_EQ(saturating_add(5, 7), 12);
  EXPECT_EQ(saturating_add(kNever - 1, 2), kNever);
  EXPECT_EQ(saturating_add(5, -7), -2);
}

}  // namespace
}  // namespace leat::runtime
