// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Whole pipelines: a random graph of real operators is run on one processor with all memory, and
// again on several, fused or not, where memory may be refused, a row may be a fault, or the run is
// interrupted.
//
// What must hold: a run ends; its equations balance; the outputs are the same, byte for byte; a run
// that fails fails in both, with the same message, and leaves nothing; no memory is left over (the
// budget's own check).
//
// Rejected: computing what a graph gives by other means. Single operators are compared with
// PostgreSQL elsewhere; what is tried here is that nothing but the text decides the result.
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "operators/operator.h"
#include "pipelines/load/pipeline.h"
#include "pipelines/run/cuts.h"
#include "pipelines/run/run.h"
#include "pipelines/text/diagnostic.h"
#include "tests/graphs/random_pipeline.h"

namespace leat::soak {
namespace {

namespace fs = std::filesystem;
using pipelines::RunReport;

constexpr size_t kMemory = size_t{256} << 20;

/// The run that a `trip` interrupts: one at a time in a process.
pipelines::RunControl* tripped = nullptr;

/// Passes rows on, and interrupts the run at a batch.
class TripLane final : public MapLane {
 public:
  TripLane(int64_t batches, Ledger& ledger) : left_(batches), ledger_(ledger) {}

  Status process(Batch batch, Output& output) override {
    if (--left_ == 0) tripped->cancel();
    ledger_.add(Counter::kPassed, batch.rows());
    return output.emit(std::move(batch));
  }

 private:
  int64_t left_;
  Ledger& ledger_;
};

class Trip final : public Map {
 public:
  explicit Trip(int64_t batches) : batches_(batches) {}
  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<TripLane>(batches_, context.ledger);
  }

