# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""When two answers are the same, and which rule of docs/guide/postgresql-differences.md explains two that are not.

Each rule has the name of its section there. A rule looks at the outcome, not only at the expression: what it does not
recognise is a failure.
"""

import decimal
import math
import re

TYPES = {
    "bool": "boolean", "int64": "bigint", "float64": "double precision", "utf8": "text", "date": "date",
    "timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone", "interval": "interval",
    "json": "json", "time": "time without time zone", "inet": "inet", "uuid": "uuid",
}
# Whose last bit is the mathematical library's affair, or differs because leat computes it more exactly.
INEXACT = re.compile(r"cbrt|\|/|exp|ln|log|power|\^|sin|cos|tan|degrees|radians|sqrt|\* 1\.5|/ 7")


def text_of(answer, kind: str) -> str:
    """PostgreSQL's spelling of one of our values."""
    if kind.startswith("timestamp"):
        return re.sub(r"^\+", "", answer.text.replace("T", " ").replace("Z", "+00"))
    if kind == "date":
        return re.sub(r"^\+", "", answer.text)
    return answer.text


def same(ours, theirs, our_type: str, their_type: str) -> bool:
    if ours.kind != theirs.kind:
        return False
    if ours.kind != "value":
        return True
    if our_type.startswith("decimal"):
        return their_type == "numeric" and decimal.Decimal(ours.text) == decimal.Decimal(theirs.text)
    if TYPES.get(our_type) != their_type:
        return False
    if our_type == "float64":
        return float(ours.text) == float(theirs.text) or ours.text.lower() == theirs.text.lower() == "nan"
    if our_type == "inet":  # a cast to text writes the bits of the network, too, if those are all
        return theirs.text in (ours.text, f"{ours.text}/{128 if ':' in ours.text else 32}")
    return text_of(ours, our_type) == theirs.text


def is_close(expression: str, ours: str, theirs: str) -> bool:
    """Within a few bits; what one inexact function makes of another's result may be further off."""
    nested = len(INEXACT.findall(expression)) > 1
    return math.isclose(float(ours), float(theirs), rel_tol=1e-6 if nested else 4 * math.ulp(1.0))


def is_rounded(expression: str, ours: str, theirs: str) -> bool:
    """Do two decimals differ by a few units of the last digit that both have, or by what `/` leaves of such a unit?"""
    if "/" not in expression:
        return False
    a, b = decimal.Decimal(ours), decimal.Decimal(theirs)
    last = max(a.as_tuple().exponent, b.as_tuple().exponent)
    return abs(a - b) <= 2 * decimal.Decimal(10) ** last or abs(a - b) <= max(abs(b), 1) * decimal.Decimal("1e-9")


def rule_for(expression: str, ours, theirs, our_type: str, their_type: str, everywhere: bool) -> str:
    """The name of the rule, or nothing. `everywhere`: PostgreSQL answers with an error in every row."""
    if ours.kind == "error" and theirs.kind != "error":
        if re.search(r"(date|timestamp) out of range", ours.text):
            return "years before 1"
        if re.search(r"decimal\(\d+,\d+\) out of range|out of the range of decimal|more than 38 digits", ours.text):
            return "38 digits"
        if re.search(r"is not a (date|timestamp|time)", ours.text):
            return "texts of dates"
        if "pattern must not end with the escape" in ours.text:
            return "ends of like patterns"
    if theirs.kind == "error" and ours.kind != "error" and everywhere:
        if re.search(r"coalesce|case|\band\b|\bor\b", expression):
            return "constants in branches"
    if theirs.kind == "error" and ours.kind == "value" and re.search(r"\b(any|all)\(array\[", expression):
        return "elements of any and all"
    if ours.kind != "value" or theirs.kind != "value":
        return ""
    letters = re.sub("true|false", lambda word: word[0][0], ours.text)
    if expression in ("concat(b, s)", "format('%s', b)") and letters == theirs.text:
        return "text of booleans"
    if our_type == "float64" and INEXACT.search(expression) and is_close(expression, ours.text, theirs.text):
        return "last bits"
    if our_type.startswith("decimal") and is_rounded(expression, ours.text, theirs.text):
        return "digits of quotients"
    if our_type == "float64" and "/" in expression and is_close(expression, ours.text, theirs.text):
        return "digits of quotients"  # rounded once more
    if our_type == "utf8" and ours.text.replace("+", "") == theirs.text.replace("+", "") and re.search(r"\+\d{5}-", ours.text):
        return "years after 9999"
    return ""
