// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a goroutine is started and ends within a hundred nanoseconds; a million may be queued at
// once; reports walk over all of them at any time.
//
// Invariants:
//   1. A G's memory is never returned before the scheduler is destroyed, so a late reader (a
//      report, sysmon) reads an old G, never foreign memory.
//   2. A dead G is in the free list of one P or in the shared list; lists move kBatch at a time.
//   3. The first slab is small, so a short program pays little; each further one is twice as large,
//      up to 2 MiB, aligned so that the kernel can back it with one huge page (a fresh 4 KiB page
//      costs more than the 32 Gs in it).
// Locking: lock_ guards slabs and the shared list; P caches belong to the owner of the P.
//
// Rejected: malloc (frees would wander between threads' caches as goroutines do).
#include "engine/runtime/g_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

#include "engine/exhausted.h"

namespace leat::runtime {

namespace {

constexpr size_t kFirstSlabBytes = size_t{64} << 10;
constexpr size_t kSlabBytesMax = size_t{2} << 20;

}  // namespace

GPool::~GPool() {
  for (const Slab& slab : slabs_) {
    G* const first = reinterpret_cast<G*>(slab.memory);
    for (size_t i = 0; i < slab.used; ++i) first[i].~G();
    munmap(slab.mapping, slab.mapped_bytes);
  }
}

GPool::DebugLayout GPool::debug_layout() const {
  const auto at = [](const void* inner, const void* outer) {
    return static_cast<size_t>(static_cast<const char*>(inner) - static_cast<const char*>(outer));
  };
  const Slab slab;
  return {at(&slabs_, this), sizeof(Slab), at(&slab.memory, &slab), at(&slab.used, &slab)};
}

void GPool::add_slab() {
  const size_t bytes = slabs_.empty()
                           ? kFirstSlabBytes
                           : std::min(slabs_.back().capacity * sizeof(G) * 2, kSlabBytesMax);
  const size_t alignment = bytes == kSlabBytesMax ? kSlabBytesMax : 0;
  Slab slab;
  slab.mapped_bytes = bytes + alignment;
  void* mapping = mmap(nullptr, slab.mapped_bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED)
    exhausted("no address space left for goroutines: raise the limit (ulimit -v)");
  slab.mapping = slab.memory = static_cast<char*>(mapping);
  if (alignment != 0) {
    slab.memory += (alignment - reinterpret_cast<uintptr_t>(mapping) % alignment) % alignment;
    madvise(slab.memory, bytes, MADV_HUGEPAGE);
  }
  slab.capacity = bytes / sizeof(G);
  slabs_.push_back(slab);
}

G* GPool::carve() {
  if (slabs_.empty() || slabs_.back().used == slabs_.back().capacity) add_slab();
  Slab& slab = slabs_.back();
  return new (slab.memory + sizeof(G) * slab.used++) G;
}

void GPool::refill(P* p) {
  const Guard guard(lock_);
  for (uint32_t i = 0; i < kBatch; ++i) {
    G* g = free_;
    if (g != nullptr)
      free_ = g->next;
    else
      g = carve();
    g->next = p->free_g;
    p->free_g = g;
  }
  p->free_g_count += kBatch;
}

void GPool::drain(P* p) {
  G* const first = p->free_g;
  G* last = first;
  for (uint32_t i = 1; i < kBatch; ++i) last = last->next;
  p->free_g = last->next;
  p->free_g_count -= kBatch;
  const Guard guard(lock_);
  last->next = free_;
  free_ = first;
}

G* GPool::take_shared() {
  const Guard guard(lock_);
  G* g = free_;
  if (g == nullptr) return carve();
  free_ = g->next;
  return g;
}

void GPool::give_shared(G* g) {
  const Guard guard(lock_);
  g->next = free_;
  free_ = g;
}

}  // namespace leat::runtime
