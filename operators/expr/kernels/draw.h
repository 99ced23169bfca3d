// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Random numbers that are a function of a seed and the number of a row, so that they are the same
// on every machine and however the rows are split.
#pragma once

#include <cstdint>

namespace leat::expr {

/// A bijection in which every bit of the result depends on every bit of `value` (the finaliser of
/// splitmix64).
inline uint64_t mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

/// What row `number` of the input draws.
inline uint64_t draw(uint64_t seed, uint64_t number) {
  return mix(mix(seed + 0x9e3779b97f4a7c15U) + number * 0x9e3779b97f4a7c15U);
}

}  // namespace leat::expr
