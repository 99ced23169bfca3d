// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <cerrno>
#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "engine/error.h"
#include "operators/text/terminal_text.h"
#include "pipelines/text/diagnostic.h"

namespace leat::cli {

namespace {

void print_bytes(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace

void print(std::string_view text) { print_bytes(io::terminal_text(text)); }

void redact(nlohmann::ordered_json& document, const pipelines::Redactions& redactions) {
  if (document.is_string()) {
    document = redactions.apply(document.get<std::string>());
  } else if (document.is_structured()) {
    for (auto& element : document) redact(element, redactions);
  }
}

std::string json_line(const nlohmann::ordered_json& document) {
  const std::string text =
      document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    const auto next = static_cast<uint8_t>(i + 1 < text.size() ? text[i + 1] : 0);
    if (byte == 0x7F) {
      out += "\\u007f";
    } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
      out += fmt::format("\\u{:04x}", next);
      ++i;
    } else {
      out.push_back(text[i]);
    }
  }
  return out + '\n';
}

void print_json(const nlohmann::ordered_json& document) { print_bytes(json_line(document)); }

nlohmann::ordered_json to_json(const Answer& answer, Envelope envelope) {
  const auto list = [&answer](nlohmann::ordered_json& entries) {
    return entries.is_null() ? nlohmann::ordered_json::array()
                             : answer.log.redacted(std::move(entries));
  };
  return {{"command", answer.command},
          {"ok", envelope.ok},
          {"result", answer.log.redacted(std::move(envelope.result))},
          {"errors", list(envelope.errors)},
          {"warnings", list(envelope.warnings)}};
}

void print_envelope(const Answer& answer, Envelope envelope) {
  print_json(to_json(answer, std::move(envelope)));
}

Mistakes usage_mistake(Code number, const Answer& answer, const std::string& message,
                       const std::string& hint) {
  using Json = nlohmann::ordered_json;
  if (answer.json)
    return {kUsage,
            Json::array({Json{{"code", to_string(number)}, {"message", message}, {"hint", hint}}}),
            {}};
  Json fields{{"code", to_string(number)}};
  std::string text = fmt::format("leat: {}{}\n", message, pipelines::code_mark(number));
  if (!hint.empty()) {
    fields["hint"] = hint;
    text += fmt::format("  hint: {}\n", hint);
  }
  answer.log.write({LogLevel::kError, "usage", message}, text, fields);
  return {kUsage, {}, {}};
}

int print_mistakes(const Answer& answer, Mistakes mistakes) {
  if (answer.json) {
    print_envelope(answer, {.ok = mistakes.exit_code == kDone,
                            .result = std::move(mistakes.result),
                            .errors = std::move(mistakes.errors),
                            .warnings = {}});
  }
  return mistakes.exit_code;
}

int usage_error(Code number, const Answer& answer, const std::string& message,
                const std::string& hint) {
  return print_mistakes(answer, usage_mistake(number, answer, message, hint));
}

int checked_output(int code) {
  const bool lost_before = std::ferror(stdout) != 0;
  errno = 0;
  if (std::fflush(stdout) == 0 && !lost_before) return code;
  if (errno == EPIPE) return code;
  const Code number = write_code(errno);
  const std::string message = fmt::format("standard output did not take all that was printed{}",
                                          errno == 0 ? "" : ": " + errno_text(errno));
  Log(LogFormat::kText)
      .write({LogLevel::kError, "usage", message},
             "leat: " + message + pipelines::code_mark(number) + "\n");
  return code == kDone ? kFailed : code;
}

}  // namespace leat::cli
