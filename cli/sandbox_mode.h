// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Whether a run enters the sandbox. See sandbox_mode.cpp.
#pragma once

#include "cli/run_pipeline.h"
#include "engine/error.h"
#include "engine/sandbox.h"

namespace leat::cli {

/// Enters the sandbox that command line, pipeline and kernel ask for, or none. ERRORS: kInvalid
/// when one is required and cannot be; those of enter_sandbox. THREADS: as enter_sandbox.
Status enter_sandbox_of(const RunArguments& arguments, const pipelines::Pipeline& pipeline,
                        SandboxFor whom = SandboxFor::kProcess);

}  // namespace leat::cli
