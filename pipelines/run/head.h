// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The serial heads of segments: each issues the work of its segment's lanes, from where its rows
// come. One file each.
#pragma once

#include <memory>

#include "pipelines/run/segment.h"

namespace leat::pipelines {

class Head {
 public:
  virtual ~Head() = default;
  /// Issues all work through `segment`, and returns when there is no more, nobody wants it, or the
  /// run has failed. Reports what it finds wrong. SUSPENDS. THREADS: the head's goroutine.
  virtual void run(SegmentRun& segment) = 0;
};

std::unique_ptr<Head> make_source_head();
std::unique_ptr<Head> make_final_head();
std::unique_ptr<Head> make_side_head();
std::unique_ptr<Head> make_sequential_head();
std::unique_ptr<Head> make_union_head();
std::unique_ptr<Head> make_rejects_head();

}  // namespace leat::pipelines
