// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The contract between operators and the run.
//
// An operator lives in one file (operators/{sources,transforms,sinks}/<name>.cpp, no header). The
// file holds the table of its options, a `bind` function that turns checked options and the schema
// of the input into a bound operator, and the code that processes batches. `OperatorDef
// operator_<name>` at its end is the only symbol; the table of built-ins is made from the file
// names.
//
// Binding happens before any data is read: it types every expression, names every output column,
// and reports all mistakes to BindContext::diagnostics. A bound operator is immutable and shared;
// what changes lives in the lanes it makes.
//
// The species, and what each call may do. "Parks" means it may suspend the goroutine (channel,
// blocking I/O); "serial" means one goroutine in the order of positions; "lane" means one object
// per lane, many lanes at once.
//
//   species     calls                                parks     runs     order of calls
//   Source      Splitter::next                       yes       serial   until nullopt
//               Decoder::decode                      no        lane     splits in ascending order, not all of them
//   Map         MapLane::process, end_split          no        lane     batches of a split in order, splits in any
//               MapLane::seal                        no        lane     after the lane's last split
//               Map::rest                            no        serial   after every seal
//   Sequential  SequentialState::process, finish     no        serial   all batches in order, then finish
//   Collect     Partial::consume, seal               spilling  lane     as Map; seal after the lane's last batch
//               Final::absorb, finish                spilling  serial   absorb once per lane in any order, then finish
//               Collected::emit_part                 spilling  lane     each part once, in any order
//   Union       MapLane of align                     no        lane     as Map
//   Sink        Encoder::encode                      no        lane     as Map
//               Committer::write ... commit, abort   yes       serial   all parts in order
//
// What a Collect has made of its rows (Collected) is emitted behind it, or lent to the lanes of a
// Map whose side input it is: a hash join is a Collect that is lent. Results must not depend on
// which lane saw which rows: "first" and ties are decided by Ordinal, and rows of one ordinal,
// which a map made of one row, stay in one lane in their order.
//
// All calls may allocate, but only through LaneContext::memory for anything that grows with the
// data. End of input is the end of calls (Splitter returns nullopt; seal, finish). A call that
// fails ends the lane's work on this split only: the run decides which of several errors wins (the
// one with the lowest Ordinal), so **before returning an error of a row, an operator has emitted
// the rows before it**; otherwise a later stage's earlier error would be missed.
//
// Bad rows: whoever finds a row that cannot be processed hands it to FaultPolicy, which applies the
// stage's `on_error`.
//
// State that outlives a batch is held in buffers and columns only, so that it can be written in the
// versioned batch encoding (spill, resume, shards); no operator keeps state in globals, thread
// locals or files of its own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/check.h"
#include "engine/error.h"
#include "operators/context.h"
#include "operators/data/split.h"
#include "operators/diagnostic.h"
#include "operators/environment.h"
#include "operators/ledger.h"
#include "operators/options.h"

namespace leat {

// --------------------------------------------------------------------------------------------------------- the species

/// Cuts the input into splits at record boundaries.
class Splitter {
 public:
  virtual ~Splitter() = default;
  /// The next split (indexes ascend from 0 without gaps), or nullopt at the end. SUSPENDS (reads in
  /// `blocking`). ERRORS: kIo, kData (a quote never closed), kMemory.
  virtual Result<std::optional<io::Split>> next() = 0;
};

/// Turns a split into batches.
class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual Status decode(const io::Split& split, Output& output) = 0;
};

class Source {
 public:
  virtual ~Source() = default;
  virtual std::unique_ptr<Splitter> splitter(const StageContext& context) const = 0;
  virtual std::unique_ptr<Decoder> decoder(const LaneContext& context) const = 0;
};

/// What a stage has made of all its rows: immutable, read by many lanes at once.
class Collected {
 public:
  virtual ~Collected() = default;
  /// In how many parts it can be emitted; the parts in order are the result. A part but the last
  /// has at most Ordinal::kRowsPerSplitMax rows.
  virtual size_t parts() const = 0;
  /// Emits part `part`; counts Counter::kMade in `context`. REQUIRES: `part` < parts(). Uses no
  /// context of an earlier call, which may be gone. THREADS: any, a part once.
  virtual Status emit_part(size_t part, const LaneContext& context, Output& output) const = 0;
};

using CollectedRef = std::shared_ptr<const Collected>;
/// What was made of each side input of a stage, in their order.
using Sides = std::span<const CollectedRef>;

class Collect;

class MapLane {
 public:
  virtual ~MapLane() = default;
  virtual Status process(Batch batch, Output& output) = 0;
  /// All rows of the split were processed: emits what was held back of them. Not called after an
  /// error.
  virtual Status end_split(Output& output) {
    static_cast<void>(output);
    return {};
  }
  /// The lane's last split has ended, before Map::rest is asked. Not called after an error.
  virtual Status seal() { return {}; }
};

