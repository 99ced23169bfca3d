// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/log.h"

#include <chrono>
#include <cstdio>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/color.h"
#include "cli/output.h"
#include "operators/text/terminal_text.h"
#include "operators/text/time_units.h"

namespace leat::cli {
namespace {

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kError: return "error";
  }
  return "error";
}

void write_out(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

std::string log_line(const LogEvent& event, const nlohmann::ordered_json& fields, int64_t now_us) {
  nlohmann::ordered_json line;
  line["time"] = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z",
                             fmt::gmtime(static_cast<std::time_t>(now_us / kMicrosPerSecond)),
                             now_us % kMicrosPerSecond);
  line["level"] = level_name(event.level);
  line["event"] = event.name;
  line["message"] = event.message;
  for (const auto& [key, value] : fields.items()) line[key] = value;
  // A message may quote data that is not UTF-8; the line must be written all the same.
  return json_line(line);
}

void Log::write(const LogEvent& event, std::string_view text,
                const nlohmann::ordered_json& fields) const {
  if (format_ == LogFormat::kText) {
    // Made safe first: the colours are escape sequences themselves.
    const std::string safe = io::terminal_text(redacted(std::string(text)));
    return write_out(coloring_ == Coloring::kColored ? colored(safe) : safe);
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t now_us = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  const std::string message = redacted(std::string(event.message));
  write_out(log_line({event.level, event.name, message}, redacted(fields), now_us));
}

nlohmann::ordered_json Log::redacted(nlohmann::ordered_json document) const {
  if (redactions_) redact(document, *redactions_);
  return document;
}

std::string Log::redacted(std::string text) const {
  return redactions_ ? redactions_->apply(std::move(text)) : text;
}

void Log::write(const LogEvent& event, std::string_view text) const {
  write(event, text, nlohmann::ordered_json::object());
}

}  // namespace leat::cli
