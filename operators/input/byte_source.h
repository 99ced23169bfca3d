// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where the bytes of an input come from. Readers of formats see a plain sequence of bytes; what
// kind of thing supplies it is decided here, once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/error.h"
#include "operators/data/split.h"

namespace leat {
class MemoryAccount;
}

namespace leat::io {

class TextEncoding;
struct OpenArchive;

/// The name of standard input as messages show it.
inline constexpr std::string_view kStdinName = "<stdin>";

/// A sequence of bytes that is read once, from front to end. THREADS: one goroutine at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Reads some bytes into the front of `into` and returns how many; 0 means the end. A short count
  /// means nothing. REQUIRES: `into` is not empty. SUSPENDS (reads in `blocking`). ERRORS: kIo,
  /// with the input's name.
  virtual Result<size_t> read(std::span<uint8_t> into) = 0;
};

/// Why an input is opened.
enum class OpenFor : uint8_t {
  kPeek,  ///< To look at its beginning while binding. What is read from a pipe or from standard
          ///< input is kept for kRead.
  kRead,  ///< To read all of it, once.
};

/// Opens `input`: standard input when its name is kStdinName, else the file of that name, or the
/// member of an archive (archive_members.h), for which `archive` keeps that open; unpacked, if its
/// first bytes say that it is compressed. Pipes and standard input can be opened with kPeek any
/// number of times, and then once with kRead, which sees all bytes again from the first one. What
/// unpacking takes is charged to `memory`, null while binding: unpack_source. Text in `encoding`
/// becomes UTF-8 (transcode_source) in lines that end with line feeds (unify_line_ends); null: the
/// bytes stay as they are. SUSPENDS (opening a pipe waits for its writer). ERRORS: kIo, with the
/// input's name; those of unpack_source and transcode_source.
Result<std::unique_ptr<ByteSource>> open_byte_source(const Input& input, OpenFor purpose,
                                                     MemoryAccount* memory = nullptr,
                                                     const TextEncoding* encoding = nullptr,
                                                     OpenArchive* archive = nullptr);

/// A source whose first bytes, `prefix`, were read already from what is now `rest`. They are
/// charged to `memory` until they were read, unless that is null. ERRORS: kMemory.
Result<std::unique_ptr<ByteSource>> prefix_source(std::string prefix,
                                                  std::unique_ptr<ByteSource> rest,
                                                  MemoryAccount* memory = nullptr);

/// Reads until `into` is full or the source ends; returns the bytes read. SUSPENDS. ERRORS: as
/// ByteSource::read.
Result<size_t> read_fully(ByteSource& source, std::span<uint8_t> into);

}  // namespace leat::io
