// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which shared objects may be loaded when a pipeline that somebody else wrote is only looked at.
// See trust.cpp.
#pragma once

#include <string>
#include <vector>

#include "engine/error.h"

namespace leat::plugin {

/// The absolute folders of LEAT_PLUGIN_PATH. ERRORS: kInvalid, a folder that anybody may write to.
Result<std::vector<std::string>> search_folders();

/// What the user allowed besides: the lines of the file leat/plugins in XDG_CONFIG_HOME (~/.config
/// when it is not set), each the absolute path of a shared object or of a folder; `#` begins a
/// comment. A file that is not there allows nothing. ERRORS: kInvalid, kIo.
Result<std::vector<std::string>> allowed_by_user();

/// Is `path` one of `allowed`, or does it lie in one of them? Links are followed on both sides.
bool is_allowed(const std::string& path, const std::vector<std::string>& allowed);

/// Can nobody but us, root and our group change what `path` leads to? Judges the file and all
/// folders above it; in a sticky folder others can change nothing that is not theirs. ERRORS:
/// kInvalid, which names the file or folder and says what to do.
Status check_owners(const std::string& path);

}  // namespace leat::plugin
