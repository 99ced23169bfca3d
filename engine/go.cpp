// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/go.h"

#include <utility>

#include "engine/check.h"
#include "engine/runtime/locked_threads.h"
#include "engine/runtime/park.h"
#include "engine/runtime/scheduler.h"

namespace leat {

namespace {

runtime::G* self() {
  runtime::G* g = runtime::current_g();
  LEAT_CHECK(g != nullptr, "this call belongs on a goroutine: start one with Runtime::run");
  return g;
}

}  // namespace

void go(std::move_only_function<void()> function, GoOptions options,
        std::source_location created_at) {
  runtime::G* g = self();
  runtime::Scheduler* scheduler = g->scheduler;
  runtime::P* p = g->m.load(std::memory_order_relaxed)->p.load(std::memory_order_relaxed);
  if (p == nullptr) {  // inside blocking()
    scheduler->inject(scheduler->create(nullptr, std::move(function), options, created_at));
    return;
  }
  runtime::G* created = scheduler->create(p, std::move(function), options, created_at);
  runtime::G* kicked = p->queue.exchange_next(created);
  if (kicked != nullptr) scheduler->put_local(p, kicked);
  scheduler->published(p, kicked == nullptr);
  runtime::checkpoint(g);
}

void yield() { runtime::yield(self()); }

void checkpoint() {
  if (runtime::G* g = runtime::current_g()) runtime::checkpoint(g);
}

bool on_goroutine() { return runtime::current_g() != nullptr; }

uint64_t goroutine_id() { return self()->id.get(); }

const char* goroutine_name() {
  const char* name = self()->name.get();
  return name != nullptr ? name : "";
}

void lock_os_thread() { runtime::lock_thread(self()); }

void unlock_os_thread() { runtime::unlock_thread(self()); }

uint64_t goroutine_count() { return self()->scheduler->alive(); }

int gomaxprocs() { return static_cast<int>(self()->scheduler->procs.load()); }

}  // namespace leat
