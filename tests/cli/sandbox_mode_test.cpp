// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Whether a run is in the sandbox is what the kernel says of it: the run reads its own status.
#include "cli/sandbox_mode.h"

#include <unistd.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/sandbox.h"
#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

class SandboxMode : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!sandbox_support().is_whole()) GTEST_SKIP() << sandbox_support().missing();
    directory_.write("in.csv", "n\n1\n2\n");
  }
  /// The kernel's word on filters in a run with these settings: 0 none, 2 one.
  std::string seccomp_of(const std::string& settings, std::vector<std::string> more) {
    directory_.write("job.yaml", "settings: {" + settings +
                                     "}\nstages:\n  - read_lines: /proc/self/status\n"
                                     "  - filter: starts_with(line, 'Seccomp:')\n"
                                     "  - write_csv: out.csv\n");
    std::vector<std::string> arguments{"run", "-q", "job.yaml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const test::CliRun done =
        test::run_cli(arguments, {.directory = directory_.path(), .input = {}, .environment = {}});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    const std::string out = directory_.read("out.csv");
    const size_t colon = out.find(':');
    return colon == std::string::npos ? out : out.substr(colon + 2, 1);
  }

  test::TempDir directory_;
};

constexpr const char* kNone = "0";
constexpr const char* kFilter = "2";

TEST_F(SandboxMode, IsOnByItself) { EXPECT_EQ(seccomp_of("", {}), kFilter); }

TEST_F(SandboxMode, BothMaySwitchItOff) {
  EXPECT_EQ(seccomp_of("", {"--sandbox", "off"}), kNone);
  EXPECT_EQ(seccomp_of("sandbox: off", {}), kNone);
}

TEST_F(SandboxMode, APipelineAsksForMoreButNeverForLess) {
  EXPECT_EQ(seccomp_of("sandbox: off", {"--sandbox", "on"}), kFilter);
  EXPECT_EQ(seccomp_of("sandbox: require", {"--sandbox", "off"}), kFilter);
}

TEST_F(SandboxMode, AnUntrustedPipelineIsInItAndWritesBelowItsFolder) {
  directory_.write("job.yaml", "stages:\n  - read_csv: in.csv\n  - write_csv: \"${env:OUTPUT}\"\n");
  const test::CliRun done = test::run_cli(
      {"run", "-q", "--untrusted", "--allow-env", "OUTPUT", "job.yaml"},
      {.directory = directory_.path(), .input = {}, .environment = {"OUTPUT=out.csv"}});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(directory_.read("out.csv"), "n\n1\n2\n");
}

TEST_F(SandboxMode, OutputsInNewFoldersAndThroughLinksAreInReach) {
  directory_.write("far/old.csv", "old");
  ASSERT_EQ(symlink("far/old.csv", directory_.file("link.csv").c_str()), 0);
  directory_.write("job.yaml",
                   "stages:\n  - read_csv: in.csv\n    name: in\n  - write_csv: new/deep/out.csv\n"
                   "  - write_csv: link.csv\n    from: in\n");
  const test::CliRun done =
      test::run_cli({"run", "-q", "--sandbox", "require", "job.yaml"},
                    {.directory = directory_.path(), .input = {}, .environment = {}});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(directory_.read("new/deep/out.csv"), "n\n1\n2\n");
  EXPECT_EQ(directory_.read("far/old.csv"), "n\n1\n2\n");
}

TEST_F(SandboxMode, RowsSpillInside) {
  std::string rows = "n\n";
  for (int i = 0; i < 200'000; ++i) rows += std::to_string((i * 7919) % 200'000) + "0123456789\n";
  directory_.write("in.csv", rows);
  directory_.write(
      "job.yaml",
      "settings: { memory: 24MiB, procs: 1, sandbox: require }\nstages:\n  - read_csv:\n"
      "      path: in.csv\n      columns: { n: utf8 }\n  - sort: n\n"
      "  - write_csv: out.csv\n");
  const test::CliRun done = test::run_cli(
      {"run", "job.yaml"}, {.directory = directory_.path(), .input = {}, .environment = {}});
  EXPECT_EQ(done.exit_code, 0) << done.err;
}

}  // namespace
}  // namespace leat::cli
