// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/runtime.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "engine/check.h"
#include "engine/procs.h"
#include "engine/runtime/scheduler.h"
#include "engine/runtime/wait_graph.h"

namespace leat {

namespace {

// Several threads may call set_procs() at once. For all runtimes: it is held for two stores.
constinit runtime::ThreadMutex set_procs_lock;

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

int Runtime::procs() const {
  if (scheduler_ != nullptr) return static_cast<int>(scheduler_->procs.load());
  const runtime::Guard guard(set_procs_lock);
  return config_.procs;
}

void Runtime::set_procs(int count) {
  LEAT_CHECK(count >= 1 && count <= kProcsMax, "a runtime has 1 to 1024 processors");
  if (config_.model != ThreadModel::kMpg) return;
  {
    const runtime::Guard guard(set_procs_lock);
    config_.procs = count;
    config_.procs_source = nullptr;
  }
  if (scheduler_ == nullptr) return;
  scheduler_->procs_are_fixed.store(true);
  scheduler_->resize(static_cast<uint32_t>(count));
}

void Runtime::run(std::move_only_function<void()> main) {
  LEAT_CHECK(!on_goroutine(), "Runtime::run was called on a goroutine");
  scheduler_ = std::make_shared<runtime::Scheduler>(config_);
  scheduler_->start(std::move(main));
  scheduler_->main_returned.wait();
  scheduler_->join();
}

void Runtime::go(std::move_only_function<void()> function, GoOptions options,
                 std::source_location created_at) {
  LEAT_CHECK(scheduler_ != nullptr, "Runtime::go was called before Runtime::run");
  scheduler_->inject(scheduler_->create(nullptr, std::move(function), options, created_at));
}

RuntimeStats Runtime::stats() const {
  return scheduler_ == nullptr ? RuntimeStats{} : scheduler_->stats();
}

Status Runtime::write_trace(const std::string& path) const {
  if (scheduler_ == nullptr || !scheduler_->trace.is_on())
    return fail(ErrorCode::kInvalid, "nothing was traced", "set RuntimeConfig::trace_events");
  const std::string text = scheduler_->trace.json();
  std::FILE* out = std::fopen(path.c_str(), "we");
  bool is_written = out != nullptr && std::fwrite(text.data(), 1, text.size(), out) == text.size();
  const int error = errno;
  if (out != nullptr) is_written &= std::fclose(out) == 0;
  if (!is_written)
    return fail(ErrorCode::kIo, "cannot write the trace '" + path + "': " + errno_text(error));
  return {};
}

std::vector<GoroutineInfo> Runtime::stuck() const {
  return scheduler_ == nullptr ? std::vector<GoroutineInfo>{} : runtime::find_stuck(*scheduler_);
}

std::vector<GoroutineInfo> Runtime::goroutines() const {
  return scheduler_ == nullptr ? std::vector<GoroutineInfo>{} : scheduler_->list_goroutines();
}

}  // namespace leat
