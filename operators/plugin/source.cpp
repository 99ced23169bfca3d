// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a plugin reads what is no file of text: databases, services, formats of its own. It
// gives splits one after the other, and rows either at once or later, in lanes.
//
// Invariants:
//  1. Splits are numbered by the calls of `next`; which rows a split has is the plugin's affair and
//     must not depend on time.
//  2. Row n of a split is the n-th row given or rejected in it, and its place in messages is the
//     name of the split with the number of the row.
//  3. read = out + skipped + rejected.
//
//  4. With LEAT_READS_FILES the run asks file by file, in their order and only of those that are
//     still wanted; what a split is follows from its file and its number in it.
//
// Rejected: bytes that leat decodes (that is what the built-in sources are for).
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/codes/plugin.h"
#include "engine/mutant.h"
#include "operators/plugin/bound.h"

namespace leat::plugin {
namespace {

/// Rows are found by their number: there is no text behind them.
class NumberedRows final : public RowOrigin {
 public:
  NumberedRows(std::string name, uint64_t first_row)
      : name_(std::move(name)), first_row_(first_row) {}
  TextPlace locate(uint64_t row) const override { return {name_, first_row_ + row + 1, 0}; }
  std::string raw(uint64_t) const override { return {}; }

 private:
  std::string name_;
  uint64_t first_row_;
};

/// What the plugin keeps for a split, released with the split's last holder.
struct SplitHandle {
  leat_split split{};
  RowOriginRef origin;
  SplitHandle() = default;
  SplitHandle(const SplitHandle&) = delete;
  SplitHandle& operator=(const SplitHandle&) = delete;
  ~SplitHandle() {
    if (split.release != nullptr) split.release(split.data);
  }
};

/// Cuts what the plugin gives into batches whose rows are numbered on.
struct ReadCall : StateCall {
  ReadCall(State& of, const RunWatch* run, uint64_t split) : StateCall(of, run), index(split) {}

  Status emit(const leat_output& given) override {
    const Bound& bound = state.bound();
    LEAT_TRY_ASSIGN(const size_t length, bound.rows_of(given));
    for (size_t begin = 0; begin < length; begin += kBatchRowsMax) {
      const size_t count = std::min(kBatchRowsMax, length - begin);
      if (next_row + count > Ordinal::kRowsPerSplitMax)
        return std::unexpected(broken_contract(site, "a split has more than 16,777,216 rows"));
      LEAT_TRY(take_rows(given, begin, count));
    }
    return {};
  }
  virtual Status take(Batch batch) = 0;
  virtual RowOriginRef origin() const = 0;

  const uint64_t index;
  uint64_t next_row = 0;

 private:
  /// Rows with a value that has no counterpart are found by halving: there are few, or none.
  Status take_rows(const leat_output& given, size_t begin, size_t count) {
    const Bound& bound = state.bound();
    auto columns = bound.import(given, begin, count, state.memory());
    if (columns) {
      Batch batch(bound.output(), std::move(*columns), count,
                  RowPlaces{Ordinal(index, next_row), {}, origin()});
      next_row += count;
      return take(std::move(batch));
    }
    if (columns.error().code != ErrorCode::kData) return std::unexpected(columns.error());
    if (count == 1 && LEAT_MUTANT("values_that_do_not_fit_vanish")) return {};
    if (count == 1) return reject(next_row, std::move(columns).error().message);
    const size_t half = count / 2;
    LEAT_TRY(take_rows(given, begin, half));
    return take_rows(given, begin + half, count - half);
  }
};

struct NextCall final : ReadCall {
  using ReadCall::ReadCall;
  Status reject(uint64_t, std::string reason) override {
    return std::unexpected(broken_contract(site, reason));
  }
  Status take(Batch batch) override {
    batches.push_back(std::move(batch));
    return {};
  }
  RowOriginRef origin() const override { return nullptr; }  // known when `next` has returned

