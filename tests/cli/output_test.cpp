// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/exit_code.h"

namespace leat::cli {
namespace {

/// Standard output as `path` while it lives.
class Redirected {
 public:
  explicit Redirected(const char* path) : saved_(::dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    const int file = ::open(path, O_WRONLY | O_CLOEXEC);
    ::dup2(file, STDOUT_FILENO);
    ::close(file);
  }
  ~Redirected() {
    std::fflush(stdout);
    std::clearerr(stdout);
    ::dup2(saved_, STDOUT_FILENO);
    ::close(saved_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  int saved_;
};

TEST(Output, WhatArrivesKeepsTheExitCode) {
  const Redirected to("/dev/null");
  print("text\n");
  EXPECT_EQ(checked_output(kDone), kDone);
  EXPECT_EQ(checked_output(kUsage), kUsage);
}

TEST(Output, WhatIsLostIsAFailureAndSaysWhy) {
  ::testing::internal::CaptureStderr();
  int done = kDone;
  int usage = kDone;
  {
    const Redirected to("/dev/full");
    print("text\n");
    done = checked_output(kDone);
    print("text\n");
    usage = checked_output(kUsage);
  }
  EXPECT_EQ(done, kFailed);
  EXPECT_EQ(usage, kUsage);
  EXPECT_TRUE(::testing::internal::GetCapturedStderr().starts_with(
      "leat: standard output did not take all that was printed: No space left on device "
      "[E0613]\n"));
}

TEST(Output, LossesBeforeTheEndCount) {
  ::testing::internal::CaptureStderr();
  int code = kDone;
  {
    const Redirected to("/dev/full");
    print(std::string(1 << 20, 'x'));  // more than is kept back
    code = checked_output(kDone);
  }
  EXPECT_EQ(code, kFailed);
  EXPECT_FALSE(::testing::internal::GetCapturedStderr().empty());
}

TEST(Output, JsonIsUtf8WhateverItHolds) {
  ::testing::internal::CaptureStdout();
  print_json({{"file", "a\xFF.csv"}});
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "{\"file\":\"a\xEF\xBF\xBD.csv\"}\n");
}

TEST(Output, TheEnvelopeAlwaysHasTheSameMembers) {
  EXPECT_EQ(json_line(to_json(Answer{.command = "run"},
                              {.ok = true, .result = {}, .errors = {}, .warnings = {}})),
            "{\"command\":\"run\",\"ok\":true,\"result\":null,\"errors\":[],\"warnings\":[]}\n");
}

}  // namespace
}  // namespace leat::cli
