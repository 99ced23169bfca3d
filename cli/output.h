// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What commands print, and their mistakes. Printing on standard output never fails at once: whether
// all of it arrived is asked at the end, once.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "cli/log.h"

namespace leat::cli {

void print(std::string_view text);

/// One document and a line feed. Bytes that are no UTF-8 (names of files may hold any) become
/// U+FFFD.
void print_json(const nlohmann::ordered_json& document, int indent = -1);

/// Prints a mistake on the command line: as a document on standard output with `json`, else to
/// `log`. Returns kUsage.
int usage_error(bool json, const Log& log, const std::string& message, const std::string& hint);

/// The exit code of a command that wants to end with `code`: kFailed, after saying so, when
/// standard output did not take all that was printed. Whoever closed the pipe has seen enough.
int checked_output(int code);

}  // namespace leat::cli
