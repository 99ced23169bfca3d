// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How leat ends. Documented in docs/guide/cli.md; scripts depend on these numbers.
#pragma once

namespace leat::cli {

enum ExitCode : int {
  kDone = 0,       ///< Done; rejected rows stayed within a declared `max_rejects`.
  kFailed = 1,     ///< The run failed; no output was changed.
  kUsage = 2,      ///< The command line or the pipeline is wrong; nothing was read.
  kRejected = 3,   ///< Done, but rows were rejected and no `max_rejects` was declared.
  kChanged = 4,    ///< The run failed, and outputs were changed; the message says which.
  kUnchecked = 5,  ///< No mistakes were found, but stages were not checked: `check`, `explain`.
  kTimeout = 124,  ///< The run took longer than --timeout; no output was changed.
  kSignalBase =
      128,  ///< Ended by a signal: 130 for SIGINT, 143 for SIGTERM. Outputs are unchanged.
};

}  // namespace leat::cli
