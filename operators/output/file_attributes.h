// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Owner, group, mode and access list of an output: as those of the file that it replaces, where we
// may; otherwise as any new file's. The bits set-user-id, set-group-id and sticky are never taken
// over: a run that may write as root would hand root to whoever wrote the target.
#pragma once

#include <string_view>

#include "operators/output/folder.h"

namespace leat::io {

/// May the attributes of `target` be taken over? Not in a sticky folder that others may write to,
/// when the target belongs neither to us nor to the folder's owner: anybody may have put it there
/// (what fs.protected_regular judges).
bool may_take_over(const FileInfo& folder, const FileInfo& target, uid_t user);

/// The mode of a new file in a folder with this default access list (empty: none), under `umask`.
mode_t new_file_mode(std::string_view default_acl, mode_t umask);

/// The umask of the process; 022 where the kernel does not say. (umask() itself changes it for all
/// threads.)
mode_t current_umask();

/// Gives the open file `descriptor`, which will replace `target` in `folder`, its attributes. 0 or
/// a negative errno. SUSPENDS.
int set_attributes(const Folder& folder, const std::string& target, int descriptor,
                   const std::string& path);

}  // namespace leat::io
