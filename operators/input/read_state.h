// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a source that reads only what is new keeps from run to run: which files it has read. See
// read_state.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/diagnostic.h"
#include "operators/options.h"

namespace leat::io {

inline constexpr OptionDef kIncrementalOption = {
    .name = "incremental",
    .doc =
        "File that keeps which files were read, as `state/orders.json`: only files are read that "
        "are new or have changed since the last run that succeeded, a changed one whole. It is "
        "written together with the outputs, or not at all, and belongs to this stage of this "
        "pipeline."};
inline constexpr OptionDef kFullRefreshOption = {
    .name = "full_refresh",
    .type = OptionType::kBoolean,
    .doc =
        "Read all files, whatever `incremental` keeps, as `leat run --full-refresh` does for all "
        "stages.",
    .default_text = "false"};

/// THREADS: immutable once the inputs are resolved, any.
class ReadState {
 public:
  /// Whose state it is.
  struct Owner {
    std::string pipeline;
    std::string stage;

    bool operator==(const Owner&) const = default;
  };
  /// How a file is told from what it was.
  struct Signature {
    uint64_t bytes = 0;
    int64_t modified_ns = 0;  ///< Since 1970 UTC.

    bool operator==(const Signature&) const = default;
  };

  /// The state in file `path`, empty if there is none. With `refresh` all files are new. Null after
  /// reporting a file that is no state. SUSPENDS: never; call it in `blocking`.
  static std::shared_ptr<ReadState> read(const SourceText& path, bool refresh,
                                         Diagnostics& diagnostics);

  /// Is the file as an earlier run read it? Notes how it is now.
  bool is_known(const std::string& file);
  /// As it will be written after a run that has read `files`; none: as it was.
  std::string text(const Owner& owner, const std::vector<std::string>& files) const;

  const std::string& path() const { return path_; }
  /// Where the pipeline names it.
  Span place() const { return place_; }
  /// Who wrote it; nullopt: there is none yet.
  const std::optional<Owner>& owner() const { return owner_; }

 private:
  using Signatures = std::map<std::string, Signature, std::less<>>;

  bool parse(std::string_view text);

  std::string path_;
  Span place_;
  bool refresh_ = false;
  std::optional<Owner> owner_;
  Signatures read_;   // by earlier runs
  Signatures found_;  // by this one
};

}  // namespace leat::io
