"""What REFI-QDA takes for a value, a colour, a moment or a word, and how ours are written in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COLOUR = re.compile("#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
_INTEGER = re.compile("[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(_DECIMAL.pattern + "([eE][+-]?[0-9]{1,3})?")
_ZONE = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?"
_DATE = re.compile(f"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_ZONE}")
_MOMENT = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{1,6}})?{_ZONE}")

REPLACEMENT = "\ufffd"
"""What stands where a character cannot: one for one, so that lengths stay."""


def legible(text: str) -> str:
    """The text with U+FFFD for every character that XML cannot hold (most control characters)."""
    return _NOT_IN_XML.sub(REPLACEMENT, text)


def colour(written: str) -> str:
    """The colour as #RRGGBB (three digits stand for six), or nothing where this is none."""
    found = _COLOUR.fullmatch(written)
    if found is None:
        return ""
    digits = found[1]
    return f"#{digits}" if len(digits) == 6 else "#" + "".join(digit * 2 for digit in digits)


def moment(when: datetime | None) -> str | None:
    """The moment in universal time, as 2026-01-31T12:00:00Z; None where there is none."""
    if when is None:
        return None
    try:
        there = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except OverflowError:  # the first or the last hours of the calendar, elsewhere
        there = when.replace(tzinfo=UTC)
    return there.isoformat().replace("+00:00", "Z")


def decimal(written: str) -> str:
    """The number without an exponent, which xs:decimal does not have."""
    return written if _DECIMAL.fullmatch(written) else format(Decimal(written), "f")


def is_moment(written: str) -> bool:
    """Whether this is a moment that exists."""
    return _MOMENT.fullmatch(written) is not None and _exists(datetime.fromisoformat, written)


def fits(kind: str, written: str) -> bool:
    """Whether a variable of this kind (Text, Boolean, Integer, Float, Date, DateTime) can have this value.

    Nothing is a value that every kind can have: it is not known.
    """
    return not written or _FITTING[kind](written)


def _exists(read: Callable[[str], object], written: str) -> bool:
    try:
        read(written)
    except ValueError:
        return False
    return True


def _is_date(written: str) -> bool:
    found = _DATE.fullmatch(written)
    return found is not None and _exists(date.fromisoformat, found[1])


_FITTING: dict[str, Callable[[str], bool]] = {
    "Text": lambda _: True,
    "Boolean": lambda written: written in ("true", "false", "1", "0"),
    "Integer": lambda written: _INTEGER.fullmatch(written) is not None,
    "Float": lambda written: _FLOAT.fullmatch(written) is not None,
    "Date": _is_date,
    "DateTime": is_moment,
}

KINDS = tuple(_FITTING)
"""The kinds of variables that REFI-QDA knows."""
