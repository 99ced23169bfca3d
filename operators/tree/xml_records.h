// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The records in files of XML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operators/tree/tree_source.h"

namespace leat::io {

/// Where records stand: `/feed/entry`, `/*/item`, or anywhere, `//entry`. Names have no prefixes.
struct XmlPath {
  std::vector<std::string> steps;  ///< `*` is any element.
  bool is_anywhere = false;        ///< The only step may stand at any depth.

  std::string text() const;
};

/// ERRORS: kInvalid.
Result<XmlPath> parse_xml_path(std::string_view text);

/// Elements at `path` as records: attributes and child elements are fields, by their names without
/// prefixes; text beside these is the field `value`.
std::shared_ptr<const TreeFormat> make_xml_format(XmlPath path);

}  // namespace leat::io
