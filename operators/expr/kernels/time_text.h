// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Timestamps as text in a form of one's choice: strftime and strptime. A format is taken apart
// once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leat::expr {

/// What to do about a format that is not understood.
inline constexpr std::string_view kTimeFormatHint =
    "%% writes a percent sign; the letters are in the documentation";

/// THREADS: immutable, any.
class TimeFormat {
 public:
  /// A format of `%Y %m %d ...`; nullopt with the part that is not understood in `wrong`.
  static std::optional<TimeFormat> parse(std::string_view text, std::string& wrong);

  /// Appends the text of a timestamp; `%z` is empty unless it is an instant (`zoned`).
  void write(int64_t micros, bool zoned, std::string& out) const;
  /// The timestamp that all of `text` stands for; fields that the format lacks are those of
  /// 1970-01-01 00:00:00 UTC. nullopt when `text` does not have this form or there is no such time.
  std::optional<int64_t> read(std::string_view text) const;

 private:
  /// A letter of the language, or 0 and text that stands for itself.
  struct Part {
    char letter;
    std::string text;
    bool bare = false;  ///< `%-d`: no zeros or spaces before it.
  };
  bool append(std::string_view text, std::string& wrong);
  /// How many digits the parts behind number `part` begin with.
  size_t digits_behind(size_t part) const;

  std::vector<Part> parts_;
};

}  // namespace leat::expr
