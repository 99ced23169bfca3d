// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The inputs of a source: what its `path` option names, resolved and checked while binding.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/data/split.h"
#include "operators/diagnostic.h"
#include "operators/input/read_state.h"

namespace leat::io {

/// The inputs of one source, in the order in which they are read. THREADS: immutable, any.
using Inputs = std::vector<std::shared_ptr<const Input>>;

/// Which of the files that paths name are inputs, and whether it is a mistake that none is.
struct InputChoice {
  std::vector<std::string> exclude = {};   ///< Patterns of files that are left out (path_matches).
  std::optional<int64_t> newer_than = {};  ///< Microseconds since 1970 UTC: files changed later.
  bool may_be_missing = false;             ///< Files that are not there are no mistake.
  std::shared_ptr<ReadState> state = {};   ///< Files that it knows are left out; or null.
};

/// How the message begins that all files were left out.
inline constexpr std::string_view kNoFileIsLeft = "no file is left to read";

/// The inputs that `paths` name: files, patterns (file_pattern.h), or standard input as `-`,
/// `stdin`, /dev/stdin or /dev/fd/0; and members of archives, as `data.tar.gz::2025/*.csv`, where
/// both parts may be patterns. The files of one pattern are ordered by their bytes, patterns stay
/// in the order written, members in that of their archive. Reports to `diagnostics`, each at its
/// path: a file that is missing (with the nearest name in its folder), is a folder or may not be
/// read, a pattern without a match or that covers what cannot be read, an input named twice,
/// standard input although `stdin_user` says who has it, and that `choice` leaves no input. What it
/// excludes need not be readable. Returns nullopt after reporting. `max_expansion` becomes part of
/// each input.
std::optional<Inputs> resolve_inputs(const std::vector<SourceText>& paths, Diagnostics& diagnostics,
                                     uint64_t max_expansion = kMaxExpansionDefault,
                                     std::string_view stdin_user = {},
                                     const InputChoice& choice = {});

/// Is `path` a name of the descriptor that standard input has?
bool names_stdin(const std::string& path);
/// Is standard input one of `inputs`?
bool reads_stdin(const Inputs& inputs);
/// How far they were read.
std::shared_ptr<const InputMeter> meter_of(const Inputs& inputs);
/// The files that hold them, archives as well.
std::vector<std::string> file_names(const Inputs& inputs);

}  // namespace leat::io
