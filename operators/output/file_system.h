// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The system calls by which outputs are written, as an interface: tests put a model in its place
// that loses what was not synced. Names are resolved in an open folder, so that nobody who renames
// folders or plants links can lead a call elsewhere.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace leat::io {

/// What is known of a file without opening it.
struct FileInfo {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = 0;
  int64_t modified_ns = 0;
  int64_t born_ns = 0;  ///< 0 where the file system does not keep it.
  mode_t mode = 0;      ///< With the type.
  uid_t owner = 0;
  gid_t group = 0;
  uint64_t links = 1;
  bool is_fixed = false;  ///< Immutable, append-only, or a mount point: it cannot be replaced.

  bool is_same_file(const FileInfo& other) const {
    return device == other.device && inode == other.inode;
  }
};

enum class Acl : uint8_t {
  kAccess,   ///< Of a file.
  kDefault,  ///< Of a folder: what new files in it get.
};

/// Each function returns 0 (or a descriptor, or a number of bytes) or a negative errno, and goes on
/// after interruptions. `folder` is an open folder or AT_FDCWD. May block. THREADS: any.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual int open(int folder, const std::string& name, int flags, mode_t mode) = 0;
  virtual void close(int descriptor) noexcept = 0;
  virtual ssize_t read(int descriptor, char* bytes, size_t size) = 0;
  /// Writes all of `bytes`; waits when the file is a pipe or terminal that takes no more.
  virtual int write(int descriptor, std::string_view bytes) = 0;
  virtual int sync(int descriptor) = 0;
  /// All files and folders of the file system that holds the open file.
  virtual int sync_all(int descriptor) = 0;
  /// `flags`: as renameat2.
  virtual int rename(int folder, const std::string& from, const std::string& to,
                     unsigned flags) = 0;
  virtual int link(int folder, const std::string& from, const std::string& to) = 0;
  virtual int remove(int folder, const std::string& name) noexcept = 0;
  virtual int make_folder(const std::string& path) = 0;
  virtual int remove_folder(const std::string& path) noexcept = 0;
  /// Takes the exclusive advisory lock of the open file, or returns -EWOULDBLOCK.
  virtual int try_lock(int descriptor) = 0;
  virtual void unlock(int descriptor) noexcept = 0;
  /// Of `name`, which is not followed when it is a link; of the folder itself when it is empty.
  virtual int look(int folder, const std::string& name, FileInfo& info) = 0;
  virtual int list(int folder, std::vector<std::string>& names) = 0;
  /// `path` without symbolic links and dots.
  virtual int real_path(const std::string& path, std::string& real) = 0;
  virtual int read_link(const std::string& path, std::string& link) = 0;
  virtual int set_owner(int descriptor, uid_t owner, gid_t group) = 0;
  virtual int set_mode(int descriptor, mode_t mode) = 0;
  /// The bytes of the access control list in the kernel's form; empty when there is none.
  virtual int acl(int folder, const std::string& name, Acl which, std::string& bytes) = 0;
  virtual int set_acl(int descriptor, const std::string& bytes) = 0;
  /// Who we are to the kernel when it judges access to files.
  virtual uid_t user() const = 0;
};

/// The kernel's.
FileSystem& system_files();

}  // namespace leat::io
