// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A matcher for the plain kind of regular expression with which lines of logs are taken apart:
//   ^(\S+) \S+ \[([^\]]+)\] "(\w+) ([^"]*)" (\d+)
// It begins with ^ and is a sequence of literals, classes and groups in which no repetition can
// give back what it took: the bytes that may follow a repetition are none of its own. Then there is
// at most one way to match, which a single pass finds. Patterns of any other kind are left to RE2,
// and both give the same groups for those of this kind.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leat::io {

/// A set of bytes for which runs of members are found 16 bytes at a time. Bytes outside ASCII are
/// all in it or all out.
class ByteSet {
 public:
  explicit ByteSet(const std::bitset<256>& bytes);
  /// How many bytes at the front of `text` are members. REQUIRES: 16 readable bytes behind the
  /// text.
  size_t run(std::string_view text) const;

 private:
  std::array<uint8_t, 16>
      rows_{};  // bit h of rows_[l]: is byte h * 16 + l, an ASCII byte, in listed_?
  std::array<bool, 256> members_{};
  bool listed_are_members_;  // rows_ lists members (none outside ASCII), or else what is no member
};

/// THREADS: immutable, any.
class DirectPattern {
 public:
  /// nullopt when `pattern`, a valid RE2 pattern, is not of the kind described above.
  static std::optional<DirectPattern> compile(std::string_view pattern);

  /// Matches `text` from its beginning; fills groups[1 .. groups()] as RE2 does with UTF-8, and
  /// groups[0] with the whole match. REQUIRES: text is valid UTF-8 with 16 readable bytes behind
  /// it; room for groups() + 1.
  bool match(std::string_view text, std::string_view* groups) const;
  int groups() const { return groups_; }

 private:
  friend class DirectCompiler;
  DirectPattern() = default;

  enum class Op : uint8_t { kLiteral, kRun, kOpen, kClose, kEnd };
  struct Step {
    Op op;
    uint8_t length = 0;    // kLiteral: bytes, at most 8
    uint32_t number = 0;   // kOpen, kClose: group; kRun: index in sets_
    uint32_t least = 0;    // kRun: how many bytes it needs
    uint32_t most = 0;     // kRun: how many it takes
    uint64_t literal = 0;  // kLiteral: its bytes, the first lowest
  };

  std::vector<Step> steps_;
  std::vector<ByteSet> sets_;
  int groups_ = 0;
};

}  // namespace leat::io
