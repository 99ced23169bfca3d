// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the adapters of all species share: an operator that a plugin has bound, a state of it, and
// the way of rows there and back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operators/data/arrow_export.h"
#include "operators/operator.h"
#include "operators/plugin/connections.h"
#include "operators/plugin/files.h"
#include "operators/plugin/host.h"

namespace leat::plugin {

/// An operator as it is called: what OperatorDef::plugin points to. Lives as long as the process.
struct PluginOperator {
  Site site;
  const leat_operator* table = nullptr;      ///< What its minor version did not have is NULL in it.
  const leat_operator* given = nullptr;      ///< The plugin's own.
  const Connections* connections = nullptr;  ///< Of the pipeline.
};

/// A schema in Arrow's form.
class ArrowSchemaRef {
 public:
  ArrowSchemaRef(const Schema& schema, ArrowText text) { export_schema(schema, text, &schema_); }
  ~ArrowSchemaRef() { schema_.release(&schema_); }
  ArrowSchemaRef(const ArrowSchemaRef&) = delete;
  ArrowSchemaRef& operator=(const ArrowSchemaRef&) = delete;
  const ArrowSchema& get() const { return schema_; }

 private:
  ArrowSchema schema_{};
};

/// A bound operator of a plugin. THREADS: immutable, any.
class Bound {
 public:
  /// Takes `handle` over. `declared` are the columns that the plugin gives, `wanted` the numbers of
  /// those that `output` has.
  Bound(const PluginOperator& plugin, void* handle, SchemaRef declared, std::vector<size_t> wanted);
  ~Bound();
  Bound(const Bound&) = delete;
  Bound& operator=(const Bound&) = delete;

  const Site& site() const { return plugin_.site; }
  const leat_operator& table() const { return *plugin_.table; }
  void* handle() const { return handle_; }
  bool drops_rows() const { return (table().flags & LEAT_DROPS_ROWS) != 0; }
  ArrowText text() const {
    return table().text == LEAT_TEXT_VIEWS ? ArrowText::kViews : ArrowText::kContiguous;
  }
  const SchemaRef& output() const { return output_; }

  /// The columns of rows [begin, begin + count) of what the plugin gave. ERRORS: kPlugin when it
  /// is not what was declared; of sources kData when a value has no counterpart; kMemory.
  Result<std::vector<ColumnRef>> import(const leat_output& given, size_t begin, size_t count,
                                        MemoryAccount& memory) const;
  /// How many rows were given. ERRORS: kPlugin when it is no struct array as declared.
  Result<size_t> rows_of(const leat_output& given) const;

 private:
  PluginOperator plugin_;
  void* handle_;
  SchemaRef declared_;
  std::vector<size_t> wanted_;
  SchemaRef output_;
  std::unique_ptr<ArrowSchemaRef> arrow_output_;
};

using BoundRef = std::shared_ptr<const Bound>;

/// A state that the plugin opened, with the memory it charged. Opened at its first use, since lanes
/// are made without a way to fail. THREADS: one at a time.
class State {
 public:
  State(BoundRef bound, MemoryAccount& memory) : bound_(std::move(bound)), memory_(memory) {}
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// ERRORS: as enter().
  Status open(const RunWatch* watch);
  void* handle() const { return handle_; }
  size_t* charged() { return &charged_; }
  leat_pool* open_pool();
  leat_pool* pool() const { return pool_.get(); }
  const Bound& bound() const { return *bound_; }
  const BoundRef& bound_ref() const { return bound_; }
  MemoryAccount& memory() const { return memory_; }

 private:
  BoundRef bound_;
  MemoryAccount& memory_;
  std::unique_ptr<leat_pool> pool_;  // null: nobody asked for it
  void* handle_ = nullptr;
  size_t charged_ = 0;
  bool is_open_ = false;
};

/// A call on a state: charges are counted with it.
struct StateCall : leat_call {
  StateCall(State& of, const RunWatch* run)
      : leat_call(of.bound().site(), &of.memory(), run), state(of) {}
  size_t* charged() override { return state.charged(); }
  leat_pool* open_pool() override { return state.open_pool(); }
  leat_pool* pool() override { return state.pool(); }

  State& state;
};

/// The rows of `batch` as they go to a plugin: no row that is not selected, all identities, and the
/// way back to the text. Selected row k becomes row k. ERRORS: kMemory.
Result<Batch> prepare(const Batch& batch, MemoryAccount& memory);

/// Refuses dates and timestamps that neither files nor expressions can hold.
Status check_times(const Site& site, const std::vector<ColumnRef>& columns);

/// Calls `process` of `state` with the rows of `prepared`.
Status call_process(StateCall& call, const Batch& prepared, uint64_t first_row);

/// Gives `error` the place of `batch` and of the stage.
Status located(FaultPolicy& faults, const Batch& batch, Error error);

// ------------------------------------------------------------------------------------------------------------- binding

/// OperatorDef::bind of all operators of plugins.
std::optional<BoundOperator> bind_plugin(const OptionValues& options, const BindContext& context);

// One for each species, in the file of its name. `bound.output` and what follows from the species
// are filled in.
void bind_map(const BoundRef& plugin, const Schema& input, BoundOperator& bound);
void bind_collect(const BoundRef& plugin, const Schema& input, BoundOperator& bound);
void bind_source(const BoundRef& plugin, BoundOperator& bound);
/// Of sources with LEAT_READS_FILES. False after reporting names of columns that meet.
bool bind_file_source(const BoundRef& plugin, SourceFiles files, const OptionValues& options,
                      const BindContext& context, BoundOperator& bound);
/// `target` is where leat writes the bytes; nullopt: the plugin does.
void bind_sink(const BoundRef& plugin, std::optional<io::FileTarget> target,
               const OptionValues& options, BoundOperator& bound);

}  // namespace leat::plugin
