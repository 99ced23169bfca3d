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

void print_json(const nlohmann::ordered_json& document, int indent) {
  print(document.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n');
}

int usage_error(bool json, const Log& log, const std::string& message, const std::string& hint) {
  if (json) {
    print_json({{"ok", false}, {"errors", {{{"message", message}, {"hint", hint}}}}});
    return kUsage;
  }
  nlohmann::ordered_json fields;
  std::string text = fmt::format("leat: {}\n", message);
  if (!hint.empty()) {
    fields["hint"] = hint;
    text += fmt::format("  hint: {}\n", hint);
  }
  log.write({LogLevel::kError, "usage", message}, text, fields);
  return kUsage;
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
