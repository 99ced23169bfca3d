// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What kernels of addresses share.
#pragma once

#include <array>

#include "operators/data/inet.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {

/// The row's value is `value`.
inline void write_inet(TextCall& call, const io::Inet& value) {
  std::array<char, io::kInetBytesMax> bytes;
  call.write({bytes.data(), io::encode_inet(value, bytes.data())});
}

}  // namespace leat::expr
