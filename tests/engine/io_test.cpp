// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/io.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <vector>

#include "engine/cancel.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;

class IoTest : public test::EngineTest {
 protected:
  struct Pair {
    IoFile reader, writer;
  };
  static Pair make_pipe() {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    Result<IoFile> reader = IoFile::adopt(ends[0]);
    Result<IoFile> writer = IoFile::adopt(ends[1]);
    EXPECT_TRUE(reader && writer);
    return {std::move(*reader), std::move(*writer)};
  }
  static int waiting_for_io(const Runtime& runtime) {
    int count = 0;
    for (const GoroutineInfo& g : runtime.goroutines())
      count += std::string_view(g.waits_in) == "IO wait" ? 1 : 0;
    return count;
  }
};
LEAT_AT_ALL_PROCS(IoTest);

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Also: waiting for files alone is no deadlock.
TEST_P(IoTest, ReadWaitsForTheWriter) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    Pair pipe = make_pipe();
    std::atomic<int> got = 0;
    WaitGroup done;
    done.add(1);
    go([&] {
      std::byte into[16];
      for (;;) {
        const Result<size_t> count = pipe.reader.read(into);
        ASSERT_TRUE(count) << count.error().message;
        if (*count == 0) break;
        got += static_cast<int>(*count);
      }
      done.done();
    });
    for (int i = 1; i <= 100; ++i) {
      if (i % 10 == 0) test::wait_for([&] { return waiting_for_io(runtime) == 1; });
      EXPECT_TRUE(pipe.writer.write(bytes_of("x")));
    }
    pipe.writer.close();
    done.wait();
    EXPECT_EQ(got, 100);
  });
}

TEST_P(IoTest, WritesMoreThanThePipeHolds) {
  run([] {
    Pair pipe = make_pipe();
    const std::string text(test::rounds(3'000'000), 'z');
    go([&] {
      EXPECT_TRUE(pipe.writer.write(bytes_of(text)));
      pipe.writer.close();
    });
    size_t got = 0;
    std::vector<std::byte> into(10'000);
    for (;;) {
      const Result<size_t> count = pipe.reader.read(into);
      ASSERT_TRUE(count);
      if (*count == 0) break;
      got += *count;
    }
    EXPECT_EQ(got, text.size());
    test::wait_for([] { return goroutine_count() == 1; });
  });
}

// Readiness that comes between "would block" and the wait, many times.
TEST_P(IoTest, NoEdgeIsLost) {
  run([] {
    Pair there = make_pipe(), back = make_pipe();
    go([&] {
      std::byte one[1];
      for (;;) {
        const Result<size_t> count = there.reader.read(one);
        if (!count || *count == 0) break;
        EXPECT_TRUE(back.writer.write(one));
      }
    });
    std::byte one[1];
    for (int i = 0; i < test::rounds(3000); ++i) {
      ASSERT_TRUE(there.writer.write(bytes_of("p")));
      ASSERT_EQ(back.reader.read(one).value_or(0), 1u);
    }
    there.writer.close();
    test::wait_for([] { return goroutine_count() == 1; });
  });
}

TEST_P(IoTest, DeadlinesAndScopesEndWaits) {
  run([] {
    Pair pipe = make_pipe();
    std::byte into[4];
    const Clock::time_point deadline = Clock::after(2ms);
    Result<size_t> count = pipe.reader.read(into, {.deadline = deadline});
    ASSERT_FALSE(count);
    EXPECT_EQ(count.error().code, ErrorCode::kCancelled);
    EXPECT_GE(Clock::now(), deadline);
    CancelScope scope;
    go([&] { scope.cancel(); });
    count = pipe.reader.read(into, {.scope = &scope});
    ASSERT_FALSE(count);
    EXPECT_EQ(count.error().code, ErrorCode::kCancelled);
    EXPECT_TRUE(pipe.writer.write(bytes_of("late")));
    EXPECT_EQ(pipe.reader.read(into, {.deadline = Clock::after(1h)}).value_or(0), 4u);
    test::wait_for([] { return goroutine_count() == 1; });
  });
}

TEST_P(IoTest, CloseEndsAWait) {
  Runtime runtime({.procs = procs()});
  run_in(runtime, [&] {
    for (int round = 0; round < 20; ++round) {
      Pair pipe = make_pipe();
      std::atomic<bool> ended = false;
      go([&] {
        std::byte into[4];
        const Result<size_t> count = pipe.reader.read(into);
        EXPECT_FALSE(count);
        if (!count) {
          EXPECT_EQ(count.error().message, "cannot read: it was closed");
        }
        ended = true;
      });
      if (round % 2 == 0) test::wait_for([&] { return waiting_for_io(runtime) == 1; });
      pipe.reader.close();
      test::wait_for([&] { return ended.load(); });
    }
  });
}

// The poller's record of a file is used for the next: what is left of the old one does no harm.
TEST_P(IoTest, FilesFollowEachOther) {
  run([] {
    for (int i = 0; i < test::rounds(500); ++i) {
      Pair pipe = make_pipe();
      go([&pipe] { EXPECT_TRUE(pipe.writer.write(bytes_of("ab"))); });
      std::byte into[4];
      EXPECT_EQ(pipe.reader.read(into).value_or(0), 2u);
      test::wait_for([] { return goroutine_count() == 1; });
    }
  });
}

TEST_P(IoTest, WhatTheSystemRefusesIsAnError) {
  run([] {
    const Result<IoFile> none = IoFile::adopt(-1);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::kIo);
    Pair pipe = make_pipe();
    pipe.reader.close();
    const Status written = pipe.writer.write(bytes_of("x"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message, "cannot write: Broken pipe");
  });
}

}  // namespace
}  // namespace leat
