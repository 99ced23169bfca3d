// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/wait_graph.h"

#include <unistd.h>

#include <csignal>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/channel.h"
#include "engine/channel_users.h"
#include "engine/quit_dump.h"
#include "engine/select.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using test::wait_for;
using std::chrono_literals::operator""h;

class WaitGraphTest : public test::EngineTest {
 protected:
  // The names of those that are stuck, with those who would be named once `waiting` goroutines
  // wait.
  std::set<std::string> stuck_when(int waiting) {
    wait_for([&] {
      int now = 0;
      for (const GoroutineInfo& g : runtime_.goroutines()) now += *g.waits_in != '\0' ? 1 : 0;
      return now == waiting;
    });
    std::set<std::string> names;
    for (const GoroutineInfo& g : runtime_.stuck()) names.insert(g.name);
    return names;
  }

  Runtime runtime_{{.procs = procs()}};
};
class WaitGraphDeathTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(WaitGraphTest);
LEAT_AT_ALL_PROCS(WaitGraphDeathTest);

using Names = std::set<std::string>;

TEST_P(WaitGraphTest, TwoThatWaitForEachOther) {
  run_in(runtime_, [&] {
    Channel<int> there(0), back(0);
    {
      ChannelUsers there_users(there, 2), back_users(back, 2);
      WaitGroup done;
      done.add(2);
      go(
          [&] {
            {
              const ChannelUse a(there_users), b(back_users);
              there.recv();  // the other one receives, too
            }
            done.done();
          },
          {.name = "one"});
      go(
          [&] {
            {
              const ChannelUse a(there_users), b(back_users);
              back.recv();
            }
            done.done();
          },
          {.name = "two"});
      EXPECT_EQ(stuck_when(2), (Names{"one", "two"}));
      there.close();  // which it said nobody would
      back.close();
      done.wait();
    }
  });
}

TEST_P(WaitGraphTest, WhoseOnlyPartnerHasEndedWaitsForNobody) {
  run_in(runtime_, [&] {
    Channel<int> rows(0);
    ChannelUsers users(rows, 2);
    WaitGroup done;
    done.add(2);
    go([&] {
      {
        const ChannelUse use(users);
        rows.send(1);
      }
      done.done();
    });
    go(
        [&] {
          {
            const ChannelUse use(users);
            while (rows.recv()) {
            }
          }
          done.done();
        },
        {.name = "reader"});
    wait_for([] { return goroutine_count() == 2; });
    EXPECT_EQ(stuck_when(1), Names{"reader"});
    rows.close();
    done.wait();
  });
}

TEST_P(WaitGraphTest, NobodyWhileAUserCanAct) {
  run_in(runtime_, [&] {
    Channel<int> rows(0);
    ChannelUsers users(rows, 2);
    Event go_on;
    WaitGroup done;
    done.add(2);
    go([&] {
      {
        const ChannelUse use(users);
        rows.recv();
      }
      done.done();
    });
    go([&] {
      {
        const ChannelUse use(users);
        go_on.wait();  // not a channel: who knows who sets it
        rows.send(1);
      }
      done.done();
    });
    EXPECT_EQ(stuck_when(2), Names{});
    go_on.set();
    done.wait();
  });
}

TEST_P(WaitGraphTest, NobodyWhileAUserHasNotCome) {
  run_in(runtime_, [&] {
    Channel<int> rows(0);
    ChannelUsers users(rows, 2);
    WaitGroup done;
    done.add(1);
    go([&] {
      {
        const ChannelUse use(users);
        rows.recv();
      }
      done.done();
    });
    EXPECT_EQ(stuck_when(1), Names{});
    const ChannelUse use(users);
    rows.send(1);
    done.wait();
  });
}

