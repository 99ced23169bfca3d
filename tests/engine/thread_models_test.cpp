// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Select and files under all thread models: what they promise does not depend on who schedules.
// (The rest of the engine: bound_threads_test.cpp, poll_test.cpp, g_local_test.cpp.)
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "engine/channel.h"
#include "engine/io.h"
#include "engine/panic.h"
#include "engine/select.h"
#include "engine/sync.h"
#include "engine/time.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using test::rounds;

class SelectModelTest : public test::ModelTest {};
class SelectModelDeathTest : public test::ModelTest {};
class IoModelTest : public test::ModelTest {};
LEAT_UNDER_ALL_MODELS(SelectModelTest);
LEAT_UNDER_ALL_MODELS(SelectModelDeathTest);
LEAT_UNDER_ALL_MODELS(IoModelTest);

TEST_P(SelectModelTest, TakesWhatIsReadyElseTheDefault) {
  run([] {
    Channel<int> full(1), empty(1);
    full.send(7);
    std::optional<int> got;
    EXPECT_EQ(try_select(receiving(empty, got)), kNoneReady);
    EXPECT_EQ(select(receiving(empty, got), receiving(full, got)), 1);
    EXPECT_EQ(got, 7);
    int value = 8;
    EXPECT_EQ(select(sending(empty, value), receiving(full, got)), 0);
    EXPECT_EQ(select(receiving(static_cast<Channel<int>*>(nullptr), got), receiving(empty, got)),
              1);
    EXPECT_EQ(got, 8);
  });
}

TEST_P(SelectModelTest, WaitsForTheFirst) {
  run([] {
    Channel<int> first(0), second(0);
    for (int i = 0; i < rounds(200); ++i) {
      go([&, i] { (i % 2 == 0 ? first : second).send(i); });
      std::optional<int> a, b;
      EXPECT_EQ(select(receiving(first, a), receiving(second, b)), i % 2);
      EXPECT_EQ(i % 2 == 0 ? a : b, i);
    }
  });
}

TEST_P(SelectModelTest, LosesAndDoublesNothing) {
  run([] {
    constexpr int kSenders = 3;
    const int each = rounds(1000);
    Channel<int> first(0), second(1);
    std::vector<std::atomic<int>> seen(static_cast<size_t>(kSenders * each));
    WaitGroup sent, received;
    sent.add(kSenders);
    received.add(2);
    for (int s = 0; s < kSenders; ++s) {
      go([&, s] {
        for (int i = 0; i < each; ++i) {
          int a = s * each + i, b = a;
          select(sending(first, a), sending(second, b));
        }
        sent.done();
      });
    }
    for (int r = 0; r < 2; ++r) {
      go([&] {
        Channel<int>* open[2] = {&first, &second};
        std::optional<int> got;
        while (open[0] != nullptr || open[1] != nullptr) {
          const int i = select(receiving(open[0], got), receiving(open[1], got));
          if (got)
            ++seen[static_cast<size_t>(*got)];
          else
            open[i] = nullptr;
        }
        received.done();
      });
    }
    sent.wait();
    first.close();
    second.close();
    received.wait();
    for (const std::atomic<int>& count : seen) EXPECT_EQ(count, 1);
  });
}

TEST_P(SelectModelTest, TimesOutIsCancelledAndGoesOn) {
  run([] {
    Channel<int> never(0);
    std::optional<int> got;
    const Clock::time_point start = Clock::now();
    EXPECT_EQ(select_for(2ms, receiving(never, got)), kSelectTimedOut);
    EXPECT_GE(Clock::now(), start + 2ms);
    CancelScope scope;
    go([&] { scope.cancel(); });
    EXPECT_EQ(select(scope, receiving(never, got)), kSelectCancelled);
    CancelScope late(Clock::after(1ms));
    EXPECT_EQ(select(late, receiving(never, got)), kSelectCancelled);
    go([&] { never.send(3); });
    EXPECT_EQ(select_for(1h, receiving(never, got)), 0);
    EXPECT_EQ(got, 3);
  });
}

TEST_P(SelectModelTest, CloseEndsBothDirections) {
  run([] {
    Channel<int> channel(0);
    WaitGroup done;
    done.add(2);
    std::atomic<int> waiting = 0;
    go([&] {
      std::optional<int> got;
      ++waiting;
      EXPECT_EQ(select(receiving(channel, got)), 0);
      EXPECT_FALSE(got);
      done.done();
    });
    test::wait_for([&] { return waiting == 1; });
    channel.close();
    go([&] {
      int value = 1;
      EXPECT_THROW(select(sending(channel, value)), ChannelClosed);
      done.done();
    });
    done.wait();
  });
}

