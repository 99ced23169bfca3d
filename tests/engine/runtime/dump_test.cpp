// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/dump.h"

#include <cstdlib>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "engine/runtime/scheduler.h"

namespace leat::runtime {
namespace {

std::string print(const GoroutineInfo& info) {
  char* text = nullptr;
  size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  print_goroutine(out, info);
  std::fclose(out);
  std::string result(text, size);
  std::free(text);
  return result;
}

TEST(Dump, NamesWhatAGoroutineWaitsFor) {
  G g;
  M* const nobody = nullptr;
  g.id.set(7);
  g.name.set("decode");
  g.created_at.set(std::source_location::current());
  const std::string place = ":\n  created at " + std::string(g.created_at.get().file_name()) + ":" +
                            std::to_string(g.created_at.get().line()) + "\n";
  g.dead_to_runnable();
  EXPECT_EQ(print(describe(g)), "goroutine 7 'decode' [runnable]" + place);
  g.runnable_to_running(nobody);
  g.running_to_waiting(WaitReason::kChannelReceive, "rows");
  EXPECT_EQ(print(describe(g)), "goroutine 7 'decode' [channel receive on 'rows']" + place);
  g.name.set(nullptr);
  g.waits_for.set(nullptr);
  EXPECT_EQ(print(describe(g)), "goroutine 7 [channel receive]" + place);
}

TEST(Dump, LongWaitsShowTheirAge) {
  GoroutineInfo info;
  info.id = 3;
  info.waits_in = "mutex";
  info.waits_ms = 999;
  EXPECT_TRUE(print(info).starts_with("goroutine 3 [mutex]:"));
  info.waits_ms = 59'999;
  EXPECT_TRUE(print(info).starts_with("goroutine 3 [mutex, 59 s]:"));
  info.waits_ms = 300'000;
  EXPECT_TRUE(print(info).starts_with("goroutine 3 [mutex, 5 min]:"));
}

// The clock of waits began anew since the first one began.
TEST(Dump, AgesAreRightAfterTheClockHasWrapped) {
  RuntimeConfig config;
  config.procs = 1;
  const auto scheduler = std::make_shared<Scheduler>(config);
  G g;
  g.scheduler = scheduler.get();
  g.dead_to_runnable();
  g.runnable_to_running(nullptr);
  g.running_to_waiting(WaitReason::kMutex, nullptr);
  g.waiting_since_ms.set(UINT32_MAX - 299'999);
  EXPECT_EQ(describe(g).waits_ms / 60'000, 5u);
  g.waiting_since_ms.set(50'000);
  EXPECT_EQ(describe(g).waits_ms, 0u) << "it begins in a moment";
}

TEST(Dump, NothingOutsideAGoroutine) {
  char* text = nullptr;
  size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  print_current_goroutine(out);
  std::fclose(out);
  EXPECT_EQ(size, 0u);
  std::free(text);
}

}  // namespace
}  // namespace leat::runtime
