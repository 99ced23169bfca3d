// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: from a plan to outputs that are complete or not there at all.
//
// The life of a run
//  1. Every sink's committer opens its target: permissions and full disks show before data is read.
//  2. All segments with all their lanes are built, then started; each committer has a goroutine of its own.
//  3. Everything ends by itself, also after a failure (segment.cpp, invariant 4).
//  4. The ledgers are summed and every equation and edge is checked; an imbalance is an error like any other.
//  5. Without an error all outputs are prepared, then committed together, those that are no files
//     before the others (decision 0004); with one, all are aborted.
//
// Invariants
// 1. No output is touched before step 5, and step 5 begins only when nothing of the run is still running.
// 2. The budget and the transaction outlive every buffer, every committer and every goroutine.
//
// Rejected: committing each sink when its own stream ends (a later failure elsewhere would leave
// half the outputs).
#include "pipelines/run/run.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/machine.h"
#include "engine/codes/plugin.h"
#include "engine/go.h"
#include "engine/mutant.h"
#include "engine/quit_dump.h"
#include "operators/data/memory.h"
#include "operators/input/source_options.h"
#include "operators/output/output_transaction.h"
#include "operators/state/spill/spill_area.h"
#include "pipelines/run/balance.h"
#include "pipelines/run/watch.h"

namespace leat::pipelines {
namespace {

constexpr uint64_t kEpoch = 1;  // a batch run is one epoch

class Run {
 public:
  Run(const Pipeline& pipeline, const Plan& plan, const RunOptions& options)
      : pipeline_(pipeline),
        plan_(plan),
        control_(options.control != nullptr ? *options.control : never_),
        tables_(options.tables),
        publish_(options.publish),
        progress_(options.progress),
        budget_(std::make_unique<MemoryBudget>(plan.memory_limit)),
        shared_{.plan = plan,
                .is_measured = options.is_measured,
                .state = {},
                .stages = {},
                .edges = {},
                .demands = {}},
        reader_left_(pipeline.stages.size()),
        watch_(shared_.state, control_, options) {
    outputs_.set_watch(&watch_);
    outputs_.set_publish(publish_);
  }

