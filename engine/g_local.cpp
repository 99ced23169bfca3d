// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A goroutine's values are a list which begins at the top of its stack: it has few, so finding one
// is a walk over some nodes, and a goroutine without any pays a null pointer. Keys are never used
// again, so a value that outlives its GLocal is never mistaken for another's. Nobody but the
// goroutine touches the list, so there is no lock; a value may be used, made and destroyed by code
// that SUSPENDS.
#include "engine/g_local.h"

#include <atomic>

#include "engine/check.h"
#include "engine/runtime/stack.h"

namespace leat::runtime {

namespace {

// The head of the calling goroutine's list.
LocalNode*& own_list() {
  StackClass stack_class;
  const StackBase base =
      stack_containing(reinterpret_cast<uintptr_t>(__builtin_frame_address(0)), &stack_class);
  LEAT_CHECK(base != nullptr, "a GLocal has a value on goroutines only");
  return stack_locals(base, stack_class);
}

}  // namespace

uint64_t new_local_key() {
  static std::atomic<uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);
}

LocalNode* find_local(uint64_t key) {
  LocalNode* node = own_list();
  while (node != nullptr && node->key != key) node = node->next;
  return node;
}

void add_local(LocalNode* node) {
  LocalNode*& first = own_list();
  node->next = first;
  first = node;
}

LocalNode* take_local(uint64_t key) {
  for (LocalNode** link = &own_list(); *link != nullptr; link = &(*link)->next) {
    LocalNode* node = *link;
    if (node->key != key) continue;
    *link = node->next;
    return node;
  }
  return nullptr;
}

void destroy_locals() {
  LocalNode*& first = own_list();
  while (LocalNode* node = first) {
    first = node->next;  // its destructor may use the others, or make new ones
    delete node;
  }
}

}  // namespace leat::runtime
