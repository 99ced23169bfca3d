// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Sorted sequences as one: a heap of cursors, the one with the first element on top.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace leat::state {

/// `Cursor` has done() and advance(); `Before` compares what two of them point to, neither done.
/// THREADS: one at a time.
template <typename Cursor, typename Before>
class CursorHeap {
 public:
  CursorHeap(std::vector<Cursor> cursors, Before before)
      : cursors_(std::move(cursors)), before_(before) {
    std::erase_if(cursors_, [](const Cursor& cursor) { return cursor.done(); });
    for (size_t i = cursors_.size() / 2; i-- > 0;) sink(i);
  }

  bool empty() const { return cursors_.empty(); }
  /// The cursor with the first element. REQUIRES: not empty.
  Cursor& top() { return cursors_.front(); }
  /// Goes on behind the first element. REQUIRES: not empty.
  void pop() {
    Cursor& top = cursors_.front();
    top.advance();
    if (top.done()) {
      if (cursors_.size() > 1) top = std::move(cursors_.back());
      cursors_.pop_back();
    }
    sink(0);
  }

 private:
  void sink(size_t at) {
    while (true) {
      size_t least = at;
      for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < cursors_.size(); ++child) {
        if (before_(cursors_[child], cursors_[least])) least = child;
      }
      if (least == at) return;
      std::swap(cursors_[at], cursors_[least]);
      at = least;
    }
  }

  std::vector<Cursor> cursors_;
  Before before_;
};

}  // namespace leat::state
