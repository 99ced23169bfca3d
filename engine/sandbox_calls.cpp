// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A list of what is allowed, not of what is forbidden: new calls of new kernels are out. What is in
// it: memory, threads, time, signals, reading and writing by descriptor, opening and renaming by
// path (which Landlock judges), asking for attributes. By path Landlock judges no modes, owners or
// times, so those calls are allowed in the form that takes a descriptor alone.
#include "engine/sandbox_calls.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace leat {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

/// Calls that are allowed whatever their arguments.
constexpr uint32_t kAllowed[] = {
    // Descriptors.
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_pread64,
    SYS_pwrite64,
    SYS_preadv,
    SYS_pwritev,
    SYS_lseek,
    SYS_close,
    SYS_close_range,
    SYS_dup,
    SYS_dup3,
    SYS_fstat,
    SYS_fsync,
    SYS_fdatasync,
    SYS_sync_file_range,
    SYS_syncfs,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_fadvise64,
    SYS_fcntl,
    SYS_flock,
    SYS_fchmod,
    SYS_fchown,
    SYS_fgetxattr,
    SYS_getxattr,
    SYS_lgetxattr,
    SYS_fsetxattr,
    SYS_flistxattr,
    SYS_fremovexattr,
    SYS_fstatfs,
    SYS_getdents64,
    SYS_copy_file_range,
    SYS_sendfile,
    SYS_splice,
    SYS_tee,
    SYS_vmsplice,
    SYS_pipe2,
    SYS_ppoll,
    SYS_pselect6,
    SYS_epoll_create1,
    SYS_epoll_ctl,
    SYS_epoll_pwait,
    SYS_eventfd2,
    SYS_timerfd_create,
    SYS_timerfd_settime,
    SYS_timerfd_gettime,
    SYS_memfd_create,
    // Files by path, which Landlock judges.
    SYS_openat,
    SYS_mkdirat,
    SYS_unlinkat,
    SYS_renameat,
    SYS_renameat2,
    SYS_linkat,
    SYS_symlinkat,
    SYS_readlinkat,
    SYS_faccessat,
    SYS_newfstatat,
    SYS_statx,
    SYS_statfs,
    SYS_getcwd,
    SYS_chdir,
    SYS_fchdir,
    SYS_umask,
    // Memory.
    SYS_mmap,
    SYS_munmap,
    SYS_mremap,
    SYS_mprotect,
    SYS_madvise,
    SYS_brk,
    SYS_mincore,
    SYS_mlock,
    SYS_munlock,
    SYS_membarrier,
    // Threads and time.
    SYS_futex,
    SYS_exit,
    SYS_exit_group,
    SYS_set_robust_list,
    SYS_get_robust_list,
    SYS_set_tid_address,
    SYS_rseq,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_sched_setaffinity,
    SYS_sched_getparam,
    SYS_sched_getscheduler,
    SYS_gettid,
    SYS_getpid,
    SYS_getppid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getgroups,
    SYS_getrlimit,
    SYS_getrusage,
    SYS_times,
    SYS_sysinfo,
    SYS_uname,
    SYS_getcpu,
    SYS_getrandom,
    SYS_nanosleep,
    SYS_clock_nanosleep,
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_gettimeofday,
    SYS_timer_create,
    SYS_timer_settime,
    SYS_timer_gettime,
    SYS_timer_delete,
    SYS_timer_getoverrun,
    SYS_setitimer,
    SYS_getitimer,
    SYS_restart_syscall,
    SYS_capget,
    // Signals.
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigtimedwait,
    SYS_rt_sigpending,
    SYS_rt_sigsuspend,
    SYS_sigaltstack,
    SYS_tgkill,
#if defined(__x86_64__)
    // Older forms that x86 still has.
    SYS_open,
    SYS_access,
    SYS_stat,
    SYS_lstat,
    SYS_mkdir,
    SYS_rmdir,
    SYS_unlink,
    SYS_rename,
    SYS_link,
    SYS_readlink,
    SYS_pipe,
    SYS_dup2,
    SYS_poll,
    SYS_select,
    SYS_epoll_wait,
    SYS_epoll_create,
    SYS_eventfd,
    SYS_time,
    SYS_arch_prctl,
#endif
};

