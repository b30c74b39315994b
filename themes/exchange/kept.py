"""What came in as text that a project file keeps: nothing is left out, and reading it gives the same again."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache

from cattrs import Converter

from themes.exchange.exchanged import Exchanged


def as_json(exchanged: Exchanged) -> str:
    """All of it as JSON."""
    return json.dumps(_converter().unstructure(exchanged), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Exchanged:
    """What `as_json` was given."""
    return _converter().structure(json.loads(text), Exchanged)


@cache
def _converter() -> Converter:
    made = Converter(omit_if_default=True)
    made.register_unstructure_hook(datetime, datetime.isoformat)
    made.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    return made
