// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/log.h"

#include <chrono>
#include <cstdio>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/color.h"

namespace leat::cli {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kError: return "error";
  }
  return "error";
}

void print(std::string_view text) {
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
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

void Log::write(const LogEvent& event, std::string_view text,
                const nlohmann::ordered_json& fields) const {
  if (format_ == LogFormat::kText)
    return print(coloring_ == Coloring::kColored ? colored(text) : text);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  print(
      log_line(event, fields, std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

void Log::write(const LogEvent& event, std::string_view text) const {
  write(event, text, nlohmann::ordered_json::object());
}

}  // namespace leat::cli
