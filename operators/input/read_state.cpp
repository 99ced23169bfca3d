// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a folder fills up, and each run should read what came since the one before: no file
// twice, and none left out.
//
// Invariants:
//  1. What a file is like is noted before it is read. If it changes meanwhile, the next run finds
//     it changed and reads it again.
//  2. The state is one of the outputs of its run: it is new exactly when they are.
//  3. A file that is no state is never replaced by one, and a state never by that of another stage.
//  4. The same files give the same bytes. Names that are not UTF-8 keep all of their bytes.
//
// Not chosen: a checksum of each file (all of them would be read to find out which to read), and
// the time of the last run (files are written while it runs, and moved into place with old times).
#include "operators/input/read_state.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/codes/file.h"
#include "engine/error.h"
#include "engine/mutant.h"
#include "operators/input/path_columns.h"
#include "operators/text/utf8.h"

namespace leat::io {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kKind = "files that were read";
constexpr int kVersion = 1;
constexpr size_t kStateBytesMax = size_t{256} << 20;

/// `name` as UTF-8 from which unescape_name makes it again.
std::string escape_name(const std::string& name) {
  const bool valid = first_invalid_utf8(name) == name.size();
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '%' || (!valid && byte >= 0x80)) {
      text += fmt::format("%{:02X}", byte);
    } else {
      text += c;
    }
  }
  return text;
}

/// The text of the file; nullopt with errno in `error`.
std::optional<std::string> load(const std::string& path, int& error) {
  std::FILE* const file = std::fopen(path.c_str(), "re");
  if (file == nullptr) {
    error = errno;
    return std::nullopt;
  }
  std::string text;
  char room[65536];
  for (size_t got = 1; got > 0 && text.size() <= kStateBytesMax;) {
    got = std::fread(room, 1, sizeof(room), file);
    text.append(room, got);
  }
  error = std::ferror(file) != 0 ? EIO : 0;
  std::fclose(file);
  return error == 0 ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<ReadState::Signature> signature_of(const std::string& file) {
  struct stat found{};
  if (::stat(file.c_str(), &found) != 0) return std::nullopt;
  return ReadState::Signature{
      static_cast<uint64_t>(found.st_size),
      int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec};
}

/// The text of member `name` of `json`, if it is one.
std::optional<std::string> text_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

}  // namespace

std::shared_ptr<ReadState> ReadState::read(const SourceText& path, bool refresh,
                                           Diagnostics& diagnostics) {
  auto state = std::make_shared<ReadState>();
  state->path_ = path.text();
  state->place_ = path.span();
  state->refresh_ = refresh;
  if (path.text().empty() || path.text().ends_with('/')) {
    diagnostics.error(code::kState, path.span(), "the state needs the name of a file");
    return nullptr;
  }
  int error = 0;
  const std::optional<std::string> text = load(path.text(), error);
  if (!text && error == ENOENT) return state;
  if (!text) {
    diagnostics.error(
        code::kState, path.span(),
        fmt::format("the state '{}' cannot be read: {}", path.text(), errno_text(error)));
    return nullptr;
  }
  if (!state->parse(*text)) {
    diagnostics.error(
        code::kState, path.span(),
        fmt::format("'{}' is not what a source keeps of the files it has read", path.text()),
        "name another file; if it was damaged, remove it, and all files are read");
    return nullptr;
  }
  return state;
}

bool ReadState::parse(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || text_of(json, "leat") != kKind) return false;
  const auto version = json.find("version");
  const auto files = json.find("files");
  const auto pipeline = text_of(json, "pipeline");
  const auto stage = text_of(json, "stage");
  if (version == json.end() || *version != kVersion || files == json.end() || !files->is_array() ||
      !pipeline || !stage)
    return false;
  owner_ = Owner{*pipeline, *stage};
  for (const Json& file : *files) {
    if (!file.is_object()) return false;
    const auto name = text_of(file, "path");
    const auto bytes = file.find("bytes");
    const auto modified = file.find("modified_ns");
    if (!name || bytes == file.end() || !bytes->is_number_unsigned() || modified == file.end() ||
        !modified->is_number_integer())
      return false;
    read_[unescape_bytes(*name)] = {bytes->get<uint64_t>(), modified->get<int64_t>()};
  }
  return true;
}

bool ReadState::is_known(const std::string& file) {
  const std::optional<Signature> now = signature_of(file);
  if (!now) return false;  // opening it will tell
  found_[file] = *now;
  const auto before = read_.find(file);
  if (refresh_ || before == read_.end()) return false;
  return before->second == *now || LEAT_MUTANT("changed_files_are_known");
}

std::string ReadState::text(const Owner& owner, const std::vector<std::string>& files) const {
  Signatures all = refresh_ && !files.empty() ? Signatures() : read_;
  for (const std::string& file : files) {
    if (const auto found = found_.find(file); found != found_.end()) all[file] = found->second;
  }
  Json json{{"leat", kKind},
            {"version", kVersion},
            {"pipeline", owner.pipeline},
            {"stage", owner.stage},
            {"files", Json::array()}};
  for (const auto& [file, signature] : all) {
    json["files"].push_back({{"path", escape_name(file)},
                             {"bytes", signature.bytes},
                             {"modified_ns", signature.modified_ns}});
  }
  return json.dump(1) + "\n";
}

}  // namespace leat::io
