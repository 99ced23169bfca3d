// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: which member of the archive is the sheet that people call `Sales` takes four others to
// find out.
//
// Invariants: the ways between members are followed as written (relations), not guessed by names,
// since programs call their members as they like; only the list of relations has its place by the
// rules of the format.
#include "operators/xlsx/workbook.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/option.h"
#include "operators/diagnostic.h"
#include "operators/text/unicode.h"
#include "operators/xlsx/xml_scanner.h"

namespace leat::io {
namespace {

/// Lists of sheets and formats are much shorter.
constexpr size_t kPartBytesMax = size_t{64} << 20;
constexpr uint32_t kNoFormat = UINT32_MAX;

std::string decoded(std::optional<std::string_view> text) {
  std::string out;
  if (text && !append_xml_text(*text, out)) out = *text;
  return out;
}

uint32_t number_of(std::optional<std::string_view> text, uint32_t otherwise) {
  uint32_t value = 0;
  if (!text) return otherwise;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  return error == std::errc() && end == text->data() + text->size() ? value : otherwise;
}

/// The member that `target` means, written in `from`.
std::string resolve(std::string_view from, std::string_view target) {
  if (target.starts_with('/')) return std::string(target.substr(1));
  const size_t slash = from.rfind('/');
  std::string path(slash == std::string_view::npos ? "" : from.substr(0, slash + 1));
  while (target.starts_with("../") || target.starts_with("./")) {
    const bool up = target.starts_with("../");
    target.remove_prefix(up ? 3 : 2);
    if (!up || path.empty()) continue;
    path.pop_back();
    path.erase(path.rfind('/') + 1);
  }
  return path + std::string(target);
}

struct Relation {
  std::string type;  ///< The last word of it: `worksheet`.
  std::string member;
};

/// The reader of one workbook's lists.
class WorkbookReader {
 public:
  explicit WorkbookReader(std::shared_ptr<ZipFile> archive) {
    workbook_.archive = std::move(archive);
  }

  Result<Workbook> read() {
    LEAT_TRY_ASSIGN(const std::string main, find_main());
    LEAT_TRY_ASSIGN(const auto relations, read_relations(main));
    LEAT_TRY(read_sheets(main, relations));
    for (const auto& [id, relation] : relations) {
      if (relation.type == "styles") LEAT_TRY(read_styles(relation.member));
      if (relation.type == "sharedStrings" && workbook_.archive->has(relation.member))
        workbook_.strings = relation.member;
    }
    return std::move(workbook_);
  }

 private:
  /// Calls `take(scanner)` for each start tag of `member`.
  template <typename Take>
  Status each_element(const std::string& member, Take take) {
    if (!workbook_.archive->has(member))
      return std::unexpected(none(fmt::format("it has no '{}'", member)));
    LEAT_TRY_ASSIGN(const std::string text,
                    ZipFile::read_member(workbook_.archive, member, kPartBytesMax));
    XmlScanner scanner(text);
    for (;;) {
      switch (scanner.next()) {
        case XmlScanner::Token::kStart: take(scanner); break;
        case XmlScanner::Token::kNone: return {};
        case XmlScanner::Token::kCut:
          // Line breaks behind the last tag.
          if (text.find_first_not_of(" \t\r\n", scanner.position()) == std::string::npos) return {};
          return std::unexpected(none(fmt::format("'{}' ends early", member)));
        case XmlScanner::Token::kFault:
          return std::unexpected(none(fmt::format("'{}' has {}", member, scanner.fault())));
        default: break;
      }
    }
  }

  Error none(const std::string& reason) const {
    return workbook_.archive->error(fmt::format("the file is no xlsx workbook: {}", reason));
  }

  Result<std::map<std::string, Relation>> read_relations(const std::string& from) {
    const size_t slash = from.rfind('/') + 1;
    const std::string list =
        fmt::format("{}_rels/{}.rels", from.substr(0, slash), from.substr(slash));
    std::map<std::string, Relation> relations;
    LEAT_TRY(each_element(list, [&](const XmlScanner& element) {
      if (element.name() != "Relationship") return;
      const std::string type = decoded(element.attribute("Type"));
      relations[decoded(element.attribute("Id"))] = {
          type.substr(type.rfind('/') + 1), resolve(from, decoded(element.attribute("Target")))};
    }));
    return relations;
  }

