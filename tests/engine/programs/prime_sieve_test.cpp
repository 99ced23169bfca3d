// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The concurrent prime sieve: a chain of goroutines, one for each prime, each of which passes on
// what its prime does not divide.
#include <atomic>
#include <memory>
#include <vector>

#include "engine/cancel.h"
#include "engine/channel.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"

namespace leat {
namespace {

using Numbers = std::shared_ptr<Channel<int>>;

Numbers make_numbers() { return std::make_shared<Channel<int>>(0); }

// 2, 3, 4, ... until the scope is cancelled, as everybody in the chain.
void generate(const Numbers& to, CancelScope& scope) {
  for (int i = 2;; ++i) {
    int value = i;
    if (to->send(value, scope) == ChannelStatus::kCancelled) return;
  }
}

void filter(const Numbers& from, const Numbers& to, int prime, CancelScope& scope) {
  std::optional<int> value;
  while (from->recv(value, scope) == ChannelStatus::kOk) {
    if (*value % prime != 0 && to->send(*value, scope) == ChannelStatus::kCancelled) return;
    value.reset();
  }
}

class PrimeSieveTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(PrimeSieveTest);

TEST_P(PrimeSieveTest, FindsThePrimesAndTearsDown) {
  run([] {
    CancelScope scope;
    Numbers numbers = make_numbers();
    WaitGroup ended;
    ended.add(1);
    go([&scope, &ended, to = numbers] {
      generate(to, scope);
      ended.done();
    });
    std::vector<int> primes;
    const size_t count = test::rounds(200);
    while (primes.size() < count) {
      const int prime = *numbers->recv();
      primes.push_back(prime);
      Numbers rest = make_numbers();
      ended.add(1);
      go([&scope, &ended, from = numbers, rest, prime] {
        filter(from, rest, prime, scope);
        ended.done();
      });
      numbers = rest;
    }
    scope.cancel();
    ended.wait();
    std::vector<int> expected;
    for (int i = 2; expected.size() < count; ++i) {
      bool is_prime = true;
      for (int divisor = 2; divisor * divisor <= i; ++divisor) is_prime &= i % divisor != 0;
      if (is_prime) expected.push_back(i);
    }
    EXPECT_EQ(primes, expected);
  });
}

}  // namespace
}  // namespace leat
