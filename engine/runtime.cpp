// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "engine/check.h"
#include "engine/codes/machine.h"
#include "engine/procs.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/wait_graph.h"

namespace leat {

namespace {

// Guards config_.procs, config_.procs_source and scheduler_ of all runtimes: it is held for a few
// loads and stores, and never while a Scheduler may be destroyed, which destroys what users gave
// it.
constinit runtime::ThreadMutex runtimes_lock;

}  // namespace

Runtime::Runtime(RuntimeConfig config) : config_(std::move(config)) {
  if (config_.model == ThreadModel::kUser) config_.procs = 1;
  if (config_.procs == 0) config_.procs = procs_of_environment().value_or(0);
  if (config_.procs != 0)
    config_.procs_source = nullptr;
  else if (!config_.procs_source)
    config_.procs_source = [limits = std::make_shared<MachineLimits>("")] {
      return limits->procs();
    };
  if (config_.procs == 0) config_.procs = config_.procs_source();
  if (const char* period = std::getenv("LEAT_SCHEDTRACE"); period && config_.schedtrace_ms == 0)
    config_.schedtrace_ms = std::atoi(period);
  LEAT_CHECK(config_.procs >= 1, "a runtime needs at least one processor");
  LEAT_CHECK(config_.procs <= kProcsMax, "a runtime has 1024 processors at most");
}

Runtime::~Runtime() = default;

std::shared_ptr<runtime::Scheduler> Runtime::scheduler() const {
  const runtime::Guard guard(runtimes_lock);
  return scheduler_;
}

int Runtime::procs() const {
  if (const auto scheduler = this->scheduler()) return static_cast<int>(scheduler->procs.load());
  const runtime::Guard guard(runtimes_lock);
  return config_.procs;
}

void Runtime::set_procs(int count) {
  LEAT_CHECK(count >= 1 && count <= kProcsMax, "a runtime has 1 to 1024 processors");
  if (config_.model != ThreadModel::kMpg) return;
  std::shared_ptr<runtime::Scheduler> scheduler;
  {
    const runtime::Guard guard(runtimes_lock);
    config_.procs = count;
    config_.procs_source = nullptr;
    scheduler = scheduler_;
  }
  if (scheduler != nullptr) resize(*scheduler);
}

// Several may do so at once: who finds that the number has changed since he read it does it again.
void Runtime::resize(runtime::Scheduler& scheduler) const {
  const auto wanted_now = [this] {
    const runtime::Guard guard(runtimes_lock);
    return config_.procs;
  };
  scheduler.procs_are_fixed.store(true);
  for (int wanted = wanted_now(), last = 0; wanted != last;) {
    scheduler.resize(static_cast<uint32_t>(wanted));
    last = std::exchange(wanted, wanted_now());
  }
}

void Runtime::run(std::move_only_function<void()> main) {
  LEAT_CHECK(!on_goroutine(), "Runtime::run was called on a goroutine");
  RuntimeConfig config;
  {
    const runtime::Guard guard(runtimes_lock);
    config = config_;
  }
  const auto scheduler = std::make_shared<runtime::Scheduler>(config);
  // Before others can see the scheduler, and create goroutines: main is the first one.
  runtime::G* const g = scheduler->create_main(std::move(main));
  bool is_changed = false;  // since the scheduler was made
  {
    auto last_run = scheduler;  // destroyed after the lock was released
    const runtime::Guard guard(runtimes_lock);
    scheduler_.swap(last_run);
    is_changed = config_.procs != config.procs || !config_.procs_source != !config.procs_source;
  }
  if (is_changed) resize(*scheduler);
  scheduler->start(g);
  scheduler->main_returned.wait();
  scheduler->join();
}

void Runtime::go(std::move_only_function<void()> function, GoOptions options,
                 std::source_location created_at) {
  const auto scheduler = this->scheduler();
  LEAT_CHECK(scheduler != nullptr, "Runtime::go was called before Runtime::run");
  scheduler->inject(scheduler->create(nullptr, std::move(function), options, created_at));
}

RuntimeStats Runtime::stats() const {
  const auto scheduler = this->scheduler();
  return scheduler == nullptr ? RuntimeStats{} : scheduler->stats();
}

Status Runtime::write_trace(const std::string& path) const {
  const auto scheduler = this->scheduler();
  if (scheduler == nullptr || !scheduler->trace.is_on())
    return fail(code::kInternal, ErrorCode::kInvalid, "nothing was traced",
                "set RuntimeConfig::trace_events");
  const std::string text =
      "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[" + scheduler->trace.entries(1, "") + "]}\n";
  std::FILE* out = std::fopen(path.c_str(), "we");
  bool is_written = out != nullptr && std::fwrite(text.data(), 1, text.size(), out) == text.size();
  const int error = errno;
  if (out != nullptr) is_written &= std::fclose(out) == 0;
  if (!is_written)
    return fail(write_code(error), ErrorCode::kIo,
                "cannot write the trace '" + path + "': " + errno_text(error));
  return {};
}

std::string Runtime::trace_entries(uint32_t process, const std::string& title) const {
  const auto scheduler = this->scheduler();
  if (scheduler == nullptr || !scheduler->trace.is_on()) return {};
  return scheduler->trace.entries(process, title);
}

std::vector<GoroutineInfo> Runtime::stuck() const {
  const auto scheduler = this->scheduler();
  return scheduler == nullptr ? std::vector<GoroutineInfo>{} : runtime::find_stuck(*scheduler);
}

std::vector<GoroutineInfo> Runtime::goroutines() const {
  const auto scheduler = this->scheduler();
  return scheduler == nullptr ? std::vector<GoroutineInfo>{} : scheduler->list_goroutines();
}

}  // namespace leat
