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
#include <utility>
#include <vector>

#include "engine/error.h"
#include "operators/data/buffer.h"

namespace leat {

/// Chunks of input are this long (the spare padding of a Buffer comes on top).
inline constexpr size_t kChunkBytes = size_t{2} << 20;

class MemoryBudget;
class MemoryLease;

/// The share of one stage. THREADS: any; counters are relaxed.
class MemoryAccount final : public BufferOwner {
 public:
  /// `parent` counts what this one takes; null: a stage's own.
  MemoryAccount(MemoryBudget& budget, std::string stage, MemoryAccount* parent = nullptr)
      : budget_(budget), stage_(std::move(stage)), parent_(parent) {}

  /// A buffer of at least `bytes` (size() is set to `bytes`), contents undefined, 64-byte aligned.
  /// ERRORS: kMemory when the budget would be exceeded; the message names the stage and the limit.
  /// THREADS: any.
  Result<BufferRef> allocate(size_t bytes);
  /// Charges memory that is not a Buffer (a hash table's arrays). ERRORS: kMemory. Pair with
  /// `refund`.
  Status charge(size_t bytes);
  void refund(size_t bytes) noexcept;
  /// Takes `bytes` of the budget now, for an account that is refused nothing until it uses more
  /// than that at once: what a stage needs to write its state to disk when memory has run out. The
  /// state itself has an account of its own with a lease of 0 bytes, which tells how much it takes.
  /// ERRORS: kMemory. THREADS: any.
  Result<MemoryLease> lease(size_t bytes);

  const std::string& stage() const { return stage_; }
  /// The limit of the whole budget.
  size_t limit() const;
  size_t used() const { return used_.load(std::memory_order_relaxed); }
  size_t peak() const { return peak_.load(std::memory_order_relaxed); }

 private:
  friend class MemoryBudget;
  friend class MemoryLease;
  /// What an account with a lease has of it. `rest` may grow beyond what was leased only by what
  /// `beyond` took, which goes back first.
  struct Leased {
    std::mutex mutex;   // guards the rest; held for a few instructions
    size_t rest = 0;    // bytes of the lease that are not in use
    size_t beyond = 0;  // bytes in use that were taken from the budget
    bool ended = false;
    bool empty = false;  // nothing was leased
  };

  void release(Buffer* buffer) noexcept override;
  bool take(size_t bytes);
  void give(size_t bytes) noexcept;
  bool take_leased(size_t bytes);
  void give_leased(size_t bytes) noexcept;
  void end_lease() noexcept;
  void count_up(size_t bytes);
  std::unexpected<Error> refused(size_t bytes) const;

  MemoryBudget& budget_;
  std::string stage_;
  MemoryAccount* const parent_;
  std::unique_ptr<Leased> leased_;  // null: none
  alignas(64) std::atomic<size_t> used_{0};
  std::atomic<size_t> peak_{0};
};

/// Bytes set aside; see MemoryAccount::lease. What is not in use goes back with this, the rest when
/// it is released. THREADS: one at a time; the account any.
class MemoryLease {
 public:
  MemoryLease() = default;
  explicit MemoryLease(MemoryAccount& account) : account_(&account) {}
  MemoryLease(MemoryLease&& other) noexcept : account_(std::exchange(other.account_, nullptr)) {}
  MemoryLease& operator=(MemoryLease&& other) noexcept {
    std::swap(account_, other.account_);
    return *this;
  }
  ~MemoryLease() {
    if (account_ != nullptr) account_->end_lease();
  }
  explicit operator bool() const { return account_ != nullptr; }
  /// Lives as long as the budget. REQUIRES: not empty.
  MemoryAccount& account() const { return *account_; }

 private:
  MemoryAccount* account_ = nullptr;
};

/// The run's limit and its recycled blocks. Outlives every buffer. THREADS: any.
class MemoryBudget {
 public:
  explicit MemoryBudget(size_t limit_bytes);
  ~MemoryBudget();
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// The account of a new stage; lives as long as the budget.
  MemoryAccount& open_account(std::string stage) { return open_account(std::move(stage), nullptr); }

  /// From now on refuses every n-th request for state that can be written to disk (the accounts of
  /// empty leases); 0: none. For tests of what stages do then.
  void refuse_every(uint64_t n) { refuse_every_.store(n, std::memory_order_relaxed); }

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

  MemoryAccount& open_account(std::string stage, MemoryAccount* parent);
  bool reserve(size_t bytes);
  bool refuses_by_turn();
  Block* take_block(size_t size_class);
  void give_block(Block* block, size_t size_class) noexcept;
  size_t resting() const;
  void trim();

  const size_t limit_;
  alignas(64) std::atomic<size_t> used_{0};
  std::atomic<size_t> peak_{0};
  std::atomic<uint64_t> refuse_every_{0};
  std::atomic<uint64_t> requests_{0};  // counted while refuse_every_ is set
  std::array<FreeList, kClasses> free_;
  std::mutex accounts_mutex_;
  std::vector<std::unique_ptr<MemoryAccount>> accounts_;
};

inline size_t MemoryAccount::limit() const { return budget_.limit(); }

/// The default limit: 60 % of the memory limit of the cgroup (v1 or v2) or of the machine,
/// whichever is less. `root` is the directory that holds `proc` and `sys`; tests pass a fake tree.
size_t default_memory_limit(const std::string& root = "/");

}  // namespace leat
