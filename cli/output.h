// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What commands print, and their mistakes. Printing on standard output never fails at once: whether
// all of it arrived is asked at the end, once.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/log.h"
#include "engine/code.h"

namespace leat::cli {

/// Text for people: what would steer a terminal is replaced.
void print(std::string_view text);

/// Replaces values in all texts of `document`.
void redact(nlohmann::ordered_json& document, const pipelines::Redactions& redactions);

/// json_line() of the document.
void print_json(const nlohmann::ordered_json& document);

/// Who answers, and how: with a document (`--json`), or with text and lines of a log.
struct Answer {
  std::string command;
  bool json = false;
  Log log = Log(LogFormat::kText);
};

/// What every command prints with `--json`, one document: `command`, `ok`, `result`, `errors` and
/// `warnings`. docs/guide/cli.md describes it.
struct Envelope {
  bool ok = true;
  nlohmann::ordered_json result;    ///< null when there is none.
  nlohmann::ordered_json errors;    ///< A list of objects with `code` and `message`; null: none.
  nlohmann::ordered_json warnings;  ///< As `errors`.
};
/// Both show nothing that the log of `answer` does not.
nlohmann::ordered_json to_json(const Answer& answer, Envelope envelope);
void print_envelope(const Answer& answer, Envelope envelope);

/// A document as one line. Bytes that are no UTF-8 (names of files may hold any) become U+FFFD,
/// and control characters are escaped, also those that JSON may hold as they are.
std::string json_line(const nlohmann::ordered_json& document);

/// Why a command has nothing to do. Without `--json` it has been said.
struct Mistakes {
  int exit_code = 0;
  nlohmann::ordered_json errors;       ///< Under `--json`: see Envelope.
  nlohmann::ordered_json result = {};  ///< Under `--json`: what is known all the same.
};

/// A mistake on the command line: to the log, unless it is for `--json`.
Mistakes usage_mistake(Code number, const Answer& answer, const std::string& message,
                       const std::string& hint);

/// Prints what is for `--json`, and returns the exit code.
int print_mistakes(const Answer& answer, Mistakes mistakes);

/// Prints a mistake on the command line: as a document on standard output, or to the log. Returns
/// kUsage.
int usage_error(Code number, const Answer& answer, const std::string& message,
                const std::string& hint);

/// The exit code of a command that wants to end with `code`: kFailed, after saying so, when
/// standard output did not take all that was printed. Whoever closed the pipe has seen enough.
int checked_output(int code);

}  // namespace leat::cli
