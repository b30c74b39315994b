"""Numbers and lists as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence

_PLURALS = {
    "entry": "entries",
    "focus group": "focus groups",
    "people": "people",
    "person": "people",
}


def counted(number: int, noun: str) -> str:
    """`1 segment`, `3,500 segments`."""
    return f"{thousands(number)} {noun if number == 1 else _PLURALS.get(noun, noun + 's')}"


def thousands(number: int) -> str:
    """`3,500`."""
    return f"{number:,}"


def percent(share: float | None) -> str:
    """`14%`; `under 1%` for what would look like nothing and `over 99%` for what would look like everything."""
    if share is None:
        return ""
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1:
        return "over 99%"
    return f"{share:.0%}"


def listing(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