 private:
  int64_t batches_;
};

std::optional<BoundOperator> bind_trip(const OptionValues& options, const BindContext& context) {
  BoundOperator bound;
  bound.output = context.input();
  for (size_t i = 0; i < context.input()->size(); ++i) bound.column_inputs.push_back({i});
  bound.equations = {{{Counter::kIn}, {Counter::kPassed}}, {{Counter::kOut}, {Counter::kPassed}}};
  bound.species = std::make_unique<Trip>(options.integer("batches"));
  return bound;
}

constexpr std::array<OptionDef, 1> kTripOptions{{
    {.name = "batches", .type = OptionType::kInteger, .doc = "The batch.", .required = true},
}};

const OperatorDef kTrip{
    .name = "trip",
    .kind = OperatorKind::kTransform,
    .summary = "Interrupts the run at a batch.",
    .doc = "",
    .example = "",
    .options = kTripOptions,
    .bind = &bind_trip,
    .keeps_columns = true,
};

std::vector<const OperatorDef*> operators_and_trip() {
  const auto builtin = builtin_operators();
  std::vector<const OperatorDef*> all(builtin.begin(), builtin.end());
  all.push_back(&kTrip);
  return all;
}

/// A folder of its own, in which the scenario runs.
class Folder {
 public:
  Folder() : before_(fs::current_path()), path_(fs::temp_directory_path() / "leat_graph_XXXXXX") {
    std::string name = path_;
    expect(mkdtemp(name.data()) != nullptr, "no folder can be made for the scenario");
    path_ = name;
    fs::current_path(path_);
    fs::create_directory("in");
  }
  ~Folder() {
    fs::current_path(before_);
    fs::remove_all(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

 private:
  fs::path before_;
  fs::path path_;
};

struct Setting {
  size_t procs = 1;
  bool fuse = true;
  int refuse_every = 0;
};

struct Ran {
  RunReport report;
  std::vector<std::string> outputs;  ///< Empty: it left none.
};

[[noreturn]] void fault(const RandomPipeline& random, const std::string& what) {
  std::fprintf(stderr, "%s\n%s\n", random.yaml.c_str(), what.c_str());
  expect(false, "a pipeline broke a promise; it is shown above");
  std::abort();
}

Ran run_once(const RandomPipeline& random, const std::string& folder, const Setting& setting,
             uint64_t seed) {
  std::string yaml = random.yaml;
  for (size_t at = 0; (at = yaml.find("@out@", at)) != std::string::npos;)
    yaml.replace(at, 5, folder);
  if (setting.refuse_every != 0)
    setenv("LEAT_REFUSE_EVERY", std::to_string(setting.refuse_every).c_str(), 1);
  if (std::getenv("LEAT_SEED") != nullptr) std::printf("%s\n", yaml.c_str());
  const auto operators = operators_and_trip();
  const auto document = std::make_shared<pipelines::Document>("random.yaml", yaml);
  Diagnostics mistakes;
  auto pipeline = pipelines::load(document, {.operators = operators}, mistakes);
  if (!pipeline) fault(random, pipelines::render(*document, mistakes));
  pipelines::cut_diamonds(*pipeline);
  const auto plan = pipelines::make_plan(
      *pipeline, {.procs = setting.procs, .memory_limit = kMemory, .fuse = setting.fuse});
  if (!plan) fault(random, plan.error().message);
  pipelines::RunControl control;
  tripped = &control;
  Ran ran;
  ran.report = pipelines::run(*pipeline, *plan, {.seed = seed, .control = &control});
  unsetenv("LEAT_REFUSE_EVERY");
  if (!ran.report.balanced)
    fault(random, ran.report.error ? ran.report.error->message : "the ledger does not balance");
  for (size_t sink = 0; sink < random.sinks; ++sink) {
    std::ifstream file(fmt::format("{}/{}.csv", folder, sink), std::ios::binary);
    if (!file) continue;
    ran.outputs.emplace_back(std::istreambuf_iterator<char>(file),
                             std::istreambuf_iterator<char>());
  }
  const size_t due = ran.report.error ? 0 : random.sinks;
  if (ran.outputs.size() != due)
    fault(random, fmt::format("{} outputs are there, not {}", ran.outputs.size(), due));
  return ran;
}

std::string shown(const RunReport& report) {
  return report.error ? report.error->message : "the run went well";
}

void count_features(const RandomPipeline& random, const Setting& setting, const Ran& ran) {
  uint64_t spilled = 0;
  for (const pipelines::StageReport& stage : ran.report.stages) {
    spilled += stage.ledger[Counter::kSpilled];
    for (const Ledger& side : stage.sides) spilled += side[Counter::kSpilled];
  }
  count("graphs");
  if (random.meets_again) count("branches that meet again");
  if (spilled != 0) count("spilled");
  if (setting.refuse_every != 0) count("refused grants");
  if (random.has_limit) count("early limits");
  if (ran.report.error && ran.report.error->code == ErrorCode::kCancelled) count("interrupted");
  if (ran.report.error && ran.report.error->code != ErrorCode::kCancelled) count("failed");
}

void graphs(uint64_t seed, Choices& choices) {
  const Folder folder;
  const std::vector<std::string> tables = random_tables(choices);
  for (size_t i = 0; i < tables.size(); ++i)
    std::ofstream(fmt::format("in/{}.csv", i), std::ios::binary) << tables[i];
  const int kind = choices.between(0, 3);
  const RandomPipeline random = random_pipeline(choices, tables.size(), kind == 0, kind == 1);
  constexpr size_t kProcs[] = {1, 2, 4, 8};
  constexpr int kRefuse[] = {0, 5, 11, 29};
  const Setting setting{.procs = kProcs[choices.between(0, 3)],
                        .fuse = !choices.one_in(3),
                        .refuse_every = kRefuse[choices.between(0, 3)]};
  fs::create_directory("one");
  fs::create_directory("two");
  const Ran one = run_once(random, "one", {}, seed);
  const Ran two = run_once(random, "two", setting, seed);
  count_features(random, setting, two);
  const bool interrupted = two.report.error && two.report.error->code == ErrorCode::kCancelled;
  if (random.is_cancelled && (interrupted || one.report.error)) return;
  // A stage that cannot go on without what it was refused says so.
  if (setting.refuse_every != 0 && two.report.error &&
      two.report.error->code == ErrorCode::kMemory) {
    count("stopped for want of memory");
    return;
  }
  if (shown(one.report) != shown(two.report))
    fault(random, fmt::format("on one processor: {}\non {}{}, every {}. grant refused: {}",
                              shown(one.report), setting.procs, setting.fuse ? "" : " unfused",
                              setting.refuse_every, shown(two.report)));
  for (size_t sink = 0; sink < one.outputs.size(); ++sink) {
    if (one.outputs[sink] != two.outputs[sink])
      fault(random, fmt::format("output {} differs with {} processors{}, every {}. grant refused:\n"
                                "{}---\n{}",
                                sink, setting.procs, setting.fuse ? "" : ", unfused",
                                setting.refuse_every, one.outputs[sink], two.outputs[sink]));
  }
}

constexpr std::array<Scenario, 1> kScenarios{{{"graphs", &graphs}}};

}  // namespace

std::span<const Scenario> scenarios() { return kScenarios; }

}  // namespace leat::soak