/// What the library may ask of the terminal and of files; others inject input or reach devices.
constexpr uint32_t kIoctls[] = {TCGETS, TIOCGWINSZ, FIONREAD, 0x40049409 /* FICLONE */};
/// Names of threads and of mappings, how exact their timers are, and what tools ask of them.
constexpr uint32_t kPrctls[] = {PR_SET_NAME, PR_GET_NAME, PR_SET_TIMERSLACK,
                                0x53564d41 /* PR_SET_VMA */, PR_GET_DUMPABLE};

class Filter {
 public:
  void add(uint16_t code, uint32_t value, uint8_t if_true = 0, uint8_t if_false = 0) {
    instructions_.push_back({code, if_true, if_false, value});
  }
  void load(size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)); }
  void give(uint32_t verdict) { add(BPF_RET | BPF_K, verdict); }
  void refuse(int error) { give(SECCOMP_RET_ERRNO | static_cast<uint32_t>(error)); }
  /// The next `length` instructions are for `number` alone.
  void only_for(uint32_t number, uint8_t length) {
    add(BPF_JMP | BPF_JEQ | BPF_K, number, 0, length);
  }
  void allow(uint32_t number) {
    only_for(number, 1);
    give(SECCOMP_RET_ALLOW);
  }
  /// The low half of an argument: it is all that flags and requests use.
  void load_argument(size_t index) {
    load(offsetof(seccomp_data, args) + index * sizeof(uint64_t));
  }
  std::vector<sock_filter> take() { return std::move(instructions_); }

 private:
  std::vector<sock_filter> instructions_;
};

/// `number` is allowed when argument `index` is one of `values`.
template <size_t kCount>
void allow_values(Filter& filter, uint32_t number, size_t index, const uint32_t (&values)[kCount]) {
  filter.only_for(number, static_cast<uint8_t>(2 + 2 * kCount));
  filter.load_argument(index);
  for (const uint32_t value : values) filter.allow(value);
  filter.refuse(EPERM);
}

/// `number` is allowed when argument `index` has one of the bits of `mask`.
void allow_bits(Filter& filter, uint32_t number, size_t index, uint32_t mask) {
  filter.only_for(number, 4);
  filter.load_argument(index);
  filter.add(BPF_JMP | BPF_JSET | BPF_K, mask, 0, 1);
  filter.give(SECCOMP_RET_ALLOW);
  filter.refuse(EPERM);
}

/// utimensat(descriptor, null, ...) is what futimens() calls: both halves of the path must be 0.
void allow_times_by_descriptor(Filter& filter) {
  constexpr size_t kPath = 1;
  filter.only_for(SYS_utimensat, 7);
  filter.load_argument(kPath);
  filter.add(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
  filter.refuse(EPERM);
  filter.load(offsetof(seccomp_data, args) + kPath * sizeof(uint64_t) + sizeof(uint32_t));
  filter.add(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1);
  filter.give(SECCOMP_RET_ALLOW);
  filter.refuse(EPERM);
}

/// Limits may be asked for, not raised: the new limit is a null pointer.
void allow_limits_to_be_read(Filter& filter) {
  constexpr size_t kNewLimit = 2;
  filter.only_for(SYS_prlimit64, 4);
  filter.load_argument(kNewLimit);
  filter.add(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1);
  filter.give(SECCOMP_RET_ALLOW);
  filter.refuse(EPERM);
}

}  // namespace

std::vector<sock_filter> sandbox_filter() {
  Filter filter;
  // A call of another architecture (32 bits on x86) has other numbers.
  filter.load(offsetof(seccomp_data, arch));
  filter.add(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0);
  filter.refuse(EPERM);
  filter.load(offsetof(seccomp_data, nr));
  for (const uint32_t number : kAllowed) filter.allow(number);
  filter.only_for(SYS_clone3, 1);
  filter.refuse(ENOSYS);
  allow_bits(filter, SYS_clone, 0, CLONE_THREAD);
  allow_bits(filter, SYS_fchownat, 4, AT_EMPTY_PATH);
  allow_times_by_descriptor(filter);
  allow_limits_to_be_read(filter);
  allow_values(filter, SYS_ioctl, 1, kIoctls);
  allow_values(filter, SYS_prctl, 0, kPrctls);
  filter.refuse(EPERM);
  return filter.take();
}

}  // namespace leat