  Result<std::string> find_main() {
    ZipFile& archive = *workbook_.archive;
    if (!archive.has("_rels/.rels") && archive.has("content.xml"))
      return std::unexpected(archive.error("the file is an OpenDocument one, not an xlsx workbook",
                                           "save it as .xlsx"));
    LEAT_TRY_ASSIGN(const auto relations, read_relations(""));
    for (const auto& [id, relation] : relations) {
      if (relation.type != "officeDocument") continue;
      if (relation.member.ends_with(".bin")) {
        return std::unexpected(archive.error(
            "the file is an xlsb workbook, whose sheets are no XML", "save it as .xlsx"));
      }
      return relation.member;
    }
    return std::unexpected(none("it does not say where its sheets are"));
  }

  Status read_sheets(const std::string& main, const std::map<std::string, Relation>& relations) {
    LEAT_TRY(each_element(main, [&](const XmlScanner& element) {
      if (element.name() == "workbookPr") {
        const std::string system = decoded(element.attribute("date1904"));
        workbook_.styles.from_1904 = system == "1" || system == "true";
      }
      if (element.name() != "sheet") return;
      SheetEntry sheet{decoded(element.attribute("name")), ""};
      const auto relation = relations.find(decoded(element.attribute("id")));
      if (relation != relations.end() && relation->second.type == "worksheet")
        sheet.member = relation->second.member;
      workbook_.sheets.push_back(std::move(sheet));
    }));
    if (workbook_.sheets.empty()) return std::unexpected(none("it has no sheets"));
    return {};
  }

  Status read_styles(const std::string& member) {
    std::map<uint32_t, NumberKind> formats;
    bool in_cells = false;
    return each_element(member, [&](const XmlScanner& element) {
      const std::string_view name = element.name();
      if (name == "numFmt")
        formats[number_of(element.attribute("numFmtId"), kNoFormat)] =
            kind_of_format(decoded(element.attribute("formatCode")));
      if (name == "cellXfs" || name == "cellStyleXfs" || name == "cellStyles")
        in_cells = name == "cellXfs";
      if (name != "xf" || !in_cells) return;
      const uint32_t number = number_of(element.attribute("numFmtId"), 0);
      const auto own = formats.find(number);
      workbook_.styles.kinds.push_back(own != formats.end() ? own->second
                                                            : kind_of_builtin_format(number));
    });
  }

  Workbook workbook_;
};

std::string lower(const std::string& text) {
  std::string out;
  expr::append_lower(out, text);
  return out;
}

}  // namespace

Result<Workbook> open_workbook(std::shared_ptr<const Input> input) {
  LEAT_TRY_ASSIGN(std::shared_ptr<ZipFile> archive, ZipFile::open(std::move(input)));
  return WorkbookReader(std::move(archive)).read();
}

Result<SheetEntry> find_sheet(const Workbook& workbook, const std::string& name) {
  const std::vector<SheetEntry>& sheets = workbook.sheets;
  const SheetEntry* found = name.empty() ? &sheets.front() : nullptr;
  std::vector<std::string> names;
  for (const SheetEntry& sheet : sheets) {
    names.push_back(sheet.name);
    if (sheet.name == name) found = &sheet;
  }
  if (found == nullptr) {
    const auto is_alike = [&](const SheetEntry& sheet) { return lower(sheet.name) == lower(name); };
    const auto alike = std::find_if(sheets.begin(), sheets.end(), is_alike);
    const uint32_t number = number_of(name, 0);
    if (alike != sheets.end() && std::count_if(sheets.begin(), sheets.end(), is_alike) == 1) {
      found = &*alike;
    } else if (number >= 1 && number <= sheets.size()) {
      found = &sheets[number - 1];
    }
  }
  const std::string& file = workbook.archive->input()->name;
  if (found == nullptr) {
    std::string hint = did_you_mean(name, names);
    if (hint.empty()) hint = fmt::format("its sheets are '{}'", fmt::join(names, "', '"));
    return fail(code::kNoSheet, ErrorCode::kInvalid,
                fmt::format("'{}' has no sheet '{}'", file, name), std::move(hint));
  }
  if (!found->member.empty()) return *found;
  return fail(code::kNoSheet, ErrorCode::kInvalid,
              fmt::format("'{}' in '{}' is a chart, not a sheet of cells", found->name, file),
              "name another sheet");
}

}  // namespace leat::io
