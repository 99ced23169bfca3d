// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The budget's allocator. A block is a 64-byte header followed by the bytes of the buffer and its
// padding. Sizes are powers of two from 1 KiB to 32 MiB, so that a freed block fits the next
// request of its class; larger requests are mapped one by one. What a request is charged is the
// whole block.
//
// Invariant: used + resting <= limit + what one request is about to take. Memory at rest is not
// charged, so before anything fresh is taken from the system, resting blocks are given back until
// both fit under the limit together.
//
// Blocks of a page and more come from mmap rather than malloc: munmap gives them back for certain.
#include "operators/data/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <new>

#include <fmt/format.h>

#include "engine/check.h"
#include "engine/codes/machine.h"
#include "engine/mutant.h"

#if defined(__SANITIZE_ADDRESS__)
#define LEAT_POISON_BLOCKS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEAT_POISON_BLOCKS 1
#endif
#endif
#ifdef LEAT_POISON_BLOCKS
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) \
  (static_cast<void>(address), static_cast<void>(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) \
  (static_cast<void>(address), static_cast<void>(size))
#endif

namespace leat {

namespace {

constexpr size_t kHeaderBytes = 64;
constexpr size_t kSmallestBytes = 1024;
constexpr size_t kPageBytes = 4096;
constexpr size_t kMapFromBytes = size_t{64} << 10;
// Tables of this size are looked into at random, which with small pages misses the TLB each time.
constexpr size_t kHugeFromBytes = size_t{2} << 20;
constexpr size_t kHugePageBytes = size_t{2} << 20;

size_t class_of(size_t bytes) {
  return bytes <= kSmallestBytes
             ? 0
             : static_cast<size_t>(std::bit_width((bytes - 1) / kSmallestBytes));
}

constexpr size_t class_capacity(size_t size_class) { return kSmallestBytes << size_class; }

/// What a block that can hold `capacity` bytes takes from the system.
constexpr size_t block_bytes(size_t capacity) {
  const size_t bytes = capacity + kHeaderBytes + kBufferPadding;
  return capacity < kMapFromBytes ? bytes : (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

void* map(size_t bytes) {
  return ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void* map_huge(size_t bytes) {
  void* const block = map(bytes + kHugePageBytes);
  if (block == MAP_FAILED) return nullptr;
  const auto begin = reinterpret_cast<uintptr_t>(block);
  const uintptr_t aligned = (begin + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
  if (aligned > begin) ::munmap(block, aligned - begin);
  ::munmap(reinterpret_cast<void*>(aligned + bytes), begin + kHugePageBytes - aligned);
  ::madvise(reinterpret_cast<void*>(aligned), bytes, MADV_HUGEPAGE);
  return reinterpret_cast<void*>(aligned);
}

void* system_take(size_t capacity) {
  const size_t bytes = block_bytes(capacity);
  if (capacity < kMapFromBytes) return std::aligned_alloc(64, bytes);
  if (bytes >= kHugeFromBytes) return map_huge(bytes);
  void* const block = map(bytes);
  if (block == MAP_FAILED) return nullptr;
  return block;
}

void system_give(void* block, size_t capacity) noexcept {
  if (capacity < kMapFromBytes) {
    std::free(block);
  } else {
    if (::munmap(block, block_bytes(capacity)) == 0) return;
    // To unmap the middle of a mapping takes one mapping more, and the process has as many as it
    // may. Its pages go back all the same; the addresses are lost.
    LEAT_CHECK(errno == ENOMEM && ::madvise(block, block_bytes(capacity), MADV_DONTNEED) == 0,
               "a block of the memory budget cannot be unmapped");
  }
}

std::string readable_bytes(size_t bytes) {
  constexpr size_t kMiB = size_t{1} << 20;
  if (bytes >= 10 * kMiB) return fmt::format("{} MiB", bytes / kMiB);
  if (bytes >= 10 * 1024) return fmt::format("{} KiB", bytes / 1024);
  return fmt::format("{} bytes", bytes);
}

}  // namespace

struct MemoryBudget::Block {
  union {
    Block* next;
    Buffer buffer;
  };
};

// ----------------------------------------------------------------------------------------- account

void MemoryAccount::count_up(size_t bytes) {
  const size_t now = used_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  size_t seen = peak_.load(std::memory_order_relaxed);
  while (now > seen && !peak_.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {
  }
}

bool MemoryAccount::take(size_t bytes) {
  if (leased_ != nullptr) {
    if (!take_leased(bytes)) return false;
  } else if (!budget_.reserve(bytes)) {
    return false;
  }
  count_up(bytes);
  return true;
}

void MemoryAccount::give(size_t bytes) noexcept {
  used_.fetch_sub(bytes, std::memory_order_relaxed);
  if (leased_ != nullptr) return give_leased(bytes);
  budget_.used_.fetch_sub(bytes, std::memory_order_relaxed);
}

// The parent was charged with the whole lease, so only what goes beyond it concerns it.

bool MemoryAccount::take_leased(size_t bytes) {
  const std::lock_guard lock(leased_->mutex);
  if (leased_->rest >= bytes) {
    leased_->rest -= bytes;
    return true;
  }
  if (leased_->empty && budget_.refuses_by_turn()) [[unlikely]]
    return false;
  if (!parent_->take(bytes)) return false;
  leased_->beyond += bytes;
  return true;
}

void MemoryAccount::give_leased(size_t bytes) noexcept {
  size_t back = bytes;
  {
    const std::lock_guard lock(leased_->mutex);
    if (!leased_->ended) {
      back = std::min(bytes, leased_->beyond);
      leased_->beyond -= back;
      leased_->rest += bytes - back;
    }
  }
  if (back > 0) parent_->give(back);
}

void MemoryAccount::end_lease() noexcept {
  size_t rest = 0;
  {
    const std::lock_guard lock(leased_->mutex);
    leased_->ended = true;
    rest = std::exchange(leased_->rest, 0);
  }
  if (rest > 0) parent_->give(rest);
}

Result<MemoryLease> MemoryAccount::lease(size_t bytes) {
  LEAT_TRY(charge(bytes));
  MemoryAccount& account = budget_.open_account(stage_, this);
  account.leased_ = std::make_unique<Leased>();
  account.leased_->rest = bytes;
  account.leased_->empty = bytes == 0;
  return MemoryLease(account);
}

std::unexpected<Error> MemoryAccount::refused(size_t bytes) const {
  Error error(code::kMemoryLimit, ErrorCode::kMemory,
              fmt::format("stage '{}' asked for {} more, but {} of the memory limit of {} are in "
                          "use ({} by this stage)",
                          stage_, readable_bytes(bytes), readable_bytes(budget_.used()),
                          readable_bytes(budget_.limit()), readable_bytes(used())),
              "raise the limit with '--memory SIZE' or 'settings: { memory: SIZE }'");
  error.stage = stage_;
  return std::unexpected(std::move(error));
}

Result<BufferRef> MemoryAccount::allocate(size_t bytes) {
  const size_t size_class = class_of(bytes);
  const bool pooled = size_class < MemoryBudget::kClasses;
  const size_t capacity =
      pooled ? class_capacity(size_class) : (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
  const size_t taken = block_bytes(capacity);
  if (capacity < bytes || taken < bytes || !take(taken)) [[unlikely]]
    return refused(bytes);
  MemoryBudget::Block* block = nullptr;
  if (pooled) block = budget_.take_block(size_class);
  if (block == nullptr) {
    budget_.trim();
    block = static_cast<MemoryBudget::Block*>(system_take(capacity));
    if (block == nullptr) {
      give(taken);
      return fail(
          code::kMemoryRefused, ErrorCode::kMemory,
          fmt::format("the operating system refused stage '{}' {} more memory", stage_,
                      readable_bytes(bytes)),
          "lower the limit with '--memory SIZE', so that leat stays within what the machine has");
    }
  }
  Buffer* const buffer =
      new (block) Buffer(reinterpret_cast<uint8_t*>(block) + kHeaderBytes, capacity, *this);
  buffer->set_size(bytes);
  return BufferRef(buffer);
}

void MemoryAccount::release(Buffer* buffer) noexcept {
  const size_t capacity = buffer->capacity();
  const size_t size_class = class_of(capacity);
  auto* const block = reinterpret_cast<MemoryBudget::Block*>(buffer);
  if (size_class < MemoryBudget::kClasses) {
    budget_.give_block(block, size_class);
  } else {
    system_give(block, capacity);
  }
  // Last: once nothing is in use the budget may be destroyed.
  give(block_bytes(capacity));
}

Status MemoryAccount::charge(size_t bytes) {
  if (!take(bytes)) return refused(bytes);
  budget_.trim();
  return {};
}

// A lease grows by what is charged to its account and refunded: that is how more is set aside.
void MemoryAccount::refund(size_t bytes) noexcept {
  if (leased_ == nullptr) return give(bytes);
  used_.fetch_sub(bytes, std::memory_order_relaxed);
  {
    const std::lock_guard lock(leased_->mutex);
    if (!leased_->ended) {
      leased_->rest += bytes;
      return;
    }
  }
  parent_->give(bytes);
}

// ------------------------------------------------------------------------------------------ budget

MemoryBudget::MemoryBudget(size_t limit_bytes) : limit_(limit_bytes) {
  static_assert(sizeof(Block) <= kHeaderBytes);
  static_assert(class_capacity(kClasses - 1) >= kChunkBytes);
#if defined(LEAT_MUTANTS) || \
    defined(LEAT_DCHECKS)  // builds for tests: state of small data goes to disk, too
  if (const char* const every = std::getenv("LEAT_REFUSE_EVERY")) {
    refuse_every(std::strtoull(every, nullptr, 10));
  }
#endif
}

MemoryBudget::~MemoryBudget() {
  LEAT_CHECK(used() == 0, "a buffer or a charge outlives its memory budget");
  for (size_t i = 0; i < kClasses; ++i) {
    while (Block* const block = take_block(i)) system_give(block, class_capacity(i));
  }
}

MemoryAccount& MemoryBudget::open_account(std::string stage, MemoryAccount* parent) {
  const std::lock_guard lock(accounts_mutex_);
  return *accounts_.emplace_back(std::make_unique<MemoryAccount>(*this, std::move(stage), parent));
}

bool MemoryBudget::refuses_by_turn() {
  const uint64_t every = refuse_every_.load(std::memory_order_relaxed);
  return every != 0 && (requests_.fetch_add(1, std::memory_order_relaxed) + 1) % every == 0;
}

bool MemoryBudget::reserve(size_t bytes) {
  size_t used = used_.load(std::memory_order_relaxed);
  // Not fetch_add and take back: a large refused request would make small ones fail meanwhile.
  do {
    const bool fits = bytes <= limit_ && used <= limit_ - bytes;
    if (!fits && !LEAT_MUTANT("memory_not_counted")) return false;
  } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
  used += bytes;
  size_t seen = peak_.load(std::memory_order_relaxed);
  while (used > seen && !peak_.compare_exchange_weak(seen, used, std::memory_order_relaxed)) {
  }
  return true;
}

MemoryBudget::Block* MemoryBudget::take_block(size_t size_class) {
  FreeList& list = free_[size_class];
  const std::lock_guard lock(list.mutex);
  Block* const block = list.top;
  if (block == nullptr) return nullptr;
  ASAN_UNPOISON_MEMORY_REGION(block, block_bytes(class_capacity(size_class)));
  list.top = block->next;
  list.count.store(list.count.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
  return block;
}

void MemoryBudget::give_block(Block* block, size_t size_class) noexcept {
  FreeList& list = free_[size_class];
  const std::lock_guard lock(list.mutex);
  block->next = list.top;
  list.top = block;
  list.count.store(list.count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  ASAN_POISON_MEMORY_REGION(block, block_bytes(class_capacity(size_class)));
}

size_t MemoryBudget::resting() const {
  size_t bytes = 0;
  for (size_t i = 0; i < kClasses; ++i) {
    bytes += free_[i].count.load(std::memory_order_relaxed) * block_bytes(class_capacity(i));
  }
  return bytes;
}

void MemoryBudget::trim() {
  for (size_t i = kClasses; i-- > 0;) {
    while (used() + resting() > limit_) {
      Block* const block = take_block(i);
      if (block == nullptr) break;
      system_give(block, class_capacity(i));
    }
  }
}

}  // namespace leat
