// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>

namespace leat::io {
namespace {

constexpr size_t kAclBytesMax = size_t{64} << 10;

template <typename Call>
auto until_done(Call call) -> decltype(call()) {
  for (;;) {
    const auto result = call();
    if (result >= 0) return result;
    if (errno != EINTR) return -errno;
  }
}

int64_t nanoseconds(const statx_timestamp& time) {
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

class SystemFiles final : public FileSystem {
 public:
  int open(int folder, const std::string& name, int flags, mode_t mode) override {
    return until_done([&] { return ::openat(folder, name.c_str(), flags | O_CLOEXEC, mode); });
  }
  void close(int descriptor) noexcept override { ::close(descriptor); }

  ssize_t read(int descriptor, char* bytes, size_t size) override {
    return until_done([&] { return ::read(descriptor, bytes, size); });
  }

  int write(int descriptor, std::string_view bytes) override {
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

  // Never again after a failure: the kernel has marked the pages clean, and a second call would
  // succeed without them.
  int sync(int descriptor) override { return ::fsync(descriptor) == 0 ? 0 : -errno; }
  int sync_all(int descriptor) override { return ::syncfs(descriptor) == 0 ? 0 : -errno; }

  int rename(int folder, const std::string& from, const std::string& to, unsigned flags) override {
    return until_done([&] { return ::renameat2(folder, from.c_str(), folder, to.c_str(), flags); });
  }
  int link(int folder, const std::string& from, const std::string& to) override {
    return until_done([&] { return ::linkat(folder, from.c_str(), folder, to.c_str(), 0); });
  }
  int remove(int folder, const std::string& name) noexcept override {
    return until_done([&] { return ::unlinkat(folder, name.c_str(), 0); });
  }
  int make_folder(const std::string& path) override {
    return until_done([&] { return ::mkdir(path.c_str(), 0777); });
  }
  int remove_folder(const std::string& path) noexcept override {
    return until_done([&] { return ::rmdir(path.c_str()); });
  }
  int try_lock(int descriptor) override {
    return until_done([&] { return ::flock(descriptor, LOCK_EX | LOCK_NB); });
  }
  void unlock(int descriptor) noexcept override { ::flock(descriptor, LOCK_UN); }

  int look(int folder, const std::string& name, FileInfo& info) override {
    struct statx found = {};
    constexpr unsigned kWanted = STATX_BASIC_STATS | STATX_BTIME;
    const int flags = name.empty() ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW;
    const int result =
        until_done([&] { return ::statx(folder, name.c_str(), flags, kWanted, &found); });
    if (result < 0) return result;
    info.device = uint64_t{found.stx_dev_major} << 32 | found.stx_dev_minor;
    info.inode = found.stx_ino;
    info.size = found.stx_size;
    info.modified_ns = nanoseconds(found.stx_mtime);
    info.born_ns = (found.stx_mask & STATX_BTIME) != 0 ? nanoseconds(found.stx_btime) : 0;
    info.mode = found.stx_mode;
    info.owner = found.stx_uid;
    info.group = found.stx_gid;
    info.links = found.stx_nlink;
    constexpr uint64_t kFixed = STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND | STATX_ATTR_MOUNT_ROOT;
    info.is_fixed = (found.stx_attributes & kFixed) != 0;
    return 0;
  }

  int list(int folder, std::vector<std::string>& names) override {
    // A descriptor of its own: reading a folder moves the position of the one it is read by.
    const int descriptor = open(folder, ".", O_RDONLY | O_DIRECTORY, 0);
    if (descriptor < 0) return descriptor;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(descriptor), ::closedir);
    if (!stream) {
      const int error = -errno;
      ::close(descriptor);
      return error;
    }
    for (errno = 0; const dirent* entry = ::readdir(stream.get()); errno = 0)
      names.emplace_back(entry->d_name);
    return -errno;
  }

  int real_path(const std::string& path, std::string& real) override {
    real.assign(PATH_MAX, '\0');
    if (::realpath(path.c_str(), real.data()) == nullptr) return -errno;
    real.resize(real.find('\0'));
    return 0;
  }
  int read_link(const std::string& path, std::string& link) override {
    link.assign(PATH_MAX, '\0');
    const ssize_t bytes = ::readlink(path.c_str(), link.data(), link.size());
    if (bytes < 0) return -errno;
    link.resize(static_cast<size_t>(bytes));
    return 0;
  }
  int set_owner(int descriptor, uid_t owner, gid_t group) override {
    return ::fchown(descriptor, owner, group) == 0 ? 0 : -errno;
  }
  int set_mode(int descriptor, mode_t mode) override {
    return ::fchmod(descriptor, mode) == 0 ? 0 : -errno;
  }

  int acl(int folder, const std::string& name, Acl which, std::string& bytes) override {
    const std::string path = fmt::format("/proc/self/fd/{}/{}", folder, name.empty() ? "." : name);
    bytes.assign(kAclBytesMax, '\0');
    const ssize_t size =
        ::lgetxattr(path.c_str(),
                    which == Acl::kAccess ? "system.posix_acl_access" : "system.posix_acl_default",
                    bytes.data(), bytes.size());
    const int error = errno;
    bytes.resize(size < 0 ? 0 : static_cast<size_t>(size));
    if (size >= 0) return 0;
    return error == ENODATA || error == ENOTSUP || error == ENOENT ? 0 : -error;
  }
  int set_acl(int descriptor, const std::string& bytes) override {
    const int result =
        ::fsetxattr(descriptor, "system.posix_acl_access", bytes.data(), bytes.size(), 0);
    return result == 0 ? 0 : -errno;
  }
  uid_t user() const override { return ::geteuid(); }
};

}  // namespace

FileSystem& system_files() {
  static SystemFiles files;
  return files;
}

}  // namespace leat::io
