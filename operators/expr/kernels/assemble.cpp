// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/assemble.h"

#include <cstring>

#include "operators/data/take.h"
#include "operators/text/value_format.h"

namespace leat::expr {
namespace {

/// The bitmap `constant ? all or none : bits`, one word of it.
uint64_t word_of(const Vector& vector, const uint64_t* bits, size_t word) {
  if (vector.is_constant) return (bits == nullptr || (bits[0] & 1) != 0) ? ~uint64_t{0} : 0;
  return word_or_ones(bits, word);
}

Result<BufferRef> assemble_validity(const KernelContext& context, std::span<const Piece> pieces) {
  LEAT_TRY_ASSIGN(BufferRef validity, new_zero_bits(context));
  auto* const out = validity->mutable_as<uint64_t>();
  for (const Piece& piece : pieces) {
    const uint64_t* const valid = words(piece.vector->parts().validity);
    const Rows::Bits& rows = piece.rows->bits();
    for (size_t i = 0; i < words_of(context.length()); ++i)
      out[i] |= rows[i] & word_of(piece.vector, valid, i);
  }
  return validity;
}

Result<BufferRef> assemble_bits(const KernelContext& context, std::span<const Piece> pieces) {
  LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
  auto* const out = bits->mutable_as<uint64_t>();
  for (const Piece& piece : pieces) {
    const Rows::Bits& rows = piece.rows->bits();
    const auto* const values = piece.vector->values<uint64_t>();
    for (size_t i = 0; i < words_of(context.length()); ++i)
      out[i] |= rows[i] & word_of(piece.vector, values, i);
  }
  return bits;
}

template <typename T>
Result<BufferRef> assemble_fixed(const KernelContext& context, std::span<const Piece> pieces) {
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(T)));
  T* const out = values->mutable_as<T>();
  for (const Piece& piece : pieces) {
    const T* const in = piece.vector->values<T>();
    if (piece.vector.is_constant) {
      const T value = *in;
      for_each_row(*piece.rows, [&](size_t row) { out[row] = value; });
    } else {
      for_each_row(*piece.rows, [&](size_t row) { out[row] = in[row]; });
    }
  }
  return values;
}

Result<Vector> assemble_text(const KernelContext& context, std::span<const Piece> pieces,
                             BufferRef validity) {
  TextWriter writer(context);
  for (const Piece& piece : pieces) {
    const uint32_t base = writer.adopt(*piece.vector.column);
    const auto* const views = piece.vector->values<Utf8View>();
    const auto put = [&](size_t row, Utf8View view) {
      if (!view.is_inline()) view.ref.buffer += base;
      writer.put(row, view);
    };
    if (piece.vector.is_constant) {
      for_each_row(*piece.rows, [&](size_t row) { put(row, views[0]); });
    } else {
      for_each_row(*piece.rows, [&](size_t row) { put(row, views[row]); });
    }
  }
  return writer.finish(std::move(validity));
}

/// Lists and structs: rows of no piece take that of the first and are NULL.
Result<Vector> assemble_nested(const KernelContext& context, std::span<const Piece> pieces,
                               BufferRef validity) {
  ColumnRef picked;
  if (pieces.empty()) {
    LEAT_TRY_ASSIGN(picked, null_column(context.type(), context.length(), context.memory()));
    return Vector{std::move(picked), false};
  }
  std::vector<ColumnRef> sources;
  std::vector<RowRef> refs(context.length(), RowRef{0, 0});
  for (const Piece& piece : pieces) {
    const auto source = static_cast<uint32_t>(sources.size());
    sources.push_back(piece.vector.column);
    for_each_row(*piece.rows, [&](size_t row) {
      refs[row] = {source, static_cast<uint32_t>(piece.vector.at(row))};
    });
  }
  LEAT_TRY_ASSIGN(picked, take_column(sources, refs, context.memory()));
  Column::Parts parts = picked->parts();
  parts.validity = std::move(validity);
  return column_of(context.type(), context.length(), std::move(parts));
}

}  // namespace

Result<Vector> assemble(const KernelContext& context, std::span<const Piece> pieces) {
  const Type& type = context.type();
  LEAT_TRY_ASSIGN(BufferRef validity, assemble_validity(context, pieces));
  if (type.is(TypeId::kList) || type.is(TypeId::kStruct))
    return assemble_nested(context, pieces, std::move(validity));
  if (type.is_view()) return assemble_text(context, pieces, std::move(validity));
  BufferRef values;
  if (type.is(TypeId::kBool)) {
    LEAT_TRY_ASSIGN(values, assemble_bits(context, pieces));
  } else if (type.width() == 4) {
    LEAT_TRY_ASSIGN(values, assemble_fixed<int32_t>(context, pieces));
  } else if (type.width() == 8) {
    LEAT_TRY_ASSIGN(values, assemble_fixed<int64_t>(context, pieces));
  } else {
    LEAT_TRY_ASSIGN(values, assemble_fixed<Int128>(context, pieces));
  }
  return column_of(context, std::move(validity), std::move(values));
}

}  // namespace leat::expr
