// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What happens when a goroutine overflows its stack or touches memory that is not there.
#pragma once

#include <cstddef>

namespace leat::runtime {

/// Once per process: a fault on a goroutine is reported with its id, name and place of creation
/// before the process dies of it, as it would have. Does nothing if the program (or a sanitizer)
/// handles SIGSEGV itself. THREADS: any.
void install_fault_reports();

/// A stack for signal handlers, for as long as the thread that makes it runs: the report of an
/// overflow cannot run on the stack that has overflowed.
class SignalStack {
 public:
  SignalStack();
  ~SignalStack();
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  void* memory_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace leat::runtime
