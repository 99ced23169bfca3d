// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/g_local.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engine/channel.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

class GLocalTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(GLocalTest);

class GLocalModelTest : public test::ModelTest {};
LEAT_UNDER_ALL_MODELS(GLocalModelTest);

// Counts those that exist.
struct Counted {
  explicit Counted(std::atomic<int>* alive_now) : alive(alive_now) { ++*alive; }
  Counted(Counted&& other) noexcept : alive(std::exchange(other.alive, nullptr)) {}
  Counted& operator=(Counted&&) = delete;
  ~Counted() {
    if (alive != nullptr) --*alive;
  }
  std::atomic<int>* alive;
};

TEST_P(GLocalModelTest, EachGoroutineHasItsOwnAcrossSwitches) {
  GLocal<int> number;
  std::atomic<int> alive = 0;
  GLocal<Counted> counted([&] { return Counted(&alive); });
  run([&] {
    EXPECT_FALSE(number.has_value());
    for (int i = 0; i < 20; ++i) {
      go([&, i] {
        EXPECT_EQ(number.get(), 0);
        number.get() = i;
        counted.get();
        for (int k = 0; k < 20; ++k) {
          yield();
          EXPECT_EQ(number.get(), i);
        }
      });
    }
    test::wait_for([] { return goroutine_count() == 1; });
    EXPECT_EQ(alive, 0) << "destroyed at the goroutine's end";
    EXPECT_FALSE(number.has_value());
  });
}

TEST_P(GLocalTest, DestroyedOnItsGoroutineAfterItsFunctionTheNewestFirst) {
  std::vector<std::string> order;
  struct Teller {
    explicit Teller(std::vector<std::string>* to, std::string text) : out(to), name(text) {}
    Teller(Teller&& other) noexcept
        : out(std::exchange(other.out, nullptr)), name(std::move(other.name)) {}
    Teller& operator=(Teller&&) = delete;
    ~Teller() {
      if (out == nullptr) return;
      yield();  // a destructor may SUSPEND
      out->push_back(name + " on " + goroutine_name());
    }
    std::vector<std::string>* out;
    std::string name;
  };
  GLocal<Teller> first([&] { return Teller(&order, "first"); });
  GLocal<Teller> second([&] { return Teller(&order, "second"); });
  run([&] {
    go(
        [&, captured = Teller(&order, "capture")] {
          first.get();
          second.get();
        },
        {.name = "owner"});
  });
  EXPECT_EQ(order,
            (std::vector<std::string>{"capture on owner", "second on owner", "first on owner"}));
}

TEST_P(GLocalTest, AValueMayUseAndMakeOthersWhileItIsDestroyed) {
  std::atomic<int> alive = 0;
  GLocal<Counted> counted([&] { return Counted(&alive); });
  struct User {
    GLocal<Counted>* other = nullptr;
    ~User() {
      if (other != nullptr) other->get();
    }
  };
  GLocal<User> user;
  run([&] { go([&] { user.get().other = &counted; }); });
  EXPECT_EQ(alive, 0);
}

TEST_P(GLocalTest, ResetDestroysAtOnceAndBeginsAnew) {
  std::atomic<int> alive = 0;
  GLocal<Counted> counted([&] { return Counted(&alive); });
  GLocal<int> other;
  run([&] {
    counted.reset();
    const Counted* const before = &counted.get();
    other.get() = 7;
    EXPECT_EQ(before, &counted.get());
    EXPECT_EQ(alive, 1);
    counted.reset();
    EXPECT_EQ(alive, 0);
    EXPECT_FALSE(counted.has_value());
    EXPECT_EQ(other.get(), 7);
    counted.get();
  });
  EXPECT_EQ(alive, 0);
}

// Gs and stacks are used again: the next goroutine must not inherit anything.
TEST_P(GLocalTest, NothingIsLeftForTheNextGoroutine) {
  GLocal<int> number;
  run([&] {
    for (int i = 0; i < test::rounds(500); ++i) {
      WaitGroup done;
      done.add(1);
      go([&] {
        EXPECT_EQ(std::exchange(number.get(), 1), 0);
        done.done();
      });
      done.wait();
    }
  });
}

TEST_P(GLocalTest, AValueOutlivesItsKeyAndIsNeverTakenForAnother) {
  std::atomic<int> alive = 0;
  run([&] {
    auto first = std::make_unique<GLocal<Counted>>([&] { return Counted(&alive); });
    first->get();
    first = nullptr;
    for (int i = 0; i < 10; ++i) {
      auto next = std::make_unique<GLocal<int>>();  // perhaps at the same address
      EXPECT_FALSE(next->has_value());
      EXPECT_EQ(next->get(), 0);
    }
    EXPECT_EQ(alive, 1);
  });
  EXPECT_EQ(alive, 0);
}

TEST(GLocalDeathTest, OutsideAGoroutineIsAMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  GLocal<int> number;
  EXPECT_DEATH(number.get(), "a GLocal has a value on goroutines only");
}

}  // namespace
}  // namespace leat
