// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a million goroutines need stacks; a stack must be cheap to get, fault when it overflows,
// give memory back, and tell which goroutine runs on it.
//
// Invariants:
//   1. A stack of class c is stack_bytes(c) long, aligned to that size, and lies in
//      stack_arenas[c]. Arenas are reserved once per process and never move, so an address decides
//      its class and its stack.
//   2. The top word of a bound stack is its goroutine (set by whoever binds it, before the first
//      switch to it).
//   3. A stack has one owner at any time: a goroutine, one P's cache, or the shared list.
//   4. Guarded by `growth.lock`: how far an arena is cut into stacks. Lock-free: the shared lists
//      (oneTBB queues).
//   5. Memory: a page is committed when it is touched. Stacks in the shared list beyond
//      kResidentShared have their pages returned; of a big stack only the top kKeptBytes stay.
//   6. The low end is guarded: by MADV_GUARD_INSTALL (Linux 6.13: no mapping of its own, 0.3 us),
//      else by mprotect (two more mappings a stack: so for the first kProtectedStacks only,
//      vm.max_map_count is 65530), else by a canary that is looked at when the stack is released.
//
// Rejected: growing stacks by copying (C++ keeps addresses of locals); one mmap per stack (two
// mappings each); one arena for both classes with a class map (one more load in current_g(), which
// every channel operation pays).
#include "engine/runtime/stack.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <oneapi/tbb/concurrent_queue.h>

#include "engine/check.h"
#include "engine/exhausted.h"
#include "engine/runtime/sanitizer.h"
#include "engine/runtime/thread_sync.h"

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(low, high) 0
#endif

