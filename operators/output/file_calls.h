// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The system calls by which outputs are written. They go through one object so that tests can make
// the n-th call fail, or stop the process at it.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace leat::io {

enum class FileCall : uint8_t {
  kOpen,
  kWrite,
  kSync,
  kRename,
  kRemove,
  kMakeFolder,
  kRemoveFolder,
  kLock
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
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() { close(); }
  int get() const { return value_; }
  bool is_open() const { return value_ >= 0; }
  void close();

 private:
  int value_;
};

/// Each function returns 0 (or a descriptor) or a negative errno, and goes on after interruptions.
/// SUSPENDS (all, except remove and remove_folder, which aborts use). THREADS: any, if the hook
/// allows it.
class FileCalls {
 public:
  explicit FileCalls(FileHook hook = {}) : hook_(std::move(hook)) {}

  int open(const std::string& path, int flags, mode_t mode = 0) const;
  /// Writes all of `bytes`; waits when the file is a pipe or terminal that takes no more.
  int write(int descriptor, std::string_view bytes, const std::string& path) const;
  /// Makes what was written durable. Folders on file systems that cannot sync them count as synced.
  int sync(int descriptor, const std::string& path) const;
  int sync_folder(const std::string& path) const;
  int rename(const std::string& from, const std::string& to) const;
  int remove(const std::string& path) const noexcept;
  int make_folder(const std::string& path) const;
  int remove_folder(const std::string& path) const noexcept;
  /// Takes the exclusive advisory lock of the open file. The system releases it when the process
  /// dies.
  int lock(int descriptor, const std::string& path) const;
  /// As lock, but -EWOULDBLOCK when another process has it.
  int try_lock(int descriptor, const std::string& path) const;

 private:
  int refused(FileCall call, const std::string& path) const {
    return hook_ ? -hook_(call, path) : 0;
  }

  FileHook hook_;
};

}  // namespace leat::io
