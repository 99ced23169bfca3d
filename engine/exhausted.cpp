// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/exhausted.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "engine/codes/machine.h"
#include "engine/mutant.h"

namespace leat {
namespace {

constexpr int kExitCode = 2;

std::atomic<void (*)()> handler_of_all{nullptr};
std::atomic<pid_t> first{0};  // the thread that ends the process

}  // namespace

void exhausted(std::string_view message) {
  pid_t nobody = 0;
  const pid_t self = ::gettid();
  if (!first.compare_exchange_strong(nobody, self)) {
    if (nobody == self) std::_Exit(kExitCode);  // the handler needs what there is no more of
    for (;;) ::pause();
  }
  std::fprintf(stderr, "leat: %.*s [E%04d]\n", static_cast<int>(message.size()), message.data(),
               static_cast<int>(code::kMemoryRefused));
  std::fflush(stderr);
  if (auto* const handler = handler_of_all.load();
      handler != nullptr && !LEAT_MUTANT("exhausted_leaves_staged"))
    handler();
  std::_Exit(kExitCode);
}

void on_exhausted(void (*handler)()) { handler_of_all.store(handler); }

}  // namespace leat
