// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/text_beginning.h"

#include <algorithm>
#include <span>
#include <utility>

#include "operators/input/footer.h"
#include "operators/input/record_splitter.h"
#include "operators/text/block.h"

namespace leat::io {
namespace {

constexpr size_t kFirstRead = size_t{64} << 10;

}  // namespace

Result<TextBeginning> TextBeginning::open(const Input& input, const TextEncoding& encoding,
                                          size_t footer_lines) {
  LEAT_TRY_ASSIGN(auto source, open_byte_source(input, OpenFor::kPeek, nullptr, &encoding));
  return TextBeginning(input, drop_footer(std::move(source), input, footer_lines, nullptr));
}

Status TextBeginning::grow() {
  const size_t wanted = std::max(kFirstRead, 2 * size_);
  bytes_.resize(wanted + kBlockBytes);  // readers look at whole blocks
  const std::span<uint8_t> room(reinterpret_cast<uint8_t*>(bytes_.data()) + size_, wanted - size_);
  LEAT_TRY_ASSIGN(const size_t got, read_fully(*source_, room));
  complete_ = got < room.size();
  size_ += got;
  LEAT_TRY_ASSIGN(mark_, byte_order_mark(*input_, {bytes_.data(), size_}));
  return {};
}

}  // namespace leat::io
