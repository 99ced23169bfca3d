// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/spill/spill_calls.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "engine/blocking.h"

namespace leat::state {
namespace {

// errno must be read before the goroutine can move to another thread: inside `blocking`.
template <typename Call>
int until_done(Call call) {
  for (;;) {
    const int result = call();
    if (result >= 0) return result;
    if (errno != EINTR) return -errno;
  }
}

/// File systems that cannot sync a stretch write it when they like.
int sync_stretch(int descriptor, off_t begin, off_t bytes, unsigned flags) {
  const int result = until_done([&] { return ::sync_file_range(descriptor, begin, bytes, flags); });
  return result == -EINVAL || result == -ENOSYS || result == -EOPNOTSUPP ? 0 : result;
}

}  // namespace

io::Descriptor SpillCalls::open_unnamed(const std::string& folder) const {
  if (const int error = refused(io::FileCall::kOpen, folder)) return io::Descriptor(error);
  return io::Descriptor(blocking([&] {
    constexpr int kFlags = O_RDWR | O_CLOEXEC;
    const int unnamed =
        until_done([&] { return ::open(folder.c_str(), kFlags | O_TMPFILE, S_IRUSR | S_IWUSR); });
    // EISDIR: a kernel that does not know the flag.
    if (unnamed >= 0 || (unnamed != -EOPNOTSUPP && unnamed != -EISDIR)) return unnamed;
    std::string name = folder + "/.leat-spill-XXXXXX";
    const int named = until_done([&] { return ::mkostemp(name.data(), O_CLOEXEC); });
    if (named >= 0) ::unlink(name.c_str());
    return named;
  }));
}

int SpillCalls::write_at(int descriptor, std::string_view bytes, uint64_t offset,
                         const std::string& path) const {
  if (const int error = refused(io::FileCall::kWrite, path)) return error;
  return blocking([&] {
    while (!bytes.empty()) {
      const ssize_t written =
          ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (written < 0 && errno != EINTR) return -errno;
      if (written == 0) return -ENOSPC;
      if (written < 0) continue;
      bytes.remove_prefix(static_cast<size_t>(written));
      offset += static_cast<uint64_t>(written);
    }
    return 0;
  });
}

int64_t SpillCalls::read_at(int descriptor, void* out, size_t bytes, uint64_t offset,
                            const std::string& path) const {
  if (const int error = refused(io::FileCall::kRead, path)) return error;
  return blocking([&]() -> int64_t {
    size_t read = 0;
    while (read < bytes) {
      const ssize_t got = ::pread(descriptor, static_cast<char*>(out) + read, bytes - read,
                                  static_cast<off_t>(offset + read));
      if (got < 0 && errno != EINTR) return -errno;
      if (got == 0) break;
      if (got > 0) read += static_cast<size_t>(got);
    }
    return static_cast<int64_t>(read);
  });
}

int SpillCalls::begin_sync(int descriptor, uint64_t offset, uint64_t bytes,
                           const std::string& path) const {
  const int error = refused(io::FileCall::kSync, path);
  if (error != 0) return error == -io::kLeaveOutSync ? 0 : error;
  return blocking([&] {
    return sync_stretch(descriptor, static_cast<off_t>(offset), static_cast<off_t>(bytes),
                        SYNC_FILE_RANGE_WRITE);
  });
}

int SpillCalls::settle(int descriptor, uint64_t offset, uint64_t bytes,
                       const std::string& path) const {
  const int error = refused(io::FileCall::kSync, path);
  if (error != 0) return error == -io::kLeaveOutSync ? 0 : error;
  return blocking([&] {
    const auto begin = static_cast<off_t>(offset);
    const auto length = static_cast<off_t>(bytes);
    constexpr unsigned kFlags =
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    if (const int error = sync_stretch(descriptor, begin, length, kFlags)) return error;
    ::posix_fadvise(descriptor, begin, length, POSIX_FADV_DONTNEED);
    return 0;
  });
}

void SpillCalls::read_ahead(int descriptor, uint64_t offset, uint64_t bytes) const noexcept {
  ::posix_fadvise(descriptor, static_cast<off_t>(offset), static_cast<off_t>(bytes),
                  POSIX_FADV_WILLNEED);
}

void SpillCalls::punch(int descriptor, uint64_t offset, uint64_t bytes) const noexcept {
  static_cast<void>(::fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                static_cast<off_t>(offset), static_cast<off_t>(bytes)));
}

}  // namespace leat::state
