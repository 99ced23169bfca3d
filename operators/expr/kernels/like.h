// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Patterns of `like`: % stands for any text, _ for any one character, the escape character takes
// the meaning off the next one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leat::expr {

/// THREADS: immutable once parsed, any.
class LikePattern {
 public:
  /// `escape` is one character, or empty for none. nullopt when the pattern ends with the escape
  /// character.
  static std::optional<LikePattern> parse(std::string_view pattern, std::string_view escape);

  bool matches(std::string_view text) const;

 private:
  /// Text between two %: literal bytes and single wildcards in turn; every part but the last is
  /// followed by one wildcard.
  struct Segment {
    std::vector<std::string> parts;
    size_t characters = 0;
  };
  enum class Shape { kExact, kPrefix, kSuffix, kContains, kGeneral };

  static std::optional<size_t> match_at(const Segment& segment, std::string_view text, size_t at);
  /// The end of the first match at or behind `at`.
  static std::optional<size_t> find_segment(const Segment& segment, std::string_view text,
                                            size_t at);
  bool matches_segments(std::string_view text) const;
  void classify();

  std::vector<Segment> segments_;  // one more than there are %
  Shape shape_ = Shape::kGeneral;
  std::string literal_;  // of all shapes but kGeneral
};

}  // namespace leat::expr
