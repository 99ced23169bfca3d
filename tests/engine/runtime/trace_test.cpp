// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/trace.h"

#include <atomic>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/blocking.h"
#include "engine/channel.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"
#include "tests/support/hogs.h"
#include "tests/support/temp_dir.h"

namespace leat {
namespace {

using runtime::Trace;
using runtime::TraceBuffer;
using runtime::TraceEvent;
using runtime::TraceKind;

TEST(TraceBuffer, KeepsTheNewest) {
  TraceBuffer buffer(8);
  for (uint64_t i = 0; i < 20; ++i) buffer.add({.ticks = i, .goroutine = i});
  const std::vector<TraceEvent> events = buffer.events();
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().ticks, 19u);
  for (size_t i = 1; i < events.size(); ++i) EXPECT_EQ(events[i].ticks, events[i - 1].ticks + 1);
}

TEST(TraceBuffer, KeepsAllFields) {
  TraceBuffer buffer(2);
  buffer.add({5, 7, "name", TraceKind::kBlock, 3, 1023});
  const TraceEvent event = buffer.events().at(0);
  EXPECT_EQ(event.ticks, 5u);
  EXPECT_EQ(event.goroutine, 7u);
  EXPECT_STREQ(event.name, "name");
  EXPECT_EQ(event.kind, TraceKind::kBlock);
  EXPECT_EQ(event.argument, 3);
  EXPECT_EQ(event.processor, 1023);
}

TEST(TraceBuffer, ReaderNeverSeesHalfAnEvent) {
  TraceBuffer buffer(16);
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    while (!stop)
      for (const TraceEvent& event : buffer.events()) ASSERT_EQ(event.ticks, event.goroutine);
  });
  for (uint64_t i = 1; i < static_cast<uint64_t>(test::rounds(300'000)); ++i)
    buffer.add({.ticks = i, .goroutine = i});
  stop = true;
  reader.join();
}

TEST(Trace, OffMakesNoBuffers) {
  Trace trace(0);
  EXPECT_FALSE(trace.is_on());
  EXPECT_EQ(trace.add_thread("x"), nullptr);
}

class TraceTest : public test::EngineTest {
 protected:
  nlohmann::json traced(const std::function<void()>& body) {
    const test::TempDir folder;
    const std::string path = folder.path() + "/trace.json";
    Runtime runtime({.procs = procs(), .trace_events = 1 << 12, .on_hog = [](const HogReport&) {}});
    run_in(runtime, body);
    EXPECT_TRUE(runtime.write_trace(path));
    std::ifstream in(path);
    return nlohmann::json::parse(in);
  }
  static int count(const nlohmann::json& trace, const std::string& phase, const std::string& name) {
    int found = 0;
    for (const auto& event : trace["traceEvents"])
      found += event["ph"] == phase && std::string(event["name"]).starts_with(name);
    return found;
  }
};
LEAT_AT_ALL_PROCS(TraceTest);

TEST_P(TraceTest, SlicesBeginAndEnd) {
  const nlohmann::json trace = traced([] {
    Channel<int> channel(0);
    go(
        [&] {
          for (int i = 0; i < 10; ++i) channel.send(i);
          channel.close();
        },
        {.name = "sender"});
    while (channel.recv()) {
    }
    blocking([] {});
  });
  EXPECT_GE(count(trace, "B", "sender 2"), 1);
  EXPECT_GE(count(trace, "B", "main 1"), 1);
  EXPECT_EQ(count(trace, "B", "blocking call"), 1);
  EXPECT_EQ(count(trace, "i", "create sender"), 1);
  EXPECT_GE(count(trace, "i", "unblock"), 9);
  EXPECT_GE(count(trace, "X", "sender"), 1) << "the rows of processors";
  std::map<int, int> open;
  std::map<int, double> last;
  for (const auto& event : trace["traceEvents"]) {
    const int thread = event["tid"];
    if (event["ph"] == "B") ++open[thread];
    if (event["ph"] == "E") {
      ASSERT_GE(--open[thread], 0);
    }
    ASSERT_GE(event["ts"], last[thread]) << "time goes back";
    last[thread] = event["ts"];
  }
}

TEST_P(TraceTest, ShowsAHogAndAHandOff) {
  const nlohmann::json trace = traced([this] {
    std::atomic<int> spinning = 0;
    std::atomic<bool> release = false;
    const auto hog = [&] {
      ++spinning;
      while (!release) {
      }
      --spinning;
    };
    for (int i = 1; i < procs(); ++i) go(hog);
    test::wait_for([&] { return spinning == procs() - 1; });
    test::go_behind([&] { release = true; });
    hog();
    yield();  // a ghost would keep its processor in blocking()
    std::atomic<bool> ran = false;
    go([&] { ran = true; });
    blocking([&] {
      while (!ran) std::this_thread::yield();
    });
    test::wait_for([&] { return spinning == 0; });
  });
  EXPECT_GE(count(trace, "i", "preempt"), 1);
  EXPECT_GE(count(trace, "i", "ghost"), 1);
  if (procs() == 1) {
    EXPECT_GE(count(trace, "i", "hand-off"), 1);
  }
}

TEST(Trace, WritingFailsWithAMessage) {
  Runtime runtime({.procs = 1, .trace_events = 16});
  runtime.run([] {});
  const Status status = runtime.write_trace("/nowhere/trace.json");
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("'/nowhere/trace.json'"), std::string::npos);
  Runtime untraced({.procs = 1});
  untraced.run([] {});
  EXPECT_FALSE(untraced.write_trace("/tmp/never"));
}

}  // namespace
}  // namespace leat
