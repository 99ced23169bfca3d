// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/memory.h"

#include <cstring>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/seed.h"

namespace leat::state {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

TEST(MemoryAccount, BuffersAreAlignedAndMayBeReadPastTheirEnd) {
  MemoryBudget budget(256 * kMiB);
  MemoryAccount& account = budget.open_account("a");
  for (const size_t bytes : {size_t{0}, size_t{1}, size_t{1024}, size_t{1025}, size_t{65'536},
                             2 * kMiB, 33 * kMiB, 100 * kMiB + 1}) {
    auto buffer = account.allocate(bytes);
    ASSERT_TRUE(buffer) << bytes;
    EXPECT_EQ((*buffer)->size(), bytes);
    EXPECT_GE((*buffer)->capacity(), bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>((*buffer)->data()) % 64, 0u);
    std::memset((*buffer)->mutable_data(), 0x5A, (*buffer)->capacity());
    volatile uint8_t past = (*buffer)->data()[(*buffer)->capacity() + kBufferPadding - 1];
    static_cast<void>(past);
  }
  EXPECT_EQ(budget.used(), 0u);
  EXPECT_EQ(account.used(), 0u);
  EXPECT_GE(account.peak(), 100 * kMiB);
}

TEST(MemoryAccount, EveryByteInUseIsCharged) {
  MemoryBudget budget(64 * kMiB);
  MemoryAccount& a = budget.open_account("a");
  MemoryAccount& b = budget.open_account("b");
  auto one = a.allocate(kMiB);
  ASSERT_TRUE(one);
  EXPECT_GE(a.used(), kMiB);
  EXPECT_EQ(b.used(), 0u);
  ASSERT_TRUE(b.charge(1000));
  EXPECT_EQ(b.used(), 1000u);
  EXPECT_EQ(budget.used(), a.used() + b.used());
  const BufferRef second = *one;
  one->reset();
  EXPECT_GE(a.used(), kMiB) << "another reference keeps it";
  b.refund(1000);
  EXPECT_EQ(budget.used(), a.used());
}

TEST(MemoryAccount, TwoMiBChunksCostLittleMoreThanTheyHold) {
  MemoryBudget budget(64 * kMiB);
  MemoryAccount& account = budget.open_account("a");
  const auto chunk = account.allocate(kChunkBytes);
  ASSERT_TRUE(chunk);
  EXPECT_LE(account.used(), kChunkBytes + 8192);
  const size_t before = account.used();
  const auto column = account.allocate(64 << 10);
  ASSERT_TRUE(column);
  EXPECT_LE(account.used() - before, (64u << 10) + 8192);
}

TEST(MemoryAccount, RefusesWhatDoesNotFitAndSaysWhatToDo) {
  MemoryBudget budget(4 * kMiB);
  MemoryAccount& account = budget.open_account("totals");
  const auto held = account.allocate(2 * kMiB);
  ASSERT_TRUE(held);
  const size_t used = budget.used();
  const auto refused = account.allocate(3 * kMiB);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMemory);
  EXPECT_EQ(refused.error().stage, "totals");
  EXPECT_NE(refused.error().message.find("'totals'"), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().message.find("3072 KiB"), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().hint.find("--memory"), std::string::npos);
  EXPECT_NE(refused.error().hint.find("settings"), std::string::npos);
  EXPECT_FALSE(account.charge(3 * kMiB));
  EXPECT_FALSE(account.allocate(SIZE_MAX - 5)) << "sizes that overflow are refused";
  EXPECT_EQ(budget.used(), used) << "a refusal charges nothing";
  EXPECT_TRUE(account.charge(kMiB));
  account.refund(kMiB);
}

TEST(MemoryLease, IsThereWhenNothingElseIs) {
  MemoryBudget budget(4 * kMiB);
  MemoryAccount& stage = budget.open_account("sort");
  auto lease = stage.lease(kMiB);
  ASSERT_TRUE(lease);
  MemoryAccount& account = lease->account();
  EXPECT_EQ(account.stage(), "sort");
  EXPECT_EQ(budget.used(), kMiB);
  ASSERT_TRUE(stage.charge(3 * kMiB));
  ASSERT_FALSE(stage.charge(1)) << "the lease is not for others";
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(account.charge(kMiB)) << "what was given back is there again";
    EXPECT_EQ(budget.used(), 4 * kMiB) << "it was charged before";
    EXPECT_EQ(stage.used(), 4 * kMiB);
    account.refund(kMiB);
  }
  stage.refund(3 * kMiB);
}

TEST(MemoryLease, MoreThanItHoldsComesFromTheBudget) {
  MemoryBudget budget(4 * kMiB);
  MemoryAccount& stage = budget.open_account("sort");
  auto lease = stage.lease(kMiB);
  ASSERT_TRUE(lease);
  auto buffer = lease->account().allocate(2 * kMiB);
  ASSERT_TRUE(buffer);
  EXPECT_GE(budget.used(), 3 * kMiB);
  EXPECT_FALSE(lease->account().allocate(2 * kMiB));
  ASSERT_TRUE(lease->account().charge(kMiB));
  buffer->reset();
  EXPECT_EQ(budget.used(), kMiB) << "what came from the budget goes back first";
  lease->account().refund(kMiB);
  EXPECT_EQ(budget.used(), kMiB);
}