  std::vector<Batch> batches;
};

struct DecodeCall final : ReadCall {
  DecodeCall(State& of, const LaneContext& lane, const io::Split& split, Output& to)
      : ReadCall(of, lane.watch, split.index),
        context(lane),
        output(to),
        handle(*static_cast<const SplitHandle*>(split.handle.get())) {}

  Status take(Batch batch) override {
    context.ledger.add(Counter::kRead, batch.rows());
    return output.emit(std::move(batch));
  }
  Status reject(uint64_t row, std::string reason) override {
    if (row != next_row)
      return std::unexpected(broken_contract(site, "it rejected a row out of turn"));
    context.ledger.add(Counter::kRead, 1);
    return context.faults.record(handle.origin, Ordinal(index, next_row++),
                                 Error(code::kPluginFailed, ErrorCode::kData, std::move(reason)));
  }
  RowOriginRef origin() const override { return handle.origin; }

  const LaneContext& context;
  Output& output;
  const SplitHandle& handle;
};

class PluginSplitter : public Splitter {
 public:
  PluginSplitter(BoundRef bound, const StageContext& context)
      : state_(std::move(bound), context.memory), watch_(context.watch) {}

  Result<std::optional<io::Split>> next() override { return next_of(nullptr, 0); }

 protected:
  /// The next split, of `input` unless that is null, of which there were `part` before.
  Result<std::optional<io::Split>> next_of(const std::shared_ptr<const io::Input>& input,
                                           uint64_t part) {
    LEAT_TRY(state_.open(watch_));
    auto handle = std::make_shared<SplitHandle>();
    handle->split.size = sizeof(leat_split);
    if (input != nullptr) {
      handle->split.name = input->name.c_str();
      handle->split.file = input->index;
      handle->split.part = part;
    }
    NextCall call(state_, watch_, next_index_);
    LEAT_TRY(enter(call, "next", [&] {
      return state_.bound().table().next(state_.handle(), &call, &handle->split);
    }));
    if (handle->split.has_split == 0) {
      if (!call.batches.empty())
        return std::unexpected(
            broken_contract(state_.bound().site(), "it gave rows and then said there is no split"));
      return std::optional<io::Split>();
    }
    const char* const name = handle->split.name;
    handle->origin = std::make_shared<NumberedRows>(
        name == nullptr ? state_.bound().site().name : std::string(name), handle->split.first_row);
    handle->split.name = nullptr;  // it was promised to us for the call only
    for (Batch& batch : call.batches) {
      RowPlaces ids = batch.places();
      ids.origin = handle->origin;
      batch = batch.with_places(std::move(ids));
    }
    io::Split split;
    split.index = next_index_++;
    split.input = input;
    split.first_row = handle->split.first_row;
    split.first_of_input = part == 0;
    split.rows = std::make_shared<const std::vector<Batch>>(std::move(call.batches));
    split.handle = std::move(handle);
    return std::optional<io::Split>(std::move(split));
  }

 private:
  State state_;
  const RunWatch* watch_;
  uint64_t next_index_ = 0;
};

/// Goes on to the next file when one has no more splits.
class FileSplitter final : public PluginSplitter {
 public:
  FileSplitter(BoundRef bound, const io::Inputs& inputs, const StageContext& context)
      : PluginSplitter(std::move(bound), context), inputs_(inputs) {}

  Result<std::optional<io::Split>> next() override {
    for (; file_ < inputs_.size(); ++file_, part_ = 0) {
      LEAT_TRY_ASSIGN(std::optional<io::Split> split, next_of(inputs_[file_], part_));
      if (!split) {
        count_read(*inputs_[file_]);
        continue;
      }
      ++part_;
      return split;
    }
    return std::optional<io::Split>();
  }

 private:
  /// All of a file counts when its last split was given.
  static void count_read(const io::Input& input) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(input.name, error);
    if (input.meter != nullptr && !error)
      input.meter->bytes.fetch_add(bytes, std::memory_order_relaxed);
  }

