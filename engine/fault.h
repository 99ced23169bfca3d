// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a program says when it dies of a fault: which goroutine it was, and what it was doing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace leat {

/// From now on a fault (SIGSEGV, SIGBUS, SIGFPE, SIGILL) is reported on stderr before the process
/// dies of it, as it would have: with the goroutine's id, name and place of creation, if it was
/// one. A Runtime does this when it starts; a program does it earlier for faults before. Does
/// nothing for a signal that the program (or a sanitizer) handles itself. THREADS: any.
void report_faults();

/// Writes what was being done by the code whose frames lie in [begin, end) of a stack, as a phrase
/// without a line break; returns its bytes, at most `size`, or 0 if nothing is known of it. Is
/// called in the handler of a signal: it takes no lock and allocates nothing.
using FaultWitness = size_t (*)(uintptr_t begin, uintptr_t end, char* text, size_t size);

/// Asks `witness` in each report, and then also reports SIGABRT if it knows something. One for the
/// process. THREADS: any.
void set_fault_witness(FaultWitness witness);

}  // namespace leat
