// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What must survive a switch, and a move to another thread.
#include "engine/runtime/park.h"

#include <atomic>
#include <cerrno>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/channel.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat::runtime {
namespace {

using test::rounds;

class ParkTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(ParkTest);

// Compilers may keep the address of errno over a switch; these calls fetch it anew.
[[gnu::noinline]] void set_errno(int value) {
  errno = value;
  asm volatile("" ::: "memory");
}
[[gnu::noinline]] int get_errno() {
  asm volatile("" ::: "memory");
  return errno;
}

TEST_P(ParkTest, ErrnoGoesWithTheGoroutine) {
  run([] {
    WaitGroup done;
    done.add(16);
    for (int i = 0; i < 16; ++i) {
      go([&, i] {
        EXPECT_EQ(get_errno(), 0);
        for (int k = 0; k < rounds(2000); ++k) {
          set_errno(100 + i);
          leat::yield();
          ASSERT_EQ(get_errno(), 100 + i);
        }
        done.done();
      });
    }
    done.wait();
  });
}

// A switch that takes from the ring is the ring's turn, as in find_runnable(): what a timer wakes
// next may go first again.
TEST(Park, TheRingHasItsTurnBySwitchesToo) {
  Runtime runtime({.procs = 1});
  runtime.run([&] {
    std::atomic<bool> over = false;
    go([&] {
      while (!over) leat::yield();
    });
    constexpr int kRounds = 20;
    int turns = 0;
    for (int i = 0; i < kRounds; ++i) {
      P* const p = current_g()->m.load()->p.load();
      p->timer_went_first = true;
      leat::yield();
      turns += p->timer_went_first ? 0 : 1;
    }
    EXPECT_GE(turns, kRounds - 2) << "some may go through the global queue";
    over = true;
    test::wait_until_alone(runtime);
  });
}

// Unbuffered channels move goroutines between threads; each is in its catch block meanwhile.
TEST_P(ParkTest, ExceptionsSurviveSwitchesAndMigration) {
  run([] {
    Channel<int> channel(0);
    WaitGroup done;
    done.add(16);
    for (int i = 0; i < 16; ++i) {
      go([&, i] {
        for (int k = 0; k < rounds(500); ++k) {
          const std::string text = std::to_string(i) + ":" + std::to_string(k);
          try {
            try {
              throw std::runtime_error(text);
            } catch (const std::exception&) {
              if (i % 2 == 0)
                channel.send(i);
              else
                channel.recv();
              leat::yield();
              ASSERT_EQ(std::uncaught_exceptions(), 0);
              throw;  // the one that this goroutine caught
            }
          } catch (const std::exception& e) {
            ASSERT_EQ(text, e.what());
          }
          ASSERT_EQ(std::current_exception(), nullptr);
        }
        done.done();
      });
    }
    done.wait();
  });
}

struct YieldsWhenDestroyed {
  ~YieldsWhenDestroyed() {
    before = std::uncaught_exceptions();
    for (int i = 0; i < 10; ++i) leat::yield();
    after = std::uncaught_exceptions();
  }
  int& before;
  int& after;
};

TEST_P(ParkTest, SwitchingWhileUnwindingKeepsTheCount) {
  run([] {
    WaitGroup done;
    done.add(8);
    for (int i = 0; i < 8; ++i) {
      go([&] {
        for (int k = 0; k < rounds(200); ++k) {
          int before = -1, after = -1;
          try {
            const YieldsWhenDestroyed guard{before, after};
            throw std::runtime_error("unwind");
          } catch (const std::exception&) {
          }
          ASSERT_EQ(before, 1);
          ASSERT_EQ(after, 1);
        }
        done.done();
      });
    }
    done.wait();
  });
}

// A parked goroutine is resumed by another thread the moment its channel's lock is free: if the
// lock were released before its registers are saved, two threads would run on its stack.
TEST_P(ParkTest, WakersNeverMeetAHalfParkedGoroutine) {
  run([] {
    for (int pair = 0; pair < 4; ++pair) {
      go([] {
        Channel<int> there(0), back(0);
        WaitGroup done;
        done.add(1);
        go([&] {
          while (auto value = there.recv()) back.send(*value + 1);
          done.done();
        });
        for (int i = 0; i < rounds(5000); ++i) {
          there.send(i);
          ASSERT_EQ(back.recv(), i + 1);
        }
        there.close();
        done.wait();
      });
    }
  });
}

// A goroutine that began on the thread of main can go on only on another one while main does not
// give way.
TEST_P(ParkTest, GoroutinesDoMoveBetweenThreads) {
  if (procs() == 1) GTEST_SKIP() << "there is one thread only";
  run([] {
    for (bool has_moved = false; !has_moved;) {
      std::atomic<const M*> first = nullptr;
      std::atomic<bool> gives_up = false, has_ended = false;
      go([&] {
        const G* g = current_g();
        first = g->m.load();
        while (!gives_up && g->m.load() == first) {
          leat::yield();
          EXPECT_EQ(current_g(), g);
        }
        has_moved = g->m.load() != first;
        has_ended = true;
      });
      while (first == nullptr) leat::yield();
      gives_up = first != current_g()->m.load();  // it need not move: try again
      while (!has_ended) continue;
    }
  });
}

TEST_P(ParkTest, PairThatWakesEachOtherDoesNotStarveAThird) {
  run([] {
    std::atomic<bool> stop = false;
    // One pair per possible processor.
    WaitGroup pairs;
    pairs.add(16);
    std::vector<std::unique_ptr<Channel<int>>> channels;
    for (int i = 0; i < 16; ++i) channels.push_back(std::make_unique<Channel<int>>(0));
    for (size_t i = 0; i < 8; ++i) {
      go([&, i] {
        while (!stop) {
          channels[2 * i]->send(1);
          channels[2 * i + 1]->recv();
        }
        channels[2 * i]->close();
        pairs.done();
      });
      go([&, i] {
        while (channels[2 * i]->recv()) channels[2 * i + 1]->send(1);
        pairs.done();
      });
    }
    go([&] { stop = true; });
    pairs.wait();
  });
}

}  // namespace
}  // namespace leat::runtime
