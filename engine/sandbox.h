// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A process that gives up what it will not need: files by Landlock, system calls by seccomp.
//
// Problem: whoever finds a fault in a parser of leat gets what the process may do, and a batch
// often runs with a whole data lake in reach. Once a pipeline is bound, the files it reads and the
// folders it writes to are known, so nothing else has to stay in reach.
//
// Invariants: entering is for good and for every thread that starts later, so it comes before the
// first of them: Landlock binds the calling thread and its children alone. What a rule names is
// looked up once, by inode: a file that is put in its place later is out of reach. A call that is
// not allowed is an error of that call (EPERM, or EACCES of Landlock), never the end of the
// process: an operator that asks for too much fails with its own message.
//
// Not chosen: a filter that kills (a call that a C library begins to use would turn into a crash),
// and user namespaces (closed to ordinary users on many hosts, and in containers).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/error.h"

namespace leat {

/// What stays in reach.
struct SandboxRules {
  std::vector<std::string> reads;   ///< Files, and folders with all that is in them.
  std::vector<std::string> writes;  ///< Folders in which files are made, read, replaced, removed.
  std::vector<std::string> lists;   ///< Folders which are opened, without the files in them.
};

/// What the kernel has.
struct SandboxSupport {
  int landlock = 0;  ///< The version of Landlock's interface; 0: there is none.
  bool seccomp = false;

  bool is_whole() const { return landlock > 0 && seccomp; }
  /// What is missing, as the end of a sentence: "the kernel has no Landlock". REQUIRES:
  /// !is_whole().
  std::string missing() const;
};

/// Asks the kernel. THREADS: any.
SandboxSupport sandbox_support();

/// The rules every run needs besides its own: the figures of its process and control groups, time
/// zones, and what the C library loads late.
SandboxRules common_rules();

/// Gives up everything that `rules` do not name, and all system calls that a run does not need:
/// starting programs, tracing, sockets, modes and owners by path. Paths that are not there are left
/// out. ERRORS: kIo when the kernel refuses or has not both; kInternal when the process has several
/// threads already, unless it is entered for the calling thread, and those that this one starts,
/// alone. Nothing was given up then, except that after a refused seccomp the files stay out of
/// reach. THREADS: the only one of the process with SandboxFor::kProcess.
enum class SandboxFor : uint8_t { kProcess, kThread };
Status enter_sandbox(const SandboxRules& rules, SandboxFor whom = SandboxFor::kProcess);

}  // namespace leat
