// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/sandbox.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "engine/codes/machine.h"
#include "engine/sandbox_calls.h"

namespace leat {
namespace {

// What headers of Debian 12 do not know yet, with the version of the interface that has it.
constexpr uint64_t kTruncate = uint64_t{1} << 14;     // 3
constexpr uint64_t kIoctlDevice = uint64_t{1} << 15;  // 5
constexpr uint64_t kNetBindAndConnect = 3;            // 4
constexpr uint64_t kScopeSocketsAndSignals = 3;       // 6

/// `landlock_ruleset_attr` with all its fields; the kernel takes as many as it knows.
struct RulesetAttributes {
  uint64_t files = 0;
  uint64_t network = 0;
  uint64_t scoped = 0;
};

constexpr uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr uint64_t kReadTree = kReadFile | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr uint64_t kWriteTree = kReadTree | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER | kTruncate;

/// All rights over files that version `version` of the interface can take away.
uint64_t known_rights(int version) {
  uint64_t rights = (uint64_t{1} << 13) - 1;
  if (version >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) rights |= kTruncate;
  if (version >= 5) rights |= kIoctlDevice;
  return rights;
}

std::unexpected<Error> refused(const char* what) {
  return std::unexpected(
      Error(code::kSandbox, ErrorCode::kIo,
            fmt::format("the sandbox cannot be entered: {}: {}", what, std::strerror(errno)),
            "run without it: --sandbox off"));
}

int landlock_version() {
  const long version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? 0 : static_cast<int>(version);
}

/// Runtimes of sanitizers start threads and programs of their own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;
#elif defined(__has_feature)
constexpr bool kIsSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kIsSanitized = false;
#endif

bool has_seccomp() {
  const uint32_t action = SECCOMP_RET_ERRNO;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/// How many threads the process has.
size_t threads() {
  size_t count = 0;
  if (DIR* const folder = opendir("/proc/self/task"); folder != nullptr) {
    while (const dirent* const entry = readdir(folder)) count += entry->d_name[0] != '.';
    closedir(folder);
  }
  return count;
}

class Ruleset {
 public:
  explicit Ruleset(int version) : rights_(known_rights(version)) {
    RulesetAttributes attributes;
    attributes.files = rights_;
    if (version >= 4) attributes.network = kNetBindAndConnect;
    if (version >= 6) attributes.scoped = kScopeSocketsAndSignals;
    const size_t size = version >= 6   ? sizeof attributes
                        : version >= 4 ? offsetof(RulesetAttributes, scoped)
                                       : offsetof(RulesetAttributes, network);
    descriptor_ = static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, size, 0));
  }
  ~Ruleset() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Ruleset(const Ruleset&) = delete;
  Ruleset& operator=(const Ruleset&) = delete;

  bool is_made() const { return descriptor_ >= 0; }

  /// `rights` over `path` and all below it; of a file those that files have. A path that is not
  /// there gives nothing, nor does a pipe without a name, which stays in reach without a rule.
  bool allow(const std::string& path, uint64_t rights) {
    const int file = open(path.c_str(), O_PATH | O_CLOEXEC);
    if (file < 0) return errno == ENOENT || errno == EACCES || errno == ENOTDIR;
    struct stat status = {};
    const bool is_known = fstat(file, &status) == 0;
    if (!S_ISDIR(status.st_mode))
      rights &= kReadFile | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate | kIoctlDevice;
    landlock_path_beneath_attr rule = {};
    rule.allowed_access = rights & rights_;
    if (rule.allowed_access == 0) {  // of a file that stands where a folder is to be
      close(file);
      return true;
    }
    rule.parent_fd = file;
    const bool is_added = is_known && syscall(SYS_landlock_add_rule, descriptor_,
                                              LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    const int error = errno;
    close(file);
    errno = error;
    return is_added || error == EBADFD;
  }

  bool enforce() const { return syscall(SYS_landlock_restrict_self, descriptor_, 0) == 0; }

 private:
  const uint64_t rights_;
  int descriptor_ = -1;
};

Status restrict_files(const SandboxRules& rules) {
  Ruleset ruleset(landlock_version());
  if (!ruleset.is_made()) return refused("landlock_create_ruleset");
  for (const std::string& path : rules.reads) {
    if (!ruleset.allow(path, kReadTree)) return refused(path.c_str());
  }
  for (const std::string& path : rules.lists) {
    if (!ruleset.allow(path, LANDLOCK_ACCESS_FS_READ_DIR)) return refused(path.c_str());
  }
  for (const std::string& path : rules.writes) {
    if (!ruleset.allow(path, kWriteTree)) return refused(path.c_str());
  }
  if (!ruleset.allow("/dev/null", kReadFile | LANDLOCK_ACCESS_FS_WRITE_FILE))
    return refused("/dev/null");
  if (!ruleset.enforce()) return refused("landlock_restrict_self");
  return {};
}

Status restrict_calls() {
  std::vector<sock_filter> filter = sandbox_filter();
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) return refused("seccomp");
  return {};
}

}  // namespace

std::string SandboxSupport::missing() const {
  if (landlock == 0 && !seccomp) return "the kernel has neither Landlock nor seccomp";
  return landlock == 0 ? "the kernel has no Landlock" : "the kernel has no seccomp";
}

SandboxSupport sandbox_support() {
  if (kIsSanitized) return {};
  return {landlock_version(), has_seccomp()};
}

SandboxRules common_rules() {
  return {{"/proc/self", "/proc/locks", "/proc/meminfo", "/sys/fs/cgroup", "/usr/share", "/usr/lib",
           "/lib", "/etc/localtime", "/etc/ld.so.cache"},
          {},
          {}};
}

Status enter_sandbox(const SandboxRules& rules, SandboxFor whom) {
  const SandboxSupport support = sandbox_support();
  if (!support.is_whole()) {
    return std::unexpected(Error(code::kSandbox, ErrorCode::kIo,
                                 "the sandbox cannot be entered: " + support.missing(),
                                 "run without it: --sandbox off"));
  }
  if (whom == SandboxFor::kProcess && threads() != 1) {
    return std::unexpected(Error(code::kSandbox, ErrorCode::kInternal,
                                 "the sandbox cannot be entered: other threads run already"));
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("PR_SET_NO_NEW_PRIVS");
  LEAT_TRY(restrict_files(rules));
  return restrict_calls();
}

}  // namespace leat
