// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <poll.h>

#include <cstdio>

#include "engine/blocking.h"
#include "engine/channel.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

class DeadlockTest : public test::EngineTest {};
class DeadlockDeathTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(DeadlockTest);
LEAT_AT_ALL_PROCS(DeadlockDeathTest);

TEST_P(DeadlockDeathTest, MainAloneIsReported) {
  EXPECT_EXIT(run([] { Channel<int>(0, "orders").recv(); }), ::testing::ExitedWithCode(2),
              "all goroutines are asleep - deadlock!.*goroutine 1 'main' \\[channel receive on "
              "'orders'\\]");
}

TEST_P(DeadlockDeathTest, EveryGoroutineIsListed) {
  EXPECT_EXIT(run([] {
                Channel<int> channel(0, "joined");
                WaitGroup done;
                done.add(1);
                for (int i = 0; i < 20; ++i) go([&] { channel.send(1); }, {.name = "encode"});
                go([] { blocking([] { poll(nullptr, 0, 5); }); });  // ends; is not in the list
                done.wait();
              }),
              ::testing::ExitedWithCode(2),
              "deadlock!.*goroutine 1 'main' \\[wait group\\].*"
              "'encode' \\[channel send on 'joined'\\]:.  created at .*deadlock_test.cpp");
}

TEST_P(DeadlockDeathTest, CallbackReplacesTheReport) {
  RuntimeConfig config;
  config.on_deadlock = [](const DeadlockReport& report) {
    std::fprintf(stderr, "callback saw %zu, first waits in %s\n", report.goroutines.size(),
                 report.goroutines[0].waits_in);
  };
  EXPECT_EXIT(run(
                  [] {
                    Event never;
                    go([&] { never.wait(); });
                    never.wait();
                  },
                  config),
              ::testing::ExitedWithCode(2), "^callback saw 2, first waits in event\n$");
}

TEST_P(DeadlockDeathTest, FoundAfterTheLastBlockingCallReturned) {
  EXPECT_EXIT(run([] {
                go([] {
                  blocking([] { poll(nullptr, 0, 30); });
                  Event().wait();
                });
                Event().wait();
              }),
              ::testing::ExitedWithCode(2), "deadlock!");
}

TEST_P(DeadlockTest, NoneWhileABlockingCallIsAlive) {
  run([] {
    for (int i = 0; i < 5; ++i) {
      Event event;
      go([&] {
        blocking([&] { poll(nullptr, 0, 10); });
        event.set();
      });
      event.wait();
    }
  });
}

}  // namespace
}  // namespace leat
