// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a plugin turns rows into bytes of a format of its own, and perhaps brings them somewhere
// that is no file.
//
// Invariants:
//  1. Lanes make bytes, one committer takes them in order; so the output does not depend on the
//     schedule.
//  2. With LEAT_WRITES_FILE the target is the one of built-in sinks, with its options: staged,
//     compressed, all or nothing. With LEAT_WRITES_FILES lanes make records, which may go to many
//     files, and the plugin makes each file of its records, with a footer. Without both, the
//     plugin's target is told to prepare and commit, or to abort, and is closed once.
//  3. in = written + skipped + rejected, written = committed.
//
// Rejected: sinks that open files themselves in `process` (a failed run would leave them behind).
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/codes/plugin.h"
#include "operators/plugin/bound.h"
#include "operators/targets/file_sink.h"
#include "operators/text/text_buffer.h"

namespace leat::plugin {
namespace {

constexpr size_t kPartBytes = size_t{64} << 10;  // a guess at the bytes of a batch

/// A call that makes bytes of rows, some of which may be rejected.
struct RowsCall : StateCall {
  RowsCall(State& of, const RunWatch* run, io::TextBuffer& to, size_t count)
      : StateCall(of, run), text(to), rows(count) {}

  Status reject(uint64_t row, std::string reason) override {
    if (row >= rows)
      return std::unexpected(broken_contract(site, "it rejected a row that did not come"));
    faults.push_back({static_cast<uint32_t>(row),
                      Error(code::kPluginFailed, ErrorCode::kData, std::move(reason))});
    return {};
  }

  io::TextBuffer& text;
  const size_t rows;
  std::vector<RowFault> faults;
};

struct EncodeCall final : RowsCall {
  using RowsCall::RowsCall;

  Status write(std::string_view bytes) override { return text.append(bytes); }
};

class PluginEncoder final : public Encoder {
 public:
  PluginEncoder(BoundRef bound, const LaneContext& context)
      : state_(std::move(bound), context.memory), context_(context), text_(context.memory) {}

  Result<BufferRef> encode(const Batch& batch) override {
    LEAT_TRY(text_.start(kPartBytes));
    if (batch.rows() == 0) return text_.finish();
    LEAT_TRY_ASSIGN(const Batch prepared, prepare(batch, context_.memory));
    EncodeCall call(state_, context_.watch, text_, prepared.rows());
    Status status = state_.open(context_.watch);
    if (status) status = call_process(call, prepared, 0);
    if (!status) status = located(context_.faults, prepared, std::move(status).error());
    LEAT_TRY(std::move(status));
    size_t written = prepared.rows();
    if (!call.faults.empty()) {
      LEAT_TRY_ASSIGN(Settled settled, context_.faults.settle(prepared, prepared.selection(),
                                                              std::move(call.faults)));
      if (settled.error) return std::unexpected(std::move(*settled.error));
      written = settled.selection.count();
    }
    context_.ledger.add(Counter::kWritten, written);
    return text_.finish();
  }

 private:
  State state_;
  LaneContext context_;
  io::TextBuffer text_;
};

/// The records of a batch.
struct RecordsCall final : RowsCall {
  using RowsCall::RowsCall;

  Status write_records(std::string_view bytes, std::span<const uint64_t> record_ends) override {
    bool ascend = record_ends.size() == rows && ends.empty();
    for (size_t i = 0; i < record_ends.size() && ascend; ++i)
      ascend = record_ends[i] <= bytes.size() && (i == 0 || record_ends[i] >= record_ends[i - 1]);
    if (!ascend || (rows > 0 && record_ends.back() != bytes.size()))
      return std::unexpected(
          broken_contract(site, "what it says of the ends of its records is wrong"));
    ends.assign(record_ends.begin(), record_ends.end());
    return text.append(bytes);
  }

  std::vector<uint64_t> ends;
};

/// What FormatEncoder needs: records by a plugin.
class PluginRecords {
 public:
  PluginRecords(BoundRef bound, const LaneContext& context)
      : state_(std::make_unique<State>(std::move(bound), context.memory)),
        context_(context),
        text_(context.memory) {}

  Result<BufferRef> encode(const Batch& batch, std::vector<RowFault>& faults,
                           std::vector<uint64_t>* ends) {
    LEAT_TRY(text_.start(kPartBytes));
    if (ends != nullptr) ends->clear();
    if (batch.rows() == 0) return text_.finish();
    LEAT_TRY_ASSIGN(const Batch prepared, prepare(batch, context_.memory));
    RecordsCall call(*state_, context_.watch, text_, prepared.rows());
    Status status = state_->open(context_.watch);
    if (status) status = call_process(call, prepared, 0);
    if (status && call.ends.size() != prepared.rows())
      status = std::unexpected(
          broken_contract(state_->bound().site(), "it did not write the records of its rows"));
    if (!status) {
      LEAT_TRY(located(context_.faults, prepared, std::move(status).error()));
      call.ends.assign(prepared.rows(), text_.size());
    }
    for (RowFault& fault : call.faults) {
      fault.row = batch.selection()[fault.row];
      faults.push_back(std::move(fault));
    }
    if (ends != nullptr) *ends = std::move(call.ends);
    return text_.finish();
  }

