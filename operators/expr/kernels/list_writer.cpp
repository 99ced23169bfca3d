// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The problem: thirty functions make lists of elements that exist already, of every type, nested
// ones among them.
//
// An element is noted as where it stands, 8 bytes; all are taken at once at the end, by the loops
// that pick rows everywhere else. So a function of lists knows nothing of types, and what it makes
// shares no memory with what it was made of.
//
// Rejected: a builder for each type (as TextListWriter is for text that is cut from other text).
#include "operators/expr/kernels/list_writer.h"

#include <algorithm>
#include <array>

#include "engine/codes/machine.h"
#include "operators/expr/kernels/constant.h"

namespace leat::expr {

Result<Vector> ListWriter::finish(BufferRef validity) {
  LEAT_TRY_ASSIGN(BufferRef offsets, items_.finish());
  LEAT_TRY_ASSIGN(ColumnRef child, take_column(sources_, items_.items(), context_.memory()));
  return list_of(context_, std::move(validity), std::move(offsets), std::move(child));
}

Result<Vector> list_literal_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  std::vector<ColumnRef> sources;
  for (const Vector& input : inputs) sources.push_back(input.column);
  ListWriter writer(context, std::move(sources));
  for_each_row(context.rows(), [&](size_t row) {
    writer.start(row);
    for (size_t i = 0; i < inputs.size(); ++i) writer.append(i, inputs[i].at(row));
  });
  return writer.finish(BufferRef());
}

namespace {

Result<Vector> struct_of(const KernelContext& context, std::span<const Vector> fields,
                         BufferRef validity) {
  Column::Parts parts;
  parts.validity = std::move(validity);
  for (const Vector& field : fields) {
    ColumnRef child = field.column;
    if (field.is_constant) {
      LEAT_TRY_ASSIGN(child, repeat_constant(*child, context.length(), context.memory()));
    }
    parts.children.push_back(std::move(child));
  }
  return column_of(context.type(), context.length(), std::move(parts));
}

}  // namespace

Result<Vector> struct_literal_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return struct_of(context, inputs, BufferRef());
}

Result<Vector> struct_of_fields_kernel(const KernelContext& context,
                                       std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, valid_lists(context, inputs));
  return struct_of(context, inputs.subspan(1), std::move(validity));
}

Result<Vector> list_zip_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef offsets,
                  context.memory().allocate((context.length() + 1) * sizeof(int32_t)));
  auto* const ends = offsets->mutable_as<int32_t>();
  std::fill_n(ends, context.length() + 1, 0);
  for_each_valid(context, validity, [&](size_t row) {
    size_t longest = 0;
    for (const Vector& input : inputs) longest = std::max(longest, RowList(input, row).size());
    ends[row + 1] = static_cast<int32_t>(longest);
  });
  int64_t total = 0;
  for (size_t row = 0; row < context.length(); ++row) {
    total += ends[row + 1];
    if (total > INT32_MAX)
      return fail(code::kTooManyRows, ErrorCode::kMemory,
                  "the lists of one batch hold more than 2^31 elements");
    ends[row + 1] = static_cast<int32_t>(total);
  }
  LEAT_TRY_ASSIGN(const BufferRef refs,
                  context.memory().allocate(static_cast<size_t>(total) * sizeof(RowRef)));
  Column::Parts parts;
  for (const Vector& input : inputs) {
    LEAT_TRY_ASSIGN(ColumnRef nothing, null_column(input->type().element(), 1, context.memory()));
    const std::array<ColumnRef, 2> sources = {elements_of(input), std::move(nothing)};
    auto* out = refs->mutable_as<RowRef>();
    for_each_valid(context, validity, [&](size_t row) {
      const RowList list(input, row);
      const auto size = static_cast<size_t>(ends[row + 1] - ends[row]);
      for (size_t i = 0; i < size; ++i)
        *out++ = i < list.size() ? RowRef{0, static_cast<uint32_t>(list.at(i))} : RowRef{1, 0};
    });
    LEAT_TRY_ASSIGN(
        ColumnRef field,
        take_column(sources, {refs->as<RowRef>(), static_cast<size_t>(total)}, context.memory()));
    parts.children.push_back(std::move(field));
  }
  return list_of(context, std::move(validity), std::move(offsets),
                 std::make_shared<Column>(context.type().element(), static_cast<size_t>(total),
                                          std::move(parts)));
}

}  // namespace leat::expr
