// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// `if_exists: append`: whether rows may come behind what a file holds, and what of it is kept. See
// append.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "operators/data/type.h"
#include "operators/input/byte_source.h"

namespace leat::io {

/// How the files of a sink begin and end.
struct FileFrame {
  std::string header;             ///< Before all records.
  std::string footer;             ///< Behind all records.
  std::vector<std::string> keys;  ///< Of the first object of JSON, in order; empty: no JSON.
};

/// FileFrame::keys of rows with these columns.
std::vector<std::string> keys_of(const Schema& schema);

/// What a file that is appended to holds, unpacked.
struct OldContent {
  uint64_t bytes = 0;
  bool is_empty = true;      ///< No record is in it.
  bool has_line_end = true;  ///< Ends its last line?
  uint64_t kept = 0;         ///< Bytes before the footer.
};

/// Looks at the beginning of `old`, unpacked, which messages call `shown`. SUSPENDS. ERRORS: kIo:
/// its header or keys are others than those of `frame`; as ByteSource::read.
Status check_old_head(ByteSource& old, const FileFrame& frame, const std::string& shown);

/// Reads all of `old`. SUSPENDS. ERRORS: as check_old_head; kIo when it does not end as `frame`
/// does.
Result<OldContent> read_old(ByteSource& old, const FileFrame& frame, const std::string& shown);

}  // namespace leat::io