TEST(MemoryLease, GrowsByWhatIsChargedAndRefunded) {
  MemoryBudget budget(8 * kMiB);
  MemoryAccount& stage = budget.open_account("aggregate");
  auto lease = stage.lease(0);
  ASSERT_TRUE(lease);
  MemoryAccount& account = lease->account();
  ASSERT_TRUE(account.charge(3 * kMiB));
  account.refund(3 * kMiB);
  EXPECT_EQ(account.used(), 0u);
  EXPECT_EQ(budget.used(), 3 * kMiB) << "set aside";
  ASSERT_TRUE(stage.charge(5 * kMiB));
  {
    auto buffer = account.allocate(2 * kMiB);
    ASSERT_TRUE(buffer) << "though nothing is left for others";
  }
  stage.refund(5 * kMiB);
  *lease = MemoryLease();
  EXPECT_EQ(budget.used(), 0u);
  EXPECT_EQ(stage.used(), 0u);
}

TEST(MemoryLease, GoesBackWhenItEndsAndTheRestWhenItIsReleased) {
  MemoryBudget budget(8 * kMiB);
  MemoryAccount& stage = budget.open_account("sort");
  BufferRef survivor;
  {
    auto lease = stage.lease(4 * kMiB);
    ASSERT_TRUE(lease);
    auto buffer = lease->account().allocate(kMiB);
    ASSERT_TRUE(buffer);
    survivor = *buffer;
    MemoryLease moved = std::move(*lease);
    EXPECT_EQ(budget.used(), 4 * kMiB);
  }
  EXPECT_GE(budget.used(), kMiB);
  EXPECT_LT(budget.used(), 2 * kMiB);
  survivor.reset();
  EXPECT_EQ(budget.used(), 0u);
  EXPECT_EQ(stage.used(), 0u);
}

TEST(MemoryLease, TurnsOfRefusalConcernStateAlone) {
  MemoryBudget budget(8 * kMiB);
  MemoryAccount& stage = budget.open_account("sort");
  auto state = stage.lease(0);
  auto work = stage.lease(100);
  ASSERT_TRUE(state && work);
  budget.refuse_every(3);
  for (int i = 1; i <= 9; ++i) {
    EXPECT_EQ(state->account().charge(10).has_value(), i % 3 != 0) << i;
    EXPECT_TRUE(stage.charge(10));
    EXPECT_TRUE(work->account().charge(1));
  }
  budget.refuse_every(0);
  EXPECT_TRUE(state->account().charge(10));
  state->account().refund(70);
  stage.refund(90);
  work->account().refund(9);
}

TEST(MemoryBudget, HandsOutFreedBlocksAgain) {
  MemoryBudget budget(64 * kMiB);
  MemoryAccount& account = budget.open_account("a");
  auto first = account.allocate(64 << 10);
  const uint8_t* const place = (*first)->data();
  first->reset();
  const auto second = account.allocate(50'000);
  EXPECT_EQ((*second)->data(), place);
}

/// Resident memory of this process.
size_t resident_bytes() {
  FILE* const file = std::fopen("/proc/self/statm", "r");
  size_t total = 0, resident = 0;
  if (file == nullptr) return 0;
  const int read = std::fscanf(file, "%zu %zu", &total, &resident);
  std::fclose(file);
  return read == 2 ? resident * 4096 : 0;
}

#if defined(__SANITIZE_THREAD__)
#define LEAT_TEST_WITH_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LEAT_TEST_WITH_TSAN 1
#endif
#endif

TEST(MemoryBudget, BlocksAtRestAreGivenBackBeforeFreshOnesAreTaken) {
#ifdef LEAT_TEST_WITH_TSAN
  GTEST_SKIP() << "the resident memory of a ThreadSanitizer build is mostly its own";
#endif
  constexpr size_t kLimit = 64 * kMiB;
  MemoryBudget budget(kLimit);
  MemoryAccount& account = budget.open_account("a");
  const size_t before = resident_bytes();
  // Each size fills the budget and is freed: without trimming, what rests would add up to six
  // budgets.
  for (size_t bytes = 64 << 10; bytes <= 2 * kMiB; bytes *= 2) {
    std::vector<BufferRef> buffers;
    while (auto buffer = account.allocate(bytes)) {
      std::memset((*buffer)->mutable_data(), 1, bytes);
      buffers.push_back(std::move(*buffer));
      ASSERT_LT(buffers.size(), 2000u) << "the limit must be reached";
    }
    EXPECT_GT(buffers.size() * bytes, kLimit * 9 / 10) << "nearly all of the budget can be used";
  }
  EXPECT_LT(resident_bytes(), before + kLimit + 16 * kMiB);
}

TEST(MemoryBudget, ManyThreadsShareIt) {
  const test::Seed seed;
  MemoryBudget budget(32 * kMiB);
  MemoryAccount& account = budget.open_account("a");
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random = seed.generator(t);
      std::vector<std::pair<BufferRef, uint8_t>> held;
      for (int i = 0; i < 3000; ++i) {
        if (random() % 2 == 0 && !held.empty()) {
          const auto& [buffer, mark] = held.back();
          ASSERT_EQ(buffer->data()[0], mark);
          ASSERT_EQ(buffer->data()[buffer->size() - 1], mark);
          held.pop_back();
        } else if (auto buffer = account.allocate(1 + random() % 300'000)) {
          const auto mark = static_cast<uint8_t>(random());
          std::memset((*buffer)->mutable_data(), mark, (*buffer)->size());
          held.emplace_back(std::move(*buffer), mark);
        } else {
          held.clear();
        }
        ASSERT_LE(budget.used(), budget.limit());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(budget.used(), 0u);
  EXPECT_LE(budget.peak(), budget.limit());
}

}  // namespace
}  // namespace leat::state
