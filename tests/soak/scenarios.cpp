// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "tests/soak/scenarios.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "engine/blocking.h"
#include "engine/channel.h"
#include "engine/go.h"
#include "engine/io.h"
#include "engine/runtime.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/sim.h"
#include "engine/select.h"
#include "engine/sync.h"
#include "engine/time.h"

namespace leat::soak {

namespace {

using runtime::kMicrosecond;
using runtime::kMillisecond;
using runtime::kSecond;
using runtime::sim::kSimulated;

// Real threads do more in the time that a process takes to start.
constexpr int kScale = kSimulated ? 1 : 40;
// Later than this nothing is that somebody was woken for: stalls of the simulation, and of a
// crowded machine, are shorter.
constexpr int64_t kLate_ns = kSimulated ? 2 * kSecond : 20 * kSecond;

// Computes without a call of the engine. In the simulation nobody interrupts a loop: the thread
// sleeps, which is the same to the scheduler.
void compute(int64_t duration_ns) {
  if (kSimulated) return runtime::nap(duration_ns);
  const int64_t until_ns = runtime::now_ns() + duration_ns;
  while (runtime::now_ns() < until_ns) {
  }
}

// What is sent: knows whether it was lost, or destroyed twice.
class Parcel {
 public:
  Parcel(int sender, int number) : sender_(sender), number_(number) { ++alive; }
  Parcel(Parcel&& other) noexcept
      : sender_(other.sender_), number_(std::exchange(other.number_, -1)) {
    ++alive;
  }
  Parcel& operator=(Parcel&& other) noexcept {
    sender_ = other.sender_;
    number_ = std::exchange(other.number_, -1);
    return *this;
  }
  ~Parcel() { --alive; }
  int sender() const { return sender_; }
  int number() const { return number_; }

  static std::atomic<int> alive;

 private:
  int sender_;
  int number_;
};
std::atomic<int> Parcel::alive{0};

// Counts what arrived from each sender.
class Ledger {
 public:
  Ledger(int senders, int each) : each_(each), seen_(static_cast<size_t>(senders * each)) {}
  void note(const Parcel& parcel) {
    expect(parcel.number() >= 0, "a value arrived that was moved from");
    const int place = parcel.sender() * each_ + parcel.number();
    expect(seen_[static_cast<size_t>(place)].fetch_add(1) == 0, "a value arrived twice");
    ++count_;
  }
  void close() const { expect(count_ == static_cast<int>(seen_.size()), "values were lost"); }

