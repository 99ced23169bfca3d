// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/side_file.h"
#include "cli/test_report.h"
#include "engine/codes/command.h"
#include "pipelines/testing/trial.h"

namespace leat::cli {
namespace {

using Json = nlohmann::ordered_json;
using pipelines::TestCase;
using pipelines::TestFile;

struct TestArguments : PipelineArguments {
  std::vector<std::string> paths;
  std::string filter;
  bool update = false;
  std::string junit_file;
};

bool is_yaml(const std::filesystem::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

/// The files below a folder, by name.
std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  std::filesystem::recursive_directory_iterator at(folder, error);
  for (; !error && at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
    if (at->is_regular_file(error) && is_yaml(at->path())) files.push_back(at->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class TestCommand {
 public:
  explicit TestCommand(TestArguments arguments)
      : arguments_(std::move(arguments)), answer_(arguments_.answer()) {}

  int run() {
    auto options = load_options(arguments_, LoadFor::kRun);
    if (!options) return print_mistakes(answer_, options.error());
    auto plan = plan_options(arguments_, {});
    if (!plan) return print_mistakes(answer_, plan.error());
    options_.load = std::move(*options);
    options_.plan = *plan;
    std::vector<SideFile> junit;
    if (!arguments_.junit_file.empty()) {
      Result<SideFile> file = SideFile::open(arguments_.junit_file);
      if (!file)
        return usage_error(file.error().number, answer_, file.error().message, file.error().hint);
      junit.push_back(std::move(*file));
    }
    for (const std::string& path : arguments_.paths) test_path(path);
    if (!junit.empty()) {
      if (const Status written = junit.front().write(junit_of(reports_)); !written)
        wrong(usage_mistake(written.error().number, answer_, written.error().message,
                            written.error().hint));
    }
    return conclude();
  }

 private:
  void wrong(Mistakes mistakes) {
    code_ = std::max(code_, mistakes.exit_code);
    for (Json& error : mistakes.errors) errors_.push_back(std::move(error));
  }

  void test_path(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      const size_t before = found_;
      for (const std::string& file : files_below(path)) test_file(file);
      if (found_ == before && code_ != kUsage)
        wrong(usage_mistake(code::kNoTests, answer_, fmt::format("no test stands below '{}'", path),
                            "write 'tests:' in a pipeline, or in NAME.test.yaml beside it"));
      return;
    }
    const size_t before = found_;
    test_file(path);
    const std::string beside = pipelines::test_file_beside(path);
    const bool has_more = !pipelines::is_test_file(path) && std::filesystem::exists(beside, error);
    if (has_more) test_file(beside);
    if (found_ == before && code_ != kUsage)
      wrong(usage_mistake(code::kNoTests, answer_, fmt::format("'{}' has no tests", path),
                          fmt::format("write 'tests:' in it, or in '{}'", beside)));
  }

  std::shared_ptr<pipelines::Document> read(const std::string& path) {
    Result<pipelines::Document> read = pipelines::Document::read(path);
    if (read) return std::make_shared<pipelines::Document>(std::move(*read));
    wrong(usage_mistake(read.error().number, answer_, read.error().message, read.error().hint));
    return nullptr;
  }

  void test_file(const std::string& path) {
    const auto document = read(path);
    if (document == nullptr) return;
    Diagnostics mistakes;
    const TestFile file = pipelines::read_tests(document, mistakes);
    found_ += file.cases.size();
    if (!mistakes.ok()) return wrong(mistakes_in(arguments_, *document, mistakes));
    if (file.cases.empty()) return;
    const auto pipeline = file.pipeline == path ? document : read(file.pipeline);
    if (pipeline == nullptr) return;
    TestFileReport report{path, file.pipeline, {}};
    std::vector<pipelines::TestUpdate> updates;
    for (const TestCase& test : file.cases) {
      if (!test.name.text().contains(arguments_.filter)) continue;
      if (!run_test(test, file, pipeline, report, updates)) break;
    }
    if (report.tests.empty()) return;
    if (arguments_.update) update(*document, std::move(updates));
    if (!arguments_.json) print(text_of(report));
    reports_.push_back(std::move(report));
  }

  /// False when the pipeline itself is wrong, which all tests would find.
  bool run_test(const TestCase& test, const TestFile& file,
                const std::shared_ptr<pipelines::Document>& pipeline, TestFileReport& report,
                std::vector<pipelines::TestUpdate>& updates) {
    Diagnostics of_test;
    Diagnostics of_pipeline;
    auto trial =
        pipelines::Trial::make(test, *file.document, pipeline, options_, of_test, of_pipeline);
    if (!of_test.ok()) {
      // What the pipeline lacks may be what the test was to give.
      wrong(mistakes_in(arguments_, *file.document, of_test));
      return true;
    }
    if (!of_pipeline.ok()) wrong(mistakes_in(arguments_, *pipeline, of_pipeline));
    if (!trial) return of_pipeline.ok();
    Result<pipelines::TrialResult> result = trial->run(options_);
    if (!result) {
      wrong(usage_mistake(result.error().number, answer_, result.error().message,
                          result.error().hint));
      return false;
    }
    const TextPlace place = file.document->place(test.name.span().begin);
    for (pipelines::TestUpdate& one : result->updates) updates.push_back(std::move(one));
    const bool updated = arguments_.update && !result->updates.empty();
    report.tests.push_back(
        {test.name.text(), fmt::format("{}:{}:{}", place.file, place.line, place.column),
         place.line, result->passed || updated, result->problem, result->seconds});
    return true;
  }

  /// Puts what was found in the place of what was expected.
  void update(const pipelines::Document& document, std::vector<pipelines::TestUpdate> updates) {
    if (updates.empty()) return;
    std::sort(updates.begin(), updates.end(),
              [](const auto& a, const auto& b) { return a.where.begin > b.where.begin; });
    std::string text = document.text();
    for (const pipelines::TestUpdate& one : updates)
      text.replace(one.where.begin, one.where.end - one.where.begin, one.text);
    Result<SideFile> file = SideFile::open(document.file());
    const Status written = file ? file->write(text) : std::unexpected(file.error());
    if (!written)
      return wrong(usage_mistake(written.error().number, answer_, written.error().message, ""));
    updated_ += updates.size();
  }

  int conclude() {
    const Json result = json_of(reports_);
    if (result["failed"] != 0) code_ = std::max<int>(code_, kFailed);
    if (result["passed"] == 0 && result["failed"] == 0 && code_ == kDone)
      wrong(usage_mistake(code::kNoTests, answer_,
                          fmt::format("no test is called '{}'", arguments_.filter),
                          "--filter takes a part of a name"));
    if (arguments_.json) {
      print_envelope(
          answer_,
          {.ok = code_ == kDone, .result = result, .errors = std::move(errors_), .warnings = {}});
    } else if (!reports_.empty()) {
      print(summary_of(reports_));
      if (updated_ > 0) {
        print(
            fmt::format("{} expectation{} updated\n", updated_, updated_ == 1 ? " was" : "s were"));
      }
    }
    return code_;
  }

  const TestArguments arguments_;
  const Answer answer_;
  pipelines::TrialOptions options_;
  std::vector<TestFileReport> reports_;
  Json errors_ = Json::array();
  size_t found_ = 0;    // tests, also those that the filter leaves out
  size_t updated_ = 0;  // expectations
  int code_ = kDone;
};

}  // namespace

Action define_test(CLI::App& app) {
  auto arguments = std::make_shared<TestArguments>();
  app.add_option("PATH", arguments->paths,
                 "Pipelines with tests, files of tests (NAME.test.yaml), or folders of both")
      ->required();
  add_pipeline_options(app, *arguments);
  app.add_option("--filter", arguments->filter, "Run the tests whose name contains this");
  app.add_flag("--update", arguments->update,
               "Write the rows that were found into the tests that expected others");
  app.add_option("--junit", arguments->junit_file, "Write the results to a file, for CI");
  return [arguments] { return TestCommand(*arguments).run(); };
}

}  // namespace leat::cli
