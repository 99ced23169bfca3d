// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How much memory there is. See memory_limit.cpp; default_memory_limit is in memory.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace leat {

/// What a process takes beside its budget: code, stacks, buffers of libraries. In bytes.
inline constexpr size_t kBesideBudgetBytes = size_t{48} << 20;

/// The limit of our cgroup (v1 or v2) or of one around it, in bytes; nullopt: there is none. `root`
/// is the directory that holds `proc` and `sys`; tests pass a fake tree.
std::optional<size_t> container_memory(const std::string& root = "/");

}  // namespace leat
