// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The services of leat, and what goes wrong, as this connector likes them.
#pragma once

#include <leat/plugin_abi.h>

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace leat::connectors {

/// Set when the plugin is loaded.
inline const leat_host* host = nullptr;

/// Why something could not be done.
struct Problem {
  std::string message;
  std::string hint = {};
  int code = LEAT_ERROR_IO;
  std::string field = {};  ///< Of the connection, or the option, that is to be changed; or empty.
  std::string state = {};  ///< The server's five letters, if it was the server that refused.
};

template <typename T = void>
using Outcome = std::expected<T, Problem>;

/// The code of `problem`, which is explained.
inline int told(leat_call* call, const Problem& problem) {
  host->explain(call, problem.message.c_str(),
                problem.hint.empty() ? nullptr : problem.hint.c_str());
  return problem.code;
}

/// Calls `function`, which may wait for the server. It uses no service of leat.
template <typename Function>
decltype(auto) waiting(leat_call* call, Function&& function) {
  struct Scope {
    explicit Scope(leat_call* scoped) : call(scoped) { host->blocking_enter(call); }
    ~Scope() { host->blocking_leave(call); }
    leat_call* call;
  };
  const Scope scope(call);
  return std::forward<Function>(function)();
}

}  // namespace leat::connectors
