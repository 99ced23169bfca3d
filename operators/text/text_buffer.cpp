// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/text_buffer.h"

#include <algorithm>

namespace leat::io {

Status TextBuffer::start(size_t estimate) {
  buffer_.reset();
  begin_ = at_ = end_ = nullptr;
  LEAT_TRY_ASSIGN(buffer_, memory_->allocate(std::max<size_t>(estimate, 64)));
  begin_ = at_ = buffer_->mutable_as<char>();
  end_ = begin_ + buffer_->capacity();
  return {};
}

Status TextBuffer::grow(size_t bytes) {
  const size_t used = size();
  LEAT_TRY_ASSIGN(BufferRef larger, memory_->allocate(std::max(
                                        used + bytes, 2 * static_cast<size_t>(end_ - begin_))));
  if (used > 0) std::memcpy(larger->mutable_data(), begin_, used);
  buffer_ = std::move(larger);
  begin_ = buffer_->mutable_as<char>();
  at_ = begin_ + used;
  end_ = begin_ + buffer_->capacity();
  return {};
}

BufferRef TextBuffer::finish() {
  if (buffer_) buffer_->set_size(size());
  begin_ = at_ = end_ = nullptr;
  return std::move(buffer_);
}

}  // namespace leat::io
