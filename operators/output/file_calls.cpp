// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/file_calls.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "engine/blocking.h"

namespace leat::io {

namespace {

// errno must be read before the goroutine can move to another thread: inside `blocking`.
template <typename Call>
int until_done(Call call) {
  for (;;) {
    const auto result = call();
    if (result >= 0) return static_cast<int>(result);
    if (errno != EINTR) return -errno;
  }
}

template <typename Call>
int blocking_call(Call call) {
  return blocking([&] { return until_done(call); });
}

int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd waiting{descriptor, POLLOUT, 0};
      ::poll(&waiting, 1, -1);
    } else if (errno != EINTR) {
      return -errno;
    }
  }
  return 0;
}

}  // namespace

void Descriptor::close() {
  if (value_ >= 0) ::close(std::exchange(value_, -1));
}

int FileCalls::open(const std::string& path, int flags, mode_t mode) const {
  if (const int error = refused(FileCall::kOpen, path)) return error;
  return blocking_call([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
}

int FileCalls::write(int descriptor, std::string_view bytes, const std::string& path) const {
  if (const int error = refused(FileCall::kWrite, path)) return error;
  return blocking([&] { return write_all(descriptor, bytes); });
}

int FileCalls::sync(int descriptor, const std::string& path) const {
  const int error = refused(FileCall::kSync, path);
  if (error != 0) return error == -kLeaveOutSync ? 0 : error;
  return blocking_call([&] { return ::fsync(descriptor); });
}

int FileCalls::sync_folder(const std::string& path) const {
  const Descriptor folder(open(path, O_RDONLY | O_DIRECTORY));
  if (!folder.is_open()) return folder.get();
  const int result = sync(folder.get(), path);
  return result == -EINVAL || result == -ENOTSUP ? 0 : result;
}

int FileCalls::rename(const std::string& from, const std::string& to) const {
  if (const int error = refused(FileCall::kRename, to)) return error;
  return blocking_call([&] { return ::rename(from.c_str(), to.c_str()); });
}

int FileCalls::remove(const std::string& path) const noexcept {
  if (const int error = refused(FileCall::kRemove, path)) return error;
  return until_done([&] { return ::unlink(path.c_str()); });
}

int FileCalls::make_folder(const std::string& path) const {
  if (const int error = refused(FileCall::kMakeFolder, path)) return error;
  return blocking_call([&] { return ::mkdir(path.c_str(), 0777); });
}

int FileCalls::remove_folder(const std::string& path) const noexcept {
  if (const int error = refused(FileCall::kRemoveFolder, path)) return error;
  return until_done([&] { return ::rmdir(path.c_str()); });
}

int FileCalls::lock(int descriptor, const std::string& path) const {
  if (const int error = refused(FileCall::kLock, path)) return error;
  return blocking_call([&] { return ::flock(descriptor, LOCK_EX); });
}

int FileCalls::try_lock(int descriptor, const std::string& path) const {
  if (const int error = refused(FileCall::kLock, path)) return error;
  return blocking_call([&] { return ::flock(descriptor, LOCK_EX | LOCK_NB); });
}

}  // namespace leat::io
