// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Codes E03xx: expressions and types. See engine/code.h.
#pragma once

#include "engine/code.h"

#define LEAT_CODES_EXPRESSION(X)                                                                  \
  X(301, kUnknownColumn, "there is no such column")                                               \
  X(302, kAmbiguousColumn, "both sides have a column of this name")                               \
  X(303, kColumnTwice, "two columns would have the same name")                                    \
  X(304, kUnknownFunction, "there is no such function")                                           \
  X(305, kArguments, "a function is called with too few, too many or wrong arguments")            \
  X(306, kArgumentType, "an argument has the wrong type")                                         \
  X(307, kOperandType, "there is no such operation for values of these types")                    \
  X(308, kCannotCompare, "values of these types cannot be compared")                              \
  X(309, kNotCondition, "a condition must be a bool")                                             \
  X(310, kTypesDiffer, "the values have no common type")                                          \
  X(311, kNoCast, "there is no cast between these types")                                         \
  X(312, kUnknownType, "there is no such type")                                                   \
  X(313, kLiteralRange, "a number is out of the range of its type")                               \
  X(314, kSyntax, "the expression cannot be read")                                                \
  X(315, kUnclosedText, "a text, a name or a comment is not closed")                              \
  X(316, kForeignSyntax, "this is written differently here")                                      \
  X(317, kTooDeep, "the expression is too long or nested too deeply")                             \
  X(318, kAggregateHere, "an aggregate function cannot stand here")                               \
  X(319, kWindowHere, "a window function cannot stand here, or is missing")                       \
  X(320, kNeitherKeyNorAggregate, "the column is neither a key nor inside an aggregate function") \
  X(321, kClauseHere, "the function does not take this clause")                                   \
  X(322, kFrame, "the frame of a window is not possible")                                         \
  X(323, kNotAKey, "values of this type have no order and cannot be keys")                        \
  X(324, kNotConstant, "the value must be a constant")                                            \
  X(325, kConstantKey, "a key is the same for all rows")                                          \
  X(326, kUnknownField, "the value has no such field")                                            \
  X(327, kNotNested, "the value has no fields or elements")                                       \
  X(328, kLambda, "a lambda is missing, or not of the right form")                                \
  X(329, kUnknownUnit, "there is no such unit or field of time")                                  \
  X(330, kUnknownTimeZone, "there is no such time zone")                                          \
  X(331, kBadFormat, "the format of a time or number is wrong")                                   \
  X(332, kBadPattern, "the pattern is wrong")                                                     \
  X(333, kSeries, "the values of a series cannot be made")                                        \
  X(334, kWrongColumnType, "the operator does not work on columns of this type")                  \
  X(335, kJoinKeys, "the keys of both sides do not fit each other")                               \
  X(336, kNullComparison, "a comparison with NULL is never true")

namespace leat::code {

LEAT_CODES_EXPRESSION(LEAT_DECLARE_CODE)

}  // namespace leat::code
