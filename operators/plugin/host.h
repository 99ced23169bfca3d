// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The host's side of a call into a plugin: what the plugin may ask for during it, and how what goes
// wrong becomes an Error. See host.cpp.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/blocking.h"
#include "engine/error.h"
#include "operators/data/batch.h"
#include "operators/data/memory.h"
#include "operators/operator.h"
#include "operators/plugin/plugin_abi.h"
#include "operators/plugin/pool.h"

namespace leat::plugin {

/// Whose code is called. Lives as long as the process.
struct Site {
  std::string file;  ///< The shared object, as it was named.
  std::string name;  ///< `vendor.operator`.
  bool is_source = false;
  bool is_own = false;  ///< Is it of this repository? Then its messages need no name of a file.
};

/// The functions that plugins are given.
const leat_host& host();

/// One line for each call of a plugin that has not returned yet. THREADS: any.
std::vector<std::string> active_calls();

/// A FaultWitness (engine/fault.h): names the call that runs on the stack.
size_t name_crashed_call(uintptr_t begin, uintptr_t end, char* text, size_t size);

/// Frees what a plugin left behind.
struct ReleaseArray {
  void operator()(ArrowArray* array) const {
    if (array != nullptr && array->release != nullptr) array->release(array);
  }
};
/// An array on our stack that is released at the end of the scope unless it was moved away.
using ArrayGuard = std::unique_ptr<ArrowArray, ReleaseArray>;

/// The error of a plugin that breaks the contract.
Error broken_contract(const Site& site, std::string_view what);

}  // namespace leat::plugin

/// A call under way. The functions that a kind of call does not have say so. Opaque to plugins.
struct leat_call {
  leat_call(const leat::plugin::Site& site, leat::MemoryAccount* memory,
            const leat::RunWatch* watch)
      : site(site), memory(memory), watch(watch) {}
  virtual ~leat_call() = default;
  leat_call(const leat_call&) = delete;
  leat_call& operator=(const leat_call&) = delete;

  virtual leat::Status emit(const leat_output& output);
  virtual leat::Status reject(uint64_t row, std::string reason);
  virtual leat::Status write(std::string_view bytes);
  virtual leat::Status write_records(std::string_view bytes, std::span<const uint64_t> ends);
  virtual leat::Status keep_column(size_t index);
  virtual leat::Status add_column(std::string_view name, std::string_view type);
  virtual leat::Status need_memory(size_t bytes);
  virtual void mistake(std::string_view option, std::string message, std::string hint);
  /// Where charged memory is counted, to be given back with the state; null: not allowed here.
  virtual size_t* charged() { return nullptr; }
  /// The pool of what is called, made at the first call; null: not here.
  virtual leat_pool* open_pool() { return nullptr; }
  /// The same if it was made, else null.
  virtual leat_pool* pool() { return nullptr; }

  leat::Status unexpected_service(std::string_view service) const;

  const leat::plugin::Site& site;
  leat::MemoryAccount* const memory;  ///< May be null.
  const leat::RunWatch* const watch;  ///< May be null.
  std::string message;                ///< What the plugin explained.
  std::string hint;
  std::optional<leat::Error> error;  ///< Of a service; it wins over what the plugin returns.
  std::optional<leat::runtime::BlockingScope> blocking;
};

namespace leat::plugin {

/// Counts the caller among active_calls() while it lives.
class ActiveCall {
 public:
  explicit ActiveCall(const leat_call& call);
  ~ActiveCall();
  ActiveCall(const ActiveCall&) = delete;
  ActiveCall& operator=(const ActiveCall&) = delete;

 private:
  size_t slot_;
};

/// What came of a call that returned `code`, or threw (then `thrown` says what).
Status finish_call(leat_call& call, std::string_view step, int code,
                   const std::optional<std::string>& thrown);

/// Calls into the plugin: `function` returns a leat_code. The one place where a plugin's exceptions
/// end. ERRORS: kPlugin and what the code says; the message names the operator, the file and
/// `step`.
template <typename Function>
Status enter(leat_call& call, std::string_view step, Function&& function) {
  int code = LEAT_ERROR;
  std::optional<std::string> thrown;
  const ActiveCall active(call);
  try {
    code = function();
  } catch (const std::exception& exception) {
    thrown = exception.what();
  } catch (...) {
    thrown = "an exception of unknown type";
  }
  call.blocking.reset();
  return finish_call(call, step, code, thrown);
}

}  // namespace leat::plugin
