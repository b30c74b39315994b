"""A .toml file that a person writes, with errors that name the line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from themes.errors import ThemesError


def read_toml(path: Path, error: type[ThemesError]) -> dict[str, object]:
    """What the file says, as tomllib gives it; raises `error` where it cannot be opened or is not TOML in UTF-8."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as cause:
        raise error(f"The file cannot be opened ({cause.strerror}).", "See that you may read it.", path.name) from cause
    except UnicodeDecodeError as cause:
        raise error("The file is not in UTF-8.", "Save it again as UTF-8.", path.name) from cause
    except (tomllib.TOMLDecodeError, RecursionError) as cause:
        what, line = _said(str(cause))
        remedy = "Put texts in quotes, lists in square brackets, and write each key and section once."
        raise error(f"This is not TOML: {what}.", remedy, f"{path.name}{line}") from cause


def _said(message: str) -> tuple[str, str]:
    """What tomllib says is wrong, and the line as `, line 3` (Python 3.11 tells it in the message alone)."""
    parts = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", message, re.DOTALL)
    what = parts[1] if parts else message
    line = "" if parts is None else f", line {parts[2]}" if parts[2] else ", last line"
    return f"{what[:1].lower()}{what[1:]}", line
