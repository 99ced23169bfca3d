// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Goes through the text of a file of JSON from record to record. What stands between the records,
// all that a path does not lead to, is checked on the way; the records are left to others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operators/json/json_path.h"
#include "operators/json/json_scanner.h"

namespace leat::io {

/// May a file hold one value after another?
enum class JsonValues : uint8_t { kMany, kOne };

/// A position in the structure of a file. Copies go on from there, in another goroutine too.
/// THREADS: one.
class JsonWalker {
 public:
  enum class Stop : uint8_t {
    kRecord,  ///< A record begins here.
    kMore,    ///< More text is needed, or there is none.
    kFault,   ///< What stands here is no JSON.
  };

  /// At the beginning of a file.
  JsonWalker(std::shared_ptr<const JsonPath> path, JsonValues values)
      : path_(std::move(path)), values_(values) {}

  /// Walks on from byte `at` of `text` and moves `at` to where it stops. With `complete` the file
  /// ends behind `text`. Of a word that more text may continue `at` is the beginning. REQUIRES: 32
  /// bytes behind `text` are readable; behind kRecord, behind_record comes first.
  Stop next(std::string_view text, size_t& at, bool complete);
  /// The caller has gone behind the record.
  void behind_record() { leave_value(); }

  /// What is wrong after kFault, a literal, and how far behind the place where it stopped.
  const char* fault() const { return fault_; }
  size_t fault_offset() const { return fault_offset_; }
  /// Has the file a value at all?
  bool has_values() const { return has_values_; }
  /// Was there the list, or the value, that the path leads to?
  bool has_found() const { return found_; }
  /// Why not, as `'$.data' has no field 'items'`. REQUIRES: has_values(), not has_found().
  std::string why_not_found() const;

 private:
  enum class At : uint8_t { kTop, kFirstKey, kKey, kFirstElement, kValue, kBehindValue };

  Stop step(std::string_view text, size_t& at, bool complete);
  Stop enter_value(std::string_view text, size_t& at, bool complete);
  Stop enter(char opening, size_t& at, bool on_path);
  Stop read_key(std::string_view text, size_t& at, bool complete);
  Stop pass_word(std::string_view text, size_t& at, bool complete);
  Stop behind_value(char c, size_t& at);
  void close(size_t& at);
  void leave_value() { place_ = At::kBehindValue; }
  void begin_element();
  bool is_record(char c) const;
  Stop refuse(const char* what, size_t offset = 0) {
    fault_ = what;
    fault_offset_ = offset;
    return Stop::kFault;
  }
  Stop refuse(const JsonScanner& scanner, const char* word, bool complete);
  bool in_object() const { return (objects_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64) & 1) != 0; }

  std::shared_ptr<const JsonPath> path_;
  JsonValues values_;
  At place_ = At::kTop;
  bool on_path_ = true;      // does the path lead to the value that comes next?
  bool has_values_ = false;  // the first value has begun
  bool has_ended_ = false;   // and it has ended
  bool found_ = false;
  uint32_t depth_ = 0;    // of lists and objects that are open
  uint32_t level_ = 0;    // of these, from outside, so many are on the path
  uint32_t reached_ = 0;  // steps that have led to a value so far
  uint32_t entered_ = 0;  // the most lists and objects of the path that were open
  std::array<uint64_t, kJsonDepthMax / 64> objects_{};  // a bit a depth: is it an object?
  std::vector<uint64_t> elements_;                      // of the open lists on the path, so far
  const char* fault_ = "";
  size_t fault_offset_ = 0;
};

}  // namespace leat::io
