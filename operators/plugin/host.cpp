// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: code of strangers runs on our goroutines, and whatever it does must end in a result or
// in one error that says whose fault it is.
//
// Invariants:
//  1. No exception of ours reaches a plugin, and none of a plugin's gets past enter().
//  2. An error that a service returned is kept in the call and wins: a plugin cannot swallow it.
//  3. A plugin that is still inside can be named at any time, without a lock that it might hold up:
//     calls stand in slots that are written with one exchange. Also when it crashes: the handler of
//     the signal finds the call whose frame is the nearest above the stack pointer.
//  4. Text of a plugin is UTF-8 and one line before anybody sees it.
//
// Slots: `site` is claimed with a compare-exchange (acquire and release pair with the reader's
// acquire), `stage` and `frame` are written after it, by its owner only. A reader may see a call
// that ends meanwhile; both pointers stay valid, the first as long as the process, the second as
// long as the run.
//
// Rejected: a registry under a mutex (a goroutine may be moved while it holds one), and a time
// limit for calls (nobody knows how long a stranger's work takes; the scheduler already gives its
// processor to others).
#include "operators/plugin/host.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "engine/codes/machine.h"
#include "engine/codes/plugin.h"
#include "engine/go.h"
#include "operators/plugin/late_releases.h"
#include "operators/text/table_text.h"