  /// A plugin that keeps arrays after the run does not take the process with it: their memory stays
  /// until the process ends. Without plugins it would be a bug of ours, which the budget reports.
  ~Run() {
    // What a failed run left in the links holds tickets of the segments.
    shared_.edges.clear();
    segments_.clear();
    shared_.stages.clear();
    if (budget_->used() == 0 || !has_plugins()) return;
    watch_.note("leat",
                "a plugin kept memory of the run; `leat plugin verify` shows its author how");
    static_cast<void>(budget_.release());
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  RunReport carry_out() {
    open_stages();
    if (open_spill_area() && open_committers() && open_states()) {
      build_segments();
      work();
    }
    conclude();
    return report();
  }

 private:
  /// What a source keeps, as it is being written.
  struct KeptState {
    const StageRun* stage;
    const io::FileSource* source;
    io::StagedFile* file;
  };

  bool has_plugins() const {
    return std::any_of(pipeline_.stages.begin(), pipeline_.stages.end(),
                       [](const Stage& stage) { return stage.definition->plugin != nullptr; });
  }

  void open_stages() {
    for (size_t index = 0; index < pipeline_.stages.size(); ++index) {
      const Stage& stage = pipeline_.stages[index];
      auto run = std::make_unique<StageRun>(stage, index, budget_->open_account(stage.name),
                                            &watch_, &shared_.rejected);
      shared_.stages.push_back(std::move(run));
    }
    for (const Edge& edge : plan_.edges)
      shared_.edges.push_back(std::make_unique<EdgeRun>(edge, pipeline_.stages[edge.stage].name));
    shared_.demands.resize(plan_.nodes.size());
    for (const Segment& segment : plan_.segments) {
      for (const NodeIndex node : segment.in_order)
        shared_.demands[node] = std::make_unique<RowDemand>();
    }
  }

  /// False when a target cannot be opened.
  bool open_committers() {
    outputs_.set_inputs(input_files());
    for (const auto& stage : shared_.stages) {
      const auto* const sink = std::get_if<std::unique_ptr<Sink>>(&stage->stage.bound->species);
      if (sink == nullptr) continue;
      stage->committer = (*sink)->committer(
          {stage->memory, stage->committed, outputs_, &watch_, tables_, spill_.get()});
      if (Status opened = stage->committer->open(); !opened) {
        if (is_reader_gone(opened)) {
          reader_left_[stage->identity.index] = true;
          continue;
        }
        shared_.state.halt(at_stage(*stage, std::move(opened).error()));
        return false;
      }
    }
    return true;
  }

  /// False when a file cannot be written in which a source keeps what it has read.
  bool open_states() {
    if (!pipeline_.keeps_states) return true;
    for (const auto& stage : shared_.stages) {
      const io::FileSource* const source = io::file_source_of(*stage->stage.bound);
      if (source == nullptr || source->state() == nullptr) continue;
      Result<io::StagedFile*> file =
          outputs_.stage(source->state()->path(), io::IfExists::kReplace);
      if (!file) {
        halt_at_state(*stage, *source, std::move(file).error());
        return false;
      }
      states_.push_back({stage.get(), source, *file});
      if (LEAT_MUTANT("incremental_state_without_outputs")) static_cast<void>(publish_state());
    }
    return true;
  }

  /// A state alone, however the run ends: what must not be.
  Status publish_state() {
    const KeptState& state = states_.back();
    io::OutputTransaction alone;
    LEAT_TRY_ASSIGN(io::StagedFile* const file,
                    alone.stage(state.source->state()->path(), io::IfExists::kReplace));
    LEAT_TRY(file->write(state.source->next_state(owner_of(*state.stage))));
    LEAT_TRY(file->prepare());
    return alone.commit();
  }

  io::ReadState::Owner owner_of(const StageRun& stage) const {
    return {pipeline_.name, stage.identity.name};
  }

  void halt_at_state(const StageRun& stage, const io::FileSource& source, Error error) {
    error.pipeline = source.state()->place();
    shared_.state.halt(at_stage(stage, std::move(error)));
  }

  /// False after an error. A source counts its files as read also when a `limit` wanted fewer rows:
  /// how far it came is a matter of chance. (With --limit there is no state.)
  bool write_states() {
    for (const KeptState& state : states_) {
      Status written = state.file->write(state.source->next_state(owner_of(*state.stage)));
      if (written) written = state.file->prepare();
      if (!written) {
        halt_at_state(*state.stage, *state.source, std::move(written).error());
        return false;
      }
    }
    return true;
  }

  std::vector<std::string> input_files() const {
    std::vector<std::string> files;
    for (const Stage& stage : pipeline_.stages)
      files.insert(files.end(), stage.bound->files.begin(), stage.bound->files.end());
    return files;
  }

  /// Sinks of many files have to put aside what they cannot pack at once.
  bool has_many_files() const {
    return std::any_of(pipeline_.stages.begin(), pipeline_.stages.end(),
                       [](const Stage& stage) { return stage.bound->target_folder.has_value(); });
  }

  /// False when the folder that the pipeline names cannot be used.
  bool open_spill_area() {
    if (plan_.lane_share == 0 && !has_many_files()) return true;
    const SpillSettings& settings = pipeline_.settings.spill;
    state::SpillOptions options;
    if (settings.dir) options.dir = settings.dir->text();
    if (settings.max) options.bytes_max = *settings.max;
    options.compress = settings.compress;
    Result<std::unique_ptr<state::SpillArea>> area =
        state::SpillArea::open(options, plan_.lane_share);
    if (!area) {
      Error error = std::move(area).error();
      error.pipeline = settings.dir->span();
      shared_.state.halt(std::move(error));
      return false;
    }
    spill_ = std::move(*area);
    if (plan_.lane_share == 0) return true;
    for (const auto& stage : shared_.stages) stage->spill = spill_.get();
    return true;
  }

  static Error at_stage(const StageRun& stage, Error error) {
    if (!error.pipeline) error.pipeline = stage.identity.span;
    if (error.stage.empty()) error.stage = stage.identity.name;
    return error;
  }

  void build_segments() {
    for (size_t index = 0; index < plan_.segments.size(); ++index) {
      segments_.push_back(std::make_unique<SegmentRun>(
          plan_.segments[index], static_cast<uint32_t>(index), shared_, control_, outputs_));
    }
  }

  RunProgress look(uint64_t bytes_total) const {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin_;
    return {.seconds = passed.count(),
            .bytes_read = bytes_read(pipeline_),
            .bytes_total = bytes_total,
            .rows_read = shared_.rows_read.load(std::memory_order_relaxed),
            .rejected = shared_.rejected.load(std::memory_order_relaxed),
            .spilled = spill_ != nullptr ? spill_->used() : 0,
            .memory = budget_->used()};
  }

  void work() {
    const uint64_t total = progress_.tell ? input_bytes(pipeline_) : 0;
    const std::function<RunProgress()> look = [this, total] { return this->look(total); };
    ProgressTeller teller(progress_, look);
    WaitGroup done;
    for (const auto& edge : shared_.edges) {
      if (edge->bytes == nullptr) continue;
      done.add(1);
      StageRun& stage = *shared_.stages[edge->plan.stage];
      go(
          [this, edge = edge.get(), &stage, &done] {
            write_parts(*edge, stage);
            done.done();
          },
          {StackClass::kStage, stage.identity.name});
    }
    for (const auto& segment : segments_) segment->connect(done, segments_);
    for (const auto& segment : segments_) segment->start();
    done.wait();
    teller.stop();
    wait_for_last_steps();
  }

  /// All have said that they are done; what they captured is destroyed on their last steps.
  static void wait_for_last_steps() {
    while (goroutine_count() > 1) yield();
  }

  /// Did whoever reads a pipe leave? Then a sink has written enough.
  bool is_reader_gone(const Status& status) const {
    return !status && status.error().code == ErrorCode::kCancelled && !control_.cancelled();
  }

  void write_parts(EdgeRun& edge, StageRun& stage) {
    Stopwatch watch;
    StageTimes times;
    if (shared_.is_measured) watch.start(times);
    OrderedLink<EncodedPart>& parts = *edge.bytes;
    std::atomic<bool>& left = reader_left_[stage.identity.index];
    const auto next = [&] {
      const Timed waiting(watch, Doing::kReceiving);
      return parts.recv();
    };
    while (auto part = next()) {
      if (!part->item.bytes || shared_.state.halted()) continue;
      stage.bytes += part->item.bytes->size();
      Status written;
      if (!left) {
        written = stage.committer->write(part->item.bytes, part->item.rows);
        left = is_reader_gone(written) && !LEAT_MUTANT("closed_pipe_fails");
      }
      if (left) {
        stage.committed.add(Counter::kBeyond, part->item.rows);
        if (!edge.sated.exchange(true)) edge.upstream->lose();
      } else if (!written) {
        shared_.state.halt(at_stage(stage, std::move(written).error()));
      }
    }
    if (!parts.is_complete() && !shared_.state.failed()) {
      shared_.state.halt(at_stage(
          stage, Error(code::kInternal, ErrorCode::kInternal, "a split never reached the sink")));
    }
    watch.stop();
    stage.merge_serial(times);
  }

  /// Steps 4 and 5.
  void conclude() {
    collect();
    if (!shared_.state.failed()) check();
    if (!shared_.state.failed()) commit();
    if (shared_.state.failed() || publish_ == io::Publish::kNo) {
      for (const auto& stage : shared_.stages) {
        if (stage->committer != nullptr) stage->committer->abort();
      }
      outputs_.abort();
    }
    wait_for_last_steps();  // committers have goroutines as well, and may have left them at work
  }

  void collect() {
    for (const auto& stage : shared_.stages) {
      stage->merge(stage->committed);
      StageReport part{.name = stage->identity.name,
                       .operator_name = std::string(stage->stage.definition->name),
                       .ledger = stage->ledger,
                       .memory_peak = stage->memory.peak(),
                       .received = stage->received,
                       .further_sent = stage->further_sent,
                       .sides = stage->side_ledgers,
                       .lane_times = stage->lane_times,
                       .serial_times = stage->serial_times,
                       .bytes = stage->bytes};
      if (const auto& meter = stage->stage.bound->meter) part.bytes = meter->bytes.load();
      if (stage->first_reject) part.first_reject = std::move(stage->first_reject->second);
      report_.rejected += part.rejected();
      report_.stages.push_back(std::move(part));
    }
    for (const auto& segment : segments_) {
      report_.stages[segment->plan().stage].stopped_early |= segment->stopped_early();
    }
    for (const auto& edge : shared_.edges) {
      report_.edges.push_back(
          {edge->plan.stage, edge->rows != nullptr, edge->sent.load(), edge->received.load()});
    }
  }

  void check() {
    if (std::optional<Error> imbalance = find_imbalance(pipeline_, report_)) {
      report_.balanced = false;
      if (!LEAT_MUTANT("imbalance_ignored")) shared_.state.halt(std::move(*imbalance));
    } else if (std::optional<Error> excess = find_excess(pipeline_, report_.stages)) {
      shared_.state.halt(std::move(*excess));
    }
  }

  void commit() {
    for (const auto& stage : shared_.stages) {
      if (stage->committer == nullptr || reader_left_[stage->identity.index]) continue;
      // A compressed stream has an end to write.
      Stopwatch watch;
      if (shared_.is_measured) watch.start(report_.stages[stage->identity.index].serial_times);
      Status prepared = stage->committer->prepare(kEpoch);
      watch.stop();
      if (!prepared && !is_reader_gone(prepared))
        return shared_.state.halt(at_stage(*stage, std::move(prepared).error()));
    }
    if (!write_states()) return;
    if (publish_ == io::Publish::kNo && !LEAT_MUTANT("dry_run_publishes")) return;
    for (const auto& stage : shared_.stages) {
      if (stage->committer == nullptr) continue;
      if (Status announced = stage->committer->announce(); !announced)
        return shared_.state.halt(at_stage(*stage, std::move(announced).error()));
    }
    // What is no file can still be refused; files were tested, and can be taken back.
    if (!commit_targets(true)) return;
    if (Status committed = outputs_.commit(); !committed)
      return shared_.state.halt(std::move(committed).error());
    static_cast<void>(commit_targets(false));
  }

  /// Those `elsewhere`, in no file, or the others. False after an error.
  bool commit_targets(bool elsewhere) {
    for (const auto& stage : shared_.stages) {
      const bool is_elsewhere =
          !stage->stage.bound->target && stage->stage.definition->plugin != nullptr;
      if (stage->committer == nullptr || is_elsewhere != elsewhere) continue;
      Status committed = stage->committer->commit(kEpoch);
      const bool is_changed =
          committed.has_value() || committed.error().number == code::kUnknownOutcome;
      if (elsewhere && is_changed) changed_elsewhere_.push_back(stage->identity.name);
      if (committed) continue;
      shared_.state.halt(at_stage(*stage, std::move(committed).error()));
      return false;
    }
    return true;
  }

  RunReport report() {
    report_.error = shared_.state.error();
    report_.outputs = outputs_.report();
    if (report_.error && !changed_elsewhere_.empty()) {
      const bool has_files = report_.outputs.are_changed;
      report_.outputs.are_changed = true;
      report_.outputs.text =
          fmt::format("{}; what '{}' wrote is, or may be, in place",
                      has_files ? report_.outputs.text : std::string("no file was changed"),
                      fmt::join(changed_elsewhere_, "', '"));
    }
    report_.warnings = watch_.take_warnings();
    report_.memory_peak = budget_->peak();
    return std::move(report_);
  }

  const Pipeline& pipeline_;
  const Plan& plan_;
  const RunControl never_;
  const RunControl& control_;
  const int tables_;
  const io::Publish publish_;
  const ProgressOptions& progress_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  // The order of these members is invariant 2.
  std::unique_ptr<MemoryBudget> budget_;
  std::unique_ptr<state::SpillArea> spill_;
  io::OutputTransaction outputs_;
  RunShared shared_;
  std::vector<KeptState> states_;
  std::vector<std::string>
      changed_elsewhere_;  // sinks to no files that have committed, or may have
  std::vector<std::atomic<bool>> reader_left_;  // by stage: a sink whose pipe nobody reads
  Watch watch_;
  std::vector<std::unique_ptr<SegmentRun>> segments_;
  RunReport report_;
};

/// What all threads of the process have computed.
double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

RunReport run(const Pipeline& pipeline, const Plan& plan, const RunOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const double cpu_begin = cpu_seconds();
  RunReport report;
  RuntimeConfig config;
  config.procs = static_cast<int>(plan.procs);
  config.model = options.threads;
  config.seed = options.seed;
  config.trace_events = options.trace_events;
  // The others go on beside it, so a stage that computes for long is no news to who runs a
  // pipeline.
  config.on_hog = [](const HogReport&) {};
  Runtime runtime(std::move(config));
  runtime.run([&] {
    std::optional<QuitDump> dump;
    if (options.dumps_on_quit) dump.emplace(runtime, io::end_outputs);
    report = Run(pipeline, plan, options).carry_out();
  });
  report.trace = runtime.trace_entries(options.trace_process, pipeline.name + ": ");
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  report.cpu_seconds = cpu_seconds() - cpu_begin;
  return report;
}

}  // namespace leat::pipelines
