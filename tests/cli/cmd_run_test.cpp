// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Exit codes and where things are printed. What runs do is in tests/behaviour.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

class CmdRunTest : public ::testing::Test {
 protected:
  test::CliRun run(const std::string& pipeline, const std::string& input,
                   std::vector<std::string> more = {}) {
    directory_.write("job.yaml", pipeline);
    directory_.write("in.csv", input);
    std::vector<std::string> arguments{"run", "job.yaml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return test::run_cli(arguments,
                         {.directory = directory_.path(), .input = {}, .environment = {}});
  }

  static constexpr const char* kCopy =
      "stages:\n  - read_csv: {path: in.csv, columns: {n: int64}}\n  - write_csv: out.csv\n";
  static constexpr const char* kRejecting =
      "stages:\n  - read_csv: {path: in.csv, columns: {n: int64}}\n    name: in\n    on_error: "
      "reject\n"
      "  - write_csv: out.csv\n  - write_jsonl: bad.jsonl\n    from: in.rejects\n";

  test::TempDir directory_;
};

TEST_F(CmdRunTest, SuccessIsZeroWithTheLedgerOnStandardError) {
  const test::CliRun done = run(kCopy, "n\n1\n2\n");
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(done.out, "");
  EXPECT_NE(done.err.find("every row is accounted for"), std::string::npos) << done.err;
  EXPECT_EQ(directory_.read("out.csv"), "n\n1\n2\n");
}

TEST_F(CmdRunTest, QuietPrintsNothingOnSuccess) { EXPECT_EQ(run(kCopy, "n\n1\n", {"-q"}).err, ""); }

TEST_F(CmdRunTest, UnderJsonTablesGoToStandardErrorAndTheReportIsOneDocument) {
  const test::CliRun done =
      run("stages:\n  - read_csv: in.csv\n  - show:\n", "word\ntrout\n", {"--json"});
  EXPECT_EQ(done.exit_code, 0);
  const nlohmann::json report = nlohmann::json::parse(done.out);
  EXPECT_EQ(report["ok"], true);
  EXPECT_NE(done.err.find("trout"), std::string::npos) << done.err;
}

TEST_F(CmdRunTest, AFailedRunIsOneAndChangesNoOutput) {
  directory_.write("out.csv", "old");
  const test::CliRun failed = run(kCopy, "n\n1\nx\n");
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_NE(failed.err.find("in.csv:3:1: error:"), std::string::npos) << failed.err;
  EXPECT_EQ(directory_.read("out.csv"), "old");
  EXPECT_EQ(directory_.list(), (std::vector<std::string>{"in.csv", "job.yaml", "out.csv"}));
}

// One of two sinks writes into a pipe that nobody reads: once rows are in there (not only the
// header), every stage has its goroutine, and with so many rows to come none will end.
TEST_F(CmdRunTest, SigquitPrintsEveryGoroutineWithItsStageAndIsTwo) {
  directory_.write("job.yaml",
                   "stages:\n  - read_csv: {path: in.csv, columns: {n: int64}}\n    name: numbers\n"
                   "  - write_csv: out.pipe\n    name: to_pipe\n"
                   "  - write_csv: out.csv\n    name: to_file\n    from: numbers\n");
  std::string numbers = "n\n";
  for (int i = 0; i < 1'000'000; ++i) numbers += std::to_string(i) + "\n";
  directory_.write("in.csv", numbers);
  directory_.write("out.csv", "old");
  const std::string pipe = directory_.path() + "/out.pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int reader = open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  const test::CliRun quit = test::run_cli(
      {"run", "job.yaml"}, {.directory = directory_.path(), .meanwhile = [&](pid_t program) {
                              for (int bytes = 0; bytes < 1000; std::this_thread::yield())
                                ioctl(reader, FIONREAD, &bytes);
                              kill(program, SIGQUIT);
                            }});
  close(reader);
  EXPECT_EQ(quit.exit_code, 2);
  EXPECT_TRUE(quit.err.starts_with("SIGQUIT: quit\n\ngoroutine 1 'main' [")) << quit.err;
  for (const char* stage : {"numbers", "to_pipe", "to_file"})
    EXPECT_NE(quit.err.find(std::string(" '") + stage + "' ["), std::string::npos) << quit.err;
  EXPECT_EQ(directory_.read("out.csv"), "old");
  EXPECT_EQ(directory_.list(),
            (std::vector<std::string>{"in.csv", "job.yaml", "out.csv", "out.pipe"}));
}

