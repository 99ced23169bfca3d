// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The system calls of outputs as goroutines make them: the others go on while one blocks. Tests
// hook them, so that the n-th call fails or the process ends at it, or put another file system
// below.
#pragma once

#include <fcntl.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operators/output/file_system.h"

namespace leat::io {

enum class FileCall : uint8_t {
  kOpen,
  kRead,
  kWrite,
  kSync,
  kRename,
  kLink,
  kRemove,
  kMakeFolder,
  kRemoveFolder,
  kLock,
  kLook,
  kList,
  kAttributes
};

/// What a hook returns to leave out a sync: it matters only when the machine dies, not when a
/// process does.
inline constexpr int kLeaveOutSync = -1;

/// Called before each system call. Returns 0 to let it happen, the errno with which it shall fail,
/// or kLeaveOutSync.
using FileHook = std::function<int(FileCall call, const std::string& path)>;

/// A file descriptor, closed when it goes. Closing gives up its locks.
class Descriptor {
 public:
  explicit Descriptor(int value = -1, FileSystem& files = system_files())
      : files_(&files), value_(value) {}
  Descriptor(Descriptor&& other) noexcept
      : files_(other.files_), value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(files_, other.files_);
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() { close(); }
  /// Or the negative errno that opening gave.
  int get() const { return value_; }
  bool is_open() const { return value_ >= 0; }
  void close();

 private:
  FileSystem* files_;
  int value_;
};

/// A name in an open folder. Hooks and messages see `path()`.
struct FilePlace {
  int folder = AT_FDCWD;
  std::string_view folder_path;  ///< Empty: `name` is a path.
  std::string name;

  FilePlace(std::string path)  // NOLINT(google-explicit-constructor): a path is a place
      : name(std::move(path)) {}
  FilePlace(int in, std::string_view in_path, std::string of)
      : folder(in), folder_path(in_path), name(std::move(of)) {}
  std::string path() const;
};

/// Each function returns 0 (or a descriptor, or a number of bytes) or a negative errno, and goes on
/// after interruptions. SUSPENDS (all, except remove and remove_folder, which aborts use). THREADS:
/// any, if the hook allows it.
class FileCalls {
 public:
  explicit FileCalls(FileHook hook = {}, FileSystem& files = system_files())
      : hook_(std::move(hook)), files_(&files) {}

  Descriptor open(const FilePlace& place, int flags, mode_t mode = 0) const;
  ssize_t read(int descriptor, char* bytes, size_t size, const std::string& path) const;
  /// Writes all of `bytes`; waits when the file is a pipe or terminal that takes no more.
  int write(int descriptor, std::string_view bytes, const std::string& path) const;
  /// Makes what was written durable. Folders on file systems that cannot sync them count as synced.
  int sync(int descriptor, const std::string& path) const;
  /// As sync, for everything on the file system of what is open: of thousands of files, one call
  /// waits once. -ENOTSUP where that cannot be had.
  int sync_all(int descriptor, const std::string& path) const;
  /// Both names are in one folder.
  int rename(const FilePlace& from, const std::string& to, unsigned flags = 0) const;
  int link(const FilePlace& from, const std::string& to) const;
  int remove(const FilePlace& place) const noexcept;
  int make_folder(const std::string& path) const;
  int remove_folder(const std::string& path) const noexcept;
  /// Takes the exclusive advisory lock of the open file, or returns -EWOULDBLOCK. The system
  /// releases it when the process dies.
  int try_lock(int descriptor, const std::string& path) const;
  void unlock(int descriptor) const noexcept { files_->unlock(descriptor); }
  int look(const FilePlace& place, FileInfo& info) const;
  int look(int descriptor, const std::string& path, FileInfo& info) const;
  int list(int folder, const std::string& path, std::vector<std::string>& names) const;
  int real_path(const std::string& path, std::string& real) const;
  int read_link(const std::string& path, std::string& link) const;
  int set_owner(int descriptor, uid_t owner, gid_t group, const std::string& path) const;
  int set_mode(int descriptor, mode_t mode, const std::string& path) const;
  int acl(const FilePlace& place, Acl which, std::string& bytes) const;
  int set_acl(int descriptor, const std::string& bytes, const std::string& path) const;
  uid_t user() const { return files_->user(); }

 private:
  int refused(FileCall call, const std::string& path) const {
    return hook_ ? -hook_(call, path) : 0;
  }

  FileHook hook_;
  FileSystem* files_;
};

}  // namespace leat::io