namespace leat::runtime {

constinit StackArena stack_arenas[kStackClasses];

namespace {

constexpr int kMadviseGuardInstall = 102;  // MADV_GUARD_INSTALL, younger than Debian 12's headers
// A frame larger than the guard may step over it, into the top of the next stack; libraries have
// frames of some pages, and nobody probes them. Costs address space only.
constexpr size_t kGuardBytes = size_t{64} << 10;
constexpr size_t kProtectedStacks = 20'000;
constexpr size_t kResidentShared = 1024;
constexpr size_t kKeptBytes = size_t{64} << 10;
constexpr uint64_t kCanary = 0x6c65'6174'2d73'746bULL;
// Two million small stacks and 65536 big ones; sanitizers leave less room between their own
// regions.
constexpr size_t kArenaBytes[kStackClasses] = {
    size_t{kSanitized ? 64 : 512} << 30,
    size_t{kSanitized ? 32 : 512} << 30,
};
constexpr size_t kArenaBytesMin[kStackClasses] = {size_t{16} << 20, size_t{128} << 20};
// An arena becomes writable in steps of this many stacks.
constexpr size_t kStacksPerStep[kStackClasses] = {64, 4};

enum class GuardKind : uint8_t { kUnknown, kMadvise, kProtect, kCanary };

struct Growth {
  ThreadMutex lock;
  size_t cut[kStackClasses] = {};                     // bytes handed out as stacks; guarded by lock
  size_t writable[kStackClasses] = {};                // bytes made writable; guarded by lock
  std::atomic<GuardKind> guard{GuardKind::kUnknown};  // written under lock; read by anyone, relaxed
  std::atomic<size_t> created{0};
  // Small stacks from here on have canaries: an arena is cut upwards. Written under lock.
  std::atomic<uintptr_t> canaries_from{UINTPTR_MAX};
};

constinit Growth growth;

// std::allocator, because TSan cannot see into oneTBB's.
using SharedList = oneapi::tbb::concurrent_queue<StackBase, std::allocator<StackBase>>;

// Never destroyed: threads that outlive main() may still release stacks.
SharedList& shared_list(StackClass stack_class) {
  static SharedList* const lists = new SharedList[kStackClasses];
  return lists[static_cast<size_t>(stack_class)];
}

[[noreturn]] void die_without_stacks(size_t bytes) {
  char message[192];
  std::snprintf(message, sizeof(message),
                "no address space left for goroutine stacks (%zu bytes more were needed): "
                "start fewer goroutines or raise the limit (ulimit -v)",
                bytes);
  exhausted(message);
}

// Reserves the arena of a class, smaller if the process may not have that much. REQUIRES:
// growth.lock.
void reserve_arena(StackClass stack_class) {
  const size_t i = static_cast<size_t>(stack_class);
  const size_t alignment = stack_bytes(stack_class);
  for (size_t bytes = kArenaBytes[i]; bytes >= kArenaBytesMin[i]; bytes /= 2) {
    void* range = mmap(nullptr, bytes + alignment, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) continue;
    const uintptr_t base = (reinterpret_cast<uintptr_t>(range) + alignment - 1) & ~(alignment - 1);
    stack_arenas[i].base.store(base, std::memory_order_relaxed);
    stack_arenas[i].bytes.store(bytes, std::memory_order_relaxed);
    return;
  }
  die_without_stacks(kArenaBytesMin[i]);
}

// Makes the low end of a new stack fault. REQUIRES: growth.lock.
void install_guard(StackBase base, StackClass stack_class) {
  const size_t guard_bytes = stack_guard_bytes();
  const GuardKind kind = growth.guard.load(std::memory_order_relaxed);
  if (kind == GuardKind::kUnknown || kind == GuardKind::kMadvise) {
    const bool has_madvise = madvise(base, guard_bytes, kMadviseGuardInstall) == 0;
    growth.guard.store(has_madvise ? GuardKind::kMadvise : GuardKind::kProtect,
                       std::memory_order_relaxed);
    if (has_madvise) return;
  }
  if (kind != GuardKind::kCanary) {
    if (growth.created.load(std::memory_order_relaxed) < kProtectedStacks &&
        mprotect(base, guard_bytes, PROT_NONE) == 0)
      return;
    growth.guard.store(GuardKind::kCanary, std::memory_order_relaxed);
  }
  std::memcpy(base, &kCanary, sizeof kCanary);
  if (stack_class != StackClass::kSmall) return;
  const auto address = reinterpret_cast<uintptr_t>(base);
  growth.canaries_from.store(std::min(address, growth.canaries_from.load()));
}

StackBase create_stack(StackClass stack_class) {
  const Guard guard(growth.lock);
  const size_t i = static_cast<size_t>(stack_class);
  const size_t bytes = stack_bytes(stack_class);
  if (stack_arenas[i].bytes.load(std::memory_order_relaxed) == 0) reserve_arena(stack_class);
  const StackBase arena =
      reinterpret_cast<StackBase>(stack_arenas[i].base.load(std::memory_order_relaxed));
  if (growth.cut[i] == growth.writable[i]) {
    const size_t step = bytes * kStacksPerStep[i];
    if (growth.writable[i] + step > stack_arenas[i].bytes.load(std::memory_order_relaxed) ||
        mprotect(arena + growth.writable[i], step, PROT_READ | PROT_WRITE) != 0)
      die_without_stacks(step);
    madvise(arena + growth.writable[i], step, MADV_NOHUGEPAGE);
    growth.writable[i] += step;
  }
  const StackBase base = arena + growth.cut[i];
  growth.cut[i] += bytes;
  install_guard(base, stack_class);
  static_cast<void>(VALGRIND_STACK_REGISTER(base, base + bytes));
  growth.created.fetch_add(1, std::memory_order_relaxed);
  return base;
}

void check_canary(StackBase base) {
  if (growth.guard.load(std::memory_order_relaxed) != GuardKind::kCanary) [[likely]]
    return;
  if (reinterpret_cast<uintptr_t>(base) < growth.canaries_from.load(std::memory_order_relaxed))
    return;
  uint64_t word;
  std::memcpy(&word, base, sizeof word);
  LEAT_CHECK(word == kCanary, "a goroutine overflowed its stack");
}

}  // namespace

size_t stack_guard_bytes() {
  static const size_t page_bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return std::max(page_bytes, kGuardBytes);
}

size_t stacks_created() { return growth.created.load(std::memory_order_relaxed); }

StackBase acquire_stack(StackClass stack_class) {
  StackBase base;
  if (!shared_list(stack_class).try_pop(base)) base = create_stack(stack_class);
#if LEAT_ASAN
  // Frames that were abandoned by a goroutine's last switch left their red zones behind.
  __asan_unpoison_memory_region(base, stack_bytes(stack_class));
#endif
  return base;
}

void release_stack(StackBase base, StackClass stack_class) {
  const size_t bytes = stack_bytes(stack_class);
  const size_t guard_bytes = stack_guard_bytes();
  SharedList& list = shared_list(stack_class);
  if (stack_class == StackClass::kStage) {
    madvise(base + guard_bytes, bytes - guard_bytes - kKeptBytes, MADV_DONTNEED);
  } else {
    check_canary(base);
    if (list.unsafe_size() > kResidentShared)
      madvise(base + guard_bytes, bytes - guard_bytes, MADV_DONTNEED);
  }
  list.push(base);
}

void StackCache::spill(size_t count) {
  for (size_t i = 0; i < count; ++i) release_stack(items_[i], StackClass::kSmall);
  for (size_t i = count; i < count_; ++i) items_[i - count] = items_[i];
  count_ -= count;
}

}  // namespace leat::runtime
