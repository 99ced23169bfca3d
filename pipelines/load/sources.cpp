// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: several pipelines share parameters and groups of stages, which stand in files of their
// own, and a mistake in one of those is to be told at its place there.
//
// Invariants:
//  1. Every file is read once, whoever includes it and how often, so files that include each other
//     are no circle.
//  2. What a file includes stands before it in the result: it can use all of that.
//  3. Files are read before anything has a value, so that what a pipeline is made of depends on its
//     text alone.
//  4. All files together are no longer than a pipeline may be.
//
// Rejected: including a text where it is named (the same name would mean another thing in each
// file), and patterns of files (a file that is added would change pipelines that nobody looks at).
#include "pipelines/load/sources.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/form.h"
#include "engine/codes/graph.h"
#include "pipelines/load/confine.h"
#include "pipelines/text/cut_values.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::pipelines {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFilesMax = 100;

class SourceReader {
 public:
  SourceReader(Document& document, const Confinement* confinement, Diagnostics& diagnostics)
      : document_(document), confinement_(confinement), diagnostics_(diagnostics) {}

  std::optional<Sources> read(const std::string& connections) {
    document_.forget_included();  // of a document that was loaded before
    std::optional<OptionNode> root = parse();
    if (!root) return std::nullopt;
    if (!document_.is_stdin()) seen_.insert(identity(document_.file()));
    include_all(*root, folder_of(document_.is_stdin() ? "" : document_.file()));
    if (!connections.empty()) read_connections(connections, root->span);
    sources_.root = std::move(*root);
    return std::move(sources_);
  }

 private:
  static fs::path folder_of(const std::string& file) { return fs::path(file).parent_path(); }

  /// One name for a file, however it is called.
  static std::string identity(const std::string& path) {
    std::error_code error;
    const fs::path canonical = fs::canonical(path, error);
    return error ? path : canonical.string();
  }

  /// The latest file.
  std::optional<OptionNode> parse() {
    Diagnostics parsed;
    std::optional<OptionNode> tree = parse_tree(document_, parsed, document_.files() - 1);
    const std::vector<Span> cuts =
        tree ? report_cut_values(document_, *tree, diagnostics_) : std::vector<Span>();
    for (const Diagnostic& mistake : parsed.errors()) {
      const bool is_inside = std::any_of(cuts.begin(), cuts.end(), [&](const Span& cut) {
        return mistake.where.begin >= cut.begin && mistake.where.begin < cut.end;
      });
      if (!is_inside)
        diagnostics_.error(mistake.number, mistake.where, mistake.message, mistake.hint);
    }
    sources_.cuts.insert(sources_.cuts.end(), cuts.begin(), cuts.end());
    return tree;
  }

  void include_all(const OptionNode& tree, const fs::path& folder) {
    if (tree.kind != OptionNode::Kind::kMap) return;
    for (const auto& [key, value] : tree.entries) {
      if (key.text() != "include") continue;
      if (value.kind == OptionNode::Kind::kScalar) {
        include(value.scalar, folder);
      } else if (value.kind == OptionNode::Kind::kList) {
        for (const OptionNode& item : value.items) include_item(item, folder);
      } else {
        wrong_shape(value.kind == OptionNode::Kind::kNull ? key.span() : value.span);
      }
    }
  }

  void include_item(const OptionNode& item, const fs::path& folder) {
    if (item.kind == OptionNode::Kind::kScalar) return include(item.scalar, folder);
    wrong_shape(item.span);
  }

  void wrong_shape(Span where) {
    diagnostics_.error(code::kWrongShape, where, "'include' must be a file, or a list of files",
                       "write each as an item: '- shared/groups.yaml'");
  }

  void read_connections(const std::string& path, Span where) {
    Result<Document> read = blocking([&] { return Document::read(path); });
    if (!read) {
      diagnostics_.error(read.error().number, {where.begin, where.begin}, read.error().message,
                         "it was named by --connections");
      return;
    }
    append(*read, {where.begin, where.begin}, sources_.connections);
  }

  void include(const SourceText& name, const fs::path& folder) {
    if (name.text().contains("${")) {
      diagnostics_.error(code::kParameterPlace, name.span(),
                         "parameters have no value yet when files are included",
                         "write the path as it is");
      return;
    }
    std::string path = (folder / name.text()).lexically_normal().string();
    if (path == "-") path = "./-";  // no other name of standard input
    if (confinement_ != nullptr && !is_confined(SourceText(path, name.span(), {}), diagnostics_))
      return;
    const std::string file = blocking([&] { return identity(path); });
    if (!seen_.insert(file).second) return;
    if (seen_.size() > kFilesMax) {
      if (seen_.size() == kFilesMax + 1)
        diagnostics_.error(code::kTooLarge, name.span(),
                           fmt::format("a pipeline has {} files at most", kFilesMax));
      return;
    }
    Result<Document> read = blocking([&] { return Document::read(path); });
    if (!read) {
      diagnostics_.error(read.error().number, name.span(), read.error().message,
                         read.error().hint.empty()
                             ? "paths are relative to the folder of the file that includes them"
                             : read.error().hint);
      return;
    }
    std::optional<OptionNode> tree;
    append(*read, name.span(), tree);
    if (!tree) return;
    include_all(*tree, folder_of(path));
    sources_.included.push_back(std::move(*tree));
  }

  /// Makes `file`, which is named at `where`, a part of the document.
  void append(Document& file, Span where, std::optional<OptionNode>& tree) {
    if (!document_.room_for(file)) {
      diagnostics_.error(code::kTooLarge, where,
                         "the files of a pipeline have 4 MiB at most, all together",
                         "is it a pipeline?");
      return;
    }
    document_.append(file);
    tree = parse();
  }

  Document& document_;
  const Confinement* const confinement_;
  Diagnostics& diagnostics_;
  Sources sources_;
  std::set<std::string> seen_;
};

}  // namespace

std::optional<Sources> read_sources(Document& document, const Confinement* confinement,
                                    const std::string& connections, Diagnostics& diagnostics) {
  return SourceReader(document, confinement, diagnostics).read(connections);
}

}  // namespace leat::pipelines
