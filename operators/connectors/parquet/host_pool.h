// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The services of leat as Arrow wants to have them: memory, and calls that may end in an exception.
#pragma once

#include <arrow/memory_pool.h>
#include <arrow/status.h>
#include <leat/plugin_abi.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <string>

namespace leat::connectors {

/// Set when the plugin is loaded.
inline const leat_host* host = nullptr;

/// Memory of Arrow, counted against the budget of the run. THREADS: any.
class HostPool final : public arrow::MemoryPool {
 public:
  /// `pool` is that of the state or file that owns this; null (in `bind`): nothing is counted.
  explicit HostPool(leat_pool* pool) : pool_(pool), inner_(arrow::default_memory_pool()) {}

  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override {
    ARROW_RETURN_NOT_OK(take(size));
    const arrow::Status status = inner_->Allocate(size, alignment, out);
    if (!status.ok()) give(size);
    return status;
  }
  arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                           uint8_t** block) override {
    if (new_size > old_size) ARROW_RETURN_NOT_OK(take(new_size - old_size));
    const arrow::Status status = inner_->Reallocate(old_size, new_size, alignment, block);
    if (status.ok() != (new_size > old_size)) give(std::abs(new_size - old_size));
    return status;
  }
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override {
    inner_->Free(buffer, size, alignment);
    give(size);
  }
  int64_t bytes_allocated() const override { return taken_.load(std::memory_order_relaxed); }
  int64_t total_bytes_allocated() const override { return inner_->total_bytes_allocated(); }
  int64_t num_allocations() const override { return inner_->num_allocations(); }
  std::string backend_name() const override { return "leat"; }

 private:
  arrow::Status take(int64_t size) {
    if (pool_ != nullptr && host->pool_charge(pool_, static_cast<size_t>(size)) != LEAT_OK)
      return arrow::Status::OutOfMemory("the memory limit of the run is reached");
    taken_.fetch_add(size, std::memory_order_relaxed);
    return arrow::Status::OK();
  }
  void give(int64_t size) {
    taken_.fetch_sub(size, std::memory_order_relaxed);
    if (pool_ != nullptr) host->pool_refund(pool_, static_cast<size_t>(size));
  }

  leat_pool* const pool_;
  arrow::MemoryPool* const inner_;
  std::atomic<int64_t> taken_{0};
};

/// The code that stands for `status`; `what` is said of it before the library's own words.
inline int code_of(leat_call* call, const arrow::Status& status, const std::string& what,
                   const char* hint) {
  if (status.ok()) return LEAT_OK;
  host->explain(call, (what + ": " + status.message()).c_str(), hint);
  if (status.IsOutOfMemory()) return LEAT_ERROR_MEMORY;
  if (status.IsCancelled()) return LEAT_ERROR_CANCELLED;
  return status.IsIOError() ? LEAT_ERROR_IO : LEAT_ERROR;
}

/// What `function` returns, a Status; or what it threw, as one: the lower half of Parquet C++ has
/// exceptions.
template <typename Function>
arrow::Status caught(Function&& function) {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return arrow::Status::OutOfMemory("there is no more memory");
  } catch (const std::exception& exception) {
    return arrow::Status::Invalid(exception.what());
  }
}

}  // namespace leat::connectors
