// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Runs programs. A node is computed for a scope: the rows that need it. `and`, `or`, `case` and
// `coalesce` open narrower scopes for their later operands, which is what keeps faults of branches
// that are not taken from appearing; all other nodes are kernels. The value of a node that several
// others read is kept and serves every scope inside the one it was computed for.
#include <algorithm>
#include <cstring>

#include "engine/check.h"
#include "engine/mutant.h"
#include "operators/expr/expression.h"
#include "operators/expr/kernels/assemble.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/program.h"

namespace leat::expr {
namespace {

using Words = Rows::Bits;

/// Rows with a number of their own, by which kept values know for which rows they hold.
struct Scope {
  Rows rows;
  uint64_t serial = 0;
  const Scope* outer = nullptr;
};

/// The rows of a bool vector that are true, and those that are false; NULLs are neither. Whole
/// words, also of rows that were not wanted.
struct Truth {
  Words is_true;
  Words is_false;
  bool may_be_null = false;
};

void read_truth(const Vector& vector, size_t count, Truth& truth) {
  truth.may_be_null = vector->may_have_nulls();
  if (vector.is_constant) {
    const bool valid = vector->is_valid(0);
    const bool value = valid && vector->bool_at(0);
    for (size_t i = 0; i < count; ++i) {
      truth.is_true[i] = value ? ~uint64_t{0} : 0;
      truth.is_false[i] = valid && !value ? ~uint64_t{0} : 0;
    }
    return;
  }
  const auto* const values = vector->values<uint64_t>();
  const uint64_t* const valid = words(vector->parts().validity);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t known = word_or_ones(valid, i);
    truth.is_true[i] = values[i] & known;
    truth.is_false[i] = ~values[i] & known;
  }
}

/// `column` with the rows of `faults` NULL.
Result<ColumnRef> without(const ColumnRef& column, std::span<const KernelFault> faults,
                          MemoryAccount& memory) {
  const size_t bytes = words_of(column->length()) * sizeof(uint64_t);
  LEAT_TRY_ASSIGN(BufferRef bits, memory.allocate(bytes));
  if (column->parts().validity) {
    std::memcpy(bits->mutable_data(), column->parts().validity->data(), bytes);
  } else {
    std::memset(bits->mutable_data(), 0xFF, bytes);
  }
  for (const KernelFault& fault : faults) clear_bit(bits->mutable_data(), fault.row);
  Column::Parts parts = column->parts();
  parts.validity = std::move(bits);
  return std::make_shared<Column>(column->type(), column->length(), std::move(parts));
}

}  // namespace

struct Evaluator::Impl {
  struct Kept {
    uint64_t run = 0;  // of which call of evaluate; others are stale
    uint64_t serial = 0;
    Vector value;
  };

  ProgramRef program;
  MemoryAccount* memory = nullptr;
  const Batch* batch = nullptr;
  std::vector<std::unique_ptr<Scope>> scopes;  // used as a stack: scopes_used are open
  size_t scopes_used = 0;
  uint64_t serials = 0;
  uint64_t runs = 0;
  std::vector<Kept> kept;
  std::vector<KernelFault> kernel_faults;
  std::vector<RowFault> found;
  Truth truth;

  // ------------------------------------------------------------------------------------------------------ scopes

  Scope& open() {
    if (scopes_used == scopes.size()) scopes.push_back(std::make_unique<Scope>());
    Scope& scope = *scopes[scopes_used++];
    scope.serial = ++serials;
    scope.outer = nullptr;
    return scope;
  }
  Scope& open_part(const Scope& outer, const Words& bits) {
    Scope& scope = open();
    scope.rows.set_part(outer.rows, bits);
    scope.outer = &outer;
    return scope;
  }

  // -------------------------------------------------------------------------------------------------------- nodes

