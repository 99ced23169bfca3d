// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/parallel.h"

#include <algorithm>

#include "engine/go.h"
#include "engine/sync.h"

namespace leat {

void parallel_for(size_t count, size_t least, const std::function<void(size_t, size_t)>& body) {
  if (count == 0) return;
  const size_t most = on_goroutine() ? static_cast<size_t>(gomaxprocs()) : 1;
  const size_t ranges = std::clamp<size_t>(count / std::max<size_t>(least, 1), 1, most);
  const auto call = [&](size_t range) noexcept {
    body(count * range / ranges, count * (range + 1) / ranges);
  };
  WaitGroup others;
  others.add(static_cast<uint32_t>(ranges - 1));
  for (size_t range = 1; range < ranges; ++range) {
    go([&, range] {
      call(range);
      others.done();
    });
  }
  call(0);
  others.wait();
}

}  // namespace leat
