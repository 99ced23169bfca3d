// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/column.h"

#include <algorithm>

namespace leat {

namespace {

void collect_buffers(const Column& column, std::vector<const Buffer*>& buffers) {
  const Column::Parts& parts = column.parts();
  if (parts.validity) buffers.push_back(parts.validity.get());
  if (parts.values) buffers.push_back(parts.values.get());
  for (const BufferRef& buffer : parts.data) {
    if (buffer) buffers.push_back(buffer.get());
  }
  for (const ColumnRef& child : parts.children) collect_buffers(*child, buffers);
}

}  // namespace

size_t Column::retained_bytes() const {
  std::vector<const Buffer*> buffers;
  collect_buffers(*this, buffers);
  std::sort(buffers.begin(), buffers.end());
  buffers.erase(std::unique(buffers.begin(), buffers.end()), buffers.end());
  size_t bytes = 0;
  for (const Buffer* buffer : buffers) bytes += buffer->capacity();
  return bytes;
}

}  // namespace leat
