// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/side_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace leat::cli {
namespace {

constexpr mode_t kMode = 0666;  // less the umask
constexpr mode_t kModeBits = 0777;

std::unexpected<Error> refused(const std::string& path, int error) {
  return fail(write_code(error), ErrorCode::kIo,
              fmt::format("cannot write '{}': {}", path, errno_text(error)));
}

/// The file that links lead to: they stay, and it is replaced.
std::string behind_links(std::string path) {
  char* const found = ::realpath(path.c_str(), nullptr);
  if (found == nullptr) return path;
  struct stat link = {};
  if (::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode)) path = found;
  std::free(found);
  return path;
}

}  // namespace

Result<SideFile> SideFile::open(std::string path) {
  struct stat found = {};
  const bool exists = ::stat(path.c_str(), &found) == 0;
  if (exists && S_ISREG(found.st_mode)) path = behind_links(std::move(path));
  if (exists && S_ISDIR(found.st_mode)) return refused(path, EISDIR);
  const bool in_place = exists && !S_ISREG(found.st_mode);
  std::string staged = in_place ? "" : fmt::format("{}.{}.tmp", path, ::getpid());
  const std::string& opened = in_place ? path : staged;
  const int descriptor =
      ::open(opened.c_str(), O_WRONLY | O_CLOEXEC | (in_place ? 0 : O_CREAT | O_TRUNC), kMode);
  if (descriptor < 0) return refused(path, errno);
  if (exists && !in_place) static_cast<void>(::fchmod(descriptor, found.st_mode & kModeBits));
  return SideFile(std::move(path), std::move(staged), descriptor);
}

SideFile::SideFile(SideFile&& other) noexcept
    : path_(std::move(other.path_)),
      staged_(std::exchange(other.staged_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

SideFile::~SideFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!staged_.empty()) ::unlink(staged_.c_str());
}

Status SideFile::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return refused(path_, errno);
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (::close(std::exchange(descriptor_, -1)) != 0) return refused(path_, errno);
  if (staged_.empty()) return {};
  if (std::rename(staged_.c_str(), path_.c_str()) != 0) return refused(path_, errno);
  staged_.clear();
  return {};
}

}  // namespace leat::cli
