// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a protocol between threads fails in one interleaving of a million, and nobody can make
// it fail again. In the simulation build all threads of the runtime (Ms, sysmon, the caller of
// Runtime::run) are virtual: contexts which one OS thread runs in turns. One seed decides at each
// point whether another goes on, which, how much time passes, and how long a thread that is not
// asked for anything else stands still, as if the kernel had taken its processor. So a seed that
// fails fails again, with all the time in the world for a debugger.
//
// What it covers: the sources of the runtime as they are, down to the locks, in every order of
// their points: each lock and unlock, each fence, each CAS of a P's word, of a run queue, of a
// claim, of the counts of Idle, each futex call, each look at the clock. Time is virtual: it passes
// by some ten nanoseconds at a point, and jumps to the next deadline when everybody sleeps. So an
// hour of sleeping takes no time, and lateness can be asserted.
// What it does not cover: store buffers and reordering (all is sequentially consistent here; TSan
// and tests/model look at those); accesses between two points; threads that the runtime did not
// make, and code that spins without a call of the engine, which nobody interrupts; signals. Files
// are real and asked for without waiting, so what is ready follows from what the program wrote.
// Addresses are the kernel's choice: where their order decides (the locks of a select), a program
// that wants to be repeated exactly must run without address space randomisation.
//
// Invariants:
//   1. One thread runs at a time: `current`. All others are saved in their `context`, at a point.
//      A point may lie on a goroutine's stack: then that stack is part of its M's context, and the
//      goroutine's own Context is not concerned.
//   2. errno and the exception state belong to the virtual thread, and are swapped with it.
//   3. A thread is kRunnable, or kSleeping until its word is woken or its time has come.
//   4. If nobody is runnable time jumps to the earliest end of a sleep; if there is none, nothing
//      can ever happen again: a wake-up was lost. That is reported, with the seed, and so is a run
//      that does not end in kRunMax_ns of virtual time.
// Locking: none; one OS thread.
//
// Rejected: real OS threads which pass a baton (exact, but a switch costs the kernel's ten
// microseconds: a hundred times fewer seeds in a night); replacing std::atomic (every access a
// point: most of them commute, and it would have to be written into every header).
#include "engine/runtime/sim.h"

#ifdef LEAT_SIM

#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "engine/check.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/context.h"
#include "engine/runtime/tls.h"

namespace leat::runtime::sim {

namespace {

constexpr int64_t kRunMax_ns = 300 * kSecond;
constexpr int64_t kForEver = -1;
constexpr size_t kStackBytes = size_t{256} << 10;

struct Thread {
  Context context;
  ThreadState saved;
  std::function<void()> body;
  char* stack = nullptr;
  uint64_t id = 0;
  uint32_t weight = 1;  // how often it is chosen, against the others

