// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// One memory budget for a run. Every buffer of a batch, every operator's state and every chunk of
// input is allocated here and counted against one limit; a request that does not fit is refused at
// once, never waited for (only splitters wait, see pipelines/run), so no stage can hold memory
// while it waits for memory. Freed blocks are kept and handed out again, because the first touch of
// a fresh page costs microseconds.
//
// Accounting is per stage: each stage allocates through its own MemoryAccount, which the ledger and
// error messages name.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/error.h"
#include "operators/data/buffer.h"

namespace leat {

/// Chunks of input are this long (the spare padding of a Buffer comes on top).
inline constexpr size_t kChunkBytes = size_t{2} << 20;

class MemoryBudget;

/// The share of one stage. THREADS: any; counters are relaxed.
class MemoryAccount final : public BufferOwner {
 public:
  MemoryAccount(MemoryBudget& budget, std::string stage)
      : budget_(budget), stage_(std::move(stage)) {}

  /// A buffer of at least `bytes` (size() is set to `bytes`), contents undefined, 64-byte aligned.
  /// ERRORS: kMemory when the budget would be exceeded; the message names the stage and the limit.
  /// THREADS: any.
  Result<BufferRef> allocate(size_t bytes);
  /// Charges memory that is not a Buffer (a hash table's arrays). ERRORS: kMemory. Pair with
  /// `refund`.
  Status charge(size_t bytes);
  void refund(size_t bytes) noexcept;

  const std::string& stage() const { return stage_; }
  /// The limit of the whole budget.
  size_t limit() const;
  size_t used() const { return used_.load(std::memory_order_relaxed); }
  size_t peak() const { return peak_.load(std::memory_order_relaxed); }

 private:
  friend class MemoryBudget;
  void release(Buffer* buffer) noexcept override;
  bool take(size_t bytes);
  void give(size_t bytes) noexcept;
  std::unexpected<Error> refused(size_t bytes) const;

  MemoryBudget& budget_;
  std::string stage_;
  alignas(64) std::atomic<size_t> used_{0};
  std::atomic<size_t> peak_{0};
};

/// The run's limit and its recycled blocks. Outlives every buffer. THREADS: any.
class MemoryBudget {
 public:
  explicit MemoryBudget(size_t limit_bytes);
  ~MemoryBudget();
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// The account of a new stage; lives as long as the budget.
  MemoryAccount& open_account(std::string stage);

  size_t limit() const { return limit_; }
  /// Bytes in use by buffers and charges; recycled blocks at rest do not count, and are given back
  /// to the system before a request is refused.
  size_t used() const { return used_.load(std::memory_order_relaxed); }
  size_t peak() const { return peak_.load(std::memory_order_relaxed); }

 private:
  friend class MemoryAccount;
  static constexpr size_t kClasses = 16;  // 1 KiB << class, the largest holds a chunk and more
  struct Block;                           // a buffer's header, or a link of a free list
  /// Blocks at rest of one size. A line of its own: lanes of different sizes do not meet.
  struct alignas(64) FreeList {
    std::mutex mutex;  // held for a push or a pop, never over a call that may park
    Block* top = nullptr;
    std::atomic<size_t> count{0};  // written under the mutex; read without it to add up what rests
  };

  bool reserve(size_t bytes);
  Block* take_block(size_t size_class);
  void give_block(Block* block, size_t size_class) noexcept;
  size_t resting() const;
  void trim();

  const size_t limit_;
  alignas(64) std::atomic<size_t> used_{0};
  std::atomic<size_t> peak_{0};
  std::array<FreeList, kClasses> free_;
  std::mutex accounts_mutex_;
  std::vector<std::unique_ptr<MemoryAccount>> accounts_;
};

inline size_t MemoryAccount::limit() const { return budget_.limit(); }

/// The default limit: 60 % of the memory limit of the cgroup (v1 or v2) or of the machine,
/// whichever is less. `root` is the directory that holds `proc` and `sys`; tests pass a fake tree.
size_t default_memory_limit(const std::string& root = "/");

}  // namespace leat
