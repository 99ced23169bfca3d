// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: reports print names of goroutines and channels at moments when the owner of the text may
// be gone.
//
// Invariants:
//   1. An interned text is never freed or moved (elements of a std::set stay where they are).
//   2. Equal texts are one pointer, so a program has as many as it has distinct names.
// Locking: one lock, taken when something with a name is created; nobody parks while holding it.
//
// Rejected: a std::string in each G (32 bytes in every goroutine for the few that have a name);
// a concurrent set (an allocation to look up a name that is there already).
#include "engine/runtime/names.h"

#include <set>
#include <string>

#include "engine/runtime/thread_sync.h"

namespace leat::runtime {

const char* intern(std::string_view name) {
  if (name.empty()) return nullptr;
  struct Names {
    ThreadMutex lock;
    std::set<std::string, std::less<>> texts;  // guarded by lock
  };
  static auto* const names = new Names;  // never destroyed: threads may outlive main()
  const Guard guard(names->lock);
  const auto found = names->texts.find(name);
  return found != names->texts.end() ? found->c_str() : names->texts.emplace(name).first->c_str();
}

}  // namespace leat::runtime
