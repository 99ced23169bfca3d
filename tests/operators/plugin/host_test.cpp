// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/plugin/host.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace leat::plugin {
namespace {

const Site kSite{"./acme.so", "acme.mask"};

TEST(PluginHost, CodesBecomeErrorsThatNameOperatorAndFile) {
  leat_call call(kSite, nullptr, nullptr);
  EXPECT_TRUE(enter(call, "process", [] { return int{LEAT_OK}; }));
  const Status silent = enter(call, "process", [] { return 77; });
  EXPECT_EQ(silent.error().code, ErrorCode::kPlugin);
  EXPECT_EQ(
      silent.error().message,
      "'acme.mask' of the plugin ./acme.so: process returned the error 77 and did not explain "
      "it");
  const Status explained = enter(call, "process", [&] {
    host().explain(&call, "the disk is full", "make room");
    return int{LEAT_ERROR_IO};
  });
  EXPECT_EQ(explained.error().code, ErrorCode::kIo);
  EXPECT_EQ(explained.error().message, "'acme.mask' of the plugin ./acme.so: the disk is full");
  EXPECT_EQ(explained.error().hint, "make room");
}

TEST(PluginHost, ExceptionsEndHere) {
  leat_call call(kSite, nullptr, nullptr);
  const Status error = enter(call, "finish", []() -> int { throw std::runtime_error("oh"); });
  EXPECT_EQ(error.error().message, "'acme.mask' of the plugin ./acme.so: finish threw: oh");
  const Status number = enter(call, "finish", []() -> int { throw 1; });
  EXPECT_TRUE(number.error().message.contains("an exception of unknown type"));
}

TEST(PluginHost, AnErrorOfAServiceCannotBeSwallowed) {
  leat_call call(kSite, nullptr, nullptr);
  const Status status = enter(call, "process", [&] {
    EXPECT_NE(host().write(&call, "x", 1), LEAT_OK);
    return int{LEAT_OK};
  });
  ASSERT_FALSE(status);
  EXPECT_TRUE(status.error().message.contains("it used the service 'write' where there is none"));
}

TEST(PluginHost, CallsThatHaveNotReturnedAreNamed) {
  MemoryBudget budget(1 << 20);
  leat_call call(kSite, &budget.open_account("mine"), nullptr);
  EXPECT_TRUE(active_calls().empty());
  EXPECT_TRUE(enter(call, "process", [] {
    EXPECT_EQ(active_calls(),
              std::vector<std::string>{"'acme.mask' of the plugin ./acme.so has not "
                                       "returned (stage 'mine')"});
    return int{LEAT_OK};
  }));
  EXPECT_TRUE(active_calls().empty());
}

}  // namespace
}  // namespace leat::plugin
