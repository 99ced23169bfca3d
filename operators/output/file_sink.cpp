// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/file_sink.h"

#include <sys/stat.h>

#include <fmt/format.h>

#include "engine/mutant.h"
#include "operators/input/codec.h"
#include "operators/output/packed_file.h"

namespace leat::io {

namespace {

constexpr size_t kPartBytes = size_t{2} << 20;  // a part under way and its growth

class FileCommitter final : public Committer {
 public:
  FileCommitter(FileTarget target, const StageContext& context)
      : target_(std::move(target)), context_(context) {}

  Status open() override {
    LEAT_TRY_ASSIGN(file_, context_.outputs.stage(target_.path, target_.if_exists));
    if (target_.packing.compression != Compression::kNone)
      packed_ = std::make_unique<PackedFile>(*file_, target_.packing, context_.memory);
    return target_.header.empty() ? Status() : write_out(target_.header);
  }

  Status write(const BufferRef& bytes, uint64_t rows) override {
    std::string_view text(bytes->as<char>(), bytes->size());
    if (!text.empty()) text.remove_prefix(std::exchange(target_.separator_bytes, 0));
    LEAT_TRY(write_out(text));
    context_.ledger.add(Counter::kCommitted, rows);
    return {};
  }

  Status prepare(uint64_t) override {
    if (!target_.footer.empty()) LEAT_TRY(write_out(target_.footer));
    if (packed_) LEAT_TRY(packed_->finish());
    return file_->prepare();
  }
  // The transaction makes all files of the run visible, or removes them.
  Status commit(uint64_t) override { return {}; }
  void abort() noexcept override {}

 private:
  Status write_out(std::string_view bytes) {
    return packed_ ? packed_->write(bytes) : file_->write(bytes);
  }

  FileTarget target_;
  StageContext context_;
  StagedFile* file_ = nullptr;
  std::unique_ptr<PackedFile> packed_;  // null when the file is not compressed
};

/// What the end of a file's name says of its compression, as far as it can be read again.
Compression compression_by_name(const std::string& path) {
  if (path.ends_with(".gz")) return Compression::kGzip;
  if (path.ends_with(".zst")) return Compression::kZstd;
  if (path.ends_with(".bz2")) return Compression::kBzip2;
  if (path.ends_with(".xz")) return Compression::kXz;
  return path.ends_with(".lz4") ? Compression::kLz4 : Compression::kNone;
}

std::optional<Packing> read_packing(const OptionValues& options, const std::string& path,
                                    Diagnostics& diagnostics) {
  const std::string word = options.text(kCompressionOption.name);
  Packing packing;
  if (word == "gzip") packing.compression = Compression::kGzip;
  if (word == "zstd") packing.compression = Compression::kZstd;
  if (word == "auto") packing.compression = compression_by_name(path);
  const bool none = packing.compression == Compression::kNone;
  if (!none && packing.compression != Compression::kGzip &&
      packing.compression != Compression::kZstd) {
    diagnostics.error(options.span("path"),
                      fmt::format("'{}' should be compressed with {}, which can be read but not "
                                  "written",
                                  path, to_string(packing.compression)),
                      "name it .gz or .zst, or set 'compression: none'");
    return std::nullopt;
  }
  if (!none) packing.level = default_level(packing.compression);
  if (!options.has(kLevelOption.name)) return packing;
  packing.level = static_cast<int>(options.integer(kLevelOption.name));
  if (none) {
    diagnostics.error(options.span(kLevelOption.name),
                      fmt::format("'level' has no effect, '{}' is not compressed", path),
                      "set 'compression: gzip' or 'compression: zstd'");
    return std::nullopt;
  }
  if (packing.level > level_max(packing.compression)) {
    diagnostics.error(options.span(kLevelOption.name),
                      fmt::format("the highest level of {} is {}", to_string(packing.compression),
                                  level_max(packing.compression)));
    return std::nullopt;
  }
  return packing;
}

}  // namespace

size_t sink_memory(const FileTarget& target) {
  const bool packed = target.packing.compression != Compression::kNone;
  return kPartBytes + (packed ? 4 * kPackedBlockBytes : 0);
}

std::optional<FileTarget> read_target(const OptionValues& options, Diagnostics& diagnostics) {
  FileTarget target;
  target.path = target_of(options).text();
  target.if_exists = options.text("if_exists") == "error" ? IfExists::kError : IfExists::kReplace;
  if (target.path.empty()) {
    diagnostics.error(options.span("path"), "the path is empty",
                      "write the name of a file, or '-' for standard output");
    return std::nullopt;
  }
  if (target.path.contains('\0')) {
    diagnostics.error(options.span("path"), "the path holds a NUL, which no name can");
    return std::nullopt;
  }
  if (target.path.ends_with('/')) {
    diagnostics.error(options.span("path"),
                      fmt::format("'{}' names a folder, not a file", target.path),
                      "add the name of a file");
    return std::nullopt;
  }
  struct stat found{};
  if (target.path != "-" && ::stat(target.path.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) {
    diagnostics.error(options.span("path"),
                      fmt::format("'{}' is a folder, not a file", target.path),
                      fmt::format("add the name of a file: {}/NAME", target.path));
    return std::nullopt;
  }
  const std::optional<Packing> packing = read_packing(options, target.path, diagnostics);
  if (!packing) return std::nullopt;
  target.packing = *packing;
  return target;
}

SourceText target_of(const OptionValues& options) {
  SourceText path = options.source("path");
  const bool is_stdout = path.text() == "stdout";  // as 'stdin' is for sources
  return is_stdout && !LEAT_MUTANT("stdout_is_a_file") ? SourceText("-", path.span(), {}) : path;
}

bool has_columns(const Schema& input, const OptionValues& options, Diagnostics& diagnostics) {
  if (input.size() > 0) return true;
  diagnostics.error(options.stage(), "there are no columns to write",
                    "keep at least one column in the stages above");
  return false;
}

std::unique_ptr<Committer> make_file_committer(FileTarget target, const StageContext& context) {
  return std::make_unique<FileCommitter>(std::move(target), context);
}

std::vector<Equation> sink_equations() {
  return {Equation({Counter::kIn}, {Counter::kWritten, Counter::kSkipped, Counter::kRejected}),
          Equation({Counter::kWritten}, {Counter::kCommitted, Counter::kBeyond})};
}

}  // namespace leat::io
