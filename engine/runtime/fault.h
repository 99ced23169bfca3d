// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What happens when a goroutine overflows its stack or touches memory that is not there. See also
// engine/fault.h.
#pragma once

#include <cstddef>

namespace leat::runtime {

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
