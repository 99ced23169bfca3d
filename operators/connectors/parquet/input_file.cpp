// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: Arrow reads and decodes in one call, and only the reading may wait for a disk.
//
// Invariants: the file is read by position, so no lock is held while a read blocks. Each read says
// so to leat, which gives the processor to others meanwhile.
//
// Rejected: arrow::io::ReadableFile (leat would not know when it waits; to call all of decoding
// blocking would run more of it at once than there are processors).
#include "operators/connectors/parquet/input_file.h"

#include <arrow/buffer.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace leat::connectors {
namespace {

arrow::Status io_error(const char* what) {
  return arrow::Status::IOError(what, ": ", std::strerror(errno));
}

}  // namespace

arrow::Result<std::shared_ptr<InputFile>> InputFile::open(const std::string& path, HostPool& pool) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return io_error("it cannot be opened");
  struct stat status{};
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(file);
    return arrow::Status::IOError("it is no regular file");
  }
  return std::shared_ptr<InputFile>(new InputFile(file, status.st_size, pool));
}

InputFile::~InputFile() {
  if (file_ >= 0) ::close(file_);
}

arrow::Result<int64_t> InputFile::ReadAt(int64_t position, int64_t bytes, void* out) {
  if (position < 0 || bytes < 0) return arrow::Status::Invalid("a place outside of the file");
  if (call_ != nullptr) host->blocking_enter(call_);
  int64_t done = 0;
  bool is_read = true;
  while (done < bytes && is_read) {
    const ssize_t got = ::pread(file_, static_cast<uint8_t*>(out) + done,
                                static_cast<size_t>(bytes - done), position + done);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) break;
    is_read = got > 0;
    done += std::max<int64_t>(got, 0);
  }
  const arrow::Status failed = is_read ? arrow::Status::OK() : io_error("reading it failed");
  if (call_ != nullptr) host->blocking_leave(call_);
  ARROW_RETURN_NOT_OK(failed);
  return done;
}

arrow::Result<std::shared_ptr<arrow::Buffer>> InputFile::ReadAt(int64_t position, int64_t bytes) {
  // What a damaged file says of its parts is not worth an allocation.
  if (position < 0 || bytes < 0 || position > size_ || bytes > size_ - position)
    return arrow::Status::Invalid("a part lies behind the end of the file");
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(bytes, &pool_));
  ARROW_ASSIGN_OR_RAISE(const int64_t got, ReadAt(position, bytes, buffer->mutable_data()));
  ARROW_RETURN_NOT_OK(buffer->Resize(got));
  return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

arrow::Result<int64_t> InputFile::Read(int64_t bytes, void* out) {
  ARROW_ASSIGN_OR_RAISE(const int64_t got, ReadAt(at_, bytes, out));
  at_ += got;
  return got;
}

arrow::Result<std::shared_ptr<arrow::Buffer>> InputFile::Read(int64_t bytes) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(at_, std::min(bytes, size_ - at_)));
  at_ += buffer->size();
  return buffer;
}

arrow::Status InputFile::Seek(int64_t position) {
  if (position < 0 || position > size_) return arrow::Status::Invalid("a place outside of it");
  at_ = position;
  return arrow::Status::OK();
}

arrow::Status InputFile::Close() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
  return arrow::Status::OK();
}

}  // namespace leat::connectors
