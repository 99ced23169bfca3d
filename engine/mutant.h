// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Committed mutants: deliberate breaches of a promise, each a switch that exists only in the test
// build. The test run turns every mutant on in turn and demands that its named test fails
// (tests/mutants/mutants.txt), so no promise is guarded by a test that could not catch its breach.
// Without LEAT_MUTANTS the macro is the constant false.
#pragma once

#ifdef LEAT_MUTANTS
namespace leat {

/// Is the mutant `name` the one chosen by the environment variable LEAT_MUTANT? THREADS: any.
bool mutant_enabled(const char* name);

}  // namespace leat
#define LEAT_MUTANT(name) (::leat::mutant_enabled(name))
#else
#define LEAT_MUTANT(name) (false)
#endif