class Map {
 public:
  virtual ~Map() = default;
  /// One for each input but the first: how its rows are collected before the first split is
  /// processed. Most maps have none.
  virtual std::span<const std::unique_ptr<Collect>> sides() const { return {}; }
  /// What the lanes of one run have in common, made before any of them; null: nothing. It stands
  /// behind what the sides have made. `memory` outlives it.
  virtual CollectedRef common(MemoryAccount& memory) const {
    static_cast<void>(memory);
    return nullptr;
  }
  /// `sides` has what each of sides() has made, and then common(); it lives as long as the run.
  virtual std::unique_ptr<MapLane> lane(const LaneContext& context, Sides sides) const = 0;
  /// Does it have rows that come behind all others (the right rows of a full join)?
  virtual bool has_rest() const { return false; }
  /// Those rows. Asked once, after every lane has been sealed, when has_rest(). May be null.
  virtual Result<CollectedRef> rest(const LaneContext& context, Sides sides) const {
    static_cast<void>(context);
    static_cast<void>(sides);
    return CollectedRef();
  }
};

/// Does the stage want more rows? kDone lets everything above it stop.
enum class Demand : uint8_t { kMore, kDone };

class SequentialState {
 public:
  virtual ~SequentialState() = default;
  virtual Result<Demand> process(Batch batch, Output& output) = 0;
  /// Called once after the last batch, also after kDone.
  virtual Status finish(Output& output) = 0;
};

class Sequential {
 public:
  virtual ~Sequential() = default;
  virtual std::unique_ptr<SequentialState> start(const LaneContext& context) const = 0;
};

class Partial {
 public:
  virtual ~Partial() = default;
  virtual Status consume(const Batch& batch) = 0;
  /// The part of finishing that lanes can do at once (sort the lane's run).
  virtual Status seal() = 0;
  /// Bytes that spill() would give back now.
  virtual size_t spillable() const { return 0; }
  /// Writes state to LaneContext::spill, in the lane's own goroutine and between batches. A partial
  /// that is refused memory does so by itself. ERRORS: kIo.
  virtual Status spill() { return {}; }
};

class Final {
 public:
  virtual ~Final() = default;
  /// REQUIRES: `partial` was made by the same Collect and sealed.
  virtual Status absorb(std::unique_ptr<Partial> partial) = 0;
  /// Called once, after the last absorb.
  virtual Result<CollectedRef> finish() = 0;
};

class Collect {
 public:
  virtual ~Collect() = default;
  virtual std::unique_ptr<Partial> partial(const LaneContext& context) const = 0;
  virtual std::unique_ptr<Final> final(const LaneContext& context) const = 0;
};

/// Brings the rows of several inputs together.
class Union {
 public:
  /// One input after another; or, of branches of one stage, in the order of its rows.
  enum class Order : uint8_t { kInputs, kRows };

  virtual ~Union() = default;
  virtual Order order() const = 0;
  /// Gives rows of input `input` the columns of the output. Emits each row once.
  virtual std::unique_ptr<MapLane> align(size_t input, const LaneContext& context) const = 0;
};

class Encoder {
 public:
  virtual ~Encoder() = default;
  /// The bytes of the batch's rows, complete records. Counts Counter::kWritten.
  virtual Result<BufferRef> encode(const Batch& batch) = 0;
};

/// Owns the target of a sink. The run calls open, write..., then either prepare, announce and
/// commit, or abort. The target itself is untouched until commit. SUSPENDS (all calls).
class Committer {
 public:
  virtual ~Committer() = default;
  /// Checks and opens everything that can fail early, before data is read.
  virtual Status open() = 0;
  /// Appends `bytes`, which hold `rows` records. Counts Counter::kCommitted.
  virtual Status write(const BufferRef& bytes, uint64_t rows) = 0;
  /// Everything written is durable but not visible.
  virtual Status prepare(uint64_t epoch) = 0;
  /// Prints what is for people. All sinks are prepared, and no output of the run has changed yet.
  virtual Status announce() { return {}; }
  virtual Status commit(uint64_t epoch) = 0;
  virtual void abort() noexcept = 0;
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual std::unique_ptr<Encoder> encoder(const LaneContext& context) const = 0;
  virtual std::unique_ptr<Committer> committer(const StageContext& context) const = 0;
};

// ------------------------------------------------------------------------------------------- definition and binding

/// A column of one of a stage's inputs.
struct InputColumn {
  InputColumn(size_t column_index = 0,
              size_t input_index = 0)  // NOLINT(google-explicit-constructor): of the first input
      : column(column_index), input(input_index) {}
  size_t column;
  size_t input;

  auto operator<=>(const InputColumn&) const = default;
};

/// `columns` of input `input`.
std::vector<InputColumn> input_columns(std::span<const size_t> columns, size_t input = 0);