TEST_P(SelectModelDeathTest, NoCasesIsADeadlock) {
  EXPECT_EXIT(run([] { select(); }), ::testing::ExitedWithCode(2),
              "deadlock!.*goroutine 1 'main' \\[select \\(no cases\\)\\]");
}

// -------- files

std::array<IoFile, 2> open_pipe() {
  int ends[2];
  EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
  return {*IoFile::adopt(ends[0]), *IoFile::adopt(ends[1])};
}

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

TEST_P(IoModelTest, ReadsWhatIsWrittenAndTheEnd) {
  run([] {
    auto [in, out] = open_pipe();
    const std::string text(200'000, 'x');  // more than the pipe holds
    go([&text, out = std::move(out)]() mutable { EXPECT_TRUE(out.write(bytes_of(text))); });
    size_t total = 0;
    for (;;) {
      std::array<std::byte, 5000> some;
      const Result<size_t> count = in.read(some);
      ASSERT_TRUE(count.has_value());
      if (*count == 0) break;
      total += *count;
    }
    EXPECT_EQ(total, text.size());
  });
}

TEST_P(IoModelTest, ManyPairsTakeTurns) {
  run([] {
    constexpr int kPairs = 8;
    WaitGroup done;
    done.add(kPairs);
    for (int pair = 0; pair < kPairs; ++pair) {
      go([&] {
        {
          auto [in, out] = open_pipe();
          WaitGroup written;
          written.add(1);
          go([&, to = &out] {
            for (int i = 0; i < rounds(100); ++i) EXPECT_TRUE(to->write(bytes_of("y")));
            written.done();
          });
          for (int i = 0; i < rounds(100); ++i) {
            std::byte one;
            EXPECT_EQ(in.read({&one, 1}).value_or(0), 1u);
          }
          written.wait();
        }
        done.done();
      });
    }
    done.wait();
  });
}

TEST_P(IoModelTest, DeadlineScopeAndCloseEndAWait) {
  run([] {
    auto [in, out] = open_pipe();
    std::byte one;
    const Result<size_t> late = in.read({&one, 1}, {.deadline = Clock::after(1ms)});
    ASSERT_FALSE(late.has_value());
    EXPECT_EQ(late.error().code, ErrorCode::kCancelled);
    CancelScope scope;
    go([&] {
      sleep_for(100us);
      scope.cancel();
    });
    EXPECT_FALSE(in.read({&one, 1}, {.scope = &scope}).has_value());
    WaitGroup done;
    done.add(1);
    go([&, from = &in] {
      EXPECT_FALSE(from->read({&one, 1}).has_value());
      done.done();
    });
    sleep_for(1ms);
    in.close();
    done.wait();
  });
}

TEST_P(IoModelTest, ConnectionsAreAcceptedAndEchoed) {
  run([] {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(listen(fd, 64), 0);
    socklen_t bytes = sizeof address;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &bytes);
    IoFile listener = *IoFile::adopt(fd);
    constexpr int kClients = 10;
    WaitGroup done;
    done.add(2 * kClients);
    for (int i = 0; i < kClients; ++i) {
      go([&] {
        {
          Result<IoFile> file =
              IoFile::connect(reinterpret_cast<const sockaddr&>(address), sizeof address);
          EXPECT_TRUE(file.has_value());
          EXPECT_TRUE(file->write(bytes_of("?")));
          std::byte answer{};
          EXPECT_EQ(file->read({&answer, 1}).value_or(0), 1u);
          EXPECT_EQ(answer, static_cast<std::byte>('?'));
        }
        done.done();
      });
    }
    for (int i = 0; i < kClients; ++i) {
      Result<IoFile> accepted = listener.accept();
      ASSERT_TRUE(accepted.has_value());
      go([&, file = std::move(*accepted)]() mutable {
        std::byte question{};
        EXPECT_EQ(file.read({&question, 1}).value_or(0), 1u);
        EXPECT_TRUE(file.write({&question, 1}));
        done.done();
      });
    }
    done.wait();
  });
}

}  // namespace
}  // namespace leat
