// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/lsp/server.h"
#include "cli/lsp/wire.h"

namespace leat::cli {
namespace {

/// The editor's end of a standard descriptor; what else reads or writes that gets nothing.
int take_standard(int descriptor) {
  const int taken = ::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nothing, descriptor);
  ::close(nothing);
  return taken;
}

bool send(int out, const std::vector<nlohmann::json>& messages) {
  for (const nlohmann::json& message : messages) {
    const std::string text = message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (!write_message(out, text)) return false;
  }
  return true;
}

int serve() {
  std::signal(SIGPIPE, SIG_IGN);
  MessageReader in(take_standard(STDIN_FILENO));
  const int out = take_standard(STDOUT_FILENO);
  LanguageServer server;
  while (const std::optional<std::string> message = in.next()) {
    if (!send(out, server.handle(*message))) break;
    if (server.exit_code()) return *server.exit_code();
    if (!in.is_ready() && !send(out, server.settle())) break;
  }
  send(out, server.settle());
  return kFailed;  // the editor has gone without a word
}

}  // namespace

Action define_lsp(CLI::App& app) {
  app.footer("Editors start it; they talk to it on its standard input and output.");
  return [] { return serve(); };
}

}  // namespace leat::cli
