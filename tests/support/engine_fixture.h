// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Runs each test of an engine suite at 1, 2, 4 and 8 processors, and fails it if it leaves a
// goroutine behind.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "engine/go.h"
#include "engine/runtime.h"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define LEAT_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define LEAT_TEST_SANITIZED 1
#endif
#endif

namespace leat::test {

/// Sanitizers slow a test down about tenfold: use fewer rounds there.
constexpr int rounds(int normally) {
#ifdef LEAT_TEST_SANITIZED
  return normally / 10;
#else
  return normally;
#endif
}

/// Yields until `condition()`; fails the test after some seconds. For what other goroutines or
/// threads make true.
inline bool wait_for(const std::function<bool()>& condition) {
  constexpr auto kPatience = std::chrono::seconds(15);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "what the test waits for did not happen";
      return false;
    }
    yield();
  }
  return true;
}

/// Yields until only the calling goroutine is left; fails the test after some seconds.
inline void wait_until_alone(const Runtime& runtime) {
  if (wait_for([] { return goroutine_count() == 1; })) return;
  for (const GoroutineInfo& g : runtime.goroutines())
    ADD_FAILURE() << "still alive: goroutine " << g.id << " '" << g.name << "' [" << g.state << " "
                  << g.waits_in << "] created at " << g.created_at.file_name() << ":"
                  << g.created_at.line();
}

class EngineTest : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  void TearDown() override { EXPECT_EQ(goroutines_left_, 0u) << "the test left goroutines behind"; }

  int procs() const { return GetParam(); }

  /// Runs `body` as the main goroutine and waits for all others to end. Returns the final
  /// statistics. What others refer to must outlive them: a body with such locals waits for their
  /// users itself.
  RuntimeStats run(std::function<void()> body, RuntimeConfig config = {}) {
    config.procs = procs();
    Runtime runtime(std::move(config));
    return run_in(runtime, std::move(body));
  }

  RuntimeStats run_in(Runtime& runtime, std::function<void()> body) {
    runtime.run([&] {
      body();
      wait_until_alone(runtime);
    });
    goroutines_left_ += runtime.stats().goroutines;
    return runtime.stats();
  }

 private:
  uint64_t goroutines_left_ = 0;
};

/// "mpg", "kernel" or "user": names the tests of a suite that runs under all thread models.
inline std::string model_name(const ::testing::TestParamInfo<ThreadModel>& info) {
  constexpr const char* kNames[] = {"mpg", "kernel", "user"};
  return kNames[static_cast<size_t>(info.param)];
}

/// Runs each test of a suite under each thread model, with two processors where that means
/// something, and fails it if it leaves a goroutine behind.
class ModelTest : public ::testing::TestWithParam<ThreadModel> {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  RuntimeStats run(std::function<void()> body, RuntimeConfig config = {}) {
    config.model = GetParam();
    config.procs = 2;
    Runtime runtime(std::move(config));
    runtime.run([&] {
      body();
      wait_until_alone(runtime);
    });
    EXPECT_EQ(runtime.stats().goroutines, 0u);
    return runtime.stats();
  }
};

/// Instantiates a ModelTest suite.
#define LEAT_UNDER_ALL_MODELS(Suite)                                                  \
  INSTANTIATE_TEST_SUITE_P(                                                           \
      Models, Suite,                                                                  \
      ::testing::Values(ThreadModel::kMpg, ThreadModel::kKernel, ThreadModel::kUser), \
      test::model_name)

/// Instantiates an EngineTest suite at every processor count.
#define LEAT_AT_ALL_PROCS(Suite)                                        \
  INSTANTIATE_TEST_SUITE_P(Procs, Suite, ::testing::Values(1, 2, 4, 8), \
                           [](const auto& info) { return std::to_string(info.param); })

}  // namespace leat::test
