// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// default_memory_limit against made-up trees of /proc and /sys.
#include "operators/data/memory_limit.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "operators/data/memory.h"
#include "tests/support/temp_dir.h"

namespace leat::state {
namespace {

constexpr size_t kGiB = size_t{1} << 30;

class MemoryLimit : public ::testing::Test {
 protected:
  void SetUp() override { write("proc/meminfo", "MemTotal:       8388608 kB\nMemFree:  1 kB\n"); }

  void write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = root() / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::filesystem::path root() const { return std::filesystem::path(dir_.path()); }
  size_t limit() const { return default_memory_limit(root().string()); }
  /// 60 % as the code rounds it.
  static size_t share(size_t bytes) { return bytes / 10 * 6; }

  test::TempDir dir_;
};

TEST_F(MemoryLimit, OfTheMachine) { EXPECT_EQ(limit(), share(8 * kGiB)); }

TEST_F(MemoryLimit, OfAVersion2Group) {
  write("proc/self/cgroup", "0::/user.slice/job\n");
  write("proc/self/mountinfo",
        "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
  write("sys/fs/cgroup/user.slice/job/memory.max", "1073741824\n");
  EXPECT_EQ(limit(), share(kGiB));
}

TEST_F(MemoryLimit, OfTheTightestGroupAround) {
  write("proc/self/cgroup", "0::/a/b/c\n");
  write("proc/self/mountinfo", "35 24 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  write("sys/fs/cgroup/a/b/c/memory.max", "max\n");
  write("sys/fs/cgroup/a/b/memory.max", "4294967296\n");
  write("sys/fs/cgroup/a/memory.max", "2147483648\n");
  EXPECT_EQ(limit(), share(2 * kGiB));
}

TEST_F(MemoryLimit, MaxMeansTheMachine) {
  write("proc/self/cgroup", "0::/\n");
  write("proc/self/mountinfo", "35 24 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  write("sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(limit(), share(8 * kGiB));
}

TEST_F(MemoryLimit, InAContainerTheMountIsTheGroup) {
  // A private namespace: the group is `/`, its files are at the mount.
  write("proc/self/cgroup", "0::/\n");
  write("proc/self/mountinfo", "35 24 0:30 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  write("sys/fs/cgroup/memory.max", "3221225472\n");
  EXPECT_EQ(limit(), share(3 * kGiB));
}

TEST_F(MemoryLimit, Version1InAContainerWithTheHostsPath) {
  write("proc/self/cgroup", "12:cpu,cpuacct:/docker/abc\n11:memory:/docker/abc\n0::/docker/abc\n");
  write(
      "proc/self/mountinfo",
      "36 25 0:31 /docker/abc /sys/fs/cgroup/memory ro,nosuid master:17 - cgroup cgroup rw,memory\n"
      "37 25 0:32 /docker/abc /sys/fs/cgroup/cpu ro,nosuid master:17 - cgroup cgroup "
      "rw,cpu,cpuacct\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n");
  EXPECT_EQ(limit(), share(kGiB / 2));
}

TEST_F(MemoryLimit, Version1SaysUnlimitedWithAHugeNumber) {
  write("proc/self/cgroup", "5:memory:/x\n");
  write("proc/self/mountinfo", "36 25 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  write("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "9223372036854771712\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(limit(), share(8 * kGiB));
}

TEST_F(MemoryLimit, HybridHierarchiesBothCount) {
  write("proc/self/cgroup", "5:memory:/x\n0::/y\n");
  write("proc/self/mountinfo",
        "36 25 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        "38 25 0:33 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  write("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "4294967296\n");
  write("sys/fs/cgroup/unified/y/memory.max", "2147483648\n");
  EXPECT_EQ(limit(), share(2 * kGiB));
}

TEST_F(MemoryLimit, AGroupOutsideTheNamespaceIsNotFollowed) {
  write("proc/self/cgroup", "0::/../../other\n");
  write("proc/self/mountinfo", "35 24 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  write("sys/fs/cgroup/memory.max", "1073741824\n");
  EXPECT_EQ(limit(), share(kGiB));
}

TEST_F(MemoryLimit, InASmallContainerTheRestComesFirst) {
  write("proc/self/cgroup", "0::/\n");
  write("proc/self/mountinfo", "35 24 0:30 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  const auto limit_in = [&](size_t mib) {
    write("sys/fs/cgroup/memory.max", std::to_string(mib << 20) + "\n");
    return limit() >> 20;
  };
  EXPECT_EQ(limit_in(64), 16u);
  EXPECT_EQ(limit_in(100), 52u);
  EXPECT_EQ(limit_in(32), 8u);
  EXPECT_EQ(limit_in(500), 300u);
}

TEST_F(MemoryLimit, OfAContainerIsThatOfItsGroup) {
  EXPECT_EQ(container_memory(root().string()), std::nullopt) << "not that of the machine";
  write("proc/self/cgroup", "0::/\n");
  write("proc/self/mountinfo", "35 24 0:30 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  write("sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(container_memory(root().string()), std::nullopt);
  write("sys/fs/cgroup/memory.max", "1073741824\n");
  EXPECT_EQ(container_memory(root().string()), kGiB);
}

TEST_F(MemoryLimit, OfThisMachineIsSane) {
  EXPECT_GT(default_memory_limit(), size_t{16} << 20);
  EXPECT_LT(default_memory_limit(), size_t{1} << 50);
}

}  // namespace
}  // namespace leat::state
