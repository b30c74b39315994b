"""How long a transcript may be; what is longer is refused before it costs minutes."""

from __future__ import annotations

from themes.errors import ReadingError

MOST_CHARACTERS = 3_000_000
"""Characters of the longest transcript: some sixty hours of talk."""

MOST_LINES = 200_000
"""Lines or paragraphs of the longest transcript."""


def check_length(characters: int, lines: int, where: str) -> None:
    """Raises ReadingError for a text that is longer than any transcript."""
    if characters > MOST_CHARACTERS or lines > MOST_LINES:
        problem = f"The file is longer than a transcript: over {MOST_CHARACTERS:,} characters or {MOST_LINES:,} lines."
        raise ReadingError(problem, "Make a file of each interview, and list them all.", where)
