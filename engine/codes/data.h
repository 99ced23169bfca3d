// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Codes E04xx: data: rows and values. See engine/code.h.
#pragma once

#include "engine/code.h"

#define LEAT_CODES_DATA(X)                                                   \
  X(401, kNotOfType, "a value in the data is not of the type of its column") \
  X(402, kFieldCount, "a record has too few or too many fields")             \
  X(403, kBadRecord, "a record is malformed")                                \
  X(404, kBadEncoding, "the data is not in the encoding it should be")       \
  X(405, kBadJson, "the JSON is not valid")                                  \
  X(406, kRecordTooLong, "a record is too long")                             \
  X(407, kNotThisFormat, "the file is of another format")                    \
  X(408, kBadXml, "the XML is not valid, or not accepted")                   \
  X(409, kBadWorkbook, "the workbook cannot be read")                        \
  X(410, kHeader, "the headers of files differ, or repeat a name")           \
  X(411, kNoColumnsKnown, "nothing says which columns there are")            \
  X(412, kExpectationBroken, "an expectation is broken")                     \
  X(413, kDivisionByZero, "division by zero")                                \
  X(414, kOutOfRange, "a result is out of range")                            \
  X(415, kCastFailed, "a value cannot be cast")                              \
  X(416, kBadArgument, "a function cannot take this value")                  \
  X(417, kNoPartner, "a row has no partner in a join")                       \
  X(418, kCardinality, "a row has more partners in a join than allowed")     \
  X(419, kKeyRepeated, "a key that should be unique stands twice")           \
  X(420, kKeyNull, "a key is NULL")                                          \
  X(421, kNotInTable, "a value is not in the table of a lookup")             \
  X(422, kNoMatch, "a text does not match the pattern")                      \
  X(423, kTooManyParts, "a text has more parts than there are columns")      \
  X(424, kNotWritable, "the format of the output cannot hold this")          \
  X(425, kTooManyRejects, "more rows were rejected than allowed")            \
  X(426, kUnexpectedField, "a record has a field that is no column")         \
  X(427, kFieldTwice, "a field stands twice in one record")                  \
  X(428, kRowsRejected, "rows were rejected")

namespace leat::code {

LEAT_CODES_DATA(LEAT_DECLARE_CODE)

}  // namespace leat::code