TEST_F(CmdRunTest, RejectedRowsWithoutALimitAreThree) {
  const test::CliRun done = run(kRejecting, "n\n1\nx\n");
  EXPECT_EQ(done.exit_code, 3);
  EXPECT_EQ(directory_.read("out.csv"), "n\n1\n");
  EXPECT_EQ(run(std::string("max_rejects: 1\n") + kRejecting, "n\n1\nx\n").exit_code, 0);
  EXPECT_EQ(run(std::string("max_rejects: 0\n") + kRejecting, "n\n1\nx\n").exit_code, 1);
}

TEST_F(CmdRunTest, JsonReportsLedgerAndErrors) {
  const nlohmann::json done = nlohmann::json::parse(run(kCopy, "n\n1\n2\n", {"--json"}).out);
  EXPECT_EQ(done["ok"], true);
  EXPECT_EQ(done["result"]["stages"][0]["rows"]["read"], 2);
  const nlohmann::json failed = nlohmann::json::parse(run(kCopy, "n\nx\n", {"--json"}).out);
  EXPECT_EQ(failed["ok"], false);
  EXPECT_EQ(failed["errors"][0]["code"], "E0401");
  EXPECT_EQ(failed["errors"][0]["class"], "data");
}

TEST_F(CmdRunTest, AnInvalidPipelineIsTwo) { EXPECT_EQ(run("stages: []\n", "").exit_code, 2); }

TEST_F(CmdRunTest, ADryRunDoesEverythingButPublish) {
  directory_.write("out.csv", "old");
  const test::CliRun dry = run(kCopy, "n\n1\n2\n", {"--dry-run"});
  EXPECT_EQ(dry.exit_code, 0);
  EXPECT_NE(dry.err.find("  would write out.csv  6 bytes\n  nothing was published (--dry-run)\n"),
            std::string::npos)
      << dry.err;
  EXPECT_EQ(directory_.read("out.csv"), "old");
  EXPECT_EQ(directory_.list(), (std::vector<std::string>{"in.csv", "job.yaml", "out.csv"}));
}

TEST_F(CmdRunTest, ADryRunKeepsStandardOutputEmpty) {
  const test::CliRun dry =
      run("stages:\n  - read_csv: in.csv\n  - write_csv: '-'\n", "n\n1\n", {"--dry-run"});
  EXPECT_EQ(dry.out, "");
  EXPECT_NE(dry.err.find("would write <stdout>  4 bytes"), std::string::npos) << dry.err;
}

TEST_F(CmdRunTest, ALimitIsOfEachSourceAndToShowsAStage) {
  EXPECT_EQ(run(kCopy, "n\n1\n2\n", {"--limit", "1"}).exit_code, 0);
  EXPECT_EQ(directory_.read("out.csv"), "n\n1\n");
  const test::CliRun shown = run(kCopy, "n\n5\n", {"--to", "read_csv"});
  EXPECT_EQ(shown.out, "    n\nint64\n-----\n    5\n");
  EXPECT_EQ(directory_.read("out.csv"), "n\n1\n") << "no sink is written";
}

