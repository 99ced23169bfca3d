// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a plugin turns rows into bytes of a format of its own, and perhaps brings them somewhere
// that is no file.
//
// Invariants:
//  1. Lanes make bytes, one committer takes them in order; so the output does not depend on the
//     schedule.
//  2. With LEAT_WRITES_FILE the target is the one of built-in sinks, with its options: staged,
//     compressed, all or nothing. Without, the plugin's target is told to prepare and commit, or to
//     abort, and is closed once.
//  3. in = written + skipped + rejected, written = committed.
//
// Rejected: sinks that open files themselves in `process` (a failed run would leave them behind).
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "engine/codes/plugin.h"
#include "operators/plugin/bound.h"
#include "operators/targets/file_sink.h"
#include "operators/text/text_buffer.h"

namespace leat::plugin {
namespace {

constexpr std::array<OptionDef, 4> kFileOptions{{
    io::kTargetOption,
    io::kIfExistsOption,
    io::kCompressionOption,
    io::kLevelOption,
}};

constexpr size_t kPartBytes = size_t{64} << 10;  // a guess at the bytes of a batch

struct EncodeCall final : StateCall {
  EncodeCall(State& of, const RunWatch* run, io::TextBuffer& to, size_t count)
      : StateCall(of, run), text(to), rows(count) {}

  Status write(std::string_view bytes) override { return text.append(bytes); }
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

std::span<const OptionDef> file_sink_options() { return kFileOptions; }

bool bind_sink(const BoundRef& plugin, const OptionValues& options, const BindContext& context,
               BoundOperator& bound) {
  std::optional<io::FileTarget> target;
  if ((plugin->table().flags & LEAT_WRITES_FILE) != 0) {
    target = io::read_target(options, context.diagnostics);
    if (!target) return false;
    bound.target = io::target_of(options);
    bound.memory_minimum += io::sink_memory(*target);
  }
  bound.equations = io::sink_equations();
  bound.species = std::make_unique<PluginSink>(plugin, std::move(target));
  return true;
}

}  // namespace leat::plugin