  const io::Inputs& inputs_;
  size_t file_ = 0;
  uint64_t part_ = 0;
};

class PluginDecoder final : public Decoder {
 public:
  PluginDecoder(BoundRef bound, const LaneContext& context)
      : state_(std::move(bound), context.memory), context_(context) {}

  Status decode(const io::Split& split, Output& output) override {
    for (const Batch& batch : *split.rows) {
      context_.ledger.add(Counter::kRead, batch.rows());
      LEAT_TRY(output.emit(batch));
    }
    const leat_operator& table = state_.bound().table();
    if (table.decode == nullptr) return {};
    DecodeCall call(state_, context_, split, output);
    Status status = state_.open(context_.watch);
    if (status) {
      status = enter(call, "decode",
                     [&] { return table.decode(state_.handle(), &call, &call.handle.split); });
    }
    if (status) return {};
    return located(context_.faults, Batch(), std::move(status).error());
  }

 private:
  State state_;
  LaneContext context_;
};

/// Tells the plugin which rows are wanted.
void prune(const Bound& bound, std::span<const RowCondition> conditions) {
  if (bound.table().prune == nullptr) return;
  std::vector<leat_condition> given;
  for (const RowCondition& condition : conditions) {
    // Columns of paths are no business of the plugin.
    if (!bound.output()->find(condition.column)) continue;
    const bool is_compared = condition.comparison < RowCondition::Comparison::kIsNull;
    given.push_back({sizeof(leat_condition), condition.column.c_str(),
                     static_cast<uint32_t>(condition.comparison) + LEAT_EQUAL, 0,
                     is_compared ? condition.value.c_str() : nullptr,
                     is_compared ? condition.value.size() : 0});
  }
  if (!given.empty()) bound.table().prune(bound.handle(), given.data(), given.size());
}

class PluginSource final : public Source, public ConditionedSource {
 public:
  explicit PluginSource(BoundRef bound) : bound_(std::move(bound)) {}

  std::unique_ptr<Splitter> splitter(const StageContext& context) const override {
    return std::make_unique<PluginSplitter>(bound_, context);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return std::make_unique<PluginDecoder>(bound_, context);
  }
  void leave_out(std::span<const RowCondition> conditions) override { prune(*bound_, conditions); }

 private:
  BoundRef bound_;
};

class PluginFileSource final : public io::FileSource {
 public:
  PluginFileSource(BoundRef bound, SourceFiles files)
      : FileSource(std::move(files.inputs), std::move(files.extras)), bound_(std::move(bound)) {}

  std::unique_ptr<Splitter> splitter(const StageContext& context) const override {
    return std::make_unique<FileSplitter>(bound_, inputs_, context);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return extras_.wrap(std::make_unique<PluginDecoder>(bound_, context), context);
  }
  void leave_out(std::span<const RowCondition> conditions) override { prune(*bound_, conditions); }

 private:
  BoundRef bound_;
};

}  // namespace

void bind_source(const BoundRef& plugin, BoundOperator& bound) {
  bound.equations = {
      Equation({Counter::kRead}, {Counter::kOut, Counter::kSkipped, Counter::kRejected})};
  bound.species = std::make_unique<PluginSource>(plugin);
}

bool bind_file_source(const BoundRef& plugin, SourceFiles files, const OptionValues& options,
                      const BindContext& context, BoundOperator& bound) {
  const size_t errors_before = context.diagnostics.count();
  bind_source(plugin, bound);
  bound.output =
      files.extras.extend(plugin->output(), context.projection, options, context.diagnostics);
  io::describe_inputs(options, files.inputs, bound);
  bound.species = std::make_unique<PluginFileSource>(plugin, std::move(files));
  return context.diagnostics.count() == errors_before;
}

}  // namespace leat::plugin