  bool sleeps = false;
  const std::atomic<uint32_t>* word = nullptr;  // it sleeps until this is woken
  int64_t until_ns = kForEver;
  bool is_woken = false;
  bool has_ended = false;
};

// Numbers that follow from the seed. (std::mt19937 takes microseconds to seed.)
struct Random {
  uint64_t state = 1;
  uint64_t next() {
    uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  uint64_t below(uint64_t bound) { return next() % bound; }
};

// How a seed likes to disturb.
struct Mood {
  uint32_t switch_mask = 7;   // another thread goes on at one point in switch_mask + 1
  uint32_t stall_one_in = 0;  // the thread stands still at one point in so many; 0: never
  int64_t stall_max_ns = 0;   // for so long at most
  uint32_t weight_bits = 0;   // threads are chosen up to 2^weight_bits times as often as others
  int64_t step_max_ns = 100;  // what a point takes at most
};

struct World {
  std::vector<std::unique_ptr<Thread>> threads;
  std::vector<char*> free_stacks;
  std::unique_ptr<Thread> ended;  // it is still on its stack when it is put here
  Thread* current = nullptr;
  int* errno_slot = nullptr;
  EhGlobals* eh_slot = nullptr;
  Random random;
  Mood mood;
  uint64_t seed = 0;
  uint64_t next_id = 0;
  uint64_t steps = 0;
  uint64_t fingerprint = 0;
  int64_t clock_ns = kSecond;
  int64_t began_ns = kSecond;
};

World& world() {
  static World* const the = new World;
  return *the;
}

Thread& add_thread(World& w) {
  Thread& thread = *w.threads.emplace_back(std::make_unique<Thread>());
  thread.id = ++w.next_id;
  thread.weight = uint32_t{1} << (w.mood.weight_bits == 0 ? 0 : w.random.below(w.mood.weight_bits));
  return thread;
}

// The world begins with the OS thread that first asks for it.
World& entered() {
  World& w = world();
  if (w.current == nullptr) {
    w.current = &add_thread(w);
    w.errno_slot = thread_errno_slot();
    w.eh_slot = thread_eh_slot();
  }
  return w;
}

[[noreturn]] void die(const World& w, const char* what) {
  std::fprintf(stderr, "simulation: %s\n", what);
  for (const auto& thread : w.threads) {
    std::fprintf(stderr, "  thread %llu%s %s", static_cast<unsigned long long>(thread->id),
                 thread.get() == w.current ? ", which is here," : "",
                 thread->sleeps ? "sleeps" : "could run");
    if (thread->word != nullptr)
      std::fprintf(stderr, " until the word at %p is woken (now %u)",
                   static_cast<const void*>(thread->word), thread->word->load());
    std::fputc('\n', stderr);
  }
  std::fprintf(stderr, "simulation: after %llu steps; repeat with LEAT_SEED=%llu\n",
               static_cast<unsigned long long>(w.steps), static_cast<unsigned long long>(w.seed));
  std::fflush(stderr);
  std::abort();
}

bool is_runnable(const World& w, Thread& thread) {
  if (!thread.sleeps) return true;
  return thread.until_ns != kForEver && thread.until_ns <= w.clock_ns;
}

// If everybody sleeps, time passes until somebody does not.
void pass_time(World& w) {
  int64_t earliest = kForEver;
  for (const auto& thread : w.threads) {
    if (is_runnable(w, *thread)) return;
    if (thread->until_ns != kForEver && (earliest == kForEver || thread->until_ns < earliest))
      earliest = thread->until_ns;
  }
  if (earliest == kForEver) die(w, "every thread sleeps, and nobody will wake one");
  w.clock_ns = earliest;
}

Thread& choose(World& w, const Thread* except) {
  pass_time(w);
  uint64_t sum = 0;
  Thread* only = nullptr;
  for (const auto& thread : w.threads) {
    if (!is_runnable(w, *thread)) continue;
    if (thread.get() != except) sum += thread->weight;
    only = thread.get();
  }
  if (sum == 0) return *only;
  uint64_t at = w.random.below(sum);
  for (const auto& thread : w.threads) {
    if (thread.get() == except || !is_runnable(w, *thread)) continue;
    if (at < thread->weight) return *thread;
    at -= thread->weight;
  }
  std::abort();
}

// Puts away what ended: called by whoever runs after it.
void bury(World& w) {
  if (w.ended == nullptr) return;
  w.free_stacks.push_back(w.ended->stack);
  w.ended.reset();
}

void go_on_with(World& w, Thread& next) {
  next.sleeps = false;
  Thread* const from = w.current;
  if (from == &next) return;
  w.fingerprint = (w.fingerprint ^ (w.steps * 64 + next.id)) * 0x100000001b3ULL;
  from->saved = {w.eh_slot->caught, w.eh_slot->uncaught, *w.errno_slot};
  w.current = &next;
  switch_context(from->context, next.context);
  // `from` again, however much later.
  *w.eh_slot = {from->saved.caught, from->saved.uncaught};
  *w.errno_slot = from->saved.errno_value;
  bury(w);
}

void step(World& w) {
  ++w.steps;
  w.clock_ns += static_cast<int64_t>(w.random.next() % static_cast<uint64_t>(w.mood.step_max_ns));
  if (w.clock_ns - w.began_ns > kRunMax_ns) die(w, "the run does not end");
}

// Sleeps; true: woken.
bool sleep(World& w, const std::atomic<uint32_t>* word, int64_t until_ns) {
  Thread& self = *w.current;
  self.word = word;
  self.until_ns = until_ns;
  self.is_woken = false;
  self.sleeps = true;
  go_on_with(w, choose(w, nullptr));
  self.sleeps = false;
  self.word = nullptr;
  return self.is_woken;
}

char* new_stack(World& w) {
  if (!w.free_stacks.empty()) {
    char* stack = w.free_stacks.back();
    w.free_stacks.pop_back();
    return stack;
  }
  void* memory = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  LEAT_CHECK(memory != MAP_FAILED, "no memory for the stack of a virtual thread");
  return static_cast<char*>(memory);
}

Mood mood_of(Random& random) {
  Mood mood;
  mood.switch_mask = (uint32_t{2} << random.below(6)) - 1;
  mood.weight_bits = random.below(2) == 0 ? 0 : 1 + static_cast<uint32_t>(random.below(7));
  if (random.below(2) == 0) {
    mood.stall_one_in = 20 + static_cast<uint32_t>(random.below(1000));
    mood.stall_max_ns = kMicrosecond << random.below(11);
  }
  mood.step_max_ns = 20 + static_cast<int64_t>(random.below(400));
  return mood;
}

uint64_t random_seed() {
  static const uint64_t chosen = [] {
    const char* const given = std::getenv("LEAT_SEED");
    if (given != nullptr) return static_cast<uint64_t>(std::strtoull(given, nullptr, 10));
    const uint64_t seed = std::random_device()();
    std::fprintf(stderr, "simulation: repeat with LEAT_SEED=%llu\n",
                 static_cast<unsigned long long>(seed));
    return seed;
  }();
  return chosen;
}

}  // namespace

uint64_t begin(uint64_t seed) {
  if (seed == 0) seed = random_seed();
  World& w = entered();
  w.seed = seed;
  w.random.state = seed;
  w.mood = mood_of(w.random);
  w.steps = 0;
  w.fingerprint = 0xcbf29ce484222325ULL;
  if (w.threads.size() == 1) {
    w.next_id = w.current->id;
    w.current->weight = 1;
    w.clock_ns = kSecond;
  }
  w.began_ns = w.clock_ns;
  return seed;
}

bool is_calm() { return world().mood.stall_one_in == 0; }
uint64_t fingerprint() { return world().fingerprint; }
uint64_t steps() { return world().steps; }

void point() {
  World& w = world();
  if (w.current == nullptr || w.threads.size() == 1) return;
  step(w);
  const uint64_t choice = w.random.next();
  if (w.mood.stall_one_in != 0 && (choice >> 32) % w.mood.stall_one_in == 0) {
    sleep(w, nullptr,
          w.clock_ns + 1 +
              static_cast<int64_t>(w.random.below(static_cast<uint64_t>(w.mood.stall_max_ns))));
  } else if ((choice & w.mood.switch_mask) == 0) {
    go_on_with(w, choose(w, nullptr));
  }
}

void give_processor() {
  World& w = entered();
  step(w);
  go_on_with(w, choose(w, w.current));
}

int64_t now_ns() {
  World& w = entered();
  point();
  return w.clock_ns;
}

void nap(int64_t duration_ns) {
  World& w = entered();
  step(w);
  sleep(w, nullptr, w.clock_ns + std::max<int64_t>(duration_ns, 1));
}

bool wait_for_word(const std::atomic<uint32_t>& word, uint32_t expected, int64_t timeout_ns) {
  point();
  World& w = entered();
  if (word.load(std::memory_order_seq_cst) != expected) return true;
  step(w);
  return sleep(w, &word, timeout_ns < 0 ? kForEver : w.clock_ns + timeout_ns);
}

void wake_word(const std::atomic<uint32_t>& word, int count) {
  point();
  World& w = entered();
  for (const auto& thread : w.threads) {
    if (count == 0) return;
    if (!thread->sleeps || thread->word != &word) continue;
    thread->sleeps = false;
    thread->word = nullptr;
    thread->is_woken = true;
    --count;
  }
}

pthread_t start_thread(std::function<void()> body) {
  World& w = entered();
  Thread& thread = add_thread(w);
  thread.body = std::move(body);
  thread.stack = new_stack(w);
  create_context(thread.context, thread.stack, kStackBytes);
  const uint64_t id = thread.id;
  point();
  return static_cast<pthread_t>(id);
}

void join(pthread_t thread) {
  for (;;) {
    const World& w = entered();
    const auto is_it = [&](const auto& other) {
      return static_cast<pthread_t>(other->id) == thread;
    };
    if (std::none_of(w.threads.begin(), w.threads.end(), is_it)) return;
    nap(kMicrosecond);
  }
}

void thread_entry() {
  World& w = world();
  bury(w);
  *w.eh_slot = {};
  Thread* const self = w.current;
  self->body();
  self->body = nullptr;
  const auto place = std::find_if(w.threads.begin(), w.threads.end(),
                                  [&](const auto& thread) { return thread.get() == self; });
  w.ended = std::move(*place);
  w.threads.erase(place);
  go_on_with(w, choose(w, nullptr));
  std::abort();
}

}  // namespace leat::runtime::sim

#endif
