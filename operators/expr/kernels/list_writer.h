// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Writes a column of lists whose elements stand in other columns already.
#pragma once

#include <vector>

#include "operators/data/take.h"
#include "operators/expr/kernels/list_items.h"

namespace leat::expr {

/// The elements of one row of a column of lists.
class RowList {
 public:
  RowList(const Vector& lists, size_t row)
      : RowList(lists->child(0), lists->values<int32_t>() + lists.at(row)) {}

  const Column& column() const { return *column_; }
  size_t size() const { return end_ - begin_; }
  /// Where element `index`, from 0, stands in column().
  size_t at(size_t index) const { return begin_ + index; }
  bool is_valid(size_t index) const { return column_->is_valid(begin_ + index); }

 private:
  RowList(const Column& column, const int32_t* offsets)
      : column_(&column),
        begin_(static_cast<size_t>(offsets[0])),
        end_(static_cast<size_t>(offsets[1])) {}

  const Column* column_;
  size_t begin_;
  size_t end_;
};

/// Lists as ListItems has them. THREADS: one.
class ListWriter {
 public:
  /// `sources`: the columns that elements are taken from, of the type of the elements.
  ListWriter(const KernelContext& context, std::vector<ColumnRef> sources)
      : context_(context), sources_(std::move(sources)), items_(context) {}

  void start(size_t row) { items_.start(row); }
  /// Value `at` of sources[source].
  void append(size_t source, size_t at) {
    items_.append({static_cast<uint32_t>(source), static_cast<uint32_t>(at)});
  }
  /// All elements of `list`, of sources[source].
  void append_all(size_t source, const RowList& list) {
    for (size_t i = 0; i < list.size() && is_whole(); ++i) append(source, list.at(i));
  }
  void give_up(std::string_view message) { items_.give_up(message); }
  bool is_whole() const { return items_.is_whole(); }
  /// ERRORS: kMemory, also of earlier calls.
  Result<Vector> finish(BufferRef validity);

 private:
  const KernelContext& context_;
  std::vector<ColumnRef> sources_;
  ListItems<RowRef> items_;
};

/// The elements of the lists in `input`, a source of ListWriter.
inline ColumnRef elements_of(const Vector& input) { return input->parts().children[0]; }

/// `[a, b, c]`: a list of the values of all inputs.
Result<Vector> list_literal_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// A list of structs of the first, second, ... elements of all inputs; what is missing in shorter
/// lists is NULL.
Result<Vector> list_zip_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// `{'a': x, 'b': y}`: the inputs are the fields.
Result<Vector> struct_literal_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// The struct of the fields inputs[1], ..., NULL where the struct inputs[0] is.
Result<Vector> struct_of_fields_kernel(const KernelContext& context,
                                       std::span<const Vector> inputs);

}  // namespace leat::expr