namespace leat::plugin {
namespace {

constexpr size_t kSlots = 256;

std::atomic<LateReleases*> late_releases{nullptr};

struct Slot {
  std::atomic<const std::string*> stage{nullptr};
  std::atomic<const Site*> site{nullptr};
  std::atomic<uintptr_t> frame{0};  // an address in the frame of the caller
};

std::array<Slot, kSlots>& slots() {
  static std::array<Slot, kSlots> all;
  return all;
}

/// Keeps the error for finish_call and tells the plugin to return.
int code_of(leat_call* call, Status status) {
  if (status) return LEAT_OK;
  const ErrorCode code = status.error().code;
  if (!call->error) call->error = std::move(status).error();
  if (code == ErrorCode::kMemory) return LEAT_ERROR_MEMORY;
  if (code == ErrorCode::kIo) return LEAT_ERROR_IO;
  return code == ErrorCode::kCancelled ? LEAT_ERROR_CANCELLED : LEAT_ERROR;
}

std::string text_of(const char* text) { return text == nullptr ? std::string() : text; }

/// Text for people and for reports. Bytes that are no UTF-8 and control characters are escaped.
std::string line_of(const char* text) { return io::fit_cell(text_of(text), std::string::npos); }

/// A hint may have several lines.
std::string lines_of(const char* text) {
  std::string lines;
  const std::string all = text_of(text);
  for (size_t begin = 0; begin < all.size();) {
    const size_t end = std::min(all.find('\n', begin), all.size());
    lines += (begin == 0 ? "" : "\n") + line_of(all.substr(begin, end - begin).c_str());
    begin = end + 1;
  }
  return lines;
}

void host_explain(leat_call* call, const char* message, const char* hint) {
  call->message = line_of(message);
  call->hint = lines_of(hint);
}

void host_log(leat_call* call, const char* message) {
  if (call->watch != nullptr) return call->watch->note(call->site.name, line_of(message));
  const std::string line = fmt::format("{}: {}\n", call->site.name, line_of(message));
  std::fwrite(line.data(), 1, line.size(), stderr);
}

int host_charge(leat_call* call, size_t bytes) {
  size_t* const charged = call->charged();
  if (charged == nullptr || call->memory == nullptr)
    return code_of(call, call->unexpected_service("charge"));
  Status taken = call->memory->charge(bytes);
  if (taken) *charged += bytes;
  return code_of(call, std::move(taken));
}

void host_refund(leat_call* call, size_t bytes) {
  size_t* const charged = call->charged();
  if (charged == nullptr || call->memory == nullptr) return;
  const size_t given = std::min(bytes, *charged);
  call->memory->refund(given);
  *charged -= given;
}

int host_cancelled(leat_call* call) {
  return call->watch != nullptr && call->watch->cancelled() ? 1 : 0;
}

void host_checkpoint(leat_call*) { checkpoint(); }
void host_blocking_enter(leat_call* call) { call->blocking.emplace(); }
void host_blocking_leave(leat_call* call) { call->blocking.reset(); }

int host_reject(leat_call* call, uint64_t row, const char* reason) {
  std::string text = line_of(reason);
  if (text.empty()) text = fmt::format("'{}' rejected it and gave no reason", call->site.name);
  return code_of(call, call->reject(row, std::move(text)));
}
int host_emit(leat_call* call, const leat_output* output) {
  const ArrayGuard released(output->array);
  const int code = code_of(call, call->emit(*output));
  // Paired with the release in LateReleases; null but in `leat plugin verify`.
  if (LateReleases* const late = late_releases.load(std::memory_order_acquire))
    late->take(output->array);
  return code;
}
int host_write(leat_call* call, const void* bytes, size_t size) {
  return code_of(call, call->write({static_cast<const char*>(bytes), size}));
}
int host_write_records(leat_call* call, const void* bytes, size_t size, const uint64_t* ends,
                       size_t count) {
  return code_of(call, call->write_records({static_cast<const char*>(bytes), size}, {ends, count}));
}
leat_pool* host_open_pool(leat_call* call) { return call->open_pool(); }
int host_pool_charge(leat_pool* pool, size_t bytes) {
  return pool->charge(bytes) ? LEAT_OK : LEAT_ERROR_MEMORY;
}
void host_pool_refund(leat_pool* pool, size_t bytes) { pool->refund(bytes); }
int host_keep_column(leat_call* call, size_t index) {
  return code_of(call, call->keep_column(index));
}
int host_add_column(leat_call* call, const char* name, const char* type) {
  return code_of(call, call->add_column(text_of(name), text_of(type)));
}
int host_need_memory(leat_call* call, size_t bytes) {
  return code_of(call, call->need_memory(bytes));
}
void host_mistake(leat_call* call, const char* option, const char* message, const char* hint) {
  call->mistake(text_of(option), line_of(message), lines_of(hint));
}

/// What a returned code means when no service failed.
ErrorCode meaning_of(int code) {
  switch (code) {
    case LEAT_ERROR_IO:
    case LEAT_ERROR_UNKNOWN: return ErrorCode::kIo;
    case LEAT_ERROR_MEMORY: return ErrorCode::kMemory;
    case LEAT_ERROR_CANCELLED: return ErrorCode::kCancelled;
    case LEAT_ERROR_DATA: return ErrorCode::kData;
    default: return ErrorCode::kPlugin;
  }
}

}  // namespace

const leat_host& host() {
  static constexpr leat_host kHost = {
      .size = sizeof(leat_host),
      .minor = LEAT_PLUGIN_MINOR,
      .reserved = 0,
      .version = LEAT_VERSION,
      .explain = host_explain,
      .log = host_log,
      .charge = host_charge,
      .refund = host_refund,
      .cancelled = host_cancelled,
      .checkpoint = host_checkpoint,
      .blocking_enter = host_blocking_enter,
      .blocking_leave = host_blocking_leave,
      .reject = host_reject,
      .emit = host_emit,
      .write = host_write,
      .keep_column = host_keep_column,
      .add_column = host_add_column,
      .need_memory = host_need_memory,
      .mistake = host_mistake,
      .write_records = host_write_records,
      .open_pool = host_open_pool,
      .pool_charge = host_pool_charge,
      .pool_refund = host_pool_refund,
  };
  return kHost;
}

std::vector<std::string> active_calls() {
  std::vector<std::string> lines;
  for (const Slot& slot : slots()) {
    const Site* const site = slot.site.load(std::memory_order_acquire);
    if (site == nullptr) continue;
    const std::string* const stage = slot.stage.load(std::memory_order_relaxed);
    lines.push_back(fmt::format("'{}' of the plugin {} has not returned{}", site->name, site->file,
                                stage == nullptr ? "" : fmt::format(" (stage '{}')", *stage)));
  }
  return lines;
}

ActiveCall::ActiveCall(const leat_call& call) : slot_(kSlots) {
  for (size_t i = 0; i < kSlots; ++i) {
    const Site* none = nullptr;
    Slot& slot = slots()[i];
    if (slot.site.load(std::memory_order_relaxed) != nullptr) continue;
    if (!slot.site.compare_exchange_strong(none, &call.site, std::memory_order_acq_rel)) continue;
    slot.stage.store(call.memory == nullptr ? nullptr : &call.memory->stage(),
                     std::memory_order_relaxed);
    slot.frame.store(reinterpret_cast<uintptr_t>(this), std::memory_order_relaxed);
    slot_ = i;
    return;
  }
}

ActiveCall::~ActiveCall() {
  if (slot_ == kSlots) return;
  slots()[slot_].frame.store(0, std::memory_order_relaxed);
  slots()[slot_].stage.store(nullptr, std::memory_order_relaxed);
  slots()[slot_].site.store(nullptr, std::memory_order_release);
}

size_t name_crashed_call(uintptr_t begin, uintptr_t end, char* text, size_t size) {
  const Slot* nearest = nullptr;
  uintptr_t at = end;
  for (const Slot& slot : slots()) {
    const uintptr_t frame = slot.frame.load(std::memory_order_relaxed);
    if (frame < begin || frame >= at) continue;
    nearest = &slot;
    at = frame;
  }
  const Site* const site =
      nearest == nullptr ? nullptr : nearest->site.load(std::memory_order_acquire);
  if (site == nullptr) return 0;
  const std::string* const stage = nearest->stage.load(std::memory_order_relaxed);
  size_t used = 0;
  const auto add = [&](std::string_view part) {
    const size_t bytes = std::min(part.size(), size - used);
    std::memcpy(text + used, part.data(), bytes);
    used += bytes;
  };
  add("'");
  add(site->name);
  add("' of the plugin ");
  add(site->file);
  if (stage != nullptr) {
    add(" (stage '");
    add(*stage);
    add("')");
  }
  return used;
}

LateReleases::LateReleases() { late_releases.store(this, std::memory_order_release); }

LateReleases::~LateReleases() {
  late_releases.store(nullptr, std::memory_order_release);
  for (ArrowArray& array : arrays_) array.release(&array);
  for (size_t i = columns_.size(); i-- > 0;) columns_[i].release(&columns_[i]);
}

void LateReleases::take(ArrowArray* array) {
  if (array == nullptr || array->release == nullptr) return;
  for (int64_t i = 0; i < array->n_children; ++i) {
    ArrowArray* const column = array->children[i];
    if (column->release == nullptr) continue;
    columns_.push_back(*column);
    column->release = nullptr;
  }
  arrays_.push_back(*array);
  array->release = nullptr;
}

Error broken_contract(const Site& site, std::string_view what) {
  return Error(
      code::kPluginContract, ErrorCode::kPlugin,
      fmt::format("'{}' of the plugin {} broke the contract: {}", site.name, site.file, what),
      site.is_source
          ? std::string("tell its author")
          : fmt::format("`leat plugin verify {}` shows its author what is wrong", site.file));
}

Status finish_call(leat_call& call, std::string_view step, int code,
                   const std::optional<std::string>& thrown) {
  const auto said = [&](std::string_view what) {
    if (call.site.is_own) return std::string(what);
    return fmt::format("'{}' of the plugin {}: {}", call.site.name, call.site.file, what);
  };
  if (thrown)
    return fail(code::kPluginThrew, ErrorCode::kPlugin,
                said(fmt::format("{} threw: {}", step, *thrown)), call.hint);
  if (call.error) return std::unexpected(std::move(*call.error));
  if (code == LEAT_OK) return {};
  if (code == LEAT_ERROR_MEMORY && call.pool() != nullptr) {
    if (std::optional<Error> refusal = call.pool()->take_refusal())
      return std::unexpected(std::move(*refusal));
  }
  if (code == LEAT_ERROR_CANCELLED && host_cancelled(&call) != 0)
    return fail(code::kInterrupted, ErrorCode::kCancelled, "the run was interrupted");
  return fail(code == LEAT_ERROR_UNKNOWN ? code::kUnknownOutcome : code::kPluginFailed,
              meaning_of(code),
              said(call.message.empty()
                       ? fmt::format("{} returned the error {} and did not explain it", step, code)
                       : call.message),
              call.hint);
}

}  // namespace leat::plugin

using leat::Status;

Status leat_call::unexpected_service(std::string_view service) const {
  return std::unexpected(leat::plugin::broken_contract(
      site, fmt::format("it used the service '{}' where there is none", service)));
}
Status leat_call::emit(const leat_output&) { return unexpected_service("emit"); }
Status leat_call::reject(uint64_t, std::string) { return unexpected_service("reject"); }
Status leat_call::write(std::string_view) { return unexpected_service("write"); }
Status leat_call::write_records(std::string_view, std::span<const uint64_t>) {
  return unexpected_service("write_records");
}
Status leat_call::keep_column(size_t) { return unexpected_service("keep_column"); }
Status leat_call::add_column(std::string_view, std::string_view) {
  return unexpected_service("add_column");
}
Status leat_call::need_memory(size_t) { return unexpected_service("need_memory"); }
void leat_call::mistake(std::string_view, std::string text, std::string what_to_do) {
  message = std::move(text);
  hint = std::move(what_to_do);
}
