// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Operations on the bits of integers: what the operators & | # ~ << >> stand for.
//
// Invariants:
//  1. An int64 is its 64 bits in two's complement, so `~0` is -1 and a shift to the right keeps the
//     sign.
//  2. A shift moves by the count's lowest six bits, as PostgreSQL's of bigint do on x86.
#include <array>

#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

constexpr auto kBitAnd = [](int64_t x, int64_t y) { return x & y; };
constexpr auto kBitOr = [](int64_t x, int64_t y) { return x | y; };
constexpr auto kBitXor = [](int64_t x, int64_t y) { return x ^ y; };
constexpr auto kBitNot = [](int64_t x) { return ~x; };
constexpr auto kShiftLeft = [](int64_t x, int64_t count) {
  return static_cast<int64_t>(static_cast<uint64_t>(x) << (count & 63));
};
constexpr auto kShiftRight = [](int64_t x, int64_t count) { return x >> (count & 63); };

constexpr std::array<Function, 7> kBitsFunctions = {{
    {"bitand", "bitand(x int64, y int64) -> int64",
     "The bits that both have. Also written `x & y`.", "bitand(12, 10)", "8", row_kernel<kBitAnd>},
    {"bitor", "bitor(x int64, y int64) -> int64",
     "The bits that one of them has. Also written `x | y`.", "bitor(12, 10)", "14",
     row_kernel<kBitOr>},
    {"bitxor", "bitxor(x int64, y int64) -> int64",
     "The bits that one of them has, and not both. Also written `x # y`, in quotes, as ` #` begins "
     "a "
     "comment in YAML.",
     "bitxor(12, 10)", "6", row_kernel<kBitXor>},
    {"xor", "xor(x int64, y int64) -> int64", "As bitxor.", "xor(12, 10)", "6",
     row_kernel<kBitXor>},
    {"bitnot", "bitnot(x int64) -> int64", "All bits the other way. Also written `~x`.",
     "bitnot(5)", "-6", row_kernel<kBitNot>},
    {"shift_left", "shift_left(x int64, count int64) -> int64",
     "The bits `count` places higher; `count` is taken modulo 64. Also written `x << count`.",
     "shift_left(3, 4)", "48", row_kernel<kShiftLeft>},
    {"shift_right", "shift_right(x int64, count int64) -> int64",
     "The bits `count` places lower, with the sign kept. Also written `x >> count`.",
     "shift_right(-16, 2)", "-4", row_kernel<kShiftRight>},
}};

}  // namespace

std::span<const Function> bits_functions() { return kBitsFunctions; }

}  // namespace leat::expr
