// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the filter does is in sandbox_test.cpp; here is its form.
#include "engine/sandbox_calls.h"

#include <linux/seccomp.h>

#include <gtest/gtest.h>

namespace leat {
namespace {

TEST(SandboxCalls, EveryJumpStaysInsideAndTheLastWordIsNo) {
  const std::vector<sock_filter> filter = sandbox_filter();
  ASSERT_LT(filter.size(), size_t{BPF_MAXINSNS});
  for (size_t i = 0; i < filter.size(); ++i) {
    if (BPF_CLASS(filter[i].code) != BPF_JMP) continue;
    EXPECT_LT(i + 1 + filter[i].jt, filter.size()) << i;
    EXPECT_LT(i + 1 + filter[i].jf, filter.size()) << i;
  }
  EXPECT_EQ(filter.back().code, BPF_RET | BPF_K);
  EXPECT_EQ(filter.back().k & SECCOMP_RET_ACTION_FULL, SECCOMP_RET_ERRNO);
}

}  // namespace
}  // namespace leat
