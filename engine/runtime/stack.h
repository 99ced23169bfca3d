// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Goroutine stacks: aligned to their size inside one address range per class, so that the goroutine
// that is running can be found from the stack pointer alone.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "engine/stack_class.h"

namespace leat::runtime {

struct G;
struct LocalNode;

/// The address range of one class. Zero until the first stack is asked for.
struct StackArena {
  std::atomic<uintptr_t> base{0};
  std::atomic<uintptr_t> bytes{0};
};

extern StackArena stack_arenas[kStackClasses];

/// A stack, named by its lowest address; the guard is at that end.
using StackBase = char*;

/// The top word of a stack holds the goroutine that it is bound to.
inline G*& stack_owner(StackBase base, StackClass stack_class) {
  return *reinterpret_cast<G**>(base + stack_bytes(stack_class) - sizeof(G*));
}

/// The word below it the goroutine's own values (engine/g_local.h), which only it touches.
inline LocalNode*& stack_locals(StackBase base, StackClass stack_class) {
  return *reinterpret_cast<LocalNode**>(base + stack_bytes(stack_class) - 2 * sizeof(void*));
}

/// Binds the stack to `g`.
inline void own_stack(StackBase base, StackClass stack_class, G* g) {
  stack_owner(base, stack_class) = g;
  stack_locals(base, stack_class) = nullptr;
}

/// The stack of class `stack_class` that contains `address`.
inline StackBase stack_base(const void* address, StackClass stack_class) {
  return reinterpret_cast<StackBase>(reinterpret_cast<uintptr_t>(address) &
                                     ~(stack_bytes(stack_class) - 1));
}

/// The stack that contains `address`, or null. THREADS: any.
inline StackBase stack_containing(uintptr_t address, StackClass* stack_class) {
  for (size_t i = 0; i < kStackClasses; ++i) {
    const StackArena& arena = stack_arenas[i];
    if (address - arena.base.load(std::memory_order_relaxed) <
        arena.bytes.load(std::memory_order_relaxed)) {
      *stack_class = static_cast<StackClass>(i);
      return stack_base(reinterpret_cast<void*>(address), *stack_class);
    }
  }
  return nullptr;
}

/// The goroutine whose stack the caller runs on; null on any other stack (an M's own, a foreign
/// thread's). One goroutine never moves to another stack, so the answer holds for as long as the
/// caller's frame. THREADS: any.
inline G* current_g() {
  const auto sp = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  StackClass stack_class;
  const StackBase base = stack_containing(sp, &stack_class);
  return base == nullptr ? nullptr : stack_owner(base, stack_class);
}

/// Takes a stack: one that was used before, or a new one. Aborts with a message if there is no
/// address space left. THREADS: any.
StackBase acquire_stack(StackClass stack_class);

/// Gives a stack back; its memory may be returned to the system. REQUIRES: nothing runs on it.
/// THREADS: any.
void release_stack(StackBase base, StackClass stack_class);

/// The bytes at the low end which no goroutine may touch.
size_t stack_guard_bytes();

/// Stacks ever created. THREADS: any.
size_t stacks_created();

/// A few small stacks kept by one P, so that binding one needs no atomic operation. Not
/// thread-safe: its P's owner.
class StackCache {
 public:
  static constexpr size_t kCapacity = 32;

  /// A cached stack of the small class, or null.
  StackBase take() { return count_ == 0 ? nullptr : items_[--count_]; }
  /// Keeps `base`, giving half of a full cache to everybody.
  void put(StackBase base) {
    if (count_ == kCapacity) [[unlikely]]
      spill(kCapacity / 2);
    items_[count_++] = base;
  }
  bool empty() const { return count_ == 0; }
  void clear() { spill(count_); }

 private:
  void spill(size_t count);

  size_t count_ = 0;
  StackBase items_[kCapacity];
};

}  // namespace leat::runtime
