// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Panics are tested in tests/engine/runtime_test.cpp; here: what the first frame owes to a
// goroutine.
#include "engine/runtime/goroutine_entry.h"

#include <atomic>
#include <memory>

#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat::runtime {
namespace {

class GoroutineEntryTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(GoroutineEntryTest);

struct ReportsItsEnd {
  explicit ReportsItsEnd(std::atomic<uint64_t>* place) : ended_on(place) {}
  ReportsItsEnd(ReportsItsEnd&& other) noexcept
      : ended_on(std::exchange(other.ended_on, nullptr)) {}
  ~ReportsItsEnd() {
    if (ended_on != nullptr) *ended_on = on_goroutine() ? goroutine_id() : 0;
  }
  std::atomic<uint64_t>* ended_on;
};

TEST_P(GoroutineEntryTest, FunctionObjectEndsOnItsGoroutine) {
  run([] {
    std::atomic<uint64_t> ended_on = 0, id = 0;
    go([guard = ReportsItsEnd(&ended_on), &id] { id = goroutine_id(); });
    test::wait_for([] { return goroutine_count() == 1; });
    EXPECT_NE(id, 0u);
    EXPECT_EQ(ended_on, id);
  });
}

TEST_P(GoroutineEntryTest, DestructorOfTheFunctionMaySuspend) {
  run([] {
    struct Yields {
      explicit Yields(std::atomic<int>* n) : count(n) {}
      Yields(Yields&& other) noexcept : count(std::exchange(other.count, nullptr)) {}
      ~Yields() {
        if (count == nullptr) return;
        for (int i = 0; i < 5; ++i) leat::yield();
        ++*count;
      }
      std::atomic<int>* count;
    };
    std::atomic<int> ended = 0;
    for (int i = 0; i < 50; ++i) go([guard = Yields(&ended)] {});
    test::wait_for([&] { return ended == 50; });
  });
}

}  // namespace
}  // namespace leat::runtime
