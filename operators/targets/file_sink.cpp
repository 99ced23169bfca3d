// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/targets/file_sink.h"

#include "operators/targets/manifest.h"
#include "operators/targets/many_files.h"

namespace leat::io {

namespace {

class FileCommitter final : public Committer {
 public:
  FileCommitter(FileTarget target, const StageContext& context)
      : target_(std::move(target)), context_(context) {}

  Status open() override {
    LEAT_TRY_ASSIGN(StagedFile* const file,
                    context_.outputs.stage(target_.path, target_.if_exists));
    part_ = std::make_unique<OutputPart>(target_.style, *file, context_);
    LEAT_TRY(part_->begin());
    if (!target_.manifest) return {};
    LEAT_TRY_ASSIGN(manifest_, stage_manifest(*target_.manifest, target_.if_exists, context_));
    return {};
  }

  Status write(const BufferRef& bytes, uint64_t rows) override {
    LEAT_TRY(part_->write({bytes->as<char>(), bytes->size()}, rows));
    context_.ledger.add(Counter::kCommitted, rows);
    return {};
  }

  Status prepare(uint64_t) override {
    LEAT_TRY(part_->finish());
    if (manifest_ == nullptr) return {};
    const FileEntry entry = part_->entry();
    LEAT_TRY(manifest_->write(manifest_text({&entry, 1}, *target_.schema)));
    return manifest_->prepare();
  }
  // The transaction makes all files of the run visible, or removes them.
  Status commit(uint64_t) override { return {}; }
  void abort() noexcept override {}

 private:
  const FileTarget target_;
  const StageContext context_;
  std::unique_ptr<OutputPart> part_;
  StagedFile* manifest_ = nullptr;  // null: none is asked for
};

}  // namespace

std::unique_ptr<Committer> make_file_committer(FileTarget target, const StageContext& context) {
  if (!target.pattern) return std::make_unique<FileCommitter>(std::move(target), context);
  return make_many_files(std::move(target), context);
}

Batch written_columns(Batch batch, const FileTarget& target) {
  if (target.columns.empty()) return batch;
  std::vector<ColumnRef> columns;
  columns.reserve(target.columns.size());
  for (const size_t column : target.columns) columns.push_back(batch.columns()[column]);
  return batch.with_columns(target.schema, std::move(columns));
}

std::vector<Equation> sink_equations() {
  return {Equation({Counter::kIn}, {Counter::kWritten, Counter::kSkipped, Counter::kRejected}),
          Equation({Counter::kWritten}, {Counter::kCommitted, Counter::kBeyond})};
}

}  // namespace leat::io