TEST_P(WaitGraphTest, NobodyWhoMayTimeOutOrBeCancelled) {
  run_in(runtime_, [&] {
    Channel<int> rows(0);
    ChannelUsers users(rows, 2);
    CancelScope scope;
    WaitGroup done;
    done.add(2);
    go([&] {
      {
        const ChannelUse use(users);
        std::optional<int> out;
        rows.recv(out, scope);
      }
      done.done();
    });
    go([&] {
      {
        const ChannelUse use(users);
        std::optional<int> out;
        select_for(1h, receiving(rows, out));
      }
      done.done();
    });
    EXPECT_EQ(stuck_when(2), Names{});
    scope.cancel();
    int value = 1;
    wait_for([&] { return rows.try_send(value) == ChannelStatus::kOk; });
    done.wait();
  });
}

TEST_P(WaitGraphTest, SelectOnlyIfAllItsChannelsAreDeclared) {
  for (const bool all : {false, true}) {
    run_in(runtime_, [&] {
      Channel<int> first(0), second(0);
      ChannelUsers first_users(first, 1);
      std::unique_ptr<ChannelUsers> second_users;
      if (all) second_users = std::make_unique<ChannelUsers>(second, 0);
      WaitGroup done;
      done.add(1);
      go(
          [&] {
            {
              const ChannelUse use(first_users);
              std::optional<int> out;
              select(receiving(first, out), receiving(second, out), receiving(first, out));
            }
            done.done();
          },
          {.name = "selects"});
      EXPECT_EQ(stuck_when(1), all ? Names{"selects"} : Names{});
      second.send(1);
      done.wait();
    });
  }
}

// A ring in which nearly always all wait but one, which may be between two channels.
TEST_P(WaitGraphTest, NobodyOfThoseThatRunIsEverNamed) {
  run_in(runtime_, [&] {
    constexpr size_t kRing = 4;
    std::vector<std::unique_ptr<Channel<int>>> channels;
    std::vector<std::unique_ptr<ChannelUsers>> users;
    for (size_t i = 0; i < kRing; ++i) {
      channels.push_back(std::make_unique<Channel<int>>(0));
      users.push_back(std::make_unique<ChannelUsers>(*channels.back(), 2));
    }
    WaitGroup done;
    done.add(kRing);
    const int times = test::rounds(3000);
    for (size_t i = 0; i < kRing; ++i) {
      go([&, i] {
        {
          const ChannelUse in(*users[i]), out(*users[(i + 1) % kRing]);
          for (int k = 0; k < times; ++k) {
            if (i == 0) channels[1]->send(k);
            EXPECT_EQ(channels[i]->recv(), k);
            if (i != 0) channels[(i + 1) % kRing]->send(k);
          }
        }
        done.done();
      });
    }
    for (int i = 0; i < test::rounds(300); ++i) {
      EXPECT_EQ(runtime_.stuck().size(), 0u);
      yield();
    }
    done.wait();
  });
}

TEST_P(WaitGraphDeathTest, AChannelHasOneListOfUsers) {
  EXPECT_DEATH(
      {
        Channel<int> channel(0);
        ChannelUsers users(channel, 1);
        ChannelUsers again(channel, 1);
      },
      "given to a second ChannelUsers");
  Channel<int> channel(0);
  {
    ChannelUsers users(channel, 1);
  }
  ChannelUsers again(channel, 1);
}

TEST_P(WaitGraphDeathTest, TheDumpOnQuitNamesThem) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "TSan keeps a signal until the thread makes a call that it intercepts";
#endif
  EXPECT_EXIT(
      {
        Runtime runtime({.procs = procs()});
        runtime.run([&] {
          const QuitDump dump(runtime);
          Channel<int> rows(0, "rows");
          ChannelUsers users(rows, 1);
          go(
              [&] {
                const ChannelUse use(users);
                rows.recv();
              },
              {.name = "reader"});
          wait_for([&] { return runtime.stuck().size() == 1; });
          kill(getpid(), SIGQUIT);
          for (;;) sleep_for(1h);
        });
      },
      ::testing::ExitedWithCode(2),
      "^SIGQUIT: quit\n\ngoroutine 1 'main'.*\npartial deadlock: 1 of these goroutines .*\n\n"
      "goroutine [0-9]+ 'reader' \\[channel receive on 'rows'\\]");
}

}  // namespace
}  // namespace leat
