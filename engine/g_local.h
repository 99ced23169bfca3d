// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Values of which each goroutine has its own, in place of thread_local: a goroutine changes its
// thread at any call that SUSPENDS.
//
//     GLocal<Parser> parser;                      // usually static, or in an object all share
//     parser.get().parse(line);                   // this goroutine's, made at its first use
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace leat {

namespace runtime {

/// One value of one goroutine.
struct LocalNode {
  LocalNode* next = nullptr;
  uint64_t key = 0;
  virtual ~LocalNode() = default;
};

/// A key that no other GLocal has had. THREADS: any.
uint64_t new_local_key();
/// That of the calling goroutine, or null. REQUIRES: on a goroutine.
LocalNode* find_local(uint64_t key);
/// Gives `node` to the calling goroutine.
void add_local(LocalNode* node);
/// Takes the calling goroutine's out, for the caller to delete; null if there is none.
LocalNode* take_local(uint64_t key);
/// Destroys all values of the calling goroutine, the newest first; also those that are made
/// meanwhile.
void destroy_locals();

}  // namespace runtime

/// A value of type T for each goroutine that asks for it. It is made at the first get() and
/// destroyed, on its goroutine, when that ends, after the goroutine's function; never, if the
/// goroutine is dropped because the main one has returned. Destroying the GLocal leaves values that
/// exist to their goroutines. The same under all thread models. REQUIRES: on a goroutine. THREADS:
/// any.
template <typename T>
class GLocal {
 public:
  /// Values begin as T().
  GLocal() : GLocal([] { return T(); }) {}
  /// Values begin as what `make` returns; it is called on their goroutine.
  explicit GLocal(std::function<T()> make) : make_(std::move(make)) {}
  GLocal(const GLocal&) = delete;
  GLocal& operator=(const GLocal&) = delete;

  /// The calling goroutine's, for as long as it lives or until reset().
  T& get() {
    if (auto* const node = static_cast<Node*>(runtime::find_local(key_))) return node->value;
    auto node = std::make_unique<Node>(make_());
    node->key = key_;
    runtime::add_local(node.get());
    return node.release()->value;
  }

  /// Has it a value already?
  bool has_value() const { return runtime::find_local(key_) != nullptr; }

  /// Destroys it; the next get() makes another.
  void reset() { delete runtime::take_local(key_); }

 private:
  struct Node : runtime::LocalNode {
    explicit Node(T first) : value(std::move(first)) {}
    T value;
  };

  const std::function<T()> make_;
  const uint64_t key_ = runtime::new_local_key();
};

}  // namespace leat
