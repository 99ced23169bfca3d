// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <cerrno>
#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "engine/error.h"

namespace leat::cli {

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_json(const nlohmann::ordered_json& document) { print(json_line(document)); }

std::string json_line(const nlohmann::ordered_json& document) {
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

nlohmann::ordered_json to_json(std::string_view command, Envelope envelope) {
  const auto list = [](nlohmann::ordered_json& entries) {
    return entries.is_null() ? nlohmann::ordered_json::array() : std::move(entries);
  };
  return {{"command", command},
          {"ok", envelope.ok},
          {"result", std::move(envelope.result)},
          {"errors", list(envelope.errors)},
          {"warnings", list(envelope.warnings)}};
}

void print_envelope(std::string_view command, Envelope envelope) {
  print_json(to_json(command, std::move(envelope)));
}

Mistakes usage_mistake(const Answer& answer, const std::string& message, const std::string& hint) {
  using Json = nlohmann::ordered_json;
  if (answer.json) return {kUsage, Json::array({Json{{"message", message}, {"hint", hint}}})};
  Json fields;
  std::string text = fmt::format("leat: {}\n", message);
  if (!hint.empty()) {
    fields["hint"] = hint;
    text += fmt::format("  hint: {}\n", hint);
  }
  answer.log.write({LogLevel::kError, "usage", message}, text, fields);
  return {kUsage, {}};
}

int print_mistakes(const Answer& answer, Mistakes mistakes) {
  if (answer.json) {
    print_envelope(
        answer.command,
        {.ok = false, .result = {}, .errors = std::move(mistakes.errors), .warnings = {}});
  }
  return mistakes.exit_code;
}

int usage_error(const Answer& answer, const std::string& message, const std::string& hint) {
  return print_mistakes(answer, usage_mistake(answer, message, hint));
}

int checked_output(int code) {
  const bool lost_before = std::ferror(stdout) != 0;
  errno = 0;
  if (std::fflush(stdout) == 0 && !lost_before) return code;
  if (errno == EPIPE) return code;
  fmt::print(stderr, "leat: standard output did not take all that was printed{}\n",
             errno == 0 ? "" : ": " + errno_text(errno));
  return code == kDone ? kFailed : code;
}

}  // namespace leat::cli
