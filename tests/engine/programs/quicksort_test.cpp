// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Parallel quicksort: each partition is a goroutine of its own until it is small.
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/go.h"
#include "engine/sync.h"
#include "tests/support/engine_fixture.h"
#include "tests/support/seed.h"

namespace leat {
namespace {

constexpr size_t kSmall = 512;

void quicksort(std::span<uint32_t> values) {
  if (values.size() <= kSmall) {
    std::sort(values.begin(), values.end());
    return;
  }
  const uint32_t pivot = values[values.size() / 2];
  const auto middle =
      std::partition(values.begin(), values.end(), [=](uint32_t v) { return v < pivot; });
  const auto equal_end =
      std::partition(middle, values.end(), [=](uint32_t v) { return v == pivot; });
  WaitGroup done;
  done.add(1);
  go([&done, left = std::span(values.begin(), middle)] {
    quicksort(left);
    done.done();
  });
  quicksort(std::span(equal_end, values.end()));
  done.wait();
}

class QuicksortTest : public test::EngineTest {};
LEAT_AT_ALL_PROCS(QuicksortTest);

TEST_P(QuicksortTest, SortsAMillionNumbers) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  std::vector<uint32_t> values(static_cast<size_t>(test::rounds(1'000'000)));
  for (uint32_t& value : values) value = static_cast<uint32_t>(random() % 300'000);
  std::vector<uint32_t> expected = values;
  std::sort(expected.begin(), expected.end());
  run([&] { quicksort(values); });
  EXPECT_EQ(values, expected);
}

}  // namespace
}  // namespace leat
