// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Splits of json_splitter.h to batches.
#pragma once

#include <memory>

#include "operators/json/json_rows.h"
#include "operators/operator.h"

namespace leat::io {

/// Counts kRead. Row n of a split is its record n.
std::unique_ptr<Decoder> make_json_document_decoder(const JsonFormat& format,
                                                    const LaneContext& context);

}  // namespace leat::io
