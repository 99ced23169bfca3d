// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Reads intervals as PostgreSQL writes them, which value_format.h does too: `1 year 2 mons -3 days
// +04:05:06.7`; also with the units millennia, centuries, decades, weeks, hours, minutes, seconds,
// milliseconds and microseconds; those of the time may have fractions. `ago` at the end turns all
// signs, `@` may stand before it, `1-2` is a year and two months, `3 04:05` are days and a time.
// ISO 8601's durations are read, too: `P1Y2M3W4DT5H6M7.8S`.
#pragma once

#include <optional>
#include <string_view>

#include "operators/data/type.h"

namespace leat::io {

/// Units may be singular, plural or abbreviated (`yr mon w d h min s ms us`), in any case; each may
/// stand once or several times and adds up. nullopt when the text is none, is empty, or is out of
/// range. THREADS: any.
std::optional<Interval> parse_interval(std::string_view text);

}  // namespace leat::io
