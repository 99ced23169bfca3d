// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What is wrong with a pipeline, found before any data is read. Checks collect diagnostics and go
// on, so that a user sees all mistakes at once. Places are byte offsets in the pipeline text;
// pipelines/text/diagnostic.cpp prints them with file, line, caret and hint.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/error.h"

namespace leat {

/// A decoded scalar of the pipeline text with a way back from each of its bytes: escapes, folded
/// lines and block indentation make the decoded text differ from what stands in the file.
class SourceText {
 public:
  /// Decoded bytes from `text_offset` on stand at `document_offset` and after, up to the next
  /// piece.
  struct Piece {
    uint32_t text_offset;
    uint32_t document_offset;
    bool is_inserted = false;  ///< The value of a parameter or the like, which `${...}` stands for.
  };

  SourceText() = default;
  /// REQUIRES: pieces ascend by text_offset and, unless empty, begin with 0. `whole` covers the
  /// scalar with its quotes.
  SourceText(std::string text, Span whole, std::vector<Piece> pieces, bool quoted = false)
      : text_(std::move(text)), whole_(whole), pieces_(std::move(pieces)), quoted_(quoted) {}

  const std::string& text() const { return text_; }
  /// The whole scalar as it stands in the document.
  Span span() const { return whole_; }
  /// Where bytes [begin, end) of text() stand in the document; end >= begin, a caret may stand just
  /// past the text.
  Span span(size_t begin, size_t end) const;
  /// Is the byte at `offset` part of a value that was put in for a `${...}`? Such text means
  /// itself, whatever it holds.
  bool is_inserted(size_t offset) const;
  /// Did the scalar stand in quotes? Then YAML removed them: `source: 'web'` reads as web.
  bool quoted() const { return quoted_; }
  /// Did it stand without quotes inside { } or [ ]? There YAML ends a value at a comma or bracket.
  bool in_flow() const { return in_flow_; }
  void set_in_flow() { in_flow_ = true; }

 private:
  const Piece& piece_at(size_t text_offset) const;
  uint32_t document_offset(size_t text_offset) const;

  std::string text_;
  Span whole_;
  std::vector<Piece> pieces_;
  bool quoted_ = false;
  bool in_flow_ = false;
};

/// One mistake. `message` is one sentence; `hint` says what to write instead and may hold several
/// lines.
struct Diagnostic {
  Code number;
  Span where;
  std::string message;
  std::string hint;
};

/// Collects mistakes; order of reporting is by place. THREADS: one.
class Diagnostics {
 public:
  void error(Code number, Span where, std::string message, std::string hint = {}) {
    errors_.push_back({number, where, std::move(message), std::move(hint)});
  }
  /// What is surely not meant, and can be run all the same. Said once of each place.
  void warning(Code number, Span where, std::string message, std::string hint = {});
  bool ok() const { return errors_.empty(); }
  const std::vector<Diagnostic>& errors() const { return errors_; }
  const std::vector<Diagnostic>& warnings() const { return warnings_; }
  /// Of the errors.
  size_t count() const { return errors_.size(); }

 private:
  std::vector<Diagnostic> errors_;
  std::vector<Diagnostic> warnings_;
};

/// The candidate nearest to `name`, or null when none is near enough (edit distance at most a
/// third).
const std::string* nearest_name(std::string_view name, const std::vector<std::string>& candidates);

/// `did you mean 'x'?` for the nearest_name, or "" when there is none.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace leat
