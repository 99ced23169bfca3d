// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Control groups as they look in containers of both versions, from a made-up root.
#include "engine/procs.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat {
namespace {

class Procs : public ::testing::Test {
 protected:
  // `path` begins with a slash.
  void write(const std::string& path, const std::string& text) { dir_.write(path.substr(1), text); }
  const std::string& root() const { return dir_.path(); }

  test::TempDir dir_;
};

TEST_F(Procs, NoControlGroupIsNoQuota) { EXPECT_EQ(cpu_quota(root()), std::nullopt); }

TEST_F(Procs, Version2Quota) {
  write("/proc/self/cgroup", "0::/user.slice/job\n");
  write("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n");
  write("/sys/fs/cgroup/user.slice/job/cpu.max", "250000 100000\n");
  EXPECT_EQ(cpu_quota(root()), 2.5);
}

TEST_F(Procs, Version2InsideAContainerSeesItsMountRoot) {
  write("/proc/self/cgroup", "0::/\n");
  write("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  write("/sys/fs/cgroup/cpu.max", "50000 100000\n");
  EXPECT_EQ(cpu_quota(root()), 0.5);
}

TEST_F(Procs, Version2WithoutLimit) {
  write("/proc/self/cgroup", "0::/\n");
  write("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  write("/sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_EQ(cpu_quota(root()), std::nullopt);
}

TEST_F(Procs, Version1BelowTheMountRoot) {
  write("/proc/self/cgroup", "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/docker/abc\n");
  write("/proc/self/mountinfo",
        "33 23 0:29 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
        "34 23 0:30 /docker/abc /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu,cpuacct\n");
  write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000\n");
  write("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cpu_quota(root()), 3.0);
}

TEST_F(Procs, Version1WithoutLimit) {
  write("/proc/self/cgroup", "4:cpu:/\n");
  write("/proc/self/mountinfo", "34 23 0:30 / /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n");
  write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  write("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cpu_quota(root()), std::nullopt);
}

TEST(ProcsRule, QuotaIsRoundedUpButAtLeastTwo) {
  EXPECT_EQ(procs_for(16, std::nullopt), 16);
  EXPECT_EQ(procs_for(16, 2.5), 3);
  EXPECT_EQ(procs_for(16, 0.5), 2);
  EXPECT_EQ(procs_for(1, 4.0), 1);
  EXPECT_EQ(procs_for(5000, std::nullopt), kProcsMax);
}

TEST(ProcsRule, EnvironmentWins) {
  setenv("GOMAXPROCS", "7", 1);
  EXPECT_EQ(default_procs(), 7);
  for (const char* nonsense : {"0", "-1", "x", "2.5", "99999", ""}) {
    setenv("GOMAXPROCS", nonsense, 1);
    EXPECT_GE(default_procs(), 1);
    EXPECT_LE(default_procs(), kProcsMax);
    EXPECT_NE(default_procs(), 99999);
  }
  unsetenv("GOMAXPROCS");
}

TEST_F(Procs, LimitsFollowTheQuotaOfVersion2) {
  write("/proc/self/cgroup", "0::/job\n");
  write("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n");
  write("/sys/fs/cgroup/job/cpu.max", "100000 100000\n");
  const int all = affinity_count();
  const MachineLimits limits(root());
  EXPECT_EQ(limits.procs(), procs_for(all, 1.0));
  write("/sys/fs/cgroup/job/cpu.max", "5000000 100000\n");
  EXPECT_EQ(limits.procs(), procs_for(all, 50.0));
  write("/sys/fs/cgroup/job/cpu.max", "max 100000\n");
  EXPECT_EQ(limits.procs(), all);
}

TEST_F(Procs, LimitsFollowTheQuotaOfVersion1) {
  write("/proc/self/cgroup", "4:cpu:/\n");
  write("/proc/self/mountinfo", "34 23 0:30 / /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n");
  write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "150000\n");
  write("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  const MachineLimits limits(root());
  EXPECT_EQ(limits.procs(), procs_for(affinity_count(), 1.5));
  write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(limits.procs(), affinity_count());
}

TEST_F(Procs, LimitsWithoutAControlGroupAreThoseOfTheMachine) {
  EXPECT_EQ(MachineLimits(root()).procs(), affinity_count());
}

}  // namespace
}  // namespace leat
