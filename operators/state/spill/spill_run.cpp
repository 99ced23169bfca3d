// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/spill/spill_run.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <string_view>
#include <utility>

#include <lz4.h>
#include <xxhash.h>

#include "engine/check.h"
#include "engine/codes/machine.h"
#include "engine/mutant.h"
#include "operators/data/encoding.h"

namespace leat::state {
namespace {

/// What a writer takes of a file at a time.
constexpr uint64_t kExtentBytes = uint64_t{1} << 20;
/// What the allocator adds to a buffer.
constexpr size_t kBufferOverhead = 128;

std::string_view text_of(const BufferRef& buffer) { return {buffer->as<char>(), buffer->size()}; }

/// What a buffer of `bytes` takes of the budget.
size_t memory_of(size_t bytes) {
  return std::bit_ceil(std::max<size_t>(bytes, 1024)) + kBufferOverhead;
}

size_t decoded_memory(const Column& column) {
  const size_t rows = column.length();
  size_t bytes = column.parts().validity ? memory_of(bitmap_bytes(rows)) : 0;
  if (column.type().is_view()) {
    size_t text = 0;
    for (size_t row = 0; row < rows; ++row)
      text += column.is_valid(row) ? column.values<Utf8View>()[row].length : 0;
    return bytes + memory_of(rows * sizeof(Utf8View)) + memory_of(text);
  }
  if (column.parts().values)
    bytes += memory_of((rows + 1) * std::max(column.type().width(), size_t{1}));
  for (const ColumnRef& child : column.parts().children) bytes += decoded_memory(*child);
  return bytes;
}

/// What the rows of `batch` will take when they are read again: each buffer rounded up as the
/// allocator does.
size_t decoded_memory(const Batch& batch) {
  size_t bytes = memory_of(batch.length() * sizeof(uint64_t));
  for (const ColumnRef& column : batch.columns()) bytes += decoded_memory(*column);
  return bytes;
}

}  // namespace

// ---------------------------------------------------------------------------------------- writing

SpillWriter::SpillWriter(SpillArea& area, MemoryAccount& memory)
    : area_(area), memory_(memory), blocks_(memory) {}

SpillWriter::~SpillWriter() {
  for (const SpillExtent& extent : extents_) area_.release(extent, std::exchange(written_, 0));
}

Result<BufferRef> SpillWriter::pack(const BufferRef& encoded) {
  if (!area_.compresses() || encoded->size() > size_t{LZ4_MAX_INPUT_SIZE}) return encoded;
  // For this block only: a stage may have a hundred writers, each of which writes now and then.
  LEAT_TRY_ASSIGN(const BufferRef packer, memory_.allocate(static_cast<size_t>(LZ4_sizeofState())));
  // Room for what pays only: lz4 gives up when it would need more.
  const size_t room = encoded->size() - encoded->size() / 8;
  LEAT_TRY_ASSIGN(BufferRef packed, memory_.allocate(room));
  const int bytes = LZ4_compress_fast_extState(
      packer->mutable_data(), encoded->as<char>(), packed->mutable_as<char>(),
      static_cast<int>(encoded->size()), static_cast<int>(room), 1);
  if (bytes <= 0) return encoded;
  packed->set_size(static_cast<size_t>(bytes));
  return packed;
}

Status SpillWriter::place(std::string_view bytes, SpillRun::Block& block) {
  if (!file_) {
    LEAT_TRY_ASSIGN(file_, area_.choose_file());
  }
  if (extents_.empty() || extents_.back().bytes - used_ < bytes.size()) {
    if (!extents_.empty()) LEAT_TRY(area_.close(extents_.back()));
    extents_.push_back(area_.reserve(*file_, std::max<uint64_t>(kExtentBytes, bytes.size())));
    used_ = 0;
  }
  block.file = extents_.back().file;
  block.offset = extents_.back().begin + used_;
  used_ += bytes.size();
  return area_.write(extents_.back(), block.offset, bytes);
}

Status SpillWriter::append(const Batch& batch) {
  if (batch.rows() == 0) return {};
  LEAT_TRY_ASSIGN(BufferRef encoded, encode_batch(batch, memory_));
  if (encoded->size() > std::numeric_limits<uint32_t>::max()) {
    return fail(code::kTooManyRows, ErrorCode::kMemory,
                "rows of more than 4 GiB cannot be written to disk at once",
                "raise the limit with '--memory SIZE' or 'settings: { memory: SIZE }'");
  }
  LEAT_TRY_ASSIGN(const BufferRef stored, pack(encoded));
  SpillRun::Block block{0,
                        XXH3_64bits(stored->data(), stored->size()),
                        0,
                        static_cast<uint32_t>(stored->size()),
                        static_cast<uint32_t>(encoded->size()),
                        static_cast<uint32_t>(batch.rows())};
  block_memory_ = std::max(block_memory_, decoded_memory(batch));
  transfer_memory_ = std::max(transfer_memory_, 2 * memory_of(encoded->size()));
  encoded.reset();
  LEAT_TRY(place(text_of(stored), block));
  written_ += stored->size();
  rows_ += batch.rows();
  return blocks_.push_back(block);
}

Result<SpillRunRef> SpillWriter::finish(MemoryAccount& memory) {
  if (!extents_.empty()) LEAT_TRY(area_.close(extents_.back()));
  StateArray<SpillRun::Block> blocks(memory);
  LEAT_TRY(blocks.resize(blocks_.size(), {}));
  std::copy_n(blocks_.data(), blocks_.size(), blocks.data());
  blocks_.clear();
  return std::make_shared<const SpillRun>(area_, std::move(blocks), std::exchange(extents_, {}),
                                          block_memory_, transfer_memory_);
}

// ---------------------------------------------------------------------------------------- reading

SpillRun::SpillRun(SpillArea& area, StateArray<Block> blocks, std::vector<SpillExtent> extents,
                   size_t block_memory, size_t transfer_memory)
    : area_(area),
      blocks_(std::move(blocks)),
      extents_(std::move(extents)),
      block_memory_(block_memory),
      transfer_memory_(transfer_memory) {
  for (size_t i = 0; i < blocks_.size(); ++i) {
    rows_ += blocks_[i].rows;
    block_rows_ = std::max<size_t>(block_rows_, blocks_[i].rows);
    stored_bytes_ += blocks_[i].stored_bytes;
  }
}

SpillRun::~SpillRun() {
  for (const SpillExtent& extent : extents_) {
    area_.release(extent, std::exchange(stored_bytes_, 0));
  }
}

Result<Batch> SpillRun::read(size_t index, MemoryAccount& memory) const {
  LEAT_CHECK(index < blocks_.size(), "a spilled run has no such block");
  const Block& block = blocks_[index];
  LEAT_TRY_ASSIGN(BufferRef stored, memory.allocate(block.stored_bytes));
  LEAT_TRY(area_.read(block.file, block.offset, stored->mutable_data(), block.stored_bytes));
  if (XXH3_64bits(stored->data(), block.stored_bytes) != block.checksum &&
      !LEAT_MUTANT("spill_trusts_the_disk"))
    return area_.damaged("the checksum of a block is wrong");
  BufferRef encoded = stored;
  if (block.bytes != block.stored_bytes) {
    LEAT_TRY_ASSIGN(encoded, memory.allocate(block.bytes));
    const int bytes =
        LZ4_decompress_safe(stored->as<char>(), encoded->mutable_as<char>(),
                            static_cast<int>(block.stored_bytes), static_cast<int>(block.bytes));
    if (bytes != static_cast<int>(block.bytes)) return area_.damaged("a block cannot be unpacked");
  }
  stored.reset();
  Result<Batch> batch = decode_batch({encoded->data(), block.bytes}, memory);
  if (!batch && batch.error().code == ErrorCode::kData) return area_.damaged(batch.error().message);
  return batch;
}

void SpillRun::read_ahead(size_t index) const noexcept {
  if (index >= blocks_.size()) return;
  area_.read_ahead(blocks_[index].file, blocks_[index].offset, blocks_[index].stored_bytes);
}

Result<std::optional<Batch>> SpillReader::next(MemoryAccount& memory) {
  if (next_ == run_->blocks()) return std::optional<Batch>();
  run_->read_ahead(next_ + 1);
  const size_t block = LEAT_MUTANT("spilled_block_restored_twice") && next_ == 1 ? 0 : next_;
  LEAT_TRY_ASSIGN(Batch batch, run_->read(block, memory));
  ++next_;
  return std::optional<Batch>(std::move(batch));
}

size_t retained_bytes(const Batch& batch) {
  size_t bytes = 0;
  for (const ColumnRef& column : batch.columns()) bytes += column->retained_bytes();
  return bytes;
}

}  // namespace leat::state