  Result<Vector> value_of(uint32_t index, const Scope& scope) {
    const Node& node = program->node(index);
    if (!node.shared) return compute(node, scope);
    Kept& memo = kept[index];
    if (memo.run == runs) {
      for (const Scope* outer = &scope; outer != nullptr; outer = outer->outer) {
        if (outer->serial == memo.serial) return memo.value;
      }
    }
    LEAT_TRY_ASSIGN(Vector value, compute(node, scope));
    memo = {runs, scope.serial, value};
    return value;
  }

  Result<Vector> compute(const Node& node, const Scope& scope) {
    switch (node.kind) {
      case NodeKind::kColumn: return Vector{batch->columns()[node.column], false};
      case NodeKind::kConstant: return Vector{node.constant, true};
      case NodeKind::kCall: return call(node, scope);
      case NodeKind::kAnd:
      case NodeKind::kOr: return logical(node, scope);
      case NodeKind::kCase: return choose(node, scope);
      case NodeKind::kCoalesce: return coalesce(node, scope);
    }
    LEAT_CHECK(false, "a node of no kind");
    return Vector{};
  }

  Result<Vector> call(const Node& node, const Scope& scope) {
    std::vector<Vector> inputs;
    inputs.reserve(node.inputs.size());
    bool all_constant = true;
    bool null = false;
    for (uint32_t input : node.inputs) {
      // All of them, also after a NULL: a row must fail or not fail whatever rows it shares a batch
      // with.
      LEAT_TRY_ASSIGN(Vector value, value_of(input, scope));
      null = null || value.is_null_constant();
      all_constant = all_constant && value.is_constant;
      inputs.push_back(std::move(value));
    }
    if (node.strict && null) return Vector{null_constant(node.type), true};
    kernel_faults.clear();
    if (all_constant) return call_once(node, inputs, scope);
    const KernelContext context(*memory, scope.rows, node.type, node.state.get(), kernel_faults,
                                node.quiet);
    Result<Vector> computed = node.kernel(context, inputs);
    if (!computed) return std::unexpected(placed(node, std::move(computed).error()));
    Vector result = std::move(*computed);
    if (kernel_faults.empty()) [[likely]]
      return result;
    if (!node.quiet) {
      for (KernelFault& fault : kernel_faults) report(node, fault.row, fault);
    }
    LEAT_TRY_ASSIGN(result.column, without(result.column, kernel_faults, *memory));
    return result;
  }

  /// All inputs are constant (and could not be folded, or the node would be a constant): one row
  /// stands for all.
  Result<Vector> call_once(const Node& node, std::vector<Vector>& inputs, const Scope& scope) {
    for (Vector& input : inputs) input.is_constant = false;
    const size_t used = scopes_used;
    Scope& one = open();
    one.rows.set_all(1);
    const KernelContext context(*memory, one.rows, node.type, node.state.get(), kernel_faults,
                                node.quiet);
    Result<Vector> computed = node.kernel(context, inputs);
    if (!computed) return std::unexpected(placed(node, std::move(computed).error()));
    Vector result = std::move(*computed);
    scopes_used = used;
    result.is_constant = true;
    if (kernel_faults.empty()) return result;
    if (!node.quiet) {
      for_each_row(scope.rows, [&](size_t row) { report(node, row, kernel_faults[0]); });
    }
    return Vector{null_constant(node.type), true};
  }

  void report(const Node& node, size_t row, const KernelFault& fault) {
    RowFault& added = found.emplace_back();
    added.row = static_cast<uint32_t>(row);
    added.error = placed(node, Error(fault.number, ErrorCode::kData, fault.message, fault.hint));
    if (fault.where) added.error.pipeline = fault.where;
  }
  Error placed(const Node& node, Error error) const {
    if (error.code != ErrorCode::kCancelled)
      error.pipeline = program->source().span(node.range.begin, node.range.end);
    return error;
  }