 private:
  const int each_;
  std::vector<std::atomic<int>> seen_;
  std::atomic<int> count_{0};
};

RuntimeConfig config_of(uint64_t seed, Choices& choices) {
  RuntimeConfig config;
  config.procs = choices.between(1, 4);
  config.seed = seed;
  config.ghosts_max = choices.between(0, 4);
  config.on_hog = [](const HogReport&) {};
  return config;
}

// Any thread model, in most cases the first.
ThreadModel any_model(Choices& choices) {
  const int choice = choices.between(0, 9);
  return choice == 0 ? ThreadModel::kKernel : choice == 1 ? ThreadModel::kUser : ThreadModel::kMpg;
}

// Fails with the list of all goroutines.
void expect_in(const Runtime& runtime, bool holds, const char* what) {
  if (holds) return;
  const RuntimeStats stats = runtime.stats();
  std::fprintf(stderr, "soak: %d procs, %u tokens, %u idle, %u ghosts, %u spinning, %u global\n",
               stats.procs, stats.tokens, stats.idle_procs, stats.ghosts, stats.spinning_threads,
               stats.global_queue);
  for (const GoroutineInfo& g : runtime.goroutines())
    std::fprintf(stderr, "soak: goroutine %llu, %s %s, created at line %u\n",
                 static_cast<unsigned long long>(g.id), g.state, g.waits_in,
                 static_cast<unsigned>(g.created_at.line()));
  expect(false, what);
}

void wait_until_alone(const Runtime& runtime) {
  const int64_t late_ns = runtime::now_ns() + kLate_ns;
  while (goroutine_count() != 1) {
    yield();
    expect_in(runtime, runtime::now_ns() < late_ns, "goroutines are left that should have ended");
  }
}

// Runs `body` as the main goroutine, and waits for all others and for all tokens.
void run(Runtime& runtime, std::function<void()> body) {
  runtime.run([&] {
    body();
    wait_until_alone(runtime);
    const int64_t late_ns = runtime::now_ns() + kLate_ns;
    while (runtime.stats().ghosts != 0 ||
           runtime.stats().tokens != static_cast<uint32_t>(runtime.procs())) {
      yield();
      expect_in(runtime, runtime::now_ns() < late_ns, "a token was lost");
    }
  });
  expect(Parcel::alive == 0, "a value was not destroyed exactly once");
}

// -------- channels

void channels(uint64_t seed, Choices& choices) {
  RuntimeConfig config = config_of(seed, choices);
  config.model = any_model(choices);
  Runtime runtime(config);
  const int senders = choices.between(1, 3), receivers = choices.between(1, 3);
  const int each = choices.between(1, 12) * kScale;
  const int pause_every = choices.between(1, 8);
  const auto capacity = static_cast<size_t>(choices.between(0, 2));
  run(runtime, [&] {
    Channel<Parcel> channel(capacity);
    Ledger ledger(senders, each);
    WaitGroup sent, received;
    sent.add(static_cast<uint32_t>(senders));
    received.add(static_cast<uint32_t>(receivers));
    for (int s = 0; s < senders; ++s) {
      go([&, s] {
        for (int i = 0; i < each; ++i) {
          channel.send(Parcel(s, i));
          if (i % pause_every == 0) yield();
        }
        sent.done();
      });
    }
    for (int r = 0; r < receivers; ++r) {
      go([&] {
        std::vector<int> last(static_cast<size_t>(senders), -1);
        while (auto parcel = channel.recv()) {
          ledger.note(*parcel);
          int& before = last[static_cast<size_t>(parcel->sender())];
          expect(std::exchange(before, parcel->number()) < parcel->number(), "values overtook");
        }
        received.done();
      });
    }
    sent.wait();
    channel.close();
    received.wait();
    ledger.close();
  });
}

// Senders and receivers that take whichever of two channels, with and without limits.
void selects(uint64_t seed, Choices& choices) {
  RuntimeConfig config = config_of(seed, choices);
  config.model = any_model(choices);
  Runtime runtime(config);
  const int workers = choices.between(1, 3), each = choices.between(1, 10) * kScale;
  const auto capacity = static_cast<size_t>(choices.between(0, 1));
  const int limit_us = choices.between(1, 300);
  run(runtime, [&] {
    Channel<Parcel> both[2] = {Channel<Parcel>(capacity), Channel<Parcel>(0)};
    Ledger ledger(workers, each);
    WaitGroup sent, received;
    sent.add(static_cast<uint32_t>(workers));
    received.add(2);
    for (int s = 0; s < workers; ++s) {
      go([&, s] {
        for (int i = 0; i < each; ++i) {
          Parcel a(s, i), b(s, i);
          if (i % 3 == 0) {
            while (select_for(std::chrono::microseconds(limit_us), sending(both[0], a),
                              sending(both[1], b)) < 0) {
            }
          } else {
            select(sending(both[0], a), sending(both[1], b));
          }
        }
        sent.done();
      });
    }
    for (int r = 0; r < 2; ++r) {
      go([&, r] {
        bool open[2] = {true, true};
        std::optional<Parcel> got[2];
        while (open[0] || open[1]) {
          const int i = select(receiving(open[0] ? &both[r] : nullptr, got[0]),
                               receiving(open[1] ? &both[1 - r] : nullptr, got[1]));
          const auto at = static_cast<size_t>(i);
          if (got[at])
            ledger.note(*got[at]);
          else
            open[at] = false;
          got[at].reset();
        }
        received.done();
      });
    }
    sent.wait();
    both[0].close();
    both[1].close();
    received.wait();
    ledger.close();
  });
}

// Receivers against close: what was buffered is received.
void close_races(uint64_t seed, Choices& choices) {
  RuntimeConfig config = config_of(seed, choices);
  config.model = any_model(choices);
  Runtime runtime(config);
  const int rounds = choices.between(1, 4) * kScale, receivers = choices.between(1, 3);
  run(runtime, [&] {
    for (int round = 0; round < rounds; ++round) {
      Channel<Parcel> channel(2);
      Ledger ledger(1, 2);
      WaitGroup received;
      received.add(static_cast<uint32_t>(receivers));
      for (int r = 0; r < receivers; ++r) {
        go([&, r] {
          std::optional<Parcel> out;
          do {
            if (r % 2 == 0)
              out = channel.recv();
            else
              select(receiving(channel, out));
            if (out) ledger.note(*out);
          } while (out);
          received.done();
        });
      }
      channel.send(Parcel(0, 0));
      channel.send(Parcel(0, 1));
      channel.close();
      received.wait();
      ledger.close();
    }
  });
}

// -------- waiting for time

void timers(uint64_t seed, Choices& choices) {
  RuntimeConfig config = config_of(seed, choices);
  config.model = any_model(choices);
  Runtime runtime(config);
  const int sleepers = choices.between(1, 6) * (kSimulated ? 1 : 10);
  const uint64_t salt = choices.number();
  run(runtime, [&] {
    CancelScope scope;
    WaitGroup done;
    done.add(static_cast<uint32_t>(sleepers) + 1);
    go([&] {
      expect(sleep_for(std::chrono::hours(1), scope) == WaitStatus::kCancelled,
             "a cancelled sleep did not say so");
      done.done();
    });
    for (int s = 0; s < sleepers; ++s) {
      go([&, s] {
        Choices own(salt + static_cast<uint64_t>(s));
        for (int i = 0; i < 4; ++i) {
          const int64_t delay_ns = own.between(1, 3000) * kMicrosecond;
          const int64_t due_ns = runtime::now_ns() + delay_ns;
          Timer alarm(std::chrono::nanoseconds(delay_ns / 2));
          if (own.one_in(2)) alarm.stop();
          sleep_for(std::chrono::nanoseconds(delay_ns));
          const int64_t now = runtime::now_ns();
          expect(now >= due_ns, "a sleep was too short");
          expect(now - due_ns < kLate_ns, "nobody woke a sleeper");
          if (alarm.stop()) expect(alarm.channel().size() == 0, "a stopped timer left a value");
        }
        done.done();
      });
    }
    sleep_for(std::chrono::microseconds(200));
    scope.cancel();
    done.wait();
  });
}

// Sleepers beside goroutines that keep all processors busy, with pauses.
void timers_under_load(uint64_t seed, Choices& choices) {
  Runtime runtime(config_of(seed, choices));
#ifdef LEAT_SIM
  // 61 of the workers' slices, and threads that are chosen rarely.
  const int64_t allowed_ns = runtime::sim::is_calm() ? 4 * kMillisecond : kLate_ns;
#else
  const int64_t allowed_ns = kLate_ns;
#endif
  const int sleepers = choices.between(1, 3), workers = choices.between(1, 4);
  const uint64_t salt = choices.number();
  run(runtime, [&] {
    // More threads than processors: then the one that polls is not needed to run goroutines.
    for (int i = 0; i < 3; ++i) go([] { blocking([] { runtime::nap(kMillisecond); }); });
    wait_until_alone(runtime);
    std::atomic<int> asleep = sleepers;
    for (int w = 0; w < workers; ++w) {
      go([&, w] {
        Choices own(salt + static_cast<uint64_t>(w));
        while (asleep != 0) {
          for (int i = own.between(1, 200); i > 0; --i) {
            compute(20 * kMicrosecond);
            yield();
          }
          if (w != 0) sleep_for(std::chrono::microseconds(own.between(1, 1500)));
        }
      });
    }
    for (int s = 0; s < sleepers; ++s) {
      go([&, s] {
        Choices own(salt - 1 - static_cast<uint64_t>(s));
        for (int i = 0; i < 10; ++i) {
          const int64_t due_ns = runtime::now_ns() + own.between(1, 8000) * kMicrosecond;
          sleep_for(std::chrono::nanoseconds(due_ns - runtime::now_ns()));
          expect(runtime::now_ns() - due_ns < allowed_ns, "a timer of a busy processor was late");
        }
        --asleep;
      });
    }
    wait_until_alone(runtime);
  });
}

// -------- scheduling

// A runnable goroutine beside an idle processor must not wait for one that computes.
void computing(uint64_t seed, Choices& choices) {
  RuntimeConfig config = config_of(seed, choices);
  config.procs = choices.between(2, 4);
  config.ghosts_max = 0;
  Runtime runtime(config);
  const int rounds = choices.between(1, 6) * (kSimulated ? 1 : 10);
  run(runtime, [&] {
    for (int round = 0; round < rounds; ++round) {
      std::atomic<bool> ran = false;
      go([&] { ran = true; });
      const int64_t late_ns = runtime::now_ns() + kLate_ns;
      while (!ran) {
        compute(10 * kMicrosecond);
        if (!kSimulated) runtime::give_processor();
        expect(runtime::now_ns() < late_ns, "a runnable goroutine lay beside an idle processor");
      }
      wait_until_alone(runtime);
    }
  });
}

void hogs(uint64_t seed, Choices& choices) {
  RuntimeConfig config = config_of(seed, choices);
  config.ghosts_max = 4;
  Runtime runtime(config);
  const int count = choices.between(1, 4), others = choices.between(1, 8);
  const int longest_ms = choices.between(1, 60);
  run(runtime, [&] {
    Channel<Parcel> channel(1);
    Ledger ledger(others, 1);
    std::atomic<bool> all_there = false;
    for (int h = 0; h < count; ++h) {
      go([&, h] {
        if (h == 0) {  // goes on until the others are done: they must not wait for it
          const int64_t late_ns = runtime::now_ns() + kLate_ns;
          while (!all_there) {
            compute(kMillisecond);
            expect(runtime::now_ns() < late_ns, "what lay behind a hog did not run");
          }
        } else {
          compute(longest_ms * kMillisecond);
          yield();
        }
      });
    }
    for (int i = 0; i < others; ++i) go([&, i] { channel.send(Parcel(i, 0)); });
    for (int i = 0; i < others; ++i) ledger.note(*channel.recv());
    all_there = true;
    ledger.close();
    wait_until_alone(runtime);  // they look at what lies here
  });
}

// Blocking calls of all lengths, locked threads, and a number of processors that changes.
void blocking_and_resizing(uint64_t seed, Choices& choices) {
  Runtime runtime(config_of(seed, choices));
  const int senders = choices.between(1, 4), each = choices.between(1, 6) * kScale;
  const int resizes = choices.between(0, 6) * (kSimulated ? 1 : 10);
  const uint64_t salt = choices.number();
  run(runtime, [&] {
    Channel<Parcel> channel(1);
    Ledger ledger(senders, each);
    WaitGroup sent;
    sent.add(static_cast<uint32_t>(senders));
    for (int s = 0; s < senders; ++s) {
      go([&, s] {
        Choices own(salt + static_cast<uint64_t>(s));
        const bool locked = own.one_in(3);
        if (locked) lock_os_thread();
        for (int i = 0; i < each; ++i) {
          const int64_t length_ns = int64_t{1} << own.between(8, 21);
          if (own.one_in(3)) blocking([&] { runtime::nap(length_ns); });
          if (own.one_in(8)) checkpoint();
          channel.send(Parcel(s, i));
        }
        if (locked && own.one_in(2)) unlock_os_thread();
        sent.done();
      });
    }
    go([&] {
      while (auto parcel = channel.recv()) ledger.note(*parcel);
    });
    for (int i = 0; i < resizes; ++i) {
      runtime.set_procs(1 + static_cast<int>((salt >> i) % 5));
      yield();
    }
    sent.wait();
    channel.close();
    wait_until_alone(runtime);
    ledger.close();
  });
}

// Goroutines that do nothing but short calls take no more than their slices.
void short_calls(uint64_t seed, Choices& choices) {
  Runtime runtime(config_of(seed, choices));
  const int others = choices.between(1, 5), longest_us = choices.between(1, 25);
  const uint64_t salt = choices.number();
  run(runtime, [&] {
    std::atomic<int> ran = 0;
    for (int i = 0; i < runtime.procs(); ++i) {
      go([&, i] {
        Choices own(salt + static_cast<uint64_t>(i));
        const int64_t late_ns = runtime::now_ns() + kLate_ns;
        while (ran != others) {
          const int64_t length_ns = own.between(0, longest_us) * kMicrosecond;
          blocking([&] { runtime::nap(length_ns); });
          expect(runtime::now_ns() < late_ns, "a loop of short calls kept a processor");
        }
      });
    }
    for (int i = 0; i < others; ++i) go([&] { ++ran; });
    wait_until_alone(runtime);
  });
}

// Main returns while others come back from a blocking call, or are on their way to another thread:
// everybody must stop at his next scheduling point.
void stopping(uint64_t seed, Choices& choices) {
  Runtime runtime(config_of(seed, choices));
  const int others = choices.between(1, 4), steps = choices.between(1, 20);
  const int shortest = choices.between(6, 22);  // log2 of ns
  const uint64_t salt = choices.number();
  struct Shared {
    std::atomic<int> left{0};  // blocking calls
    std::atomic<bool> over{false};
  };
  const auto shared = std::make_shared<Shared>();  // some never come to their end
  runtime.run([&] {
    for (int i = 0; i < others; ++i) {
      go([=] {
        Choices own(salt + static_cast<uint64_t>(i));
        const bool is_locked = i % 3 == 1;
        if (is_locked) lock_os_thread();
        for (int k = 0; k < steps; ++k) {
          if (is_locked) {
            yield();
            continue;
          }
          blocking([&] {
            runtime::nap(int64_t{1} << own.between(shortest, shortest + 3));
            ++shared->left;
          });
        }
        while (!shared->over) {
          compute(kMicrosecond);
          checkpoint();
        }
        expect(!kSimulated, "a goroutine ran on after main had returned");
      });
    }
    const int left_before = 1 + static_cast<int>(salt % static_cast<uint64_t>(steps));
    while (shared->left < left_before) yield();
  });
  shared->over = true;
  compute(kMillisecond);
}

// -------- locks, scopes, files

void locks_and_scopes(uint64_t seed, Choices& choices) {
  RuntimeConfig config = config_of(seed, choices);
  config.model = any_model(choices);
  Runtime runtime(config);
  const int workers = choices.between(2, 5), each = choices.between(1, 10) * kScale;
  run(runtime, [&] {
    Mutex mutex;
    Event go_on;
    CancelScope scope;
    WaitGroup done;
    done.add(static_cast<uint32_t>(workers));
    int inside = 0, sum = 0, entered = 0;
    for (int w = 0; w < workers; ++w) {
      go([&, w] {
        const bool obeys = w % 2 == 1;
        go_on.wait();
        for (int i = 0; i < each; ++i) {
          if (obeys) {
            if (mutex.lock(scope) == WaitStatus::kCancelled) break;
          } else {
            mutex.lock();
          }
          expect(++inside == 1, "two held one mutex");
          ++entered;
          if (i % 4 == 0) yield();
          --inside;
          mutex.unlock();
        }
        mutex.lock();
        ++sum;
        mutex.unlock();
        done.done();
      });
    }
    go_on.set();
    for (int i = 0; i < 3; ++i) yield();
    scope.cancel();
    done.wait();
    expect(sum == workers, "somebody never came back from a lock");
    expect(entered >= (workers + 1) / 2 * each, "a lock that obeys no scope was cancelled");
  });
}

// A wait that is cancelled while the last done() is under way; then the group is used again.
void wait_groups(uint64_t seed, Choices& choices) {
  RuntimeConfig config = config_of(seed, choices);
  config.model = any_model(choices);
  Runtime runtime(config);
  const int rounds = choices.between(1, 10) * kScale;
  run(runtime, [&] {
    WaitGroup group;
    for (int round = 0; round < rounds; ++round) {
      std::atomic<int> finished = 0;
      const auto task = [&] {
        ++finished;
        group.done();
      };
      CancelScope scope;
      Event over;
      group.add(1);
      go(task);
      go([&] {
        scope.cancel();
        over.set();
      });
      static_cast<void>(group.wait(scope));
      group.add(1);
      go(task);
      group.wait();
      expect(finished == 2, "a wait group forgot one that was added after a cancelled wait");
      over.wait();
    }
  });
}

void pipes(uint64_t seed, Choices& choices) {
  RuntimeConfig config = config_of(seed, choices);
  config.model = any_model(choices);
  Runtime runtime(config);
  const int bytes = choices.between(1, 30) * kScale, pause_every = choices.between(1, 5);
  run(runtime, [&] {
    int ends[2];
    expect(pipe2(ends, O_CLOEXEC) == 0, "no pipe");
    IoFile in = *IoFile::adopt(ends[0]);
    IoFile out = *IoFile::adopt(ends[1]);
    go([&, out = std::move(out)]() mutable {
      for (int i = 0; i < bytes; ++i) {
        const auto byte = static_cast<std::byte>(i);
        expect(out.write({&byte, 1}).has_value(), "a write failed");
        if (i % pause_every == 0) sleep_for(std::chrono::microseconds(i % 50));
      }
    });
    int expected = 0;
    for (;;) {
      std::byte some[4];
      const Result<size_t> count = in.read(some);
      expect(count.has_value(), "a read failed");
      if (*count == 0) break;
      for (size_t i = 0; i < *count; ++i)
        expect(some[i] == static_cast<std::byte>(expected++), "bytes were lost");
    }
    expect(expected == bytes, "bytes were lost");
  });
}

constexpr Scenario kScenarios[] = {
    {"channels", channels},
    {"selects", selects},
    {"close_races", close_races},
    {"timers", timers},
    {"timers_under_load", timers_under_load},
    {"computing", computing},
    {"hogs", hogs},
    {"blocking_and_resizing", blocking_and_resizing},
    {"short_calls", short_calls},
    {"stopping", stopping},
    {"locks_and_scopes", locks_and_scopes},
    {"wait_groups", wait_groups},
    {"pipes", pipes},
};

}  // namespace

std::span<const Scenario> scenarios() { return kScenarios; }

}  // namespace leat::soak
