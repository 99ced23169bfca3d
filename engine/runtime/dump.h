// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What reports say about goroutines.
#pragma once

#include <cstdio>
#include <vector>

#include "engine/runtime.h"
#include "engine/runtime/g.h"

namespace leat::runtime {

/// What is known of `g`. THREADS: any; a moment old.
GoroutineInfo describe(const G& g);

/// Two lines: `goroutine 7 'decode' [channel receive on 'rows']:` and where it was created.
void print_goroutine(std::FILE* out, const GoroutineInfo& goroutine);

/// The report of a partial deadlock: nothing if `stuck` is empty.
void print_stuck(std::FILE* out, const std::vector<GoroutineInfo>& stuck);

/// The goroutine that the caller runs on, or nothing.
void print_current_goroutine(std::FILE* out);

/// All others of the same scheduler, kOthersPrintedMax at most; nothing if the caller is on none or
/// the list cannot be had without waiting.
void print_other_goroutines(std::FILE* out);

inline constexpr int kOthersPrintedMax = 1000;

}  // namespace leat::runtime
