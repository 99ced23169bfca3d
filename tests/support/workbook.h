// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Workbooks and other zip archives made of literals, so that tests hold no binary files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zlib.h>

namespace leat::test {

using ZipMembers = std::vector<std::pair<std::string, std::string>>;

/// An archive whose members are stored as they are; `flags` of all of them.
inline std::string zip_of(const ZipMembers& members, uint16_t flags = 0) {
  const auto number = [](uint64_t value, size_t bytes) {
    std::string out;
    for (; bytes > 0; --bytes, value >>= 8) out += static_cast<char>(value & 0xFF);
    return out;
  };
  std::string archive;
  std::string directory;
  for (const auto& [name, text] : members) {
    const uint64_t begin = archive.size();
    const uint64_t checksum =
        crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
    const std::string about = number(flags, 2) + number(0, 2) + number(0, 2) + number(0x21, 2) +
                              number(checksum, 4) + number(text.size(), 4) +
                              number(text.size(), 4) + number(name.size(), 2) + number(0, 2);
    archive += "PK\x03\x04" + number(20, 2) + about + name + text;
    directory += "PK\x01\x02" + number(20, 2) + number(20, 2) + about + number(0, 10) +
                 number(begin, 4) + name;
  }
  return archive + directory + "PK\x05\x06" + number(0, 4) + number(members.size(), 2) +
         number(members.size(), 2) + number(directory.size(), 4) + number(archive.size(), 4) +
         number(0, 2);
}

/// The parts of a workbook.
struct WorkbookText {
  /// Names, and what stands in <sheetData>.
  std::vector<std::pair<std::string, std::string>> sheets;
  std::vector<std::string> strings = {};  ///< The shared texts, as XML in <si>.
  std::string styles = {};                ///< What stands in <styleSheet>.
  std::string properties = {};            ///< Attributes of <workbookPr>.

  ZipMembers members() const {
    ZipMembers all;
    const std::string relation =
        "<Relationship Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
    all.emplace_back("_rels/.rels", "<Relationships>" + relation +
                                        "officeDocument\" Id=\"a\" Target=\"xl/workbook.xml\"/>"
                                        "</Relationships>");
    std::string list;
    std::string relations;
    for (size_t i = 0; i < sheets.size(); ++i) {
      const std::string number = std::to_string(i + 1);
      list += "<sheet name=\"" + sheets[i].first + "\" r:id=\"r" + number + "\"/>";
      relations += relation + "worksheet\" Id=\"r" + number + "\" Target=\"worksheets/s" + number +
                   ".xml\"/>";
      all.emplace_back("xl/worksheets/s" + number + ".xml",
                       "<worksheet><sheetData>" + sheets[i].second + "</sheetData></worksheet>");
    }
    relations += relation + "sharedStrings\" Id=\"t\" Target=\"/xl/texts.xml\"/>";
    relations += relation + "styles\" Id=\"u\" Target=\"styles.xml\"/>";
    std::string texts = "<sst>";
    for (const std::string& text : strings) texts += "<si>" + text + "</si>";
    all.emplace_back("xl/texts.xml", texts + "</sst>");
    all.emplace_back("xl/styles.xml", "<styleSheet>" + styles + "</styleSheet>");
    all.emplace_back("xl/workbook.xml", "<workbook><workbookPr " + properties + "/><sheets>" +
                                            list + "</sheets></workbook>");
    all.emplace_back("xl/_rels/workbook.xml.rels",
                     "<Relationships>" + relations + "</Relationships>");
    return all;
  }
  std::string file() const { return zip_of(members()); }
};

/// Styles whose cells 1, 2 and 3 are dates, timestamps and times of day.
inline constexpr std::string_view kTimeStyles =
    "<numFmts><numFmt numFmtId=\"170\" formatCode=\"yyyy\\-mm\\-dd hh:mm\"/></numFmts><cellXfs>"
    "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/><xf "
    "numFmtId=\"20\"/></cellXfs>";

}  // namespace leat::test
