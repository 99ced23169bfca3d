// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A file that Arrow reads, by calls that may block without holding a processor.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>
#include <leat/plugin_abi.h>

#include <memory>
#include <string>

#include "operators/connectors/parquet/host_pool.h"

namespace leat::connectors {

/// THREADS: one at a time.
class InputFile final : public arrow::io::RandomAccessFile {
 public:
  /// `pool` outlives it.
  static arrow::Result<std::shared_ptr<InputFile>> open(const std::string& path, HostPool& pool);
  ~InputFile() override;

  /// The call in which it is read from now on.
  void use(leat_call* call) { call_ = call; }

  using RandomAccessFile::ReadAt;
  arrow::Result<int64_t> GetSize() override { return size_; }
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override;
  arrow::Result<int64_t> Read(int64_t bytes, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override;
  arrow::Result<int64_t> Tell() const override { return at_; }
  arrow::Status Seek(int64_t position) override;
  arrow::Status Close() override;
  bool closed() const override { return file_ < 0; }

 private:
  InputFile(int file, int64_t size, HostPool& pool) : file_(file), size_(size), pool_(pool) {}

  int file_;
  const int64_t size_;
  HostPool& pool_;
  leat_call* call_ = nullptr;
  int64_t at_ = 0;
};

}  // namespace leat::connectors
