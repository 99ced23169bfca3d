// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the records of a document of any size stand somewhere in it. They are to be found in
// bounded memory, and all round them is to be known to be JSON.
//
// Invariants:
//  1. The state is a position between two words (keys with their colon, scalars, single signs); no
//     word is kept, so text may be cut where the walker stands and the walker goes on in the rest.
//  2. The outermost level_ of the depth_ open lists and objects are those the path leads through;
//     the next value is on the path only if level_ equals depth_.
//  3. A value that the path leads to is never entered: its bytes are the caller's.
//
// Not chosen: recursion over a whole document (simdjson, a tree): it takes the document's size in
// memory, and one goroutine to do all the work.
#include "operators/json/json_walker.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/mutant.h"

namespace leat::io {
namespace {

// `\ud83d\ude00`: no word is wrong because of more than its last bytes were cut off.
constexpr ptrdiff_t kCutBytesMax = 12;

bool ends_word(char c) { return std::string_view(",:[]{}\" \t\r\n").contains(c); }

}  // namespace

JsonWalker::Stop JsonWalker::next(std::string_view text, size_t& at, bool complete) {
  const JsonScanner scanner(text, LineFeeds::kAreSpace);
  for (;;) {
    if (place_ == At::kBehindValue && depth_ == 0) {
      if (at == text.size()) return Stop::kMore;
      if (!ends_word(text[at])) return refuse("here should be white space, or the end");
      place_ = At::kTop;
      has_ended_ = true;
    }
    at = static_cast<size_t>(scanner.skip_space(text.data() + at) - text.data());
    if (at == text.size()) {
      if (!complete) return Stop::kMore;
      if (depth_ > 0)
        return refuse(in_object() ? "the file ends inside of an object"
                                  : "the file ends inside of a list");
      return has_values_ || values_ == JsonValues::kMany ? Stop::kMore
                                                         : refuse("here should be a value");
    }
    const size_t before = at;
    const At place = place_;
    const Stop stop = step(text, at, complete);
    if (stop != Stop::kMore || (at == before && place == place_)) return stop;
  }
}

/// kMore stands for: go on, if anything has changed.
JsonWalker::Stop JsonWalker::step(std::string_view text, size_t& at, bool complete) {
  const char c = text[at];
  switch (place_) {
    case At::kTop:
      if (has_ended_ && values_ == JsonValues::kOne && !LEAT_MUTANT("documents_may_be_many"))
        return refuse("behind the value there is more text");
      on_path_ = true;
      return enter_value(text, at, complete);
    case At::kFirstKey:
      if (c == '}') {
        close(at);
        return Stop::kMore;
      }
      return read_key(text, at, complete);
    case At::kKey: return read_key(text, at, complete);
    case At::kFirstElement:
      if (c == ']') {
        // All elements of an empty list were found.
        if (on_path_ && path_->steps[level_ - 1].kind == JsonStep::Kind::kElements) found_ = true;
        close(at);
        return Stop::kMore;
      }
      return enter_value(text, at, complete);
    case At::kValue: return enter_value(text, at, complete);
    case At::kBehindValue: return behind_value(c, at);
  }
  return Stop::kMore;
}

bool JsonWalker::is_record(char c) const {
  return level_ == path_->steps.size() || (path_->list_is_optional && depth_ == 0 && c != '[');
}

JsonWalker::Stop JsonWalker::enter_value(std::string_view text, size_t& at, bool complete) {
  const char c = text[at];
  if (std::string_view(",:]}").contains(c)) return refuse("here should be a value");
  if (depth_ == 0) has_values_ = true;
  if (!on_path_) {
    return c == '{' || c == '[' ? enter(c, at, false) : pass_word(text, at, complete);
  }
  reached_ = std::max(reached_, level_);
  if (is_record(c)) {
    found_ = true;
    return Stop::kRecord;
  }
  const bool fits = c == (path_->steps[level_].is_into_list() ? '[' : '{');
  return c == '{' || c == '[' ? enter(c, at, fits) : pass_word(text, at, complete);
}

JsonWalker::Stop JsonWalker::enter(char opening, size_t& at, bool on_path) {
  if (depth_ == kJsonDepthMax) return refuse("the value is nested too deep");
  const uint64_t bit = uint64_t{1} << (depth_ % 64);
  uint64_t& word = objects_[depth_ / 64];
  word = opening == '{' ? word | bit : word & ~bit;
  ++depth_;
  ++at;
  if (on_path) {
    ++level_;
    entered_ = std::max(entered_, level_);
    elements_.resize(level_);
    elements_.back() = 0;
  }
  if (opening == '{') {
    place_ = At::kFirstKey;
  } else {
    begin_element();
    place_ = At::kFirstElement;
  }
  return Stop::kMore;
}

void JsonWalker::begin_element() {
  on_path_ = false;
  place_ = At::kValue;
  if (level_ != depth_) return;
  const JsonStep& step = path_->steps[level_ - 1];
  const uint64_t index = elements_[level_ - 1]++;
  on_path_ = step.kind == JsonStep::Kind::kElements || index == step.index;
}

/// The key at `at` with its colon.
JsonWalker::Stop JsonWalker::read_key(std::string_view text, size_t& at, bool complete) {
  if (text[at] != '"') return refuse("here should be a field name in quotes");
  JsonScanner scanner(text, LineFeeds::kAreSpace);
  const char* const begin = text.data() + at;
  bool escaped = false;
  const char* const quote = scanner.string(begin + 1, escaped);
  if (quote == nullptr) return refuse(scanner, begin, complete);
  const char* const colon = scanner.skip_space(quote + 1);
  if (colon == scanner.end() && !complete) return Stop::kMore;
  if (scanner.peek(colon) != ':')
    return refuse("here should be a ':'", static_cast<size_t>(colon - begin));
  on_path_ = false;
  if (level_ == depth_) {
    std::string name(begin + 1, quote);
    if (escaped) name.resize(static_cast<size_t>(json_unescape(name, name.data()) - name.data()));
    on_path_ = name == path_->steps[level_ - 1].name;
  }
  at = static_cast<size_t>(colon - text.data()) + 1;
  place_ = At::kValue;
  return Stop::kMore;
}

/// A string, number or literal that is no record.
JsonWalker::Stop JsonWalker::pass_word(std::string_view text, size_t& at, bool complete) {
  JsonScanner scanner(text, LineFeeds::kAreSpace);
  const char* const word = text.data() + at;
  const char* const end = scanner.skip_value(word);
  if (end == nullptr) return refuse(scanner, word, complete);
  // A number may go on.
  if (end == scanner.end() && text[at] != '"' && !complete) return Stop::kMore;
  at = static_cast<size_t>(end - text.data());
  leave_value();
  return Stop::kMore;
}

JsonWalker::Stop JsonWalker::refuse(const JsonScanner& scanner, const char* word, bool complete) {
  if (!complete && scanner.end() - scanner.fault_at() <= kCutBytesMax) return Stop::kMore;
  return refuse(scanner.fault(), static_cast<size_t>(scanner.fault_at() - word));
}

/// In a list or an object.
JsonWalker::Stop JsonWalker::behind_value(char c, size_t& at) {
  const bool object = in_object();
  if (c == (object ? '}' : ']')) {
    close(at);
    return Stop::kMore;
  }
  if (c != ',')
    return refuse(object ? "here should be a ',' or '}'" : "here should be a ',' or ']'");
  ++at;
  if (object) {
    place_ = At::kKey;
  } else {
    begin_element();
  }
  return Stop::kMore;
}

void JsonWalker::close(size_t& at) {
  ++at;
  --depth_;
  level_ = std::min(level_, depth_);
  elements_.resize(level_);
  leave_value();
}

std::string JsonWalker::why_not_found() const {
  const JsonStep& step = path_->steps[reached_];
  const std::string where = path_->text(reached_);
  if (entered_ > reached_) {
    return step.is_into_list() ? fmt::format("the list '{}' has no element {}", where, step.index)
                               : fmt::format("'{}' has no field '{}'", where, step.name);
  }
  return fmt::format("'{}' is no {}", where, step.is_into_list() ? "list" : "object");
}

}  // namespace leat::io