TEST_F(CmdRunTest, SeveralPipelinesEachRunAndTheHighestCodeCounts) {
  directory_.write("bad.yaml", "stages: []\n");
  directory_.write("late.yaml", "stages:\n  - read_csv: in.csv\n  - write_csv: late.csv\n");
  const test::CliRun done = run(kCopy, "n\n1\n", {"bad.yaml", "late.yaml", "--json"});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_EQ(directory_.read("late.csv"), "n\n1\n");
  const nlohmann::json json = nlohmann::json::parse(done.out);
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["result"].size(), 3u);
  EXPECT_EQ(json["errors"].size(), 1u);
}

TEST_F(CmdRunTest, ATraceShowsStagesOnProcessors) {
  directory_.write("late.yaml", "stages:\n  - read_csv: in.csv\n  - write_csv: late.csv\n");
  EXPECT_EQ(run(kCopy, "n\n1\n", {"late.yaml", "-q", "--trace", "t.json"}).exit_code, 0);
  const nlohmann::json trace = nlohmann::json::parse(directory_.read("t.json"));
  std::set<int> runs;
  std::set<std::string> names;
  for (const auto& event : trace["traceEvents"]) {
    if (event["ph"] != "X") continue;
    runs.insert(event["pid"].get<int>());
    names.insert(event["name"].get<std::string>());
    EXPECT_GE(event["dur"], 0.0);
  }
  EXPECT_EQ(runs, (std::set<int>{2, 4})) << "of both pipelines";
  EXPECT_TRUE(names.contains("read_csv"));
  EXPECT_TRUE(names.contains("write_csv"));
  EXPECT_EQ(run(kCopy, "n\n1\n", {"--trace", "none/t.json"}).exit_code, 2);
}

TEST_F(CmdRunTest, ReportAndMetricsGoToFiles) {
  EXPECT_EQ(
      run(kCopy, "n\n1\n", {"-q", "--report-json", "r.json", "--metrics", "m.prom"}).exit_code, 0);
  EXPECT_EQ(nlohmann::json::parse(directory_.read("r.json"))["result"]["files"][0]["bytes"], 4);
  EXPECT_NE(directory_.read("m.prom").find("leat_run_success{pipeline=\"job\"} 1"),
            std::string::npos);
  EXPECT_EQ(run(kCopy, "n\n1\n", {"--metrics", "no/m.prom"}).exit_code, 2);
}

TEST_F(CmdRunTest, ParametersAndVariablesComeFromFiles) {
  directory_.write("p.yaml", "least: 2\nmost: 9\n");
  directory_.write("v.env", "IN=in.csv\n");
  const char* const text =
      "params:\n  least: {type: int64}\n  most: {type: int64}\nstages:\n"
      "  - read_csv: ${env:IN}\n  - filter: n between $least and $most\n  - write_csv: out.csv\n";
  EXPECT_EQ(run(text, "n\n1\n2\n3\n", {"--params", "p.yaml", "--env-file", "v.env", "-p", "most=2"})
                .err.find("error"),
            std::string::npos);
  EXPECT_EQ(directory_.read("out.csv"), "n\n2\n");
}

TEST_F(CmdRunTest, ARunThatTakesTooLongIsStopped) {
  ASSERT_EQ(::mkfifo(directory_.file("never.csv").c_str(), 0600), 0);
  const int held = ::open(directory_.file("never.csv").c_str(), O_RDWR | O_CLOEXEC);
  const test::CliRun late =
      run("stages:\n  - read_csv: {path: never.csv, columns: {n: int64}}\n  - write_csv: out.csv\n",
          "", {"--timeout", "100ms"});
  ::close(held);
  EXPECT_EQ(late.exit_code, 124);
  EXPECT_NE(late.err.find("the run took longer than --timeout"), std::string::npos) << late.err;
  EXPECT_EQ(run(kCopy, "", {"--timeout", "soon"}).exit_code, 2);
}

TEST_F(CmdRunTest, ColoursAreAskedFor) {
  EXPECT_NE(run("stages: []\n", "", {"--color", "always"}).err.find("\x1b[1;31merror:"),
            std::string::npos);
  EXPECT_EQ(run("stages: []\n", "").err.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace leat::cli
