// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The problem: an expression over each element of a list, which may use columns of the row, at the
// speed of expressions over columns.
//
// The elements of all wanted rows are dealt into batches of at most kBatchRowsMax, the values of
// the row beside them once for each element, and the usual evaluator runs over those. A reduction
// goes step by step: the k-th elements of all lists that have one are one batch.
//
// Invariants:
//  1. Only elements of wanted rows are looked at, so a fault belongs to a row that needs the value.
//  2. A row has at most one fault, that of its first faulty element.
//  3. A batch takes bounded memory, whatever the lists; only results grow with them.
//
// Rejected: a scope over elements inside the outer evaluator (its rows are bits of one batch, and
// lists have more elements than a batch has rows).
#include "operators/expr/kernels/list_map.h"

#include <algorithm>

#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/expr/expression.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/list_writer.h"
#include "operators/expr/program.h"

namespace leat::expr {
namespace {

using Numbers = std::vector<uint32_t>;

/// Runs the program over batches made of picked values.
class BatchRun {
 public:
  /// Inputs from `captures` on are what the program uses of the row.
  BatchRun(const KernelContext& context, std::span<const Vector> captures, size_t own_columns)
      : context_(context),
        captures_(captures),
        own_columns_(own_columns),
        program_(context.state<ElementProgram>().program),
        evaluator_(program_, context.memory()) {}

  bool reads(size_t column) const {
    const std::vector<size_t>& columns = program_->columns();
    return std::binary_search(columns.begin(), columns.end(), column);
  }

  /// `own` are the columns before those of the row, null where the program does not read them;
  /// row i of the batch belongs to row owners[i]. ERRORS: kMemory.
  Result<ColumnRef> run(std::vector<ColumnRef> own, const Numbers& owners) {
    Numbers places(owners.size());
    for (size_t i = 0; i < captures_.size(); ++i) {
      ColumnRef column;
      if (reads(own_columns_ + i)) {
        const Vector& capture = captures_[i];
        for (size_t row = 0; row < owners.size(); ++row)
          places[row] = static_cast<uint32_t>(capture.at(owners[row]));
        LEAT_TRY_ASSIGN(column, take_column(*capture.column, places, context_.memory()));
      }
      own.push_back(std::move(column));
    }
    const Batch batch(nullptr, std::move(own), owners.size(), RowPlaces());
    faults_.clear();
    LEAT_TRY_ASSIGN(ColumnRef result, evaluator_.evaluate(batch, batch.selection(), faults_));
    for (RowFault& fault : faults_) report(owners[fault.row], std::move(fault.error));
    return result;
  }

  /// Has the row had a fault? Of rows in ascending order.
  bool is_faulty(uint32_t row) const {
    return std::binary_search(faulty_.begin(), faulty_.end(), row);
  }

 private:
  void report(uint32_t row, Error error) {
    const auto place = std::lower_bound(faulty_.begin(), faulty_.end(), row);
    if (place != faulty_.end() && *place == row) return;
    faulty_.insert(place, row);
    context_.fault_at(row, std::move(error));
  }

