// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// JSON lines to batches. A line of white space is skipped; every other line is a record, which
// json_record_reader.h reads.
#pragma once

#include <memory>

#include "operators/json/json_rows.h"
#include "operators/operator.h"

namespace leat::io {

/// Decodes splits of lines. Counts kRead. Row n of a split is its line n, so that a row leads back
/// to its line.
std::unique_ptr<Decoder> make_json_decoder(const JsonFormat& format, const LaneContext& context);

}  // namespace leat::io
