// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Finds out how a CSV file is written, for `delimiter: auto`. See csv_dialect_sniffer.cpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operators/csv/csv_sample.h"
#include "operators/input/inputs.h"

namespace leat::io {

/// Sets what reading.open leaves open as `text` shows it, the beginning of a file, or all of it if
/// it is `complete`. 64 more bytes are readable. Returns false, and leaves `reading` alone, if
/// there is no record. REQUIRES: reading.open.
bool sniff_csv_dialect(std::string_view text, bool complete, CsvReading& reading);

/// As sniff_csv_dialect, of the first of `inputs` that is not empty. SUSPENDS. What cannot be read
/// is not reported: reading it again will tell.
void sniff_csv_dialect(const Inputs& inputs, CsvReading& reading);

/// The options that say what was found, with their values; empty if nothing was to be.
std::vector<std::pair<std::string, std::string>> found_options(const CsvReading& reading);

}  // namespace leat::io