  const KernelContext& context_;
  std::span<const Vector> captures_;
  size_t own_columns_;
  ProgramRef program_;
  Evaluator evaluator_;
  std::vector<RowFault> faults_;
  Numbers faulty_;  // ascending; at most a batch's rows
};

/// Where the elements of a batch stand.
struct ElementPlaces {
  Numbers owners;  // the row of each
  Numbers places;  // in the column of elements
};

Result<ColumnRef> numbers_column(size_t count, MemoryAccount& memory, auto&& number_of) {
  FixedBuilder<int64_t> builder(kInt64Type, memory);
  LEAT_TRY(builder.reserve(count));
  for (size_t i = 0; i < count; ++i) builder.append(number_of(i));
  return builder.finish();
}

/// Calls `visit(elements, values of the program)` for batches of the elements of all lists, in
/// their order. ERRORS: kMemory, those of `visit`.
template <typename Visit>
Status for_elements(const KernelContext& context, std::span<const Vector> inputs,
                    const BufferRef& validity, Visit&& visit) {
  constexpr size_t kOwnColumns = 2;
  BatchRun run(context, inputs.subspan(1), kOwnColumns);
  const Vector& lists = inputs[0];
  const auto* const offsets = lists->values<int32_t>();
  ElementPlaces elements;
  const auto flush = [&]() -> Status {
    std::vector<ColumnRef> own(kOwnColumns);
    if (run.reads(0)) {
      LEAT_TRY_ASSIGN(own[0], take_column(lists->child(0), elements.places, context.memory()));
    }
    if (run.reads(1)) {
      LEAT_TRY_ASSIGN(own[1],
                      numbers_column(elements.owners.size(), context.memory(), [&](size_t i) {
                        const size_t at = lists.at(elements.owners[i]);
                        return int64_t{elements.places[i]} - offsets[at] + 1;
                      }));
    }
    LEAT_TRY_ASSIGN(ColumnRef values, run.run(std::move(own), elements.owners));
    LEAT_TRY(visit(elements, values));
    elements.owners.clear();
    elements.places.clear();
    return {};
  };
  Status status;
  for_each_valid(context, validity, [&](size_t row) {
    const size_t at = lists.at(row);
    for (int32_t i = offsets[at]; status && i < offsets[at + 1]; ++i) {
      elements.owners.push_back(static_cast<uint32_t>(row));
      elements.places.push_back(static_cast<uint32_t>(i));
      if (elements.owners.size() == kBatchRowsMax) status = flush();
    }
  });
  if (status && !elements.owners.empty()) status = flush();
  return status;
}

}  // namespace

Result<Vector> list_map_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, valid_lists(context, inputs));
  std::vector<ColumnRef> pieces;
  ListItems<RowRef> items(context);
  size_t owner = SIZE_MAX;
  LEAT_TRY(for_elements(context, inputs, validity,
                        [&](const ElementPlaces& elements, const ColumnRef& values) -> Status {
                          const auto piece = static_cast<uint32_t>(pieces.size());
                          pieces.push_back(values);
                          for (uint32_t i = 0; i < elements.owners.size(); ++i) {
                            if (elements.owners[i] != owner) items.start(elements.owners[i]);
                            owner = elements.owners[i];
                            items.append({piece, i});
                          }
                          return {};
                        }));
  LEAT_TRY_ASSIGN(BufferRef offsets, items.finish());
  ColumnRef child;
  if (pieces.size() == 1 && items.items().size() == pieces[0]->length()) {
    child = pieces[0];
  } else if (pieces.empty()) {
    LEAT_TRY_ASSIGN(child, null_column(context.type().element(), 0, context.memory()));
  } else {
    LEAT_TRY_ASSIGN(child, take_column(pieces, items.items(), context.memory()));
  }
  return list_of(context, std::move(validity), std::move(offsets), std::move(child));
}

Result<Vector> list_filter_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, valid_lists(context, inputs));
  ListWriter writer(context, {elements_of(inputs[0])});
  size_t owner = SIZE_MAX;
  LEAT_TRY(for_elements(context, inputs, validity,
                        [&](const ElementPlaces& elements, const ColumnRef& values) -> Status {
                          for (size_t i = 0; i < elements.owners.size(); ++i) {
                            if (elements.owners[i] != owner) writer.start(elements.owners[i]);
                            owner = elements.owners[i];
                            if (values->is_valid(i) && values->bool_at(i))
                              writer.append(0, elements.places[i]);
                          }
                          return {};
                        }));
  return writer.finish(std::move(validity));
}

namespace {

/// Any: `or` of the values, else `and`. NULL where no value decides and one is NULL.
template <bool kAny>
Result<Vector> decide(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, valid_lists(context, inputs));
  LEAT_TRY_ASSIGN(const BufferRef decided, new_zero_bits(context));
  LEAT_TRY_ASSIGN(const BufferRef unknown, new_zero_bits(context));
  LEAT_TRY(for_elements(context, inputs, validity,
                        [&](const ElementPlaces& elements, const ColumnRef& values) -> Status {
                          for (size_t i = 0; i < elements.owners.size(); ++i) {
                            const bool is_null = !values->is_valid(i);
                            if (is_null || values->bool_at(i) == kAny) {
                              Buffer& bits = is_null ? *unknown.get() : *decided.get();
                              set_bit(bits.mutable_data(), elements.owners[i]);
                            }
                          }
                          return {};
                        }));
  LEAT_TRY_ASSIGN(BufferRef values, new_bits(context));
  NullWriter nulls(context, validity);
  for (size_t i = 0; i < words_of(context.length()); ++i) {
    const uint64_t word = words(decided)[i];
    values->mutable_as<uint64_t>()[i] = kAny ? word : ~word;
  }
  for_each_valid(context, validity, [&](size_t row) {
    const bool is_null = get_bit(unknown->data(), row) && !get_bit(decided->data(), row);
    if (is_null && !LEAT_MUTANT("any_forgets_nulls")) nulls.set_null(row);
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return column_of(context, std::move(validity), std::move(values));
}

}  // namespace

Result<Vector> list_any_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return decide<true>(context, inputs);
}
Result<Vector> list_all_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return decide<false>(context, inputs);
}

