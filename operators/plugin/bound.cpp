// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows must go to a plugin and come back without trusting it, and without copying what it
// only passes on.
//
// Invariants:
//  1. What a plugin gives is checked against what it declared in `bind`: the schema if it sends
//     one, else the shape of the array.
//  2. Memory that a state charged is given back when the state is closed, whatever the plugin
//     refunded.
//  3. Dates and timestamps are of the years that leat can read and write.
//  4. A state is opened and closed once; a state that could not be opened is not closed.
//
// Rejected: a schema with every array (a plugin would build and release one for each batch).
#include "operators/plugin/bound.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/data/arrow_import.h"
#include "operators/data/take.h"
#include "operators/expr/kernels/calendar.h"

namespace leat::plugin {

Bound::Bound(const PluginOperator& plugin, void* handle, SchemaRef declared,
             std::vector<size_t> wanted)
    : plugin_(plugin), handle_(handle), declared_(std::move(declared)), wanted_(std::move(wanted)) {
  if (declared_ == nullptr) return;
  std::vector<Field> fields;
  for (const size_t index : wanted_) fields.push_back((*declared_)[index]);
  output_ = std::make_shared<const Schema>(std::move(fields));
  arrow_output_ = std::make_unique<ArrowSchemaRef>(*declared_, text());
}

Bound::~Bound() {
  if (table().unbind != nullptr && handle_ != nullptr) table().unbind(handle_);
}

Result<size_t> Bound::rows_of(const leat_output& given) const {
  if (given.array == nullptr || given.array->release == nullptr)
    return std::unexpected(broken_contract(site(), "it gave no array"));
  if (given.array->length < 0 || given.array->offset < 0)
    return std::unexpected(broken_contract(site(), "it gave an array of negative length"));
  if (given.schema != nullptr) {
    Result<SchemaRef> schema = import_schema(*given.schema);
    if (!schema) return std::unexpected(broken_contract(site(), schema.error().message));
    for (size_t i = 0; i < std::max((*schema)->size(), declared_->size()); ++i) {
      const auto text = [i](const Schema& of) {
        return i < of.size() ? fmt::format("'{}' {}", of[i].name, to_string(of[i].type))
                             : std::string("nothing");
      };
      if (i < (*schema)->size() && i < declared_->size() && (**schema)[i] == (*declared_)[i])
        continue;
      return std::unexpected(
          broken_contract(site(), fmt::format("column {} is {}, but {} was declared", i + 1,
                                              text(**schema), text(*declared_))));
    }
  } else if (given.array->n_children != static_cast<int64_t>(declared_->size())) {
    return std::unexpected(
        broken_contract(site(), fmt::format("it gave {} columns, but {} were declared",
                                            given.array->n_children, declared_->size())));
  }
  return static_cast<size_t>(given.array->length);
}

Result<std::vector<ColumnRef>> Bound::import(const leat_output& given, size_t begin, size_t count,
                                             MemoryAccount& memory) const {
  const ArrowSchema& schema = given.schema != nullptr ? *given.schema : arrow_output_->get();
  auto columns = import_columns(schema, *declared_, *given.array, {begin, count}, wanted_, memory);
  const bool is_source = table().kind == LEAT_SOURCE;
  if (!columns && (columns.error().code == ErrorCode::kPlugin ||
                   (columns.error().code == ErrorCode::kData && !is_source)))
    return std::unexpected(broken_contract(site(), columns.error().message));
  if (!columns) return columns;
  Status times = check_times(site(), *columns);
  if (times) return columns;
  // What a source reads is not of its making.
  if (is_source)
    return fail(code::kOutOfRange, ErrorCode::kData,
                fmt::format("a date or time is outside of the years {} to {}", expr::kYearMin,
                            expr::kYearMax));
  return std::unexpected(std::move(times).error());
}

namespace {

template <typename T>
bool is_within(const Column& column, int64_t lowest, int64_t highest) {
  const std::span<const T> values(column.values<T>(), column.length());
  return std::all_of(values.begin(), values.end(),
                     [=](T value) { return value >= lowest && value <= highest; });
}

}  // namespace

Status check_times(const Site& site, const std::vector<ColumnRef>& columns) {
  for (const ColumnRef& column : columns) {
    const TypeId type = column->type().id();
    const bool right = type == TypeId::kDate
                           ? is_within<int32_t>(*column, expr::kDaysMin, expr::kDaysMax)
                       : type == TypeId::kTimestamp
                           ? is_within<int64_t>(*column, expr::kTimestampMin, expr::kTimestampMax)
                           : true;
    if (right) continue;
    return std::unexpected(broken_contract(
        site, fmt::format("it gave a {} outside of the years {} to {}", to_string(column->type()),
                          expr::kYearMin, expr::kYearMax)));
  }
  return {};
}

State::~State() {
  const leat_operator& table = bound_->table();
  if (is_open_ && table.open != nullptr && table.close != nullptr) table.close(handle_);
  if (charged_ > 0) memory_.refund(charged_);
}

leat_pool* State::open_pool() {
  if (pool_ == nullptr) pool_ = std::make_unique<leat_pool>(memory_);
  return pool_.get();
}

Status State::open(const RunWatch* watch) {
  if (is_open_) return {};
  if (bound_->table().open == nullptr) {
    handle_ = bound_->handle();
  } else {
    StateCall call(*this, watch);
    LEAT_TRY(enter(call, "open",
                   [&] { return bound_->table().open(bound_->handle(), &call, &handle_); }));
  }
  is_open_ = true;
  return {};
}

Result<Batch> prepare(const Batch& batch, MemoryAccount& memory) {
  Batch whole = batch;
  if (!batch.selection().is_all() || batch.rows() != batch.length()) {
    LEAT_TRY_ASSIGN(whole, compact(batch, memory));
  }
  RowPlaces ids = whole.places();
  ids.origin = batch.places().origin;
  if (!ids.ordinals) {
    LEAT_TRY_ASSIGN(ids.ordinals, memory.allocate(whole.length() * sizeof(uint64_t)));
    auto* const packed = ids.ordinals->mutable_as<uint64_t>();
    for (size_t row = 0; row < whole.length(); ++row) packed[row] = (ids.first + row).packed();
  }
  return whole.with_places(std::move(ids));
}

Status call_process(StateCall& call, const Batch& prepared, uint64_t first_row) {
  ArrowArray array{};
  LEAT_TRY(export_whole(prepared, call.state.bound().text(), call.state.memory(), &array));
  const ArrayGuard released(&array);
  const leat_rows rows{sizeof(leat_rows), &array, first_row,
                       prepared.places().ordinals->as<uint64_t>()};
  return enter(call, "process", [&] {
    return call.state.bound().table().process(call.state.handle(), &call, &rows);
  });
}

Status located(FaultPolicy& faults, const Batch& batch, Error error) {
  const bool placed = error.data.has_value() || error.pipeline.has_value();
  if (placed || error.code == ErrorCode::kData) return std::unexpected(std::move(error));
  return faults.record(nullptr, batch.length() > 0 ? batch.ordinal(0) : Ordinal(),
                       std::move(error));
}

}  // namespace leat::plugin
