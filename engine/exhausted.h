// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The end of a process to which the system gives no more of what it needs to go on: threads,
// address space, descriptors. There is no caller who could do without.
#pragma once

#include <string_view>

namespace leat {

/// Writes `message` on stderr as `leat: ...`, calls what on_exhausted set, and ends the process
/// with code 2. Whoever comes second does not end it before the first. THREADS: any. Allocates
/// nothing.
[[noreturn]] void exhausted(std::string_view message);

/// `handler` is called before the process ends by exhausted(), to put what is outside of it in
/// order; it may end the process itself, with a code of its own. One for the process; null: none.
/// THREADS: any.
void on_exhausted(void (*handler)());

}  // namespace leat
