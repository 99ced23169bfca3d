// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reports what is wrong with one expression: byte ranges of its text become places in the pipeline.
#pragma once

#include <string>
#include <utility>

#include "operators/diagnostic.h"

namespace leat::expr {

/// Half-open byte offsets in the text of one expression.
struct Range {
  uint32_t begin = 0;
  uint32_t end = 0;

  bool operator==(const Range&) const = default;
};

/// The smallest range that holds both.
inline Range join(Range left, Range right) {
  return {left.begin < right.begin ? left.begin : right.begin,
          left.end > right.end ? left.end : right.end};
}

/// THREADS: one.
class Mistakes {
 public:
  Mistakes(const SourceText& source, Diagnostics& diagnostics)
      : source_(&source), diagnostics_(&diagnostics) {}

  void add(Code number, Range range, std::string message, std::string hint = {}) {
    diagnostics_->error(number, source_->span(range.begin, range.end), std::move(message),
                        std::move(hint));
    ++count_;
  }
  /// Something that is surely not meant, and can be evaluated.
  void warn(Code number, Range range, std::string message, std::string hint = {}) {
    diagnostics_->warning(number, source_->span(range.begin, range.end), std::move(message),
                          std::move(hint));
  }
  /// Was anything reported through this object?
  bool any() const { return count_ > 0; }
  size_t count() const { return count_; }
  const SourceText& source() const { return *source_; }
  /// The part of the text in `range`.
  std::string quote(Range range) const {
    return source_->text().substr(range.begin, range.end - range.begin);
  }

 private:
  const SourceText* source_;
  Diagnostics* diagnostics_;
  size_t count_ = 0;
};

}  // namespace leat::expr
