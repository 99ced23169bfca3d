// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// An echo server on loopback with thousands of connections at once, a goroutine for each.
#include <netinet/in.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <string>

#include "engine/io.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

constexpr int kConnections = test::rounds(5000);
constexpr std::chrono::seconds kPatience{60};

// Connections that this process may have at once, at two files each.
int connections_allowed() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur / 2, 1'000'000)) - 50;
}

// A socket that listens on a free port of loopback.
int listen_on_loopback(sockaddr_in& address) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), bytes), 0);
  EXPECT_EQ(listen(fd, 4096), 0);
  EXPECT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &bytes), 0);
  return fd;
}

void echo(IoFile connection, Clock::time_point deadline) {
  std::byte buffer[64];
  for (;;) {
    const Result<size_t> count = connection.read(buffer, {.deadline = deadline});
    ASSERT_TRUE(count) << count.error().message;
    if (*count == 0) return;
    ASSERT_TRUE(connection.write(std::span(buffer, *count), {.deadline = deadline}));
  }
}

// Says a line and reads it back, twice: once before all others are connected, once after.
void converse(IoFile& connection, int id, Clock::time_point deadline) {
  const std::string line = "hello from " + std::to_string(id) + "\n";
  ASSERT_TRUE(connection.write(std::as_bytes(std::span(line)), {.deadline = deadline}));
  std::string answer;
  while (answer.size() < line.size()) {
    std::byte buffer[64];
    const Result<size_t> count = connection.read(buffer, {.deadline = deadline});
    ASSERT_TRUE(count) << count.error().message;
    ASSERT_NE(*count, 0u);
    answer.append(reinterpret_cast<const char*>(buffer), *count);
  }
  ASSERT_EQ(answer, line);
}

class EchoServerTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(EchoServerTest);

TEST_P(EchoServerTest, ServesThousandsOfConnectionsAtOnce) {
  if (connections_allowed() < kConnections)
    GTEST_SKIP() << "the limit of open files (ulimit -Hn) is too low";
  run([] {
    const Clock::time_point deadline = Clock::after(kPatience);
    sockaddr_in address;
    Result<IoFile> listener = IoFile::adopt(listen_on_loopback(address));
    ASSERT_TRUE(listener);
    WaitGroup served, connected, done;
    go([&] {
      for (int i = 0; i < kConnections; ++i) {
        Result<IoFile> connection = listener->accept({.deadline = deadline});
        ASSERT_TRUE(connection) << connection.error().message;
        served.add(1);
        go([&served, deadline, c = std::move(*connection)]() mutable {
          echo(std::move(c), deadline);
          served.done();
        });
      }
    });
    connected.add(kConnections);
    done.add(kConnections);
    for (int i = 0; i < kConnections; ++i) {
      go([&, i] {
        Result<IoFile> connection = IoFile::connect(reinterpret_cast<const sockaddr&>(address),
                                                    sizeof address, {.deadline = deadline});
        if (connection) converse(*connection, i, deadline);
        connected.done();
        connected.wait();
        EXPECT_TRUE(connection) << connection.error().message;
        if (connection) converse(*connection, i, deadline);
        done.done();
      });
      if (i % 100 == 99) yield();
    }
    done.wait();
    served.wait();
    test::wait_for([] { return goroutine_count() == 1; });
  });
}

}  // namespace
}  // namespace leat