  /// `and` is decided by false, `or` by true: what decides goes to `decided`, the opposite must
  /// hold for all inputs.
  Result<Vector> logical(const Node& node, const Scope& scope) {
    const bool is_and = node.kind == NodeKind::kAnd;
    const size_t count = words_of(scope.rows.length());
    const size_t used = scopes_used;
    Words decided;
    Words undecided;
    Words opposite;
    std::fill_n(decided.begin(), count, 0);
    std::fill_n(opposite.begin(), count, ~uint64_t{0});
    bool may_be_null = false;
    const Scope* current = &scope;
    for (size_t next = 0; next < node.inputs.size() && current->rows.count() > 0; ++next) {
      LEAT_TRY_ASSIGN(const Vector value, value_of(node.inputs[next], *current));
      read_truth(value, count, truth);
      const Words& deciding = is_and ? truth.is_false : truth.is_true;
      const Words& other = is_and ? truth.is_true : truth.is_false;
      may_be_null = may_be_null || truth.may_be_null;
      bool any = false;
      for (size_t i = 0; i < count; ++i) {
        decided[i] |= deciding[i];
        opposite[i] &= other[i];
        undecided[i] = ~decided[i];
        any = any || deciding[i] != 0;
      }
      if (any && next + 1 < node.inputs.size()) current = &open_part(scope, undecided);
    }
    scopes_used = used;
    return truth_column(is_and ? opposite : decided, is_and ? decided : opposite, may_be_null,
                        scope);
  }

  Result<Vector> truth_column(const Words& is_true, const Words& is_false, bool may_be_null,
                              const Scope& scope) {
    const size_t length = scope.rows.length();
    const size_t count = words_of(length);
    Column::Parts parts;
    LEAT_TRY_ASSIGN(parts.values, memory->allocate(count * sizeof(uint64_t)));
    std::memcpy(parts.values->mutable_data(), is_true.data(), count * sizeof(uint64_t));
    if (may_be_null) {
      LEAT_TRY_ASSIGN(parts.validity, memory->allocate(count * sizeof(uint64_t)));
      auto* const valid = parts.validity->mutable_as<uint64_t>();
      for (size_t i = 0; i < count; ++i) valid[i] = is_true[i] | is_false[i];
    }
    return column_of(kBoolType, length, std::move(parts));
  }

  Result<Vector> choose(const Node& node, const Scope& scope) {
    const size_t count = words_of(scope.rows.length());
    const size_t used = scopes_used;
    const Scope* rest = &scope;
    std::vector<Piece> pieces;
    for (size_t i = 0; i + 1 < node.inputs.size() && rest->rows.count() > 0; i += 2) {
      LEAT_TRY_ASSIGN(const Vector condition, value_of(node.inputs[i], *rest));
      read_truth(condition, count, truth);
      Words others;
      for (size_t j = 0; j < count; ++j) others[j] = ~truth.is_true[j];
      const Scope& taken = open_part(*rest, truth.is_true);
      const Scope& left = open_part(*rest, others);
      if (taken.rows.count() > 0) {
        LEAT_TRY_ASSIGN(Vector value, value_of(node.inputs[i + 1], taken));
        pieces.push_back({&taken.rows, std::move(value)});
      }
      rest = &left;
    }
    if (rest->rows.count() > 0) {
      LEAT_TRY_ASSIGN(Vector value, value_of(node.inputs.back(), *rest));
      pieces.push_back({&rest->rows, std::move(value)});
    }
    return finish_pieces(node, scope, pieces, used);
  }

  Result<Vector> coalesce(const Node& node, const Scope& scope) {
    const size_t count = words_of(scope.rows.length());
    const size_t used = scopes_used;
    const Scope* rest = &scope;
    std::vector<Piece> pieces;
    for (uint32_t input : node.inputs) {
      if (rest->rows.count() == 0) break;
      LEAT_TRY_ASSIGN(Vector value, value_of(input, *rest));
      Words valid;
      Words null;
      for (size_t i = 0; i < count; ++i) {
        valid[i] = value.is_constant ? (value->is_valid(0) ? ~uint64_t{0} : 0)
                                     : word_or_ones(words(value->parts().validity), i);
        null[i] = ~valid[i];
      }
      const Scope& taken = open_part(*rest, valid);
      rest = &open_part(*rest, null);
      if (taken.rows.count() > 0) pieces.push_back({&taken.rows, std::move(value)});
    }
    return finish_pieces(node, scope, pieces, used);
  }

