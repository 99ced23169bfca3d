// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What leat says on standard error: text for people, or one JSON object a line for collectors of
// logs (`--log json`, or LEAT_LOG=json in the environment).
//
// A line of JSON holds `time` (UTC, RFC 3339), `level`, `event`, `message`, then what belongs to
// the event. The events and their fields are listed in docs/guide/cli.md; they are only added to.
//
// Rejected: a logging library (there are six events); JSON around the text for people (a collector
// would have to take it apart again).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json_fwd.hpp>

#include "pipelines/text/redactions.h"

namespace leat::cli {

enum class LogFormat : uint8_t { kText, kJson };

enum class Coloring : uint8_t { kPlain, kColored };

enum class LogLevel : uint8_t { kInfo, kWarning, kError };

struct LogEvent {
  LogLevel level;
  std::string_view name;  ///< As `run_failed`.
  std::string_view message;
};

/// THREADS: any; lines are not torn apart.
class Log {
 public:
  /// `redactions`, if given, are applied to all that is written.
  explicit Log(LogFormat format, Coloring coloring = Coloring::kPlain,
               std::shared_ptr<const pipelines::Redactions> redactions = nullptr)
      : format_(format), coloring_(coloring), redactions_(std::move(redactions)) {}

  bool is_json() const { return format_ == LogFormat::kJson; }
  /// Text: `text`, complete lines, made safe for a terminal. JSON: one line with the members of
  /// `fields` behind the common ones.
  void write(const LogEvent& event, std::string_view text,
             const nlohmann::ordered_json& fields) const;
  /// `document` as it may be shown.
  nlohmann::ordered_json redacted(nlohmann::ordered_json document) const;
  std::string redacted(std::string text) const;
  /// The same as `write` above without fields.
  void write(const LogEvent& event, std::string_view text) const;

 private:
  LogFormat format_;
  Coloring coloring_;
  std::shared_ptr<const pipelines::Redactions> redactions_;
};

/// The line that `event` makes, for tests. `now_us`: microseconds since 1970.
std::string log_line(const LogEvent& event, const nlohmann::ordered_json& fields, int64_t now_us);

}  // namespace leat::cli
