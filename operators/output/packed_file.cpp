// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/packed_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/go.h"
#include "engine/mutant.h"
#include "engine/sync.h"

namespace leat::io {
namespace {

// More than this are not packed at once; each takes two blocks of memory, and what the library
// does.
constexpr size_t kUnderWayMax = 8;

}  // namespace

/// A block and what becomes of it. The packing goroutine owns it until `done` is set.
struct PackedFile::Block {
  explicit Block(MemoryAccount& account) : memory(account) {}
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() { memory.refund(charged); }

  MemoryAccount& memory;
  size_t charged = 0;  // for the library, until the block is packed
  BufferRef plain;
  size_t filled = 0;
  BufferRef packed;  // room for the worst, so that packing cannot be refused memory
  Status status;
  Event done;
};

Status PackedFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!filling_) LEAT_TRY(begin_block());
    const size_t taken = std::min(bytes.size(), kPackedBlockBytes - filling_->filled);
    std::memcpy(filling_->plain->mutable_data() + filling_->filled, bytes.data(), taken);
    filling_->filled += taken;
    bytes.remove_prefix(taken);
    const bool full = filling_->filled == kPackedBlockBytes;
    if (full || (LEAT_MUTANT("packed_by_part") && bytes.empty())) start_packing();
    // What is ready goes out, so that no more is held than needed.
    while (!under_way_.empty() && under_way_.front()->done.is_set()) LEAT_TRY(write_oldest());
  }
  return {};
}

Status PackedFile::finish() {
  if (is_empty_ && !filling_) LEAT_TRY(begin_block());
  if (filling_) start_packing();
  while (!under_way_.empty()) LEAT_TRY(write_oldest());
  return {};
}

/// Gets memory for a block; when there is none, waits for what the packed ones give back.
Status PackedFile::begin_block() {
  while (under_way_.size() >= kUnderWayMax) LEAT_TRY(write_oldest());
  for (;;) {
    Result<std::shared_ptr<Block>> block = make_block();
    if (block || under_way_.empty()) {
      LEAT_TRY_ASSIGN(filling_, std::move(block));
      return {};
    }
    LEAT_TRY(write_oldest());
  }
}

Result<std::shared_ptr<PackedFile::Block>> PackedFile::make_block() {
  auto block = std::make_shared<Block>(memory_);
  const size_t library = LEAT_MUTANT("packing_is_not_counted") ? 0 : packing_memory(packing_);
  LEAT_TRY(memory_.charge(library));
  block->charged = library;
  LEAT_TRY_ASSIGN(block->plain, memory_.allocate(kPackedBlockBytes));
  LEAT_TRY_ASSIGN(block->packed, memory_.allocate(packed_bytes_max(packing_, kPackedBlockBytes)));
  return block;
}

void PackedFile::start_packing() {
  is_empty_ = false;
  under_way_.push_back(filling_);
  go(
      [block = std::move(filling_), packing = packing_] {
        block->status =
            pack_block(packing, {block->plain->as<char>(), block->filled}, *block->packed);
        block->plain.reset();
        block->memory.refund(std::exchange(block->charged, 0));
        block->done.set();
      },
      {StackClass::kStage, "pack"});
  filling_.reset();
}

Status PackedFile::write_oldest() {
  const std::shared_ptr<Block> block = std::move(under_way_.front());
  under_way_.pop_front();
  block->done.wait();
  // Its goroutine may hold the block for a moment longer; the memory must be free when this
  // returns.
  const BufferRef packed = std::move(block->packed);
  LEAT_TRY(std::move(block->status));
  return file_.write({packed->as<char>(), packed->size()});
}

}  // namespace leat::io
