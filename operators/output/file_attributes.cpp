// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/file_attributes.h"

#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "engine/blocking.h"
#include "engine/mutant.h"

namespace leat::io {
namespace {

constexpr mode_t kPlainBits = 0777;
constexpr mode_t kNewBits = 0666;
constexpr mode_t kUmaskElse = 022;

/// The permissions of the entry `tag` of an access list in the kernel's form; `otherwise` when
/// there is none.
mode_t acl_entry(std::string_view acl, unsigned tag, mode_t otherwise) {
  for (size_t at = sizeof(posix_acl_xattr_header); at + sizeof(posix_acl_xattr_entry) <= acl.size();
       at += sizeof(posix_acl_xattr_entry)) {
    posix_acl_xattr_entry entry;
    std::memcpy(&entry, acl.data() + at, sizeof(entry));
    if (entry.e_tag == tag) return entry.e_perm & 7U;
  }
  return otherwise;
}

/// As the group that the file could not be given: its members get no more than everybody.
mode_t without_group(mode_t mode) { return mode & ~(~(mode << 3) & S_IRWXG); }

int set_new(const Folder& folder, int descriptor, const std::string& path) {
  std::string acl;
  if (const int result = folder.default_acl(acl); result < 0) return result;
  return folder.calls().set_mode(descriptor, new_file_mode(acl, current_umask()), path);
}

int take_over(const Folder& folder, const std::string& name, const FileInfo& target,
              const FileInfo& own, int descriptor, const std::string& path) {
  const FileCalls& calls = folder.calls();
  mode_t mode = target.mode & (LEAT_MUTANT("set_id_bits_kept") ? 07777 : kPlainBits);
  if ((target.owner != own.owner || target.group != own.group) &&
      calls.set_owner(descriptor, target.owner, target.group, path) < 0 &&
      target.group != own.group &&
      calls.set_owner(descriptor, static_cast<uid_t>(-1), target.group, path) < 0) {
    mode = without_group(mode);
  }
  std::string acl;
  if (calls.acl(folder.at(name), Acl::kAccess, acl) == 0 && !acl.empty() &&
      calls.set_acl(descriptor, acl, path) < 0) {
    // With a list the mode shows its mask in place of what the group may.
    const mode_t group = acl_entry(acl, ACL_GROUP_OBJ, 0) & acl_entry(acl, ACL_MASK, 7);
    mode = (mode & ~static_cast<mode_t>(S_IRWXG)) | group << 3;
  }
  return calls.set_mode(descriptor, mode, path);
}

}  // namespace

bool may_take_over(const FileInfo& folder, const FileInfo& target, uid_t user) {
  const bool is_shared = (folder.mode & S_ISVTX) != 0 && (folder.mode & (S_IWGRP | S_IWOTH)) != 0;
  if (LEAT_MUTANT("planted_targets_are_trusted")) return true;
  return !is_shared || target.owner == user || target.owner == folder.owner;
}

mode_t new_file_mode(std::string_view default_acl, mode_t umask) {
  if (default_acl.empty()) return kNewBits & ~umask;
  const mode_t group = acl_entry(default_acl, ACL_GROUP_OBJ, 7);
  return kNewBits &
         (acl_entry(default_acl, ACL_USER_OBJ, 7) << 6 |
          acl_entry(default_acl, ACL_MASK, group) << 3 | acl_entry(default_acl, ACL_OTHER, 7));
}

mode_t current_umask() {
  return blocking([] {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("Umask:"))
        return static_cast<mode_t>(std::strtoul(line.c_str() + 6, nullptr, 8));
    }
    return kUmaskElse;
  });
}

int set_attributes(const Folder& folder, const std::string& target, int descriptor,
                   const std::string& path) {
  FileInfo replaced;
  FileInfo own;
  int result = folder.look(target, replaced);
  if (result < 0 && result != -ENOENT) return result;
  const bool exists = result == 0 && S_ISREG(replaced.mode);
  result = folder.calls().look(descriptor, path, own);
  if (result < 0) return result;
  if (!exists || !may_take_over(folder.info(), replaced, folder.calls().user()))
    return set_new(folder, descriptor, path);
  return take_over(folder, target, replaced, own, descriptor, path);
}

}  // namespace leat::io
