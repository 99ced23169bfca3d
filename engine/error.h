// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How the world's faults travel: as values. A fault has a message that says what happened, a hint
// that says what to do, and up to two places: where in the data, and where in the text of the
// pipeline. Each layer adds the place it knows; nobody overwrites a place that is already set. Our
// own bugs are not errors: see engine/check.h.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "engine/code.h"
#include "engine/codes/machine.h"

namespace leat {

/// The class of a fault. Exit codes and `on_error` policies depend on this, messages do not; what
/// is wrong in particular is told by its Code.
enum class ErrorCode : uint8_t {
  kInvalid,    ///< The pipeline or the command line is wrong; found before any data is read.
  kData,       ///< A record is wrong. The only code that `on_error: skip | reject` may absorb.
  kIo,         ///< The operating system refused: missing file, permission, full disk.
  kMemory,     ///< The memory budget would be exceeded.
  kPlugin,     ///< A plugin broke its contract.
  kCancelled,  ///< The run was asked to stop (signal, deadline); nothing is wrong with the data.
  kInternal,   ///< A ledger does not balance, or another promise of ours was found broken.
};

/// A place in a file. `line` and `column` count from 1, columns in bytes; 0 means unknown.
struct TextPlace {
  std::string file;
  uint64_t line = 0;
  uint64_t column = 0;

  bool operator==(const TextPlace&) const = default;
};

/// A half-open range of byte offsets in the text of a pipeline. Only `pipelines/` turns it into
/// line and column.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;

  bool operator==(const Span&) const = default;
};

/// One fault. Cheap to move; built only on the failing path.
struct [[nodiscard]] Error {
  Code number = code::kInternal;
  ErrorCode code = ErrorCode::kInternal;
  std::string message;                 ///< One sentence without a final full stop.
  std::string hint;                    ///< What to do about it; may be empty.
  std::optional<TextPlace> data;       ///< Where in the data.
  std::optional<Span> pipeline;        ///< Where in the pipeline text.
  std::string stage;                   ///< Name of the stage, once known.
  std::shared_ptr<const Error> cause;  ///< The fault underneath, if another layer wrapped it.

  Error() = default;
  Error(Code error_number, ErrorCode error_code, std::string text, std::string what_to_do = {})
      : number(error_number),
        code(error_code),
        message(std::move(text)),
        hint(std::move(what_to_do)) {}
};

template <typename T>
using Result = std::expected<T, Error>;

/// Success, or the error.
using Status = std::expected<void, Error>;

inline std::unexpected<Error> fail(Code number, ErrorCode code, std::string message,
                                   std::string hint = {}) {
  return std::unexpected<Error>(Error(number, code, std::move(message), std::move(hint)));
}

/// The text of `errno_value` ("No such file or directory"), thread-safe.
std::string errno_text(int errno_value);

}  // namespace leat

/// Returns the error of `expression` (a Status) to the caller.
#define LEAT_TRY(expression)                                          \
  do {                                                                \
    if (auto leat_status_ = (expression); !leat_status_) [[unlikely]] \
      return std::unexpected(std::move(leat_status_).error());        \
  } while (false)

#define LEAT_CONCAT_INNER_(a, b) a##b
#define LEAT_CONCAT_(a, b)       LEAT_CONCAT_INNER_(a, b)

/// Declares `declaration` from the value of `expression` (a Result<T>), or returns its error to the
/// caller.
#define LEAT_TRY_ASSIGN(declaration, expression)                                     \
  auto LEAT_CONCAT_(leat_result_, __LINE__) = (expression);                          \
  if (!LEAT_CONCAT_(leat_result_, __LINE__)) [[unlikely]]                            \
    return std::unexpected(std::move(LEAT_CONCAT_(leat_result_, __LINE__)).error()); \
  declaration = std::move(*LEAT_CONCAT_(leat_result_, __LINE__))