// --------------------------------------------------------------------------------------- reduction

namespace {

class Reduction {
 public:
  Reduction(const KernelContext& context, std::span<const Vector> inputs)
      : context_(context),
        inputs_(inputs),
        run_(context, inputs.subspan(2), kOwnColumns),
        ends_(context.length(), RowRef{0, 0}) {}

  Result<Vector> reduce() {
    LEAT_TRY_ASSIGN(const BufferRef validity, valid_lists(context_, inputs_));
    Numbers rows;
    LEAT_TRY_ASSIGN(ColumnRef nothing, null_column(context_.type(), 1, context_.memory()));
    pieces_.push_back(std::move(nothing));
    const bool has_start = !inputs_[1]->type().is(TypeId::kNull);
    for_each_valid(context_, validity, [&](size_t row) {
      if (RowList(inputs_[0], row).size() > 0 || has_start)
        rows.push_back(static_cast<uint32_t>(row));
    });
    if (!rows.empty()) {
      LEAT_TRY_ASSIGN(ColumnRef value, first_values(rows, has_start));
      LEAT_TRY(go_on(std::move(rows), std::move(value), has_start ? 0 : 1));
    }
    LEAT_TRY_ASSIGN(ColumnRef column, take_column(pieces_, ends_, context_.memory()));
    return Vector{std::move(column), false};
  }

 private:
  static constexpr size_t kOwnColumns = 3;

  Result<ColumnRef> first_values(const Numbers& rows, bool has_start) {
    Numbers places;
    for (const uint32_t row : rows) {
      places.push_back(
          static_cast<uint32_t>(has_start ? inputs_[1].at(row) : RowList(inputs_[0], row).at(0)));
    }
    return take_column(has_start ? *inputs_[1].column : *elements_of(inputs_[0]), places,
                       context_.memory());
  }

  /// Row rows[i] has got the value `value` from its first `step` elements.
  Status go_on(Numbers rows, ColumnRef value, size_t step) {
    for (;; ++step) {
      Numbers left;
      Numbers kept;
      for (uint32_t i = 0; i < rows.size(); ++i) {
        if (RowList(inputs_[0], rows[i]).size() > step && !run_.is_faulty(rows[i])) {
          left.push_back(rows[i]);
          kept.push_back(i);
        } else {
          ends_[rows[i]] = {static_cast<uint32_t>(pieces_.size()), i};
        }
      }
      if (left.size() < rows.size()) {
        pieces_.push_back(value);
        if (left.empty()) return {};
        LEAT_TRY_ASSIGN(value, take_column(*value, kept, context_.memory()));
        rows = std::move(left);
      }
      LEAT_TRY_ASSIGN(value, one_step(rows, std::move(value), step));
    }
  }

  Result<ColumnRef> one_step(const Numbers& rows, ColumnRef value, size_t step) {
    std::vector<ColumnRef> own(kOwnColumns);
    own[0] = std::move(value);
    if (run_.reads(1)) {
      Numbers places;
      for (const uint32_t row : rows)
        places.push_back(static_cast<uint32_t>(RowList(inputs_[0], row).at(step)));
      LEAT_TRY_ASSIGN(own[1], take_column(*elements_of(inputs_[0]), places, context_.memory()));
    }
    if (run_.reads(2)) {
      LEAT_TRY_ASSIGN(own[2], numbers_column(rows.size(), context_.memory(), [&](size_t) {
                        return static_cast<int64_t>(step + 1);
                      }));
    }
    return run_.run(std::move(own), rows);
  }

  const KernelContext& context_;
  std::span<const Vector> inputs_;
  BatchRun run_;
  std::vector<ColumnRef> pieces_;  // values that some rows ended with; the first is NULL
  std::vector<RowRef> ends_;       // of each row, where its value stands
};

}  // namespace

Result<Vector> list_reduce_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return Reduction(context, inputs).reduce();
}

}  // namespace leat::expr
