// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The system calls a run may make. See sandbox_calls.cpp.
#pragma once

#include <linux/filter.h>

#include <vector>

namespace leat {

/// The filter as the kernel takes it: classic BPF over seccomp_data. Every call not in the list
/// fails with EPERM; clone3 with ENOSYS, so that the C library falls back to clone, whose flags a
/// filter can see.
std::vector<sock_filter> sandbox_filter();

}  // namespace leat
