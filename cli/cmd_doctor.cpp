// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "engine/codes/command.h"
#include "engine/procs.h"
#include "operators/data/memory.h"
#include "operators/state/spill/spill_area.h"
#include "operators/text/byte_size.h"

namespace leat::cli {
namespace {

/// One thing that this machine gives to a run.
struct Finding {
  std::string name;
  std::string value;
  std::string advice = {};  ///< What to do; empty: all is well.
};

constexpr rlim_t kFilesWanted = 1024;
constexpr uint64_t kSpillWanted = uint64_t{1} << 30;

Finding spill_folder() {
  const auto area = state::SpillArea::open({}, 1);
  if (!area || *area == nullptr) {
    return {
        "spill folder", "none",
        "state that does not fit in memory fails the run: set TMPDIR, or settings.spill.dir, to "
        "a folder on a disk"};
  }
  const std::string& dir = (*area)->dir();
  struct statvfs system = {};
  if (::statvfs(dir.c_str(), &system) != 0) return {"spill folder", dir};
  const uint64_t free = uint64_t{system.f_bavail} * system.f_frsize;
  return {
      "spill folder", fmt::format("{}, {} free", dir, io::format_bytes(free)),
      free < kSpillWanted ? "there is little room: name another folder in settings.spill.dir" : ""};
}

Finding open_files() {
  struct rlimit limit = {};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const bool all = limit.rlim_cur == RLIM_INFINITY;
  return {"open files", all ? "unlimited" : std::to_string(limit.rlim_cur),
          !all && limit.rlim_cur < kFilesWanted ? "raise the limit with `ulimit -n 4096`" : ""};
}

std::vector<Finding> examine() {
  struct utsname system = {};
  ::uname(&system);
  const int procs = default_procs();
  std::vector<Finding> findings{
      {"leat", LEAT_VERSION},
      {"system", fmt::format("{} {} {}", system.sysname, system.release, system.machine)},
      {"processors", std::to_string(procs)},
      {"memory of a run", io::format_bytes(default_memory_limit())},
      spill_folder(),
      open_files()};
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  findings.push_back({"terminal", terminal ? "yes" : "no"});
  return findings;
}

int show_findings(bool json) {
  const std::vector<Finding> findings = examine();
  if (json) {
    auto list = nlohmann::ordered_json::array();
    auto warnings = nlohmann::ordered_json::array();
    for (const Finding& finding : findings) {
      list.push_back({{"name", finding.name}, {"value", finding.value}});
      if (!finding.advice.empty())
        warnings.push_back({{"code", to_string(code::kAdvice)},
                            {"message", finding.name + ": " + finding.advice}});
    }
    print_envelope(
        Answer{.command = "doctor", .json = true},
        {.ok = true, .result = std::move(list), .errors = {}, .warnings = std::move(warnings)});
    return kDone;
  }
  for (const Finding& finding : findings) {
    print(fmt::format("{:<16}  {}\n", finding.name, finding.value));
    if (!finding.advice.empty()) print(fmt::format("{:<16}  hint: {}\n", "", finding.advice));
  }
  return kDone;
}

}  // namespace

Action define_doctor(CLI::App& app) {
  auto json = std::make_shared<bool>(false);
  app.add_flag("--json", *json, "Print JSON");
  return [json] { return show_findings(*json); };
}

}  // namespace leat::cli