  Result<Vector> finish_pieces(const Node& node, const Scope& scope, std::vector<Piece>& pieces,
                               size_t used) {
    scopes_used = used;  // the pieces' rows stay as they are until the next open()
    if (pieces.size() == 1 && pieces[0].rows->count() == scope.rows.count())
      return std::move(pieces[0].vector);
    kernel_faults.clear();
    const KernelContext context(*memory, scope.rows, node.type, nullptr, kernel_faults, false);
    return assemble(context, pieces);
  }

  // ----------------------------------------------------------------------------------------------------- programs

  Result<Vector> run(const Batch& input, const Selection& selection) {
    batch = &input;
    ++runs;
    scopes_used = 0;
    found.clear();
    Scope& scope = open();
    scope.rows.set(selection, input.length());
    auto result = value_of(program->root(), scope);
    for (Kept& memo : kept) memo.value = Vector{};  // memory must not outlive the batch
    if (result) settle_faults();
    return result;
  }

  /// In order of rows, one for each row: the first that evaluation met.
  void settle_faults() {
    if (found.empty()) return;
    const auto earlier = [](const RowFault& left, const RowFault& right) {
      return left.row < right.row;
    };
    std::stable_sort(found.begin(), found.end(), earlier);
    const auto same = [](const RowFault& left, const RowFault& right) {
      return left.row == right.row;
    };
    found.erase(std::unique(found.begin(), found.end(), same), found.end());
    if (LEAT_MUTANT("evaluator_forgets_first_fault")) found.erase(found.begin());
  }

  void hand_over(std::vector<RowFault>& faults) {
    faults.insert(faults.end(), std::make_move_iterator(found.begin()),
                  std::make_move_iterator(found.end()));
    found.clear();
  }

  Result<ColumnRef> null_faulty_rows(ColumnRef column) {
    if (found.empty()) return column;
    std::vector<KernelFault> rows;
    for (const RowFault& fault : found) rows.push_back({fault.row, {}, {}, {}});
    return without(column, rows, *memory);
  }
};

Evaluator::Evaluator(ProgramRef program, MemoryAccount& memory) : impl_(std::make_unique<Impl>()) {
  impl_->kept.resize(program->nodes().size());
  impl_->program = std::move(program);
  impl_->memory = &memory;
}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;

Result<ColumnRef> Evaluator::evaluate(const Batch& batch, const Selection& selection,
                                      std::vector<RowFault>& faults) {
  LEAT_TRY_ASSIGN(Vector result, impl_->run(batch, selection));
  ColumnRef column = result.column;
  if (result.is_constant) {
    LEAT_TRY_ASSIGN(column, repeat_constant(*result.column, batch.length(), *impl_->memory));
  }
  LEAT_TRY_ASSIGN(column, impl_->null_faulty_rows(std::move(column)));
  impl_->hand_over(faults);
  return column;
}

Result<Selection> Evaluator::select(const Batch& batch, const Selection& selection,
                                    std::vector<RowFault>& faults) {
  LEAT_CHECK(impl_->program->type().is(TypeId::kBool), "rows are selected by a bool");
  LEAT_TRY_ASSIGN(const Vector result, impl_->run(batch, selection));
  const size_t count = words_of(batch.length());
  read_truth(result, count, impl_->truth);
  for (const RowFault& fault : impl_->found) {
    impl_->truth.is_true[fault.row / 64] &= ~(uint64_t{1} << (fault.row % 64));
  }
  impl_->hand_over(faults);
  Rows outer;
  outer.set(selection, batch.length());
  Rows chosen;
  chosen.set_part(outer, impl_->truth.is_true);
  if (chosen.count() == selection.count()) return selection;
  LEAT_TRY_ASSIGN(BufferRef rows, impl_->memory->allocate((chosen.count() + 1) * sizeof(uint32_t)));
  list_bits(chosen.bits().data(), count, rows->mutable_as<uint32_t>());
  return Selection(std::move(rows), chosen.count());
}

}  // namespace leat::expr