/// A bound operator: its species and the schema of its main port (null for sinks).
struct BoundOperator {
  std::variant<std::unique_ptr<Source>, std::unique_ptr<Map>, std::unique_ptr<Sequential>,
               std::unique_ptr<Collect>, std::unique_ptr<Union>, std::unique_ptr<Sink>>
      species;
  SchemaRef output;
  /// The schemas of the further ports, in the order of OperatorDef::ports.
  std::vector<SchemaRef> ports;
  /// For each output column, the input columns it is made of; and those read whatever is wanted
  /// (predicates, keys). The planner derives from this which columns a source must decode. Sources
  /// and sinks leave it empty: a sink reads all of its input.
  std::vector<std::vector<InputColumn>> column_inputs;
  std::vector<InputColumn> always_read;
  /// Counters of this operator that must agree.
  std::vector<Equation> equations;
  /// The file a sink writes, as the pipeline names it; `-` is standard output.
  std::optional<SourceText> target;
  /// Of a target that stands for many files, whose names the rows decide: the folder in which, or
  /// below which, all of them lie.
  std::optional<std::string> target_folder = {};
  /// What the sink writes beside its target: the list of its files.
  std::optional<SourceText> manifest = {};
  /// Does the source read standard input, which no two can?
  bool reads_stdin = false;
  /// The files that are read while it runs: nothing else stays in reach.
  std::vector<std::string> files = {};
  /// Of a source: how far it has read them. Or null.
  std::shared_ptr<const io::InputMeter> meter = nullptr;
  /// Least memory the stage needs for each lane, in bytes; the plan adds these up against the
  /// budget.
  size_t memory_minimum = 0;
  /// Do the lanes of the map hold rows, which they write to LaneContext::spill when refused memory?
  bool holds_rows = false;
  /// Does the map look at all rows, also when nobody behind it wants more?
  bool looks_at_all = false;
  /// Its columns depend on an option that is found in a first pass (OperatorDef::found): nothing
  /// behind it can be bound yet.
  bool is_open = false;
};

struct OperatorDef;

/// What `bind` gets to see.
struct BindContext {
  /// The schemas of the inputs, `from` before `with`; empty for sources.
  std::vector<SchemaRef> inputs;
  /// The names of the output columns anyone reads: a source decodes no others. nullopt: all.
  std::optional<std::vector<std::string>> projection;
  /// Parameters, `now()` and the like.
  const expr::Environment& environment;
  OnError on_error = OnError::kFail;
  Diagnostics& diagnostics;
  /// The definition that is being bound: several operators of plugins share one `bind`.
  const OperatorDef* definition = nullptr;
  /// Who has standard input, if this source cannot have it: a clause such as "the stage 'a' reads
  /// it".
  std::string stdin_user = {};
  /// The names of the stages that are the inputs, for messages; as many as `inputs`.
  std::vector<std::string> input_names = {};
  /// The name of the stage, with a number behind it if others before it have the same.
  std::string stage_name = {};
  /// Does anybody read one of the stage's further ports?
  bool ports_read = false;

  /// The schema of the first input. REQUIRES: not a source.
  const SchemaRef& input() const { return inputs.front(); }
};

/// What an operator is to the pipeline.
enum class OperatorKind : uint8_t { kSource, kTransform, kSink };

/// An option that may be left out, and is then the list of the values that an expression has, NULL
/// among them, found in a pass over the rows before the run.
struct FoundOption {
  std::string_view option;
  std::string_view of;    ///< The option with the expression.
  std::string_view most;  ///< The option that says how many values there may be.
};

/// Everything known of an operator without binding it. All views point to literals, or to what
/// `plugin` keeps.
struct OperatorDef {
  std::string_view name;  ///< As in YAML; equals the file's name.
  OperatorKind kind;
  std::string_view summary;  ///< One line, starts with a verb.
  std::string_view doc;      ///< Markdown paragraphs.
  std::string_view example;  ///< YAML list items of stages, block style.
  std::string_view main_option;
  std::span<const OptionDef> options;
  /// Returns nullopt after reporting why. Never reads rows; sources may open files to sniff and
  /// report what is missing. After a report it may yet return what it bound, if it knows its
  /// output: then the stages behind it are checked, and nothing is run.
  std::optional<BoundOperator> (*bind)(const OptionValues& options, const BindContext& context);
  /// Is the output of the columns of the input, whatever the options say? Then the stages behind it
  /// are checked although its options are wrong.
  bool keeps_columns = false;
  /// The names of further ports than rows and rejects, as the options say, valid or not; null:
  /// none.
  std::vector<std::string> (*ports)(const OptionNode& options) = nullptr;
  /// Does `from` take a list of stages? The second input of other operators is an option of type
  /// kStage.
  bool many_inputs = false;
  /// Does it know `on_error: warn`?
  bool can_warn = false;
  /// Bound without that option it gives BoundOperator::is_open. Null: it has none.
  const FoundOption* found = nullptr;
  const void* plugin = nullptr;  ///< What its `bind` finds there when it comes from a plugin.
};

/// The built-in operators by name, ascending. Generated from the file names.
std::span<const OperatorDef* const> builtin_operators();

/// The operator called `name`, or null.
const OperatorDef* find_operator(std::string_view name);

/// The schema of the rejects port of any stage: file, line, column, stage, reason, raw.
SchemaRef rejects_schema();

}  // namespace leat