 private:
  std::unique_ptr<State> state_;  // at one address, also when this is moved
  LaneContext context_;
  io::TextBuffer text_;
};

/// One file that a plugin makes of records.
class PluginFile final : public io::FileWriter {
 public:
  PluginFile(BoundRef bound, io::StagedFile& file, MemoryAccount& memory)
      : bound_(std::move(bound)), file_(file), memory_(memory), pool_(memory) {}
  ~PluginFile() override {
    if (is_open_ && table().file_close != nullptr) table().file_close(handle_);
    if (charged_ > 0) memory_.refund(charged_);
  }
  PluginFile(const PluginFile&) = delete;
  PluginFile& operator=(const PluginFile&) = delete;

  Status write(std::string_view records) override {
    LEAT_TRY(open());
    return step("file_write", [&](leat_call* call) {
      return table().file_write(handle_, call, records.data(), records.size());
    });
  }
  Status finish() override {
    LEAT_TRY(open());
    return step("file_finish", [&](leat_call* call) { return table().file_finish(handle_, call); });
  }

 private:
  struct FileCall final : leat_call {
    explicit FileCall(PluginFile& of)
        : leat_call(of.bound_->site(), &of.memory_, nullptr), file(of) {}
    Status write(std::string_view bytes) override { return file.file_.write(bytes); }
    size_t* charged() override { return &file.charged_; }
    leat_pool* open_pool() override { return &file.pool_; }
    leat_pool* pool() override { return &file.pool_; }
    PluginFile& file;
  };

  const leat_operator& table() const { return bound_->table(); }
  Status open() {
    if (is_open_) return {};
    LEAT_TRY(step("file_open", [&](leat_call* call) {
      return table().file_open(bound_->handle(), call, &handle_);
    }));
    is_open_ = true;
    return {};
  }
  template <typename Function>
  Status step(std::string_view name, Function&& function) {
    FileCall call(*this);
    return enter(call, name, [&] { return function(&call); });
  }

  BoundRef bound_;
  io::StagedFile& file_;
  MemoryAccount& memory_;
  leat_pool pool_;
  size_t charged_ = 0;
  void* handle_ = nullptr;
  bool is_open_ = false;
};

class PluginCommitter final : public Committer {
 public:
  PluginCommitter(BoundRef bound, const StageContext& context)
      : bound_(std::move(bound)), context_(context) {}
  ~PluginCommitter() override { close(); }

  Status open() override {
    LEAT_TRY(step("target_open", [&](leat_call* call) {
      return table().target_open(bound_->handle(), call, &target_);
    }));
    is_open_ = true;
    return {};
  }
  Status write(const BufferRef& bytes, uint64_t rows) override {
    LEAT_TRY(step("target_write", [&](leat_call* call) {
      return table().target_write(target_, call, bytes->data(), bytes->size(), rows);
    }));
    context_.ledger.add(Counter::kCommitted, rows);
    return {};
  }
  Status prepare(uint64_t) override {
    return step("target_prepare",
                [&](leat_call* call) { return table().target_prepare(target_, call); });
  }
  Status commit(uint64_t) override {
    Status status = step("target_commit",
                         [&](leat_call* call) { return table().target_commit(target_, call); });
    if (status) close();
    return status;
  }
  void abort() noexcept override {
    if (is_open_) table().target_abort(target_);
    close();
  }

 private:
  const leat_operator& table() const { return bound_->table(); }
  template <typename Function>
  Status step(std::string_view name, Function&& function) {
    leat_call call(bound_->site(), &context_.memory, context_.watch);
    return enter(call, name, [&] { return function(&call); });
  }
  void close() {
    if (std::exchange(is_open_, false) && table().target_close != nullptr)
      table().target_close(target_);
  }

  BoundRef bound_;
  StageContext context_;
  void* target_ = nullptr;
  bool is_open_ = false;
};

class PluginSink final : public Sink {
 public:
  PluginSink(BoundRef bound, std::optional<io::FileTarget> target)
      : bound_(std::move(bound)), target_(std::move(target)) {}

  std::unique_ptr<Encoder> encoder(const LaneContext& context) const override {
    if ((bound_->table().flags & LEAT_WRITES_FILES) != 0) {
      return std::make_unique<io::FormatEncoder<PluginRecords>>(*target_, context,
                                                                PluginRecords(bound_, context));
    }
    return std::make_unique<PluginEncoder>(bound_, context);
  }
  std::unique_ptr<Committer> committer(const StageContext& context) const override {
    if (target_) return io::make_file_committer(*target_, context);
    return std::make_unique<PluginCommitter>(bound_, context);
  }

 private:
  BoundRef bound_;
  std::optional<io::FileTarget> target_;
};

}  // namespace

void bind_sink(const BoundRef& plugin, std::optional<io::FileTarget> target,
               const OptionValues& options, BoundOperator& bound) {
  bound.equations = io::sink_equations();
  if (target) {
    if ((plugin->table().flags & LEAT_WRITES_FILES) != 0) {
      target->style.container = [plugin](io::StagedFile& file, MemoryAccount& memory) {
        return std::make_unique<PluginFile>(plugin, file, memory);
      };
    }
    const size_t of_plugin = bound.memory_minimum;
    io::describe_target(*target, options, bound);
    bound.memory_minimum += of_plugin;
  }
  bound.species = std::make_unique<PluginSink>(plugin, std::move(target));
}

}  // namespace leat::plugin
